"""What a mail server's configuration needs, and what its failures mean."""

import ipaddress
import ssl
from email.utils import parseaddr

import aiosmtplib

from alerts.channels.base import ChannelError, redact
from settings import EmailSettings


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
    if "extension not supported" in text:  # STARTTLS or AUTH
        return ChannelError(f"{text} Set email.security and email.username to what it offers", is_channel_wide=True)
    return ChannelError(text, is_uncertain=is_handed_over)


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
