"""Breezy."""

from typing import Any

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed
from spiders.base.parts import named, named_site
from spiders.base.values import distinct, fields, flag, rows, text

BOARD = r"(?P<board>(?!(?:www|app|api|developer|help|assets-cdn)\.)[^./]+)\.breezy\.hr/"


class BreezySpider(PagesSpider):
    """Boards at Breezy HR.

    Source: {name}.breezy.hr.
    API: none is documented; GET /json has the list at once, each posting's page a schema.org JobPosting with the text.
    Caveats: A redirect to breezy.hr means that there is no such board, an empty list that nothing is open. Bursts are
        answered with 403. Pay stands in words, without a period. `is_remote` may be true beside a city.
    """

    name = "breezy"
    domains = ("breezy.hr",)
    urls = (rf"{BOARD}p/(?P<id>[0-9a-f]{{8,16}})", rf"{BOARD}(?:json/?|p/?)?(?:\?|$)")
    canonical = "https://{board}.breezy.hr/p/{id}"
    is_strict = False

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the list comes at once
        return Ask(f"{named_site(task, 'breezy.hr')}/json")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(address_of(item, task))

    def is_whole(self, item: dict[str, Any]) -> bool:
        return bool(text(item.get("description")))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        where = fields(item.get("location"))
        return completed(RawPosting(
            self.name, task.board, text(item.get("id")), address_of(item, task), text(item.get("name")),
            company=text(fields(item.get("company")).get("name")) or task.company,
            description=text(item.get("description")), posted=text(item.get("published_date")),
            places=distinct(map(place_of, [where, *rows(item.get("locations"))])),
            employment_type=named(item.get("type")), is_remote=flag(where.get("is_remote")) or None,
            pay_text=text(item.get("salary")), department=named(item.get("department")),
        ), item.get("_page"))  # fmt: skip


def address_of(item: dict[str, Any], task: BoardTask) -> str:
    """The posting's page."""
    key = text(item.get("friendly_id")) or text(item.get("id"))
    return text(item.get("url")) or f"https://{task.board}.breezy.hr/p/{key}"


def place_of(row: dict[str, Any]) -> RawPlace:
    """One place; its parts are things with names."""
    region, country = named(row.get("state")), named(row.get("country"))
    return RawPlace(text(row.get("name")), text(row.get("city")), region, country)
