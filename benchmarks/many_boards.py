"""Ten thousand boards of eight sources, a fifth of them misbehaving: every healthy one must be read as if alone.

    python -m benchmarks.many_boards [--boards 10000] [--share 20] [--postings 10] [--concurrency 64]
    python -m benchmarks.many_boards --boards 200 --paced

What a board lists follows from its name, so that what must be stored is known beforehand. Those that misbehave hang,
answer 500, reset, send HTML, half a body, a gzip bomb, a redirect in circles, or a byte now and then. A real crawl
worker, real HTTP on localhost, SQLite. With `--paced` the limits of live crawls hold, robots.txt forbids some boards,
some hosts ask to be left alone (429, Retry-After), and the server's log is searched for breaches. It ends by itself.
"""

import argparse
import asyncio
import contextlib
import gzip
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import text

import boards
from crawling import Crawling, Worker
from database import open_engine, read, transaction, upgrade
from settings import BoardRow, Settings

MANNERS = ("hang", "500", "reset", "html", "half", "bomb", "loop", "drip")
SOURCES = ("greenhouse", "lever", "ashby", "recruitee", "workable", "gem", "pinpoint", "jsonld")
BOMB = gzip.compress(bytes(64 << 20))
DELAY, RETRY_AFTER = 0.2, 2
Json = Any


def ads(name: str, count: int) -> list[tuple[str, str, str]]:
    """What a board lists: id, title and text of each."""
    numbers = range(count)
    return [(f"{one + 10_000_000:X}", f"AI Engineer {one} of {name}", f"<p>{name} {one}</p>") for one in numbers]


def answer(source: str, name: str, count: int) -> str:
    """What a healthy board answers."""
    listed = ads(name, count)
    if source == "jsonld":
        return "".join(_script(name, *ad) for ad in listed)
    rows = [_row(source, name, *ad) for ad in listed]
    keys = {"lever": "", "gem": "", "recruitee": "offers", "pinpoint": "data"}
    key = keys.get(source, "jobs")
    return json.dumps({key: rows, "apiVersion": "1"} if key else rows)


def _row(source: str, name: str, key: str, title: str, words: str) -> dict[str, Json]:
    url = f"https://{name}.example/{key}"
    names = {"lever": ("text", "hostedUrl", "description"), "ashby": ("title", "jobUrl", "descriptionHtml")}
    usual = {"greenhouse": ("title", "absolute_url", "content"), "gem": ("title", "absolute_url", "content"),
             "recruitee": ("title", "careers_url", "description")}  # fmt: skip
    title_key, url_key, text_key = (names | usual).get(source, ("title", "url", "description"))
    return {"id": key, "shortcode": key, title_key: title, url_key: url, text_key: words}


