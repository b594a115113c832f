"""The local Bot API refuses what the real one refuses, as python-telegram-bot expects it."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from demo.botapi import TOKEN, BotApi
from demo.telegram_html import EntityError, read_html, units


@pytest.fixture
def api(tmp_path) -> Iterator[BotApi]:
    with BotApi(log=tmp_path / "accepted.jsonl") as served:
        served.chats.known.add(7)
        yield served


def bot_of(api: BotApi, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=api.url + "/bot")


async def test_a_message_is_accepted_and_logged(api):
    async with bot_of(api) as bot:
        sent = await bot.send_message(7, "<b>Hello</b> &amp; <a href='https://example.org'>more</a>", parse_mode="HTML")
    assert sent.text == "Hello & more"
    assert api.sent_to(7) == ["Hello & more"]
    logged = [json.loads(line) for line in api.log.read_text().splitlines()]
    assert logged[0]["entities"] == [["b", "", "Hello"], ["a", "https://example.org", "more"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>open", "Can't find end tag"),
        ("a < b", "Unclosed start tag"),
        ("<script>1</script>", "Unsupported start tag"),
        ("<b><i>x</b></i>", "Unmatched end tag"),
        ("</b>", "Unexpected end tag"),
        ("<b> </b>", "Message text is empty"),
        ("x" * 4097, "Message is too long"),
        ("🚀" * 2049, "Message is too long"),
    ],
)
async def test_what_cannot_be_read_is_refused(api, text, words):
    async with bot_of(api) as bot:
        with pytest.raises(BadRequest) as caught:
            await bot.send_message(7, text, parse_mode="HTML")
    assert words.lower() in caught.value.message.lower()
    assert api.accepted == []


async def test_entities_do_not_count_towards_the_length(api):
    async with bot_of(api) as bot:
        await bot.send_message(7, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert len(api.accepted) == 1


async def test_chats_that_cannot_be_reached(api):
    api.chats.blocked.add(8)
    api.chats.deactivated.add(9)
    api.chats.migrated[-5] = -1005
    async with bot_of(api) as bot:
        for chat, error in ((1, BadRequest), ("@nobody", BadRequest), (8, Forbidden), (9, Forbidden)):
            with pytest.raises(error):
                await bot.send_message(chat, "x")
        with pytest.raises(ChatMigrated) as caught:
            await bot.send_message(-5, "x")
    assert caught.value.new_chat_id == -1005


async def test_a_wrong_token_and_an_unknown_method(api):
    with pytest.raises(InvalidToken):
        async with bot_of(api, TOKEN[:-1] + "x"):
            pass
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{api.url}/bot{TOKEN}/sendNonsense")
    assert answer.status_code == 404


async def test_two_messages_at_once_to_a_chat_are_too_many(api):
    api.per_second = 1
    async with bot_of(api) as bot:
        await bot.send_message(7, "one")
        with pytest.raises(RetryAfter):
            await bot.send_message(7, "two")
    assert api.sent_to(7) == ["one"]


async def test_scripted_faults(api):
    api.faults.statuses = [502]
    api.faults.lose_replies = 1
    async with bot_of(api) as bot:
        with pytest.raises(NetworkError):
            await bot.send_message(7, "never accepted")
        with pytest.raises(NetworkError):
            await bot.send_message(7, "accepted, reply lost")
    assert api.sent_to(7) == ["accepted, reply lost"]


async def test_buttons_to_localhost_are_refused_and_links_dropped(api):
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url="http://localhost:8000/")]])
    async with bot_of(api) as bot:
        with pytest.raises(BadRequest, match=r"(?i)wrong http url"):
            await bot.send_message(7, "x", reply_markup=markup)
        sent = await bot.send_message(7, '<a href="http://localhost:8000/">text stays</a>', parse_mode="HTML")
    assert sent.text == "text stays"
    assert api.accepted[0]["entities"] == []


async def test_updates_are_kept_until_their_offset_is_confirmed(api):
    async with bot_of(api) as bot:
        await asyncio.to_thread(api.say, 7, "/start")
        await asyncio.to_thread(api.say, 7, "/help me")
        first = await bot.get_updates()
        assert [update.message.text for update in first] == ["/start", "/help me"]
        assert len(await bot.get_updates()) == 2
        assert [update.message.text for update in await bot.get_updates(offset=first[1].update_id)] == ["/help me"]
        assert await bot.get_updates(offset=first[1].update_id + 1) == ()


async def test_a_long_poll_ends_with_the_news(api):
    async with bot_of(api) as bot:
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        while "getUpdates" not in api.calls:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(api.say, 7, "hi")
        assert [update.message.text for update in await poll] == ["hi"]


async def test_the_newer_of_two_pollers_ends_the_older(api):
    async with bot_of(api) as one, bot_of(api) as two:
        older = asyncio.create_task(one.get_updates(timeout=20))
        while "getUpdates" not in api.calls:
            await asyncio.sleep(0.01)
        await two.get_updates(timeout=0)
        with pytest.raises(Conflict, match="only one bot instance"):
            await older


async def test_commands_are_checked(api):
    async with bot_of(api) as bot:
        await bot.set_my_commands([("start", "Begin")])
        with pytest.raises(BadRequest, match=r"(?i)command"):
            await bot.set_my_commands([("Not-Right", "Begin")])
    assert api.commands == [{"command": "start", "description": "Begin"}]


def test_html_is_read_as_the_bot_api_reads_it():
    assert read_html("&lt;b&gt; &amp;nbsp; &nbsp; &#39;").text == "<b> &nbsp; &nbsp; '"
    assert units("a🚀") == 3
    with pytest.raises(EntityError, match="byte offset 3"):
        read_html("é <x>")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "http://localhost/x"}, "Wrong HTTP URL"),
        ({"text": " ", "callback_data": "x"}, "text is empty"),
        ({"text": "x"}, "Text buttons are unallowed"),
    ],
)
async def test_the_local_bot_api_refuses_such_a_button(api, button, words):
    async with bot_of(api) as client:
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await client.do_api_request(
                "sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}
            )
    assert api.accepted == []


async def test_the_local_bot_api_refuses_edits_of_what_is_not_there_or_the_same(api):
    async with bot_of(api) as client:
        sent = await client.send_message(7, "x")
        for words, change in (("to edit not found", ("y", 7, 99)), ("is not modified", ("x", 7, sent.message_id))):
            with pytest.raises(BadRequest, match=f"(?i){words}"):
                await client.edit_message_text(*change)
        assert (await client.edit_message_text("y", 7, sent.message_id)).text == "y"
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await client.answer_callback_query("1")
        with pytest.raises(BadRequest, match=r"(?i)https url"):
            await client.set_webhook("http://jobs.example.org/hook")
        with pytest.raises(BadRequest, match=r"(?i)unallowed characters"):
            await client.set_webhook("https://jobs.example.org/hook", secret_token="a b")
