"""A local SMTP server that keeps what arrives: for the demo and for tests. Can ask for TLS and login, and misbehave."""

import asyncio
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass(slots=True)
class Arrived:
    """A message as it came over the wire."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=default)

    def part(self, kind: str) -> str:
        """The text of the part `plain` or `html`, lines ended as in Python; empty where there is none."""
        body = self.message.get_body((kind,))
        return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


@dataclass(slots=True)
class Faults:
    """What to do wrong. Lists are used up from the front, one entry a message; empty: all is well.

    `senders` and `recipients` map an address to the reply to its MAIL or RCPT, for good; `data` are replies to DATA
    such as "451 later"; `drop_after_data` counts messages that are kept while the connection is cut before the reply.
    """

    senders: dict[str, str] = field(default_factory=dict)
    recipients: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    drop_after_data: int = 0


class MailServer:
    """`with MailServer() as server:` listens on `server.port` of 127.0.0.1 and fills `server.arrived`.

    `folder`: also write each message there as NUMBER.eml. `tls`: offer STARTTLS and insist on it.
    `login`: (username, password) that must be given.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        folder: Path | None = None,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.arrived: list[Arrived] = []
        self.faults = Faults()
        self.connections = 0  # made so far
        self.port = port
        self._folder, self._tls, self._login = folder, tls, login
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mailserver", daemon=True)
        self._server: asyncio.Server | None = None
        self._protocols: list[SMTP] = []

    def start(self) -> "MailServer":
        """Listen; returns at once."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        return self

    def stop(self) -> None:
        """Stop listening and drop the connections."""
        asyncio.run_coroutine_threadsafe(self._part(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> "MailServer":
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.stop()

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(self._protocol, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _part(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Cut every connection."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(10)

    async def _cut(self) -> None:
        for protocol in self._protocols:
            if isinstance(protocol.transport, asyncio.Transport):
                protocol.transport.abort()

    def _protocol(self) -> SMTP:
        self.connections += 1
        self._protocols.append(self._new_protocol())
        return self._protocols[-1]

    def _new_protocol(self) -> SMTP:
        return SMTP(
            self,
            hostname="localhost",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            authenticator=self._authenticate,
            auth_required=self._login is not None,
            auth_require_tls=self._tls is not None,
            loop=self._loop,
        )

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self._login, handled=False)  # handled=True would leave a failure unanswered

    # --- aiosmtpd calls these by name ------------------------------------------------------------------------------

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if refusal := self.faults.senders.get(address):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if refusal := self.faults.recipients.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.faults.data:
            return self.faults.data.pop(0)
        self._keep(Arrived(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        if self.faults.drop_after_data:
            self.faults.drop_after_data -= 1
            server.transport.abort()
        return "250 kept"

    def _keep(self, arrived: Arrived) -> None:
        self.arrived.append(arrived)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{len(self.arrived):04d}.eml").write_bytes(arrived.raw)
