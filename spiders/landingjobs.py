"""Landing.jobs."""

import re
from typing import Any

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.copied import own_words
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import paid
from spiders.base.values import fields, flag, joined, rows, text

COMPANY = re.compile(r"/at/([\w-]+)")
PARTS = ("role_description", "main_requirements", "nice_to_have", "perks")


class LandingjobsSpider(PagedSpider):
    """Jobs at Landing.jobs, most of them in Portugal.

    Source: landing.jobs; its one board is named as you like.
    API: https://landing.jobs/api/v1/jobs?limit=50&offset=N, a bare list.
    Caveats: An ad does not say whose it is: the company is what its address says (`/at/{company}/`). Where the text
        stands differs.
    """

    name = "landingjobs"
    kind = SourceKind.BOARD
    domains = ("landing.jobs",)
    urls = (
        r"(?:www\.)?landing\.jobs/at/(?P<key>[^/?]+/[^/?]+)",
        r"(?:www\.)?(?P<board>landing)\.jobs/?(?:api/|jobs|\?|$)",
    )
    canonical = "https://landing.jobs/at/{key}"
    is_strict = False
    attribution = "Source: Landing.jobs"
    reuse = Reuse.LINK_ONLY
    page_size = 50

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        return Ask(f"https://landing.jobs/api/v1/jobs?limit={self.page_size}&offset={at.start}")

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        url, remote = text(item.get("url")), flag(item.get("remote"))
        low, high = text(item.get("gross_salary_low")), text(item.get("gross_salary_high"))
        return RawPosting(
            self.name, task.board, text(item.get("id")), url, text(item.get("title")), company=company_of(item, url),
            description=own_words(joined(*(text(item.get(part)) for part in PARTS)), "landing.jobs"),
            places=[RawPlace("", text(row.get("city")), "", country(row)) for row in rows(item.get("locations"))],
            posted=text(item.get("published_at")) or text(item.get("created_at")), updated=text(item.get("updated_at")),
            valid_through=text(item.get("expires_at")), employment_type=text(item.get("type")),
            workplace="remote" * (remote is True), is_remote=remote,
            pay=paid(low, high, item.get("currency_code"), "year"),
        )  # fmt: skip


def country(place: dict[str, Any]) -> str:
    return text(place.get("country_code")) or text(place.get("country"))


def company_of(item: dict[str, Any], url: str) -> str:
    """The company's name, else what the address calls it."""
    named = text(item.get("company_name")) or text(fields(item.get("company")).get("name"))
    found = COMPANY.search(url)
    return named or (found[1].replace("-", " ").title() if found else "")
