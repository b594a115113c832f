"""What every channel keeps to: send one message, or say in a ChannelError what became of it."""

import hashlib
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from alerts.outgoing import Keyboard, Outgoing
from settings import SettingsError

if TYPE_CHECKING:
    from alerts.render import Page

_BOT_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")


class Outcome(StrEnum):
    """What a failure to send means.

    `later`: it was not handed over, or refused for now. `uncertain`: it was handed over and the reply was lost.
    `address`: this address will never take it. `channel`: the channel itself does not work (no connection, credentials
    or relay refused), no address is to blame. `moved`: the address has a new name; nothing was sent.
    """

    LATER = "later"
    UNCERTAIN = "uncertain"
    ADDRESS = "address"
    CHANNEL = "channel"
    REFUSED = "refused"
    MOVED = "moved"


class ChannelError(Exception):
    """A message was not certainly delivered; `outcome` says what to do. Raised by `Channel.send`.

    `retry_after`: seconds the provider asked us to wait. `moved_to`: the address's new name, where it moved.
    """

    def __init__(
        self,
        message: str,
        outcome: Outcome = Outcome.LATER,
        retry_after: float | None = None,
        moved_to: str = "",
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.retry_after = retry_after
        self.moved_to = moved_to


class ChannelSetupError(SettingsError):
    """The configuration names a channel that cannot work; the message names the key. Raised by `configured`."""


class Channel(Protocol):
    """A means of sending."""

    name: str

    def form(self, page: "Page") -> str:
        """The message in this channel's own form, `Outgoing.form`; empty where the plain text will do."""
        ...

    async def send(self, outgoing: Outgoing) -> str:
        """Hand the message over and return the provider's id of it. Raises ChannelError."""
        ...

    async def try_out(self, outgoing: Outgoing) -> str:
        """Hand the message over and return the provider's own words. Raises ChannelError."""
        ...

    async def probe(self, is_thorough: bool) -> None:
        """Ask whether the provider would take a message, without one; `is_thorough`: by login and sender too.

        Raises ChannelError.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class Editor(Protocol):
    """A channel whose messages have buttons and can be changed where they stand."""

    def form(self, page: "Page") -> str:
        """As a channel's."""
        ...

    def keyboard(self, page: "Page") -> Keyboard:
        """The buttons below the message."""
        ...

    async def edit(self, outgoing: Outgoing, provider_id: str) -> None:
        """Put this in the place of a message; done too, where it stands there already. Raises ChannelError, with
        Outcome.REFUSED where there is nothing to edit."""
        ...


def redact(text: str, *secrets: str) -> str:
    """`text` without the secrets given and without anything that looks like a bot token."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _BOT_TOKEN.sub("***", text)


def fingerprint(address: str) -> str:
    """What tells two secret addresses apart without giving them away."""
    return hashlib.sha256(address.encode()).hexdigest()[:6]
