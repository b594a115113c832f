"""robots.txt as RFC 9309 has it: 4xx allows all, 5xx and silence allow nothing, Crawl-delay is kept.

What it said is kept for a day, or as long as its Cache-Control says, an hour at least; in a store too, if there is one,
so that the next process does not ask for it anew. Then it is asked whether it has changed. While it cannot be had, what
it said within the last week holds.
"""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from models import Verdict
from spiders.base.errors import BoardFailure, Forbidden
from spiders.base.guard import check_url
from spiders.base.patience import HOSTS
from spiders.base.verdicts import explain

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_BYTES = 1 << 20  # of a robots.txt that are read; RFC 9309 asks for at least 500 KiB
KEPT_SECONDS = 24 * 3600.0  # as long as RFC 9309 allows
LEAST_SECONDS = 3600.0
UNREACHABLE_DAYS = 7  # that an old one holds while a new one cannot be had
MAX_AGE = re.compile(r"\bmax-age=(\d{1,9})", re.IGNORECASE)
REFUSAL_SECONDS = 240.0  # of one that could not be had: for the boards of a host that are crawled together
MAX_KEPT = 2000  # hosts


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What a robots.txt said when it was asked last; `until`: it is not asked again before."""

    body: str
    asked_at: datetime
    until: datetime
    etag: str = ""
    last_modified: str = ""

    def seconds(self) -> float:
        """How long it still holds."""
        return (self.until - now()).total_seconds()

    def is_bearable(self) -> bool:
        """Whether it holds while a new one cannot be had."""
        return now() - self.asked_at < timedelta(days=UNREACHABLE_DAYS)


class Store(Protocol):
    """Where robots.txt are kept between processes."""

    def load(self, origin: str) -> RobotsFile | None:
        """What is kept of an origin."""

    def save(self, origin: str, file: RobotsFile) -> None:
        """Keep what an origin says."""


class Rules:
    """What a host's robots.txt says to us. `refusal` is set where it could not be had, and then nothing is allowed."""

    def __init__(self, body: bytes = b"", refusal: str = "", seconds: float = KEPT_SECONDS) -> None:
        self.refusal = refusal
        self.parsed = Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "ignore"))
        self.until = monotonic() + (REFUSAL_SECONDS if refusal else seconds)

    def is_stale(self) -> bool:
        """Whether it must be asked anew."""
        return self.until < monotonic()

    def check(self, url: str, agent: str) -> None:
        """Raise BoardFailure unless `agent` may fetch `url`."""
        if self.refusal:
            raise BoardFailure(Verdict.ERROR, self.refusal)
        if not self.parsed.can_fetch(url, agent):
            parts = urlsplit(url)
            sentence = (
                f"robots.txt of {parts.hostname} keeps us out of {parts.path}; ask its owner, or remove the board"
            )
            raise Forbidden(sentence)


class KeptRules:
    """The rules of every origin asked so far, or being asked. One for a process, for all its crawls."""

    def __init__(self, max_kept: int = MAX_KEPT) -> None:
        self.max_kept = max_kept
        self.store: Store | None = None
        self._kept: OrderedDict[str, asyncio.Future[Rules]] = OrderedDict()

    def get(self, origin: str) -> asyncio.Future[Rules] | None:
        """What is known of an origin, or is about to be; None if it must be asked."""
        found = self._kept.get(origin)
        if found is None or (found.done() and (found.cancelled() or found.exception() or found.result().is_stale())):
            return None
        self._kept.move_to_end(origin)
        return found

    def put(self, origin: str, rules: asyncio.Future[Rules]) -> asyncio.Future[Rules]:
        """Keep what an origin is going to say; the one not needed for longest goes."""
        self._kept[origin] = rules
        if len(self._kept) > self.max_kept:
            self._kept.popitem(last=False)
        return rules


KEPT = KeptRules()


