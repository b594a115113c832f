"""The base for boards whose list says little, and whose postings are web pages that state a schema.org JobPosting."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from parsel import Selector, SelectorList
from scrapy.http import Response

from models import BoardTask, RawPosting, Verdict
from spiders.base import schema_org
from spiders.base.addresses import ADDRESSES
from spiders.base.board import Ask, Reading, header
from spiders.base.embedded import page_of
from spiders.base.errors import BoardFailure, Forbidden, ParseError
from spiders.base.markup import is_reserved, job_postings
from spiders.base.paged import DetailSpider, Row
from spiders.base.values import digest, fields, is_object, text
from spiders.base.verdicts import is_challenge
from spiders.base.visit import Visit

FURTHER, MAX_LISTS = "_list", 50
AT_ONCE = "_next"  # a list comes at once where nothing leads on


class PagesSpider(DetailSpider):
    """A list in one answer, and a web page a posting. A source says how they are asked for, and maps a row.

    What a page states stands in its row as `_page`; `completed` takes from there what the list does not say.
    """

    token_key = AT_ONCE
    patience = 2  # crawls in which a page fails, before its posting is told without it

    def is_whole(self, item: dict[str, Any]) -> bool:  # noqa: ARG002 - for sources whose lists hold texts
        """Whether the list shows a row in full, so that its page need not be read."""
        return False

    async def gather(self, response: Response, visit: Visit) -> list[Any]:
        """Every row of the list, and of those that it leads to: a row that holds only `_list`, an address."""
        rows = [item async for found in self.read_list(response, visit) for item in found]
        lists = [text(row[FURTHER]) for row in rows if is_object(row) and FURTHER in row]
        for url in lists[:MAX_LISTS]:
            rows += await self.further(url, visit)
        if len(lists) > MAX_LISTS:
            visit.lacking = visit.lacking or f"its list has more than {MAX_LISTS} parts"
        return [row for row in rows if not (is_object(row) and FURTHER in row)]

    async def further(self, url: str, visit: Visit) -> list[Any]:
        """The rows of a list that another leads to; if it fails, the crawl lacks them."""
        try:
            response = await self.ask(Ask(url), visit)
            visit.remains.look_at(response.body)
            return self.read_page(response)[1]
        except BoardFailure as failure:
            visit.note(failure, url)
            return []

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        listed: dict[str, Row] = {}
        whole = []
        for item in await self.gather(response, visit):
            if is_object(item) and self.is_whole(item):
                whole.append(item)
            else:
                self.take_row(item, listed, visit)
        reading = self.map_rows(whole, visit.task)
        visit.took(reading)
        for posting in reading.postings:
            yield posting
        async for posting in self.read_details(listed, visit):
            yield posting
        if visit.unread:
            self.list_again(visit)

    async def read_detail(self, key: str, row: Row, visit: Visit) -> list[RawPosting]:
        """The posting of one page. One that is new and whose page keeps failing is told as it is listed."""
        found = await super().read_detail(key, row, visit)
        if found or key not in visit.end.seen or key in visit.task.known:
            return found
        failures = (visit.end.cursor or {}).get("failed", {}).get(digest(self.detail(visit.task, row.item).url), 0)
        return self.map_rows([row.item], visit.task).postings if failures >= self.patience else []

    def read_page(self, response: Response) -> tuple[Any, list[Any]]:
        if is_kept(response):
            raise BoardFailure(Verdict.BLOCKED, RESERVED.format(urlsplit(response.url).hostname))
        return super().read_page(response)

    async def ask(self, ask: Ask, visit: Visit) -> Response:
        response = await super().ask(ask, visit)
        if is_kept(response):
            raise Forbidden(RESERVED.format(urlsplit(response.url).hostname))
        return response

    def merged(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The row with the first JobPosting of its page. A page that states none is as good as the list."""
        if is_challenge(body):
            raise ParseError("a page that asks whether we are human")
        return {**item, "_page": self.stated(body)}

    def stated(self, body: bytes) -> dict[str, Any]:
        """What a page states of its posting."""
        return next(iter(job_postings(page_of(body))), {})

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """A saved list, or the page of a posting. Raises ParseError."""
        if body.lstrip()[:1] != b"<" or not (stated := self.stated(body)):
            return self.map_rows(self.rows_in(self.load(body), body), task)
        task = replace(task, url=task.url or own_url(page_of(body)) or text(stated.get("url")))
        row = {**self.row_of(task), "_page": stated}
        reading = self.map_rows([row], task)
        if not reading.postings:  # a page that nothing names is named by what it says
            key = schema_org.reference_of(stated.get("identifier")) or digest(stated)
            reading = self.map_rows([{**row, self.id_key: key}], task)
        mine = ADDRESSES.canonical_url(task.url)
        for posting in reading.postings:  # its address is the page's, unless the source makes the same of what it knows
            if not mine or posting.canonical_url != mine:
                posting.url = task.url
                posting.canonical_url = self.canonical_of(posting)
        return reading


RESERVED = "{} reserves text and data mining (tdm-reservation: 1); ask its owner, or remove the board"


def is_kept(response: Response) -> bool:
    """Whether an answer reserves text and data mining, by header or in its page."""
    named, page = header(response, "tdm-reservation"), response.body
    return named.strip() == "1" or (b"tdm-reservation" in page and is_reserved(page_of(page), ""))


def own_url(page: Selector) -> str:
    """What a page says that its address is."""
    return page.xpath('//link[@rel="canonical"]/@href | //meta[@property="og:url"]/@content').get(default="")


def words(part: Selector | SelectorList[Selector]) -> str:
    """What a part of a page says."""
    told = part.xpath(".//text()[not(ancestor::*[self::script or self::style])]").getall()
    return " ".join(" ".join(told).split())


def inner(page: Selector, path: str) -> str:
    """The HTML inside the first element of a path."""
    return "".join(page.xpath(f"({path})[1]/node()").getall()).strip()


def completed(raw: RawPosting, page: Any) -> RawPosting:
    """The posting that a list shows, with what its page states where the list says nothing."""
    for name, value in schema_org.facts(fields(page)).items():
        if name != "requisition_id" and value and not getattr(raw, name):  # a page's identifier is often its own
            setattr(raw, name, value)
    return raw
