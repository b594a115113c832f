"""Pinpoint."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

from models import BoardTask, RawPay, RawPlace, RawPosting, Verdict
from spiders.base.addresses import UUID
from spiders.base.errors import BoardFailure
from spiders.base.feed import FeedSpider
from spiders.base.values import dig, fields, flag, joined, last_part, many, text

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
        if not task.url and not re.fullmatch(r"[\w-]+", task.board, re.ASCII):
            raise BoardFailure(Verdict.ERROR, f"{task.name} is no name of a board; take it from NAME.pinpointhq.com")
        return f"{home(task)}/postings.json"

    def native_id(self, item: Any) -> str:
        """The last part of its address, which is what links name it by."""
        item = fields(item)
        return last_part(text(item.get("url")) or text(item.get("path"))) or text(item.get("id"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        where, job, is_visible = (
            fields(item.get("location")),
            fields(item.get("job")),
            flag(item.get("compensation_visible")) is not False,
        )
        low, high = text(item.get("compensation_minimum")), text(item.get("compensation_maximum"))
        pay = RawPay(low, high, text(item.get("compensation_currency")), text(item.get("compensation_frequency")))
        place = RawPlace(text(where.get("name")), text(where.get("city")), text(where.get("province")),
                         text(where.get("country")))  # fmt: skip
        return RawPosting(
            self.name, task.board, self.native_id(item), text(item.get("url")) or home(task) + text(item.get("path")),
            text(item.get("title")), company=task.company, description=joined(*(part(item, name) for name in SECTIONS)),
            places=[place] if place != RawPlace() else [],
            requisition_id=text(job.get("requisition_id")) or text(item.get("reference")),
            opening_id=text(job.get("id")),
            posted=text(item.get("first_published_at")) or text(item.get("published_at")),
            valid_through=text(item.get("deadline_at")),
            employment_type=text(item.get("employment_type_text")) or text(item.get("employment_type")),
            workplace=text(item.get("workplace_type")),
            remote_scope="; ".join(filter(None, map(text, many(item.get("remote_country_restriction"))))),
            pay=[pay] if is_visible and (low or high) else [],
            pay_text=text(item.get("compensation")) if is_visible else "",
            department=text(dig(job, "department.name")) or text(dig(item, "department.name")),
        )  # fmt: skip


def home(task: BoardTask) -> str:
    """The careers site's address; empty if a saved answer does not say whose it is."""
    host = urlsplit(task.url).netloc or (f"{task.board}.pinpointhq.com" if task.board else "")
    return f"https://{host}" if host else ""


def part(item: dict[str, Any], name: str) -> str:
    """A part of the text under its heading."""
    heading, told = text(item.get(f"{name}_header")), text(item.get(name))
    return joined(f"<h3>{html.escape(heading, quote=False)}</h3>" if heading and told else "", told)
