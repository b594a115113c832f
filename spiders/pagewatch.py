"""A page that is only watched."""

from collections.abc import AsyncIterator
from typing import Any

from parsel import Selector
from scrapy.http import Response

from models import BoardEnd, BoardPage, BoardTask, SourceKind, Verdict
from spiders.base.board import BoardSpider, Reading, header
from spiders.base.embedded import page_of
from spiders.base.errors import BoardFailure
from spiders.base.markup import is_reserved
from spiders.base.values import digest, text
from spiders.base.verdicts import challenged, is_challenge
from spiders.base.visit import now

UNSEEN = "//script | //style | //template | //noscript | //svg"


class PagewatchSpider(BoardSpider):
    """Careers pages that state no postings: all that is told is that the page changed.

    Source: any page, the board's `url`; `rendered` opens it in a browser. The last resort, where nothing else reads it.
    API: none; the page's text without its markup is kept as a digest.
    Caveats: It has no postings, so searches do not find it: the operator is told of each change. A page with a clock or
        a counter changes always: option `part`, a CSS selector, names what is watched.
    """

    name = "pagewatch"
    kind = SourceKind.EMPLOYER
    needs_url = True

    def address(self, task: BoardTask) -> str:
        if not task.url:
            raise BoardFailure(Verdict.ERROR, f"{task.name} has no url; give it the page that is to be watched")
        return task.url

    def meta(self, task: BoardTask) -> dict[str, Any]:
        return super().meta(task) | ({"playwright": True} if task.is_rendered else {})

    def validators(self, task: BoardTask) -> dict[str, str]:
        return {} if task.is_rendered else super().validators(task)

    def read_saved(self, body: bytes, task: BoardTask) -> Reading:  # noqa: ARG002 - no page of it holds a posting
        return Reading()

    async def crawl(self, response: Response, task: BoardTask, end: BoardEnd) -> AsyncIterator[BoardPage]:
        """Note the page's digest, and when it became another."""
        page = page_of(response.body)
        if is_reserved(page, header(response, "tdm-reservation")):
            raise BoardFailure(Verdict.BLOCKED, f"{task.url} reserves text and data mining; ask its owner")
        told = words_of(page, text(task.options.get("part")))
        if is_challenge(response.body):
            raise challenged(response.url)
        if not told:
            raise BoardFailure(Verdict.ERROR, NOTHING.format(task.name))
        before, seen = text(task.cursor.get("page")), digest(told)
        end.cursor = dict(task.cursor) | {"page": seen}
        if before and before != seen:
            end.cursor["changed"] = now().isoformat(timespec="seconds")
        for none in list[BoardPage]():  # it has no postings
            yield none

    def ended(self, response: Response, end: BoardEnd) -> BoardEnd:
        """A watched page is well without a posting."""
        end.etag, end.last_modified = header(response, "ETag"), header(response, "Last-Modified")
        return end


NOTHING = (
    "{} shows no text to watch: correct the option `part`, or set rendered = true if the page is built in the browser"
)


def words_of(page: Selector, part: str) -> str:
    """The words of a page, or of a part of it, without markup and blanks. Raises BoardFailure for no selector."""
    page.xpath(UNSEEN).drop()
    try:
        roots = page.css(part or "body")
    except (SyntaxError, RuntimeError, ValueError):
        raise BoardFailure(Verdict.ERROR, f"part = {part!r} is no CSS selector; correct it") from None
    return " ".join(" ".join(roots.xpath(".//text()").getall()).split())
