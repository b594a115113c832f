"""What time brings a search to is told at a daily look; and what is muted is left out of every way of telling."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from alerts import feeds, mutes, saving, searches
from alerts.backtest import Backtest
from alerts.mutes import mute_company, mute_posting
from alerts.proposals import can_match, propose
from alerts.searches import SubscriberError
from alerts.tuning import nothing
from database import read, table_of, transaction
from models import DeliveryReason, Mute, Notice, Redirect, SavedSearch, TimedSearch
from search import parse


@pytest.fixture
def ada(world):
    return world.person(telegram="7")


def told(world) -> list[int]:
    return sorted(row["posting_id"] for row in world.deliveries())


@pytest.mark.parametrize("query", ["title:engineer posted:>14d", "title:engineer -posted:<14d"])
def test_a_posting_that_grows_old_enough_is_told_within_a_day(world, ada, query):
    world.search(ada, query)
    old = world.open(posted_at=world.now - timedelta(days=13))
    young = world.open(posted_at=world.now)
    closing = world.open(posted_at=world.now - timedelta(days=13))[0]
    world.open("Nurse", posted_at=world.now - timedelta(days=13))
    world.dispatch()
    world.happen(closing, "closed")
    assert told(world) == []
    world.pass_time(hours=25)
    world.dispatch()
    assert told(world) == old
    (reason,) = world.rows(DeliveryReason)
    assert reason["clauses"][0]["text"] == "title has “engineer”"
    world.pass_time(days=5)
    world.dispatch()
    assert told(world) == old
    world.pass_time(days=9)
    world.dispatch()
    assert told(world) == [*old, *young]
    world.pass_time(days=2)
    world.dispatch()
    assert told(world) == [*old, *young]


def test_what_matched_for_hours_between_two_looks_is_told_once(world, ada):
    world.search(ada, "title:engineer posted:>12h posted:<20h")
    (key,) = world.open(posted_at=world.now)
    world.open("Nurse", posted_at=world.now)
    for _ in range(3):
        world.dispatch()
        world.pass_time(hours=25)
    assert told(world) == [key]


def test_a_daily_look_is_taken_once_a_day_and_of_such_searches_only(world, ada):
    for query in ("title:engineer", "title:engineer posted:<14d", "title:engineer is:open -posted:>14d"):
        world.search(ada, query)
    assert world.rows(TimedSearch) == []
    timed = world.search(ada, "title:engineer posted:>14d")
    (row,) = world.rows(TimedSearch)
    assert row == {"search_id": timed["id"], "looked_at": world.now}
    world.pass_time(hours=23)
    world.dispatch()
    assert world.rows(TimedSearch)[0]["looked_at"] == world.now - timedelta(hours=23)
    world.pass_time(hours=2)
    world.dispatch()
    assert world.rows(TimedSearch)[0]["looked_at"] == world.now
    saving.change(world.engine, timed, world.now, query="title:ml")
    assert world.rows(TimedSearch) == []


def test_a_closed_posting_is_told_where_it_is_asked_for(world, ada):
    world.search(ada, "title:engineer is:closed posted:>14d")
    (key,) = world.open(posted_at=world.now - timedelta(days=10))
    world.happen(key, "closed")
    world.dispatch()
    assert told(world) == []
    world.pass_time(days=5)
    world.dispatch()
    assert told(world) == [key]


def test_a_paused_or_removed_search_takes_no_look(world, ada):
    paused, removed = (world.search(ada, f"title:{word} posted:>14d") for word in ("engineer", "ml"))
    (key,) = world.open(posted_at=world.now - timedelta(days=13))
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.pause_search(connection, paused["id"], world.now)
        searches.remove_search(connection, removed["id"], world.now)
    world.pass_time(days=2)
    world.dispatch()
    assert told(world) == []
    assert [row["search_id"] for row in world.rows(TimedSearch)] == [paused["id"]]
    with transaction(world.engine) as connection:
        searches.resume_search(connection, paused["id"])
    world.dispatch()
    assert told(world) == [key]


def test_a_look_that_fails_keeps_no_other_and_is_tried_again(world, ada, monkeypatch):
    from alerts import passing

    broken, sound = (world.search(ada, f"title:{word} posted:>14d") for word in ("ml", "engineer"))
    (key,) = world.open(posted_at=world.now - timedelta(days=13))
    world.dispatch()
    found = passing._find

    def find(connection, row, query, now):
        if row["id"] == broken["id"]:
            raise RuntimeError("no luck")
        return found(connection, row, query, now)

    monkeypatch.setattr(passing, "_find", find)
    world.pass_time(days=2)
    world.dispatch()
    assert [row["search_id"] for row in world.rows(DeliveryReason)] == [sound["id"]]
    assert [row["looked_at"] for row in world.rows(TimedSearch)] == [world.now] * 2
    assert told(world) == [key]
    (trouble,) = world.rows(Notice)
    assert (trouble["key"], "no luck" in trouble["text"]) == (f"passing:{broken['id']}", True)
    monkeypatch.undo()
    world.pass_time(days=2)
    world.dispatch()
    assert world.rows(Notice)[0]["cleared_at"] == world.now


# --- mutes ---------------------------------------------------------------------------------------------------------


def test_what_is_muted_is_told_by_no_way(world, ada):
    bob = world.person("Bob", telegram="8")
    world.search(bob)
    world.search(ada, "title:engineer posted:>14d")
    (key,) = world.open(posted_at=world.now - timedelta(days=13))
    with transaction(world.engine) as connection:
        mute_company(connection, ada, "acme", world.now)
    world.search(ada)  # a first look
    world.open()  # an event
    world.pass_time(days=2)
    world.dispatch()  # a daily look
    assert {row["subscriber_id"] for row in world.deliveries()} == {bob}
    with transaction(world.engine) as connection:
        assert mutes.unmute(connection, ada, "company:acme") == "Acme"
        mute_posting(connection, ada, key, world.now)
    world.open()
    world.dispatch()
    mine = [row["posting_id"] for row in world.deliveries() if row["subscriber_id"] == ada]
    assert len(mine) == 1
    assert key not in mine
    with transaction(world.engine) as connection, pytest.raises(SubscriberError, match="no posting here"):
        mute_company(connection, ada, "Globex", world.now)
    assert [row["what"] for row in world.rows(Mute)] == ["posting:p1"]


def test_a_mute_holds_for_what_the_posting_was_merged_into(world, ada):
    world.search(ada)
    gone, kept = world.open(count=2)
    with transaction(world.engine) as connection:
        mute_posting(connection, ada, gone, world.now)
        connection.execute(insert(table_of(Redirect)).values(public_id="p1", posting_id=kept))
        assert mutes.muted(connection, [ada], [gone, kept]) == {(ada, gone), (ada, kept)}
        assert feeds.unmuted(connection, ada, [gone, kept]) == []
    world.dispatch()
    assert told(world) == []
    world.search(ada, "title:ml")
    assert told(world) == []
    with transaction(world.engine) as connection:
        mutes.unmute_posting(connection, ada, kept, is_employer=False)
        assert feeds.unmuted(connection, ada, [kept]) == [kept]


# --- not relevant, because -----------------------------------------------------------------------------------------

BECAUSE = [
    ("title:engineer", "level", "", ["title:engineer -seniority:senior"]),
    ("title:engineer seniority:senior,staff", "level", "", ["title:engineer seniority:staff"]),
    ("title:engineer seniority:senior", "level", "", []),  # it asks for just that: nothing would be left
    ("rag OR agents", "role", "", ["(rag OR agents) -role:ml-engineer"]),
    ("title:engineer", "company", "", ["title:engineer -company:acme"]),
    ("title:engineer", "word", "Agents", ["title:engineer -agents"]),
    ("engineer", "word", "ML", ["engineer -title:ml", "engineer -ml"]),
    ("title:engineer", "place", "", ["title:engineer -workplace:hybrid"]),
    ("title:engineer salary>=90k", "pay", "", ["title:engineer salary>=130kEUR"]),
    ("title:engineer", "pay", "", ["title:engineer (salary>=130kEUR OR -salary>=0)", "title:engineer salary>=130kEUR"]),
    ("title:engineer", "word", "sales", []),
]  # fmt: skip


@pytest.mark.parametrize(("query", "because", "word", "proposed"), BECAUSE)
def test_proposals_leave_the_posting_out_and_count(world, query, because, word, proposed):
    paid = {"salary_annual_min": 100_000.0, "salary_annual_max": 120_000.0, "salary_currency": "EUR"}
    (key,) = world.open(workplace="hybrid", **paid)
    world.open("Staff Engineer", count=2, seniority="staff", role="ai-engineer", company="Globex")
    with read(world.engine) as connection:
        found = propose(connection, parse(query), key, because, world.now, word)
    assert [str(one.query) for one in found] == proposed
    assert all(one.after < one.before for one in found)
    assert world.rows(SavedSearch) == []


def test_a_reason_that_is_none_is_refused(world):
    (key,) = world.open()
    with read(world.engine) as connection:
        for because, word, said in (("colour", "", "no reason"), ("word", " ", "which word")):
            with pytest.raises(SubscriberError, match=said):
                propose(connection, parse("rag"), key, because, world.now, word)


@pytest.mark.parametrize(
    ("query", "can"),
    [
        ("role:ml-engineer -role:ml-engineer", False), ("role:ml-engineer,other -role:ml-engineer", True),
        ("country:DE -country:DACH", False), ("country:DACH -country:DE", True), ("title:agent -agent", False),
        ("agent -title:agent", True), ("city:munich -city:münchen python", False), ("remote:EU -remote:DE", True),
    ],
)  # fmt: skip
def test_no_proposal_excludes_what_is_asked_for(query, can):
    assert can_match(parse(query)) is can


def test_a_lone_condition_that_finds_nothing_is_spoken_of_as_one():
    assert "No single" not in nothing(Backtest(parse("title:agent"), 30, 0, [0], []))
    assert "No single" in nothing(Backtest(parse("title:agent remote:EU"), 30, 0, [0], []))
