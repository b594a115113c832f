"""Telegram: one message of at most 4096 UTF-16 units through the Bot API."""

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import httpx
from pydantic import SecretStr, field_validator
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from alerts.channels.base import ChannelError, ChannelSetupError, Outcome
from alerts.channels.botapi import cut_utf16, explain, is_of_buttons, is_unreadable, markup, quiet_http_logs
from alerts.channels.chat import LIMIT, chat_html
from alerts.channels.keyboard import of_page
from alerts.channels.pace import NotNowError, Pace
from alerts.outgoing import Keyboard, Outgoing
from alerts.render import Page
from settings import Section, Settings

LABEL, ADDRESS = "Telegram", "chat id"
LONGEST_WAIT = 3.0  # seconds for a chat's turn
GATE_SECONDS = 2.0
_ADDRESS_FORM = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII)
_SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN_FORM = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")


class TelegramSettings(Section):
    """[telegram] of config.toml."""

    token: SecretStr = SecretStr("")
    api_url: str = "https://api.telegram.org"
    updates: Literal["polling", "webhook"] = "polling"  # how the bot hears; "webhook" needs web.public_url
    webhook_secret: SecretStr = SecretStr("")  # empty: one is made

    @field_validator("token", mode="before")
    @classmethod
    def _bare(cls, token: object) -> object:
        """Without the blanks and ends of lines that copying adds around it."""
        return token.strip() if isinstance(token, str) else token


KEYS = TelegramSettings


@dataclass(slots=True)
class Gate:
    """Closed while what people wrote must be done first: an alert could go to somebody who has just stopped."""

    is_closed: bool = False


class TelegramChannel:
    """Sends to chat ids. A 429 makes that one chat wait, so others go on. The bot's answers share its `pace`."""

    name = "telegram"

    def __init__(self, settings: TelegramSettings) -> None:
        self._token = settings.token.get_secret_value()
        self._request = new_request(connection_pool_size=32, read_timeout=20, connect_timeout=10, pool_timeout=10)
        self._bot = new_bot(settings, self._request)
        self.pace, self.gate = Pace(), Gate()

    def form(self, page: Page) -> str:
        """Bot API HTML."""
        return chat_html(page)

    def keyboard(self, page: Page) -> Keyboard:
        """The buttons below it."""
        return of_page(page)

    async def send(self, outgoing: Outgoing) -> str:
        """Send as HTML with its buttons; plainer, as far as the Bot API refuses them. Returns the message id."""
        try:
            for plainer in (outgoing, *_plainer(outgoing)):
                try:
                    return await self._send(plainer)
                except BadRequest as error:
                    if not (is_unreadable(error) or is_of_buttons(error)):
                        raise
                    refusal = error
            raise refusal
        except RetryAfter as error:
            self.pace.rest(outgoing.to, error._retry_after.total_seconds())
            raise explain(error, self._token) from None
        except TelegramError as error:
            raise explain(error, self._token) from None  # its chain would print the address, and the token stands in it

    async def edit(self, outgoing: Outgoing, provider_id: str) -> None:
        """Put it in the place of the message of that id. Raises ChannelError."""
        try:
            async with self.pace.turn(outgoing.to, LONGEST_WAIT):
                await self._edit_now(outgoing, int(provider_id))
        except NotNowError as error:
            raise ChannelError(f"Telegram: {error}", retry_after=error.seconds) from None
        except RetryAfter as error:
            self.pace.rest(outgoing.to, error._retry_after.total_seconds())
            raise explain(error, self._token) from None
        except BadRequest as error:
            if "message is not modified" not in error.message.lower():
                raise ChannelError(str(explain(error, self._token)), Outcome.REFUSED) from None
        except TelegramError as error:
            raise explain(error, self._token) from None

    async def _edit_now(self, outgoing: Outgoing, message_id: int) -> None:
        await self._request.initialize()
        await self._bot.edit_message_text(
            outgoing.form or cut_utf16(outgoing.text, LIMIT), outgoing.to, message_id,
            parse_mode=ParseMode.HTML if outgoing.form else None, reply_markup=markup(outgoing.buttons),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )  # fmt: skip

    async def try_out(self, outgoing: Outgoing) -> str:
        """Send, and say which message it is there."""
        return f"message {await self.send(outgoing)} is in chat {outgoing.to}"

    async def probe(self, is_thorough: bool) -> None:  # noqa: ARG002 - to ask for the bot is all there is
        """Ask the Bot API for the bot."""
        try:
            await self._request.initialize()
            await self._bot.get_me()
        except TelegramError as error:
            raise explain(error, self._token) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._request.shutdown()

    async def _send(self, outgoing: Outgoing) -> str:
        """Wait for the chat's turn if it is near; the outbox keeps what must wait longer. Raises ChannelError."""
        self._check_gate()
        try:
            async with self.pace.turn(outgoing.to, LONGEST_WAIT):
                self._check_gate()
                return await self._send_now(outgoing)
        except NotNowError as error:
            raise ChannelError(f"Telegram: {error}", retry_after=error.seconds) from None

    async def _send_now(self, outgoing: Outgoing) -> str:
        await self._request.initialize()  # opens again what `close` closed; otherwise nothing
        message = await self._bot.send_message(
            chat_id=outgoing.to,
            text=outgoing.form or cut_utf16(outgoing.text, LIMIT),
            parse_mode=ParseMode.HTML if outgoing.form else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=markup(outgoing.buttons),
            disable_notification=outgoing.is_silent or None,
        )
        return str(message.message_id)

    def _check_gate(self) -> None:
        if self.gate.is_closed:
            raise ChannelError("Telegram: what people wrote to the bot is read first", retry_after=GATE_SECONDS)


