"""The base for boards whose list comes in pages and has a page of its own for each posting; the other one by name."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson
from scrapy.http import Response

from models import BoardTask, RawPosting, Verdict
from spiders.base.addresses import ADDRESSES
from spiders.base.board import Ask, Reading
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.lists import PagedSpider
from spiders.base.pager import At
from spiders.base.values import dig, digest, is_said, looks_like
from spiders.base.verdicts import misread
from spiders.base.visit import Visit, now, plan

__all__ = ["At", "DetailSpider", "PagedSpider"]

LIST_SHARE = 0.8  # of a crawl that its list may take where postings have pages of their own
ENOUGH = 0.25  # of a crawl: from then on no more is listed than can be read


@dataclass(slots=True)
class Row:
    """A row of a list whose postings have pages of their own, packed, for a list may be long; and its stamp."""

    packed: Any
    stamp: str

    @classmethod
    def of(cls, item: dict[str, Any], stamp: str) -> "Row":
        """The row, packed where it is such as JSON can hold."""
        try:
            return cls(orjson.dumps(item).decode(), stamp)  # as text, for its bytes keep a buffer of 4 KB
        except TypeError:
            return cls(item, stamp)

    @property
    def item(self) -> dict[str, Any]:
        """What the list says of the posting."""
        found: dict[str, Any] = orjson.loads(self.packed) if isinstance(self.packed, str) else self.packed
        return found


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

    def meet(self, item: dict[str, Any], other: dict[str, Any]) -> None:
        """Take from another row of the same posting what it says more; for sources with a row a place."""

    def single(self, data: Any) -> Any:
        """The posting of its page; whatever is no object means that it is not such a page."""
        return dig(data, self.detail_key)

    def merged(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        """The row with what its page says, for `posting`. Raises ParseError if it is not such a page."""
        data = self.single(self.load(body))
        if not isinstance(data, dict):
            raise ParseError(f"JSON that holds no object {self.detail_key!r}" if data is not None else looks_like(body))
        return {**item, **{name: value for name, value in data.items() if name not in item or is_said(value)}}

    def row_of(self, task: BoardTask) -> dict[str, Any]:
        """What the address of a saved page says of its posting, as a row would."""
        found = ADDRESSES.find(task.url) if task.url else None
        return {self.id_key: found.native_id} if found and found.source == self.name and found.native_id else {}

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """A saved page of the list, without texts, or the page of one posting. Raises ParseError."""
        if not isinstance(self.items(self.load(body)), list):
            row = self.merged(self.row_of(task), body)
            reading = self.map_rows([row], task)
            return reading if reading.postings else self.read_nameless(row, task)
        return super().read_saved(body, task)

    def read_nameless(self, row: dict[str, Any], task: BoardTask) -> Reading:
        """A saved page that nothing names: it is named by what it says, and its address is what is said of it."""
        reading = self.map_rows([{**row, self.id_key: digest(row)}], task)
        for posting in reading.postings:
            posting.url, posting.canonical_url = task.url, ADDRESSES.canonical_url(task.url)
        return reading

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        listed: dict[str, Row] = {}
        async for found in self.read_list(response, visit):
            for item in found:
                self.take_row(item, listed, visit)
        async for posting in self.read_details(listed, visit):
            yield posting
        if visit.unread:
            self.list_again(visit)

    def has_enough(self, visit: Visit) -> bool:
        """Whether no more pages can be read than what was listed owes: the rest is listed when those are read."""
        left = visit.left()
        return visit.owed >= left and visit.asked >= ENOUGH * (visit.asked + left)

    def list_again(self, visit: Visit) -> None:
        """Let the next crawl begin where this one began: of what was listed, pages are left that it must ask for."""
        begun = visit.task.cursor.get("list")
        (visit.end.cursor or {}).pop("list", None)
        if begun:
            visit.noted("list").update(begun)

    def take_row(self, item: Any, listed: dict[str, Row], visit: Visit) -> None:
        """Note a row of the list. One that cannot be read costs only itself, and counts as listed if it has an id."""
        key = self.native_id(item)
        visit.rows += 1
        visit.nameless += not key
        try:
            if not self.is_shown(item):
                visit.closed.add(key)
                return
            self.detail(visit.task, item)  # a row that does not say where its page is cannot be read
            row = Row.of(item, self.stamp(item)) if key else None
        except Exception as error:  # noqa: BLE001 - a poison row must only cost itself
            visit.problem = visit.problem or f"{type(error).__name__}: {error}"[:200]
            row = None
        visit.end.skipped += row is None
        visit.end.seen |= {key} if key else set()
        if row and key in listed:
            first = listed[key].item
            self.meet(first, item)
            listed[key] = Row.of(first, listed[key].stamp)
        elif row:
            listed[key] = row
            is_known = key in visit.task.known and (not row.stamp or visit.task.stamps.get(key, "") == row.stamp)
            visit.owed += not is_known

    def read_details(self, listed: dict[str, Row], visit: Visit) -> AsyncIterator[RawPosting]:
        """Read the pages that are new, changed, or not read for long, as far as the visit goes."""
        stamps = {key: row.stamp for key, row in listed.items()}
        known = {key: visit.task.stamps.get(key, "") for key in visit.task.known}
        planned = plan(stamps, known, visit.task.checked, now())
        return self.read_planned(planned, visit, lambda key: self.read_detail(key, listed.pop(key), visit))

    async def read_detail(self, key: str, row: Row, visit: Visit) -> list[RawPosting]:
        """The posting of one page; one that is gone is not listed, whatever the list says."""
        item = row.item
        ask = self.detail(visit.task, item)
        try:
            response = await self.ask(ask, visit)
            found = self.merged(item, response.body)
        except ParseError as error:
            visit.note(misread(error, response), ask.url)
            return []
        except BoardFailure as failure:
            if failure.verdict is Verdict.GONE:
                visit.lose(key)
            else:
                visit.note(failure, ask.url)
            return []
        reading = self.map_rows([found], visit.task)
        visit.took(reading)
        visit.end.checked |= dict.fromkeys({key, *reading.seen}, row.stamp)
        return reading.postings
