"""Lanes: nothing that one channel does holds up another, and what a channel's failures say of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from alerts.channels import ChannelError, Outcome, configured
from alerts.lane import AT_ONCE, FIRST_PAUSE, LONGEST_PAUSE, Lane
from alerts.outbox import Outbox
from models import Address, Message, Notice

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


async def until(happened) -> None:
    """Wait for it; the test's own limit ends what never comes."""
    while not happened():
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def hung_mail_server() -> AsyncIterator[tuple[int, list[asyncio.StreamWriter]]]:
    """A server that takes connections and says nothing; yields its port and the connections."""
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        await asyncio.Event().wait()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], held
    finally:
        for writer in held:
            writer.close()
        server.close()


async def test_a_hung_mail_server_delays_no_telegram_message(world, api):
    for number in range(40):
        world.search(world.person(f"P{number}", email=f"p{number}@example.org"), looked=False)
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    async with hung_mail_server() as (port, held):
        world.settings.channels["email"] = {"host": "127.0.0.1", "port": port, "security": "none"}
        world.channels |= {"email": configured(world.settings)["email"]}
        stopping = []
        clock = world.now
        outbox = Outbox(world.engine, world.channels, world.settings, lambda: bool(stopping), lambda: clock)
        await outbox.turn()
        await until(lambda: len(held) == AT_ONCE and outbox.report.sent == 1)  # recorded too: what is under way waits
        world.open()  # and again, while every slot of the other lane hangs
        world.dispatch()
        clock = world.now = world.now + timedelta(seconds=31)
        await outbox.turn()
        await until(lambda: outbox.report.sent == 2)
        assert len(api.sent_to(7)) == 2
        assert len(held) == AT_ONCE  # the mails hang still
        stopping.append(True)
        for writer in held:
            writer.close()
        await outbox.settle()
    assert {row["state"] for row in world.rows(Message) if row["channel"] == "email"} == {"pending"}
    assert "The channel email is paused" in world.rows(Notice)[0]["text"]


async def test_as_one_message_ends_the_next_begins(world, api):
    """No barrier: while one chat's answer hangs, all others are served."""
    for number in range(100, 140):
        api.chats.known.add(number)
        world.search(world.person(f"P{number}", telegram=str(number)), looked=False)
    world.dispatch()
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    telegram, release = world.channels["telegram"], asyncio.Event()
    send = telegram.send

    async def hang_one(outgoing):
        if outgoing.to == "100":
            await release.wait()
        return await send(outgoing)

    telegram.send = hang_one
    outbox = Outbox(world.engine, world.channels, world.settings, clock=lambda: world.now)
    await outbox.turn()
    await until(lambda: len(api.accepted) == 39)
    release.set()
    await outbox.settle()
    assert outbox.report.sent == 40


async def test_a_stop_of_the_service_leaves_nothing_uncertain(world, api):
    for number in range(100, 140):
        api.chats.known.add(number)
        world.search(world.person(f"P{number}", telegram=str(number)), looked=False)
    world.dispatch()
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    outbox = Outbox(
        world.engine, world.channels, world.settings, lambda: len(api.accepted) >= 3, lambda: world.now
    )  # fmt: skip
    await outbox.turn()
    await outbox.settle()
    states = [row["state"] for row in world.messages()]
    assert set(states) == {"sent", "pending"}
    assert states.count("sent") == len(api.accepted)


async def test_a_channel_without_a_connection_rests_longer_each_time_and_tries_one(world, mail):
    for number in range(5):
        world.search(world.person(f"P{number}", email=f"p{number}@example.org"), looked=False)
    world.dispatch()
    world.open()
    world.dispatch()
    works = world.channels["email"]
    world.settings.channels["email"] = {"host": "127.0.0.1", "port": 9, "security": "none"}
    world.channels["email"] = configured(world.settings)["email"]
    assert (await world.deliver(seconds=31)).postponed == 5
    assert (await world.deliver(seconds=10)).postponed == 0
    assert (await world.deliver(seconds=10)).postponed == 1  # after 15 s, and what a busy machine takes
    assert (await world.deliver(seconds=20)).postponed == 0
    assert (await world.deliver(seconds=20)).postponed == 1  # after 30 s
    assert world.rows(Notice)[0]["cleared_at"] is None
    world.channels["email"] = works
    assert (await world.deliver(minutes=2)).sent == 5
    assert world.rows(Notice)[0]["cleared_at"] is not None
    assert {row["attempts"] for row in world.messages()} == {1}  # the channel's trouble is no fault of a message


