"""Buttons over the local Bot API: pressed, forged, too old, by strangers, in groups; and answers that get lost."""

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from alerts import answering, bot, inbox, replies
from alerts import hearing as hearing_module
from alerts.desk import Reply
from database import transaction
from models import Heard, KeptPosting, Mute, SavedSearch
from settings import AccessSettings, OperatorSettings

ADA, GROUP = 42, -1001


@pytest.fixture
def database_url(copied):
    """One engine: nothing here hangs on it."""
    return copied("sqlite", "migrated")


@pytest.fixture
def hearing(world, api):
    """The bot, hearing, while the block lasts."""
    world.settings.access = AccessSettings(mode="open")

    @asynccontextmanager
    async def hearing():
        running = bot.build_bot(world.settings, world.engine, lambda: world.now, world.channels["telegram"])
        await bot.start(running)
        try:
            await until(lambda: running.is_hearing)
            yield running
        finally:
            await bot.stop(running)

    return hearing


async def until(what) -> None:
    """Wait for it; fails by the test's time limit."""
    while not what():
        await asyncio.sleep(0.02)


async def alert(world, api, chat: int = ADA, count: int = 1) -> None:
    api.chats.known.add(chat)
    world.search(world.person(telegram=str(chat)), "title:engineer")
    world.open(count=count)
    await world.deliver()
    await world.deliver(seconds=31)


async def pressed(api, count: int, *button, **named) -> str:
    """Press; returns what was shown for a moment, once `count` presses are answered."""
    await asyncio.to_thread(api.press, *button, **named)
    await until(lambda: len(api.answers) == count)
    return api.answers[-1].get("text", "")


async def test_a_button_of_an_alert_is_pressed_and_answered(world, api, hearing):
    await alert(world, api)
    async with hearing():
        assert await pressed(api, 1, ADA, "Save") == "Saved. /saved lists what you keep."
        await until(lambda: any(one["text"] == "Saved ✓" for one in api.buttons_in(ADA)))
        await pressed(api, 2, ADA, "Why?")
        await until(lambda: len(api.sent_to(ADA)) == 2)
    assert "matches title:engineer" in api.sent_to(ADA)[1]
    assert len(world.rows(KeptPosting)) == 1


async def test_forged_old_and_strange_buttons_do_nothing_and_are_answered_kindly(world, api, hearing):
    await alert(world, api)
    data = next(one["callback_data"] for one in api.buttons_in(ADA) if one["text"] == "Mute employer")
    async with hearing():
        assert "another time" in await pressed(api, 1, ADA, data="c:p1")
        assert "another time" in await pressed(api, 2, ADA, data=data[:-1] + "2")
        assert "not for you" in await pressed(api, 3, ADA, "Mute employer", user=43)
        api.chats.known.add(43)
        await asyncio.to_thread(api.say, 43, "/help")
        await until(lambda: api.sent_to(43))
        await asyncio.to_thread(api.press, ADA, "Save")
        api.messages.grow_old()  # Telegram gave it up before we answered
        await until(lambda: world.rows(KeptPosting))
    assert world.rows(Mute) == []


async def test_a_press_is_answered_in_time_however_long_its_work_takes(world, api, hearing, monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", 0.1)
    may_end = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(_desk, _asked):
        asyncio.run_coroutine_threadsafe(may_end.wait(), loop).result(30)
        return Reply("It is done.")

    monkeypatch.setitem(replies.REPLIES, "press", slow)
    await alert(world, api)
    async with hearing():
        assert await pressed(api, 1, ADA, "Save") == ""
        may_end.set()
        await until(lambda: api.sent_to(ADA)[-1] == "It is done.")
    assert len(api.answers) == 1


async def test_in_a_group_only_its_admins_change_anything(world, api, hearing):
    await alert(world, api, GROUP, count=2)
    api.chats.admins[GROUP].add(7)
    async with hearing():
        await asyncio.to_thread(api.say, GROUP, "/search@rolewire_bot title:intern", user=8)
        await until(lambda: len(api.sent_to(GROUP)) == 2)
        assert api.sent_to(GROUP)[1] == "Only the admins of this group can do that."
        assert await pressed(api, 1, GROUP, "2", user=8) == ""  # to look is everybody's
        await until(lambda: len(api.buttons_in(GROUP)) > 2)
        assert await pressed(api, 2, GROUP, "Mute employer", user=8) == "Only the admins of this group can do that."
        assert world.rows(Mute) == []
        assert await pressed(api, 3, GROUP, "Mute employer", user=7) == "Muted"
        await asyncio.to_thread(api.say, GROUP, "/search@rolewire_bot title:intern", user=7)
        await until(lambda: len(world.rows(SavedSearch)) == 2)
    assert len(world.rows(Mute)) == 1


async def test_a_group_that_became_a_supergroup_is_known_by_its_new_id(world, api, hearing):
    await alert(world, api, -5)
    async with hearing():
        await asyncio.to_thread(api.migrate, -5, GROUP)
        await asyncio.to_thread(api.say, GROUP, "/list@rolewire_bot", user=8)
        await until(lambda: api.sent_to(GROUP))
        assert api.sent_to(GROUP)[0].startswith("1. title:engineer")
        world.open()
        await world.deliver(minutes=1)
        await world.deliver(minutes=1)
    assert api.sent_to(GROUP)[-1].startswith("1 new")


@pytest.mark.parametrize("lost", [True, False])
async def test_what_was_saved_is_said_though_the_answer_is_lost_once(world, api, hearing, monkeypatch, lost):
    monkeypatch.setattr(answering, "FIRST_PAUSE", 0.05)
    async with hearing():
        if lost:
            api.faults.lose_replies = 1
        else:
            api.faults.statuses = [502, 500]
        await asyncio.to_thread(api.say, ADA, "/search title:engineer")
        await until(lambda: len(api.sent_to(ADA)) == 1 + lost)
    assert {text.splitlines()[0] for text in api.sent_to(ADA)} == {"Saved: title:engineer"}


async def test_what_is_saved_leaves_no_button_that_would_save_it_again(world, api, hearing):
    async with hearing():
        await asyncio.to_thread(api.say, ADA, "title:engineer remote:EU")
        await until(lambda: len(api.buttons_in(ADA)) == 3)
        for said in ("Saved: title:engineer remote:EU", "You have this search already, as number 1: "):
            old = api.shown_in(ADA)[-1]["message_id"]
            if said.startswith("You"):  # another preview of it
                await asyncio.to_thread(api.say, ADA, "remote:EU title:engineer")
                await until(lambda old=old: api.shown_in(ADA)[-1]["message_id"] > old)
            await asyncio.to_thread(api.press, ADA, "Save: tell me at once")
            await until(lambda said=said: api.shown_in(ADA)[-1]["text"].startswith(said))
            assert api.buttons_in(ADA) == []
    assert len(world.rows(SavedSearch)) == 1


def run_bot(world) -> subprocess.Popen[bytes]:
    """The bot in another process, which hears and never gets to its work."""
    values = world.settings.model_dump(mode="json")
    values["database"]["url"] = world.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "busy_bot.py")],
        stdin=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    process.stdin.write(json.dumps(values).encode() + b"\n")
    process.stdin.flush()
    return process


