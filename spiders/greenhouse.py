"""Greenhouse."""

import html
from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting
from spiders.base.feed import FeedSpider
from spiders.base.transparency import own_ranges, printed, ranges
from spiders.base.values import fields, names, number, rows, text

KINDS = ("employment type", "time type", "employment status", "contract type")  # the employer's own fields
PLACES = ("location type", "workplace type", "workplace", "work location type", "remote type", "work model")
WORKPLACES = {"remote", "hybrid", "onsite", "on-site", "in-office", "in office"}


class GreenhouseSpider(FeedSpider):
    """Boards at Greenhouse.

    Source: boards.greenhouse.io and job-boards.greenhouse.io; a board is named by its token.
    API: https://developers.greenhouse.io/job-board.html, GET /v1/boards/{token}/jobs, the whole board at once.
    Caveats: `content` is HTML that was entity-escaped once. Ids are unique within a board only. There is no field for
        the workplace: it stands in the metadata of some employers, or in place of the location. `updated_at` moves
        without an edit.
    """

    name = "greenhouse"
    domains = ("greenhouse.io",)
    urls = (
        r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/(?:(?P<board>[^/?]+)/)?jobs/(?P<id>\d+)",
        r"boards-api\.greenhouse\.io/v1/boards/(?P<board>[^/?]+)(?:/jobs/(?P<id>\d+))?",
        r"[^/]+/[^?]*\?(?:(?=(?:.*&)?for=(?P<board>[^&]+))|)(?:.*&)?token=(?P<id>\d{4,19})",
        r"[^/]+/embed/job_board[^?]*\?(?:.*&)?for=(?P<board>[^&]+)",
        r"(?:job-)?boards(?:\.eu)?\.greenhouse\.io/(?!embed\b)(?P<board>[^/?]+)",
    )
    canonical = "https://boards.greenhouse.io/jobs/{id}"
    embedded = r"gh_jid=(?P<id>\d{4,19})"
    list_key = "jobs"

    def address(self, task: BoardTask) -> str:
        token = quote(task.board, safe="")
        return f"https://boards-api.greenhouse.io/v1/boards/{token}/jobs?content=true&pay_transparency=true"

    def total(self, data: Any) -> int | None:
        return number(fields(fields(data).get("meta")).get("total"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        content = html.unescape(text(item.get("content")))
        location = text(fields(item.get("location")).get("name")) or text(item.get("location"))
        own = rows(item.get("metadata"))
        stated = {text(row.get("name")).lower(): ", ".join(names(row.get("value"))) for row in own}
        is_workplace, is_place = location.lower() in WORKPLACES, location and location.lower() not in WORKPLACES
        offices = [text(row.get("location")) or text(row.get("name")) for row in rows(item.get("offices"))]
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("absolute_url")), text(item.get("title")),
            company=text(item.get("company_name")) or task.company, description=content,
            places=[RawPlace(name) for name in (location.split("; ") if is_place or not offices else offices) if name],
            requisition_id=text(item.get("requisition_id")), opening_id=text(item.get("internal_job_id")),
            posted=text(item.get("first_published")), updated=text(item.get("updated_at")),
            employment_type=next((stated[name] for name in KINDS if stated.get(name)), ""),
            workplace=next((stated[name] for name in PLACES if stated.get(name)), location * is_workplace),
            pay=ranges(item) or printed(content) or own_ranges(item), language=text(item.get("language")),
            department=", ".join(text(row.get("name")) for row in rows(item.get("departments"))),
        )  # fmt: skip
