"""Who comes back hears of what they missed; who is an operator hears of trouble."""

from datetime import timedelta

import pytest

from alerts import notices, searches
from alerts.notices import end_what_happened_once, lasting, note_board_trouble, raise_notice
from database import table_of, transaction
from models import Address, Board, Notice, Subscriber
from settings import OperatorSettings


@pytest.fixture
def operator(world, api):
    world.settings.operator = OperatorSettings(addresses=["telegram:7"], gather_minutes=10)


def boards(world, source, count, **facts):
    with transaction(world.engine) as connection:
        rows = [
            Board(source=source, board=f"b{number:02}", **facts).model_dump(exclude={"id"}) for number in range(count)
        ]
        table = table_of(Board)
        return list(connection.execute(table.insert().returning(table.c.id), rows).scalars())


def heal(world, ids) -> None:
    table = table_of(Board)
    with transaction(world.engine) as connection:
        connection.execute(table.update().where(table.c.id.in_(ids)).values(failures=0, last_verdict="ok"))


def look(world) -> None:
    with transaction(world.engine) as connection:
        note_board_trouble(connection, world.now)


# --- coming back ---------------------------------------------------------------------------------------------------


async def test_a_mailbox_that_is_set_again_hears_what_it_missed(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada)
    mail.faults.recipients["ada@example.org"] = "550 5.1.1 no such user"
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    assert world.rows(Address)[0]["state"] == "disabled"
    world.open("Data Engineer")
    await world.deliver()
    await world.deliver(seconds=31)
    mail.faults.recipients.clear()
    with transaction(world.engine) as connection:
        searches.add_address(connection, ada, "email", "ada@example.org", world.now)
    assert not notices.is_lasting(world.engine, f"address:{world.rows(Address)[0]['id']}")
    await world.deliver()
    assert (await world.deliver(minutes=11)).sent == 1
    assert mail.arrived[-1].message["Subject"].startswith("2 postings open now")
    assert {row["state"] for row in world.deliveries()} == {"sent"}


