"""The Muse."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.copied import own_words
from spiders.base.paged import At, PagedSpider
from spiders.base.values import dig, fields, number, rows, text

CATEGORIES = ("Data and Analytics", "Software Engineering", "Computer and IT", "Science and Engineering")
NEWEST = 200  # of a category


class ThemuseSpider(PagedSpider):
    """Jobs at The Muse.

    Source: www.themuse.com; its one board is named as you like.
    API: https://www.themuse.com/developers/api/v2, GET /api/public/jobs?category=…&descending=true&page=N, 20 a page.
    Caveats: It has half a million ads and shows two thousand of them for one question: the newest two hundred of each
        of a few categories are read; option `categories`, a list, says others. Over its limit it answers 403.
    """

    name = "themuse"
    kind = SourceKind.AGGREGATOR
    domains = ("themuse.com",)
    urls = (
        r"(?:www\.)?themuse\.com/jobs/(?P<key>[^/?]+/[^/?]+)",
        r"(?:www\.)?(?P<board>themuse)\.com/?(?:api/|jobs|search|\?|$)",
    )
    canonical = "https://www.themuse.com/jobs/{key}"
    is_strict = False
    attribution = "Source: The Muse"
    reuse = Reuse.LINK_ONLY
    rest = timedelta(hours=3)
    window = timedelta(days=30)
    asked = ("categories", CATEGORIES)
    list_key, page_size = "results", 20
    is_total_bound = True

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        query = {"category": at.part, "descending": "true", "page": at.number}
        return Ask(f"https://www.themuse.com/api/public/jobs?{urlencode(query)}")

    def items(self, data: Any) -> Any:
        """The list; the answer for one posting is that posting."""
        return [data] if "contents" in fields(data) else super().items(data)

    def total(self, data: Any) -> int | None:
        """Of the newest that are read; the rest is not lacking."""
        total = number(fields(data).get("total"))
        return NEWEST if total is None else min(total, NEWEST)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        where = [name for row in rows(item.get("locations")) if (name := text(row.get("name")))]
        is_remote = any("remote" in name.lower() for name in where)
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(dig(item, "refs.landing_page")), text(item.get("name")),
            company=text(dig(item, "company.name")), description=own_words(text(item.get("contents")), "themuse.com"),
            places=[RawPlace(name) for name in where if "remote" not in name.lower()] or list(map(RawPlace, where)),
            posted=text(item.get("publication_date")), is_remote=is_remote or None,
            department=", ".join(text(row.get("name")) for row in rows(item.get("categories"))),
        )  # fmt: skip
