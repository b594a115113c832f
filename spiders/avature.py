"""Avature."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from parsel import Selector

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.embedded import page_of
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed
from spiders.base.values import fields, joined, looks_like, text
from spiders.base.verdicts import is_challenge

JOB = re.compile(r"/JobDetail/(?:[^/?]+/)?(\d+)", re.IGNORECASE)
LINKS = '//a[contains(translate(@href, "JOBDETAIL", "jobdetail"), "jobdetail")]'
RESULT = "ancestor::*[self::article or self::li or self::tr][1]"
MAX_RESULTS = 1000  # links of a page
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
        rows = results(page)
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
        said = next((facts[name] for name in PLACES if facts.get(name)), "") or text(item.get("place"))
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
    url = text(item.get("url"))
    return urljoin(portal(task), url) if url.startswith("/") else url


def results(page: Selector) -> list[dict[str, Any]]:
    """What a page of results links to, each posting once, with the place that stands beside it."""
    found: dict[str, dict[str, Any]] = {}
    for link in page.xpath(LINKS)[:MAX_RESULTS]:
        title, mark = words(link), JOB.search(link.attrib["href"])
        if title and mark and mark[1] not in found:
            beside = (link.xpath(RESULT) or [link])[0]
            named = beside.xpath('.//*[contains(@class, "location")][not(contains(@class, "icon"))]')
            below = [
                told for one in named or beside.xpath('.//*[contains(@class, "subtitle")]') if (told := words(one))
            ]
            found[mark[1]] = {"id": mark[1], "url": link.attrib["href"], "title": title, "place": "".join(below[:1])}
    return list(found.values())


def words(node: Selector) -> str:
    return " ".join(node.xpath("string()").get("").split())


def labelled(page: Selector) -> dict[str, str]:
    """What a posting's page says beside labels, by them; its heading by nothing."""
    found = {
        "": words(head[0]) if (head := page.xpath('//main//h1 | //h1 | //*[contains(@class, "banner")]//h2')) else ""
    }
    for field in page.xpath('//*[contains(@class, "view__field")][*[contains(@class, "label")]]'):
        label, value = (field.xpath(f'*[contains(@class, "{part}")]') for part in ("label", "value"))
        if label and value:
            found.setdefault(words(label[0]).rstrip(":").lower(), words(value[0]))
    return found


def shown(page: Selector) -> str:
    """The text of a posting: the fields that have no label, else all of its article."""
    alone = '//*[contains(@class, "view__field")][not(*[contains(@class, "label")])]'
    fields = page.xpath(f"{alone}[not(ancestor::*[contains(@class, 'view__field')])]").getall()
    return joined(*(fields or page.xpath('//*[contains(@class, "article__content")]').getall()[:50]))


def first(facts: dict[str, Any], *labels: str) -> str:
    return next((facts[label] for label in labels if facts.get(label)), "")
