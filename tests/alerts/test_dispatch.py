"""What is told, to whom, once."""

from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from alerts import searches
from database import Advisory, transaction, wait_for
from models import DeliveryReason, Notice, PendingMatch, SearchMatch


def test_a_new_posting_is_told_once_with_the_words_that_matched(world):
    ada = world.person(telegram="7")
    world.search(ada, 'title:engineer "build agents"', name="agents")
    world.open("ML Engineer")
    world.open("Account Manager")
    assert world.dispatch() == 2
    assert world.rows(PendingMatch) == []
    [delivery] = world.deliveries()
    assert (delivery["channel"], delivery["cadence"], delivery["state"]) == ("telegram", "instant", "pending")
    [reason] = world.rows(DeliveryReason)
    assert [clause["clause"] for clause in reason["clauses"]] == ["title:engineer", '"build agents"']
    assert world.dispatch() == 0
    assert len(world.deliveries()) == 1


def test_two_searches_of_a_person_share_a_delivery_of_the_more_urgent_cadence(world):
    ada = world.person(telegram="7")
    world.search(ada, "title:engineer", name="weekly", cadence="weekly")
    world.search(ada, "role:ml-engineer", name="now")
    world.open()
    world.dispatch()
    [delivery] = world.deliveries()
    assert delivery["cadence"] == "instant"
    assert delivery["digest_key"] == ""
    assert len(world.rows(DeliveryReason)) == 2


def test_a_later_event_makes_a_posting_match(world):
    ada = world.person(telegram="7")
    world.search(ada, "visa:yes")
    [key] = world.open()
    world.dispatch()
    assert world.deliveries() == []
    world.happen(key, "changed", {"visa_sponsorship": [None, True]}, visa_sponsorship=True)
    world.dispatch()
    assert len(world.deliveries()) == 1


def test_later_events_are_told_only_to_those_who_asked(world):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    world.search(ada)
    world.search(bob, events=["changed", "closed"])
    [key] = world.open()
    world.dispatch()
    world.happen(key, "changed", {"salary": [None, 1]})
    world.happen(key, "closed")
    world.happen(key, "reopened")
    world.dispatch()
    assert Counter(row["subscriber_id"] for row in world.deliveries()) == {ada: 1, bob: 3}


def test_events_of_one_posting_in_one_batch_are_seen_in_order(world):
    ada = world.person(telegram="7")
    world.search(ada, events=["changed"])
    [key] = world.open()
    world.happen(key, "changed", {"salary": [None, 1]})
    world.dispatch()
    assert len(world.deliveries()) == 2


def test_a_change_of_nothing_is_not_told(world):
    ada = world.person(telegram="7")
    world.search(ada, events=["changed"])
    [key] = world.open()
    world.dispatch()
    world.happen(key, "changed", {})
    world.dispatch()
    assert len(world.deliveries()) == 1


def test_a_posting_that_closes_is_news_only_to_those_who_look_for_closed_ones(world):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    world.search(bob, "title:engineer is:closed")
    [key] = world.open()
    with transaction(world.engine) as connection:
        connection.execute(text("DELETE FROM pending_match"))
    world.search(ada)
    with transaction(world.engine) as connection:
        connection.execute(text("DELETE FROM search_match"))
        connection.execute(text("DELETE FROM delivery_reason"))
        connection.execute(text("DELETE FROM delivery"))
    world.happen(key, "closed")
    world.dispatch()
    assert [row["subscriber_id"] for row in world.deliveries()] == [bob]


def test_a_new_search_is_told_what_is_open_in_one_go_and_not_again(world):
    ada = world.person(telegram="7")
    [closed, *rest] = world.open(count=3)
    world.happen(closed, "closed")
    world.dispatch()
    world.search(ada, looked=False)
    world.dispatch()
    assert [row["cadence"] for row in world.deliveries()] == ["baseline", "baseline"]
    assert {row["posting_id"] for row in world.deliveries()} == set(rest)
    assert all(row["is_baseline"] for row in world.rows(SearchMatch))
    world.dispatch()
    assert len(world.deliveries()) == 2


def test_events_that_wait_while_a_search_is_new_are_told_once(world):
    ada = world.person(telegram="7")
    world.search(ada, looked=False)
    world.open(count=3)
    world.dispatch()
    assert len(world.deliveries()) == 3
    assert {row["cadence"] for row in world.deliveries()} == {"baseline"}


def test_a_boards_first_crawl_is_baseline(world):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open(count=2, is_baseline=True)
    world.dispatch()
    assert [row["cadence"] for row in world.deliveries()] == ["baseline", "baseline"]


