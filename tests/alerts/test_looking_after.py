"""What is done for people when time passes: reminders, rests, reviews, messages set right; and how they leave."""

import json
from datetime import timedelta

import pytest

from alerts import kept, searches
from alerts import told as told_module
from alerts.channels import keyboard
from alerts.desk import Reply
from alerts.holdings import as_file, holdings
from alerts.told import Edits
from database import read, table_of, transaction
from models import Address, DueEdit, KeptPosting, Rest, SavedSearch, SearchReview, Subscriber

ADA = 42


async def test_a_posting_comes_again_when_it_was_asked_to(world, api, phone, told):
    await told()
    phone.press("Snooze")
    assert phone.press("Again in 3 days") == "You see it again in 3 days."
    assert kept_turn(world, days=2) == 0
    assert kept_turn(world, days=2) == 1
    await world.deliver(seconds=31)
    assert api.sent_to(ADA)[-1].startswith("You wanted to see this again: ML Engineer – Acme")
    assert [one["text"] for one in api.buttons_in(ADA)][-1] == "Mute employer"
    assert world.rows(KeptPosting) == []


def kept_turn(world, **time) -> int:
    world.pass_time(**time)
    return kept.take_care(world.engine, world.now) + kept.ask_whether_wanted(world.engine, world.now)


async def test_a_reminder_of_who_stopped_waits_until_they_are_back(world, api, phone, told):
    await told()
    phone.press("Snooze")
    phone.press("Again in 3 days")
    phone.write("stop")
    assert kept_turn(world, days=4) == 0
    phone.write("start")
    assert kept_turn(world, days=1) == 1
    await world.deliver(seconds=31)
    assert [one for one in api.sent_to(ADA) if one.startswith("You wanted to see this again")]


async def test_people_are_reminded_where_they_are_and_not_at_a_program(world):
    person = world.person(telegram="42", email="ada@example.org")
    world.open()
    with transaction(world.engine) as connection:
        values = {"subscriber_id": person, "channel": "webhook", "address": "https://example.org/in",
                  "changed_at": world.now, "state": "active"}  # fmt: skip
        connection.execute(table_of(Address).insert().values(Address(**values).model_dump(exclude={"id"})))
        kept.remind(connection, person, "p1", world.now, world.now)
        kept.remind_due(connection, world.now)
    assert [row["channel"] for row in world.messages()] == ["telegram"]


@pytest.mark.parametrize("command", ["found", "pause", "P"])
async def test_what_is_paused_while_it_rests_stays_paused_once_the_rest_is_over(world, phone, told, command):
    await told()
    phone.press("Snooze")
    phone.press("All quiet for a week")
    world.pass_time(days=1)
    (phone.say if command == "P" else phone.write)(command)
    kept_turn(world, days=8)
    assert world.rows(Rest) == []
    assert world.rows(SavedSearch)[0]["paused_at"] is not None


async def test_all_is_quiet_for_a_week_and_then_goes_on(world, api, phone, told):
    await told()
    resting = world.rows(SavedSearch)[0]["id"]
    by_hand = world.search(world.rows(Subscriber)[0]["id"], "title:intern")["id"]
    with transaction(world.engine) as connection:
        searches.pause_search(connection, by_hand, world.now - timedelta(days=1))
    phone.press("Snooze")
    assert phone.press("All quiet for a week").startswith(
        "Quiet until Wednesday, 25 November, 12:00 UTC: 1 search rests."
    )
    assert all(row["paused_at"] for row in world.rows(SavedSearch))
    own, paused = phone.write("list").split("\n2. ")
    assert own.endswith("rests until Wednesday, 25 November, 12:00 UTC")
    assert paused.endswith(", paused")
    kept_turn(world, days=8)
    assert {row["id"]: row["paused_at"] is None for row in world.rows(SavedSearch)} == {resting: True, by_hand: False}
    assert world.rows(Rest) == []


async def test_who_found_a_job_rests_takes_their_data_and_is_erased_by_two_presses(world, phone, told):
    await told()
    phone.press("Save")
    assert phone.write("found").startswith("Congratulations! All is paused: 1 search")
    leaving = phone.shown
    phone.press("Send me my data")
    name, content = phone.shown.file
    with read(world.engine) as connection:
        held = holdings(connection, world.rows(Subscriber)[0]["id"])
    assert (name, content) == ("rolewire.json", as_file(held))
    assert [row["public_id"] for row in json.loads(content)["kept"]] == ["p1"]
    phone.shown = leaving
    phone.press("Erase everything")
    assert phone.press("No") == "Nothing was erased."
    phone.shown = leaving
    phone.press("Erase everything")
    assert phone.press("Yes").startswith("Erased")
    assert [world.rows(model) for model in (Subscriber, KeptPosting, SearchReview, Rest)] == [[], [], [], []]


async def test_searches_that_nobody_looked_at_are_asked_about_once_and_quietly(world, api, phone, told):
    await told()
    assert kept_turn(world, days=80) == 0
    assert kept_turn(world, days=11) == 1
    assert kept_turn(world, days=100) == 0
    await world.deliver(seconds=31)
    question = api.accepted[-1]
    assert question["text"].startswith("Do you still want these alerts?\n· title:engineer")
    assert question["is_silent"]
    phone.shown = Reply("", buttons=keyboard.review())
    assert phone.press("Keep them") == "Kept: 1 search goes on."
    assert kept_turn(world, days=89) == 0
    assert kept_turn(world, days=2) == 1


