"""What every channel keeps to: send one message, or say in a ChannelError what became of it."""

import re
from typing import Protocol

from alerts.outgoing import Outgoing

_BOT_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{10,100}")


class ChannelError(Exception):
    """A message was not certainly delivered. Raised by `Channel.send`; the flags say what to do.

    None set: it was not handed over, or refused for now; try again later.
    `is_permanent`: this address will never take it. `is_uncertain`: it was handed over and the reply was lost.
    `is_channel_wide`: the channel's own credentials are refused, no address is to blame.
    `retry_after`: seconds the provider asked us to wait. `moved_to`: the address has a new name; nothing was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        is_permanent: bool = False,
        is_uncertain: bool = False,
        is_channel_wide: bool = False,
        retry_after: float | None = None,
        moved_to: str = "",
    ) -> None:
        super().__init__(message)
        self.is_permanent = is_permanent
        self.is_uncertain = is_uncertain
        self.is_channel_wide = is_channel_wide
        self.retry_after = retry_after
        self.moved_to = moved_to


class ChannelSetupError(Exception):
    """The configuration names a channel that cannot work; the message names the key. Raised by `configured`."""


class Channel(Protocol):
    """A means of sending."""

    name: str

    async def send(self, outgoing: Outgoing) -> str:
        """Hand the message over and return the provider's id of it. Raises ChannelError."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def redact(text: str, *secrets: str) -> str:
    """`text` without the secrets given and without anything that looks like a bot token."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "***")
    return _BOT_TOKEN.sub("***", text)
