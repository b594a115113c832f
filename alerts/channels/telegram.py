"""Telegram: one message of at most 4096 UTF-16 units through the Bot API."""

import re

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from alerts.channels.base import ChannelSetupError
from alerts.channels.botapi import cut_utf16, explain, is_unreadable, quiet_http_logs
from alerts.outgoing import Outgoing
from settings import Settings

LABEL, ADDRESS = "Telegram", "chat id"
_ADDRESS_FORM = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII)
_TOKEN_FORM = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")


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
                if not outgoing.telegram or not is_unreadable(error):
                    raise
                return await self._send(outgoing.to, outgoing.text, is_html=False)
        except TelegramError as error:
            raise explain(error, self._token) from None  # its chain would print the address, and the token stands in it

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


def clean_address(address: str) -> str:
    """The chat as it is stored. Raises ValueError saying what one looks like."""
    text = address.strip()
    if not _ADDRESS_FORM.fullmatch(text):
        raise ValueError(f"{address!r} is not a chat id (digits, as the bot sees it) or @channelname")
    return text