def _script(name: str, key: str, title: str, words: str) -> str:
    node = {"@context": "https://schema.org", "@type": "JobPosting", "title": title, "description": words,
            "url": f"https://{name}.example/jobs/{key}"}  # fmt: skip
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@dataclass
class Plan:
    """Which boards there are, and how they behave."""

    count: int
    share: int  # percent that misbehave
    postings: int
    is_paced: bool = False
    manners: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in range(self.count):
            name = f"b{number}"
            self.sources[name] = SOURCES[number % len(SOURCES)]
            bad = number * 7919 % 100 < self.share
            self.manners[name] = MANNERS[number // 3 % len(MANNERS)] if bad else ""
            if self.is_paced and self.sources[name] == "jsonld" and number % 3 == 0:
                self.manners[name] = "closed"

    def rows(self) -> list[BoardRow]:
        """The configuration's."""
        return [BoardRow(source=source, board=name, url=self.url(name)) for name, source in self.sources.items()]

    def url(self, name: str) -> str:
        """Where a board of web pages is."""
        path = "closed/jobs" if self.manners[name] == "closed" else "jobs"
        return f"https://{name}.example/{path}" if self.sources[name] == "jsonld" else ""

    def expected(self) -> set[tuple[str, str]]:
        """Every (board, title) that must be stored."""
        return {(name, ad[1]) for name, manner in self.manners.items() if not manner for ad in ads(name, self.postings)}


class Server(ThreadingHTTPServer):
    """Plays every board of a plan, and keeps a log."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, plan: Plan) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan = plan
        self.log: list[tuple[str, str, float]] = []  # host, path, when it was asked
        self.told: dict[str, float] = {}  # host -> until when it asked to be left alone
        self.breaches: list[str] = []
        self.release = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host, _, path = self.path.lstrip("/").partition("/")
        self.note(host, path)
        if path == "robots.txt":
            return self.say("User-agent: *\nDisallow: /closed\n")
        parts = (*host.split("."), *path.replace("?", "/").split("/"))
        name = next((part for part in parts if part in self.server.plan.sources), "")
        manner = self.server.plan.manners.get(name, "500")
        if self.server.plan.is_paced and name and self.is_tired(name, host):
            return self.say("", 429, {"Retry-After": str(RETRY_AFTER)})
        return getattr(self, f"do_{manner or 'well'}")(name)

    def note(self, host: str, path: str) -> None:
        now = time.monotonic()
        self.server.log.append((host, path, now))
        if path.startswith("closed"):
            self.server.breaches.append(f"{host}/{path} is forbidden by robots.txt")
        if now < self.server.told.get(host, 0.0) - 0.05:
            self.server.breaches.append(f"{host} had asked to be left alone")

    def is_tired(self, name: str, host: str) -> bool:
        """Whether the host of this board asks to be left alone, once."""
        if not name.endswith("7") or host in self.server.told or not host.endswith(".example"):
            return False
        self.server.told[host] = time.monotonic() + RETRY_AFTER
        return True

    def do_well(self, name: str) -> None:
        source = self.server.plan.sources[name]
        self.say(answer(source, name, self.server.plan.postings))

    def do_hang(self, _: str) -> None:
        self.server.release.wait(60)
        self.close_connection = True

    def do_500(self, _: str) -> None:
        self.say("broken", 500)

    def do_reset(self, _: str) -> None:
        self.close_connection = True

    def do_html(self, _: str) -> None:
        self.say("<html><body>Welcome</body></html>")

    def do_half(self, name: str) -> None:
        body = answer(self.server.plan.sources[name], name, self.server.plan.postings).encode()
        self.say(body[: len(body) // 2], promised=len(body))
        self.close_connection = True

    def do_bomb(self, _: str) -> None:
        self.say(BOMB, headers={"Content-Encoding": "gzip"})

    def do_loop(self, _: str) -> None:
        host, _, path = self.path.lstrip("/").partition("/")
        self.say("", 302, {"Location": f"https://{host}/{path}"})

    def do_drip(self, _: str) -> None:
        self.say("{", promised=1000)
        while not self.server.release.wait(0.5):
            self.wfile.write(b" ")
            self.wfile.flush()

    def say(
        self, body: str | bytes, status: int = 200, headers: dict[str, str] | None = None, promised: int = 0
    ) -> None:
        body = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Length": str(promised or len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # whoever asked may have given up
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Outcome:
    """What a run brought."""

    seconds: float
    verdicts: Counter[str]
    missing: set[tuple[str, str]]
    foreign: set[tuple[str, str]]
    well: set[str]  # healthy boards that ended otherwise
    peak_mib: float
    breaches: list[str]


def run(plan: Plan, concurrency: int = 64, timeout: float = 5.0) -> Outcome:
    """Crawl all boards of a plan once."""
    with Server(plan) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        network = {"replay": f"http://127.0.0.1:{server.server_port}", "pace_replay": plan.is_paced, "delay": DELAY,
                   "timeout": timeout, "max_size_mb": 8}  # fmt: skip
        with tempfile.TemporaryDirectory(prefix="rolewire-bench-") as folder:
            settings = Settings.model_validate(
                {"database": {"url": f"sqlite:///{folder}/bench.db"}, "network": network, "boards": plan.rows(),
                 "crawl": {"concurrency": concurrency}, "pipeline": {"keep": "all"}, "log": {"level": "error"}}
            )  # fmt: skip
            outcome = asyncio.run(_crawl(settings, plan))
        server.release.set()
        server.shutdown()
        outcome.breaches = server.breaches + (too_fast(server) if plan.is_paced else [])
    return outcome


async def _crawl(settings: Settings, plan: Plan) -> Outcome:
    engine = open_engine(settings.database.url, must_exist=False)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.sync(connection, settings.boards)
    with read(engine) as connection:
        board_ids = boards.active(connection)
    crawling, started = Crawling(Worker(settings), engine), time.monotonic()
    ended = {row["name"]: row["verdict"] async for row in crawling.crawl(board_ids)}
    seconds, peak = time.monotonic() - started, peak_of(crawling)
    await crawling.stop()
    with read(engine) as connection:
        held = {tuple(row) for row in connection.execute(text("SELECT board, title FROM listing"))}
    engine.dispose()
    expected, names = plan.expected(), {name for name, manner in plan.manners.items() if not manner}
    well = {name for name in names if ended[f"{plan.sources[name]}/{name}"] != "ok"}
    return Outcome(seconds, Counter(ended.values()), expected - held, held - expected, well, peak, [])


def peak_of(crawling: Crawling) -> float:
    """The most memory that the worker ever had, in MiB."""
    assert crawling.worker.process
    status = Path(f"/proc/{crawling.worker.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def too_fast(server: Server) -> list[str]:
    """The requests that came to a host sooner than its pause allows."""
    by_host: dict[str, list[float]] = {}
    for host, _, at in server.log:
        by_host.setdefault(host, []).append(at)
    return [
        f"{host}: two requests within {later - first:.3f} s"
        for host, times in by_host.items()
        for first, later in pairwise(times)
        if later - first < DELAY * 0.9
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boards", type=int, default=10_000)
    parser.add_argument("--share", type=int, default=20, help="percent of the boards that misbehave")
    parser.add_argument("--postings", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--paced", action="store_true", help="hold the limits of live crawls, and look for breaches")
    options = parser.parse_args()
    plan = Plan(options.boards, options.share, options.postings, options.paced)
    found = run(plan, options.concurrency)
    print(f"{len(plan.sources)} boards, {sum(map(bool, plan.manners.values()))} misbehave: {found.seconds:.0f} s")
    print(f"verdicts: {dict(found.verdicts)}; peak of the worker: {found.peak_mib:.0f} MiB")
    print(f"missing {len(found.missing)}, foreign {len(found.foreign)}, healthy but not ok {len(found.well)}")
    print(f"breaches: {len(found.breaches)} {found.breaches[:3]}")
    sys.exit(bool(found.missing or found.foreign or found.well or found.breaches))


if __name__ == "__main__":
    main()
