"""What may have been told before is marked when it is told again, and what was dropped is not taken for told."""

from datetime import timedelta

from alerts import searches
from alerts.messages import add_message
from alerts.outbox import deliver_due
from alerts.subscribers import ADDRESS
from database import table_of, transaction
from models import Delivery, Message


async def uncertain_then_blocked(world, api) -> None:
    """A message whose reply is lost; then another finds the chat blocked."""
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    await world.deliver()
    api.faults.lose_replies = 1
    await world.deliver(seconds=31)
    api.chats.blocked.add(7)
    with transaction(world.engine) as connection:
        [address] = connection.execute(ADDRESS.select()).mappings().all()
        add_message(connection, "hello", address, "notice", world.now, "hello")
        table = table_of(Message)
        later = world.now + timedelta(hours=1)
        connection.execute(table.update().where(table.c.state == "uncertain").values(next_at=later))
    await world.deliver(seconds=2)
    api.chats.blocked.clear()


async def test_what_was_uncertain_when_its_address_was_disabled_is_marked(world, api):
    await uncertain_then_blocked(world, api)
    assert set(world.states()) == {"failed"}
    with transaction(world.engine) as connection:
        searches.reach_again(connection, "telegram", "7", world.now)
    await world.deliver()
    report = await world.deliver(minutes=11)
    assert (report.sent, report.repeats) == (1, 1)


async def test_what_was_being_sent_when_its_address_was_disabled_is_marked(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    await deliver_due(world.engine, {}, world.settings, world.now)
    with transaction(world.engine) as connection:
        gone = {"state": "sending", "lease": "x", "lease_until": world.now}
        connection.execute(table_of(Message).update().values(gone))
        connection.execute(ADDRESS.update().values(state="disabled", reason="gone"))
    await world.deliver(seconds=1)
    assert world.states() == ["failed"]
    with transaction(world.engine) as connection:
        searches.reach_again(connection, "telegram", "7", world.now)
    await world.deliver()
    report = await world.deliver(minutes=11)
    assert (report.sent, report.repeats) == (1, 1)


async def test_what_was_dropped_from_a_message_is_not_taken_for_told(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    closing, _ = world.open()[0], world.open("Data Engineer")[0]
    world.dispatch()
    with transaction(world.engine) as connection:
        connection.execute(table_of(Delivery).update().values(is_possible_repeat=True))
    world.happen(closing, "closed")
    await world.deliver(seconds=31)
    assert len(api.sent_to(7)) == 1
    assert "ML Engineer" not in api.sent_to(7)[0]
    assert {row["posting_id"]: row["state"] for row in world.deliveries()}[closing] == "cancelled"
