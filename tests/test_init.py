"""`rolewire init`: from a few questions to the first alert, each answer tried, nothing half written."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import settings as settings_module
from commands import answers
from commands.common import MisuseError
from commands.questions import Asker, NotGoodError
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
Run = Callable[..., Any]


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi() as server:
        yield server


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[BoardServer]:
    with BoardServer(MONDAY) as server:
        monkeypatch.setenv("ROLEWIRE_NETWORK__REPLAY", server.url)
        yield server


def said(mail: MailServer, api: BotApi, monkeypatch: pytest.MonkeyPatch, **others: str) -> list[str]:
    """Every answer by an option."""
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__API_URL", api.url)
    given = {
        "query": "role:ml-engineer,mlops-engineer", "packs": "none", "telegram-token": api.token, "chat": "42",
        "email": "ada@people.example", "email-host": mail.host, "email-port": str(mail.port), "email-security": "none",
        "email-username": "", "email-sender": "rolewire <alerts@people.example>", "name": "Ada",
        "timezone": "Europe/Paris", "port": "8123", "public-url": "",
    }  # fmt: skip
    given |= {name.replace("_", "-"): value for name, value in others.items()}
    return ["init", "--no-input", *(word for name, value in given.items() for word in (f"--{name}", value))]


def test_every_answer_by_an_option(
    run: Run, tmp_path: Path, api: BotApi, boards: BoardServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer() as mail:
        done = run(*said(mail, api, monkeypatch, board="greenhouse/northlight", where="Germany"))
        assert done.returncode == 0, done.stderr
        assert mail.arrived[0].recipients == ["ada@people.example"]
    assert "Telegram knows the bot @rolewire_bot" in done.stderr
    assert "greenhouse/northlight" in done.stderr
    assert "rolewire run" in done.stderr
    assert api.token not in done.stderr + (tmp_path / "config.toml").read_text()
    secrets = tmp_path / "secrets.toml"
    assert api.token in secrets.read_text()
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    found = settings_module.load(tmp_path / "config.toml")
    assert [row.name for row in found.boards] == ["greenhouse/northlight"]
    assert found.operator.addresses == ["email:ada@people.example", "telegram:42"]
    assert found.origins["telegram.token"] == str(secrets)
    (search,) = [json.loads(line) for line in run("searches", "list").stdout.splitlines()]
    assert search["query"] == "role:ml-engineer,mlops-engineer country:DE"
    assert sorted(search["channels"]) == ["email", "telegram"]
    (board,) = [json.loads(line) for line in run("boards", "list").stdout.splitlines()]
    assert board["state"] == "active"
    again = run("init", "--no-input")
    assert (again.returncode, "--force replaces it" in again.stderr) == (2, True)


def test_what_the_environment_says_is_asked_of_nobody_and_written_nowhere(
    run: Run, tmp_path: Path, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__TOKEN", api.token)
    monkeypatch.setenv("ROLEWIRE_TELEGRAM__API_URL", api.url)
    (tmp_path / "config.toml").write_text("# the one before\n")
    done = run("init", "--no-input", "--packs", "none", "--chat", "42", "--force", "--port", "8123")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "secrets.toml").exists()
    assert (tmp_path / "config.toml.before").read_text() == "# the one before\n"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"telegram_token": "123456789:AAE-wrong-wrong-wrong-wrong-wrong-wrong"}, "refuses the bot's token"),
        ({"query": "rol:ai-engineer"}, "role"), ({"query": ""}, ""), ({"where": "colour:red"}, "colour"),
        ({"packs": "robotic"}, "did you mean 'robotics'?"), ({"email": "ada"}, "is not an e-mail address"),
        ({"email_port": "9"}, "does not answer"), ({"email_security": "ssl"}, "none of starttls"),
        ({"timezone": "Mars/Crater"}, "unknown time zone"), ({"port": "99999"}, "is no port"),
        ({"public_url": "jobs.example.org"}, "has no scheme"), ({"board": "greenhouse/nosuchboard"}, "nosuchboard"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_good_writes_nothing(
    run: Run, tmp_path: Path, api: BotApi, boards: BoardServer, monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, str], words: str,
) -> None:  # fmt: skip
    with MailServer() as mail:
        done = run(*said(mail, api, monkeypatch, **answer))
    assert done.returncode in (1, 2), done.stderr
    assert words in done.stderr
    assert "nothing was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("where", "clause"),
    [
        ("", ""), ("remote", " workplace:remote"), ("remote in EU", " remote:EU"), ("remote Germany", " remote:DE"),
        ("Germany", " country:DE"), ("GB", " country:GB"), ("Berlin", " city:Berlin"),
        ("New York City", ' city:"New York City"'), ("country:DE,AT", " country:DE,AT"),
    ],
)  # fmt: skip
def test_a_place_is_put_into_the_query(where: str, clause: str) -> None:
    assert answers.ask_query(Asker(is_mute=True), "role:ai-engineer", where) == f"role:ai-engineer{clause}"


def test_a_place_holds_for_both_sides_of_an_or() -> None:
    assert answers.ask_query(Asker(is_mute=True), "agents OR rag", "DE") == "(agents OR rag) country:DE"


def test_a_question_is_asked_anew_until_the_answer_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["a", "b", "c"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(typed))

    def take(written: str) -> str:
        if written != "c":
            raise NotGoodError(f"{written} is no good")
        return written

    assert Asker(is_mute=False).ask("Which?", None, take) == "c"
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "a")
    with pytest.raises(MisuseError):
        Asker(is_mute=False).ask("Which?", None, take)


# --- as a person does it -------------------------------------------------------------------------------------------


def test_from_nothing_to_the_first_alert_on_both_channels(tmp_path: Path) -> None:
    """Typed as at a terminal, wrong answers among them; Start is pressed in the chat; then the daemon runs."""
    with BoardServer(MONDAY) as boards, MailServer() as mail, BotApi() as api:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ROLEWIRE_")}
        environment = clean | {
            "ROLEWIRE_NETWORK__REPLAY": boards.url, "ROLEWIRE_TELEGRAM__API_URL": api.url,
            "ROLEWIRE_ALERTS__BASELINE_MINUTES": "0", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        typed = [
            "rol:x", "role:ml-engineer,mlops-engineer,ai-engineer", "", "none", "greenhouse/northlight", "lever/nosuch",
            "", "1234:wrong-token-wrong-token-wrong-token", api.token, "ada", "ada@people.example", "127.0.0.1", "none",
            str(mail.port), "", "rolewire <alerts@people.example>", "Ada", "Europe/Paris", "8124", "",
        ]  # fmt: skip
        command = [sys.executable, "-m", "cli"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        begun = subprocess.Popen([*command, "init"], cwd=tmp_path, env=environment, text=True, **pipes)
        told: list[str] = []
        listening = threading.Thread(target=press_start, args=(begun, told, api))
        listening.start()
        assert begun.stdin is not None
        begun.stdin.write("\n".join(typed) + "\n")
        begun.stdin.close()
        assert begun.wait() == 0, "".join(told)
        listening.join()
        assert "✗" in "".join(told)
        assert "It is told on" in "".join(told)
        assert [path.name for path in tmp_path.glob("*.before")] == []
        found = settings_module.load(tmp_path / "config.toml")
        assert found.operator.addresses == ["email:ada@people.example", "telegram:42"]
        log = (tmp_path / "log").open("w")
        daemon = subprocess.Popen([*command, "run"], cwd=tmp_path, env=environment, stdout=log, stderr=log)
        try:
            while not (len(mail.arrived) > 1 and any("Why: " in text for text in api.sent_to(42))):
                assert daemon.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.1)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
        assert "a test of rolewire" in mail.arrived[0].part("plain")
        assert mail.arrived[1].recipients == ["ada@people.example"]


def press_start(begun: "subprocess.Popen[str]", told: list[str], api: BotApi) -> None:
    """Read what is said; once the link is shown, open it."""
    assert begun.stderr is not None
    for line in begun.stderr:
        told.append(line)
        if link := re.search(r"https://t\.me/rolewire_bot\?start=(\S+)", line):
            api.say(42, f"/start {link[1]}")
