"""Workable."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPay, RawPlace, RawPosting
from spiders.base.feed import FeedSpider
from spiders.base.parts import paid
from spiders.base.values import fields, flag, joined, noted, number, rows, text

TEXTS = ("description", "requirements", "benefits")
TYPES = {"full": "full-time", "part": "part-time"}  # the list of the third version has its own words


class WorkableSpider(FeedSpider):
    """Boards at Workable.

    Source: apply.workable.com/{account}; a board is named by its account.
    API: none is documented; the widget, GET /api/v1/widget/accounts/{account}?details=true, has the board at once.
        A saved answer of the third version's list is read too; it has no texts.
    Caveats: A posting comes once a place, under one shortcode. `telecommuting` may be true beside a city. All accounts
        share a host that answers 429 for hours. `created_at` may be a year before `published_on`.
    """

    name = "workable"
    domains = ("workable.com",)
    urls = (
        r"apply\.workable\.com/(?:(?P<board>[^/]+)/)?j/(?P<id>[0-9a-z]{8,14})",
        r"apply\.workable\.com/api/v\d/(?:widget/)?accounts/(?P<board>[^/?]+)",
        r"apply\.workable\.com/(?!api\b)(?P<board>[^/?]+)",
        r"(?P<board>(?!www\.|jobs\.|help\.)[^./]+)\.workable\.com/(?:(?:jobs|j)/(?P<id>[0-9a-z]{6,14}))?",
    )
    canonical = "https://apply.workable.com/j/{id:upper}"
    list_key = "jobs"

    def address(self, task: BoardTask) -> str:
        account = quote(task.board, safe="")
        return f"https://apply.workable.com/api/v1/widget/accounts/{account}?details=true"

    def items(self, data: Any) -> Any:
        found = fields(data).get("jobs", fields(data).get("results"))
        company = text(fields(data).get("name"))
        return noted(found, {"_company": company})

    def total(self, data: Any) -> int | None:
        return number(fields(data).get("total"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        code, remote = text(item.get("shortcode")), flag(item.get("telecommuting", item.get("remote")))
        kind = text(item.get("employment_type")) or text(item.get("type"))
        where = [row for row in rows(item.get("locations")) if not flag(row.get("hidden"))] or [
            fields(item.get("location")) or item
        ]
        page, names = f"https://apply.workable.com/{quote(task.board)}/j/{code}/", item.get("department")
        return None if is_unlisted(item) else RawPosting(
            self.name, task.board, code, text(item.get("url")) or page, text(item.get("title")),
            company=text(item.get("_company")) or task.company, apply_url=text(item.get("application_url")),
            description=joined(*(text(item.get(name)) for name in TEXTS)),
            places=[place for row in where if (place := place_of(row))],
            requisition_id=text(item.get("code")), posted=text(item.get("published_on")) or text(item.get("published")),
            employment_type=TYPES.get(kind, kind), workplace=text(item.get("workplace")) or "remote" * (remote is True),
            is_remote=remote, pay=pay_of(fields(item.get("salary"))), language=text(item.get("language")),
            department=", ".join(map(text, names)) if isinstance(names, list) else text(names),
        )  # fmt: skip


def is_unlisted(item: dict[str, Any]) -> bool:
    """Whether a posting is the employer's own people's alone, or no more open."""
    return flag(item.get("isInternal")) is True or text(item.get("state")) in ("draft", "closed", "archived")


def pay_of(pay: dict[str, Any]) -> list[RawPay]:
    return paid(pay.get("salary_from"), pay.get("salary_to"), text(pay.get("salary_currency")).upper())


def place_of(row: dict[str, Any]) -> RawPlace | None:
    """One of the places, or the posting's own fields; None where nothing is said."""
    region = text(row.get("region")) or text(row.get("state"))
    place = RawPlace("", text(row.get("city")), region, text(row.get("country")))
    return place if place != RawPlace() else None
