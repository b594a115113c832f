"""The daemon as a process: it does the whole job, ends cleanly, stands by, and survives being killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import httpx2
import pytest
from sqlalchemy import text

from database import read, transaction
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.mailserver import MailServer
from tests.tools import kill_sweep
from tests.tools.kill_sweep import Sweep, finish

DROP_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Sweep]:
    """For what does not depend on the engine."""
    yield from _sweep(tmp_path, f"sqlite:///{tmp_path / 'test.db'}")


@pytest.fixture
def sweep(tmp_path: Path, database_url: str) -> Iterator[Sweep]:
    yield from _sweep(tmp_path, database_url)


def _sweep(tmp_path: Path, database_url: str) -> Iterator[Sweep]:
    with BoardServer(MONDAY) as boards, MailServer(tmp_path / "mail") as mail, BotApi() as api:
        sweep = Sweep(tmp_path, database_url, boards, mail, api)
        yield sweep
        sweep.engine.dispose()


def wait_for(what: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait however long it takes, a busy machine is no fault; pytest's own timeout ends what hangs."""
    try:
        while not what():
            assert process.poll() is None, f"ended with {process.returncode}"
            time.sleep(0.1)
    except BaseException:
        print(log.read_text()[-3000:])
        raise


@pytest.mark.long
def test_daemon_crawls_matches_delivers_and_tells_each_match_once(sweep: Sweep) -> None:
    finish(sweep, *kill_sweep.WEEKS)
    found = kill_sweep.findings(sweep, [])
    assert found["lost"] == []
    assert found["repeated_unmarked"] == []
    assert found["owed"] == found["arrived"] > 20
    assert {address for address, _ in sweep.owed()} == {str(kill_sweep.CHAT), "ben@people.example"}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_killed_at_random_moments_it_loses_and_repeats_nothing(sweep: Sweep, tmp_path: Path) -> None:
    chance = kill_sweep.random.Random(5)
    for number in range(4):
        kill_sweep.kill_at_random(sweep, ("crawl", "run")[number % 2], chance)
    finish(sweep, *kill_sweep.WEEKS)
    found = kill_sweep.findings(sweep, [])
    assert found["lost"] == []
    assert found["repeated_unmarked"] == []
    assert found["postings"] == undisturbed(tmp_path)


def undisturbed(folder: Path) -> list[tuple[str, bool]]:
    """The postings of a run that nobody kills."""
    clean = folder / "clean"
    clean.mkdir()
    with BoardServer(MONDAY) as boards, MailServer(clean / "mail") as mail, BotApi() as api:
        sweep = Sweep(clean, f"sqlite:///{clean / 'rolewire.db'}", boards, mail, api)
        finish(sweep, *kill_sweep.WEEKS)
        return sweep.postings()


def test_second_daemon_stands_by_and_takes_over(sweep: Sweep) -> None:
    log = sweep.folder / "rolewire.log"
    first = sweep.start("run")
    wait_for(lambda: "rolewire runs" in log.read_text(), first, log)
    second = sweep.start("run")
    try:
        wait_for(lambda: "standing by" in log.read_text(), second, log)
        assert log.read_text().count("rolewire runs") == 1
        first.send_signal(signal.SIGTERM)
        assert first.wait() == 0
        wait_for(lambda: log.read_text().count("rolewire runs") == 2, second, log)
        second.send_signal(signal.SIGTERM)
        assert second.wait() == 0
    finally:
        first.kill()
        second.kill()


def test_daemon_outlives_a_database_that_drops_its_sessions(tmp_path: Path, fresh_postgres_url: str) -> None:
    with BoardServer(MONDAY) as boards, MailServer(tmp_path / "mail") as mail, BotApi() as api:
        sweep = Sweep(tmp_path, fresh_postgres_url, boards, mail, api)
        port = free_port()
        web = f"enabled = true\nport = {port}"
        sweep.config.write_text(sweep.config.read_text().replace("enabled = false", web))
        log = sweep.folder / "rolewire.log"
        daemons = [sweep.start("run")]
        try:
            wait_for(lambda: sweep.runs() == 1, daemons[0], log)
            daemons.append(sweep.start("run"))
            wait_for(lambda: "standing by" in log.read_text(), daemons[1], log)
            with sweep.engine.connect() as connection:
                connection.execute(text(DROP_SESSIONS))
            wait_for(lambda: sweep.runs() == 2, daemons[1], log)
            for daemon in daemons:
                assert daemon.poll() is None, log.read_text()[-3000:]
            with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.status == 200
            for daemon in daemons:
                daemon.send_signal(signal.SIGTERM)
            assert [daemon.wait() for daemon in daemons] == [0, 0]
        finally:
            for daemon in daemons:
                daemon.kill()
            sweep.engine.dispose()
        assert "Traceback" not in log.read_text()