def test_paused_removed_and_stopped_searches_are_silent(world):
    people = [world.person(f"P{number}", telegram=str(number)) for number in range(3)]
    rows = [world.search(person) for person in people]
    with transaction(world.engine) as connection:
        searches.pause_search(connection, rows[0]["id"], world.now)
        searches.remove_search(connection, rows[1]["id"], world.now)
        searches.stop(connection, people[2], None, world.now)
    world.open()
    assert world.dispatch() == 1
    assert world.deliveries() == []


def test_a_resumed_search_catches_up_in_one_message(world):
    ada = world.person(telegram="7")
    row = world.search(ada)
    world.open()
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.pause_search(connection, row["id"], world.now)  # cancels what waits
    assert world.deliveries()[0]["state"] == "cancelled"
    world.open(count=2)
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.resume_search(connection, row["id"])
    world.dispatch()
    assert [(row["cadence"], row["state"]) for row in world.deliveries()] == [("baseline", "pending")] * 3


def test_a_stored_query_that_cannot_be_read_harms_only_itself(world):
    ada = world.person(telegram="7")
    broken = world.search(ada, name="broken")
    world.search(ada, name="sound")
    with transaction(world.engine) as connection:
        connection.execute(text("UPDATE saved_search SET query = 'nofield:x' WHERE id = :id"), {"id": broken["id"]})
    world.open()
    world.dispatch()
    assert len(world.rows(DeliveryReason)) == 1
    assert "broken" in world.rows(Notice)[0]["text"]


def test_a_poisonous_event_is_set_aside_and_the_rest_is_told(world):
    ada = world.person(telegram="7")
    world.search(ada, events=["changed"])
    keys = world.open(count=3)
    unreadable = "-infinity" if world.engine.dialect.name == "postgresql" else "garbage"
    with transaction(world.engine) as connection:
        if world.engine.dialect.name == "postgresql":  # past the card, which takes no such date
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        set_date = text("UPDATE posting SET closed_at = :date WHERE id = :id")
        connection.execute(set_date, {"date": unreadable, "id": keys[1]})
    assert world.dispatch() == 3
    assert [row["posting_id"] for row in world.deliveries()] == [keys[0], keys[2]]
    assert "set aside" in world.rows(Notice)[0]["text"]


@pytest.mark.parametrize("timezone", ["Europe/Berlin", "America/Los_Angeles"])
def test_weekly_deliveries_wait_for_the_local_monday_morning(world, timezone):
    ada = world.person(telegram="7", timezone=timezone)
    world.search(ada, cadence="weekly")
    world.open()
    world.dispatch()
    [delivery] = world.deliveries()
    local = delivery["due_at"].astimezone(ZoneInfo(timezone))
    assert (local.strftime("%a %H:%M"), local.date().isoformat()) == ("Mon 08:00", "2026-11-23")
    assert delivery["digest_key"] == "weekly:mon:08:00:2026-W48"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no session to drop
def test_a_database_that_goes_away_blames_no_event(world):
    ada = world.person(telegram="7")
    world.search(ada, "title:engineer")
    world.open("ML Engineer")
    world.dispatch()  # the first look at the search
    world.open("AI Engineer")

    dropped = []

    def drop(connection, _cursor, statement, *_):
        if "FROM search_match" in statement and not dropped:  # within the handling of the batch
            dropped.append(connection.connection.dbapi_connection.info.backend_pid)
            with world.engine.connect() as other:
                other.execute(text(f"SELECT pg_terminate_backend({dropped[0]})"))

    pending = len(world.rows(PendingMatch))
    event.listen(world.engine, "before_cursor_execute", drop)
    with capture_logs() as logs, pytest.raises(DBAPIError):
        world.dispatch()
    assert dropped
    assert [line["event"] for line in logs] == []
    assert len(world.rows(PendingMatch)) == pending == 1
    assert world.rows(Notice) == []
    assert world.dispatch() == 1
    assert len(world.deliveries()) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time anyway
def test_dispatch_does_not_wait_for_a_board_that_is_being_stored(world):
    ada = world.person(telegram="7")
    world.search(ada, looked=False)
    world.open()
    with transaction(world.engine) as storing:
        wait_for(storing, Advisory.FOUNDING)
        with world.engine.connect() as other:  # a wait for the lock would be an error, not a test that hangs
            other.execute(text(f"ALTER DATABASE {world.engine.url.database} SET lock_timeout = '2s'"))
            other.commit()
        world.engine.dispose()
        assert world.dispatch() == 1
    assert len(world.deliveries()) == 1
