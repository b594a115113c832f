"""Himalayas."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.copied import own_words
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import paid
from spiders.base.values import fields, many, number, text

QUERIES = ("machine learning", "artificial intelligence", "AI engineer", "LLM", "computer vision", "data scientist")
NEWEST = 100  # of a query


class HimalayasSpider(PagedSpider):
    """Remote jobs at Himalayas.

    Source: himalayas.app; its one board is named as you like.
    API: https://himalayas.app/api, GET /jobs/api/search?q=…&sort=recent&page=N, twenty a page.
    Caveats: It copies some 95,000 ads and asks not to be copied whole: the newest hundred of each of a few queries are
        read; option `queries`, a list, says others. Its links and closing words in texts are cut out. Dates count
        seconds, or milliseconds. It answers 429 after some 150 quick pages.
    """

    name = "himalayas"
    kind = SourceKind.AGGREGATOR
    domains = ("himalayas.app",)
    urls = (
        r"(?:www\.)?himalayas\.app/companies/(?P<key>[^/?]+/jobs/[^/?]+)",
        r"(?:www\.)?(?P<board>himalayas)\.app/?(?:jobs|\?|$)",
    )
    canonical = "https://himalayas.app/companies/{key}"
    is_strict = False
    attribution = "Source: Himalayas"
    reuse = Reuse.LINK_ONLY
    rest = timedelta(hours=3)
    window = timedelta(days=45)
    asked = ("queries", QUERIES)
    list_key, id_key, page_size = "jobs", "guid", 20
    is_total_bound = True

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        query = {"q": at.part, "sort": "recent", "page": at.number + 1}
        return Ask(f"https://himalayas.app/jobs/api/search?{urlencode(query)}")

    def total(self, data: Any) -> int | None:
        """Of the newest that are read; the rest is not lacking."""
        total = number(fields(data).get("totalCount"))
        return NEWEST if total is None else min(total, NEWEST)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        url = text(item.get("applicationLink")) or text(item.get("guid"))
        currency = text(item.get("currency")) or text(item.get("salaryCurrency"))
        return RawPosting(
            self.name, task.board, self.native_id(item) or url, url, text(item.get("title")),
            company=text(item.get("companyName")),
            description=own_words(text(item.get("description")) or text(item.get("excerpt")), "himalayas.app"),
            posted=text(item.get("pubDate")), valid_through=text(item.get("expiryDate")),
            employment_type=", ".join(map(text, many(item.get("employmentType")))), workplace="remote", is_remote=True,
            remote_scope=", ".join(filter(None, map(name_of, many(item.get("locationRestrictions"))))),
            pay=paid(item.get("minSalary"), item.get("maxSalary"), currency, item.get("salaryPeriod")),
        )  # fmt: skip


def name_of(place: Any) -> str:
    """A country by name; some answers hold objects."""
    return text(place) or text(fields(place).get("name"))