class RobotsMiddleware:
    """Asks every host's robots.txt once a day, before anything else."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.is_paced = crawler.settings.getbool("ROLEWIRE_PACED")
        self.replay: str = crawler.settings.get("ROLEWIRE_REPLAY", "")

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise BoardFailure."""
        check_url(request.url)
        if not request.meta.get("is_robots"):
            await self.check(request.url)

    async def check(self, url: str) -> None:
        """Raise BoardFailure unless robots.txt lets us fetch the URL; for parts of a page too."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        asked = KEPT.get(origin) or KEPT.put(origin, asyncio.ensure_future(self.ask(origin)))
        (await asyncio.shield(asked)).check(url, self.agent)

    async def ask(self, origin: str) -> Rules:
        """The rules of an origin: as they are kept, or asked for. Raises BoardFailure where it is to be left alone."""
        store, key = KEPT.store, f"{self.replay} {origin}".strip()
        kept = await asyncio.to_thread(store.load, key) if store else None
        if kept and kept.seconds() > 0:
            rules = Rules(kept.body.encode(), seconds=kept.seconds())
        else:
            rules, new = await self.fetch(origin, kept)
            if store and new:
                await asyncio.to_thread(store.save, key, new)
        if self.is_paced:
            HOSTS.set_delay(urlsplit(origin).hostname or "", float(rules.parsed.crawl_delay(self.agent) or 0.0))
        return rules

    async def fetch(self, origin: str, kept: RobotsFile | None) -> tuple[Rules, RobotsFile | None]:
        """Fetch one robots.txt: its rules, and what is to be kept of it. Raises BoardFailure."""
        validators = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified} if kept else {}
        headers = {name: value for name, value in validators.items() if value}
        request = Request(
            f"{origin}/robots.txt", headers=headers, meta={"is_robots": True}, priority=1000, dont_filter=True
        )
        assert self.crawler.engine
        try:
            response = await self.crawler.engine.download_async(request)
        except BoardFailure:
            raise
        except IgnoreRequest:  # too many redirects or too large: unavailable, as RFC 9309 puts it
            return Rules(), None
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing may be fetched
            reason = explain(error, origin).reason
            rules = Rules(refusal=f"robots.txt cannot be had, which counts as a refusal: {reason}")
        else:
            if kept and response.status == 304:
                new = read_file(response, kept)
                return Rules(new.body.encode(), seconds=new.seconds()), new
            rules = read_rules(response)
            if not rules.refusal:
                return rules, read_file(response, kept)
        if kept and kept.is_bearable():
            return Rules(kept.body.encode(), seconds=REFUSAL_SECONDS), None
        return rules, None


def read_file(response: Response, kept: RobotsFile | None) -> RobotsFile:
    """What is to be kept of an answer; of a 304, what was kept."""
    said = MAX_AGE.search(header(response, "Cache-Control"))
    seconds = min(max(float(said[1]), LEAST_SECONDS), KEPT_SECONDS) if said else KEPT_SECONDS
    if kept and response.status == 304:
        return replace(kept, asked_at=now(), until=now() + timedelta(seconds=seconds))
    body = response.body[:MAX_BYTES].decode("utf-8-sig", "ignore").replace("\0", "") if response.status < 300 else ""
    until = now() + timedelta(seconds=seconds)
    return RobotsFile(body, now(), until, header(response, "ETag"), header(response, "Last-Modified"))


def header(response: Response, name: str) -> str:
    """A header's value, or an empty string."""
    return (response.headers.get(name) or b"").decode("latin-1")


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def read_rules(response: Response) -> Rules:
    """The rules in an answer to a request for robots.txt."""
    if response.status == 429 or response.status >= 500:
        host = urlsplit(response.url).hostname
        sentence = (
            f"robots.txt of {host} answered {response.status}, which counts as a refusal; it is tried at the next crawl"
        )
        return Rules(refusal=sentence)
    seconds = read_file(response, None).seconds()
    return Rules(response.body if response.status < 300 else b"", seconds=seconds)
