"""The base for boards whose list and postings are pages: read the list, fetch what is new, take the rest as seen.

A posting found by a link is named by the link, so that the list alone says what is still there. A page that is known
(in `task.known`) is fetched again where the list's <lastmod> of it is another than when it was read, or, where that was
not kept, newer than the newest one of the crawl before, which travels as the board's `last_modified`; and now and then
in any case. A page that answers 404 is no longer listed, whatever the list says; one without a posting is remembered.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from models import BoardTask, RawPosting, Verdict
from spiders.base.board import Ask, Reading, header
from spiders.base.errors import BoardFailure, Forbidden, ParseError
from spiders.base.markup import clean, is_reserved
from spiders.base.redirects import is_same_site
from spiders.base.sitemap import Links, about_jobs, is_sitemap, plain_url, read_listing, read_sitemap
from spiders.base.values import digest, text
from spiders.base.verdicts import challenged, is_challenge, misread
from spiders.base.visit import Visit, VisitSpider, is_any_old, now, plan

MAX_LISTS = 50  # sitemaps of an index, or pages of a list
MAX_BARREN = 2000  # pages without a posting that are remembered


@dataclass(slots=True)
class Site:
    """What the lists of a board show. `links` maps a page to its <lastmod>; `known` to the native ids found on it."""

    links: dict[str, str] = field(default_factory=dict)
    shown: Reading = field(default_factory=Reading)  # what the list itself shows in full
    is_sitemap: bool = False
    known: dict[str, list[str]] = field(default_factory=dict)


class ListingSpider(VisitSpider):
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
        headers = {} if task.is_rendered or is_any_old(task) else super().validators(task)
        if watermark(task):
            headers.pop("If-Modified-Since", None)
        return headers

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        """Lists first, then the pages on them that are new, changed, or not read for long."""
        site = Site(known=known_pages(visit.task))
        await self.read_lists(response, site, visit)
        for posting in site.shown.postings:
            yield posting
        async for posting in self.read_details(site, visit):
            yield posting
        self.judge(site, visit)

    async def read_lists(self, response: Response, site: Site, visit: Visit) -> None:
        """The first list and those it leads to. The first failing fails the board; a later one makes it truncated."""
        queue = self.read_list(response, site, visit)
        if queue or visit.task.is_rendered:  # then the first answer does not speak for the board
            response.headers.pop("ETag", None)
            response.headers.pop("Last-Modified", None)
        asked = {plain_url(response.url)}
        while queue and not visit.is_over():
            url = queue.pop(0)
            if url in asked:
                continue
            if len(asked) > MAX_LISTS:
                visit.lacking = f"its list has more than {MAX_LISTS} parts"
                return
            asked.add(url)
            try:
                queue += self.read_list(await self.ask(Ask(url), visit), site, visit)
            except Forbidden as failure:
                visit.note(failure, url)
            except BoardFailure as failure:
                visit.note(failure, url)
                return
        if queue and not visit.waiting:
            visit.lacking = visit.lacking or f"{len(queue)} parts of its list were not read in time"

    def read_list(self, response: Response, site: Site, visit: Visit) -> list[str]:
        """Note what a list shows and links to; returns the further lists. Raises BoardFailure."""
        visit.remains.look_at(response.body)
        if is_sitemap(response.body):
            site.is_sitemap = True
            try:
                links = read_sitemap(response.body)
            except ParseError as error:
                raise misread(error, response) from None
            links.lists = about_jobs(links.lists, "") or links.lists
            chosen = about_jobs(list(links.pages), option(visit.task))
            chosen = chosen or list(links.pages) * (not option(visit.task))
        else:
            links = self.read_page_list(response, site, visit)
            chosen = about_jobs(list(links.pages), option(visit.task))
        site.links |= {url: links.pages[url] for url in chosen}
        return links.lists

    def read_page_list(self, response: Response, site: Site, visit: Visit) -> Links:
        """The links of a listing page, less those of the postings that it shows in full."""
        page = selector(response)
        if is_reserved(page, header(response, "tdm-reservation")):
            host = response.url.split("/")[2]
            sentence = f"{host} reserves text and data mining (tdm-reservation: 1); ask its owner, or remove the board"
            raise BoardFailure(Verdict.BLOCKED, sentence)
        rows = self.rows_of(page, response.url, is_list=True)
        full = [row for row in rows if row.get("description")]
        self.merge(site, visit, self.map_rows(full, visit.task))
        links = read_listing(page, response.url)
        teasers = [row["_page"] for row in rows if not row.get("description")]
        site.links |= {url: "" for url in teasers if is_same_site(response.url, url)}
        for native_id in site.shown.seen:
            links.pages.pop(native_id, None)
        if not links.pages and not site.shown.seen and is_challenge(response.body):
            raise challenged(response.url)
        return links

    def merge(self, site: Site, visit: Visit, reading: Reading) -> None:
        """Take in what a list shows in full, once."""
        reading.postings = [posting for posting in reading.postings if posting.native_id not in visit.end.seen]
        site.shown.postings += reading.postings
        site.shown.seen |= reading.seen
        visit.took(reading)

    def read_details(self, site: Site, visit: Visit) -> AsyncIterator[RawPosting]:
        """Fetch and map the pages that are new, changed, or not read for long."""
        task = visit.task
        for url in site.links:
            visit.end.seen.update(site.known.get(url, ()))
        is_worth = {url: url in site.known or not self.is_barren(url, date, visit) for url, date in site.links.items()}
        listed = {url: date for url, date in site.links.items() if is_worth[url]}
        stamps = {url: stamp_of(task, ids, listed.get(url, "")) for url, ids in site.known.items()}
        checked = {url: task.checked[ids[0]] for url, ids in site.known.items() if ids[0] in task.checked}
        planned = plan(listed, stamps, checked, now())
        return self.read_planned(planned, visit, lambda url: self.read_detail(url, listed[url], site, visit))

    async def read_detail(self, url: str, date: str, site: Site, visit: Visit) -> list[RawPosting]:
        """The postings of one page; a page that fails makes the crawl truncated, one that is gone is not listed."""
        known = site.known.get(url, [])
        try:
            response = await self.ask(Ask(url), visit)
        except BoardFailure as failure:
            if failure.verdict is Verdict.GONE:
                visit.lose(*known)
            else:
                visit.note(failure, url)
            return []
        reading = self.read_page(selector(response), response, url, visit)
        if reading.seen or known:
            visit.end.checked |= dict.fromkeys([*reading.seen, *known], date)
        else:
            remember_barren(visit, url, date)
        return reading.postings

    def read_page(self, page: Selector, response: Response, url: str, visit: Visit) -> Reading:
        """What a page holds; nothing where it reserves text and data mining, or asks whether we are human."""
        if is_reserved(page, header(response, "tdm-reservation")):
            visit.end.skipped += 1
            return Reading()
        reading = self.map_rows(self.rows_of(page, url), visit.task)
        if not reading.listed and is_challenge(response.body):
            visit.note(challenged(url), url)
        visit.took(reading)
        return reading

    def is_barren(self, url: str, date: str, visit: Visit) -> bool:
        """Whether the page held no posting when it was read today."""
        day = visit.task.cursor.get("barren", {}).get(digest(url, date))
        if day != now().toordinal():
            return False
        remember_barren(visit, url, date)
        return True

    def request(self, ask: Ask, task: BoardTask) -> Request:
        """A file that no browser need open is fetched without one, the first list apart."""
        request = super().request(ask, task)
        if is_xml(ask.url) and ask.url != task.url:
            request.meta.pop("playwright", None)
        return request

    def judge(self, site: Site, visit: Visit) -> None:
        """Note the newest <lastmod> for the next crawl. Raises BoardFailure where no page holds a posting."""
        end, task = visit.end, visit.task
        if visit.lacking or visit.waiting:
            end.last_modified = task.last_modified
        elif site.links and not end.seen:
            raise BoardFailure(Verdict.ERROR, NOTHING.format(len(site.links)))
        elif site.is_sitemap:
            end.last_modified = max([*site.links.values(), watermark(task)])


NOTHING = (
    "none of the {} pages that the list leads to holds a JobPosting; name the postings' path in the board's options "
    '(path = "/jobs/"), or set rendered = true if the site builds its pages in the browser'
)


def known_pages(task: BoardTask) -> dict[str, list[str]]:
    """The known ids by the page they were found on."""
    by_page: dict[str, list[str]] = {}
    for native_id in task.known:
        by_page.setdefault(native_id.partition("#")[0], []).append(native_id)
    return by_page


def stamp_of(task: BoardTask, ids: list[str], date: str) -> str:
    """What the list said of a page when it was read; where that was not kept, the board's watermark tells."""
    stamps = [task.stamps[native_id] for native_id in ids if native_id in task.stamps]
    if any(stamps):
        return max(stamps)
    return date if date <= (watermark(task) or "9") else ""


def remember_barren(visit: Visit, url: str, date: str) -> None:
    """Note that a page held no posting today."""
    barren = visit.noted("barren")
    if len(barren) < MAX_BARREN:
        barren[digest(url, date)] = now().toordinal()


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
