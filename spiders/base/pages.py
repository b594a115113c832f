"""The base for boards whose list says little, and whose postings are web pages that state a schema.org JobPosting."""

from collections.abc import AsyncIterator
from typing import Any

from scrapy.http import Response

from models import BoardTask, RawPosting
from spiders.base import schema_org
from spiders.base.board import Reading
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.markup import job_postings
from spiders.base.paged import DetailSpider, Row
from spiders.base.values import fields, is_object
from spiders.base.verdicts import is_challenge
from spiders.base.visit import Visit

AT_ONCE = "_next"  # a list comes at once where nothing leads on


class PagesSpider(DetailSpider):
    """A list in one answer, and a web page a posting. A source says how they are asked for, and maps a row.

    What a page states stands in its row as `_page`; `completed` takes from there what the list does not say.
    """

    token_key = AT_ONCE

    def is_whole(self, item: dict[str, Any]) -> bool:  # noqa: ARG002 - for sources whose lists hold texts
        """Whether the list shows a row in full, so that its page need not be read."""
        return False

    async def gather(self, response: Response, visit: Visit) -> list[Any]:
        """Every row of the list."""
        return [item async for found in self.read_list(response, visit) for item in found]

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
        if body.lstrip()[:1] == b"<" and (stated := self.stated(body)):
            return self.map_rows([{**self.row_of(task), "_page": stated}], task)
        return self.map_rows(self.rows_in(self.load(body), body), task)


def completed(raw: RawPosting, page: Any) -> RawPosting:
    """The posting that a list shows, with what its page states where the list says nothing."""
    for name, value in schema_org.facts(fields(page)).items():
        if name != "requisition_id" and value and not getattr(raw, name):  # a page's identifier is often its own
            setattr(raw, name, value)
    return raw
