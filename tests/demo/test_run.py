"""The whole demo, once: what the mail server, the Bot API and the database hold afterwards."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from demo.folder import MARK
from demo.people import CHAT

ROOT = Path(__file__).parents[2]
FIRST, SECOND, THIRD = 0, 1, 2


@dataclass
class Demo:
    """A finished run: its folder, what it printed, and what arrived."""

    folder: Path
    results: str
    progress: str
    mails: list[EmailMessage]
    chat: list[str]
    page: str
    health: str
    code: int

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "rolewire.db") as connection:
            return list(connection.execute(query))

    def mails_to(self, person: str) -> list[str]:
        """Subject and text of each mail to a person, in the order of arrival."""
        return [
            f"{mail['Subject']}\n{text_of(mail)}" for mail in self.mails if mail["To"] == f"{person}@people.example"
        ]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


CODE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job is started with Ctrl-C ignored
from pathlib import Path
from demo.run import run_demo
sys.exit(run_demo(Path(sys.argv[1]), is_served=sys.argv[2] == "serve", port=0))
"""
ENVIRONMENT = {"COLUMNS": "100", "ROLEWIRE_TELEGRAM__TOKEN": "1:the-users-own", "NO_COLOR": "1"}  # must not matter
NO_BROWSER = {"PATH": "/nowhere", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere"}


def start(folder: Path, how: str = "", **others: str) -> subprocess.Popen[str]:
    """The demo as a process of its own; its progress goes to a file beside the folder."""
    environment = os.environ | ENVIRONMENT | others
    return subprocess.Popen(
        [sys.executable, "-c", CODE, str(folder), how],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=folder.with_suffix(".log").open("w"), text=True,
    )  # fmt: skip


def served(running: subprocess.Popen[str]) -> str:
    """What is printed until the web page is up."""
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line)
        if "your own: " in line:
            break
    return "".join(lines)


def fetch(results: str, path: str = "") -> str:
    address = re.search(r"http://127\.0\.0\.1:\d+", results)
    assert address is not None, results
    try:
        with urllib.request.urlopen(address.group() + path, timeout=30) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as error:
        return f"{error}: {error.read().decode()}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "result"
    with start(folder, "serve") as running:
        try:
            results = served(running)
            assert "your own: " in results, folder.with_suffix(".log").read_text()
            page, health = fetch(results), fetch(results, "/health")
        finally:
            running.send_signal(signal.SIGINT)
            code = running.wait()
    progress = folder.with_suffix(".log").read_text()
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "emails").glob("*.eml"))
    ]
    accepted = [json.loads(line) for line in (folder / "telegram.jsonl").read_text().splitlines()]
    chat = [message["text"] for message in accepted if message["chat"]["id"] == CHAT]
    return Demo(folder, results, progress, mails, chat, page, health, code)


def alerts_of(demo: Demo) -> list[str]:
    """What the bot told of postings, answers to commands left out."""
    return [text for text in demo.chat if "Why: " in text]


def test_ada_is_told_of_agent_jobs_at_once(demo: Demo) -> None:
    first, second = alerts_of(demo)
    for title in ("Senior AI Engineer (RAG & Agents)", "AI Engineer, Agents", "LLM Engineer"):
        assert title in first
    assert first.count("Forward Deployed Engineer, LLM Agents") == 1  # listed once a place, told once with both
    assert "KI-Ingenieur" in second
    assert not any(word in first + second for word in ("Account Executive", "Machine Learning Engineer", "Intern"))


def test_ada_joins_through_the_bot(demo: Demo) -> None:
    welcome, refusal, saved, listed, *_ = demo.chat
    assert welcome.startswith("Welcome, Ada.")
    assert "did you mean role:" in refusal
    assert saved.startswith("Saved: (agents OR llm) role:ai-engineer,ai-solutions-engineer")
    assert listed.startswith("1. ")
    assert demo.sql("SELECT a.channel, a.address, s.invite_hash FROM address a JOIN subscriber s"
                    " ON s.id = a.subscriber_id WHERE s.name = 'Ada'") == [("telegram", str(CHAT), "")]  # fmt: skip


