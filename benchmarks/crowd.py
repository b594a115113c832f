"""A community of 10,000 people with 100,000 saved searches: how the daemon starts, and tells them of 200 postings.

    python -m benchmarks.crowd [--people 10000] [--searches 10] [--postings 200] [--database URL] [--inside]

`rolewire run` is started on it as people start it. Until it has read the searches the web page is asked for postings
and boards are crawled; then the postings come, and a writer beside the daemon notes how long it waits for each of its
short transactions. `--inside`: dispatch alone, in this process.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

import database
from alerts.dispatch import Dispatcher
from benchmarks.many_boards import answer
from benchmarks.market import Draft, Market
from benchmarks.outbox import insert_all, new_engine, settle
from database import read, table_of, transaction
from models import (
    Address,
    Board,
    Delivery,
    DeliveryReason,
    Link,
    Listing,
    PendingMatch,
    Posting,
    PostingEvent,
    PostingPlace,
    PostingSkill,
    SavedSearch,
    SearchMatch,
    Subscriber,
)
from settings import Settings

AT_ONCE = 1_000
BOARDS, LISTED = 20, 50
BESIDE = ("skills", "places", "sources", "posted_at")  # in tables of their own, or set here


def now() -> datetime:
    return datetime.now(UTC)


def parts(rows: list[Any]) -> Iterator[list[Any]]:
    """So many that a statement can hold them."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def settle_people(engine: Engine, market: Market, people: int, searches: int) -> None:
    """People with an address and their saved searches, whose first looks are behind them."""
    at = now()
    for numbers in parts(list(range(people))):
        with transaction(engine) as connection:
            keys = insert_all(connection, Subscriber, [
                {"public_id": f"s{number}", "name": f"Person {number}", "created_at": at} for number in numbers
            ])  # fmt: skip
            insert_all(connection, Address, [
                {"subscriber_id": key, "channel": "email", "address": f"{key}@example.org", "changed_at": at}
                for key in keys
            ])  # fmt: skip
            insert_all(connection, SavedSearch, [
                {"public_id": f"q{key}-{number}", "subscriber_id": key, "name": str(number), "query": market.query(),
                 "channels": ["email"], "cadence": "instant" if key % 3 else "weekly", "created_at": at,
                 "baseline_at": at}
                for key in keys for number in range(searches)
            ])  # fmt: skip


def open_postings(connection: Connection, board_id: int, first: int, drafts: list[Draft], at: datetime) -> None:
    """Postings as ingest writes them, with what waits to be matched."""
    names = [f"n{number}" for number in range(first, first + len(drafts))]
    listings = insert_all(connection, Listing, [
        {"board_id": board_id, "source": "greenhouse", "board": "bench", "native_id": name, "title": draft.title,
         "url": f"https://bench.example/{name}", "first_seen_at": at}
        for name, draft in zip(names, drafts, strict=True)
    ])  # fmt: skip
    keys = insert_all(connection, Posting, [
        {"public_id": name, "primary_listing_id": listing, "title": draft.title, "company": draft.company,
         "first_seen_at": at, "posted_at": draft.tags["posted_at"], "skills": sorted(draft.tags["skills"])}
        | {name: value for name, value in draft.tags.items() if name not in BESIDE}
        for name, listing, draft in zip(names, listings, drafts, strict=True)
    ])  # fmt: skip
    connection.execute(insert(table_of(Link)), [
        {"listing_id": listing, "posting_id": key, "reason": "only", "linked_at": at}
        for listing, key in zip(listings, keys, strict=True)
    ])  # fmt: skip
    pairs = list(zip(keys, drafts, strict=True))
    connection.execute(insert(table_of(PostingSkill)), [
        {"posting_id": key, "skill": skill} for key, draft in pairs for skill in draft.tags["skills"]
    ])  # fmt: skip
    connection.execute(insert(table_of(PostingPlace)), [
        {"posting_id": key, "number": 0, "city": city, "region": region, "country": country}
        for key, draft in pairs for city, region, country in draft.tags["places"]
    ])  # fmt: skip
    database.write_texts(connection, [
        {"posting_id": key} | database.token_strings(draft.title, draft.company, draft.text) for key, draft in pairs
    ])  # fmt: skip
    opened = {"kind": "opened", "at": at, "changes": {}, "is_baseline": False}
    events = insert_all(connection, PostingEvent, [opened | {"posting_id": key} for key in keys])
    connection.execute(insert(table_of(PendingMatch)), [{"event_id": key} for key in events])


def board(engine: Engine) -> int:
    with transaction(engine) as connection:
        return insert_all(connection, Board, [{"source": "greenhouse", "board": "bench", "paused_at": now()}])[0]


def counted(engine: Engine, model: Any) -> int:
    with read(engine) as connection:
        return connection.execute(select(func.count()).select_from(table_of(model))).scalar_one()


