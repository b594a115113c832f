"""JazzHR."""

import re
from typing import Any
from urllib.parse import urljoin

from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.cards import cards, classes
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed, inner, words
from spiders.base.parts import named_site
from spiders.base.values import dig, looks_like, text
from spiders.base.verdicts import GONE

JOB = re.compile(r"/apply/(?:jobs/details/)?(?!jobs(?:[/?#]|$))([A-Za-z0-9_-]{6,24})(?:[/?#]|$)")
MARKS = (b"applytojob", b"resumator", b"job_listings_wrapper", b"jazzhr")
TEXT = '//*[@id="job-description" or contains(concat(" ", @class, " "), " job_description ")]'
BOARD = r"(?P<board>(?!(?:www|app|api)\.)[^./]+)\.applytojob\.com/"


class JazzhrSpider(PagesSpider):
    """Boards at JazzHR.

    Source: {name}.applytojob.com.
    API: none is documented; GET /apply/jobs lists, or /apply where that is not there; each posting's page states a
        schema.org JobPosting, but for some older ones.
    Caveats: A posting has two addresses with one id, /apply/{id}/{words} and /apply/jobs/details/{id}.
    """

    name = "jazzhr"
    domains = ("applytojob.com",)
    urls = (
        rf"{BOARD}apply/(?:jobs/details/)?(?!jobs(?:[/?]|$))(?P<id>[a-z0-9_-]{{6,24}})(?:[/?]|$)",
        rf"{BOARD}(?:apply(?:/jobs)?)?/?(?:\?|$)",
    )
    canonical = "https://{board}.applytojob.com/apply/{id}"
    is_strict = False

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the list comes at once
        return Ask(f"{named_site(task, 'applytojob.com')}/apply/jobs")

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        return Ask(f"https://{task.board}.applytojob.com/apply") if response.status in GONE else None

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(address_of(item, task))

    def load(self, body: bytes) -> Any:
        """The links of a list page with what stands beside them."""
        if not any(mark in body.lower() for mark in MARKS):
            raise ParseError(f"{looks_like(body)} that is no list of JazzHR")
        return cards(page_of(body), JOB, part_of)

    def stated(self, body: bytes) -> dict[str, Any]:
        page = page_of(body)
        told, title = inner(page, TEXT), words(page.xpath("(//h1)[1]"))
        return super().stated(body) or ({"title": title, "description": told} if told else {})

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        place = text(item.get("location"))
        return completed(RawPosting(
            self.name, task.board, text(item.get("id")), address_of(item, task), text(item.get("title")),
            company=text(dig(item, "_page.hiringOrganization.name")) or task.company,
            places=[RawPlace(place)] if place else [], requisition_id=text(dig(item, "_page.uniqueJobCode")),
            department=text(item.get("department")),
        ), item.get("_page"))  # fmt: skip


def address_of(item: dict[str, Any], task: BoardTask) -> str:
    """The posting's page."""
    path = text(item.get("path"))
    url = urljoin(f"https://{task.board}.applytojob.com/", path) if path else task.url
    return url.partition("?")[0]


def part_of(element: Any) -> str:
    """What part of a list an element is: the last cell of a row, or what stands beside a map's mark, is the place."""
    if element.tag == "li" and len(element) and element[0].tag == "i":
        symbol = classes(element[0])
        return "location" if "map-marker" in symbol else "department" if "sitemap" in symbol else ""
    if "resumator_department" in classes(element):
        return "department"
    is_last = element.tag == "td" and element.getprevious() is not None and element.getnext() is None
    return "location" if is_last else ""
