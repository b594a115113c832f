"""When a chat may get its next message: alerts and answers to it keep one pace. Times are the monotonic clock's."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

CHAT_SECONDS = 1.05  # between two messages to a chat; Telegram takes one a second
GROUP_LIMIT, GROUP_SECONDS = 20, 60.5  # messages to a group in a minute
OVERALL_SECONDS = 1 / 25  # between two messages of the bot; Telegram takes thirty a second
_KEPT = 10_000  # chats remembered before the quiet ones are forgotten


class NotNowError(Exception):
    """The chat's turn is further away than the caller would wait. Raised by `Pace.turn`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"this chat has had its share: {seconds:.0f} s to wait")
        self.seconds = seconds


class Pace:
    """The limits of one bot: a message a second to a chat, 20 a minute to a group, 25 a second in all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._rests: dict[str, float] = {}
        self._under_way: set[str] = set()
        self._next = 0.0

    @asynccontextmanager
    async def turn(self, chat: str, longest: float = float("inf")) -> AsyncIterator[None]:
        """Wait for this chat's turn, and send within it. Raises NotNowError where it is more than `longest` seconds
        away."""
        while (wait := self.wait_of(chat)) > 0:
            if wait > longest:
                raise NotNowError(wait)
            await asyncio.sleep(wait)  # whoever waits as long looks again: one of them is first
        self._take(chat)
        try:
            yield
        finally:
            self._end(chat)

    def wait_of(self, chat: str) -> float:
        """Seconds until the chat's turn, 0 if it is now."""
        sent, at = self._sent.get(chat, deque[float]()), max(self._next, self._rests.get(chat, 0.0))
        if sent:
            at = max(at, sent[-1] + CHAT_SECONDS)
        if chat in self._under_way:  # when it arrives, nobody knows: now at the latest
            at = max(at, self._clock() + CHAT_SECONDS)
        if len(sent) == GROUP_LIMIT:
            at = max(at, sent[0] + GROUP_SECONDS)
        return max(0.0, at - self._clock())

    def rest(self, chat: str, seconds: float) -> None:
        """The provider asked us to leave this chat alone for a while."""
        self._rests[chat] = max(self._rests.get(chat, 0.0), self._clock() + seconds)

    def _take(self, chat: str) -> None:
        now = self._clock()
        if len(self._sent) >= _KEPT:
            self._forget(now)
        is_group = not chat.isdecimal()  # groups are negative, broadcast channels have names
        self._sent.setdefault(chat, deque(maxlen=GROUP_LIMIT if is_group else 1)).append(now)
        self._next = max(self._next, now) + OVERALL_SECONDS
        self._under_way.add(chat)

    def _end(self, chat: str) -> None:
        self._under_way.discard(chat)
        if sent := self._sent.get(chat):
            sent[-1] = self._clock()

    def _forget(self, now: float) -> None:
        self._sent = {chat: sent for chat, sent in self._sent.items() if sent[-1] > now - GROUP_SECONDS}
        self._rests = {chat: until for chat, until in self._rests.items() if until > now}
