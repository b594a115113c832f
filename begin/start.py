"""Waiting until a person presses Start in the bot, before there is a daemon that would hear it."""

from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.error import TelegramError

from alerts.channels.telegram import TelegramSettings, new_bot
from begin.taking import NotGoodError
from logs import redact_value

POLL_SECONDS = 5


async def wait_for_start(keys: TelegramSettings, token: str, seconds: int) -> str:
    """The chat that sends the invitation's token within so many seconds; empty where none does.

    Raises NotGoodError where the bot does not hear.
    """
    end, offset = datetime.now(UTC) + timedelta(seconds=seconds), 0
    try:
        async with new_bot(keys) as bot:
            while (left := (end - datetime.now(UTC)).total_seconds()) > 0:
                patience = min(POLL_SECONDS, int(left) + 1)
                for update in await bot.get_updates(offset, timeout=patience, allowed_updates=["message"]):
                    offset = update.update_id + 1
                    if chat := _chat(update, token):
                        await bot.get_updates(offset, timeout=0)  # it is not to be heard again
                        await bot.send_message(chat, "You are subscribed: alerts come here.")
                        return chat
    except TelegramError as error:
        raise NotGoodError(f"the bot does not hear: {redact_value(str(error))}") from None
    return ""


def _chat(update: Update, token: str) -> str:
    message = update.message
    is_ours = message is not None and (message.text or "").split() == ["/start", token]
    return str(message.chat.id) if message is not None and is_ours else ""