def test_ben_is_told_what_opens_changes_closes_and_reopens(demo: Demo) -> None:
    first, second, third = demo.mails_to("ben")
    for title in ("Perception Engineer", "Prognosen", "Ranking", "Werkstudent", "Telemetry", "Satellite Imagery"):
        assert title in first
    assert "Ingénieur·e MLOps" in second
    assert "Ingénieur·e MLOps" not in first
    assert third.startswith("Reopened: Data Engineer, Telemetry at Halden Robotics")
    kinds = demo.sql(
        "SELECT e.kind, p.title FROM delivery d JOIN posting_event e ON e.id = d.event_id"
        " JOIN posting p ON p.id = d.posting_id JOIN subscriber s ON s.id = d.subscriber_id"
        " WHERE s.name = 'Ben' AND e.kind <> 'opened'"
    )
    assert ("changed", "Senior Machine Learning Engineer, Ranking") in kinds
    assert ("closed", "Werkstudent Machine Learning (m/w/d)") in kinds
    assert Counter(title for _, title in kinds)["Data Engineer, Telemetry"] == 2


def test_chloe_gets_one_digest_a_week_for_both_her_searches_and_none_that_is_empty(demo: Demo) -> None:
    baseline, digest = demo.mails_to("chloe")
    for title in ("Evaluations", "Applied Scientist, Speech", "Interpretability", "Pretraining", "ML Platform"):
        assert title in baseline
    assert "Research Scientist, Robot Learning" in digest
    assert "Staff AI Infrastructure Engineer, Inference" in digest
    assert digest.splitlines()[0].startswith("2 new")
    assert demo.sql("SELECT count(*) FROM message WHERE cadence = 'weekly' AND state = 'sent'") == [(1,)]


def test_nothing_is_told_twice_and_nothing_is_left(demo: Demo) -> None:
    assert demo.sql("SELECT DISTINCT state FROM delivery") == [("sent",)]
    assert demo.sql("SELECT DISTINCT state FROM message") == [("sent",)]
    told = demo.sql("SELECT subscriber_id, event_id, count(*) FROM delivery GROUP BY 1, 2 HAVING count(*) > 1")
    assert told == []
    sent = demo.sql("SELECT count(*) FROM message")[0][0]
    assert sent == len(demo.mails) + len(alerts_of(demo))
    ids = [mail["Message-ID"] for mail in demo.mails]
    assert len(ids) == len(set(ids))
    assert not any("possible repeat" in str(mail["Subject"]) for mail in demo.mails)


