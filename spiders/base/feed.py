"""The bases for boards that come whole in one answer: JSON, or RSS."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from models import BoardEnd, BoardPage, BoardTask, Verdict
from spiders.base.board import BoardSpider, Reading, pages
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.remains import Remains
from spiders.base.values import dig, fields, looks_like, many, text
from spiders.base.verdicts import misread
from spiders.base.xml import read_xml


class FeedSpider(BoardSpider):
    """One request, one document, all postings. A source names the list's key and maps a row."""

    list_key = ""  # where the list stands in the document, dotted; empty: the document is the list

    def items(self, data: Any) -> Any:
        """The document's list; whatever is no list means that it is not this source's."""
        return dig(data, self.list_key)

    def total(self, data: Any) -> int | None:  # noqa: ARG002 - for sources that know
        """How many postings the document says there are, where it does."""
        return None

    def read(self, body: bytes, task: BoardTask) -> tuple[Reading, int | None, int]:
        """A body's reading, the count it states, and its rows. Raises ParseError if it is not this source's."""
        data = self.load(body)
        items = self.items(data)
        if not isinstance(items, list):
            wanted = f"no list {self.list_key!r}" if self.list_key else "no list"
            raise ParseError(f"JSON that holds {wanted}" if data is not None else looks_like(body))
        return self.map_rows(items, task), self.total(data), len(items)

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """As `read`, saying whose answer it is not; the answer for one posting is read too."""
        try:
            return self.read(body, task)[0]
        except ParseError as error:
            if found := self.read_one(body, task):
                return found
            raise ParseError(f"this is no answer of {self.name}: {error}") from None

    def read_one(self, body: bytes, task: BoardTask) -> Reading | None:
        """A saved answer that is a row of the list by itself, under the list's name in the singular or bare."""
        data = fields(self.load(body))
        row = fields(data.get(self.list_key.removesuffix("s"))) or data
        found = self.map_rows([row], task)
        return found if any(one.native_id and one.title for one in found.postings) else None

    def may_be_skipped(self, end: BoardEnd) -> bool:
        """One answer is the whole board: the same again, truncated or not, tells nothing new."""
        return end.verdict is Verdict.TRUNCATED or super().may_be_skipped(end)

    async def crawl(self, response: Response, task: BoardTask, end: BoardEnd) -> AsyncIterator[BoardPage]:
        """Read the one answer; a count that does not agree makes the crawl truncated."""
        try:
            reading, total, found = self.read(response.body, task)
        except ParseError as error:
            raise misread(error, response) from None
        end.seen, end.skipped = reading.seen, reading.skipped
        for page in pages(task, reading.postings):
            yield page
        judge(reading, total, found, end)
        remains = Remains(task.known)
        remains.look_at(response.body)
        end.unsure = remains.doubt(end.seen, reading.hidden, reading.nameless)
        end.is_loose = remains.is_markup


class RssSpider(FeedSpider):
    """One RSS feed; a row is an item, its elements by their names, without namespaces."""

    list_key = "channel.item"

    def load(self, body: bytes) -> Any:
        return read_xml(body, "rss")

    def items(self, data: Any) -> Any:
        channel = fields(data).get("channel")
        return many(fields(channel).get("item")) if channel is not None else None

    def native_id(self, item: Any) -> str:
        return text(fields(item).get("guid")) or text(fields(item).get("link"))


def judge(reading: Reading, total: int | None, found: int, end: BoardEnd) -> None:
    """Note in `end` what the counts say. Raises BoardFailure when no row could be read."""
    if reading.listed and not reading.postings:
        raise BoardFailure(
            Verdict.ERROR, f"none of {reading.listed} postings could be read ({reading.problems[0]}); "
            "the source has changed its format: report it",
        )  # fmt: skip
    if total is not None and total != found:
        end.verdict = Verdict.TRUNCATED
        end.reason = f"the board says it has {total} postings and sent {found}; nothing is closed, it is crawled again"
    elif reading.nameless * 10 > reading.listed:
        end.verdict = Verdict.TRUNCATED
        end.reason = f"{reading.nameless} of {reading.listed} postings had no id; nothing is closed: report the format"
