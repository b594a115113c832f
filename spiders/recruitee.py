"""Recruitee."""

from typing import Any

from models import BoardTask, RawPlace, RawPosting
from spiders.base.feed import FeedSpider
from spiders.base.parts import paid, site_of
from spiders.base.values import fields, flag, joined, rows, text

UNSHOWN = ("draft", "internal", "closed", "archived", "unpublished", "on_hold")
WORKPLACES = ("remote", "hybrid", "on_site")


class RecruiteeSpider(FeedSpider):
    """Boards at Recruitee (Tellent).

    Source: {slug}.recruitee.com, or the employer's own domain, which goes into the board's `url`.
    API: https://docs.recruitee.com/reference/offers, GET /api/offers/, the whole board at once.
    Caveats: Dates look like `2025-12-01 21:24:45 UTC`. The text is `description` and `requirements`. `mailbox_email` is
        an alias that takes applications and is never read. Offers that are not published are passed over.
    """

    name = "recruitee"
    domains = ("recruitee.com",)
    urls = (r"(?P<board>(?!www\.|api\.|docs\.)[^./]+)\.recruitee\.com/(?:(?:l/[a-z-]+/)?o/(?P<key>[^/?]+))?",)
    canonical = "https://{board}.recruitee.com/o/{key}"
    marks = ("recruiteecdn.com", "data-recruitee")
    list_key = "offers"

    def address(self, task: BoardTask) -> str:
        return f"{site_of(task, 'recruitee.com')}/api/offers/"

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        if text(item.get("status")).lower() in UNSHOWN:
            return None
        pay, where = fields(item.get("salary")), rows(item.get("locations")) or [item]
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("careers_url")), told(item, "title"),
            company=text(item.get("company_name")) or task.company, apply_url=text(item.get("careers_apply_url")),
            description=joined(told(item, "description"), told(item, "requirements")),
            places=[place(row) for row in where],
            posted=text(item.get("published_at")), updated=text(item.get("updated_at")),
            valid_through=text(item.get("close_at")), employment_type=text(item.get("employment_type_code")),
            workplace=next((kind for kind in WORKPLACES if flag(item.get(kind))), ""),
            is_remote=flag(item.get("remote")) or None,
            pay=paid(*(pay.get(name) for name in ("min", "max", "currency", "period"))),
            department=text(item.get("department")),
        )  # fmt: skip


def told(item: dict[str, Any], name: str) -> str:
    """What an offer says in its own language, else in the first one that says it."""
    said = [item, *rows(list(fields(item.get("translations")).values()))]
    return next((found for row in said if (found := text(row.get(name)))), "")


def place(row: dict[str, Any]) -> RawPlace:
    """One of the offer's locations, or the offer's own fields."""
    region = text(row.get("state")) or text(row.get("state_name"))
    country = text(row.get("country_code")) or text(row.get("country"))
    return RawPlace(text(row.get("name")) or text(row.get("location")), text(row.get("city")), region, country)
