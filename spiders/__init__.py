"""The spiders: one a source, found by the source's name; and `parse`, which reads a saved answer without a network."""

from dataclasses import dataclass, field

from parsel import Selector

from models import BoardTask, RawPosting
from spiders.ashby import AshbySpider
from spiders.base.board import BoardSpider, Reading
from spiders.base.errors import ParseError
from spiders.base.feed import FeedSpider
from spiders.base.listing import ListingSpider
from spiders.base.markup import clean
from spiders.greenhouse import GreenhouseSpider
from spiders.jsonld import JsonldSpider
from spiders.lever import LeverSpider
from spiders.recruitee import RecruiteeSpider

__all__ = ["SPIDERS", "ParseError", "ParseResult", "parse"]

CLASSES: list[type[BoardSpider]] = [AshbySpider, GreenhouseSpider, JsonldSpider, LeverSpider, RecruiteeSpider]
SPIDERS: dict[str, type[BoardSpider]] = {spider.name: spider for spider in CLASSES}


@dataclass(slots=True)
class ParseResult:
    """What a saved answer held. `skipped` counts postings that could not be read; `problems` says why."""

    postings: list[RawPosting]
    skipped: int = 0
    problems: list[str] = field(default_factory=list)


def parse(source: str, body: bytes, board: str = "", url: str = "") -> ParseResult:
    """The raw postings of a saved answer of `source`. Raises ParseError if it is not one."""
    if source not in SPIDERS:
        raise ParseError(f"there is no source {source!r}; known: {', '.join(sorted(SPIDERS))}")
    reading = read(SPIDERS[source](), body, BoardTask(0, source, board, url=url))
    return ParseResult(reading.postings, reading.skipped, reading.problems)


def read(spider: BoardSpider, body: bytes, task: BoardTask) -> Reading:
    if isinstance(spider, FeedSpider):
        try:
            return spider.read(body, task)[0]
        except ParseError as error:
            raise ParseError(f"this is no answer of {spider.name}: {error}") from None
    assert isinstance(spider, ListingSpider)
    return read_page(spider, body, task)


def read_page(spider: ListingSpider, body: bytes, task: BoardTask) -> Reading:
    """The postings of a web page; without a URL it is named by its own canonical one."""
    page = Selector(text=clean(body.decode("utf-8", "replace")), type="html")
    url = task.url or page.xpath('//link[@rel="canonical"]/@href | //meta[@property="og:url"]/@content').get(default="")
    rows = spider.rows_of(page, url, is_list=True)
    rows = spider.rows_of(page, url) if len(rows) == 1 else rows
    if not rows:
        raise ParseError("this page holds no JobPosting; it may be built in the browser, or be no posting")
    return spider.map_rows(rows, task)
