"""The base for boards that come whole in one JSON answer."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from models import BoardEnd, BoardPage, BoardTask, Verdict
from spiders.base.board import BoardSpider, Reading, pages
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.values import fields, looks_like, read_json
from spiders.base.verdicts import misread


class FeedSpider(BoardSpider):
    """One request, one JSON document, all postings. A source names the list's key and maps a row."""

    list_key = ""  # the key of the list in the document; empty: the document is the list

    def items(self, data: Any) -> Any:
        """The document's list; whatever is no list means that it is not this source's."""
        return fields(data).get(self.list_key) if self.list_key else data

    def total(self, data: Any) -> int | None:  # noqa: ARG002 - for sources that know
        """How many postings the document says there are, where it does."""
        return None

    def read(self, body: bytes, task: BoardTask) -> tuple[Reading, int | None, int]:
        """A body's reading, the count it states, and its rows. Raises ParseError if it is not this source's."""
        data = read_json(body)
        items = self.items(data)
        if not isinstance(items, list):
            wanted = f"no list {self.list_key!r}" if self.list_key else "no list"
            raise ParseError(f"JSON that holds {wanted}" if data is not None else looks_like(body))
        return self.map_rows(items, task), self.total(data), len(items)

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:
        """As `read`, saying whose answer it is not."""
        try:
            return self.read(body, task)[0]
        except ParseError as error:
            raise ParseError(f"this is no answer of {self.name}: {error}") from None

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
