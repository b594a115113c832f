"""The Telegram channel against the strict local Bot API."""

import logging
import ssl

import pytest

from alerts.channels import ChannelError, ChannelSetupError, Outcome, configured
from alerts.channels.botapi import cut_utf16
from alerts.channels.telegram import TelegramChannel, TelegramSettings
from alerts.outgoing import Outgoing
from demo.botapi import TOKEN, BotApi
from settings import Settings


@pytest.fixture
def api():
    with BotApi() as served:
        served.chats.known.add(7)
        yield served


def message(to="7", form="<b>New</b>", text="New"):
    return Outgoing(key="k", to=to, subject="s", text=text, form=form)


async def send(api, outgoing, token=TOKEN, url=""):
    channel = TelegramChannel(TelegramSettings(token=token, api_url=url or api.url))
    try:
        return await channel.send(outgoing)
    finally:
        await channel.close()


async def refusal(api, outgoing, **options) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        await send(api, outgoing, **options)
    return caught.value


async def test_a_message_arrives(api):
    assert await send(api, message()) == "1"
    assert api.accepted[0]["entities"] == [("b", "", "New")]


async def test_a_channel_can_be_used_again_after_close(api):
    channel = TelegramChannel(TelegramSettings(token=TOKEN, api_url=api.url))
    await channel.send(message())
    await channel.close()
    await channel.send(message())
    await channel.close()
    assert len(api.accepted) == 2


async def test_html_that_cannot_be_read_goes_as_text_once(api):
    await send(api, message(form="<b>broken", text="plain words"))
    assert api.sent_to(7) == ["plain words"]


async def test_text_that_is_too_long_is_cut_between_characters(api):
    await send(api, message(form="🚀" * 3000, text="🚀" * 3000))
    assert api.sent_to(7) == ["🚀" * 2047 + "…"]


@pytest.mark.parametrize("state", ["blocked", "deactivated", "unknown"])
async def test_an_address_that_is_gone(api, state):
    if state != "unknown":
        getattr(api.chats, state).add(8)
    error = await refusal(api, message(to="8"))
    assert error.outcome == Outcome.ADDRESS


async def test_a_revoked_token_is_the_channels_problem_and_is_not_shown(api):
    error = await refusal(api, message(), token="123456789:this-token-was-revoked-000000000")
    assert error.outcome == Outcome.CHANNEL
    assert "revoked" not in str(error)
    assert "telegram.token" in str(error)


async def test_a_chat_that_moved_names_its_new_id(api):
    api.chats.migrated[-5] = -1005
    error = await refusal(api, message(to="-5"))
    assert (error.outcome, error.moved_to) == (Outcome.MOVED, "-1005")


async def test_too_many_requests_says_how_long_to_wait(api):
    api.faults.statuses, api.faults.retry_after = [429], 17
    error = await refusal(api, message())
    assert (error.outcome, error.retry_after) == (Outcome.LATER, 17)


@pytest.mark.parametrize(("status", "outcome"), [(500, Outcome.LATER), (502, Outcome.UNCERTAIN)])
async def test_server_errors(api, status, outcome):
    api.faults.statuses = [status]
    error = await refusal(api, message())
    assert error.outcome == outcome


async def test_a_lost_reply_is_uncertain(api):
    api.faults.lose_replies = 1
    error = await refusal(api, message())
    assert error.outcome == Outcome.UNCERTAIN
    assert api.sent_to(7) == ["New"]


async def test_a_connection_that_never_stood_is_the_channels_trouble(api):
    error = await refusal(api, message(), url="http://127.0.0.1:9")
    assert error.outcome == Outcome.CHANNEL
    assert TOKEN not in str(error)


async def test_the_token_is_in_no_log(api, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "telegram"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    settings = Settings(channels={"telegram": {"token": TOKEN, "api_url": api.url}})
    channel = configured(settings)["telegram"]
    await channel.send(message())
    await channel.close()
    assert TOKEN not in caplog.text


def test_a_token_of_another_form_is_named():
    with pytest.raises(ChannelSetupError, match=r"telegram\.token"):
        configured(Settings(channels={"telegram": {"token": "nonsense"}}))


def test_cutting_never_splits_a_character():
    assert cut_utf16("a🚀b", 4) == "a🚀b"
    assert cut_utf16("a🚀bc", 3) == "a…"


def test_the_authorities_certificates_are_read_once(monkeypatch):
    made = []
    really = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **given: made.append(given) or really(**given))
    for _ in range(3):
        TelegramChannel(TelegramSettings(token=TOKEN))
    assert len(made) <= 1  # none if another test has had them read
