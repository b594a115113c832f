"""Telegram: one message of at most 4096 UTF-16 units through the Bot API."""

import logging
import re

import httpx
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from alerts.channels.base import ChannelError, ChannelSetupError, redact
from alerts.outgoing import Outgoing
from settings import Settings

_TOKEN_FORM = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "group chat was deleted", "chat_write_forbidden",
         "have no rights to send", "not enough rights to send")  # fmt: skip


class TelegramChannel:
    """Sends to chat ids. A 429 makes that one chat wait (the outbox keeps the time), so others go on."""

    name = "telegram"

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        # PTB's limiter keeps 25 a second and 20 a minute and group; its own retries would stop every chat, so none
        limiter = AIORateLimiter(overall_max_rate=25, max_retries=0)
        self._request = HTTPXRequest(connection_pool_size=32, read_timeout=20, connect_timeout=10, pool_timeout=10)
        base = api_url.rstrip("/") + "/bot"
        self._bot: ExtBot[int] = ExtBot(token, base_url=base, request=self._request, rate_limiter=limiter)

    async def send(self, outgoing: Outgoing) -> str:
        """Send as HTML; once as plain text if the Bot API cannot read the HTML. Returns the message id."""
        try:
            try:
                return await self._send(outgoing.to, outgoing.telegram or outgoing.text, bool(outgoing.telegram))
            except BadRequest as error:
                if not outgoing.telegram or not _is_unreadable(error):
                    raise
                return await self._send(outgoing.to, outgoing.text, is_html=False)
        except TelegramError as error:
            raise self._explain(error) from None  # its chain would print the address, and the token stands in it

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()

    async def _send(self, chat: str, text: str, is_html: bool) -> str:
        await self._request.initialize()  # opens again what `close` closed; otherwise nothing
        message = await self._bot.send_message(
            chat_id=chat,
            text=text if is_html else cut_utf16(text, 4096),
            parse_mode=ParseMode.HTML if is_html else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(message.message_id)

    def _explain(self, error: TelegramError) -> ChannelError:
        text = redact(f"Telegram: {error.message}", self._token)
        match error:
            case ChatMigrated():
                return ChannelError(text, moved_to=str(error.new_chat_id))
            case RetryAfter():
                return ChannelError(text, retry_after=error._retry_after.total_seconds())
            case InvalidToken():
                return ChannelError(f"{text}: set telegram.token to the one @BotFather shows", is_channel_wide=True)
            case Forbidden():
                return ChannelError(f"{text}: open the chat and press Start to hear from us again", is_permanent=True)
            case BadRequest():
                return ChannelError(text, is_permanent=any(words in error.message.lower() for words in _GONE))
        return ChannelError(text, is_uncertain=_may_have_arrived(error))


def build(settings: Settings) -> TelegramChannel | None:
    """The channel, or None where telegram.token is empty. Raises ChannelSetupError on a token of another form."""
    token = settings.telegram.token.get_secret_value()
    if not token:
        return None
    if not _TOKEN_FORM.fullmatch(token):
        raise ChannelSetupError(
            "telegram.token does not look like a bot token (digits, a colon, letters): see @BotFather"
        )
    quiet_http_logs()
    return TelegramChannel(token, settings.telegram.api_url)


def quiet_http_logs() -> None:
    """Keep request addresses, in which the token stands, out of the logs, and the limiter from crying over a 429."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)


def cut_utf16(text: str, limit: int) -> str:
    """`text` cut to `limit` UTF-16 units, never inside a character."""
    data = text.encode("utf-16-le", "replace")
    if len(data) <= 2 * limit:
        return text
    return data[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def _is_unreadable(error: BadRequest) -> bool:
    message = error.message.lower()
    return "can't parse entities" in message or "message is too long" in message


def _may_have_arrived(error: TelegramError) -> bool:
    if isinstance(error.__cause__, httpx.HTTPError):
        return not isinstance(error.__cause__, _NEVER_SENT)
    return isinstance(error, TimedOut) or "gateway" in error.message.lower()  # a gateway answers for a lost reply
