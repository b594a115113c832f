"""How long a host must be left alone: the pause between two requests, its Crawl-delay, and its Retry-After."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from models import Verdict
from spiders.base.errors import BoardFailure

LONGEST = 24 * 3600.0  # seconds; what is longer is a mistake of the host
SHORT = 30.0  # seconds that a crawl waits for a host that asked to be left alone; for longer the board ends as blocked
LONG = 120.0  # seconds that a crawl waits between two requests; for longer it ends as partial and goes on next time
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


class Hosts:
    """When each host may be asked again. One for all requests of a process that crawls, whatever board they are for."""

    def __init__(self) -> None:
        self._held_until: dict[str, float] = {}
        self._pause_until: dict[str, float] = {}
        self._delays: dict[str, float] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    def turn(self, host: str) -> asyncio.Lock:
        """The lock that lets one request at a time to a host, first come first served."""
        return self._turns.setdefault(host, asyncio.Lock())

    def set_delay(self, host: str, seconds: float) -> None:
        """Keep a host's Crawl-delay; 0 where it has none any more."""
        self._delays[host] = min(seconds, LONGEST)

    def delay(self, host: str) -> float:
        """Seconds between two requests that the host's robots.txt asks for."""
        return self._delays.get(host, 0.0)

    def asked(self, host: str, pause: float) -> None:
        """Note that a request is over: the next one may follow after `pause` seconds."""
        self._pause_until[host] = max(self._pause_until.get(host, 0.0), monotonic() + pause)

    def note(self, host: str, status: int, header: str) -> float:
        """Remember what an answer asked for; the seconds it asked for, 0 if it did not ask."""
        asked = read_retry_after(header, datetime.now(UTC)) if header else None
        if status not in ASKING or (asked is None and status != 429):
            return 0.0
        seconds = UNSAID if asked is None else asked
        self._held_until[host] = max(self._held_until.get(host, 0.0), monotonic() + seconds)
        return asked or 0.0

    def held(self, host: str) -> float:
        """Seconds that the host asked to be left alone and that are not over."""
        return max(self._held_until.get(host, 0.0) - monotonic(), 0.0)

    def left(self, host: str) -> float:
        """Seconds until the host may be asked again, for whatever reason."""
        return max(self._pause_until.get(host, 0.0) - monotonic(), self.held(host), 0.0)

    def is_free(self, host: str) -> bool:
        """Whether a board of this host may begin: it is read now, or must wait for so long that it ends at once."""
        return not 0.0 < self.left(host) <= LONG or self.held(host) > SHORT

    async def wait(self, host: str, is_part: bool = False) -> None:
        """Wait until the host may be asked; `is_part`: for a part of a page, which follows it without a pause.

        Raises BoardFailure where that is too long: blocked if the host asked for it, partial for its Crawl-delay.
        """
        while left := self.held(host) if is_part else self.left(host):
            if (held := self.held(host)) > SHORT:
                sentence = f"{host} asks to be left alone for {held:.0f} s; it is crawled again after that"
                raise BoardFailure(Verdict.BLOCKED, sentence, held)
            if left > LONG:
                raise BoardFailure(Verdict.PARTIAL, SLOWLY.format(host, self.delay(host), left), left)
            await asyncio.sleep(left)


SLOWLY = "robots.txt of {} asks for {:.0f} s between two requests; the crawl goes on in {:.0f} s"
HOSTS = Hosts()
