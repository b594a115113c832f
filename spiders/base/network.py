"""The download handler that every request of every spider goes through: guard, patience, replay, and the deadline."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response

from models import Verdict
from spiders.base.errors import BoardFailure
from spiders.base.guard import check_url, guard_reactor
from spiders.base.ledger import LEDGER
from spiders.base.memo import MEMO
from spiders.base.patience import HOSTS
from spiders.base.secrets import signed, unsigned

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

NO_BROWSER = (
    "this board is rendered and no browser was found; run `python -m playwright install chromium`, or install your "
    "distribution's chromium, or name one in [network] browser"
)


def replayed(url: str, replay: str) -> str:
    """Where a request for `url` goes under replay: `https://HOST/PATH?Q` to `REPLAY/HOST/PATH?Q`."""
    parts = urlsplit(url)
    return f"{replay}/{parts.netloc}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler behind the guard. Replay happens here, so that all else sees the real host and URL."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # the retry middleware counts, and tries once
        self.is_paced = crawler.settings.getbool("ROLEWIRE_PACED")
        self.delay = crawler.settings.getfloat("ROLEWIRE_DELAY")
        self.replay: str = crawler.settings.get("ROLEWIRE_REPLAY", "")

    async def download_request(self, request: Request) -> Response:
        """Fetch over HTTP; a request for a browser finds none here. Raises BoardFailure and Scrapy's errors."""
        if request.meta.get("playwright"):
            raise BoardFailure(Verdict.ERROR, NO_BROWSER)
        return MEMO.get(request) or await self.fetch(request)

    async def fetch(self, request: Request) -> Response:
        """Fetch one URL, redirects not followed, body not decompressed."""
        check_url(request.url)
        guard_reactor(excepted=urlsplit(self.replay).hostname or "")
        host = urlsplit(request.url).hostname or ""
        if not self.is_paced:
            return await self.ask(request, host)
        async with HOSTS.turn(host):
            response = await self.ask(request, host)
        MEMO.keep(request, response)
        return response

    async def ask(self, request: Request, host: str) -> Response:
        """Send one request, when the host does not mind, and remember what it asks of us."""
        await HOSTS.wait(host, is_part=bool(request.meta.get("is_part")))
        inner = signed(request)
        inner = inner.replace(url=replayed(inner.url, self.replay)) if self.replay else inner
        is_robots, response = bool(request.meta.get("is_robots")), None
        try:
            response = await HTTP11DownloadHandler.download_request(self, inner)
        finally:
            size = len(response.body) if response else 0
            LEDGER.note(host, response.status if response else 0, size, is_robots)
            if self.is_paced:
                HOSTS.asked(host, self.delay if is_robots else max(self.delay, HOSTS.delay(host)))
        retry_after = (response.headers.get("Retry-After") or b"").decode("latin-1")
        request.meta["retry_after"] = HOSTS.note(host, response.status, retry_after)
        return unsigned(response, request) if inner is not request else response
