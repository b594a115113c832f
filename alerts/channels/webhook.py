"""Webhook: a signed JSON body, posted to an address of the subscriber's own; signed as standardwebhooks.com says."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr

from alerts.channels.base import Channel, ChannelError, ChannelSetupError, Outcome, fingerprint
from alerts.outgoing import Outgoing
from alerts.render import Page
from egress import is_inside, is_public
from settings import Section, Settings

LABEL, ADDRESS = "webhook", "web address"
ASKS_FIRST = True
TIMES = aiohttp.ClientTimeout(total=25, connect=10)
LEAST_SECRET, LONGEST_ADDRESS, SHOWN_ANSWER = 16, 1000, 200  # characters
MOST_PATIENCE = 86_400  # seconds that an address may put us off
_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
_OF_PAGE = ("headline", "notice", "more", "more_url", "stop_url")


class WebhookSettings(Section):
    """[webhook] of config.toml."""

    secret: SecretStr = SecretStr("")  # what the key of each address is made of
    allow_private: bool = False  # addresses of one's own network, and plain http


KEYS = WebhookSettings


class PrivateAddressError(OSError):
    """A name leads to no address of the public internet."""


class Resolver(AbstractResolver):
    """Resolves to public addresses only, where the connection is made: a name that changes its mind gains nothing.

    In threads of its own: a name server that hangs holds up nothing else. `is_free`: to any address.
    """

    def __init__(self, is_free: bool) -> None:
        self._is_free, self._threads = is_free, ThreadPoolExecutor(4, "webhook")

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """Raises OSError; PrivateAddressError, where the name leads inside."""
        asked = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM)
        infos = await asyncio.get_running_loop().run_in_executor(self._threads, asked)
        found = [
            ResolveResult(hostname=host, host=str(where[0]), port=port, family=kind, proto=proto, flags=_NUMERIC)
            for kind, _, proto, _, where in infos
            if self._is_free or is_public(str(where[0]))
        ]
        if infos and not found:
            raise PrivateAddressError(f"{host} is not on the public internet")
        return found

    async def close(self) -> None:
        """Let the threads end as they do."""
        self._threads.shutdown(wait=False)


class WebhookChannel:
    """Posts to web addresses; each is a server of its own, so none speaks for the channel. Redirects are refused."""

    name = "webhook"

    def __init__(self, settings: WebhookSettings, user_agent: str) -> None:
        self._settings, self._user_agent = settings, user_agent
        self._session: aiohttp.ClientSession | None = None
        self._resolver: Resolver | None = None

    def form(self, page: Page) -> str:
        """The page as JSON."""
        names = ("id", "kind", "title", "company", "facts", "changes", "why", "page_url", "ad_url")
        shown: dict[str, Any] = {name: getattr(page, name) for name in _OF_PAGE}
        shown["postings"] = [{name: getattr(row, name) for name in names} for row in page.rows]
        shown["already_sent"] = [{name: getattr(row, name) for name in names[:4]} for row in page.already]
        shown["searches"] = [asdict(one) for one in page.searches]
        return json.dumps(shown)

    async def send(self, outgoing: Outgoing) -> str:
        """Post it; returns the id, which a repeat shares."""
        await self._post(outgoing)
        return message_id(outgoing)

    async def try_out(self, outgoing: Outgoing) -> str:
        """Post it, and say what was answered."""
        return await self._post(outgoing)

    async def probe(self, is_thorough: bool) -> None:
        """There is nobody to ask: each address is a server of its own."""

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._resolver is not None:
            await self._resolver.close()
            self._resolver = None

    async def _post(self, outgoing: Outgoing) -> str:
        host = urlsplit(outgoing.to).hostname or ""
        try:
            check_address(outgoing.to, self._settings)
        except ValueError as error:
            raise ChannelError(f"webhook {host}: {error}", Outcome.ADDRESS) from None
        content = body(outgoing)
        headers = signed(outgoing, content, key_of(self._settings, outgoing.to)) | {"User-Agent": self._user_agent}
        try:
            posting = self._connections().post(outgoing.to, data=content, headers=headers, allow_redirects=False)
            async with posting as response:
                words = (await response.content.read(SHOWN_ANSWER)).decode("utf-8", "replace")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise explain(error, host) from None
        judge(response.status, response.headers.get("Retry-After", ""), host)
        return f"HTTP {response.status} {' '.join(words.split())}".strip()

    def _connections(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._resolver = Resolver(self._settings.allow_private)
            connector = aiohttp.TCPConnector(resolver=self._resolver, use_dns_cache=False)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=TIMES, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        return self._session


def message_id(outgoing: Outgoing) -> str:
    """Made from the key, so that a repeat can be known."""
    return f"msg_{hashlib.sha256(outgoing.key.encode()).hexdigest()[:32]}"


def body(outgoing: Outgoing) -> bytes:
    """What is posted."""
    shown = json.loads(outgoing.form) if outgoing.form else {"headline": outgoing.subject, "notice": outgoing.text}
    told = {"id": message_id(outgoing), "subject": outgoing.subject, "is_possible_repeat": outgoing.is_possible_repeat}
    return json.dumps(told | shown).encode()


def signed(outgoing: Outgoing, content: bytes, key: bytes, at: int | None = None) -> dict[str, str]:
    """The headers by which the receiver knows that it is from us, and new."""
    when = str(int(time.time()) if at is None else at)
    told = b".".join((message_id(outgoing).encode(), when.encode(), content))
    signature = base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json", "webhook-id": message_id(outgoing), "webhook-timestamp": when,
        "webhook-signature": f"v1,{signature}",
    }  # fmt: skip


def key_of(settings: WebhookSettings, address: str) -> bytes:
    """The key of one address: who knows it can forge nothing to another."""
    return hmac.digest(settings.secret.get_secret_value().encode(), f"webhook:{address}".encode(), hashlib.sha256)


def shown_key(settings: Settings, address: str) -> str:
    """The key as its receiver keeps it. Raises ChannelSetupError where the channel is off."""
    found = settings.channel("webhook", WebhookSettings)
    if not found.secret.get_secret_value():
        raise ChannelSetupError("webhook.secret is empty: the channel is off")
    return f"whsec_{base64.b64encode(key_of(found, address)).decode()}"


def explain(error: Exception, host: str) -> ChannelError:
    """What a failure without an answer means; the address's path stays unsaid."""
    match error:
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, PrivateAddressError):
            return ChannelError(f"webhook {host}: {error.os_error}", Outcome.ADDRESS)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError() | aiohttp.InvalidURL():
            return ChannelError(f"webhook {host}: no connection ({type(error).__name__})")
    return ChannelError(f"webhook {host}: no answer ({type(error).__name__})", Outcome.UNCERTAIN)


