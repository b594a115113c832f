"""Uber."""

from typing import Any

from models import BoardTask, RawPlace, RawPosting, SourceKind
from spiders.base.board import Ask
from spiders.base.paged import At, PagedSpider
from spiders.base.values import dig, distinct, fields, number, rows, text

SEARCH = "https://www.uber.com/api/loadSearchJobsResults?localeCode=en"


class UberSpider(PagedSpider):
    """Uber's own careers site.

    Source: www.uber.com/careers/list; one board.
    API: none is documented; POST /api/loadSearchJobsResults, 100 a page, with the texts.
    Caveats: `limit` and `page` stand at the top of what is asked, else the same postings come for ever. Texts are
        Markdown. Its robots.txt may keep us out, which is obeyed.
    """

    name = "uber"
    kind = SourceKind.EMPLOYER
    domains = ("uber.com",)
    urls = (
        r"(?:www\.)?(?P<board>uber)\.com/(?:[a-z]{2,6}/)?(?:[a-z]{2}(?:-[a-z]{2})?/)?careers/list/(?P<id>\d+)",
        r"jobs\.(?P<board>uber)\.com/(?:[a-z]{2}/)?jobs/(?P<id>\d+)",
        r"jobs\.(?P<board>uber)\.com/",
        r"(?:www\.)?(?P<board>uber)\.com/(?:[a-z]{2,6}/)?(?:[a-z]{2}(?:-[a-z]{2})?/)?careers",
    )
    canonical = "https://www.uber.com/careers/list/{id}"
    is_strict = False
    list_key, page_size = "data.results", 100

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - there is one board
        return Ask(SEARCH, {"limit": self.page_size, "page": at.number, "params": {}}, {"x-csrf-token": "x"})

    def total(self, data: Any) -> int | None:
        total = dig(data, "data.totalResults")
        return number(total.get("low") if isinstance(total, dict) else total)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key = text(item.get("id"))
        where = rows(item.get("allLocations")) or [fields(item.get("location"))]
        return RawPosting(
            self.name, task.board, key, f"https://www.uber.com/global/en/careers/list/{key}", text(item.get("title")),
            company=task.company, description=text(item.get("description")),
            places=distinct(map(place_of, where)),
            posted=text(item.get("creationDate")), updated=text(item.get("updatedDate")),
            employment_type=text(item.get("timeType")) or text(item.get("type")),
            department=text(item.get("team")) or text(item.get("department")),
        )  # fmt: skip


def place_of(row: dict[str, Any]) -> RawPlace:
    country = text(row.get("countryName")) or text(row.get("country"))
    return RawPlace("", text(row.get("city")), text(row.get("region")), country)
