"""What is spoiled costs itself only: a letter, a lane, a search, a first look; and the operator hears of it."""

import asyncio
from contextlib import suppress

import pytest

from alerts import looks, searches
from alerts.claims import Claims
from alerts.dispatch import Dispatcher
from alerts.notices import lasting
from alerts.outbox import Outbox
from database import read, table_of, transaction
from models import SavedSearch, SearchMatch, Subscriber
from settings import OperatorSettings


def change(world, model, key, **values) -> None:
    table = table_of(model)
    with transaction(world.engine) as connection:
        connection.execute(table.update().where(table.c.id == key).values(**values))


def trouble(world) -> list[str]:
    with read(world.engine) as connection:
        return [row["key"] for row in lasting(connection)]


@pytest.fixture
def pair(world, api):
    """Ada, whose time zone nobody knows any more, and Bob."""
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    api.chats.known.add(8)
    return ada, bob


async def test_a_letter_that_cannot_be_read_keeps_no_other_of_its_lane(world, api, mail, pair):
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    for person in pair:
        world.search(person)
    world.open()
    await world.deliver()
    change(world, Subscriber, pair[0], timezone="Mars/Olympus")
    await world.deliver(seconds=31)
    assert (len(api.sent_to(7)), len(api.sent_to(8))) == (0, 1)
    await world.deliver(seconds=1)
    assert "cannot be put into words" in mail.arrived[0].part("plain")
    change(world, Subscriber, pair[0], timezone="UTC")
    await world.deliver(minutes=1)
    await world.deliver(seconds=1)
    assert len(api.sent_to(7)) == 1
    assert trouble(world) == []


async def test_a_lane_that_breaks_keeps_no_other_channel(world, mail, monkeypatch):
    ada = world.person(telegram="7", email="ada@example.org")
    world.search(ada, channels=["telegram", "email"])
    take = Claims.take

    def broken(self, channel, limit, now):
        if channel == "telegram":
            raise RuntimeError("broken")
        return take(self, channel, limit, now)

    monkeypatch.setattr(Claims, "take", broken)
    box = Outbox(world.engine, world.channels, world.settings, clock=lambda: world.now)
    for number in range(4):
        with suppress(RuntimeError):
            await box.turn()
        await asyncio.wait(box._running.values())
        if number == 0:
            world.open()
            world.dispatch()
            world.pass_time(seconds=31)
    with pytest.raises(RuntimeError):
        await box.settle()
    assert len(mail.arrived) == 1


def test_a_search_that_cannot_be_told_of_keeps_no_other(world, pair):
    ada, bob = pair
    row = world.search(ada, cadence="weekly")
    world.search(bob)
    change(world, Subscriber, ada, timezone="Mars/Olympus")
    world.open()
    world.dispatch()
    assert [one["subscriber_id"] for one in world.deliveries()] == [bob]
    assert trouble(world) == [f"telling:{row['id']}"]
    assert {one["search_id"] for one in world.rows(SearchMatch)} == {row["id"] + 1}
    with transaction(world.engine) as connection:
        searches.remove_search(connection, row["id"], world.now)
    assert trouble(world) == []


def test_a_first_look_that_cannot_be_told_is_set_aside(world, pair, monkeypatch):
    tell = looks.tell

    def broken(connection, look, *rest):
        if look.search["subscriber_id"] == pair[0]:
            raise RuntimeError("broken")
        return tell(connection, look, *rest)

    monkeypatch.setattr(looks, "tell", broken)
    monkeypatch.setattr("alerts.dispatch.LOOKING", 0.0)  # a busy machine: the failed look took all the time there is
    world.open()
    world.dispatch()
    for person in pair:
        world.search(person)
    assert [one["subscriber_id"] for one in world.deliveries()] == [pair[1]]


def test_trouble_with_a_first_look_is_over_after_a_restart(world, monkeypatch):
    _set_aside(world, monkeypatch)
    _restarted(world).turn(world.now)
    assert trouble(world) == []


@pytest.mark.parametrize("is_restarted", [False, True])
def test_trouble_with_a_first_look_is_over_when_its_search_is_removed(world, monkeypatch, is_restarted):
    dispatcher = Dispatcher(world.engine, world.settings)
    row = _set_aside(world, monkeypatch, dispatcher)
    with transaction(world.engine) as connection:
        searches.remove_search(connection, row["id"], world.now)
    (_restarted(world) if is_restarted else dispatcher).turn(world.now)
    assert trouble(world) == []


def _restarted(world) -> Dispatcher:
    dispatcher = Dispatcher(world.engine, world.settings)
    dispatcher.load()
    return dispatcher


def _set_aside(world, monkeypatch, dispatcher=None):
    row = world.search(world.person(telegram="7"), looked=False)
    world.open()
    with monkeypatch.context() as patched:
        patched.setattr(looks, "look", _break)
        (dispatcher or Dispatcher(world.engine, world.settings)).turn(world.now)
    assert trouble(world) == [f"look:{row['id']}"]
    return row


def _break(*_):
    raise RuntimeError("broken")


@pytest.mark.parametrize("what", ["mended", "removed"])
def test_trouble_with_a_search_is_over_after_a_restart(world, what):
    row = world.search(world.person(telegram="7"))
    change(world, SavedSearch, row["id"], query="nonsense:(")
    world.open()
    world.dispatch()
    assert trouble(world) == [f"search:{row['id']}"]
    if what == "mended":
        change(world, SavedSearch, row["id"], query="title:engineer")
    else:
        with transaction(world.engine) as connection:
            searches.remove_search(connection, row["id"], world.now)
    world.open()
    world.dispatch()
    assert trouble(world) == []
