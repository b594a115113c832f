"""One slow board holds up no other, and gets further every time; what never ends is ended. With a real crawl worker."""

import asyncio
import contextlib
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

import boards
import crawling
from commands.common import open_database
from crawling import Crawling, Ended, Worker
from database import read, transaction
from settings import BoardRow, Settings

QUICK = [f"quick{number}" for number in range(6)]
JOB = (
    '<script type="application/ld+json">{{"@type": "JobPosting", "title": "{0}", "description": "<p>{0}</p>"}}</script>'
)
HASTY = (sys.executable, "-m", "tests.tools.hasty_worker")


class Site(ThreadingHTTPServer):
    """Boards of every pace; `release` lets go what hangs."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.release = threading.Event()
        self.asked: list[tuple[str, float]] = []


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, time.monotonic()))
        host, _, path = self.path.lstrip("/").partition("/")
        if path == "robots.txt":
            return self._answer("User-agent: *\nCrawl-delay: 1\n" if host == "seldom.example" else "")
        if host in ("hangs.example", "seldom.example") and path == "jobs.xml":
            urls = "".join(f"<url><loc>https://{host}/jobs/{number}</loc></url>" for number in range(3))
            return self._answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>')
        if host == "hangs.example":
            self.server.release.wait(300)
        if path.startswith("jobs/"):
            return self._answer(JOB.format(f"Engineer {path[5:]}"))
        return self._answer('{"offers": [], "jobs": [], "apiVersion": "1"}')

    def _answer(self, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):  # whoever asked may be dead by now
            self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.release.set()
        server.shutdown()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker whose clock is fast."""
    monkeypatch.setattr(crawling, "COMMAND", HASTY)


Setup = Callable[..., Any]


@pytest.fixture
def crawls(site: Site, tmp_path: Path) -> Setup:
    """Make a database of boards and a Crawling for them; gives both, and stops the worker in the end."""

    @asynccontextmanager
    async def run(*rows: BoardRow, **crawl: Any) -> AsyncIterator[tuple[Crawling, Engine, dict[str, int]]]:
        network = {"replay": f"http://127.0.0.1:{site.server_port}", "pace_replay": True, "delay": 0, "timeout": 600}
        database = {"url": f"sqlite:///{tmp_path / 'test.db'}"}
        settings = Settings.model_validate(
            {
                "database": database,
                "network": network,
                "boards": list(rows),
                "crawl": crawl,
                "pipeline": {"keep": "all"},
            }
        )
        engine = open_database(settings, must_exist=False)
        with transaction(engine) as connection:
            boards.sync(connection, settings.boards)
            ids = {row.board: boards.named(connection, [f"{row.source}/{row.board}"])[0] for row in rows}
        running = Crawling(Worker(settings), engine)
        try:
            yield running, engine, ids
        finally:
            await running.stop()

    return run


def sitemap_board(name: str) -> BoardRow:
    return BoardRow(source="jsonld", board=name, url=f"https://{name}.example/jobs.xml")


async def ended(running: Crawling) -> Ended:
    news = await running.happened.get()
    assert isinstance(news, Ended)
    return news


def test_quick_boards_are_crawled_again_and_again_beside_one_that_hangs(site: Site, crawls: Setup) -> None:
    async def run() -> None:
        quick = [BoardRow(source="recruitee", board=name) for name in QUICK]
        async with crawls(sitemap_board("hangs"), *quick, concurrency=2) as (running, _, ids):
            slow = ids.pop("hangs")
            await running.hand_over([slow, *ids.values()])
            for _ in range(3):
                assert sorted([(await ended(running)).board_id for _ in ids]) == sorted(ids.values())
                await running.hand_over([slow, *ids.values()])
            assert slow in running.in_flight
            site.release.set()
            while (news := await ended(running)).board_id != slow:
                pass
            assert news.crawl
            assert news.crawl["opened"] == 3

    asyncio.run(run())


