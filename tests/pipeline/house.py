"""A database with two boards, a clock that the test turns, and crawls without a network."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select

import boards
import database
from database import read, table_of, transaction
from models import (
    Board,
    BoardEnd,
    BoardPage,
    BoardTask,
    PendingMatch,
    Posting,
    PostingEvent,
    RawPlace,
    RawPosting,
    Verdict,
)
from pipeline.ingest.shell import Ingest
from settings import Settings

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEXT = "<p>You build agents on large language models, with Python and retrieval.</p>"


class House:
    """A database with two boards, and a clock that the test turns."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = database.open_engine(url)
        database.upgrade(self.engine)
        self.settings = Settings.model_validate(
            {
                "pipeline": {"keep": "all"},
                "boards": [
                    {"source": "greenhouse", "board": "acme", "company": "Acme"},
                    {"source": "jsonld", "board": "copycat", "company": "Copycat", "url": "https://copycat.example/"},
                ],
            }
        )
        self.now = START
        self.ingest = Ingest(self.engine, self.settings, lambda: self.now)
        with transaction(self.engine) as connection:
            boards.sync(connection, self.settings.boards)

    def task(self, board: str = "acme") -> BoardTask:
        with read(self.engine) as connection:
            wanted = select(table_of(Board).c.id).where(table_of(Board).c.board == board)
            return boards.task(connection, connection.execute(wanted).scalar_one())

    def crawl(
        self,
        *postings: RawPosting,
        board: str = "acme",
        verdict: Verdict = Verdict.OK,
        hours: float = 1,
        **end: Any,
    ) -> None:
        """One crawl of a board that lists these postings; `end` is what its BoardEnd says beside."""
        self.page(*postings, board=board, hours=hours)
        seen = {raw.native_id for raw in postings}
        self.ingest.take(BoardEnd(self.task(board), verdict, seen=seen, **end))

    def page(self, *postings: RawPosting, board: str = "acme", hours: float = 1) -> None:
        """A page of a crawl whose end does not come."""
        self.now += timedelta(hours=hours)
        if postings:
            self.ingest.take(BoardPage(self.task(board), list(postings)))

    def waiting(self, kind: str = "%") -> list[str]:
        """The titles of what waits to be matched, in the order of the events."""
        event, pending, posting = table_of(PostingEvent).c, table_of(PendingMatch).c, table_of(Posting).c
        titles = select(posting.title).where(event.id == pending.event_id, posting.id == event.posting_id)
        with read(self.engine) as connection:
            return list(connection.execute(titles.where(event.kind.like(kind)).order_by(event.id)).scalars())

    def dispatched(self) -> None:
        """What waited was matched."""
        with transaction(self.engine) as connection:
            connection.execute(table_of(PendingMatch).delete())

    def listing(self, native_id: str) -> dict:
        """A listing in its public JSON form."""
        found = [one for posting in self.postings() for one in posting["listings"] if one["native_id"] == native_id]
        assert len(found) == 1
        return found[0]

    def events(self) -> list[tuple[str, bool]]:
        with read(self.engine) as connection:
            c = table_of(PostingEvent).c
            return [
                (row.kind, row.is_baseline) for row in connection.execute(select(c.kind, c.is_baseline).order_by(c.id))
            ]

    def count(self, model: type) -> int:
        with read(self.engine) as connection:
            return connection.execute(select(func.count()).select_from(table_of(model))).scalar_one()

    def rows(self, model: type) -> list[dict]:
        with read(self.engine) as connection:
            table = table_of(model)
            return [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]

    def board(self, name: str = "acme") -> dict:
        return next(row for row in self.rows(Board) if row["board"] == name)

    def postings(self) -> list[dict]:
        with read(self.engine) as connection:
            ids = database.find_postings(connection, None, self.now, sort="first-seen", limit=None)
            return database.posting_json(connection, ids)

    def last_crawl(self) -> dict:
        with read(self.engine) as connection:
            return boards.last_crawls(connection, 1)[0]


def raw(number: int, **changes: object) -> RawPosting:
    posting = RawPosting(
        "greenhouse", "acme", str(number), f"https://boards.greenhouse.io/acme/jobs/{number}", f"AI Engineer {number}",
        company="Acme", description=TEXT, places=[RawPlace("Berlin, Germany")], posted="2026-05-01T10:00:00Z",
        kind="ats",
    )  # fmt: skip
    return replace(posting, **changes)


def many(numbers: Sequence[int], **changes: object) -> list[RawPosting]:
    """A posting a number."""
    return [raw(number, **changes) for number in numbers]
