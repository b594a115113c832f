"""What goes out in one piece: keys, poison, and what is not to be told any more."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from alerts import ledger, searches
from alerts.messages import bundle, list_messages
from alerts.outbox import deliver_due
from database import read, table_of, transaction
from models import Address, Delivery, Message, SavedSearch
from settings import OperatorSettings


def change(world, model, values, **which) -> None:
    table = table_of(model)
    with transaction(world.engine) as connection:
        statement = table.update().values(**values)
        for name, value in which.items():
            statement = statement.where(table.c[name] == value)
        connection.execute(statement)


async def bundle_only(world) -> None:
    world.dispatch()
    await deliver_due(world.engine, {}, world.settings, world.now)


async def test_a_first_message_that_waits_while_its_owner_stops_and_starts_blocks_nobody(world, api):
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    api.chats.known.add(8)
    world.open(count=3)
    world.search(ada)
    world.search(bob)
    world.pass_time(minutes=11)
    await bundle_only(world)  # both messages wait
    for _ in range(2):
        with transaction(world.engine) as connection:
            searches.stop(connection, ada, None, world.now)
            searches.resume(connection, ada)
        world.pass_time(minutes=11)
        await bundle_only(world)
        await bundle_only(world)
    await world.deliver(minutes=11)
    await world.deliver(minutes=11)
    assert [text.partition(" –")[0] for text in api.sent_to(7)] == ["3 postings open now"]
    assert [text.partition(" –")[0] for text in api.sent_to(8)] == ["3 postings open now"]


async def test_a_group_that_cannot_be_made_is_set_aside_and_the_rest_goes_on(world, api, mail):
    world.settings.operator = OperatorSettings(addresses=["email:op@example.org"])
    ada, bob = world.person(telegram="7"), world.person("Bob", telegram="8")
    api.chats.known.add(8)
    world.search(ada, cadence="weekly")
    world.search(bob)
    world.open()
    world.dispatch()
    change(world, Delivery, {"digest_key": "nonsense", "due_at": world.now}, cadence="weekly")
    taken = {"key": f"nonsense:{world.rows(Address)[0]['id']}", "state": "sent"}
    world.pass_time(seconds=31)
    with transaction(world.engine) as connection:
        row = ledger.MESSAGE.insert().values(
            subscriber_id=ada, address_id=world.rows(Address)[0]["id"], channel="telegram", cadence="weekly", text="",
            created_at=world.now, next_at=world.now, attempts=0, lease="", is_possible_repeat=False, provider_id="",
            error="", **taken,
        )  # fmt: skip
        connection.execute(row)
    for _ in range(3):
        await world.deliver(seconds=31)
    assert len(api.sent_to(8)) == 1
    with read(world.engine) as connection:
        [aside] = list_messages(connection, ["failed"])
    assert (aside["postings"], "cannot be bundled: ValueError" in aside["error"]) == (1, True)
    assert [row["state"] for row in world.deliveries() if row["subscriber_id"] == ada] == ["failed"]
    assert "set aside" in mail.arrived[0].part("plain")


async def test_a_digest_that_was_cancelled_does_not_block_the_next_of_its_period(world, mail):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly")
    world.open()
    world.dispatch()
    world.pass_time(days=5)
    await bundle_only(world)
    [first] = world.messages()
    change(world, Message, {"state": "cancelled"})
    change(world, Delivery, {"message_id": None, "state": "pending"})
    await world.deliver(minutes=1)
    assert len(mail.arrived) == 1
    change(world, Delivery, {"message_id": None, "state": "pending"})
    await world.deliver(minutes=1)
    assert len(mail.arrived) == 1  # one went out: its period is over
    assert world.messages()[0]["key"] == f"{first['key']}:{first['id']}"


# --- what may have been told ---------------------------------------------------------------------------------------


async def held_up(world, api):
    """A message of which nobody knows whether it arrived; returns its search."""
    row = world.search(world.person(telegram="7"), looked=False)
    world.dispatch()
    api.faults.lose_replies = 1
    world.open()
    await world.deliver()
    await world.deliver(seconds=31)
    assert [one["state"] for one in world.deliveries()] == ["uncertain"]
    return row


@pytest.mark.parametrize("what", ["stop", "pause"])
async def test_what_is_told_again_after_a_stop_during_an_uncertain_message_is_marked(world, api, what):
    row = await held_up(world, api)
    with transaction(world.engine) as connection:
        if what == "stop":
            searches.stop(connection, row["subscriber_id"], None, world.now)
        else:
            searches.pause_search(connection, row["id"], world.now)
    await world.deliver(minutes=2)
    with transaction(world.engine) as connection:
        if what == "stop":
            searches.resume(connection, row["subscriber_id"])
        else:
            searches.resume_search(connection, row["id"])
    await world.deliver(minutes=1)
    report = await world.deliver(minutes=15)
    assert (report.sent, report.repeats) == (1, 1)
    first, second = api.sent_to(7)
    assert "This may be a repeat" not in first
    assert "This may be a repeat" in second


async def test_what_arrives_although_it_was_stopped_on_its_way_is_not_told_again(world, api):
    ada = world.person(telegram="7")
    world.search(ada)
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    await bundle_only(world)
    world.pass_time(seconds=31)
    with transaction(world.engine) as connection:
        [claim], _ = ledger.claim(connection, "telegram", world.settings.alerts, world.now, 5)
        assert ledger.begin(connection, {claim.id: (claim, 1)}, world.settings.alerts, world.now)
    with transaction(world.engine) as connection:
        searches.stop(connection, ada, None, world.now)
    with transaction(world.engine) as connection:
        assert ledger.sent(connection, [(claim, "1")], world.now) == {claim.id}
        searches.resume(connection, ada)
    assert [row["state"] for row in world.deliveries()] == ["sent"]
    await world.deliver(minutes=1)
    assert (await world.deliver(minutes=15)).sent == 0
    assert api.accepted == []


# --- what closed before it could be told ---------------------------------------------------------------------------


async def test_what_closed_before_it_could_be_told_is_not_told_as_new(world, api):
    world.search(world.person(telegram="7"))
    stays, goes = world.open("Staff ML Engineer") + world.open("ML Engineer")
    world.dispatch()
    world.happen(goes, "closed")
    await world.deliver(seconds=31)
    [text] = api.sent_to(7)
    assert "Staff ML Engineer" in text
    assert text.count("ML Engineer") == 1
    states = {row["posting_id"]: (row["state"], row["error"]) for row in world.deliveries()}
    assert states == {stays: ("sent", ""), goes: ("cancelled", "it closed before it could be told")}
    world.happen(goes, "reopened")
    await world.deliver(minutes=2)
    await world.deliver(seconds=31)
    assert len(api.accepted) == 2  # it is open again, and nobody was told yet


async def test_a_message_all_of_which_closed_is_not_sent(world, api):
    world.search(world.person(telegram="7"))
    [goes] = world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    await bundle_only(world)
    world.happen(goes, "closed")
    report = await world.deliver(seconds=31)
    assert (report.sent, report.cancelled) == (0, 1)
    assert world.states() == ["cancelled"]
    assert world.messages()[0]["error"] == "it closed before it could be told"
    assert api.accepted == []


async def test_a_digest_shows_what_closed_since(world, mail):
    world.search(world.person(email="ada@example.org"), name="all", cadence="weekly")
    world.open("Staff ML Engineer")
    [goes] = world.open("ML Engineer")
    world.dispatch()
    world.happen(goes, "closed")
    await world.deliver(days=5)
    [weekly] = mail.arrived
    assert weekly.message["Subject"] == "1 new, 1 closed – all"
    assert "closed on 18 November" in weekly.part("plain")


# --- several addresses ---------------------------------------------------------------------------------------------


async def test_each_address_of_a_channel_is_told_and_one_that_fails_keeps_no_other(world, api):
    ada = world.person(telegram="7")
    api.chats.known.add(8)
    with transaction(world.engine) as connection:
        searches.add_address(connection, ada, "telegram", "8", world.now)
    world.search(ada)
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 2
    api.chats.blocked.add(7)
    world.open()
    await world.deliver()
    assert (await world.deliver(seconds=31)).sent == 1
    assert len(api.sent_to(7)) == 1
    assert [text.startswith("We cannot") for text in api.sent_to(8)] == [False, False]
    await world.deliver(seconds=31)
    assert "We cannot reach you by telegram" in api.sent_to(8)[-1]
    states = {row["address"]: row["state"] for row in world.rows(Address)}
    assert states == {"7": "disabled", "8": "active"}


async def test_what_is_asked_for_on_a_channel_without_an_address_is_visible_as_failed(world):
    ada = world.person(telegram="7")
    world.search(ada)
    change(world, SavedSearch, {"channels": ["email"]})
    world.open()
    world.dispatch()
    assert [(row["state"], row["error"]) for row in world.deliveries()] == [("failed", "there is no email address")]


# --- cost ----------------------------------------------------------------------------------------------------------


async def test_what_waits_for_its_turn_is_not_looked_at_again_and_again(world, api):
    """Of a storm that gathers behind a message under way, no delivery is due before there is a point in looking."""
    world.search(world.person(telegram="7"))
    world.open()
    world.dispatch()
    world.pass_time(seconds=31)
    api.faults.statuses, api.faults.retry_after = [429], 1800
    await world.deliver()
    world.open(count=50)
    await world.deliver(seconds=0)
    await world.deliver(seconds=31)
    due = [row for row in world.deliveries() if row["message_id"] is None and row["due_at"] <= world.now]
    assert due == []
    await world.deliver(minutes=31)
    await world.deliver(minutes=1)
    assert [text.partition(" –")[0] for text in api.sent_to(7)][-1] == "50 new"


async def test_an_idle_turn_reads_no_delivery_that_waits(world):
    ada = world.person(email="ada@example.org")
    world.search(ada, cadence="weekly")
    world.open(count=20)
    world.dispatch()
    statements = []
    event.listen(world.engine, "before_cursor_execute", lambda *args: statements.append(args[2].lower()))
    with transaction(world.engine) as connection:
        assert bundle(connection, world.settings.alerts, world.now + timedelta(hours=1)) == (0, False)
    read_of_deliveries = [sql for sql in statements if "delivery" in sql]
    assert len(read_of_deliveries) == 1
    assert "due_at <=" in read_of_deliveries[0]


async def test_all_that_is_due_is_bundled_in_one_turn(world, monkeypatch):
    monkeypatch.setattr("alerts.messages.SEEN", 4)
    for number in range(5):
        world.search(world.person(f"P{number}", email=f"p{number}@example.org"), cadence="weekly")
    world.open(count=3)
    world.dispatch()
    world.pass_time(days=5)
    await bundle_only(world)
    assert len(world.messages()) == 5
    assert {row["message_id"] is None for row in world.deliveries()} == {False}


async def test_boards_that_end_seconds_apart_hold_the_first_message_no_longer_than_the_last_of_them(world, api):
    world.search(world.person(telegram="7"))
    world.dispatch()
    for _ in range(3):
        world.open(is_baseline=True)
        world.dispatch()
        world.pass_time(seconds=6)
    world.pass_time(minutes=9, seconds=30)
    for _ in range(20):
        await world.deliver(seconds=2)
    assert [text.partition(" –")[0] for text in api.sent_to(7)] == ["3 postings open now"]
