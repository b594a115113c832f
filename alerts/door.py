"""Where the web page hands in what Telegram pushed for the bot."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any


class NotKeptError(Exception):
    """What was pushed could not be kept."""


class Door:
    """Where the web page hands in what was pushed. Closed (`secret` is empty) unless a bot hears by it."""

    def __init__(self) -> None:
        self.secret = ""
        self._take: Callable[[dict[str, Any]], Awaitable[None]] | None = None

    def open(self, secret: str, take: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        """Let in what comes with the secret."""
        self.secret, self._take = secret, take

    def close(self) -> None:
        """Let nothing in."""
        self.secret, self._take = "", None

    def is_telegram(self, given: str) -> bool:
        """Whether the header that came is the secret, in a time that tells nothing of it."""
        return bool(self.secret) and hmac.compare_digest(given.encode("utf-8", "replace"), self.secret.encode())

    async def hand_in(self, update: dict[str, Any]) -> None:
        """Take an update. Raises ValueError on what is none, NotKeptError where it has to be pushed again."""
        if self._take is not None:
            await self._take(update)