def test_the_boards_ended_as_the_story_goes(demo: Demo) -> None:
    crawls = demo.sql(
        "SELECT b.source, c.verdict, c.is_not_modified, c.opened, c.changed, c.closed, c.reopened, c.skipped"
        " FROM crawl c JOIN board b ON b.id = c.board_id ORDER BY c.started_at, b.source"
    )
    assert {row[1] for row in crawls} == {"ok"}
    weeks = {(row[0], number // 5): row[2:] for number, row in enumerate(crawls)}
    assert weeks["greenhouse", SECOND] == (0, 1, 1, 1, 0, 0)
    assert weeks["lever", SECOND] == (0, 1, 0, 2, 0, 1)
    assert weeks["lever", THIRD] == (0, 0, 0, 0, 1, 1)
    assert weeks["ashby", THIRD] == (0, 0, 0, 1, 0, 0)
    assert ("recruitee", THIRD) not in weeks  # a 304, which found what the second week's crawl did: it is counted
    assert demo.sql("SELECT repeats FROM board WHERE source = 'recruitee'") == [(1,)]
    assert weeks["jsonld", FIRST] == (0, 5, 0, 0, 0, 1)
    assert weeks["jsonld", SECOND] == (0, 0, 0, 0, 0, 1)
    assert weeks["jsonld", THIRD] == (0, 1, 0, 0, 0, 1)


def test_the_visits_are_a_week_apart(demo: Demo) -> None:
    days = [row[0] for row in demo.sql("SELECT DISTINCT julianday(started_at) FROM crawl ORDER BY 1")]
    gaps = [round(later - earlier) for earlier, later in pairwise(days)]  # each board begins in its own time
    assert [gap for gap in gaps if gap] == [7, 7]


def test_the_cross_post_is_one_posting_with_two_listings(demo: Demo) -> None:
    rows = demo.sql(
        "SELECT p.title, p.company, group_concat(l.source, ' ') FROM posting p JOIN link k ON k.posting_id = p.id"
        " JOIN listing l ON l.id = k.listing_id GROUP BY p.id HAVING count(*) > 1 AND count(DISTINCT l.source) > 1"
    )
    assert rows == [("Senior AI Engineer (RAG & Agents)", "Kestrel Labs", "ashby jsonld")]


def test_it_says_where_everything_lies(demo: Demo) -> None:
    assert f"in {demo.folder}\n" in demo.results
    for name in ("emails/0001.html", "telegram.html", "rolewire.db", "config.toml"):
        assert (demo.folder / name).exists()
        assert name in demo.results
    pages = sorted((demo.folder / "emails").glob("*.html"))
    assert len(pages) == len(demo.mails)
    assert all("<html" in page.read_text() for page in pages)
    assert "KI-Ingenieur" in (demo.folder / "telegram.html").read_text()


def test_results_go_to_standard_output_and_progress_to_standard_error(demo: Demo) -> None:
    assert "Who was told what, and why" in demo.results
    assert "greenhouse/northlight" in demo.progress
    assert "greenhouse/northlight" not in demo.results
    assert not any(word in demo.progress for word in ("Traceback", "Warning"))


def test_the_table_gives_the_reason_of_each_match(demo: Demo) -> None:
    assert "country: FR" in demo.results
    assert "salary: 230,000–285,000 USD" in demo.results
    assert "title has “agents”" in demo.results


def test_lines_keep_to_the_width_of_the_screen(demo: Demo) -> None:
    assert max(len(line.rstrip()) for line in demo.progress.splitlines()) <= 100


def test_the_web_page_stays_up_until_it_is_told_to_go(demo: Demo) -> None:
    assert "MLOps Engineer" in demo.page
    assert "Sable Freight" in demo.page
    assert "This is the demo" in demo.health
    assert "late" not in demo.health
    assert "no daemon runs on this database" not in demo.health
    assert demo.code == 0


def test_a_folder_of_someone_else_is_refused_with_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    with start(tmp_path) as running:
        assert running.wait() == 2
    assert "--folder" in tmp_path.with_suffix(".log").read_text()
    assert (tmp_path / "own.txt").exists()
    assert not (tmp_path / MARK).exists()


def test_without_a_browser_it_shows_the_rest_and_says_how_to_get_one(tmp_path: Path) -> None:
    folder = tmp_path / "result"
    with start(folder, **NO_BROWSER) as running:
        results, _ = running.communicate()
    assert running.returncode == 0
    said = " ".join(folder.with_suffix(".log").read_text().split())
    assert "left out: it is read in a browser" in said
    assert "playwright install chromium" in said
    assert "✗" not in said
    assert "Ingénieur·e MLOps" in results
    assert "LLM Engineer" not in results


def test_an_interrupted_demo_says_so_by_its_exit_code(tmp_path: Path) -> None:
    folder = tmp_path / "result"
    with start(folder, **NO_BROWSER) as running:
        while running.poll() is None and "Week 1" not in folder.with_suffix(".log").read_text():
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert running.wait() == 130
    assert "Traceback" not in folder.with_suffix(".log").read_text()
