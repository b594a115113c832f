"""A board of 25,000 postings at a simulated Workday that gives 2,000 for one question: found, requests, time, memory.

    python -m benchmarks.paged [--postings 25000] [--cap 2000] [--crawls 10] [--check]

Serves the board on localhost, crawls it by a worker of its own until it was read to the end, and counts what is stored.
`--check`: exit 1 if a posting is missing, or the worker took more than 300 MiB.
"""

import argparse
import asyncio
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import Engine, func, select

from benchmarks.worker_memory import memory, start
from crawling import Crawling, Ended
from database import read, table_of
from models import Listing
from settings import BoardRow
from tests.spiders.simulated import Shelf, rows, workday

HOST, MOST = "vast.wd1.myworkdayjobs.com", 300  # MiB


class Site(ThreadingHTTPServer):
    """Plays the board."""

    daemon_threads = True
    request_queue_size = 64
    paths: dict[str, Any]
    asked = 0


class Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets

    def do_POST(self) -> None:
        """A page of the list, or a posting; 404 for robots.txt and the like."""
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        maker = self.server.paths.get(self.path.removeprefix(f"/{HOST}"))
        self.server.asked += 1
        data, status = maker({}, json.loads(body) if body else None) if maker else ({}, 404)
        told = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST  # noqa: N815 - the name is the library's

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def served(postings: int, cap: int) -> Site:
    """The board on localhost."""
    site = Site(("127.0.0.1", 0), Handler)
    site.paths = workday("vast", "Jobs", Shelf(rows(postings, 23, 400), cap=cap))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    return site


def stored(engine: Engine) -> int:
    """How many postings of the board are open."""
    with read(engine) as connection:
        listing = table_of(Listing)
        return int(connection.execute(select(func.count()).where(listing.c.closed_at.is_(None))).scalar_one())


async def run(running: Crawling, engine: Engine, board_id: int, crawls: int, site: Site) -> tuple[int, int]:
    """Crawl until the board was read to its end; returns what is stored, and the worker's peak."""
    print("crawl  verdict    seconds  requests   stored   peak MB")
    peak = 0
    for number in range(1, crawls + 1):
        begun, before = time.monotonic(), site.asked
        await running.hand_over([board_id])
        news = await running.happened.get()
        assert isinstance(news, Ended)
        assert news.crawl
        assert running.worker.process
        peak = max(peak, memory(running.worker.process.pid)[1])
        row = (news.crawl["verdict"], time.monotonic() - begun, site.asked - before, stored(engine), peak)
        print(
            f"{number:5d}  {row[0]:9s} {row[1]:8.0f} {row[2]:9d} {row[3]:8d} {row[4]:9d}  {news.crawl['reason']}",
            flush=True,
        )
        if row[0] != "partial":
            break
    await running.stop()
    return stored(engine), peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, default=25_000)
    parser.add_argument("--cap", type=int, default=2000)
    parser.add_argument("--crawls", type=int, default=10)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    site = served(options.postings, options.cap)
    row = BoardRow(source="workday", board="vast", options={"host": HOST, "site": "Jobs"})
    running, engine, board_ids = start([row], site.server_port)
    found, peak = asyncio.run(run(running, engine, board_ids[0], options.crawls, site))
    if options.check and (found != options.postings or peak > MOST):
        sys.exit(f"{found} of {options.postings} postings, {peak} MB")


if __name__ == "__main__":
    main()
