"""What the Bot API's failures mean, and what keeps its token out of the logs."""

import logging

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from alerts.channels.base import ChannelError, Outcome, redact
from alerts.outgoing import Button, Keyboard

_NO_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol)
_NEVER_SENT = (httpx.PoolTimeout,)
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "group chat was deleted", "chat_write_forbidden",
         "have no rights to send", "not enough rights to send")  # fmt: skip


def explain(error: TelegramError, token: str) -> ChannelError:
    """What a refusal or a silence means: for this chat, for the channel, or for later."""
    text = redact(f"Telegram: {error.message}", token)
    match error:
        case ChatMigrated():
            return ChannelError(text, Outcome.MOVED, moved_to=str(error.new_chat_id))
        case RetryAfter():
            return ChannelError(text, retry_after=error._retry_after.total_seconds())
        case InvalidToken():
            return ChannelError(f"{text}: set telegram.token to the one @BotFather shows", Outcome.CHANNEL)
        case Forbidden():
            return ChannelError(f"{text}: open the chat and press Start to hear from us again", Outcome.ADDRESS)
        case BadRequest():
            is_gone = any(words in error.message.lower() for words in _GONE)
            return ChannelError(text, Outcome.ADDRESS if is_gone else Outcome.LATER)
    return ChannelError(text, _outcome(error))


def quiet_http_logs() -> None:
    """Keep request addresses, in which the token stands, out of the logs,"""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)


def cut_utf16(text: str, limit: int) -> str:
    """`text` cut to `limit` UTF-16 units, never inside a character."""
    data = text.encode("utf-16-le", "replace")
    if len(data) <= 2 * limit:
        return text
    return data[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def is_unreadable(error: BadRequest) -> bool:
    """Whether the text as it stands is refused, and plainer text may do."""
    message = error.message.lower()
    return "can't parse entities" in message or "message is too long" in message


def is_of_buttons(error: BadRequest) -> bool:
    """Whether a button is refused, and the message may do without."""
    message = error.message.lower()
    return "button" in message or "reply markup" in message


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The buttons as the Bot API takes them."""
    rows = [[_button(one) for one in row if one.url or one.press] for row in keyboard]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _button(one: Button) -> InlineKeyboardButton:
    if one.url:
        return InlineKeyboardButton(one.label, url=one.url)
    return InlineKeyboardButton(one.label, callback_data=one.press)


def _outcome(error: TelegramError) -> Outcome:
    """Of a failure that is no answer of the Bot API's: was it handed over?"""
    if isinstance(error.__cause__, _NO_CONNECTION):
        return Outcome.CHANNEL
    if isinstance(error.__cause__, httpx.HTTPError):
        return Outcome.LATER if isinstance(error.__cause__, _NEVER_SENT) else Outcome.UNCERTAIN
    # a gateway answers for a lost reply
    may_have_arrived = isinstance(error, TimedOut) or "gateway" in error.message.lower()
    return Outcome.UNCERTAIN if may_have_arrived else Outcome.LATER
