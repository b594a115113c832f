"""The base for boards whose list and postings are pages: read the list, fetch what is new, take the rest as seen.

A posting found by a link is named by the link, so that the list alone says what is still there. A page that is known
(in `task.known`) is not fetched again, unless the sitemap's <lastmod> is newer than the newest one of the crawl before,
which travels as the board's `last_modified`. A page that answers 404 is no longer listed, whatever the list says.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from models import BoardEnd, BoardPage, BoardTask, RawPosting, Verdict
from spiders.base.board import BoardSpider, Reading, header, pages, requests_of
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.markup import clean, is_reserved
from spiders.base.redirects import is_same_site
from spiders.base.sitemap import Links, about_jobs, is_sitemap, plain_url, read_listing, read_sitemap
from spiders.base.values import text
from spiders.base.verdicts import challenged, check, explain, is_challenge, misread

MAX_LISTS = 50  # sitemaps of an index, or pages of a list
MAX_DETAILS = 300  # new pages a crawl; the next crawl goes on from there


@dataclass(slots=True)
class Visit:
    """What a crawl of one board has found so far."""

    task: BoardTask
    end: BoardEnd
    links: dict[str, str] = field(default_factory=dict)
    shown: Reading = field(default_factory=Reading)  # what the list itself shows in full
    is_sitemap: bool = False
    read: int = 0
    lacking: str = ""  # why the crawl is not complete
    retry_after: float = 0.0

    def known(self) -> dict[str, list[str]]:
        """The known ids by the page they were found on."""
        by_page: dict[str, list[str]] = {}
        for native_id in self.task.known:
            by_page.setdefault(native_id.partition("#")[0], []).append(native_id)
        return by_page


class ListingSpider(BoardSpider):
    """A list of pages, then the pages. A source says what postings a page holds (`rows_of`) and maps them."""

    def rows_of(self, page: Selector, url: str, is_list: bool = False) -> list[dict[str, Any]]:
        """The rows that a page holds, ready for `posting`."""
        raise NotImplementedError

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """The postings of a web page; without a URL it is named by its own canonical one. Raises ParseError."""
        page = Selector(text=clean(body.decode("utf-8", "replace")), type="html")
        own = '//link[@rel="canonical"]/@href | //meta[@property="og:url"]/@content'
        url = task.url or page.xpath(own).get(default="")
        rows = self.rows_of(page, url, is_list=True)
        rows = self.rows_of(page, url) if len(rows) == 1 else rows
        if not rows:
            raise ParseError("this page holds no JobPosting; it may be built in the browser, or be no posting")
        return self.map_rows(rows, task)

    def validators(self, task: BoardTask) -> dict[str, str]:
        """Only what is an HTTP date goes out as one: `last_modified` may hold a sitemap's."""
        headers = {} if task.is_rendered else super().validators(task)
        if watermark(task):
            headers.pop("If-Modified-Since", None)
        return headers

    async def crawl(self, response: Response, task: BoardTask, end: BoardEnd) -> AsyncIterator[BoardPage]:
        """Lists first, then what is new on them, in pages as they fill."""
        visit = Visit(task, end)
        await self.read_lists(response, visit)
        for page in pages(task, visit.shown.postings):
            yield page
        waiting: list[RawPosting] = []
        async for posting in self.read_details(visit):
            waiting.append(posting)
            if len(waiting) == 100:
                yield BoardPage(task, waiting)
                waiting = []
        for page in pages(task, waiting):
            yield page
        self.judge(visit)

    async def read_lists(self, response: Response, visit: Visit) -> None:
        """The first list and those it leads to. The first failing fails the board; a later one makes it truncated."""
        queue = self.read_list(response, visit)
        if queue or visit.task.is_rendered:  # then the first answer does not speak for the board
            response.headers.pop("ETag", None)
            response.headers.pop("Last-Modified", None)
        asked = {plain_url(response.url)}
        while queue:
            url = queue.pop(0)
            if url in asked:
                continue
            if len(asked) > MAX_LISTS:
                visit.lacking = f"its list has more than {MAX_LISTS} parts"
                return
            asked.add(url)
            try:
                queue += self.read_list(await self.ask(url, visit), visit)
            except (BoardFailure, ParseError) as error:
                self.lack(visit, explain(error, url), url)
                return

    def read_list(self, response: Response, visit: Visit) -> list[str]:
        """Note what a list shows and links to; returns the further lists. Raises BoardFailure."""
        if is_sitemap(response.body):
            visit.is_sitemap = True
            try:
                links = read_sitemap(response.body)
            except ParseError as error:
                raise misread(error, response) from None
            links.lists = about_jobs(links.lists, "") or links.lists
            chosen = about_jobs(list(links.pages), option(visit.task))
            chosen = chosen or list(links.pages) * (not option(visit.task))
        else:
            links = self.read_page_list(response, visit)
            chosen = about_jobs(list(links.pages), option(visit.task))
        visit.links |= {url: links.pages[url] for url in chosen}
        return links.lists

    def read_page_list(self, response: Response, visit: Visit) -> Links:
        """The links of a listing page, less those of the postings that it shows in full."""
        page = selector(response)
        if is_reserved(page, header(response, "tdm-reservation")):
            host = response.url.split("/")[2]
            sentence = f"{host} reserves text and data mining (tdm-reservation: 1); ask its owner, or remove the board"
            raise BoardFailure(Verdict.BLOCKED, sentence)
        rows = self.rows_of(page, response.url, is_list=True)
        full = [row for row in rows if row.get("description")]
        self.merge(visit, self.map_rows(full, visit.task))
        links = read_listing(page, response.url)
        teasers = [row["_page"] for row in rows if not row.get("description")]
        visit.links |= {url: "" for url in teasers if is_same_site(response.url, url)}
        for native_id in visit.shown.seen:
            links.pages.pop(native_id, None)
        if not links.pages and not visit.shown.seen and is_challenge(response.body):
            raise challenged(response.url)
        return links

    def merge(self, visit: Visit, reading: Reading) -> None:
        visit.shown.postings += [p for p in reading.postings if p.native_id not in visit.end.seen]
        visit.shown.seen |= reading.seen
        visit.end.seen |= reading.seen
        visit.end.skipped += reading.skipped

    async def read_details(self, visit: Visit) -> AsyncIterator[RawPosting]:
        """Fetch and map the pages that are new, or newer than what is known."""
        known = visit.known()
        for url in visit.links:
            visit.end.seen.update(known.get(url, ()))
        fresh = [url for url in visit.links if url not in known]
        newer = [url for url, date in visit.links.items() if url in known and date > (watermark(visit.task) or "9")]
        if len(fresh) > MAX_DETAILS:
            visit.lacking = visit.lacking or f"{len(fresh)} pages are new and {MAX_DETAILS} are read at a time"
        for url in (fresh + newer)[:MAX_DETAILS]:
            if visit.retry_after:
                return
            for posting in await self.read_detail(url, visit, known.get(url, [])):
                yield posting

    async def read_detail(self, url: str, visit: Visit, known: list[str]) -> list[RawPosting]:
        """The postings of one page; a page that fails makes the crawl truncated, one that is gone is not listed."""
        try:
            response = await self.ask(url, visit)
        except BoardFailure as failure:
            if failure.verdict is Verdict.GONE:
                visit.end.seen.difference_update(known)
            else:
                self.lack(visit, failure, url)
            return []
        page = selector(response)
        if is_reserved(page, header(response, "tdm-reservation")):
            visit.end.skipped += 1
            return []
        reading = self.map_rows(self.rows_of(page, url), visit.task)
        visit.read += len(reading.postings)
        visit.end.seen |= reading.seen
        visit.end.skipped += reading.skipped
        return reading.postings

    async def ask(self, url: str, visit: Visit) -> Response:
        """Fetch a page of the board, robots.txt, pace and all. Raises BoardFailure."""
        assert self.crawler.engine
        request = Request(url, meta=self.meta(visit.task) if not is_xml(url) else {}, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            visit.end.requests += 1
            raise explain(error, url) from error
        visit.end.requests += requests_of(response)
        check(response, url, response.meta.get("retry_after", 0.0))
        return response

    def lack(self, visit: Visit, failure: BoardFailure, url: str) -> None:
        """Note that a page could not be read."""
        visit.lacking = visit.lacking or f"{url} could not be read: {failure.reason}"
        visit.retry_after = max(visit.retry_after, failure.retry_after)

    def judge(self, visit: Visit) -> None:
        """Note in `end` how complete the crawl was, and the newest <lastmod> for the next one."""
        end = visit.end
        if visit.lacking:
            end.verdict, end.retry_after = Verdict.TRUNCATED, visit.retry_after
            end.reason = f"not all was read, so nothing is closed: {visit.lacking}"
            end.last_modified = visit.task.last_modified
            return
        if visit.links and not end.seen:
            raise BoardFailure(Verdict.ERROR, NOTHING.format(len(visit.links)))
        if visit.is_sitemap:
            end.last_modified = max([*visit.links.values(), watermark(visit.task)])


NOTHING = (
    "none of the {} pages that the list leads to holds a JobPosting; name the postings' path in the board's options "
    '(path = "/jobs/"), or set rendered = true if the site builds its pages in the browser'
)


def option(task: BoardTask) -> str:
    """The part of a URL that the operator says postings have."""
    return text(task.options.get("path"))


def watermark(task: BoardTask) -> str:
    """The newest <lastmod> of the crawl before, if it was of a sitemap."""
    return "" if task.last_modified.endswith("GMT") else task.last_modified


def is_xml(url: str) -> bool:
    """Whether a URL is a file that no browser need open."""
    return url.partition("?")[0].endswith((".xml", ".xml.gz", ".txt"))


def selector(response: Response) -> Selector:
    """The page of a response, whatever its content type says."""
    body = getattr(response, "text", None)
    told = body if isinstance(body, str) else response.body.decode("utf-8", "replace")
    return Selector(text=clean(told), type="html")  # else parsel would try JSON, of any depth
