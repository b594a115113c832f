"""robots.txt as RFC 9309 has it: 4xx allows all, 5xx and silence allow nothing, Crawl-delay is kept."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from models import Verdict
from spiders.base.errors import BoardFailure
from spiders.base.guard import check_url
from spiders.base.patience import LONGEST
from spiders.base.verdicts import explain

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_BYTES = 1 << 20  # of a robots.txt that are read; RFC 9309 asks for at least 500 KiB


class Rules:
    """What a host's robots.txt says to us. `refusal` is set where it could not be read, and then nothing is allowed."""

    def __init__(self, body: bytes = b"", refusal: str = "") -> None:
        self.refusal = refusal
        self.parsed = Protego.parse(body[:MAX_BYTES].decode("utf-8-sig", "ignore"))

    def check(self, url: str, agent: str) -> None:
        """Raise BoardFailure unless `agent` may fetch `url`."""
        host = urlsplit(url).hostname
        if self.refusal:
            sentence = f"robots.txt of {host} {self.refusal}, which counts as a refusal; it is tried at the next crawl"
            raise BoardFailure(Verdict.ERROR, sentence)
        if not self.parsed.can_fetch(url, agent):
            sentence = f"robots.txt of {host} keeps us out of {urlsplit(url).path}; ask its owner, or remove the board"
            raise BoardFailure(Verdict.BLOCKED, sentence)


class RobotsMiddleware:
    """Asks every host's robots.txt once a crawl, before anything else."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.is_paced = crawler.settings.getbool("ROLEWIRE_PACED")
        self.rules: dict[str, asyncio.Future[Rules]] = {}

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
        if origin not in self.rules:
            self.rules[origin] = asyncio.ensure_future(self.ask(origin))
        (await asyncio.shield(self.rules[origin])).check(request.url, self.agent)

    async def ask(self, origin: str) -> Rules:
        """Fetch and read one robots.txt."""
        request = Request(f"{origin}/robots.txt", meta={"is_robots": True}, priority=1000, dont_filter=True)
        assert self.crawler.engine
        try:
            rules = read_rules(await self.crawler.engine.download_async(request))
        except BoardFailure:
            raise
        except IgnoreRequest:  # too many redirects or too large: unavailable, as RFC 9309 puts it
            rules = Rules()
        except Exception as error:
            reason = explain(error, origin).reason
            raise BoardFailure(
                Verdict.ERROR, f"robots.txt cannot be had, which counts as a refusal: {reason}"
            ) from error
        self.keep_delay(origin, rules)
        return rules

    def keep_delay(self, origin: str, rules: Rules) -> None:
        """Make the host's Crawl-delay the delay of its slot, where it is longer than ours."""
        delay, host = rules.parsed.crawl_delay(self.agent), urlsplit(origin).hostname or ""
        if not (self.is_paced and delay and self.crawler.engine):
            return
        downloader = self.crawler.engine.downloader
        seconds = max(min(float(delay), LONGEST), self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": seconds, "jitter": 0}
        if host in downloader.slots:
            downloader.slots[host].delay = seconds


def read_rules(response: Response) -> Rules:
    """The rules in an answer to a request for robots.txt."""
    if response.status == 429 or response.status >= 500:
        return Rules(refusal=f"answered {response.status}")
    return Rules(response.body) if response.status < 300 else Rules()
