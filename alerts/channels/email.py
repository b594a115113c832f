"""E-mail: one multipart message over SMTP, with one-click unsubscribe."""

import hashlib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr

import aiosmtplib

from alerts.channels.base import ChannelSetupError
from alerts.channels.smtp import explain, find_problem
from alerts.outgoing import Outgoing
from settings import EmailSettings, Settings

LABEL, ADDRESS = "e-mail", "e-mail address"
# the stock policy folds a long List-Unsubscribe into an encoded word, which breaks one-click unsubscribe
POLICY = SMTP.clone(max_line_length=998, cte_type="7bit")


class EmailChannel:
    """Sends to e-mail addresses, one connection a message."""

    name = "email"

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self._password = settings.password.get_secret_value()

    async def send(self, outgoing: Outgoing) -> str:
        """Hand over to the mail server; returns the Message-ID, which a repeat shares."""
        message = compose(outgoing, self._settings.sender)
        client = self._client()
        is_connected = is_handed_over = False
        try:
            await client.connect()
            if self._settings.username:
                await client.login(self._settings.username, self._password)
            is_connected = True
            await client.mail(parseaddr(self._settings.sender)[1])
            await client.rcpt(outgoing.to)
            is_handed_over = True
            await client.data(message.as_bytes(policy=POLICY))
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise explain(error, is_connected, is_handed_over, self._password) from None
        finally:
            await _part(client)
        return str(message["Message-ID"])

    async def close(self) -> None:
        """Nothing is kept open."""

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            use_tls=self._settings.security == "tls",
            start_tls=self._settings.security == "starttls",
            timeout=30,
        )


def build(settings: Settings) -> EmailChannel | None:
    """The channel, or None where email.host is empty. Raises ChannelSetupError naming what is missing."""
    email = settings.email
    if not email.host:
        return None
    if problem := find_problem(email):
        raise ChannelSetupError(problem)
    return EmailChannel(email)


def clean_address(address: str) -> str:
    """The address as it is stored. Raises ValueError where it is none."""
    text = address.strip()
    local, at, domain = text.rpartition("@")
    is_clean = text.isascii() and text.isprintable() and not set(text) & set(" <>,;")
    if not (is_clean and at and local and "." in domain.strip(".")):
        raise ValueError(f"{address!r} is not an e-mail address")
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
    if outgoing.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(outgoing.text)
    if outgoing.html:
        message.add_alternative(outgoing.html, subtype="html")
    return message


async def _part(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        client.close()  # the outcome is known by now; a rude goodbye changes nothing
