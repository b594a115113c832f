"""Retry-After: how long a host asks us to stay away, and that we do."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from models import Verdict
from spiders.base.errors import BoardFailure

LONGEST = 24 * 3600.0  # seconds; what is longer is a mistake of the host
SHORT = 30.0  # seconds that a crawl waits; for longer the board ends as blocked
UNSAID = 10.0  # seconds after a 429 that names no time
ASKING = (429, 503)


def read_retry_after(value: str, now: datetime) -> float | None:
    """Seconds from `now` that a Retry-After header asks for, in either form: 0 if past, at most 24 h, None if bad."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST)


class Holds:
    """Which hosts asked us to wait, and until when. One for all requests of a process that crawls."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    def turn(self, host: str) -> asyncio.Lock:
        """The lock that lets one request at a time to a host; Scrapy's slots let several go that come at once."""
        return self._turns.setdefault(host, asyncio.Lock())

    def note(self, host: str, status: int, header: str) -> float:
        """Remember what an answer asked for; the seconds it asked for, 0 if it did not ask."""
        asked = read_retry_after(header, datetime.now(UTC)) if header else None
        if status not in ASKING or (asked is None and status != 429):
            return 0.0
        seconds = UNSAID if asked is None else asked
        self._until[host] = max(self._until.get(host, 0.0), monotonic() + seconds)
        return asked or 0.0

    def left(self, host: str) -> float:
        """Seconds that the host still wants to be left alone."""
        return max(self._until.get(host, 0.0) - monotonic(), 0.0)

    async def wait(self, host: str) -> None:
        """Wait for a host that asked for a short while. Raises BoardFailure (blocked) for one that asked for longer."""
        left = self.left(host)
        if left > SHORT:
            sentence = f"{host} asks to be left alone for {left:.0f} s; it is crawled again after that"
            raise BoardFailure(Verdict.BLOCKED, sentence, left)
        while left > 0:
            await asyncio.sleep(left)
            left = self.left(host)


HOLDS = Holds()
