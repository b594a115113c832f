"""iCIMS."""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from parsel import Selector
from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.cards import LONGEST, classes, told
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import FURTHER, PagesSpider, completed
from spiders.base.parts import site_of
from spiders.base.sitemap import is_sitemap, read_sitemap
from spiders.base.values import fields, looks_like, text
from spiders.base.verdicts import GONE

NAME = re.compile(r"[\w.-]+", re.ASCII)
PAGE = re.compile(r"/jobs/(\d+)/(?:[^/?]+/)?job\b")
PLACE = re.compile(r"([A-Z]{2})-(?:([A-Z]{2})-)?(.+)")
MAX_PARTS = 50  # of a link
LABELS = {"Job Locations": "place", "Job Location": "place", "Location": "place", "Locations": "place",
          "Job ID": "requisition", "ID": "requisition", "Posted Date": "posted", "Date Posted": "posted"}  # fmt: skip
UNSAID = ("UNAVAILABLE", "N/A")


class IcimsSpider(PagesSpider):
    """Boards at iCIMS.

    Source: careers-{name}.icims.com and the like; a board is named by what stands before .icims.com. Sites on hosts of
        their own are Jibe's.
    API: none is open; the sitemap lists, else the result pages, and the page of a posting states a JobPosting.
    Caveats: What is not said is UNAVAILABLE. Places read US-CA-San Francisco. A page beyond the last repeats it.
    """

    name = "icims"
    domains = ("icims.com",)
    urls = (
        r"(?P<board>(?!www\.|api\.|developer)[^./]+)\.icims\.com/jobs/(?P<id>\d+)",
        r"(?P<board>(?!www\.|api\.|developer)[^./]+)\.icims\.com/",
    )
    canonical = "https://{board}.icims.com/jobs/{id}"
    is_strict = False
    list_key = "rows"

    def address(self, task: BoardTask) -> str:
        return f"{home(task)}/sitemap.xml"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(at.token or self.address(task))

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        is_list = response.status == 200 and is_sitemap(response.body)
        return (
            None
            if is_list or response.status not in (200, *GONE)
            else Ask(f"{home(task)}/jobs/search?ss=1&in_iframe=1")
        )

    def load(self, body: bytes) -> Any:
        if is_sitemap(body):
            found = read_sitemap(body)
            rows = [{"id": mark[1], "url": url, "changed": date} for url, date in found.pages.items()
                    if (mark := PAGE.search(url))]  # fmt: skip
            return {"rows": [*rows, *({FURTHER: url} for url in found.lists)]}
        page = page_of(body)
        rows = cards(page)
        if not rows and not page.xpath('//*[contains(@class, "iCIMS_")]'):
            raise ParseError(f"{looks_like(body)} without a list of iCIMS")
        return {"rows": rows, "_next": following(page) if rows else ""}

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"{absolute(item, task)}?in_iframe=1")

    def stamp(self, item: dict[str, Any]) -> str:
        return text(item.get("changed"))

    def stated(self, body: bytes) -> dict[str, Any]:
        return fields(said(super().stated(body)))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        stated, where = fields(item.get("_page")), text(item.get("place"))
        url = absolute(item, task) or text(stated.get("url")) or task.url
        key = self.native_id(item) or (mark[1] if (mark := PAGE.search(url)) else "")
        return completed(RawPosting(
            self.name, task.board, key, url.partition("?")[0], text(stated.get("title")) or text(item.get("title")),
            company=task.company, requisition_id=text(item.get("requisition")),
            posted=text(stated.get("datePosted")) or text(item.get("posted")),
            places=[] if stated.get("jobLocation") else list(map(place, filter(str.strip, where.split("|")))),
        ), stated)  # fmt: skip


def home(task: BoardTask) -> str:
    """The board's address."""
    return site_of(task, "icims.com", NAME)


def absolute(item: dict[str, Any], task: BoardTask) -> str:
    """A row's address as others see it: without the frame that it is shown in here."""
    url = text(item.get("url")).partition("?")[0]
    return urljoin(home(task), url) if url.startswith("/") else url


def said(value: Any) -> Any:
    """What is stated, without the words for what is not; as deep as a JobPosting goes."""
    if isinstance(value, dict):
        return {name: said(part) for name, part in value.items() if part not in UNSAID}
    return [said(part) for part in value if part not in UNSAID] if isinstance(value, list) else value


def cards(page: Selector) -> list[dict[str, Any]]:
    """The postings of a page of results: the links, and what is labelled in the card of each, in one walk."""
    found: dict[str, dict[str, Any]] = {}
    bounds = boundary(page)
    card: dict[str, Any] = {}
    for element in page.root.iter("*"):
        card = {} if bounds(element) else card
        url = (element.get("href") or "")[:LONGEST] if element.tag == "a" else ""
        if (mark := PAGE.search(url)) and not found.get(mark[1], {}).get("title"):
            card = card if card.get("id", mark[1]) == mark[1] else {}
            card |= {"id": mark[1], "url": url, "title": title_of(element)}
            found[mark[1]] = card
        elif len(element) == 0 and (name := LABELS.get(" ".join((element.text or "").split()))):
            value = element.getnext()
            card.setdefault(name, "" if value is None else value.get("title") or told(value))
    return list(found.values())


def boundary(page: Selector) -> Callable[[Any], bool]:
    """What begins a card: an item of a list or a row of a table, where the links stand in such; else a row."""
    links = (link for link in page.root.iter("a") if PAGE.search((link.get("href") or "")[:LONGEST]))
    link = next(links, None)
    is_item = link is not None and any(one.tag in ("li", "tr") for one in link.iterancestors())
    return lambda one: one.tag in ("li", "tr") if is_item else " row " in classes(one)


def title_of(link: Any) -> str:
    heads = (one for one in islice(link.iter("*"), MAX_PARTS) if one.tag in ("h1", "h2", "h3", "h4"))
    head = next(heads, None)
    return (told(head) if head is not None else "") or (link.get("title") or "").partition(" - ")[2] or told(link)


def following(page: Selector) -> str:
    """The address of the next page of results."""
    wanted = '//link[@rel="next"]/@href | //a[@rel="next" or contains(@title, "Next") or contains(., "Next")]/@href'
    return next((url for url in page.xpath(wanted).getall() if url.startswith("https://")), "")


def place(name: str) -> RawPlace:
    """A place by its fields where it reads US-CA-San Francisco."""
    found = PLACE.fullmatch(name.strip())
    return RawPlace("", found[3], found[2] or "", found[1]) if found else RawPlace(name.strip())
