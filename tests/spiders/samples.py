"""Throw-away spiders, one an access pattern: a list in pages, and a list with a page for each posting."""

from typing import Any

from models import BoardTask, RawPosting
from spiders.amazon import AmazonSpider
from spiders.base.board import Ask
from spiders.base.paged import At, DetailSpider, PagedSpider
from spiders.base.values import text
from spiders.workday import WorkdaySpider


class Rows:
    """How the rows of all of them read."""

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        url = f"https://{task.board}.example/jobs/{text(item.get('id'))}"
        return RawPosting(
            self.name,
            task.board,
            text(item.get("id")),
            url,
            text(item.get("title")),
            description=text(item.get("text")),
        )


class OffsetsSpider(Rows, PagedSpider):
    """GET, rows are counted."""

    name = "offsets"
    list_key, total_key, page_size = "data.jobs", "data.total", 10

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"https://{task.board}.example/list?limit={self.page_size}&offset={at.start}")


class PortionsSpider(OffsetsSpider):
    """The same, three requests a crawl."""

    name = "portions"
    portion = 3


class NumbersSpider(OffsetsSpider):
    """GET, pages are counted; the source says no total."""

    name = "numbers"
    total_key = ""

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"https://{task.board}.example/list?page={at.number + 1}")


class TokensSpider(OffsetsSpider):
    """POST, the token of the page before leads on."""

    name = "tokens"
    token_key = "data.next"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"https://{task.board}.example/list", {"token": at.token})


class LinksSpider(OffsetsSpider):
    """GET, an address leads on."""

    name = "links"
    token_key = "data.next"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(at.token or f"https://{task.board}.example/list")


class CappedSpider(OffsetsSpider):
    """POST, at most forty rows for one question; offices split it."""

    name = "capped"
    cap = 40

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"https://{task.board}.example/list", {"offset": at.start, "office": at.part})

    def parts(self, data: Any, at: At) -> list[Any]:
        return data["data"]["offices"] if at.part is None else []


class DetailsSpider(Rows, DetailSpider):
    """A list with dates, and a page for each."""

    name = "details"
    list_key, total_key, page_size, detail_key = "jobs", "total", 10, "job"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"https://{task.board}.example/list?offset={at.start}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"https://{task.board}.example/job/{item['id']}")

    def stamp(self, item: dict[str, Any]) -> str:
        return text(item.get("updated"))

    def is_shown(self, item: dict[str, Any]) -> bool:
        return not item.get("hidden")


class SomeDetailsSpider(DetailsSpider):
    """The same, ten requests a crawl."""

    name = "somedetails"
    portion = 10


class SmallWorkdaySpider(WorkdaySpider):
    """Workday, sixty rows for one question."""

    name = "smallworkday"
    cap = 60


class SlowWorkdaySpider(WorkdaySpider):
    """Workday, five rows a page, twenty requests a crawl."""

    name = "slowworkday"
    page_size, portion = 5, 20


class SmallAmazonSpider(AmazonSpider):
    """Amazon, forty rows for one question, ten a page."""

    name = "smallamazon"
    cap, page_size = 40, 10


CLASSES = (
    OffsetsSpider, PortionsSpider, NumbersSpider, TokensSpider, LinksSpider, CappedSpider, DetailsSpider,
    SomeDetailsSpider, SmallWorkdaySpider, SlowWorkdaySpider, SmallAmazonSpider,
)  # fmt: skip
SPIDERS = {spider.name: spider for spider in CLASSES}
