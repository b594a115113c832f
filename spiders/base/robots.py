"""robots.txt as RFC 9309 has it: 4xx allows all, 5xx and silence allow nothing, Crawl-delay is kept."""

import asyncio
from collections import OrderedDict
from time import monotonic
from typing import TYPE_CHECKING
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
REFUSAL_SECONDS = 240.0  # of one that could not be had: for the boards of a host that are crawled together
MAX_KEPT = 2000  # hosts


class Rules:
    """What a host's robots.txt says to us. `refusal` is set where it could not be had, and then nothing is allowed."""

    def __init__(self, body: bytes = b"", refusal: str = "") -> None:
        self.refusal = refusal
        self.parsed = Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "ignore"))
        self.until = monotonic() + (REFUSAL_SECONDS if refusal else KEPT_SECONDS)

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

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "RobotsMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise BoardFailure."""
        check_url(request.url)
        if request.meta.get("is_robots"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        asked = KEPT.get(origin) or KEPT.put(origin, asyncio.ensure_future(self.ask(origin)))
        (await asyncio.shield(asked)).check(request.url, self.agent)

    async def ask(self, origin: str) -> Rules:
        """Fetch and read one robots.txt. Raises BoardFailure where the host wants to be left alone."""
        request = Request(f"{origin}/robots.txt", meta={"is_robots": True}, priority=1000, dont_filter=True)
        assert self.crawler.engine
        try:
            rules = read_rules(await self.crawler.engine.download_async(request))
        except BoardFailure:
            raise
        except IgnoreRequest:  # too many redirects or too large: unavailable, as RFC 9309 puts it
            rules = Rules()
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing may be fetched
            reason = explain(error, origin).reason
            rules = Rules(refusal=f"robots.txt cannot be had, which counts as a refusal: {reason}")
        if self.is_paced:
            HOSTS.set_delay(urlsplit(origin).hostname or "", float(rules.parsed.crawl_delay(self.agent) or 0.0))
        return rules


def read_rules(response: Response) -> Rules:
    """The rules in an answer to a request for robots.txt."""
    if response.status == 429 or response.status >= 500:
        host = urlsplit(response.url).hostname
        sentence = (
            f"robots.txt of {host} answered {response.status}, which counts as a refusal; it is tried at the next crawl"
        )
        return Rules(refusal=sentence)
    return Rules(response.body) if response.status < 300 else Rules()
