"""E-mail: one multipart message over SMTP, with one-click unsubscribe."""

import hashlib
import ipaddress
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr

import aiosmtplib

from alerts.channels.base import ChannelError, ChannelSetupError, redact
from alerts.outgoing import Outgoing
from settings import EmailSettings, Settings

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
        is_handed_over = False
        try:
            await client.connect()
            if self._settings.username:
                await client.login(self._settings.username, self._password)
            await client.mail(parseaddr(self._settings.sender)[1])
            await client.rcpt(outgoing.to)
            is_handed_over = True
            await client.data(message.as_bytes(policy=POLICY))
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise explain(error, is_handed_over, self._password) from None
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
    if problem := _problem(email):
        raise ChannelSetupError(problem)
    return EmailChannel(email)


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


def explain(error: Exception, is_handed_over: bool, password: str = "") -> ChannelError:
    """What an SMTP failure means: for this address, for the channel, or for later."""
    text = redact(f"mail server: {error}", password)
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return ChannelError(f"{text}: check email.username and email.password", is_channel_wide=True)
        case aiosmtplib.SMTPRecipientRefused():
            return ChannelError(text, is_permanent=error.code >= 500 and not error.message.startswith("5.7."))
        case aiosmtplib.SMTPSenderRefused() if error.code >= 500:
            return ChannelError(f"{text}: check email.sender and email.username", is_channel_wide=True)
        case aiosmtplib.SMTPDataError():
            # after DATA a 5xx mostly judges the message or us, seldom the mailbox: disable nobody for it
            return ChannelError(text, is_permanent=error.message.startswith(("5.1.", "5.2.1")))
        case aiosmtplib.SMTPNotSupported() | ssl.SSLError():
            return ChannelError(f"{text}: check email.security", is_channel_wide=True)
    if "STARTTLS extension not supported" in text:
        return ChannelError(f"{text} Set email.security to what it offers", is_channel_wide=True)
    return ChannelError(text, is_uncertain=is_handed_over)


def _problem(email: EmailSettings) -> str:
    password = email.password.get_secret_value()
    address = parseaddr(email.sender)[1]
    if "@" not in address:
        return f'email.sender is not an address (it is {email.sender!r}); write it as "rolewire <alerts@your.domain>"'
    if email.username and not password:
        return "email.password is empty though email.username is set; put it into ROLEWIRE_EMAIL__PASSWORD"
    if password and not email.username:
        return "email.username is empty though email.password is set"
    if is_loopback(email.host):
        return ""
    if address.endswith("@example.org"):
        return "email.sender is still the example; set it to an address that your mail server may send from"
    if email.security == "none" and not email.allow_insecure:
        return 'email.security = "none" sends in clear; use "starttls" or "tls", or set email.allow_insecure = true'
    return ""


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _part(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError):
        client.close()  # the outcome is known by now; a rude goodbye changes nothing
