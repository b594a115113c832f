"""USAJOBS, the jobs of the United States' government."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from models import BoardTask, RawPay, RawPlace, RawPosting, SourceKind
from spiders.base.board import Ask
from spiders.base.paged import At, PagedSpider
from spiders.base.secrets import Unsaid
from spiders.base.values import dig, fields, flag, joined, joined_by, many, names, rows, text

QUERIES = ("artificial intelligence", "machine learning", "data scientist")
PORT = re.compile(r"^(https://[^/:]+):443(?=/|$)")
DETAILS = ("JobSummary", "MajorDuties", "Requirements", "KeyRequirements", "Education", "OtherInformation")


class UsajobsSpider(PagedSpider):
    """Jobs of the United States' government.

    Source: www.usajobs.gov; its one board is named as you like.
    API: https://developer.usajobs.gov/api-reference/get-api-search, GET /api/Search, 500 a page, with a free key.
    Caveats: The key goes with the e-mail address that it was asked for with. What the phrases of option `queries`, a
        list, find is read. A place may come hundredfold. Addresses name their port. The text is in several fields.
    """

    name = "usajobs"
    kind = SourceKind.EMPLOYER
    domains = ("usajobs.gov",)
    urls = (
        r"(?:www\.)?usajobs\.gov(?::443)?/(?:job|GetJob/ViewDetails)/(?P<id>\d+)",
        r"(?:www\.|data\.)?(?P<board>usajobs)\.gov/?(?:api/|search|\?|$)",
    )
    canonical = "https://www.usajobs.gov/job/{id}"
    is_strict = False
    needs_key = "EMAIL:KEY"
    attribution = "Source: USAJOBS"
    rest = timedelta(hours=3)
    asked = ("queries", QUERIES)
    list_key, total_key = "SearchResult.SearchResultItems", "SearchResult.SearchResultCountAll"
    id_key, page_size = "MatchedObjectId", 500

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        query = {"Keyword": at.part, "ResultsPerPage": self.page_size, "Page": at.number + 1, "Fields": "Full"}
        return Ask(f"https://data.usajobs.gov/api/Search?{urlencode(query)}")

    def signed(self, *parts: str) -> Unsaid:
        return Unsaid({"User-Agent": parts[0], "Authorization-Key": parts[1]})

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        job = fields(item.get("MatchedObjectDescriptor")) or item
        told = fields(dig(job, "UserArea.Details"))
        remote, kinds = (
            flag(told.get("RemoteIndicator")),
            (job.get("PositionSchedule"), job.get("PositionOfferingType")),
        )
        return RawPosting(
            self.name, task.board, self.native_id(item) or text(job.get("PositionID")),
            PORT.sub(r"\1", text(job.get("PositionURI"))), text(job.get("PositionTitle")),
            company=text(job.get("OrganizationName")) or text(job.get("DepartmentName")),
            apply_url=PORT.sub(r"\1", next(iter(names(job.get("ApplyURI"))), "")),
            description=description(job, told), places=[place_of(row) for row in rows(job.get("PositionLocation"))],
            requisition_id=text(job.get("PositionID")),
            posted=text(job.get("PublicationStartDate")) or text(job.get("PositionStartDate")),
            valid_through=text(job.get("ApplicationCloseDate")) or text(job.get("PositionEndDate")),
            employment_type=joined_by(", ", *(text(row.get("Name")) for kind in kinds for row in rows(kind))),
            workplace="remote" * (remote is True), is_remote=remote,
            pay=[pay_of(row) for row in rows(job.get("PositionRemuneration"))],
            department=text(job.get("DepartmentName")),
        )  # fmt: skip


def description(job: dict[str, Any], told: dict[str, Any]) -> str:
    parts = [part for name in DETAILS for part in map(text, many(told.get(name)))]
    return joined(*parts, text(job.get("QualificationSummary")))


def place_of(row: dict[str, Any]) -> RawPlace:
    """A place; its city's name holds the state too, and its country's code is a name."""
    return RawPlace(text(row.get("LocationName")), country=text(row.get("CountryCode")))


def pay_of(row: dict[str, Any]) -> RawPay:
    period = text(row.get("Description")) or text(row.get("RateIntervalCode"))
    return RawPay(text(row.get("MinimumRange")), text(row.get("MaximumRange")), "USD", period)