async def test_who_stopped_and_is_invited_again_hears_what_opened_meanwhile(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    with transaction(world.engine) as connection:
        searches.stop(connection, ada, None, world.now)
    world.open()
    world.dispatch()
    with transaction(world.engine) as connection:
        token = searches.invite(connection, ada, world.now)
        searches.redeem(connection, token, "telegram", "7", world.now)
    await world.deliver()
    assert (await world.deliver(minutes=11)).sent == 1
    assert api.sent_to(7)[-1].startswith("1 posting open now")


async def test_what_was_told_is_not_told_again_on_return(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada)
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1
    with transaction(world.engine) as connection:
        address = table_of(Address)
        connection.execute(address.update().values(state="disabled", reason="gone"))
        searches.reach_again(connection, "email", "ada@example.org", world.now)
    await world.deliver()
    assert (await world.deliver(minutes=11)).sent == 0


def test_replacing_an_address_keeps_its_row(world):
    ada = world.person(telegram="7")
    [before] = world.rows(Address)
    with transaction(world.engine) as connection:
        searches.set_address(connection, ada, "telegram", "8", world.now)
        searches.add_address(connection, ada, "telegram", "9", world.now)
    assert next((row["id"], row["address"]) for row in world.rows(Address)) == (before["id"], "8")
    with transaction(world.engine) as connection:
        searches.remove_address(connection, ada, "telegram", "8", world.now)
    assert [row["address"] for row in world.rows(Address)] == ["9"]


# --- operators -----------------------------------------------------------------------------------------------------


async def test_trouble_of_many_boards_is_one_message_repeated_daily_and_its_end_is_told(world, api, operator):
    ids = boards(world, "greenhouse", 43, failures=3, last_verdict="blocked", last_reason="403")
    for _ in range(5):
        look(world)
        await world.deliver(minutes=4)
    [told] = api.sent_to(7)
    assert told.startswith("43 boards of greenhouse fail since 12:00 UTC: b00 (blocked), ")
    assert "38 others" in told
    assert "rolewire status" in told
    for _ in range(20):
        look(world)
        await world.deliver(hours=24)
    assert len(api.sent_to(7)) == 21  # once a day, for longer than a week
    heal(world, ids)
    look(world)
    await world.deliver(minutes=1)
    look(world)
    await world.deliver(days=2)
    assert [text[:5] for text in api.sent_to(7)[1:]] == ["Still"] * 20 + ["Over:"]


async def test_trouble_that_is_over_before_it_was_told_is_not_told(world, api, operator):
    ids = boards(world, "lever", 1, failures=3, last_verdict="error")
    look(world)
    heal(world, ids)
    look(world)
    await world.deliver(hours=1)
    assert api.sent_to(7) == []


async def test_an_operator_who_stopped_hears_of_trouble_and_of_nothing_else(world, api, operator):
    ada = world.person(telegram="7")
    world.search(ada)
    with transaction(world.engine) as connection:
        searches.stop(connection, ada, None, world.now)
        raise_notice(connection, "event:1", "Event 1 was set aside", world.now)
    world.open()
    await world.deliver(minutes=1)
    await world.deliver(minutes=11)
    assert api.sent_to(7) == ["Event 1 was set aside"]
    assert [row["is_operator"] for row in world.rows(Subscriber)] == [True]


async def test_a_subscriber_named_operator_is_not_the_operator(world, api, operator):
    named = world.person("operator", email="somebody@example.org")
    with transaction(world.engine) as connection:
        raise_notice(connection, "event:1", "Event 1 was set aside", world.now)
    await world.deliver(minutes=1)
    assert api.sent_to(7) == ["Event 1 was set aside"]
    assert [(row["id"] == named, row["is_operator"]) for row in world.rows(Subscriber)] == [
        (True, False),
        (False, True),
    ]
    assert {row["subscriber_id"] == named for row in world.rows(Address) if row["address"] == "7"} == {False}


async def test_who_is_no_operator_any_more_is_none(world, api, operator):
    with transaction(world.engine) as connection:
        raise_notice(connection, "event:1", "Event 1 was set aside", world.now)
    await world.deliver(minutes=1)
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    with transaction(world.engine) as connection:
        raise_notice(connection, "event:2", "Event 2 was set aside", world.now + timedelta(minutes=1))
    await world.deliver(minutes=1)
    assert [row["text"] for row in world.rows(Notice)] == ["Event 1 was set aside", "Event 2 was set aside"]
    [operators] = [[row["id"] for row in world.rows(Subscriber) if row["is_operator"]]]
    owners = {row["address"]: row["subscriber_id"] for row in world.rows(Address)}
    assert operators == [owners["op@example.org"]]


async def test_trouble_of_many_kinds_is_told_in_full(world, api, operator):
    with transaction(world.engine) as connection:
        for number in range(20):
            raise_notice(connection, f"event:{number}", f"Event {number} " + "x" * 450, world.now)
    for _ in range(8):
        await world.deliver(seconds=10)
    told = "\n".join(api.sent_to(7))
    assert all(f"Event {number} " in told for number in range(20))


async def test_what_happened_once_is_trouble_for_a_week_and_its_end_is_not_told(world, api, operator):
    with transaction(world.engine) as connection:
        raise_notice(connection, "event:7", "Event 7 was set aside", world.now)
        raise_notice(connection, "channel:email", "the channel email is paused", world.now)
    await world.deliver()
    assert len(api.sent_to(7)) == 1
    for days, left in ((6, {"event:7", "channel:email"}), (1, {"channel:email"})):
        world.pass_time(days=days)
        with transaction(world.engine) as connection:
            end_what_happened_once(connection, world.now)
            assert {row["key"] for row in lasting(connection)} == left
    await world.deliver()
    assert len(api.sent_to(7)) == 1


async def test_trouble_of_a_channel_that_is_switched_off_is_over(world, operator):
    with transaction(world.engine) as connection:
        raise_notice(connection, "channel:email", "The channel email is paused", world.now)
    del world.channels["email"]
    await world.deliver()
    assert not notices.is_lasting(world.engine, "channel:email")
