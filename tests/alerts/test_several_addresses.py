"""People who are reached at several addresses of one channel: each is told, none twice, and none is forgotten."""

import pytest

from alerts import searches
from alerts.notices import lasting
from database import read, transaction
from models import SearchMatch


@pytest.fixture
def ada(world, api):
    """Reached in two chats."""
    api.chats.known.add(8)
    key = world.person(telegram="7")
    with transaction(world.engine) as connection:
        searches.add_address(connection, key, "telegram", "8", world.now)
    return key


async def test_what_waits_at_another_address_stays_known_as_told(world, api, ada):
    world.search(ada)
    [posting] = world.open()
    world.dispatch()
    with transaction(world.engine) as connection:
        searches.remove_address(connection, ada, "telegram", "7", world.now)
    await world.deliver(seconds=31)
    assert len(api.sent_to(8)) == 1
    assert len(world.rows(SearchMatch)) == 1
    world.happen(posting, "changed", {"title": ["a", "b"]})
    await world.deliver(seconds=31)
    await world.deliver(seconds=31)
    assert len(api.sent_to(8)) == 1


async def test_an_address_that_is_reached_again_hears_what_only_another_heard(world, api, ada):
    world.search(ada)
    api.chats.blocked.add(7)
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    world.open("Data Engineer")
    await world.deliver()
    await world.deliver(seconds=31)
    await world.deliver(seconds=31)
    api.chats.blocked.clear()
    heard = len(api.sent_to(8))
    with transaction(world.engine) as connection:
        searches.reach_again(connection, "telegram", "7", world.now)
    await world.deliver()
    await world.deliver(minutes=11)
    assert api.sent_to(7)[-1].startswith("2 postings open now")
    assert len(api.sent_to(8)) == heard
    assert {row["state"] for row in world.deliveries()} == {"sent"}


async def test_a_digest_says_once_what_went_out_at_once(world, mail):
    ada = world.person(email="ada@example.org")
    with transaction(world.engine) as connection:
        searches.add_address(connection, ada, "email", "ada@work.example.org", world.now)
    world.search(ada)
    world.search(ada, "title:ml", cadence="weekly")
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    world.open("ML Researcher")
    await world.deliver()
    await world.deliver(days=5)
    digests = [one.part("plain") for one in mail.arrived if "Already sent" in one.part("plain")]
    assert [text.count("ML Engineer") for text in digests] == [1, 1]


async def test_each_address_that_is_disabled_is_trouble_of_its_own(world, api, ada):
    world.search(ada)
    api.chats.blocked |= {7, 8}
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    with read(world.engine) as connection:
        assert len(lasting(connection)) == 2
    with transaction(world.engine) as connection:
        searches.reach_again(connection, "telegram", "7", world.now)
    with read(world.engine) as connection:
        assert len(lasting(connection)) == 1


async def test_who_gets_a_first_address_again_hears_what_was_missed(world, api):
    ada = world.person(telegram="7", email="ada@example.org")
    world.search(ada, channels=["telegram"])
    with transaction(world.engine) as connection:
        searches.remove_address(connection, ada, "telegram", "7", world.now)
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    assert {row["state"] for row in world.deliveries()} == {"failed"}
    with transaction(world.engine) as connection:
        searches.set_address(connection, ada, "telegram", "7", world.now)
    await world.deliver()
    await world.deliver(minutes=11)
    assert api.sent_to(7)[-1].startswith("1 posting open now")
