"""Reed."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.paged import At, DetailSpider
from spiders.base.parts import paid
from spiders.base.secrets import Unsaid, basic
from spiders.base.values import digest, flag, joined_by, text

QUERIES = ("machine learning", "artificial intelligence", "llm")
DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
API = "https://www.reed.co.uk/api/1.0"


class ReedSpider(DetailSpider):
    """Jobs in the United Kingdom at Reed.

    Source: www.reed.co.uk; its one board is named as you like.
    API: https://www.reed.co.uk/developers/jobseeker, GET /api/1.0/search, a hundred a page, and /api/1.0/jobs/{id} for
        the whole text, with a free key.
    Caveats: What the phrases of option `queries`, a list, find is read. Dates are written day first. Agencies' ads name
        the agency. What may be shown of them its terms do not say openly, so it is for yourself alone.
    """

    name = "reed"
    kind = SourceKind.BOARD
    domains = ("reed.co.uk",)
    urls = (
        r"(?:www\.)?reed\.co\.uk/(?:jobs/[^/?]+|api/1\.0/jobs)/(?P<id>\d{6,})",
        r"(?:www\.)?(?P<board>reed)\.co\.uk/?(?:api/|jobs|\?|$)",
    )
    canonical = "https://www.reed.co.uk/jobs/{id}"
    is_strict = False
    needs_key = "KEY"
    attribution = "Source: Reed.co.uk"
    reuse = Reuse.PRIVATE
    rest = timedelta(hours=3)
    asked = ("queries", QUERIES)
    list_key, total_key, id_key, page_size = "results", "totalResults", "jobId", 100

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        query = {"keywords": at.part, "resultsToTake": self.page_size, "resultsToSkip": at.start}
        return Ask(f"{API}/search?{urlencode(query)}")

    def signed(self, *parts: str) -> Unsaid:
        return Unsaid({"Authorization": basic(parts[0], "")})

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:  # noqa: ARG002 - it has one board
        return Ask(f"{API}/jobs/{self.native_id(item)}")

    def stamp(self, item: dict[str, Any]) -> str:
        told = ("jobTitle", "locationName", "minimumSalary", "maximumSalary", "date", "expirationDate")
        return digest(*(item.get(name) for name in told))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        native_id, place = self.native_id(item), text(item.get("locationName"))
        return RawPosting(
            self.name, task.board, native_id, text(item.get("jobUrl")) or f"https://www.reed.co.uk/jobs/{native_id}",
            text(item.get("jobTitle")), company=text(item.get("employerName")),
            apply_url=text(item.get("externalUrl")), description=text(item.get("jobDescription")),
            places=[RawPlace(place, country="GB")] if place else [],
            posted=day(text(item.get("datePosted")) or text(item.get("date"))),
            valid_through=day(text(item.get("expirationDate"))), employment_type=kind_of(item),
            pay=paid(*(item.get(name) for name in ("minimumSalary", "maximumSalary", "currency", "salaryType"))),
        )  # fmt: skip


def day(date: str) -> str:
    """A date that was written day first, year first."""
    return DAY.sub(lambda found: f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}", date)


def kind_of(item: dict[str, Any]) -> str:
    """Its hours, and its contract where that is not the usual one."""
    contract = text(item.get("contractType"))
    hours = ["full-time"] * (flag(item.get("fullTime")) is True) + ["part-time"] * (flag(item.get("partTime")) is True)
    return joined_by(", ", *hours, contract * (contract.lower() != "permanent"))
