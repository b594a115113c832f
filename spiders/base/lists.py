"""The base for boards whose list comes in pages, JSON mostly, with the postings in it."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from models import BoardEnd, BoardPage, BoardTask, RawPosting, Verdict
from spiders.base.board import Ask, Reading, requests_of
from spiders.base.errors import BoardFailure, Forbidden, ParseError
from spiders.base.pager import At, Page, Pager
from spiders.base.redirects import is_same_site
from spiders.base.values import dig, digest, looks_like, names, number, text
from spiders.base.verdicts import misread
from spiders.base.visit import FAILURES_IN_ROW, Visit, VisitSpider, is_any_old

ANEW = "where its list was to go on there is nothing, so it is read anew: {}"
STOPPED = "{} of its postings were listed; the list goes on at the next crawl"


class PagedSpider(VisitSpider):
    """A list of pages with the postings in it. A source says how a page is asked for, and maps a row."""

    list_key = ""  # where the rows stand in an answer, dotted; empty: the answer is the list
    total_key = ""  # where their whole number stands
    token_key = ""  # where what leads to the next page stands, a token or an address; empty: rows and pages are counted
    id_key = "id"  # where a row's native id stands
    page_size = 0  # rows of a full page; 0: unknown
    cap = 0  # rows that the source gives at most for one question; 0: no such limit
    is_cap_doubtful = False  # the cap is some boards' only: whether it holds is looked up
    is_total_bound = False  # `total` is how much is wanted, not how much there is
    list_share = 1.0
    asked: tuple[str, Sequence[str]] = (
        "",
        (),
    )  # the board's option with what is asked for, each alone; else these

    def page(self, task: BoardTask, at: At) -> Ask:
        """What asks for the page at this place of the list. Raises BoardFailure where the task does not say enough."""
        raise NotImplementedError

    def parts(self, data: Any, at: At) -> list[Any]:  # noqa: ARG002 - for sources that can
        """What splits a list that is longer than the source gives: JSON values that `page` finds in `at.part`."""
        return []

    def whole(self, data: Any) -> int:  # noqa: ARG002 - for sources that know
        """How many rows the list has at least, where a source knows it better than by a total that is capped."""
        return 0

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:  # noqa: ARG002 - for sources with two
        """What asks elsewhere, where the first answer says that the board is not read here."""
        return None

    def items(self, data: Any) -> Any:
        """The rows of an answer; whatever is no list means that it is not this source's."""
        return dig(data, self.list_key)

    def total(self, data: Any) -> int | None:
        """How many rows the whole list or part has, where the answer says so."""
        return number(dig(data, self.total_key)) if self.total_key else None

    def native_id(self, item: Any) -> str:
        return text(dig(item, self.id_key))

    def row_id(self, item: Any) -> str:
        """What tells the row from others of the list; another than the posting's id where each place has a row."""
        return self.native_id(item)

    def address(self, task: BoardTask) -> str:
        return self.page(task, At()).url

    def first(self, task: BoardTask) -> Ask:
        at = self.pager(task).at
        assert at
        return self.page(task, at)

    def validators(self, task: BoardTask) -> dict[str, str]:
        """None while a list is read in portions, or pages are to be read again: a 304 would hide them."""
        return {} if task.cursor.get("list") or is_any_old(task) else super().validators(task)

    async def read_board(self, response: Response, task: BoardTask) -> AsyncIterator[BoardPage | BoardEnd]:
        """The callback. Where a list is taken up there may be nothing by now, which says nothing of the board."""
        if ask := self.other_door(response, task):
            try:
                response = await self.knock(ask, task)
            except Exception as error:  # noqa: BLE001 - the promise of one BoardEnd a board
                yield self.failed(task, error, ask.url, None, requests_of(response) + 1)
                return
        async for item in super().read_board(response, task):
            if isinstance(item, BoardEnd) and is_lost(item, response):
                item.verdict, item.reason = Verdict.TRUNCATED, ANEW.format(item.reason)
                item.cursor = {}
            yield item

    async def knock(self, ask: Ask, task: BoardTask) -> Response:
        """The first answer of the other door."""
        assert self.crawler.engine
        return await self.crawler.engine.download_async(self.request(ask, task))

    def pager(self, task: BoardTask) -> Pager:
        """Where the crawl begins."""
        pager = Pager(self.page_size, self.cap, bool(self.token_key), self.is_cap_doubtful, self.is_total_bound)
        if task.cursor.get("list"):
            pager.resume(task.cursor["list"])
        elif option := self.asked[0]:
            pager.start_with(names(task.options.get(option)) or self.asked[1])
        return pager

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """A saved page of the list. Raises ParseError."""
        return self.map_rows(self.rows_in(self.load(body), body), task)

    def rows_in(self, data: Any, body: bytes) -> list[Any]:
        """The rows of an answer. Raises ParseError if it is not this source's."""
        items = self.items(data)
        if not isinstance(items, list):
            wanted = f"no list {self.list_key!r}" if self.list_key else "no list"
            raise ParseError(f"JSON that holds {wanted}" if data is not None else looks_like(body))
        return items

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        async for found in self.read_list(response, visit):
            reading = self.map_rows(found, visit.task)
            visit.took(reading)
            for posting in reading.postings:
                yield posting

    async def read_list(self, response: Response, visit: Visit) -> AsyncIterator[list[Any]]:
        """The new rows of page after page, as far as the visit goes. The first failing fails the board."""
        pager = self.pager(visit.task)
        visit.is_round = bool(visit.task.cursor.get("list"))
        read: tuple[Any, list[Any]] | None = self.read_page(response)
        while True:
            if read is not None:
                yield self.take_page(*read, pager)
            if pager.at is None or visit.is_over(self.list_share) or self.has_enough(visit):
                break
            read = await self.next_page(pager, visit)
        self.put_down(pager, response, visit)

    def has_enough(self, visit: Visit) -> bool:  # noqa: ARG002 - for lists that are no end in themselves
        """Whether as much was listed as the visit can make use of."""
        return False

    def read_page(self, response: Response) -> tuple[Any, list[Any]]:
        """An answer and its rows. Raises BoardFailure where it is not what the source answers."""
        try:
            data = self.load(response.body)
            return data, self.rows_in(data, response.body)
        except ParseError as error:
            raise misread(error, response) from None

    def take_page(self, data: Any, items: list[Any], pager: Pager) -> list[Any]:
        """Take a page in; returns the rows of it that are new. A row without an id is named by what it says."""
        assert pager.at
        keys = [self.row_id(item) or f"#{digest(item)}" for item in items]
        token = text(dig(data, self.token_key)) if self.token_key else ""
        new = pager.take(Page(keys, self.total(data), token, self.parts_of(data, pager.at), self.whole(data)))
        return [item for key, item in zip(keys, items, strict=True) if key in new]

    def parts_of(self, data: Any, at: At) -> list[Any]:
        """The parts of a list, asked for on its first page; if they cannot be read, it cannot be split."""
        if at.number or not self.cap:
            return []
        try:
            return self.parts(data, at)
        except Exception:  # an answer may hold anything; the verdict tells of what the cap leaves out
            self.logger.warning("what could split the list cannot be read", exc_info=True)
            return []

    async def next_page(self, pager: Pager, visit: Visit) -> tuple[Any, list[Any]] | None:
        """What the pager asks next; None if it failed. A host that has enough of us ends the crawl, not the reading."""
        assert pager.at
        ask = self.page(visit.task, pager.at)
        try:
            response = await self.ask(ask, visit)
            visit.remains.look_at(response.body)
            return self.read_page(response)
        except Forbidden as failure:
            visit.note(failure, ask.url)
            pager.skip(is_lacking=False)
        except BoardFailure as failure:
            if failure.verdict in (Verdict.BLOCKED, Verdict.PARTIAL):
                visit.waiting = failure.reason
                visit.retry_after = max(visit.retry_after, failure.retry_after)
            else:
                if not pager.is_behind():
                    visit.note(failure, ask.url)
                pager.skip()
        return None

    async def ask(self, ask: Ask, visit: Visit) -> Response:
        """Fetch a page of the board, if it is one: the next address comes from the board. Raises BoardFailure."""
        if not self.is_own(ask.url, visit.task):
            raise BoardFailure(Verdict.ERROR, f"it leads to {ask.url[:200]}, which is another site")
        return await super().ask(ask, visit)

    def is_own(self, url: str, task: BoardTask) -> bool:
        """Whether an address is of the board's site, or of the source's domains."""
        try:
            host = urlsplit(url).hostname or ""
            return is_same_site(self.address(task), url) or any(f".{host}".endswith(f".{one}") for one in self.domains)
        except ValueError:
            return False

    def put_down(self, pager: Pager, response: Response, visit: Visit) -> None:
        """Note where the list goes on, or what of it is lacking."""
        if pager.at is None:
            visit.lacking = visit.lacking or pager.lacking
            if visit.asked > 1:  # then the first answer does not speak for the board
                response.headers.pop("ETag", None)
                response.headers.pop("Last-Modified", None)
        elif visit.in_row < FAILURES_IN_ROW:
            visit.noted("list").update(pager.state())
            visit.waiting = visit.waiting or STOPPED.format(pager.at.start)


def is_lost(end: BoardEnd, response: Response) -> bool:
    """Whether the place where a list was to go on is gone: the list is shorter, or its token has expired."""
    is_answer = response.status < 500 and end.verdict in (Verdict.GONE, Verdict.ERROR)
    return is_answer and bool(end.task.cursor.get("list"))
