"""Whether slow boards hold up quick ones: 200 quick boards beside one that hangs and one that may be asked seldom.

    python -m benchmarks.isolation [--minutes 8] [--scale 20] [--quick 200]

The real times would take a day, so all of them are divided by `--scale`: the interval (60 minutes), the pause between
two requests to a host (1 s), the deadline of a board (15 minutes), what hangs (30 s a page, 300 pages), the Crawl-delay
(3600 s). Our own work is not divided, and lateness is multiplied again: what is printed is rather too much. Half of the
quick boards share one host. A real crawl worker, real HTTP, SQLite. Lateness is from the moment a board was due again
to its verdict; the first crawls, which are all due at once while the worker starts, do not count.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

import boards
import crawling
import rolling
import worker
from crawling import Crawling, Ended, Worker
from database import open_engine, read, transaction, upgrade
from scheduler import PLAN_SECONDS
from settings import BoardRow, Settings
from spiders.base import memo, patience

INTERVAL, PAUSE, DEADLINE, HANG, TIMEOUT, SELDOM = 3600.0, 1.0, 900.0, 30.0, 60.0, 3600.0
PAGES = 300
JOB = (
    '<script type="application/ld+json">'
    '{{"@type": "JobPosting", "title": "Job {0}", "description": "<p>x</p>"}}</script>'
)
SLOW = ("hangs", "seldom")


class Site(ThreadingHTTPServer):
    """Plays every board."""

    daemon_threads = True
    request_queue_size = 512
    scale = 1.0


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        host, _, path = self.path.lstrip("/").partition("/")
        if path == "robots.txt":
            seldom = f"User-agent: *\nCrawl-delay: {SELDOM / self.server.scale}\n"
            self.answer(seldom if host == "seldom.example" else "")
        elif path == "jobs.xml":
            urls = "".join(f"<url><loc>https://{host}/jobs/{number}</loc></url>" for number in range(PAGES))
            self.answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>')
        elif path.startswith("jobs/"):
            if host == "hangs.example":
                time.sleep(HANG / self.server.scale)
            self.answer(JOB.format(path[5:]))
        else:
            self.answer('{"offers": [], "jobs": [], "apiVersion": "1"}')

    def answer(self, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(OSError):  # whoever asked may have given up
            self.end_headers()
            self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def as_worker(scale: float) -> None:
    """Be the crawl worker, on the scaled clock."""
    patience.SHORT, patience.LONG = patience.SHORT / scale, patience.LONG / scale
    memo.LONG, memo.DAY = patience.LONG, memo.DAY / scale
    rolling.SLOW_SECONDS /= scale
    worker.GRACE_SECONDS /= scale
    worker.main()


async def run(engine: Engine, settings: Settings, minutes: float, scale: float) -> None:
    """Crawl for so many real minutes; prints what was late, and how far the slow boards got."""
    with read(engine) as connection:
        names = {row["board"]: row["id"] for row in connection.execute(text("SELECT id, board FROM board")).mappings()}
    slow = {names[name]: name for name in SLOW}
    running = Crawling(Worker(settings), engine)
    due = dict.fromkeys(names.values(), time.monotonic())
    late: list[float] = []
    crawled: set[int] = set()
    turns, further = Counter[str](), {name: [0] for name in SLOW}
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        await running.hand_over([board for board, at in due.items() if at <= time.monotonic()])
        try:
            news = await asyncio.wait_for(running.happened.get(), PLAN_SECONDS / scale)
        except TimeoutError:
            continue
        assert isinstance(news, Ended)
        assert news.crawl
        now, name = time.monotonic(), slow.get(news.board_id, "quick")
        turns[f"{name}: {news.crawl['verdict']}"] += 1
        if name == "quick":
            late += [(now - due[news.board_id]) * scale] * (news.board_id in crawled)
            crawled.add(news.board_id)
        else:
            further[name].append(held(engine, news.board_id))
        due[news.board_id] = now + INTERVAL / scale
    await running.stop()
    report(late, turns, further)


def held(engine: Engine, board_id: int) -> int:
    """How many postings of a board are stored."""
    with read(engine) as connection:
        count = text("SELECT count(*) FROM listing WHERE board_id = :board")
        return int(connection.execute(count, {"board": board_id}).scalar_one())


def report(late: list[float], turns: Counter[str], further: dict[str, list[int]]) -> None:
    """Print the figures."""
    ordered = sorted(late)
    for share in (50, 99, 100):
        print(f"quick boards, lateness p{share}: {ordered[(len(ordered) - 1) * share // 100]:.1f} s")
    print(f"turns: {dict(turns)}")
    for name, counts in further.items():
        print(f"{name}, postings stored after each turn: {counts[1:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--scale", type=float, default=20)
    parser.add_argument("--quick", type=int, default=200)
    parser.add_argument("--worker", action="store_true", help="be the crawl worker of this benchmark")
    options = parser.parse_args()
    if options.worker:
        as_worker(options.scale)
        return
    site = Site(("127.0.0.1", 0), Handler)
    site.scale = options.scale
    threading.Thread(target=site.serve_forever, daemon=True).start()
    rows = [BoardRow(source=("ashby", "recruitee")[n % 2], board=f"quick{n}") for n in range(options.quick)]
    rows += [BoardRow(source="jsonld", board=name, url=f"https://{name}.example/jobs.xml") for name in SLOW]
    network = {"replay": f"http://127.0.0.1:{site.server_port}", "pace_replay": True}
    network |= {"delay": PAUSE / options.scale, "timeout": TIMEOUT / options.scale}
    url = f"sqlite:///{Path(tempfile.mkdtemp(prefix='rolewire-bench-')) / 'bench.db'}"
    crawl = {"deadline_minutes": DEADLINE / 60 / options.scale}
    settings = Settings.model_validate(
        {"database": {"url": url}, "network": network, "boards": rows, "crawl": crawl, "pipeline": {"keep": "all"},
         "log": {"level": "error"}}
    )  # fmt: skip
    engine = open_engine(url)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.sync(connection, settings.boards)
    crawling.COMMAND = (sys.executable, "-m", "benchmarks.isolation", "--worker", "--scale", str(options.scale))
    asyncio.run(run(engine, settings, options.minutes, options.scale))


if __name__ == "__main__":
    main()
