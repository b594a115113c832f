"""What a mail server's configuration needs, and what its failures mean."""

import ipaddress
import re
import ssl
from email.utils import parseaddr
from typing import Literal

import aiosmtplib
from pydantic import Field, SecretStr

from alerts.channels.base import ChannelError, Outcome, redact
from settings import Section

NO_MAILBOX = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
_FULL = 552
_REASON = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")


class EmailSettings(Section):
    """[email] of config.toml."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    allow_insecure: bool = False  # lets security = "none" leave this machine
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "rolewire <alerts@example.org>"
    bounces: str = ""  # the return path's mailbox; what comes back to it names the address by an extension, name+TOKEN@
    bounce_mailbox: str = ""  # where it is stored: a maildir or an mbox file


def explain(error: Exception, is_connected: bool, is_handed_over: bool, password: str = "") -> ChannelError:
    """What an SMTP failure means: for this address, for the channel, or for later."""
    text = redact(f"mail server: {error}", password)
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return ChannelError(f"{text}: check email.username and email.password", Outcome.CHANNEL)
        case aiosmtplib.SMTPRecipientRefused():
            return ChannelError(text, _of_recipient(error))
        case aiosmtplib.SMTPSenderRefused() if error.code >= 500:
            return ChannelError(f"{text}: check email.sender and email.username", Outcome.CHANNEL)
        case aiosmtplib.SMTPDataError():
            # after DATA a 5xx mostly judges the message or us, seldom the mailbox: disable nobody for it
            return ChannelError(text, Outcome.ADDRESS if error.message.startswith(NO_MAILBOX) else Outcome.LATER)
        case aiosmtplib.SMTPNotSupported() | ssl.SSLError():
            return ChannelError(f"{text}: check email.security", Outcome.CHANNEL)
    if "extension not supported" in text:  # STARTTLS or AUTH
        return ChannelError(f"{text} Set email.security and email.username to what it offers", Outcome.CHANNEL)
    if not is_connected:
        return ChannelError(text, Outcome.CHANNEL)
    return ChannelError(text, Outcome.UNCERTAIN if is_handed_over else Outcome.LATER)


def _of_recipient(error: aiosmtplib.SMTPRecipientRefused) -> Outcome:
    """A refusal names its reason (RFC 3463), or leaves open whether the address or the relay is to blame."""
    if error.code < 500 or error.code == _FULL:
        return Outcome.LATER
    if error.message.startswith(NO_MAILBOX):
        return Outcome.ADDRESS
    return Outcome.LATER if _REASON.match(error.message) else Outcome.REFUSED


def find_problem(email: EmailSettings) -> str:
    """What keeps the settings from working, naming the key; empty if nothing does."""
    password = email.password.get_secret_value()
    address = parseaddr(email.sender)[1]
    if "@" not in address:
        return f'email.sender is not an address (it is {email.sender!r}); write it as "rolewire <alerts@your.domain>"'
    if email.username and not password:
        return "email.password is empty though email.username is set; put it into ROLEWIRE_EMAIL__PASSWORD"
    if password and not email.username:
        return "email.username is empty though email.password is set"
    if bool(email.bounces) != bool(email.bounce_mailbox) or (email.bounces and "@" not in email.bounces):
        return "email.bounces (an address) and email.bounce_mailbox (its maildir or mbox file) need each other"
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
