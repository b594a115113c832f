"""The mail server, spoken to up to the moment before a message: connection, TLS, login, sender."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from email.utils import parseaddr

import aiosmtplib

from alerts.channels import ChannelSetupError
from alerts.channels import email as channel
from alerts.channels.base import redact
from alerts.channels.smtp import EmailSettings
from doctor.finding import Finding, ok, problem
from settings import Settings, SettingsError

SECONDS = 8.0
USUAL = {"starttls": 587, "tls": 465, "none": 25}


def check_mail(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server takes us and our sender."""
    try:
        email = settings.channel("email", EmailSettings)
        if channel.build(settings) is None:
            return
    except (ChannelSetupError, SettingsError):
        return  # the check of the channels names it
    yield from asyncio.run(ask(email))


async def ask(email: EmailSettings) -> list[Finding]:
    """What the mail server says of these settings; nothing is sent."""
    where = f"{email.host}:{email.port}"
    client = aiosmtplib.SMTP(
        hostname=email.host, port=email.port, use_tls=email.security == "tls",
        start_tls=email.security == "starttls", timeout=SECONDS,
    )  # fmt: skip
    try:
        await client.connect()
        found = [ok(f"the mail server answers at {where}" + " over TLS" * (email.security != "none"), "email.host")]
        if email.username:
            await client.login(email.username, email.password.get_secret_value())
            found.append(ok(f"it takes the login of {email.username}", "email.username"))
        await client.mail(parseaddr(email.sender)[1])
        return [*found, ok(f"it takes mail from {parseaddr(email.sender)[1]}", "email.sender")]
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
        return [_explained(error, email)]
    finally:
        client.close()


def _explained(error: Exception, email: EmailSettings) -> Finding:
    told = redact(" ".join(str(error).split()), email.password.get_secret_value())
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            cure = "set email.username and ROLEWIRE_EMAIL__PASSWORD as your provider says (an app password, perhaps)"
            return problem(f"the mail server refuses the login of {email.username}: {told}", "email.password", cure)
        case aiosmtplib.SMTPSenderRefused():
            cure = f"set email.sender to an address that {email.username or email.host} may send from"
            return problem(f"the mail server refuses the sender: {told}", "email.sender", cure)
    if "AUTH" in told and "not supported" in told:
        cure = "take email.username out if it needs none, or use the port that asks for one (587, 465)"
        return problem(f"the mail server offers no login: {told}", "email.username", cure)
    return _of_connection(error, told, email)


def _of_connection(error: Exception, told: str, email: EmailSettings) -> Finding:
    cause = error.__cause__ or error.__context__ or error
    where, said = f"{email.host}:{email.port}", f"{told} {cause}"
    if isinstance(cause, socket.gaierror) or "Name or service" in said or "nodename" in said:
        return problem(f"there is no host {email.host!r}: {told}", "email.host", "correct the name of the mail server")
    if "certificate" in said.lower():
        cure = "set email.host to the name that the certificate has, or let the server get a valid one"
        return problem(f"the certificate of {where} is not good: {told}", "email.host", cure)
    if "STARTTLS" in said.upper() and ("not supported" in said or "extension" in said):
        cure = 'set email.security = "tls" with port 465, or "none" where the server is on this machine'
        return problem(f"the mail server at {where} offers no STARTTLS", "email.security", cure)
    if isinstance(cause, ssl.SSLError) or "ssl" in said.lower():
        cure = 'this port begins without TLS: set email.security = "starttls", or the port for TLS (465)'
        return problem(f"the mail server at {where} does not speak TLS at once: {told}", "email.security", cure)
    usual = USUAL[email.security]
    cure = f'look whether host and port are right: {usual} is usual for security = "{email.security}"'
    if isinstance(error, aiosmtplib.SMTPTimeoutError | TimeoutError):
        cure += "; a port for TLS from the start (465) is silent to any other, and some networks block 25"
        return problem(f"the mail server at {where} is silent: {told}", "email.port", cure)
    return problem(f"the mail server does not answer at {where}: {told}", "email.port", cure)
