"""E-mail: one multipart message over SMTP, with one-click unsubscribe."""

import asyncio
import hashlib
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from pathlib import Path

import aiosmtplib

from alerts import render
from alerts.channels import bounces as bounced
from alerts.channels.base import ChannelError, ChannelSetupError
from alerts.channels.smtp import EmailSettings, explain, find_problem
from alerts.outgoing import Outgoing, Picture
from alerts.render import Page
from settings import Settings

LABEL, ADDRESS, KEYS = "e-mail", "e-mail address", EmailSettings
# the stock policy folds a long List-Unsubscribe into an encoded word, which breaks one-click unsubscribe
KEPT_SECONDS = 10.0
MESSAGES_A_CONNECTION = 100
POLICY = SMTP.clone(max_line_length=998, cte_type="7bit")


@dataclass(slots=True)
class _Kept:
    """A connection that is free for another message."""

    client: aiosmtplib.SMTP
    uses: int = 0
    since: float = 0.0  # on the monotonic clock


class EmailChannel:
    """Sends to e-mail addresses. A connection takes many messages, one after the other, and is not kept for long."""

    name = "email"

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._password = settings.password.get_secret_value()
        self._kept: list[_Kept] = []
        self._tls: ssl.SSLContext | None = None
        self._host_name: str | None = None  # ours, as the first connection found it

    def form(self, page: Page) -> str:
        """The HTML part."""
        return render.html(page, "email.html")

    async def send(self, outgoing: Outgoing) -> str:
        """Hand over to the mail server; returns the Message-ID, which a repeat shares."""
        message = compose(outgoing, self._settings.sender)
        await self._hand_over(outgoing, message)
        return str(message["Message-ID"])

    async def try_out(self, outgoing: Outgoing) -> str:
        """Hand over to the mail server; returns what it answers to it."""
        answer = await self._hand_over(outgoing, compose(outgoing, self._settings.sender))
        return f"{answer.code} {answer.message}"

    async def probe(self, is_thorough: bool) -> None:
        """Connect, and go as far as a message would before it is handed over."""
        client, is_connected = self._client(), False
        try:
            await client.connect()
            is_connected = True
            if is_thorough:
                await self._log_in(client)
                await client.mail(self._return_to())
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise explain(error, is_connected, False, self._password) from None
        finally:
            await _part(client)

    async def _hand_over(self, outgoing: Outgoing, message: EmailMessage) -> aiosmtplib.SMTPResponse:
        return_to = self._return_to(outgoing.bounce_token)
        is_connected = is_handed_over = False
        one = await self._take_kept(return_to) or _Kept(self._client())
        try:
            if not one.uses:
                await self._connect(one.client)
            is_connected = True
            if not one.uses:
                await one.client.mail(return_to)
            await one.client.rcpt(outgoing.to)
            is_handed_over = True
            answer = await one.client.data(message.as_bytes(policy=POLICY))
        except asyncio.CancelledError:
            one.client.close()
            if is_handed_over:
                raise
            raise ChannelError("mail server: no answer in time, nothing was handed over") from None
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            await _part(one.client, is_polite=isinstance(error, aiosmtplib.SMTPResponseException))
            raise explain(error, is_connected, is_handed_over, self._password) from None
        await self._keep(one)
        return answer

    async def close(self) -> None:
        """Part from the mail server."""
        kept, self._kept = self._kept, []
        for one in kept:
            await _part(one.client)

    async def _connect(self, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        self._host_name = client.local_hostname
        await self._log_in(client)

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        if self._settings.username:
            await client.login(self._settings.username, self._password)

    def _return_to(self, token: str = "") -> str:
        """The envelope's sender: where a mail comes back to that cannot be delivered."""
        bounces = self._settings.bounces
        return bounced.return_path(bounces, token) if bounces and token else parseaddr(self._settings.sender)[1]

    async def _take_kept(self, return_to: str) -> _Kept | None:
        """A kept connection that still answers, its sender named. Nothing is handed over yet: no failure does harm."""
        while self._kept:
            one = self._kept.pop()
            try:
                if time.monotonic() - one.since < KEPT_SECONDS:
                    await one.client.mail(return_to)
                    return one
            except (aiosmtplib.SMTPException, OSError):
                pass  # the server has parted: a new connection is made
            one.client.close()
        return None

    async def _keep(self, one: _Kept) -> None:
        one.uses, one.since = one.uses + 1, time.monotonic()
        if one.uses >= MESSAGES_A_CONNECTION:
            await _part(one.client)
            return
        self._kept.append(one)
        asyncio.get_running_loop().call_later(KEPT_SECONDS + 1, self._part_from_old)

    def _part_from_old(self) -> None:
        kept, self._kept = self._kept, []
        for one in kept:
            if time.monotonic() - one.since < KEPT_SECONDS:
                self._kept.append(one)
            else:
                one.client.close()

    def _client(self) -> aiosmtplib.SMTP:
        security = self._settings.security
        if security != "none" and self._tls is None:
            self._tls = ssl.create_default_context()  # reads all the authorities' certificates: once
        return aiosmtplib.SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            use_tls=security == "tls",
            start_tls=security == "starttls",
            tls_context=self._tls,
            local_hostname=self._host_name,
            timeout=30,
        )


def build(settings: Settings) -> EmailChannel | None:
    """The channel, or None where email.host is empty. Raises ChannelSetupError naming what is missing."""
    email = settings.channel("email", EmailSettings)
    if not email.host:
        return None
    if problem := find_problem(email):
        raise ChannelSetupError(problem)
    return EmailChannel(email)


def came_back(settings: Settings, key: bytes) -> Iterator[bounced.Bounce | None]:
    """What could not be delivered after all; nothing where no mailbox is configured. Raises OSError."""
    email = settings.channel("email", EmailSettings)
    if email.host and email.bounce_mailbox:
        yield from bounced.read(Path(email.bounce_mailbox), key)


def clean_address(address: str) -> str:
    """The address as it is stored. Raises ValueError where it is none."""
    text = address.strip()
    local, at, domain = text.rpartition("@")
    is_clean = text.isascii() and text.isprintable() and not set(text) & set(" <>,;")
    if not (is_clean and at and local and "." in domain.strip(".")):
        raise ValueError(f"“{address[:80]}” is not an e-mail address; write it as ada@example.org")
    return text


def compose(outgoing: Outgoing, sender: str) -> EmailMessage:
    """The message as an EmailMessage, text part first; its Message-ID is made from the key."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = outgoing.to
    message["Subject"] = outgoing.subject
    message["Date"] = formatdate()
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{hashlib.sha256(outgoing.key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if outgoing.is_list:
        message["List-Id"] = f"rolewire alerts <rolewire.{domain}>"
    if outgoing.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(outgoing.text)
    if outgoing.form:
        message.add_alternative(outgoing.form, subtype="html")
        _put_in(message, outgoing.pictures)
    return message


def _put_in(message: EmailMessage, pictures: tuple[Picture, ...]) -> None:
    """Beside the HTML part, which names them."""
    *_, page = message.iter_parts()
    for one in pictures:
        name, cid = f"{one.name}.png", f"<{one.name}>"
        page.add_related(one.data, "image", "png", cid=cid, filename=name, disposition="inline")


async def _part(client: aiosmtplib.SMTP, is_polite: bool = True) -> None:
    try:
        if is_polite:
            await client.quit(timeout=5)
            return
    except (aiosmtplib.SMTPException, OSError):
        pass  # the outcome is known by now; a rude goodbye changes nothing
    client.close()
