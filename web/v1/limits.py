"""How much one client may ask: a window of a minute each for reading and for writing, told in RateLimit headers.

A client is an address (of IPv6, its network of 64 bits), whatever key it shows: keys that are made up buy nothing.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.v1.problems import PREFIX, is_ours, problem

SECONDS = 60
CLIENTS = 10_000  # that are remembered; the one that came longest ago is forgotten first
MAX_BODY = 65_536  # bytes of a request
_READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left to a client of its window. `is_over`: nothing, this request included."""

    name: str
    limit: int
    left: int
    seconds: int
    is_over: bool

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's draft on RateLimit header fields says it."""
        told = {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={SECONDS}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.seconds}',
        }
        return told | ({"Retry-After": str(self.seconds)} if self.is_over else {})


class Limiter:
    """Counts what clients ask, in bounded memory. `limit` 0: as much as they like."""

    def __init__(self, name: str, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.limit, self._clock = name, limit, clock
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, client: str) -> Quota | None:
        """Count one request; None where there is no limit."""
        if not self.limit:
            return None
        now = self._clock()
        since, count = self._seen.pop(client, (now, 0))
        if now - since >= SECONDS:
            since, count = now, 0
        self._seen[client] = (since, min(count + 1, self.limit + 1))
        while len(self._seen) > CLIENTS:
            self._seen.popitem(last=False)
        left, seconds = max(0, self.limit - count - 1), max(1, round(since + SECONDS - now))
        return Quota(self.name, self.limit, left, seconds, count >= self.limit)


def client_of(scope: Scope) -> str:
    """Whom a request counts for."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)
    return str(address) if address.version == 4 else address.exploded[:19]


class Limits:
    """Refuses what is too much with 429, and tells programs with every answer what is left to them.

    `is_counted`: whether a path is for programs.
    """

    def __init__(self, app: ASGIApp, reads: int, writes: int, is_counted: Callable[[str], bool]) -> None:
        self.app, self.is_counted = app, is_counted
        self.reads, self.writes = Limiter("read", reads), Limiter("write", writes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.is_counted(scope["path"]):
            await self.app(scope, receive, send)
            return
        quota = None if _is_keyless(scope) else self._quota(scope)
        headers = quota.headers if quota else {}
        if quota and quota.is_over:
            await problem("too-many-requests", f"Try again in {quota.seconds} s.", headers)(scope, receive, send)
            return
        if is_ours(scope["path"]) and _length(scope) > MAX_BODY:
            await problem("too-large", f"At most {MAX_BODY:,} bytes.", headers)(scope, receive, send)
            return

        async def send_with_quota(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self.app(scope, receive, send_with_quota)

    def _quota(self, scope: Scope) -> Quota | None:
        is_reading = scope["method"] in _READING or scope["path"].startswith("/mcp")  # tools mostly look
        limiter = self.reads if is_reading else self.writes
        return limiter.take(client_of(scope))


def _is_keyless(scope: Scope) -> bool:
    """Whether a key is needed and none is shown: that is refused at once, whatever was asked before."""
    return str(scope["path"]).startswith(f"{PREFIX}/searches") and not Headers(scope=scope).get("authorization")


def _length(scope: Scope) -> int:
    """What a request says of its length; one that says nothing is counted as it is read."""
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else 0
