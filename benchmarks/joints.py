"""How the joints grow: each with what it must do held equal, and what has nothing to do with it grown tenfold.

    python -m benchmarks.joints [dispatch|outbox|crawl ...] [--database URL] [--quick]

Dispatch with nothing waiting, with one event and with 100, beside 1,000, 10,000 and 100,000 saved searches, and the
first look of a search that 40,000 open postings match. One broad search matches every posting; the others ask for
roles, skills, cities, pay and words in many mixtures, and for one thing that no posting of these has.
An outbox's turn, and the making of a digest of twenty, while 2,000, 20,000 and 200,000 deliveries wait.
A crawl of 500 postings that changes nothing, with no and with 20,000 closed listings behind the board.
"""

import argparse
import logging
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, insert, select, text

import database
from alerts.dispatch import Dispatcher
from benchmarks.ingest import prepared, store
from benchmarks.outbox import digests, insert_all, new_engine, settle
from database import table_of, transaction
from models import (
    ROLES,
    Address,
    Board,
    Listing,
    PendingMatch,
    Posting,
    PostingEvent,
    RawPosting,
    SavedSearch,
    Subscriber,
)
from settings import Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000)
OPEN = 40_000
WAITING = (2_000, 20_000, 200_000)
LISTED, CLOSED = 500, 20_000
PER_PERSON = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=list(PARTS), help="dispatch, outbox, crawl; none: all")
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    parser.add_argument("--quick", action="store_true", help="the two smaller sizes, and fewer open postings")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for part in options.parts:
        PARTS[part](options.database, options.quick)


def dispatch(url: str, is_quick: bool) -> None:
    """Dispatch beside searches that have nothing to do with what happens."""
    engine = new_engine(url)
    world = World(engine)
    print(f"{engine.dialect.name}\n{'searches':>9s} {'idle ms':>9s} {'1 event ms':>11s} {'100 events ms':>14s}")
    before: list[float] = []
    for size in SIZES[:2] if is_quick else SIZES:
        world.grow_to(size)
        before = show(size, [world.idle(), world.events(1), world.events(100)], before)
    count = OPEN // 10 if is_quick else OPEN
    print(f"first look at {count:,} matches: {world.first_look(count):.2f} s")


def outbox(url: str, is_quick: bool) -> None:
    """An idle turn and the making of a digest, beside deliveries that wait."""
    print(f"{'waiting':>9s} {'idle ms':>9s} {'a digest ms':>11s}")
    before: list[float] = []
    for size in WAITING[:2] if is_quick else WAITING:
        engine = new_engine(url)
        took = digests(engine, size)
        before = show(size, [took["idle_turn"], took["all_digests"] / took["digests"]], before)
        engine.dispose()


def crawl(url: str, _is_quick: bool) -> None:
    """What a crawl costs that changes nothing, beside listings that are closed."""
    engine = new_engine(url)
    ingest = prepared(engine)
    raws = [
        RawPosting("ashby", "bench", str(n), f"https://jobs.ashbyhq.com/bench/{n}", f"AI Engineer {n}",
                   company="Bench", description=f"<p>You build agents, number {n}.</p>" * 100)
        for n in range(LISTED)
    ]  # fmt: skip
    for _ in range(3):  # a first crawl, and what it leaves to the next
        store(ingest, raws)
    print(f"{engine.dialect.name}\n{'closed':>9s} {'us a posting':>12s} {'KB of WAL':>10s}")
    for size in (0, CLOSED):
        if size:
            close_behind(engine, size)
        best = min(timed(lambda: store(ingest, raws)) for _ in range(10))
        print(f"{size:9,d} {best / LISTED * 1e6:12.1f} {wal_bytes(engine, lambda: store(ingest, raws)) / 1024:10.1f}")


def close_behind(engine: Engine, count: int) -> None:
    """Listings of the board that closed long ago."""
    with transaction(engine) as connection:
        board = connection.execute(select(table_of(Board).c.id).where(table_of(Board).c.board == "bench")).scalar_one()
        insert_all(connection, Listing, [
            {"board_id": board, "source": "ashby", "board": "bench", "native_id": f"old{n}", "title": "Cook",
             "first_seen_at": NOW, "closed_at": NOW} for n in range(count)
        ])  # fmt: skip
    settle(engine)


