"""Loxo."""

import re
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.cards import cards, classes
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed, inner
from spiders.base.values import looks_like, text

JOB = re.compile(r"/job/([\w%=-]{8,80})(?:[/?#]|$)")
CLASS = '//*[contains(concat(" ", @class, " "), " {} ")]'


class LoxoSpider(PagesSpider):
    """Boards of recruiting agencies at Loxo.

    Source: app.loxo.co/{name}, {name}.app.loxo.co/{name} or pod4.app.loxo.co/{name}; the host goes into the board's
        `url` where it is not the first.
    API: none is documented; the board's page lists, each posting's page holds its text.
    Caveats: The agency stands in for employers that it does not name. Dates stand in words ("2 months ago"), in the
        list only. Pages state no JobPosting.
    """

    name = "loxo"
    domains = ("app.loxo.co",)
    urls = (
        r"(?:(?P<board>[^./]+)\.)?app\.loxo\.co/job/(?P<id>[\w=-]+)",
        r"(?:(?P<pod>[^./]+)\.)?app\.loxo\.co/(?!job\b)(?P<board>[^/?]+)/?(?:\?|$)",
    )
    canonical = "https://app.loxo.co/job/{id}"
    is_strict = False

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the list comes at once
        pod = self.facts(task).get("pod", "")
        host = f"{pod}.app.loxo.co" if pod else host_of(task)
        return Ask(f"https://{host}/{quote(task.board, safe='')}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(address_of(item, task))

    def load(self, body: bytes) -> Any:
        """The cards of a list page."""
        page = page_of(body)
        found = cards(page, JOB, part_of)
        if not found and not page.xpath('//*[contains(@class, "job-listing") or contains(@class, "jobs-listing")]'):
            raise ParseError(f"{looks_like(body)} that is no list of Loxo")
        return found

    def stated(self, body: bytes) -> dict[str, Any]:
        page = page_of(body)
        told = inner(page, CLASS.format("cleanslate"))
        title = page.xpath('//meta[@property="og:title"]/@content').get(default="")
        return {"title": title, "description": told} if told else {}

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        place = text(item.get("location"))
        is_remote = place.lower() == "remote"
        return completed(RawPosting(
            self.name, task.board, text(item.get("id")), address_of(item, task), text(item.get("title")),
            company=task.company, places=[RawPlace(place)] if place and not is_remote else [],
            posted=text(item.get("date")), employment_type=text(item.get("type")),
            workplace="remote" if is_remote else "",
        ), item.get("_page"))  # fmt: skip


def host_of(task: BoardTask) -> str:
    """The host of the board's pod or agency."""
    return urlsplit(task.url).netloc or "app.loxo.co"


def address_of(item: dict[str, Any], task: BoardTask) -> str:
    """The posting's page."""
    path = text(item.get("path")) or f"/job/{text(item.get('id'))}"
    return urljoin(f"https://{host_of(task)}/", path).partition("?")[0]


def part_of(element: Any) -> str:
    """What part of a card an element is."""
    return next((name for name in ("date", "type", "location") if f" job-{name} " in classes(element)), "")