def _plainer(outgoing: Outgoing) -> Iterator[Outgoing]:
    """What may be taken where it is not: without what may be amiss."""
    if outgoing.form and outgoing.buttons:
        yield replace(outgoing, form="")
    if outgoing.buttons:
        yield replace(outgoing, buttons=())
    if outgoing.form:
        yield replace(outgoing, form="", buttons=())


def keys(settings: Settings) -> TelegramSettings:
    """The channel's table of the configuration. Raises SettingsError."""
    return settings.channel("telegram", TelegramSettings)


def new_bot(settings: TelegramSettings, request: HTTPXRequest | None = None) -> Bot:
    """The Bot API's client."""
    base = f"{settings.api_url.rstrip('/')}/bot"
    asking = new_request()
    return Bot(settings.token.get_secret_value(), base_url=base, request=request, get_updates_request=asking)


def new_request(**limits: Any) -> HTTPXRequest:
    """What carries requests to the Bot API, within these limits of `HTTPXRequest` (times in seconds)."""
    return HTTPXRequest(**limits, httpx_kwargs={"verify": _authorities()})


@cache
def _authorities() -> ssl.SSLContext:
    """The authorities' certificates: reading them takes 20 ms, and each request made for itself would do so."""
    return httpx.create_ssl_context()


def find_problem(found: TelegramSettings, settings: Settings) -> str:
    """What keeps a webhook from working, naming the key; empty if nothing does."""
    secret = found.webhook_secret.get_secret_value()
    if found.updates != "webhook":
        return ""
    if secret and not _SECRET_FORM.fullmatch(secret):
        return "telegram.webhook_secret has other signs than letters, digits, _ and -, or more than 256"
    if not settings.web.enabled or not settings.web.public_url.startswith("https://"):
        return 'telegram.updates = "webhook" needs web.enabled, and web.public_url as https://…; or set it to "polling"'
    return ""


def build(settings: Settings) -> TelegramChannel | None:
    """The channel, or None where telegram.token is empty. Raises ChannelSetupError on a token of another form."""
    found = keys(settings)
    token = found.token.get_secret_value()
    if not token:
        return None
    if not _TOKEN_FORM.fullmatch(token):
        raise ChannelSetupError(
            "telegram.token does not look like a bot token (digits, a colon, letters): see @BotFather"
        )
    if problem := find_problem(found, settings):
        raise ChannelSetupError(problem)
    quiet_http_logs()
    return TelegramChannel(found)


def clean_address(address: str) -> str:
    """The chat as it is stored. Raises ValueError saying what one looks like."""
    text = address.strip()
    if not _ADDRESS_FORM.fullmatch(text):
        raise ValueError(f"{address!r} is not a chat id (digits, as the bot sees it) or @channelname")
    return text
