"""Rendered boards, in a browser that reaches the network only through us.

Chromium gets a proxy that does not exist, and every request of its pages is answered by our own handler: guard, replay,
sizes and our name hold for it as for any other, and a page keeps its origin. WebSockets, favicons and whatever else
goes around the interception find no way out.
"""

import asyncio
import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route
from playwright.async_api import Request as PageRequest
from playwright.async_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright
from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from models import Verdict
from spiders.base.errors import BoardFailure
from spiders.base.memo import MEMO
from spiders.base.network import NO_BROWSER, GuardedHandler
from spiders.base.redirects import is_same_site
from spiders.base.robots import RobotsMiddleware

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNSEEN = {"image", "font", "media", "stylesheet"}
MAX_REQUESTS = 200  # of one page
MAX_HOPS = 5
SETTLE = 5000  # milliseconds that a page may still fetch after it has loaded
DROPPED = {"content-encoding", "content-length", "transfer-encoding", "connection"}


def find_browser(configured: str, own: str) -> str:
    """Path of a Chromium: the configured one, Playwright's own, the system's. Raises BoardFailure if there is none."""
    if configured and not os.path.exists(configured):
        raise BoardFailure(Verdict.ERROR, f"[network] browser names {configured}, which is not there; correct it")
    found = configured or (own if os.path.exists(own) else "") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        raise BoardFailure(Verdict.ERROR, NO_BROWSER)
    return found


class BrowserProvider(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Starts the browser that `find_browser` finds."""

    async def launch_browser(self) -> Any:
        options = self.config.launch_options
        options["executable_path"] = find_browser(options.get("executable_path", ""), self.browser_type.executable_path)
        try:
            return await super().launch_browser()
        except PlaywrightError as error:
            said = " ".join(str(error).split())[:300]
            raise BoardFailure(Verdict.ERROR, f"the browser does not start: {said}; see [network] browser") from None


class BrowserHandler(ScrapyPlaywrightDownloadHandler, GuardedHandler):  # type: ignore[misc]
    """scrapy-playwright, with our handler under its pages. Requests that ask for no browser pass it by."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self.config.target_closed_max_retries = 1
        self.agent: str = crawler.settings["USER_AGENT"]
        self.timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self.unpacker = HttpCompressionMiddleware.from_crawler(crawler)
        self.robots = RobotsMiddleware(crawler)
        self.starting = asyncio.Lock()
        self.pages = asyncio.Semaphore(crawler.settings.getint("PLAYWRIGHT_MAX_PAGES_PER_CONTEXT"))

    async def _maybe_launch_in_thread(self) -> None:
        """Start nothing yet: most crawls that could render never do."""

    async def download_request(self, request: Request) -> Response:
        """Open a page in the browser, or fetch plainly. Raises BoardFailure, and Scrapy's or Playwright's errors."""
        if (kept := MEMO.get(request)) is not None:
            return kept
        if not request.meta.get("playwright"):
            return await self.fetch(request)
        async with self.starting:
            if not hasattr(self, "browser_provider"):
                await self._launch()
        async with self.pages:  # outside the time that a page has: waiting for a free one is not its fault
            response = await self.render(request)
        MEMO.keep(request, response)
        return response

    async def render(self, request: Request) -> Response:
        """Open the page. It has twice the time of a plain answer, and is closed whatever happens."""
        visit = PageVisit(self, request)
        request.meta["playwright_page_init_callback"] = visit.take_over
        request.meta["playwright_page_methods"] = [PageMethod(settle)]
        request.meta["playwright_context_kwargs"] = {
            "service_workers": "block", "accept_downloads": False, "user_agent": self.agent,
        }  # fmt: skip
        try:
            response: Response = await asyncio.wait_for(self._download_request(request), 2 * self.timeout)
        except (TimeoutError, PlaywrightTimeout):
            raise visit.failure or DownloadTimeoutError(f"{request.url} did not finish") from None
        except PlaywrightError as error:
            raise visit.failure or error from None
        finally:
            await visit.close()
        return response


class PageVisit:
    """Answers the requests of one page, and remembers why its document could not be had."""

    def __init__(self, handler: BrowserHandler, request: Request) -> None:
        self.handler, self.request = handler, request
        self.failure: Exception | None = None
        self.pages: list[Page] = []
        self.count = 0

    async def take_over(self, page: Page, _: Request) -> None:
        """Have every request of the page answered here; what is registered last is asked first."""
        self.pages.append(page)
        await page.route("**/*", self.answer)

    async def answer(self, route: Route, request: PageRequest) -> None:
        """Fetch for the page, or let its request fail."""
        self.count += 1
        is_document = request.is_navigation_request() and request.frame.parent_frame is None
        if request.resource_type in UNSEEN or self.count > MAX_REQUESTS:
            await route.abort()
            return
        try:
            response = await self.follow(request, is_document)
        except Exception as error:  # noqa: BLE001 - the page goes on without it, the document's failure is the board's
            self.failure = error if is_document else self.failure
            await self.quietly(route.abort("failed"))
            return
        headers = {str(k): v for k, v in response.headers.to_unicode_dict().items() if str(k).lower() not in DROPPED}
        await self.quietly(route.fulfill(status=response.status, headers=headers, body=response.body))

    async def quietly(self, doing: Any) -> None:
        """Answer a page that may be closed already."""
        with suppress(PlaywrightError):
            await doing

    async def follow(self, request: PageRequest, is_document: bool) -> Response:
        """Fetch a URL and where it redirects to. Raises BoardFailure, and what fetching raises."""
        url = request.url
        for _ in range(MAX_HOPS + 1):
            response = await self.fetch(url, request, is_document)
            target = response.headers.get("Location")
            if not 300 < response.status < 309 or response.status == 304 or not target:
                return response
            following = urljoin(url, target.decode("latin-1"))
            if is_document and not is_same_site(url, following):
                where = urlsplit(following).netloc
                raise BoardFailure(Verdict.GONE, f"{urlsplit(url).netloc} redirects to {where}; correct its address")
            url = following
        raise BoardFailure(Verdict.ERROR, f"{urlsplit(request.url).netloc} redirects in circles; check the address")

    async def fetch(self, url: str, request: PageRequest, is_document: bool) -> Response:
        headers = {k: v for k, v in request.headers.items() if not k.startswith(":") and k.lower() != "host"}
        headers |= {"user-agent": self.handler.agent, "accept-encoding": "gzip"}
        asked = Request(
            url, method=request.method, headers=headers, body=request.post_data_buffer or b"",
            meta={"download_timeout": self.handler.timeout, "is_part": not is_document},
        )  # fmt: skip
        await self.handler.robots.check(url)  # of the page's parts too, and of where they redirect to
        response = await self.handler.fetch(asked)
        if is_document:
            self.request.meta["retry_after"] = asked.meta.get("retry_after", 0.0)
        unpacked = self.handler.unpacker.process_response(asked, response)
        assert isinstance(unpacked, Response)
        return unpacked

    async def close(self) -> None:
        """Close the page, also one whose scripts never end."""
        for page in self.pages:
            with suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(page.close(), 5)


async def settle(page: Page) -> None:
    """Let a page fetch what it shows; one that never rests is taken as it is."""
    with suppress(PlaywrightTimeout):
        await page.wait_for_load_state("networkidle", timeout=SETTLE)


def installed_browser(configured: str) -> str:
    """Path of the Chromium that rendered boards would use. Raises BoardFailure if there is none."""
    with sync_playwright() as playwright:
        return find_browser(configured, playwright.chromium.executable_path)
