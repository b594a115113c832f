"""What is open when a search is new: counted, the newest shown, none of it told as new later; and what can go wrong."""

from sqlalchemy import delete, insert, text

import search
from alerts import looks, searches
from alerts.dispatch import Dispatcher
from database import table_of, transaction
from models import (
    DeliveryReason,
    FirstLook,
    Newcomer,
    Notice,
    PendingMatch,
    Posting,
    PostingEvent,
    SavedSearch,
    SearchMatch,
)
from pipeline.ingest import newcomers


def poisoned(query, *rest):
    """`search.to_sql`, which breaks at one word."""
    if "poison" in str(query):
        raise RecursionError("too deep")
    return search.sql.to_sql(query, *rest)


async def test_a_first_look_keeps_a_count_and_shows_the_newest(world, api):
    ada = world.person(telegram="7")
    ids = world.open(count=45)
    world.dispatch()
    world.search(ada, "title:engineer", name="engineers")
    assert len(world.deliveries()) == looks.SHOWN == 20
    assert {row["posting_id"] for row in world.deliveries()} == set(ids[-20:])
    assert world.rows(SearchMatch) == []
    assert [row["count"] for row in world.rows(FirstLook)] == [45]
    await world.deliver(hours=1)
    [message] = api.sent_to(7)
    assert "45 postings open now" in message
    assert "25 more" in message


async def test_first_looks_of_a_person_share_a_message_that_counts_each_posting_once(world, api):
    ada = world.person(telegram="7")
    world.open("ML Engineer", count=30)
    world.open("Data Engineer", count=30)
    world.dispatch()
    for query in ("title:engineer", "title:ml", "title:data"):
        world.search(ada, query, looked=False)
    await world.deliver(minutes=1)
    await world.deliver(hours=1)
    [message] = api.sent_to(7)
    assert "60 postings open now" in message


async def test_what_was_only_counted_is_not_told_as_new_later(world):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    [oldest, *_] = world.open(count=25)
    world.dispatch()
    world.search(ada)
    world.search(bob, events=["changed"])
    before = len(world.deliveries())
    world.happen(oldest, "changed", {"salary": [None, 1]})
    world.dispatch()
    assert [row["subscriber_id"] for row in world.deliveries()[before:]] == [bob]


def test_a_first_look_leaves_what_waits_for_the_verdict_on_its_board_to_that(world):
    ada = world.person(telegram="7")
    judged, doubted = world.open(count=2)
    [event] = [row for row in world.rows(PostingEvent) if row["posting_id"] == doubted]
    [posting] = [row for row in world.rows(Posting) if row["id"] == doubted]
    with transaction(world.engine) as connection:
        connection.execute(delete(table_of(PendingMatch)))
        waits = {"listing_id": posting["primary_listing_id"], "board_id": 1, "event_id": event["id"]}
        connection.execute(insert(table_of(Newcomer)), waits)
    world.search(ada)
    assert [row["posting_id"] for row in world.deliveries()] == [judged]
    with transaction(world.engine) as connection:
        newcomers.release(connection, 1)
    world.dispatch()
    assert [(row["posting_id"], row["cadence"]) for row in world.deliveries()][1:] == [(doubted, "instant")]


def test_a_resumed_search_tells_only_what_opened_meanwhile(world):
    ada = world.person(telegram="7")
    world.open(count=25)
    world.dispatch()
    row = world.search(ada)
    with transaction(world.engine) as connection:
        connection.execute(text("UPDATE delivery SET state = 'sent'"))
        searches.pause_search(connection, row["id"], world.now)
    [newcomer] = world.open()
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.resume_search(connection, row["id"])
    world.dispatch()
    assert [one["count"] for one in world.rows(FirstLook)] == [25, 1]
    assert [one["posting_id"] for one in world.deliveries()[20:]] == [newcomer]


def test_what_was_never_told_is_counted_again_when_the_search_goes_on(world):
    ada = world.person(telegram="7")
    world.open(count=25)
    world.dispatch()
    row = world.search(ada)
    with transaction(world.engine) as connection:
        searches.pause_search(connection, row["id"], world.now)
        searches.resume_search(connection, row["id"])
    world.dispatch()
    [look] = world.rows(FirstLook)
    assert look["count"] == 25
    assert [one["state"] for one in world.deliveries()] == ["pending"] * 20
    assert {one["look_id"] for one in world.rows(DeliveryReason)} == {look["id"]}


def test_matches_of_the_version_before_are_not_told_again(world):
    """It noted each match of a first look as a row of its own."""
    ada = world.person(telegram="7")
    old = world.open(count=3)
    world.dispatch()
    row = world.search(ada, looked=False)
    with transaction(world.engine) as connection:
        for key in old:
            noted = text("INSERT INTO search_match VALUES (:search, :posting, :now, true)")
            connection.execute(noted, {"search": row["id"], "posting": key, "now": world.now})
    [newcomer] = world.open()
    world.dispatch()
    assert [one["posting_id"] for one in world.deliveries()] == [newcomer]
    assert [one["count"] for one in world.rows(FirstLook)] == [1]


def test_a_first_look_that_raises_is_set_aside_and_the_others_go_on(world, monkeypatch):
    ada = world.person(telegram="7")
    world.open()
    tried = []
    monkeypatch.setattr(
        looks.search, "to_sql", lambda query, *rest: (tried.append(str(query)), poisoned(query, *rest))[1]
    )
    bad = world.search(ada, "title:poison", looked=False)
    world.search(ada, "title:engineer", looked=False)
    dispatcher = Dispatcher(world.engine, world.settings)
    for _ in range(3):
        dispatcher.turn(world.now)
    assert tried.count("title:poison") == 1
    assert len(world.deliveries()) == 1
    [notice] = world.rows(Notice)
    assert "title:poison" in notice["text"]
    with transaction(world.engine) as connection:
        edit = text("UPDATE saved_search SET query = 'title:ml' WHERE id = :id")
        connection.execute(edit, {"id": bad["id"]})
    dispatcher.turn(world.now)
    assert [row["baseline_at"] for row in world.rows(SavedSearch)] == [world.now] * 2
    assert world.rows(Notice)[0]["cleared_at"] is not None
    assert len(world.rows(DeliveryReason)) == 2


def test_a_first_look_that_raised_is_tried_again_after_a_restart_and_after_a_while(world, monkeypatch):
    ada = world.person(telegram="7")
    world.open()
    dispatcher = Dispatcher(world.engine, world.settings)
    world.search(ada, "title:poison OR title:engineer", looked=False)
    with monkeypatch.context() as patch:
        patch.setattr(looks.search, "to_sql", poisoned)
        dispatcher.turn(world.now)
    dispatcher.turn(world.now)
    assert world.deliveries() == []
    world.pass_time(hours=2)
    dispatcher.turn(world.now)
    assert len(world.deliveries()) == 1
    assert world.rows(Notice)[0]["cleared_at"] is not None