def inside(engine: Engine, drafts: list[Draft], board_id: int) -> None:
    """Dispatch alone."""
    dispatcher = Dispatcher(engine, Settings())
    began, used = time.perf_counter(), time.process_time()
    dispatcher.load()
    print(f"read and packed in {time.perf_counter() - began:.1f} s, {time.process_time() - used:.1f} s of processor")
    with transaction(engine) as connection:
        open_postings(connection, board_id, 0, drafts, now())
    began, used = time.perf_counter(), time.process_time()
    dispatcher.turn(now())
    took = time.perf_counter() - began
    print(f"{len(drafts)} postings in {took:.1f} s, {time.process_time() - used:.1f} s of processor: "
          f"{counted(engine, SearchMatch):,} matches, {counted(engine, Delivery):,} deliveries, "
          f"{counted(engine, DeliveryReason):,} reasons")  # fmt: skip


class Boards(ThreadingHTTPServer):
    """Boards to crawl meanwhile, each with postings of its own."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)


class Answers(BaseHTTPRequestHandler):
    """A Greenhouse that lists postings for whatever board is asked."""

    def do_GET(self) -> None:
        name = next((part for part in self.path.split("/") if part.startswith("crowd")), "")
        body = answer("greenhouse", name, LISTED).encode() if name else b""
        self.send_response(200 if name else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Beside(threading.Thread):
    """Does something short again and again, and notes how long it takes at most."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work, self.took, self.is_over = work, [0.0], threading.Event()
        self.start()

    def run(self) -> None:
        while not self.is_over.wait(0.05):
            began = time.perf_counter()
            self.work()
            self.took.append(time.perf_counter() - began)

    def end(self) -> str:
        """What it noted."""
        self.is_over.set()
        self.join()
        ordered = sorted(self.took)
        middle, most = (round(one * 1000) for one in (ordered[len(ordered) // 2], ordered[-1]))
        return f"{len(ordered) - 1} times, median {middle} ms, at most {most} ms"


def through_the_daemon(engine: Engine, drafts: list[Draft], board_id: int) -> None:
    """`rolewire run`, from its start on."""
    folder = Path(tempfile.mkdtemp(prefix="rolewire-crowd-"))
    with Boards() as server, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rows = "".join(f'[[boards]]\nsource = "greenhouse"\nboard = "crowd{number}"\n' for number in range(BOARDS))
        (folder / "config.toml").write_text(
            f'[database]\nurl = "{engine.url.render_as_string(hide_password=False)}"\n[web]\nport = {port}\n'
            f'[network]\nreplay = "http://127.0.0.1:{server.server_port}"\n{rows}'
        )
        with transaction(engine) as connection:
            open_postings(connection, board_id, 0, drafts[:1], now())
        command = [Path(sys.executable).parent / "rolewire", "run", "--config", folder / "config.toml"]
        began = time.perf_counter()
        with (folder / "log").open("w") as out, subprocess.Popen(command, stdout=out, stderr=out) as daemon:
            try:
                asking = Beside(lambda: ask(port))
                wait_until_matched(engine, daemon)
                took = time.perf_counter() - began
                print(f"the first posting was matched {took:.1f} s after the start, {processor(daemon.pid):.1f} s of "
                      f"processor; the page was asked {asking.end()}; "
                      f"{counted(engine, Listing) - 1:,} postings were crawled meanwhile")  # fmt: skip
                wait_until_matched(engine, daemon)
                tell(engine, drafts[1:], board_id, daemon)
            finally:
                daemon.send_signal(signal.SIGTERM)
        server.shutdown()


def tell(engine: Engine, drafts: list[Draft], board_id: int, daemon: "subprocess.Popen[bytes]") -> None:
    """Have the postings matched and told of, while somebody else writes."""
    before, used = counted(engine, SearchMatch), processor(daemon.pid)
    with transaction(engine) as connection:
        open_postings(connection, board_id, 1, drafts, now())
    began, writing = time.perf_counter(), Beside(lambda: write(engine))
    wait_until_matched(engine, daemon)
    took = time.perf_counter() - began
    used = processor(daemon.pid) - used
    print(f"{len(drafts)} postings were matched and written {took:.1f} s later, in {used:.1f} s of processor: "
          f"{counted(engine, SearchMatch) - before:,} matches; another wrote {writing.end()}")  # fmt: skip


def wait_until_matched(engine: Engine, daemon: "subprocess.Popen[bytes]") -> None:
    while counted(engine, PendingMatch):
        assert daemon.poll() is None, "the daemon ended: see its log"
        time.sleep(0.02)


def ask(port: int) -> None:
    """The page of a search; none while the daemon is not there yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?q=python+role:ml-engineer", timeout=60) as page:
            page.read()
    except OSError:
        time.sleep(0.1)


def write(engine: Engine) -> None:
    with transaction(engine) as connection:
        connection.execute(update(table_of(Board)).where(table_of(Board).c.board == "bench").values(etag="x"))


def processor(pid: int) -> float:
    """Seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--searches", type=int, default=10, help="of each")
    parser.add_argument("--postings", type=int, default=200)
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    parser.add_argument("--inside", action="store_true", help="dispatch alone, in this process")
    options = parser.parse_args()
    market, engine = Market(), new_engine(options.database)
    board_id = board(engine)
    drafts = [market.posting() for _ in range(options.postings + 1)]
    settle_people(engine, market, options.people, options.searches)
    settle(engine)
    (inside if options.inside else through_the_daemon)(engine, drafts, board_id)
    print("load of the machine: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    main()