def test_crawl_beside_a_daemon_has_it_crawl(on_sqlite: Sweep) -> None:
    log = on_sqlite.folder / "rolewire.log"
    daemon = on_sqlite.start("run")
    try:
        wait_for(lambda: "rolewire runs" in log.read_text(), daemon, log)
        wait_for(on_sqlite.is_quiet, daemon, log)
        done = subprocess.run(
            [sys.executable, "-m", "cli", "crawl", "greenhouse/northlight", "--config", on_sqlite.config],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        assert done.returncode == 0, done.stderr
        assert "the daemon that runs crawls 1" in done.stderr
        assert "1 boards crawled (1 ok)" in done.stderr
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait() == 0


def test_web_page_is_up_and_a_taken_port_is_a_clear_error(on_sqlite: Sweep) -> None:
    log = on_sqlite.folder / "rolewire.log"
    taken = on_sqlite.boards.url.rpartition(":")[2]
    text = on_sqlite.config.read_text()
    on_sqlite.config.write_text(text.replace("enabled = false", f"enabled = true\nport = {taken}"))
    process = on_sqlite.start("run")
    assert process.wait() != 0
    assert "port" in log.read_text()
    port, runs = free_port(), log.read_text().count("rolewire runs")
    on_sqlite.config.write_text(text.replace("enabled = false", f"enabled = true\nport = {port}"))
    process = on_sqlite.start("run")
    try:
        wait_for(lambda: log.read_text().count("rolewire runs") > runs, process, log)
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_secrets_stay_out_of_the_log(on_sqlite: Sweep) -> None:
    on_sqlite.config.write_text(
        on_sqlite.config.read_text().replace(on_sqlite.api.url, "http://127.0.0.1:9")
    )  # nobody answers
    log = on_sqlite.folder / "rolewire.log"
    process = on_sqlite.start("run")
    try:
        wait_for(lambda: "outbox" in log.read_text(), process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    assert on_sqlite.api.token not in log.read_text()
    assert "bot token" in log.read_text() or "telegram" in log.read_text()


@pytest.mark.long
def test_board_that_breaks_is_told_to_the_operator(on_sqlite: Sweep) -> None:
    on_sqlite.config.write_text(
        on_sqlite.config.read_text() + '[operator]\naddresses = ["email:operator@people.example"]\ngather_minutes = 0\n'
    )
    for site in [site for site in on_sqlite.boards.sites if "greenhouse" in site]:
        del on_sqlite.boards.sites[site]
    log = on_sqlite.folder / "rolewire.log"
    process = on_sqlite.start("run", "tests.tools.hasty_daemon")
    try:
        for _ in range(3):
            wait_for(lambda: not due(on_sqlite), process, log)
            with transaction(on_sqlite.engine) as connection:
                connection.execute(text("UPDATE board SET due_at = NULL WHERE source = 'greenhouse'"))
        wait_for(
            lambda: any("operator@people.example" in mail.recipients for mail in on_sqlite.mail.arrived), process, log
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    told = [mail.part("plain") for mail in on_sqlite.mail.arrived if "operator@people.example" in mail.recipients]
    assert len(told) == 1
    assert "greenhouse/northlight is gone" in told[0]


def due(sweep: Sweep) -> int:
    with read(sweep.engine) as connection:
        known = connection.execute(text("SELECT count(*) FROM board")).scalar_one()
        return connection.execute(text("SELECT count(*) FROM board WHERE due_at IS NULL")).scalar_one() or not known


def test_a_first_start_is_set_up_in_the_browser_and_begins_anew_with_the_answers(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ROLEWIRE_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parent.parent), "ROLEWIRE_WEB__PORT": str(port)}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "run"], cwd=tmp_path, env=environment, stdout=file, stderr=file
        )
    try:
        wait_for(lambda: "rolewire runs" in log.read_text(), process, log)
        token = re.search(r"/setup\?token=(\S+)", log.read_text())
        assert token is not None
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
            page = browser.post(f"/setup?token={token[1]}")
            key = re.search(r'name="key" value="([^"]+)"', page.text)
            assert key is not None
            for step, said in {
                "you": {"name": "Ada", "timezone": "UTC", "port": str(port)},
                "search": {"what": "role:ai-engineer"}, "boards": {}, "telegram": {"action": "skip"},
                "email": {"action": "skip"}, "check": {},
            }.items():  # fmt: skip
                page = browser.post(f"/setup/{step}", data={"key": key[1], **said})
                assert page.status_code == 200, page.text
        assert "rolewire is set up" in page.text
        wait_for(lambda: log.read_text().count("rolewire runs") == 2, process, log)
        assert f"port = {port}" in (tmp_path / "config.toml").read_text()
        assert log.read_text().count("setup?token=") == 1  # it is closed
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
