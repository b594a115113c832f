"""Pinpoint."""

from typing import Any

from models import BoardTask, RawPlace, RawPosting
from spiders.base.addresses import UUID
from spiders.base.feed import FeedSpider
from spiders.base.parts import headed, home_of, paid, site_of
from spiders.base.values import dig, distinct, fields, flag, joined, last_part, many, text

VENDOR = "pinpointhq.com"
BOARD = r"(?P<board>(?!(?:www|app|developers|help)\.)[^./]+)\.pinpointhq\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?"
SECTIONS = ("description", "key_responsibilities", "skills_knowledge_expertise", "benefits")


class PinpointSpider(FeedSpider):
    """Boards at Pinpoint.

    Source: {name}.pinpointhq.com, or the employer's own domain, which goes into the board's `url`.
    API: GET /postings.json, the whole board at once.
    Caveats: Pay that is not `compensation_visible` is the employer's own matter and never read. `deadline_at` is no
        date of posting, and there may be none. The text comes in four parts. A redirect means that there is no such
        board.
    """

    name = "pinpoint"
    domains = ("pinpointhq.com",)
    urls = (
        rf"{BOARD}.*?postings/(?P<id>{UUID})",
        rf"{BOARD}(?:postings|jobs)?(?:\.json)?/?(?:\?|$)",
    )
    canonical = "https://{board}.pinpointhq.com/postings/{id}"
    is_strict = False
    list_key = "data"

    def address(self, task: BoardTask) -> str:
        return f"{site_of(task, VENDOR)}/postings.json"

    def native_id(self, item: Any) -> str:
        """The last part of its address, which is what links name it by."""
        item = fields(item)
        return last_part(text(item.get("url")) or text(item.get("path"))) or text(item.get("id"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        where, job, is_visible = fields(item.get("location")), item.get("job"), flag(item.get("compensation_visible"))
        pay = paid(*(item.get(f"compensation_{name}") for name in ("minimum", "maximum", "currency", "frequency")))
        place = RawPlace(*(text(where.get(name)) for name in ("name", "city", "province", "country")))
        return RawPosting(
            self.name, task.board, self.native_id(item), page_of(item, task),
            text(item.get("title")), company=task.company, description=joined(*(part(item, name) for name in SECTIONS)),
            places=distinct([place]), opening_id=text(dig(job, "id")),
            requisition_id=text(dig(job, "requisition_id")) or text(item.get("reference")),
            posted=text(item.get("first_published_at")) or text(item.get("published_at")),
            valid_through=text(item.get("deadline_at")),
            employment_type=text(item.get("employment_type_text")) or text(item.get("employment_type")),
            workplace=text(item.get("workplace_type")),
            remote_scope="; ".join(filter(None, map(text, many(item.get("remote_country_restriction"))))),
            pay=pay if is_visible else [],
            pay_text=text(item.get("compensation")) if is_visible else "",
            department=text(dig(job, "department.name")) or text(dig(item, "department.name")),
        )  # fmt: skip


def page_of(item: dict[str, Any], task: BoardTask) -> str:
    return text(item.get("url")) or home_of(task, VENDOR) + text(item.get("path"))


def part(item: dict[str, Any], name: str) -> str:
    """A part of the text under its heading."""
    return headed(text(item.get(f"{name}_header")), text(item.get(name)))