# --- bare refusals -------------------------------------------------------------------------------------------------


def people(world, count: int) -> list[str]:
    addresses = [f"p{number}@example.org" for number in range(count)]
    for address in addresses:
        world.search(world.person(address, email=address), looked=False)
    world.dispatch()
    return addresses


async def test_a_relay_that_refuses_everybody_disables_nobody(world, mail):
    addresses = people(world, 6)
    world.open()
    world.dispatch()
    mail.faults.recipients |= dict.fromkeys(addresses, "550 relay not permitted")
    for _ in range(8):
        await world.deliver(minutes=5)
    assert {row["state"] for row in world.rows(Address)} == {"active"}
    assert "The channel email is paused" in world.rows(Notice)[0]["text"]
    mail.faults.recipients.clear()
    for _ in range(3):
        await world.deliver(hours=1)
    assert {row["state"] for row in world.messages()} == {"sent"}
    assert {row["state"] for row in world.rows(Address)} == {"active"}
    assert world.rows(Notice)[0]["cleared_at"] is not None


async def test_an_address_that_is_refused_again_while_others_are_taken_is_disabled(world, mail):
    gone, *_ = people(world, 4)
    mail.faults.recipients[gone] = "550 no thanks"
    world.open()
    world.dispatch()
    await world.deliver(seconds=31)
    assert {row["state"] for row in world.rows(Address)} == {"active"}
    await world.deliver(minutes=1)
    assert [row["state"] for row in world.rows(Address) if row["address"] == gone] == ["disabled"]
    assert {row["state"] for row in world.rows(Address) if row["address"] != gone} == {"active"}


REFUSED = ChannelError("550", Outcome.REFUSED)


def test_a_lane_finds_out_whom_to_blame():
    lane = Lane("email")
    assert lane.judge(1, REFUSED, NOW).outcome == Outcome.LATER
    assert lane.judge(1, REFUSED, NOW).outcome == Outcome.LATER  # nobody was taken: who knows?
    lane.accepted(2)
    assert lane.judge(3, REFUSED, NOW).outcome == Outcome.LATER
    assert lane.judge(1, REFUSED, NOW).outcome == Outcome.LATER  # not the only one since
    lane.accepted(2)
    assert lane.judge(1, REFUSED, NOW).outcome == Outcome.ADDRESS
    assert lane.judge(4, REFUSED, NOW).outcome == Outcome.LATER
    assert lane.slots(NOW) == AT_ONCE
    assert lane.judge(5, REFUSED, NOW).outcome == Outcome.REFUSED  # the third in a row
    assert lane.slots(NOW) == 0


@pytest.mark.parametrize("outcome", [Outcome.LATER, Outcome.ADDRESS, Outcome.MOVED])
def test_a_lane_rests_growing_pauses_until_it_is_seen_to_work(outcome):
    lane, at = Lane("telegram"), NOW
    for pause in (FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4):
        for _ in range(3):  # what was under way with it fails too
            lane.judge(1, ChannelError("down", Outcome.CHANNEL), at)
        assert (lane.slots(at), lane.slots(at + pause - timedelta(seconds=1)), lane.slots(at + pause)) == (0, 0, 1)
        at += pause
    for _ in range(20):
        lane.judge(1, ChannelError("down", Outcome.CHANNEL), at)
        at += LONGEST_PAUSE
    assert lane.slots(at) == 1
    lane.judge(1, ChannelError("no answer", Outcome.UNCERTAIN), at)
    assert lane.slots(at) == 1
    lane.judge(1, ChannelError("answered", outcome), at)
    assert lane.slots(at) == AT_ONCE
