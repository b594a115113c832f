"""What ingest says happened between the captures of one board, beside what the captures say themselves.

    python -m benchmarks.lifecycle

Reads the dated captures beside the repository, each crawled three times over two days, for the guard believes a large
loss only then. Each disagreement is told with its reason.
"""

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

import boards
import database
from models import Board, BoardEnd, BoardPage, BoardTask, Link, Listing, PostingEvent, RawPosting, Verdict
from pipeline.ingest.shell import Ingest
from settings import Settings
from spiders import SPIDERS

CAPTURES = Path(__file__).parent.parent.parent / "shared" / "captures"
BOARDS = {
    "greenhouse/canonical": ["greenhouse/canonical__2020-08-31.json", "greenhouse/canonical__2023-01-13.json",
                             "greenhouse/canonical__2023-03-28.json", "greenhouse/canonical__2023-04-03.json",
                             "greenhouse/canonical__2023-07-03.json"],
    "ashby/lambda": ["ashby/Lambda.json@2025-10-28", "ashby/lambda__2025-12-20-early.json@2025-12-20",
                     "ashby/lambda__2025-12-20.json@2025-12-21"],
}  # fmt: skip


def main() -> None:
    for name, files in BOARDS.items():
        with tempfile.TemporaryDirectory(prefix="rolewire-lifecycle-") as folder:
            engine = database.open_engine(f"sqlite:///{Path(folder) / 'lifecycle.db'}")
            database.upgrade(engine)
            replay(engine, name, files)
            engine.dispose()


def replay(engine: Engine, name: str, files: list[str]) -> None:
    """Crawl the captures in their order, and hold each against the one before."""
    source, _, board = name.partition("/")
    settings = Settings.model_validate({"pipeline": {"keep": "all"}, "boards": [{"source": source, "board": board}]})
    with database.transaction(engine) as connection:
        boards.sync(connection, settings.boards)
    ingest = Ingest(engine, settings)
    ever: set[str] = set()
    before: set[str] = set()
    for path, day in map(dated, files):
        with database.read(engine) as connection:
            task = boards.task(connection, connection.execute(select(database.table_of(Board).c.id)).scalar_one())
        raws = read(path, task)
        listed = {raw.native_id for raw in raws}
        last = newest_event(engine)
        for hours in (0, 13, 26):  # a large loss is believed after three crawls over a day
            moment = day + timedelta(hours=hours)
            ingest.clock = lambda moment=moment: moment
            crawl(ingest, task, raws)
        told = events_since(engine, last)
        said = Counter({"opened": len(listed - ever), "closed": len(before - listed),
                        "reopened": len((listed - before) & ever)})  # fmt: skip
        print(f"\n{name} {day:%Y-%m-%d}: {len(listed)} listed; captures say {dict(said)}, we say {dict(told)}")
        explain(engine, listed - ever, before - listed)
        ever |= listed
        before = listed


def dated(name: str) -> tuple[Path, datetime]:
    path, _, day = name.partition("@")
    day = day or path.rpartition("__")[2].removesuffix(".json")
    return CAPTURES / path, datetime.fromisoformat(day).replace(tzinfo=UTC)


def read(path: Path, task: BoardTask) -> list[RawPosting]:
    """The postings of a capture, each id once."""
    spider = SPIDERS[task.source]()
    postings = spider.read_saved(path.read_bytes(), task).postings
    first: dict[str, RawPosting] = {}
    for raw in postings:
        raw.kind = spider.kind
        first.setdefault(raw.native_id, raw)
    return list(first.values())


def crawl(ingest: Ingest, task: BoardTask, raws: list[RawPosting]) -> None:
    for start in range(0, len(raws), 500):
        ingest.take(BoardPage(task, raws[start : start + 500]))
    ingest.take(BoardEnd(task, Verdict.OK, seen={raw.native_id for raw in raws}))


def newest_event(engine: Engine) -> int:
    c = database.table_of(PostingEvent).c
    with database.read(engine) as connection:
        return connection.execute(select(c.id).order_by(c.id.desc()).limit(1)).scalar() or 0


def events_since(engine: Engine, last: int) -> Counter[str]:
    c = database.table_of(PostingEvent).c
    with database.read(engine) as connection:
        return Counter(connection.execute(select(c.kind).where(c.id > last, c.kind != "changed")).scalars())


def explain(engine: Engine, came: set[str], went: set[str]) -> None:
    """Why what came opened no posting of its own, and what went closed none."""
    link, listing = database.table_of(Link), database.table_of(Listing)
    wanted = select(listing.c.native_id, listing.c.close_reason, listing.c.closed_at, link.c.reason)
    with database.read(engine) as connection:
        rows = connection.execute(wanted.join(link, link.c.listing_id == listing.c.id)).all()
    joined = Counter(row.reason for row in rows if row.native_id in came and row.reason != database.FOUNDED)
    gone = Counter(row.close_reason or "open still" for row in rows if row.native_id in went)
    for words, counts in (("of what came joined a posting", joined), ("of what went closed", gone)):
        for reason, count in sorted(counts.items()):
            print(f"  {count} {words}: {reason}")


if __name__ == "__main__":
    main()
