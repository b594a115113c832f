"""How the joints grow: each with what it must do held equal, and what has nothing to do with it grown tenfold.

    python -m benchmarks.joints [--database URL] [--quick]

Dispatch with nothing waiting, with one event and with 100, beside 1,000, 10,000 and 100,000 saved searches, and the
first look of a search that 40,000 open postings match. One broad search matches every posting; the others ask for
roles, skills, cities, pay and words in many mixtures, and for one thing that no posting of these has.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert

import database
from alerts.dispatch import Dispatcher
from database import table_of, transaction
from models import (
    ROLES,
    Address,
    Board,
    Listing,
    PendingMatch,
    Posting,
    PostingEvent,
    SavedSearch,
    Subscriber,
)
from settings import Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000)
OPEN = 40_000
PER_PERSON = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    parser.add_argument("--quick", action="store_true", help="the two smaller sizes, and fewer open postings")
    options = parser.parse_args()
    url = options.database or f"sqlite:///{Path(tempfile.mkdtemp(prefix='rolewire-joints-')) / 'bench.db'}"
    engine = database.open_engine(url)
    database.upgrade(engine)
    world = World(engine)
    print(f"{engine.dialect.name}\n{'searches':>9s} {'idle ms':>9s} {'1 event ms':>11s} {'100 events ms':>14s}")
    before: list[float] = []
    for size in SIZES[:2] if options.quick else SIZES:
        world.grow_to(size)
        took = [world.idle(), world.events(1), world.events(100)]
        shown = [f"{one * 1000:.1f}" for one in took]
        ratios = [f"x{one / old:.1f}" for one, old in zip(took, before, strict=False)]
        print(f"{size:9,d} {shown[0]:>9s} {shown[1]:>11s} {shown[2]:>14s}  {' '.join(ratios)}", flush=True)
        before = took
    count = OPEN // 10 if options.quick else OPEN
    print(f"first look at {count:,} matches: {world.first_look(count):.2f} s")


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
