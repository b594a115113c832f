"""Avature."""

import re
from collections.abc import Callable
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.cards import cards, classes, told
from spiders.base.embedded import page_of
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed
from spiders.base.values import fields, joined, looks_like, text
from spiders.base.verdicts import is_challenge

JOB = re.compile(r"/JobDetail/(?:[^/?]+/)?(\d+)", re.IGNORECASE)
MAX_FIELDS = 200  # of a page
PLACES = ("location", "locations", "city", "primary location", "office location", "work location", "job location")


class AvatureSpider(PagesSpider):
    """Boards at Avature.

    Source: {name}.avature.net/{portal}, or the employer's own host; the board's `url` is the portal, as
        https://acme.avature.net/careers.
    API: none is open; the result pages, {portal}/SearchJobs?jobOffset=N, and the page of a posting.
    Caveats: What the results show differs from employer to employer. Few pages state a JobPosting; else the text is
        what the page shows, and its facts are what stands beside labels.
    """

    name = "avature"
    domains = ("avature.net",)
    urls = (
        r"(?P<board>[^./]+)\.avature\.net/(?:[a-z]{2}_[a-z]{2}/)?[^/?]+/JobDetail/(?:[^/?]+/)?(?P<id>\d+)",
        r"(?P<board>(?!www\.)[^./]+)\.avature\.net/",
    )
    canonical = "https://{board}.avature.net/JobDetail/{id}"
    is_strict = False
    marks = ("avature.portallist", "avature.net/portals")
    list_key, token_key = "rows", ""

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"{portal(task)}/SearchJobs/?jobRecordsPerPage=50&jobOffset={at.start}")

    def load(self, body: bytes) -> Any:
        page = page_of(body)
        rows = cards(page, JOB, part_of)
        if not rows and b"searchjobs" not in body.lower():
            raise ParseError(f"{looks_like(body)} without a list of Avature")
        return {"rows": rows}

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(absolute(item, task))

    def merged(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        if is_challenge(body):
            raise ParseError("a page that asks whether we are human")
        page = page_of(body)
        return {**item, "_page": self.stated(body), "_facts": labelled(page), "_text": shown(page)}

    def read_saved(self, body: bytes, task: BoardTask) -> Any:
        """A saved page of results, or the page of a posting, which has its address."""
        if JOB.search(task.url):
            return self.map_rows([self.merged({"url": task.url, **self.row_of(task)}, body)], task)
        return super().read_saved(body, task)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        facts, url = fields(item.get("_facts")), absolute(item, task)
        key = self.native_id(item) or (mark[1] if (mark := JOB.search(url)) else "")
        said = (
            next((facts[name] for name in PLACES if facts.get(name)), "")
            or text(item.get("place"))
            or text(item.get("below"))
        )
        stated = fields(item.get("_page"))
        raw = RawPosting(
            self.name, task.board, key, url,
            text(item.get("title")) or text(stated.get("title")) or text(facts.get("")),
            description=text(stated.get("description")) or text(item.get("_text")), company=task.company,
            places=[RawPlace(said)] if said and not stated.get("jobLocation") else [],
            requisition_id=first(facts, "ref #", "job id", "job reference", "requisition #", "req id"),
            posted=first(facts, "date published", "posted", "posted date", "date posted", "posting date"),
            employment_type=first(facts, "employment type", "job type", "contract type", "position type", "schedule"),
            workplace=first(facts, "workplace", "work model", "remote", "work arrangement"),
            department=first(facts, "business area", "department", "area", "job family", "function"),
        )  # fmt: skip
        return completed(raw, stated)


def portal(task: BoardTask) -> str:
    """The board's address: its portal, whatever page of it is named."""
    parts = urlsplit(task.url)
    if parts.netloc:
        path = re.split(r"/(?:SearchJobs|JobDetail|Home|Login)\b", parts.path, maxsplit=1, flags=re.IGNORECASE)[0]
        return f"https://{parts.netloc}{path.rstrip('/') or '/careers'}"
    if not task.board.replace("-", "").isalnum():
        raise BoardFailure(Verdict.ERROR, f"{task.name} is no name of a board; take it from NAME.avature.net")
    return f"https://{task.board}.avature.net/careers"


def absolute(item: dict[str, Any], task: BoardTask) -> str:
    url = text(item.get("path")) or text(item.get("url"))
    return urljoin(portal(task), url) if url.startswith("/") else url


def part_of(element: Any) -> str:
    """What a part of a result is: its place, or what stands below its title."""
    named = classes(element)
    return "place" if "location" in named and "icon" not in named else "below" * ("subtitle" in named)


def is_field(element: Any) -> bool:
    """Whether an element is a field of a posting, not its label or its value."""
    return " " in (named := classes(element)) and any(name.endswith("view__field") for name in named.split())


def labelled(page: Selector) -> dict[str, str]:
    """What a posting's page says beside labels, by them; its heading by nothing."""
    heads = [*page.root.iter("h1"), *(one for one in page.root.iter("h2") if "banner" in classes(one))]
    found = {"": told(heads[0]) if heads else ""}
    for field in islice(filter(is_field, page.root.iter("*")), MAX_FIELDS):
        parts = {part: child for child in field for part in ("label", "value") if f"__{part}" in classes(child)}
        if len(parts) == 2:
            found.setdefault(told(parts["label"]).rstrip(":").lower(), told(parts["value"]))
    return found


def shown(page: Selector) -> str:
    """The text of a posting: the fields that have no label, else all of its article."""
    fields = [one for one in outermost(page.root, is_field) if not any("__label" in classes(child) for child in one)]
    found = fields or outermost(page.root, lambda one: "article__content" in classes(one))
    return joined(*(etree.tostring(one, encoding="unicode", method="html", with_tail=False) for one in found))


def outermost(root: Any, is_meant: Callable[[Any], bool]) -> list[Any]:
    """The elements that are meant, without those within them."""
    found, walk = [], etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if is_meant(element):
            found.append(element)
            walk.skip_subtree()
    return found


def first(facts: dict[str, Any], *labels: str) -> str:
    return next((facts[label] for label in labels if facts.get(label)), "")
