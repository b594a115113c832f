"""Hearing by webhook: set, guarded by its secret, taken away where we poll again; over a real web server."""

import asyncio
import contextlib
import socket
from contextlib import asynccontextmanager

import httpx
import pytest

from alerts import bot, hearing, pushed
from alerts.channels import ChannelSetupError, configured
from alerts.channels.telegram import keys
from alerts.door import Door
from alerts.links import WEBHOOK_PATH
from alerts.notices import is_lasting
from demo.botapi import TOKEN
from doctor.telegram import ask
from models import SavedSearch
from settings import AccessSettings, Settings
from web.app import create_app, server
from web.pushed import HEADER, MAX_BYTES

ADA = 42
PUBLIC = "https://jobs.example.org"
URL = PUBLIC + WEBHOOK_PATH


@pytest.fixture
def database_url(copied):
    """One engine: nothing here hangs on it."""
    return copied("sqlite", "migrated")


@pytest.fixture
def hooked(world, api, monkeypatch):
    """The bot and the web page as the daemon has them, while the block lasts; the Bot API pushes to the page."""
    monkeypatch.setattr(pushed, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(hearing, "FIRST_PAUSE", 0.05)
    world.settings.access = AccessSettings(mode="open")
    world.settings.channels["telegram"] |= {"updates": "webhook"}

    @asynccontextmanager
    async def hooked(is_served: bool = True):
        door, listening = Door(), socket.create_server(("127.0.0.1", 0))
        serving = server(world.settings, create_app(world.settings, world.engine, door=door))
        serving.capture_signals = contextlib.nullcontext
        api.updates.hook_to = f"http://127.0.0.1:{listening.getsockname()[1] if is_served else 1}{WEBHOOK_PATH}"
        task = asyncio.create_task(serving.serve(sockets=[listening]))
        running = bot.build_bot(world.settings, world.engine, lambda: world.now, world.channels["telegram"], door)
        await bot.start(running)
        try:
            yield running
        finally:
            await bot.stop(running)
            serving.should_exit = True
            await task
            listening.close()

    return hooked


async def until(what) -> None:
    """Wait for it; fails by the test's time limit."""
    while not what():
        await asyncio.sleep(0.02)


async def test_what_is_written_is_pushed_and_answered(world, api, hooked):
    async with hooked() as running:
        await until(lambda: running.is_hearing)
        await asyncio.to_thread(api.say, ADA, "/search title:engineer")
        await until(lambda: len(api.sent_to(ADA)) == 1)
        await asyncio.to_thread(api.say, ADA, "/settings")
        await until(lambda: api.buttons_in(ADA))
        await asyncio.to_thread(api.press, ADA, "Pause all")
        await until(lambda: world.rows(SavedSearch)[0]["paused_at"] is not None)
    assert (api.webhook, "getUpdates" in api.calls) == (URL, False)
    assert len(api.updates.secret) == 64
    assert api.updates.most == 1  # or what a chat wrote could overtake itself


async def test_nobody_gets_in_without_the_secret(world, api, hooked):
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "text": "/stop", "chat": {"id": 42, "type": "private"}},
    }
    async with hooked() as running, httpx.AsyncClient() as client:
        await until(lambda: running.is_hearing)
        for wrong in ([], [b"x"], [api.updates.secret[:-1].encode()], ["é".encode() * 32]):
            sent = [(HEADER.encode(), one) for one in wrong]
            assert (await client.post(api.updates.hook_to, json=update, headers=sent)).status_code == 403
        right = {HEADER: api.updates.secret}
        for content, status in (
            (b"[]", 400), (b"{", 400), (b'{"update_id": "x"}', 400), (b'{"update_id": 3, "message": 5}', 200),
            (b" " * (MAX_BYTES + 1), 413),
        ):  # fmt: skip
            assert (await client.post(api.updates.hook_to, content=content, headers=right)).status_code == status
        assert (await client.get(api.updates.hook_to, headers=right)).status_code == 405
    assert api.sent_to(ADA) == []


async def test_nobody_gets_in_where_the_bot_polls(world, api):
    app = create_app(world.settings, world.engine, door=Door())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as client:
        assert (await client.post(WEBHOOK_PATH, json={"update_id": 1}, headers={HEADER: ""})).status_code == 403


async def test_an_update_that_is_pushed_twice_is_done_once(world, api, hooked):
    async with hooked() as running, httpx.AsyncClient() as client:
        await until(lambda: running.is_hearing)
        message = {"message_id": 1, "date": 1, "text": "/help", "chat": {"id": ADA, "type": "private"},
                   "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}  # fmt: skip
        api.chats.known.add(ADA)
        for _ in range(2):
            await client.post(
                api.updates.hook_to, json={"update_id": 9, "message": message}, headers={HEADER: api.updates.secret}
            )
        await asyncio.to_thread(api.say, ADA, "/list")
        await until(lambda: len(api.sent_to(ADA)) == 2)
    assert [text[:10] for text in api.sent_to(ADA)] == ["I watch jo", "You have n"]


async def test_a_page_that_telegram_does_not_reach_is_told_of(world, api, hooked):
    async with hooked(is_served=False) as running:
        await until(lambda: api.webhook)
        await asyncio.to_thread(api.say, ADA, "/help")
        await until(lambda: is_lasting(world.engine, "bot"))
        assert not running.is_hearing
        assert f"Telegram does not reach {URL}: Connection failed" in running.trouble
    assert any("Telegram does not reach" in str(one) for one in await ask(keys(world.settings), PUBLIC))


async def test_where_the_webhook_is_refused_the_bot_polls(world, api, hooked):
    api.faults.methods["setwebhook"] = [400]
    async with hooked() as running:
        await until(lambda: running.is_hearing)
        await asyncio.to_thread(api.say, ADA, "/help")
        await until(lambda: api.sent_to(ADA))
    assert api.webhook == ""
    assert "getUpdates" in api.calls


@pytest.mark.parametrize(("url", "is_taken_away"), [(URL, True), ("https://other.example.org/hook", False)])
async def test_who_polls_again_takes_away_the_own_webhook_and_no_other(world, api, monkeypatch, url, is_taken_away):
    monkeypatch.setattr(hearing, "FIRST_PAUSE", 0.05)
    api.webhook = url
    running = bot.build_bot(world.settings, world.engine, lambda: world.now, world.channels["telegram"])
    await bot.start(running)
    try:
        await until(lambda: running.is_hearing if is_taken_away else "rolewire channels unhook" in running.trouble)
    finally:
        await bot.stop(running)
    assert api.webhook == ("" if is_taken_away else url)


@pytest.mark.parametrize(
    ("web", "secret", "words"),
    [
        ({"public_url": "http://jobs.example.org"}, "", r"web\.public_url as https"),
        ({"public_url": PUBLIC, "enabled": False}, "", r"needs web\.enabled"),
        ({"public_url": PUBLIC}, "not so secret", r"telegram\.webhook_secret"),
    ],
)
def test_a_webhook_that_cannot_work_is_refused_before_it_is_set(web, secret, words):
    told = {"token": TOKEN, "updates": "webhook", "webhook_secret": secret}
    with pytest.raises(ChannelSetupError, match=words):
        configured(Settings(channels={"telegram": told}, web=web))