def judge(status: int, retry_after: str, host: str) -> None:
    """Raise what an answer means that is no 2xx."""
    if 200 <= status < 300:
        return
    told = f"webhook {host}: HTTP {status}"
    if 300 <= status < 400:
        raise ChannelError(f"{told}: it leads elsewhere, and redirects are not followed; give the address meant")
    if status == 410:
        raise ChannelError(f"{told}: it is gone", Outcome.ADDRESS)
    if status in (502, 504):  # a gateway answers for a lost reply
        raise ChannelError(told, Outcome.UNCERTAIN)
    wait = min(int(retry_after), MOST_PATIENCE) if retry_after.isascii() and retry_after.isdigit() else None
    raise ChannelError(told, retry_after=wait if status in (429, 503) else None)


def build(settings: Settings) -> Channel | None:
    """The channel, or None where webhook.secret is empty. Raises ChannelSetupError on one that is easily guessed."""
    found = settings.channel("webhook", WebhookSettings)
    secret = found.secret.get_secret_value()
    if not secret:
        return None
    if len(secret) < LEAST_SECRET:
        raise ChannelSetupError(f"webhook.secret is too short: give {LEAST_SECRET} characters or more, at random")
    return WebhookChannel(found, settings.network.user_agent)


def check_address(address: str, settings: Settings | WebhookSettings) -> None:
    """Raises ValueError where the configuration lets nothing be sent there."""
    found = settings.channel("webhook", WebhookSettings) if isinstance(settings, Settings) else settings
    parts = urlsplit(address)
    if found.allow_private:
        return
    if parts.scheme != "https":
        raise ValueError("only https is posted to (webhook.allow_private lets plain http)")
    if is_inside(parts.hostname or ""):
        raise ValueError("it is not on the public internet (webhook.allow_private lets it)")


def clean_address(address: str) -> str:
    """The address as it is stored. Raises ValueError where it is none; it is a secret, and not repeated."""
    text = address.strip()
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    is_clean = text.isascii() and text.isprintable() and not set(text) & set(" <>\"'`\\^{|}")
    is_plain = bool(host) and parts.scheme in ("https", "http") and "@" not in parts.netloc and not parts.fragment
    if not (is_clean and is_plain and len(text) <= LONGEST_ADDRESS):
        raise ValueError("that is no web address; write it as https://host/path, without a user, a password or a #")
    return text


def mask_address(address: str) -> str:
    """As it may be shown: whoever has the whole address can write to it."""
    return f"https://{urlsplit(address).hostname}/•••#{fingerprint(address)}"
