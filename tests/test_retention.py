"""Retention: what is old and over goes in small steps; what is open, or still to be told, stays."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

import database
import search
from database import prune, read, retention, table_of, transaction
from models import (
    Crawl,
    Delivery,
    DeliveryReason,
    DeliveryState,
    Listing,
    Message,
    PendingMatch,
    PostingEvent,
    SavedSearch,
    SearchMatch,
    Subscriber,
    Verdict,
)
from tests.pipeline.house import House, many, raw

YEAR = 24 * 366


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.engine.dispose()


def pruned(house: House) -> int:
    """Prune until nothing is left to; how many turns that took."""
    turns = 0
    while prune(house.engine, house.settings, house.now):
        turns += 1
    return turns


def match(house: House, *posting_ids: int) -> None:
    """That a search told of these postings long ago."""
    with transaction(house.engine) as connection:
        subscriber = {"public_id": "s", "name": "Ada", "timezone": "UTC", "created_at": house.now,
                      "is_operator": False, "invite_hash": ""}  # fmt: skip
        connection.execute(insert(table_of(Subscriber)), subscriber)
        found = {"public_id": "q", "subscriber_id": 1, "name": "all", "query": "agents", "channels": ["email"],
                 "cadence": "instant", "weekday": "mon", "time_of_day": "08:00", "events": [],
                 "created_at": house.now, "baseline_at": house.now}  # fmt: skip
        connection.execute(insert(table_of(SavedSearch)), found)
        rows = [{"search_id": 1, "posting_id": key, "matched_at": house.now, "is_baseline": False}
                for key in posting_ids]  # fmt: skip
        connection.execute(insert(table_of(SearchMatch)), rows)


def tell(house: House, event_id: int, state: str) -> None:
    """That an event was told, or is still to be."""
    with transaction(house.engine) as connection:
        message = Message(key=f"m{event_id}", subscriber_id=1, channel="email", cadence="instant", state=state,
                          created_at=house.now, next_at=house.now).model_dump(exclude={"id"})  # fmt: skip
        key = connection.execute(insert(table_of(Message)).returning(table_of(Message).c.id), message).scalar_one()
        delivery = Delivery(subscriber_id=1, channel="email", event_id=event_id, posting_id=event_id, cadence="instant",
                            state=state, created_at=house.now, due_at=house.now, message_id=key)  # fmt: skip
        made = insert(table_of(Delivery)).returning(table_of(Delivery).c.id)
        told = connection.execute(made, delivery.model_dump(exclude={"id"})).scalar_one()
        reason = {"delivery_id": told, "search_id": 1, "clauses": []}
        connection.execute(insert(table_of(DeliveryReason)), reason)


def test_what_is_closed_is_forgotten_after_a_year_and_what_is_open_is_not(house: House) -> None:
    house.crawl(raw(1), raw(2))
    match(house, 1, 2)
    house.dispatched()
    house.crawl(raw(2))
    house.dispatched()
    house.crawl(raw(2), hours=YEAR)
    pruned(house)
    assert [row["posting_id"] for row in house.rows(SearchMatch)] == [2]
    assert [(row["posting_id"], row["kind"]) for row in house.rows(PostingEvent)] == [(2, "opened")]
    assert [bool(row["description"]) for row in house.rows(Listing)] == [False, True]
    gone, still = sorted(house.postings(), key=lambda one: one["title"])
    assert (gone["description"], gone["title"]) == ("", "AI Engineer 1")
    assert "agents" in still["description"]
    with read(house.engine) as connection:
        assert len(database.find_postings(connection, search.parse("agents"), house.now)) == 1
        assert len(database.find_postings(connection, search.parse("title:engineer"), house.now)) == 2


def test_nothing_is_forgotten_before_its_time_or_where_it_is_kept_for_ever(house: House) -> None:
    house.crawl(raw(1), raw(2))
    house.dispatched()
    house.crawl(raw(2))
    house.now += timedelta(days=364)
    assert pruned(house) == 0
    for name in ("events", "deliveries", "closed_text", "crawls"):
        setattr(house.settings.retention, name, 0)
    house.now += timedelta(days=4000)
    assert pruned(house) == 0
    assert house.count(PostingEvent) == 3


def test_what_waits_to_be_told_stays(house: House) -> None:
    house.crawl(*many(range(1, 6)))
    match(house, 1)
    with transaction(house.engine) as connection:
        first = connection.execute(select(table_of(PendingMatch).c.event_id)).scalars().first()
    house.dispatched()
    states = (DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.UNCERTAIN, DeliveryState.FAILED)
    for event_id, state in enumerate(states, first):
        tell(house, event_id, state)
    house.crawl(raw(9), verdict=Verdict.GONE)
    house.crawl(verdict=Verdict.GONE, hours=24)
    house.crawl(verdict=Verdict.GONE, hours=24)
    house.crawl(raw(10), hours=YEAR)
    pruned(house)
    kept = {DeliveryState.PENDING, DeliveryState.UNCERTAIN}
    assert {row["state"] for row in house.rows(Delivery)} == {row["state"] for row in house.rows(Message)} == kept
    assert len(house.rows(DeliveryReason)) == 2
    told = {row["event_id"] for row in house.rows(Delivery)}
    waiting = {row["event_id"] for row in house.rows(PendingMatch)}
    assert told | waiting <= {row["id"] for row in house.rows(PostingEvent)}


def test_old_changes_of_an_open_posting_go_and_how_it_opened_stays(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(raw(1, title="Senior AI Engineer 1"))
    house.dispatched()
    house.crawl(raw(1, title="Staff AI Engineer 1"), hours=YEAR)
    pruned(house)
    assert [kind for kind, _ in house.events()] == ["opened", "changed"]


def test_matches_outlast_the_time_in_which_a_posting_returns(house: House) -> None:
    house.settings.retention.deliveries = 1
    house.crawl(raw(1), raw(2))
    match(house, 1)
    house.crawl(raw(2))
    house.now += timedelta(days=60)
    pruned(house)
    assert house.count(SearchMatch) == 1  # else its return would be told as new
    house.now += timedelta(days=31)
    pruned(house)
    assert house.count(SearchMatch) == 0


def test_posting_that_returns_without_its_text_has_it_stored_again(house: House) -> None:
    house.settings.retention.closed_text = 1
    house.crawl(raw(1), raw(2))
    house.crawl(raw(2))
    house.crawl(raw(2), hours=24 * 5)
    pruned(house)
    house.crawl(raw(1), raw(2))
    assert all("agents" in posting["description"] for posting in house.postings())
    assert [kind for kind, _ in house.events()] == ["opened", "opened", "closed", "reopened"]


def test_steps_are_small_and_look_at_nothing_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "STEP", 3)
    house.crawl(*many(range(20)))
    house.dispatched()
    house.crawl(raw(0))
    for hours in (12, 13):
        house.crawl(raw(0), hours=hours)
    house.dispatched()
    house.now += timedelta(days=400)
    assert max(prune(house.engine, house.settings, house.now) for _ in range(3)) <= 7 * 3
    assert pruned(house) > 3
    assert house.count(PostingEvent) == 1
    assert prune(house.engine, house.settings, house.now) == 0
    house.crawl(raw(0), raw(1))
    assert prune(house.engine, house.settings, house.now) == 0


def test_the_newest_crawl_of_a_board_stays(house: House) -> None:
    house.crawl(raw(1))
    house.crawl(raw(1), raw(2))
    house.now += timedelta(days=4000)
    pruned(house)
    assert [row["found"] for row in house.rows(Crawl)] == [2]
