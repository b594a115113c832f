"""The crawl worker's memory over many crawls of captured boards, each read in full.

    python -m benchmarks.worker_memory [--crawls 2000] [--boards 60]

Serves the captured Ashby boards beside the repository without validators, so that every crawl parses its board; prints
the worker's resident memory as it goes, and its peak.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

import boards
from benchmarks.captures import CAPTURES
from crawling import Crawling, Ended, Worker
from database import open_engine, transaction, upgrade
from settings import BoardRow, Settings

LOOKS = 10


class Site(ThreadingHTTPServer):
    """Serves the captures by the board's name."""

    daemon_threads = True
    request_queue_size = 64
    bodies: dict[str, Path]


class Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        """Send the capture of a board; 404 for robots.txt and the like."""
        path = self.server.bodies.get(self.path.partition("?")[0].rpartition("/")[2])
        body = path.read_bytes() if path else b""
        self.send_response(200 if path else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def memory(pid: int) -> tuple[int, int]:
    """Resident memory of a process and its peak, in MB."""
    told = Path(f"/proc/{pid}/status").read_text()
    now, peak = (int(re.findall(rf"{name}:\s+(\d+)", told)[0]) // 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


async def run(running: Crawling, board_ids: list[int], crawls: int) -> None:
    """Crawl the boards again and again, each as soon as it ended."""
    print("crawls   resident MB   peak MB")
    for number in range(1, crawls + 1):
        await running.hand_over(board_ids)
        news = await running.happened.get()
        assert isinstance(news, Ended)
        assert news.crawl
        if number % (crawls // LOOKS) == 0:
            assert running.worker.process
            now, peak = memory(running.worker.process.pid)
            print(f"{number:6d} {now:13d} {peak:9d}", flush=True)
    await running.stop()


def start(rows: list[BoardRow], port: int) -> tuple[Crawling, Engine, list[int]]:
    """A crawl worker for these boards, all of which a server on this machine plays; its new database and their keys."""
    values = {
        "database": {"url": f"sqlite:///{Path(tempfile.mkdtemp(prefix='rolewire-bench-')) / 'bench.db'}"},
        "log": {"level": "error"}, "network": {"replay": f"http://127.0.0.1:{port}"}, "boards": rows,
    }  # fmt: skip
    settings = Settings.model_validate(values)
    engine = open_engine(settings.database.url)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.sync(connection, settings.boards)
        return Crawling(Worker(settings), engine), engine, boards.active(connection)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crawls", type=int, default=2000)
    parser.add_argument("--boards", type=int, default=60)
    options = parser.parse_args()
    found = {path.stem.partition("__")[0]: path for path in sorted((CAPTURES / "ashby").glob("*.json"))}
    bodies = {name: path for name, path in found.items() if b'"jobs"' in path.read_bytes()[:200_000]}
    if not bodies:
        sys.exit(f"no captures of ashby at {CAPTURES}: nothing measured")
    site = Site(("127.0.0.1", 0), Handler)
    site.bodies = dict(list(bodies.items())[: options.boards])
    threading.Thread(target=site.serve_forever, daemon=True).start()
    running, _, board_ids = start([BoardRow(source="ashby", board=name) for name in site.bodies], site.server_port)
    asyncio.run(run(running, board_ids, options.crawls))


if __name__ == "__main__":
    main()