def wal_bytes(engine: Engine, work: Callable[[], Any]) -> float:
    """What the work adds to the write-ahead log."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        work()
        return Path(f"{engine.url.database}-wal").stat().st_size
    with engine.connect() as connection:
        before = connection.execute(text("SELECT pg_current_wal_insert_lsn()")).scalar_one()
    work()
    with engine.connect() as connection:
        said = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), CAST(:before AS pg_lsn))")
        return float(connection.execute(said, {"before": before}).scalar_one())


def show(size: int, took: list[float], before: list[float]) -> list[float]:
    """A line of the table, with how each grew from the line before."""
    shown = " ".join(f"{one * 1000:{width}.2f}" for one, width in zip(took, (9, 11, 14), strict=False))
    ratios = [f"x{one / old:.1f}" for one, old in zip(took, before, strict=False)]
    print(f"{size:9,d} {shown}  {' '.join(ratios)}", flush=True)
    return took


PARTS = {"dispatch": dispatch, "outbox": outbox, "crawl": crawl}


class World:
    """Searches of many people, and postings as they are needed."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.dispatcher = engine, Dispatcher(engine, Settings())
        self.random, self.searches, self.postings = random.Random(7), 0, 0
        self.dispatcher.load()
        with transaction(engine) as connection:
            board = Board(source="greenhouse", board="bench").model_dump(exclude={"id"})
            self.board_id = connection.execute(
                insert(table_of(Board)).returning(table_of(Board).c.id), board
            ).scalar_one()

    def grow_to(self, size: int) -> None:
        """Save searches up to this number, all of which have looked."""
        with transaction(self.engine) as connection:
            while self.searches < size:
                self._person(connection)
        self.events(1)  # reads what was saved
        self.dispatcher.registry.load(self.engine)  # as the daemon does beside it, once many have changed

    def _person(self, connection: Connection) -> None:
        person = Subscriber(public_id=f"s{self.searches}", name="B", created_at=NOW).model_dump(exclude={"id"})
        who = table_of(Subscriber)
        key = connection.execute(insert(who).returning(who.c.id), person).scalar_one()
        address = Address(subscriber_id=key, channel="email", address=f"{key}@example.org", changed_at=NOW)
        connection.execute(insert(table_of(Address)), address.model_dump(exclude={"id"}))
        connection.execute(insert(table_of(SavedSearch)), [self.search(key) for _ in range(PER_PERSON)])

    def search(self, person: int, query: str = "", is_new: bool = False) -> dict[str, Any]:
        """A row of saved_search."""
        self.searches += 1
        row = SavedSearch(
            public_id=f"q{self.searches}", subscriber_id=person, name=f"q{self.searches}", query=query or self.query(),
            channels=["email"], created_at=NOW, baseline_at=None if is_new else NOW,
        )  # fmt: skip
        return row.model_dump(exclude={"id"})

    def query(self) -> str:
        """Selective and of no concern to the events' postings, but for the first."""
        if self.searches == 1:
            return "title:engineer role:ml-engineer country:FR"
        word, role = f"rare{self.random.randrange(40_000)}", self.random.choice(ROLES[:-1])
        return self.random.choice((
            f"role:{role} {word}", f"title:engineer {word}", f'"senior {word}" country:US,DE',
            f"skill:{word} remote:EU",
            f"company:{word} -seniority:intern", f"({word} OR other{word}) salary>=150k", f"role:{role} city:{word}",
        ))  # fmt: skip

    def open(self, count: int, title: str, with_events: bool = True) -> None:
        """Open postings, as ingest does."""
        numbers = range(self.postings, self.postings + count)
        self.postings += count
        with transaction(self.engine) as connection:
            listing, posting, event = table_of(Listing), table_of(Posting), table_of(PostingEvent)
            common = Listing(board_id=self.board_id, source="greenhouse", board="bench", native_id="", title=title,
                             first_seen_at=NOW).model_dump(exclude={"id"})  # fmt: skip
            ids = connection.execute(insert(listing).returning(listing.c.id, sort_by_parameter_order=True),
                                     [common | {"native_id": str(one)} for one in numbers]).scalars().all()  # fmt: skip
            row = Posting(public_id="", primary_listing_id=0, title=title, role="ml-engineer", posted_at=NOW,
                          first_seen_at=NOW).model_dump(exclude={"id"})  # fmt: skip
            rows = [
                row | {"public_id": f"p{number}", "primary_listing_id": one}
                for number, one in zip(numbers, ids, strict=True)
            ]
            made = connection.execute(insert(posting).returning(posting.c.id, sort_by_parameter_order=True), rows)
            keys = made.scalars().all()
            words = " ".join(f"word{self.random.randrange(40_000)}" for _ in range(300))
            database.write_texts(
                connection, [{"posting_id": key} | database.token_strings(title, "Acme", words) for key in keys]
            )
            opened = {"kind": "opened", "at": NOW, "changes": {}, "is_baseline": False}
            happened = connection.execute(
                insert(event).returning(event.c.id), [opened | {"posting_id": key} for key in keys]
            )
            if with_events:
                connection.execute(
                    insert(table_of(PendingMatch)), [{"event_id": key} for key in happened.scalars().all()]
                )

    def idle(self) -> float:
        """The best of many turns with nothing to do."""
        return min(timed(lambda: self.dispatcher.turn(NOW)) for _ in range(50))

    def events(self, count: int) -> float:
        """The best of a few turns with so many events."""
        return min(self._turn(count) for _ in range(5))

    def _turn(self, count: int) -> float:
        self.open(count, "Senior ML Engineer")
        return timed(lambda: self.dispatcher.turn(NOW))

    def first_look(self, count: int) -> float:
        """One search that so many postings match."""
        self.open(count, "Prompt Virtuoso", with_events=False)
        with transaction(self.engine) as connection:
            connection.execute(insert(table_of(SavedSearch)), self.search(1, "title:virtuoso", is_new=True))
        return timed(lambda: self.dispatcher.turn(NOW))


def timed(work: Callable[[], Any]) -> float:
    """Seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
