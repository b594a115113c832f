"""A preview is what would go out, and leaves no trace."""

from datetime import timedelta

from alerts.messages import list_messages
from alerts.preview import preview
from database import read


async def test_a_preview_is_the_digest_that_will_go_out(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly", name="weekly")
    world.open(count=2)
    world.dispatch()
    before = world.deliveries()
    monday = timedelta(days=4, hours=20)
    assert preview(world.engine, world.settings, ada, world.now) == []
    [made] = preview(world.engine, world.settings, ada, world.now + monday)
    assert (world.deliveries(), world.messages()) == (before, [])
    await world.deliver(seconds=monday.total_seconds())
    [arrived] = mail.arrived
    assert arrived.message["Subject"] == made.subject == "2 new – weekly"
    assert arrived.part("plain").split("-- ")[0].strip() == made.text.split("-- ")[0].strip()


async def test_the_outbox_is_listed_with_reasons(world, api):
    world.search(world.person(telegram="7"))
    world.open(count=2)
    api.chats.blocked.add(7)
    await world.deliver()
    await world.deliver(seconds=31)
    with read(world.engine) as connection:
        [listed] = list_messages(connection, ["failed"])
        assert list_messages(connection, ["sent"]) == []
    assert (listed["subscriber"], listed["postings"], listed["state"]) == ("Ada", 2, "failed")
    assert "blocked" in listed["error"]
