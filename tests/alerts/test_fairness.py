"""Somebody whose searches match everything they are shown delays nobody else."""

import pytest

from alerts import dispatch as dispatching
from alerts import looks
from alerts.batches import Pace
from alerts.dispatch import Dispatcher
from models import SavedSearch, SearchMatch

BROAD = 50  # as many as a person can have


@pytest.fixture
def crowd(world):
    """Ada, whose searches match everything, and Bob, who looks for one thing."""
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    for number in range(BROAD):
        world.search(ada, f"acme OR word{number}", looked=number < BROAD - 1)
    world.search(bob, "title:virtuoso", looked=False)
    return ada, bob


def test_broad_searches_keep_no_other_from_being_told_in_the_same_turn(world, crowd):
    world.dispatch()
    world.open("ML Engineer", count=20)
    [rare] = world.open("Prompt Virtuoso")
    world.open("ML Engineer", count=20)
    assert world.dispatch() == 41
    assert [row["posting_id"] for row in world.deliveries() if row["subscriber_id"] == crowd[1]] == [rare]
    assert len(world.rows(SearchMatch)) == 41 * BROAD + 1


def test_what_is_owed_to_broad_searches_is_no_longer_write_than_any_other(world, crowd, monkeypatch):
    world.dispatch()
    monkeypatch.setattr(Pace, "note", lambda *_: None)
    sizes, write = [], Dispatcher._write

    def noted(self, connection, batch, part, *rest):
        sizes.append(sum(map(len, part.owed.values())))
        return write(self, connection, batch, part, *rest)

    monkeypatch.setattr(Dispatcher, "_write", noted)
    world.open(count=30)
    world.dispatch()
    assert (sum(sizes), max(sizes)) == (30 * BROAD, Pace().room)


def test_a_first_look_that_takes_long_lets_events_go_before_the_next(world, monkeypatch):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    world.search(bob, "title:virtuoso")
    for number in range(3):
        world.search(ada, f"acme OR word{number}", looked=False)
    done, passed, look = [], [0.0], looks.look

    def slow(*arguments):
        done.append("look")
        passed[0] += dispatching.LOOKING
        return look(*arguments)

    monkeypatch.setattr(looks, "look", slow)
    monkeypatch.setattr(dispatching.time, "monotonic", lambda: passed[0])
    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    handle = dispatcher._handle
    monkeypatch.setattr(dispatcher, "_handle", lambda *a: (done.append("events"), handle(*a))[1])
    world.open("Prompt Virtuoso")
    dispatcher.turn(world.now)
    assert done == ["look", "events", "look", "look"]
    assert all(row["baseline_at"] for row in world.rows(SavedSearch))
