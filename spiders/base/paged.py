"""The bases for boards whose list is JSON in pages: with the postings in it, or with a page of its own for each.

`Pager` is where a list is read next. It is pure: it takes in what a page held and says what to ask; it trusts the total
of the first page only, reads to the end whatever the total says where a source is capped, splits what is capped into
parts where the source knows any, and otherwise says what is lacking. It can be put down and taken up again.
"""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from typing import Any

from scrapy.http import Response

from models import BoardTask, RawPosting, Verdict
from spiders.base.board import Ask, Reading
from spiders.base.errors import BoardFailure, Forbidden, ParseError
from spiders.base.redirects import is_same_site
from spiders.base.values import dig, digest, looks_like, read_json, text
from spiders.base.verdicts import misread
from spiders.base.visit import FAILURES_IN_ROW, Visit, VisitSpider, is_any_old, now, plan

LIST_SHARE = 0.5  # of a crawl that its list may take where postings have pages of their own
MAX_PARTS = 500
STOPPED = "{} of its postings were listed; the list goes on at the next crawl"


@dataclass(slots=True)
class At:
    """Where in a list: rows and pages before it, the token of the page before, and the part, of a list in parts."""

    start: int = 0
    number: int = 0
    token: str = ""
    part: Any = None


@dataclass(slots=True)
class Page:
    """What one answer held. `total`: of the whole list or part; `token` leads to the next page."""

    ids: list[str]
    total: int | None = None
    token: str = ""
    parts: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Pager:
    """Where a list is read next. `page_size` 0: unknown; `cap` 0: none; `by_token`: only a token leads on."""

    page_size: int = 0
    cap: int = 0
    by_token: bool = False
    at: At | None = field(default_factory=At)
    parts: list[Any] = field(default_factory=list)  # yet to be read
    total: int | None = None  # of the part, as its first page says
    whole: int = 0  # of the list, as its first page says
    lacking: str = ""
    seen: set[str] = field(default_factory=set)
    _here: set[str] = field(default_factory=set)  # ids of this part

    def take(self, page: Page) -> set[str]:
        """Take in the page that was asked for, and go on. Returns the ids that no page held before."""
        assert self.at
        if not self.at.number:
            self.total, self._here = page.total, set()
            self.whole = page.total or 0 if self.at.part is None else self.whole
        new, fresh = set(page.ids) - self.seen, set(page.ids) - self._here
        self.seen |= new
        self._here |= fresh
        if not self.at.number and page.parts and self._is_capped() and self._split(page):
            return new
        rows_read = len(page.ids) if fresh else 0  # a page that comes again is no page
        self.at = At(self.at.start + rows_read, self.at.number + 1, page.token, self.at.part)
        if self._is_last(page, bool(fresh)):
            self._end_part()
        return new

    def skip(self, is_lacking: bool = True) -> None:
        """The page that was asked for cannot be had: go on behind it where that can be said."""
        assert self.at
        self.lacking = self.lacking or "a page of its list failed" * is_lacking
        start = self.at.start + self.page_size
        is_last = self.total is not None and start >= self.total
        if self.by_token or not self.page_size or not self.at.number or is_last:
            self._next_part()
        else:
            self.at = At(start, self.at.number + 1, "", self.at.part)

    def state(self) -> dict[str, Any]:
        """What `resumed` needs to go on from here."""
        assert self.at
        return {"at": asdict(self.at), "parts": self.parts, "total": self.total, "lacking": self.lacking}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on where another was put down. A state of another form is passed over: the list is read anew."""
        try:
            self.at, self.total = At(**state["at"]), state["total"]
            self.parts, self.lacking = list(state["parts"]), str(state["lacking"])
        except (KeyError, TypeError):
            self.at, self.total, self.parts, self.lacking = At(), None, [], ""

    def _is_capped(self) -> bool:
        return bool(self.cap and self.total is not None and self.total >= self.cap)

    def _split(self, page: Page) -> bool:
        if len(self.parts) + len(page.parts) > MAX_PARTS:
            self.lacking = self.lacking or f"its list comes in more than {MAX_PARTS} parts"
            return False
        self.parts = page.parts + self.parts
        self._next_part()
        return True

    def _is_last(self, page: Page, is_fresh: bool) -> bool:
        assert self.at
        if not page.ids or not is_fresh:
            return True
        if self.by_token:
            return not page.token
        if self.total is not None and not self._is_capped():
            return self.at.start >= self.total
        return len(page.ids) < self.page_size

    def _end_part(self) -> None:
        assert self.at
        if self._is_capped() and self.at.start <= self.cap:
            self.lacking = self.lacking or f"its list ends at {self.cap} postings and cannot be split further"
        elif self.total is not None and self.at.start < self.total:
            self.lacking = self.lacking or f"its list says {self.total} postings and gave {self.at.start}"
        self._next_part()

    def _next_part(self) -> None:
        self.at = At(part=self.parts.pop(0)) if self.parts else None
        if self.at is None and self.cap and len(self.seen) < self.whole != self.cap:
            self.lacking = self.lacking or f"its parts hold {len(self.seen)} of {self.whole} postings"


class PagedSpider(VisitSpider):
    """A list of JSON pages with the postings in it. A source says how a page is asked for, and maps a row."""

    list_key = ""  # where the rows stand in an answer, dotted; empty: the answer is the list
    total_key = ""  # where their whole number stands
    token_key = ""  # where what leads to the next page stands, a token or an address; empty: rows and pages are counted
    id_key = "id"  # where a row's native id stands
    page_size = 0  # rows of a full page; 0: unknown
    cap = 0  # rows that the source gives at most for one question; 0: no such limit
    list_share = 1.0

    def page(self, task: BoardTask, at: At) -> Ask:
        """What asks for the page at this place of the list. Raises BoardFailure where the task does not say enough."""
        raise NotImplementedError

    def parts(self, data: Any, at: At) -> list[Any]:  # noqa: ARG002 - for sources that can
        """What splits a list that is longer than the source gives: JSON values that `page` finds in `at.part`."""
        return []

    def items(self, data: Any) -> Any:
        """The rows of an answer; whatever is no list means that it is not this source's."""
        return dig(data, self.list_key)

    def total(self, data: Any) -> int | None:
        """How many rows the whole list or part has, where the answer says so."""
        total = dig(data, self.total_key) if self.total_key else None
        return total if isinstance(total, int) and not isinstance(total, bool) else None

    def native_id(self, item: Any) -> str:
        return text(dig(item, self.id_key))

    def address(self, task: BoardTask) -> str:
        return self.page(task, At()).url

    def first(self, task: BoardTask) -> Ask:
        at = self.pager(task).at
        assert at
        return self.page(task, at)

    def validators(self, task: BoardTask) -> dict[str, str]:
        """None while a list is read in portions, or pages are to be read again: a 304 would hide them."""
        return {} if task.cursor.get("list") or is_any_old(task) else super().validators(task)

    def pager(self, task: BoardTask) -> Pager:
        """Where the crawl begins."""
        pager = Pager(self.page_size, self.cap, bool(self.token_key))
        if task.cursor.get("list"):
            pager.resume(task.cursor["list"])
        return pager

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """A saved page of the list. Raises ParseError."""
        return self.map_rows(self.rows_in(read_json(body), body), task)

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
            if pager.at is None or visit.is_over(self.list_share):
                break
            read = await self.next_page(pager, visit)
        self.put_down(pager, response, visit)

    def read_page(self, response: Response) -> tuple[Any, list[Any]]:
        """An answer and its rows. Raises BoardFailure where it is not what the source answers."""
        try:
            data = read_json(response.body)
            return data, self.rows_in(data, response.body)
        except ParseError as error:
            raise misread(error, response) from None

    def take_page(self, data: Any, items: list[Any], pager: Pager) -> list[Any]:
        """Take a page in; returns the rows of it that are new. A row without an id is named by what it says."""
        assert pager.at
        keys = [self.native_id(item) or f"#{digest(item)}" for item in items]
        token = text(dig(data, self.token_key)) if self.token_key else ""
        new = pager.take(Page(keys, self.total(data), token, [] if pager.at.number else self.parts(data, pager.at)))
        return [item for key, item in zip(keys, items, strict=True) if key in new]

    async def next_page(self, pager: Pager, visit: Visit) -> tuple[Any, list[Any]] | None:
        """What the pager asks next; None if it failed. A host that has enough of us ends the crawl, not the reading."""
        assert pager.at
        ask = self.page(visit.task, pager.at)
        try:
            return self.read_page(await self.ask(self.checked(ask, visit.task), visit))
        except Forbidden as failure:
            visit.note(failure, ask.url)
            pager.skip(is_lacking=False)
        except BoardFailure as failure:
            if failure.verdict in (Verdict.BLOCKED, Verdict.PARTIAL):
                visit.waiting = failure.reason
                visit.retry_after = max(visit.retry_after, failure.retry_after)
            else:
                visit.note(failure, ask.url)
                pager.skip()
        return None

    def checked(self, ask: Ask, task: BoardTask) -> Ask:
        """The request, if it stays on the board's host: a next address comes from the board. Raises BoardFailure."""
        if not is_same_site(self.address(task), ask.url):
            raise BoardFailure(Verdict.ERROR, f"its list goes on at {ask.url[:200]}, which is another site")
        return ask

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


