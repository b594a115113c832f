"""The crawl worker: what it does when the database refuses, and what becomes of a board that kills it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

import boards
from alerts.notices import lasting
from commands.common import open_database
from crawling import Crawling, Worker, WorkerDied
from database import read, transaction
from settings import BoardRow, Settings

ROOT = Path(__file__).parent.parent
WELL = b'{"jobs": [{"id": "1", "title": "Engineer", "descriptionPlain": "Build."}], "apiVersion": "1"}'
REFUSE = "CREATE TRIGGER refuse BEFORE INSERT ON crawl BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


class Site(ThreadingHTTPServer):
    """Two boards: `good` is empty of postings, `deadly` kills the crawl worker that asks for it."""

    daemon_threads = True
    parent = 0
    kills = 0
    is_mended = False


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        if self.path.endswith("robots.txt"):
            return self._answer(b"")
        if "/deadly" in self.path:
            self.server.kills += 1
            for pid in children(self.server.parent):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return None
        if "/broken" in self.path:
            return self._answer(WELL if self.server.is_mended else b"<html>moved</html>")
        return self._answer(b'{"jobs": [], "apiVersion": "1"}')

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(pid) for path in found for pid in path.read_text().split()]


@contextlib.contextmanager
def serving() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), Handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.shutdown()


def settings_for(site: Site, url: str, *tokens: str) -> Settings:
    rows = [BoardRow(source="ashby", board=token) for token in tokens]
    network = {"replay": f"http://127.0.0.1:{site.server_port}"}
    return Settings.model_validate({"database": {"url": url}, "network": network, "boards": rows})


async def _crawl(board_ids: list[int], crawling: Crawling) -> list[dict[str, Any]]:
    return [row async for row in crawling.crawl(board_ids)]


def test_worker_outlives_a_database_that_refuses(tmp_path: Path) -> None:
    with serving() as site:
        settings = settings_for(site, f"sqlite:///{tmp_path / 'test.db'}", "good")
        engine = open_database(settings, must_exist=False)
        with transaction(engine) as connection:
            boards.sync(connection, settings.boards)
            connection.execute(text(REFUSE))
        refused, stored = asyncio.run(_twice(settings, engine, [1]))
    assert refused == []
    assert [row["verdict"] for row in stored] == ["empty"]


async def _twice(
    settings: Settings, engine: Engine, board_ids: list[int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    crawling = Crawling(Worker(settings), engine)
    try:
        refused = await _crawl(board_ids, crawling)
        with transaction(engine) as connection:
            connection.execute(text("DROP TRIGGER refuse"))
        return refused, await _crawl(board_ids, crawling)
    finally:
        await crawling.stop()


@pytest.mark.long
def test_board_that_kills_the_worker_is_found_and_waits(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with serving() as site:
        settings = settings_for(site, url, "deadly", "good")
        rows = "".join(f'[[boards]]\nsource = "ashby"\nboard = "{row.board}"\n' for row in settings.boards)
        config = tmp_path / "config.toml"
        network = f'[network]\nreplay = "{settings.network.replay}"\n'
        config.write_text(f'[database]\nurl = "{url}"\n{network}[web]\nenabled = false\n{rows}')
        engine = open_database(settings, must_exist=False)
        with (tmp_path / "log").open("ab") as log:
            command = [sys.executable, "-m", "tests.tools.hasty_daemon", "run", "--config", str(config)]
            daemon = subprocess.Popen(command, stderr=log, cwd=ROOT)
        site.parent = daemon.pid
        try:
            while len(found := verdicts(engine)) < 2:
                assert daemon.poll() is None, (tmp_path / "log").read_text()[-3000:]
                time.sleep(0.2)
        finally:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait() == 0
        assert site.kills == 2
    assert found["good"][0] == "empty"
    assert found["deadly"][0] == "error"
    assert "ended the crawl worker" in found["deadly"][1]


def verdicts(engine: Engine) -> dict[str, tuple[str, str]]:
    """Board -> verdict and reason, of those that have one."""
    with read(engine) as connection:
        rows = connection.execute(text("SELECT board, last_verdict, last_reason FROM board WHERE last_verdict <> ''"))
        return {board: (verdict, reason) for board, verdict, reason in rows}


def test_full_disk_and_failing_boards_are_a_line_each(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serving() as site:
        settings = settings_for(site, f"sqlite:///{tmp_path / 'test.db'}", "good", "broken")
        engine = open_database(settings, must_exist=False)
        with transaction(engine) as connection:
            boards.sync(connection, settings.boards)
            connection.execute(text(REFUSE))
        refused, stored = asyncio.run(_twice(settings, engine, [1, 2]))
    assert (len(refused), len(stored)) == (0, 2)
    told = capfd.readouterr().err
    assert "Traceback" not in told
    assert all("verdict not stored" in line for line in told.splitlines())
    assert told.count("database or disk is full") == 2


@pytest.mark.long
def test_crawling_by_hand_raises_and_ends_the_same_trouble(tmp_path: Path, run: Callable[..., Any]) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with serving() as site:
        settings = settings_for(site, url, "broken")
        config = tmp_path / "config.toml"
        network = f'[network]\nreplay = "{settings.network.replay}"\n'
        config.write_text(f'[database]\nurl = "{url}"\n{network}[[boards]]\nsource = "ashby"\nboard = "broken"\n')
        engine = open_database(settings, must_exist=False)
        told = [crawl_and_look(run, engine) for _ in range(3)]
        site.is_mended = True
        told.append(crawl_and_look(run, engine))
    assert [len(lasting) for lasting in told] == [0, 0, 1, 0]
    assert "broken is error" in told[2][0]


def crawl_and_look(run: Callable[..., Any], engine: Engine) -> list[str]:
    """Run a crawl; returns the words of the trouble that lasts."""
    assert run("crawl", "--force").returncode == 0
    with read(engine) as connection:
        return [row["text"] for row in lasting(connection)]


def test_worker_that_cannot_start_blames_no_board(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    settings = Settings.model_validate({"database": {"url": f"sqlite:///{tmp_path / 'folder' / 'test.db'}"}})
    engine = open_database(settings, must_exist=False)
    engine.dispose()
    for file in (tmp_path / "folder").iterdir():
        file.unlink()
    (tmp_path / "folder").rmdir()  # unmounted, say

    async def crawl() -> None:
        await _crawl([1], Crawling(Worker(settings), engine))

    with pytest.raises(WorkerDied):
        asyncio.run(crawl())


ANSWERS = """
import collections, worker

class Answer:
    alive = 0

    def __init__(self):
        Answer.alive += 1
        self.parts = [[self] for _ in range(500)]

    def __del__(self):
        Answer.alive -= 1

worker.collect_rarely()
under_way, most = collections.deque(maxlen=64), 0
for _ in range(20_000):
    under_way.append(Answer())
    most = max(most, Answer.alive)
print(most)
"""


def test_answers_that_outlived_a_first_look_do_not_pile_up() -> None:
    done = subprocess.run([sys.executable, "-c", ANSWERS], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(done.stdout) < 1_200
