"""Waiting until a person presses Start in the bot, before there is a daemon that would hear it."""

from datetime import UTC, datetime, timedelta

from telegram import Update
from telegram.error import TelegramError

from alerts.channels.telegram import TelegramSettings, new_bot
from commands.common import note
from logs import redact_value

POLL_SECONDS = 5


async def wait_for_start(keys: TelegramSettings, token: str, seconds: int) -> str:
    """The chat that sends the invitation's token within so many seconds; empty where none does."""
    end, offset = datetime.now(UTC) + timedelta(seconds=seconds), 0
    try:
        async with new_bot(keys) as bot:
            while datetime.now(UTC) < end:
                for update in await bot.get_updates(offset, timeout=POLL_SECONDS, allowed_updates=["message"]):
                    offset = update.update_id + 1
                    if chat := _chat(update, token):
                        await bot.get_updates(offset, timeout=0)  # it is not to be heard again
                        await bot.send_message(chat, "You are subscribed: alerts come here.")
                        return chat
    except TelegramError as error:
        note(f"  the bot does not hear: {redact_value(str(error))}; press Start once rolewire runs")
        return ""
    if seconds:
        note("  nobody pressed Start; the link holds for 7 days, once rolewire runs")
    return ""


def _chat(update: Update, token: str) -> str:
    message = update.message
    is_ours = message is not None and (message.text or "").split() == ["/start", token]
    return str(message.chat.id) if message is not None and is_ours else ""