def test_a_board_that_may_be_asked_seldom_gets_further_every_time(site: Site, crawls: Setup, hasty: None) -> None:
    async def run() -> None:
        async with crawls(sitemap_board("seldom")) as (running, engine, ids):
            held: list[int] = []
            while not held or held[-1] < 3:
                await running.hand_over(list(ids.values()))
                news = await ended(running)
                assert news.crawl
                assert news.crawl["opened"] <= 1
                held.append(open_listings(engine))
            assert held == sorted(held)

    asyncio.run(run())
    pages = [(path, at) for path, at in site.asked if path != "/seldom.example/robots.txt"]
    assert [path for path, _ in pages] == ["/seldom.example/jobs.xml", *(f"/seldom.example/jobs/{n}" for n in range(3))]
    assert sum(path.endswith("robots.txt") for path, _ in site.asked) == 1
    assert min(later - earlier for (_, earlier), (_, later) in pairwise(pages)) >= 1.0


def open_listings(engine: Engine) -> int:
    with read(engine) as connection:
        return connection.execute(text("SELECT count(*) FROM listing WHERE closed_at IS NULL")).scalar_one()


def test_a_board_that_never_ends_is_ended_and_frees_its_host(crawls: Setup, hasty: None) -> None:
    async def run() -> None:
        rows = [BoardRow(source="ashby", board=name) for name in ("endless", "good")]
        async with crawls(*rows, deadline_minutes=0.01) as (running, _, ids):
            await running.hand_over(list(ids.values()))
            first, second = await ended(running), await ended(running)
            assert (first.board_id, second.board_id) == (ids["endless"], ids["good"])
            assert first.crawl
            assert first.crawl["verdict"] == "error"
            assert "deadline_minutes" in first.crawl["reason"]
            assert second.crawl
            assert second.crawl["verdict"] == "empty"

    asyncio.run(run())


def test_a_worker_that_gives_no_sign_of_life_is_replaced(
    site: Site, crawls: Setup, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        async with crawls(sitemap_board("hangs")) as (running, _, ids):
            await running.hand_over(list(ids.values()))
            while not any("/jobs/" in path for path, _ in site.asked):
                await asyncio.sleep(0.05)
            first = running.worker.process
            assert first
            monkeypatch.setattr(crawling, "STALLED_SECONDS", 2.0)
            while first.returncode is None:  # it is let go now and then, so that the next wait is the shorter one
                for order, seconds in ((signal.SIGSTOP, 4), (signal.SIGCONT, 1)):
                    with contextlib.suppress(ProcessLookupError):
                        first.send_signal(order)
                    await asyncio.sleep(seconds)
            assert first.returncode == -signal.SIGKILL
            site.release.set()
            monkeypatch.setattr(crawling, "STALLED_SECONDS", 300.0)
            while running.happened.empty():
                await running.hand_over(list(ids.values()))
                await asyncio.sleep(0.05)
            news = await ended(running)
            assert news.crawl
            assert news.crawl["opened"] == 3

    asyncio.run(run())


def test_worker_and_browser_see_no_secret(site: Site, crawls: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROLEWIRE_TELEGRAM__TOKEN", "ROLEWIRE_EMAIL__PASSWORD", "AWS_SECRET_ACCESS_KEY", "SOME_TOKEN"):
        monkeypatch.setenv(name, "not-for-them")

    async def run() -> list[bytes]:
        row = BoardRow(source="jsonld", board="shown", url="https://hangs.example/careers", rendered=True)
        async with crawls(row) as (running, _, ids):
            await running.hand_over(list(ids.values()))
            while not any(path.endswith("/careers") for path, _ in site.asked):
                assert running.happened.empty(), running.happened.get_nowait()
                await asyncio.sleep(0.05)
            assert running.worker.process
            pids = [running.worker.process.pid, *descendants(running.worker.process.pid)]
            seen = [
                (Path(f"/proc/{pid}/cmdline").read_bytes(), Path(f"/proc/{pid}/environ").read_bytes()) for pid in pids
            ]
            assert any(b"--remote-debugging-pipe" in command for command, _ in seen)
            return [environment for _, environment in seen]

    environments = asyncio.run(run())
    assert all(b"PATH=" in environment for environment in environments[:1])
    assert not any(b"not-for-them" in environment for environment in environments)


def descendants(pid: int) -> list[int]:
    children = [int(word) for path in Path(f"/proc/{pid}/task").glob("*/children") for word in path.read_text().split()]
    return children + [below for child in children for below in descendants(child)]
