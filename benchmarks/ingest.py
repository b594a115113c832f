"""How fast postings become rows: HTML in to row stored, one core, beside a bare HTML-to-text pass of the same run.

    python -m benchmarks.ingest [--postings 2000] [--database URL]

Reads the captured Ashby boards beside the repository.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, insert, text

import boards
import database
from benchmarks.captures import postings
from models import BoardEnd, BoardPage, Listing, RawPosting, Verdict
from pipeline.ingest.shell import Ingest
from pipeline.tagging import tag
from pipeline.text.plain import plain_text
from settings import Settings
from worker import collect_rarely

NOW = datetime(2026, 5, 4, tzinfo=UTC)
PAGE = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postings", type=int, default=2000)
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    options = parser.parse_args()
    raws = [replace(raw, board="bench") for raw in postings("ashby")[: options.postings]]
    folder = tempfile.mkdtemp(prefix="rolewire-bench-")
    engine = database.open_engine(options.database or f"sqlite:///{Path(folder) / 'bench.db'}")
    ingest = prepared(engine)
    for raw in raws[:100]:  # loads dictionaries and models, once a process
        tag(raw, NOW)
    steps: dict[str, Callable[[], None]] = {
        "HTML to text alone": lambda: [plain_text(raw.description) for raw in raws] and None,
        "tags": lambda: [tag(raw, NOW) for raw in raws] and None,
        "HTML in to row stored": lambda: store(ingest, raws),
        "unchanged, seen again": lambda: store(ingest, raws),
    }
    collect_rarely()
    base = 0.0
    print(f"{len(raws)} postings, {engine.dialect.name}")
    for name, work in steps.items():
        start = time.perf_counter()
        work()
        took = time.perf_counter() - start
        base = base or took
        each = took / len(raws) * 1e6
        print(f"{name:24s} {1e6 / each:8.0f} postings/s  {each:7.0f} us  {took / base:5.2f} x text")
    for closed in (0, 20_000):
        close_behind(engine, raws[0], closed)
        store(ingest, raws)
        empty_log(engine)
        before = log_position(engine)
        took = min(timed(lambda: store(ingest, raws)) for _ in range(5))
        log = (log_position(engine) - before) // 5
        told = f"unchanged, {closed} closed behind"
        print(f"{told:32s} {took / len(raws) * 1e6:5.0f} us a posting, {log} bytes of log a crawl")


def timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def log_position(engine: Engine) -> int:
    """How far the database's log has come. SQLite's is a file of its own, which is emptied by `empty_log`."""
    if engine.dialect.name == "sqlite":
        return Path(f"{engine.url.database}-wal").stat().st_size
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT pg_current_wal_lsn() - '0/0'")).scalar_one())


def empty_log(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()


def close_behind(engine: Engine, raw: RawPosting, count: int) -> None:
    """As many closed listings on the board, of a usual size."""
    listing = {
        "board_id": 1, "source": "ashby", "board": "bench", "title": raw.title, "description": "x" * 6000, "raw": {},
        "first_seen_at": NOW, "last_seen_at": NOW, "closed_at": NOW, "close_reason": "not listed any more",
    }  # fmt: skip
    empty = Listing(**listing, native_id="").model_dump(exclude={"id"})
    with database.transaction(engine) as connection:
        rows = [empty | {"native_id": f"closed-{number}"} for number in range(count)]
        for start in range(0, count, 1000):
            connection.execute(insert(database.table_of(Listing)), rows[start : start + 1000])


def prepared(engine: Engine) -> Ingest:
    """An ingest over one board."""
    database.upgrade(engine)
    row = {"source": "ashby", "board": "bench"}
    settings = Settings.model_validate({"pipeline": {"keep": "all"}, "boards": [row]})
    with database.transaction(engine) as connection:
        boards.sync(connection, settings.boards)
    return Ingest(engine, settings, lambda: NOW)


def store(ingest: Ingest, raws: list[RawPosting]) -> None:
    with database.read(ingest.engine) as connection:
        task = boards.task(connection, boards.active(connection)[0])
    for start in range(0, len(raws), PAGE):
        ingest.take(BoardPage(task, raws[start : start + PAGE]))
    ingest.take(BoardEnd(task, Verdict.OK, seen={raw.native_id for raw in raws}))


if __name__ == "__main__":
    main()