async def test_what_was_heard_is_done_though_we_are_killed_before(world, api, hearing):
    for text in ("/search title:engineer", "/search title:data", "/remove 1", "/list"):
        await asyncio.to_thread(api.say, ADA, text)
    process = run_bot(world)
    while api.updates._waiting:  # Telegram forgets what is acknowledged
        assert process.poll() is None
        await asyncio.sleep(0.02)
    process.kill()
    await asyncio.to_thread(process.wait)
    assert (world.rows(SavedSearch), api.sent_to(ADA)) == ([], [])
    async with hearing():
        await until(lambda: len(api.sent_to(ADA)) == 4)
        await until(lambda: not any(row["said"] for row in world.rows(Heard)))
    assert [one.splitlines()[0] for one in api.sent_to(ADA)] == [
        "Saved: title:engineer", "Saved: title:data", "Removed: title:engineer. 1 search left: see /list.",
        "1. title:data",
    ]  # fmt: skip
    assert {row["chat"] for row in world.rows(Heard)} == {""}
    async with hearing():
        await asyncio.to_thread(api.say, ADA, "/help")
        await until(lambda: len(api.sent_to(ADA)) == 5)  # and nothing of before
    assert len(world.rows(SavedSearch)) == 2


async def test_what_the_database_did_not_keep_is_fetched_again(world, api, hearing, monkeypatch):
    monkeypatch.setattr(hearing_module, "FIRST_PAUSE", 0.05)
    real, refused = inbox.keep, []

    def keep(*given):
        if len(refused) < 2:
            refused.append(given)
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        return real(*given)

    monkeypatch.setattr(inbox, "keep", keep)
    async with hearing():
        await asyncio.to_thread(api.say, ADA, "/search title:engineer")
        await until(lambda: api.sent_to(ADA))
    assert (len(refused), len(world.rows(SavedSearch))) == (2, 1)


def test_what_was_heard_twice_is_new_once_and_given_up_where_it_ends_us_each_time(world):
    said = {inbox.key_of(5, "{}"): ("42", "{}")}
    with transaction(world.engine) as connection:
        assert (inbox.keep(connection, said, world.now), inbox.keep(connection, said, world.now)) == (set(said), set())
        for _ in range(inbox.TRIES):
            assert list(inbox.take_up(connection)) == list(said)
        assert inbox.take_up(connection) == {}
        assert inbox.keep(connection, said, world.now) == set()  # Telegram may give it once more
        assert inbox.keep(connection, {}, world.now + 2 * inbox.KNOWN) == set()
        assert inbox.keep(connection, said, world.now) == set(said)  # and is forgotten in the end


async def test_a_file_goes_out_as_one(world, api, hearing):
    await alert(world, api)
    async with hearing():
        await asyncio.to_thread(api.say, ADA, "/export")
        await until(lambda: len(api.accepted) == 2)
    document = api.accepted[-1]
    assert document["document"]["file_name"] == "rolewire.json"
    assert '"searches"' in document["bytes"]


async def test_commands_and_texts_are_told_for_each_kind_of_chat(world, api, hearing):
    world.settings.operator = OperatorSettings(addresses=["telegram:7", "telegram:99", "email:op@example.org"])
    async with hearing():
        pass
    names = {scope: [one["command"] for one in found] for scope, found in api.told.items() if ":" in scope}
    assert set(names) == {"default::", "all_private_chats::", "all_group_chats::", "chat:7:"}  # 99 never wrote
    assert "board" in names["chat:7:"]
    assert "board" not in names["default::"]
    assert set(names["all_private_chats::"]) - set(names["all_group_chats::"]) == {"email", "export", "profile", "web"}
    assert api.told["description"]
    assert api.told["short_description"]