class DetailSpider(PagedSpider):
    """A list of JSON pages, or one, and a page for each posting. A source says how it is asked for, and maps both."""

    detail_key = ""  # where the posting stands in its page, dotted
    list_share = LIST_SHARE

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        """What asks for the page of a row."""
        raise NotImplementedError

    def stamp(self, item: dict[str, Any]) -> str:  # noqa: ARG002 - for sources that have one
        """What the list says of a posting that changes when the posting does; empty where it says nothing such."""
        return ""

    def is_shown(self, item: dict[str, Any]) -> bool:  # noqa: ARG002 - for sources that hide some
        """Whether the board means to show the row; what is not shown is not asked for."""
        return True

    def merged(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The row with what its page says, for `posting`. Raises ParseError if it is not such a page."""
        data = dig(read_json(body), self.detail_key)
        if not isinstance(data, dict):
            raise ParseError(f"JSON that holds no object {self.detail_key!r}" if data is not None else looks_like(body))
        return {**item, **data}

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """A saved page of the list, without texts, or the page of one posting. Raises ParseError."""
        if not isinstance(self.items(read_json(body)), list):
            return self.map_rows([self.merged({}, body)], task)
        return super().read_saved(body, task)

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        listed: dict[str, dict[str, Any]] = {}
        async for found in self.read_list(response, visit):
            for item in found:
                if isinstance(item, dict) and self.native_id(item) and self.is_shown(item):
                    listed.setdefault(self.native_id(item), item)
        visit.end.seen |= listed.keys()
        async for posting in self.read_details(listed, visit):
            yield posting

    def read_details(self, listed: dict[str, dict[str, Any]], visit: Visit) -> AsyncIterator[RawPosting]:
        """Read the pages that are new, changed, or not read for long, as far as the visit goes."""
        stamps = {key: self.stamp(item) for key, item in listed.items()}
        known = {key: visit.task.stamps.get(key, "") for key in visit.task.known}
        planned = plan(stamps, known, visit.task.checked, now())
        return self.read_planned(planned, visit, lambda key: self.read_detail(key, listed[key], stamps[key], visit))

    async def read_detail(self, key: str, item: dict[str, Any], stamp: str, visit: Visit) -> list[RawPosting]:
        """The posting of one page; one that is gone is not listed, whatever the list says."""
        ask = self.detail(visit.task, item)
        try:
            response = await self.ask(self.checked(ask, visit.task), visit)
            found = self.merged(item, response.body)
        except ParseError as error:
            visit.note(misread(error, response), ask.url)
            return []
        except BoardFailure as failure:
            if failure.verdict is Verdict.GONE:
                visit.end.seen.discard(key)
            else:
                visit.note(failure, ask.url)
            return []
        reading = self.map_rows([found], visit.task)
        visit.took(reading)
        visit.end.checked |= dict.fromkeys({key, *reading.seen}, stamp)
        return reading.postings
