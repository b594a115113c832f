"""What people were told goes with the openings: merged and taken apart at any moment, each is told once, none never."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import boards
import database
from alerts import searches
from alerts.dispatch import dispatch
from database import read, table_of, told, transaction
from models import (
    Board,
    BoardEnd,
    BoardPage,
    Delivery,
    DeliveryReason,
    Link,
    PendingMatch,
    Posting,
    PostingEvent,
    SearchMatch,
    Verdict,
    every_table,
)
from pipeline.ingest import merging
from pipeline.ingest.shell import Ingest
from settings import Settings
from tests.pipeline.house import START, raw

MOVED = {
    "card",  # by the triggers that keep it
    "link",
    "posting_place",
    "posting_skill",
    "posting_text",
    "redirect",
    "posting_event",
    "search_match",
    "delivery",
}


def test_every_table_that_hangs_on_a_posting_goes_along() -> None:
    """A new one, of mutes say, must be named here, and move in `pipeline.ingest.merging` or `database.told`."""
    assert {table.name for table in every_table().sorted_tables if "posting_id" in table.c} == MOVED


@dataclass
class Town:
    """A board, two people with searches, and openings that come, go, are merged and taken apart."""

    engine: database.engine.Engine
    numbers: count = field(default_factory=lambda: count(1))
    listed: list[int] = field(default_factory=list)
    now = START

    def __post_init__(self) -> None:
        self.settings = Settings.model_validate({
            "pipeline": {"keep": "all"}, "boards": [{"source": "greenhouse", "board": "acme", "company": "Acme"}]
        })  # fmt: skip
        self.ingest = Ingest(self.engine, self.settings, lambda: self.now)
        with transaction(self.engine) as connection:
            boards.sync(connection, self.settings.boards)
            for name in ("ada", "ben"):
                key = searches.add_subscriber(connection, name, self.now)
                searches.set_address(connection, key, "email", f"{name}@example.org", self.now)
                searches.add_search(connection, key, "title:engineer", self.now, channels=["email"])
        self.crawl()
        self.dispatch()

    def crawl(self) -> None:
        """The board lists what is open by now."""
        self.now += timedelta(hours=1)
        with read(self.engine) as connection:
            task = boards.task(connection, connection.execute(select(table_of(Board).c.id)).scalar_one())
        raws = [raw(number) for number in self.listed]
        self.ingest.take(BoardPage(task, raws))
        self.ingest.take(BoardEnd(task, Verdict.OK if raws else Verdict.EMPTY, seen={one.native_id for one in raws}))

    def open(self, _pick: int) -> None:
        self.listed.append(next(self.numbers))
        self.crawl()

    def close(self, pick: int) -> None:
        if len(self.listed) > 1:
            self.listed.pop(pick % len(self.listed))
            self.crawl()

    def merge(self, pick: int) -> None:
        with transaction(self.engine) as connection:
            keys = connection.execute(select(table_of(Posting).c.id).order_by(table_of(Posting).c.id)).scalars().all()
            if len(keys) > 1:
                one, other = keys[pick % len(keys)], keys[(pick // 7 + pick + 1) % len(keys)]
                if one != other and not merging.are_apart(connection, one, other):
                    merging.merge(connection, one, other, "a test", {}, self.now)

    def undo(self, pick: int) -> None:
        with transaction(self.engine) as connection:
            c = table_of(Link).c
            keys = connection.execute(select(c.listing_id).order_by(c.listing_id)).scalars().all()
            if not keys:
                return
            try:
                merging.leaving(connection, keys[pick % len(keys)])
            except merging.NothingToUndoError:
                return
            merging.split(connection, keys[pick % len(keys)], "all", self.now)

    def dispatch(self, _pick: int = 0) -> None:
        dispatch(self.engine, self.settings, self.now)

    def rows(self, model: type) -> list[dict]:
        with read(self.engine) as connection:
            return [dict(row) for row in connection.execute(select(table_of(model))).mappings()]


STEPS = st.lists(
    st.tuples(st.sampled_from(["open", "open", "close", "merge", "merge", "undo", "dispatch"]), st.integers(0, 999)),
    min_size=3, max_size=14,
)  # fmt: skip


@pytest.fixture
def fresh(migrated_sqlite: Path, tmp_path: Path):
    """Databases with our tables, one an example."""
    made = []

    def make() -> Town:
        path = tmp_path / f"{len(made)}.db"
        path.write_bytes(migrated_sqlite.read_bytes())
        made.append(database.open_engine(f"sqlite:///{path}"))
        return Town(made[-1])

    yield make
    for engine in made:
        engine.dispose()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_each_opening_is_told_once_whatever_is_merged_and_taken_apart(fresh, steps: list[tuple[str, int]]) -> None:
    town = fresh()
    for name, pick in steps:
        getattr(town, name)(pick)
    town.dispatch()
    assert town.rows(PendingMatch) == []
    told_of = Counter((row["address_id"], row["event_id"]) for row in town.rows(Delivery))
    assert all(times == 1 for times in told_of.values())
    owed = [row for row in town.rows(Delivery) if row["state"] != "cancelled"]
    by_posting = {(row["address_id"], row["posting_id"]) for row in owed}
    known = {(row["search_id"], row["posting_id"]) for row in town.rows(SearchMatch)}
    for posting in town.rows(Posting):  # nobody is silent of what was open when dispatch looked
        if posting["closed_at"] is None:
            assert {(search, posting["id"]) for search in (1, 2)} <= known
    assert {(row["address_id"], row["posting_id"]) for row in town.rows(Delivery)} >= by_posting
    openings = {row["id"] for row in town.rows(PostingEvent) if row["kind"] == "opened"}
    waiting = Counter((row["address_id"], row["posting_id"]) for row in owed if row["event_id"] in openings)
    assert not waiting or max(waiting.values()) == 1
    for row in town.rows(Delivery):
        if row["state"] == "cancelled":  # another tells of it, or told
            assert row["error"] == told.SAME
            assert (row["address_id"], row["posting_id"]) in by_posting


# --- single moments ------------------------------------------------------------------------------------------------


def merged(town: Town, *, before_dispatch: bool) -> None:
    town.open(0)
    town.open(0)
    if not before_dispatch:
        town.dispatch()
    with transaction(town.engine) as connection:
        merging.merge(connection, 1, 2, "a test", {}, town.now)
    town.dispatch()


def test_merged_before_it_is_told_it_is_told_once(fresh) -> None:
    town = fresh()
    merged(town, before_dispatch=True)
    assert Counter(row["address_id"] for row in town.rows(Delivery)) == {1: 1, 2: 1}


def test_merged_before_it_is_sent_it_is_sent_once_for_the_reasons_of_both(fresh) -> None:
    town = fresh()
    with transaction(town.engine) as connection:
        searches.add_search(connection, 1, 'title:"engineer 2"', town.now, channels=["email"])
    town.dispatch()
    merged(town, before_dispatch=False)
    sent = [row for row in town.rows(Delivery) if row["state"] == "pending"]
    assert Counter(row["address_id"] for row in sent) == {1: 1, 2: 1}
    reasons = {row["search_id"] for row in town.rows(DeliveryReason) if row["delivery_id"] == sent[0]["id"]}
    assert reasons == {1, 3}


def test_taken_apart_before_it_is_sent_both_are_sent(fresh) -> None:
    town = fresh()
    merged(town, before_dispatch=False)
    town.undo(1)
    assert {row["state"] for row in town.rows(Delivery)} == {"pending"}
    assert Counter(row["posting_id"] for row in town.rows(Delivery)) == {1: 2, 2: 2}


def test_what_a_first_look_found_is_not_told_again_under_another_id(fresh) -> None:
    town = fresh()
    town.open(0)
    town.open(0)
    with transaction(town.engine) as connection:
        searches.add_search(connection, 1, 'title:"engineer 2"', town.now, channels=["email"])
    town.dispatch()
    with transaction(town.engine) as connection:
        merging.merge(connection, 1, 2, "a test", {}, town.now)
    assert {row["search_id"] for row in town.rows(SearchMatch) if row["posting_id"] == 1} == {1, 2, 3}
    town.undo(1)
    assert {row["search_id"] for row in town.rows(SearchMatch) if row["posting_id"] == 2} == {1, 2, 3}