async def test_a_posting_that_closes_is_struck_through_where_it_stands(world, api, phone, told):
    first, _ = await told(2)
    world.pass_time(days=9)
    world.happen(first, "closed")
    world.dispatch()
    edits = Edits(world.engine, world.channels, world.settings, lambda: world.now)
    assert await edits.turn() == 0  # what closes together is edited together
    world.pass_time(minutes=2)
    assert await edits.turn() == 1
    (message,) = api.edits
    assert "1. ML Engineer – Acme\nclosed after 9 days" in message["text"]
    assert ("s", "", "ML Engineer – Acme") in message["entities"]
    assert [one["text"] for one in api.buttons_in(ADA)] == ["1", "2"]
    world.happen(first, "reopened")
    world.dispatch()
    world.pass_time(minutes=2)
    await edits.turn()
    assert "closed" not in api.shown_in(ADA)[-1]["text"]
    assert world.rows(DueEdit) == []


async def test_a_posting_that_closes_while_its_message_is_on_its_way_is_struck_through_too(world, api, phone):
    api.chats.known.add(ADA)
    world.search(world.person(telegram=str(ADA)), "title:engineer")
    (key,) = world.open()
    real, edits = (
        world.channels["telegram"].send,
        Edits(world.engine, world.channels, world.settings, lambda: world.now),
    )

    async def send(outgoing):
        world.happen(key, "closed")  # it is in words already, and not recorded yet
        world.dispatch()
        world.pass_time(minutes=2)
        assert await edits.turn() == 1
        assert [row["tries"] for row in world.rows(DueEdit)] == [1]
        return await real(outgoing)

    world.channels["telegram"].send = send
    await world.deliver()
    await world.deliver(seconds=31)
    assert "closed" not in api.sent_to(ADA)[-1]
    world.pass_time(minutes=2)
    assert await edits.turn() == 1
    assert "closed since" in api.shown_in(ADA)[-1]["text"]
    assert world.rows(DueEdit) == []


async def test_what_changes_while_it_is_edited_is_edited_once_more(world, api, phone, told):
    (key,) = await told()
    world.happen(key, "closed")
    world.dispatch()
    world.pass_time(minutes=2)
    edits = Edits(world.engine, world.channels, world.settings, lambda: world.now)
    real = world.channels["telegram"].edit

    async def edit(outgoing, provider_id):
        world.happen(key, "reopened")
        world.dispatch()
        await real(outgoing, provider_id)

    world.channels["telegram"].edit = edit
    assert await edits.turn() == 1
    world.channels["telegram"].edit = real
    assert "closed" in api.shown_in(ADA)[-1]["text"]
    world.pass_time(minutes=2)
    assert await edits.turn() == 1
    assert "closed" not in api.shown_in(ADA)[-1]["text"]
    assert world.rows(DueEdit) == []


@pytest.mark.parametrize(("status", "left"), [(400, 0), (403, 0), (429, 1), (500, 1)])
async def test_an_edit_that_fails_is_tried_again_or_left_and_holds_up_nothing(world, api, phone, told, status, left):
    (key,) = await told()
    world.happen(key, "closed")
    world.dispatch()
    world.pass_time(minutes=2)
    api.faults.methods["editmessagetext"] = [status]
    edits = Edits(world.engine, world.channels, world.settings, lambda: world.now)
    assert await edits.turn() == 1
    assert len(world.rows(DueEdit)) == left
    world.open()
    assert (await world.deliver(seconds=31)).sent + (await world.deliver(seconds=31)).sent == 1
    world.pass_time(minutes=5)
    assert await edits.turn() == left
    assert world.rows(DueEdit) == []
    assert len(api.edits) == left


async def test_a_message_that_cannot_be_read_any_more_keeps_no_other_from_being_set_right(
    world, api, phone, told, monkeypatch
):
    (key,) = await told()
    await world.deliver(hours=1)
    world.open("Data Engineer")
    await world.deliver(minutes=5)
    await world.deliver(seconds=31)
    first = world.messages()[0]["id"]
    for posting_id in (key, key + 1):
        world.happen(posting_id, "closed")
    world.dispatch()
    world.pass_time(minutes=2)
    real = told_module.read_told

    def read_told(connection, envelopes, links):
        if first in [one.id for one in envelopes]:
            raise ValueError("spoiled")
        return real(connection, envelopes, links)

    monkeypatch.setattr(told_module, "read_told", read_told)
    assert await Edits(world.engine, world.channels, world.settings, lambda: world.now).turn() == 2
    assert ["Data Engineer" in one["text"] for one in api.edits] == [True]
    assert world.rows(DueEdit) == []


async def test_the_card_shows_no_address_that_is_a_secret(world, phone, told):
    await told()
    secret = "https://hooks.example.org/services/T0KEN"
    values = {"subscriber_id": world.rows(Subscriber)[0]["id"], "channel": "webhook", "address": secret,
              "changed_at": world.now, "state": "active"}  # fmt: skip
    with transaction(world.engine) as connection:
        connection.execute(table_of(Address).insert().values(Address(**values).model_dump(exclude={"id"})))
    assert "T0KEN" not in phone.write("settings")
    assert "hooks.example.org/•••" in phone.shown.text
