"""SAP SuccessFactors."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector
from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.cards import LONGEST, told
from spiders.base.embedded import page_of
from spiders.base.errors import BoardFailure
from spiders.base.paged import At
from spiders.base.pages import FURTHER, PagesSpider, completed
from spiders.base.sitemap import is_sitemap, read_sitemap
from spiders.base.values import dig, fields, many, names, text
from spiders.base.xml import read_xml

PAGE = re.compile(r"/job/(?:[^?]*/)?(\d{5,})/?(?:[?#]|$)")
TAIL = re.compile(r"\(([^(),]+)(,[^()]+)\)$")
CODED = re.compile(r",\s*[A-Z]{2}(?:,\s*[\w -]+)?")  # what follows a city where its country is a code
STATED = ("title", "datePosted", "employmentType", "hiringOrganization", "validThrough")
WORDED = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) [\d:]{8} [A-Z]{2,5} (\d{4})")
OLD = "{} is a board of the old kind, which is read by nobody but a browser; look for the employer's newer careers site"


class SuccessfactorsSpider(PagesSpider):
    """Careers sites of SAP SuccessFactors.

    Source: the employer's own host, which goes into the board's `url`.
    API: none is documented; the feed for search engines, /sitemal.xml, has the board with its texts. Where there is
        none, /job_sitemap.xml lists, and the page of a posting states it as microdata.
    Caveats: A title ends in its place. Places read "City, CC, ZIP". Boards at careerN.successfactors.com are of an
        older kind and are not read.
    """

    name = "successfactors"
    domains = ("successfactors.com", "successfactors.eu", "successfactors.cn", "jobs2web.com")
    urls = (
        r"career\d*\.successfactors\.(?:com|eu|cn)/[^?]*\?(?:(?=(?:.*&)?career_job_req_id=(?P<id>\d+))|)"
        r"(?:.*&)?company=(?P<board>[^&]+)",
        r"(?P<board>[^./]+)\.jobs2web\.com/(?:job/(?:[^?]*/)?(?P<id>\d{5,}))?",
    )
    canonical = "https://{board}.successfactors.com/job/{id}"
    is_strict = False
    marks = ("rmkcdn.successfactors.com", "jobs2web")
    needs_url = True
    list_key = "rows"

    def address(self, task: BoardTask) -> str:
        host = urlsplit(task.url).netloc
        if not host or re.match(r"career\d*\.successfactors\.", host):
            raise BoardFailure(Verdict.ERROR, OLD.format(task.name))
        return f"https://{host}/sitemal.xml"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(at.token or self.address(task))

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        is_feed = response.status == 200 and b"<rss" in response.body
        is_answer = response.status < 500 and response.status not in (304, 401, 403, 429)
        return None if is_feed or not is_answer else Ask(self.address(task).replace("sitemal", "job_sitemap"))

    def load(self, body: bytes) -> Any:
        """The items of the feed, or the pages of the sitemap."""
        if is_sitemap(body):
            found = read_sitemap(body)
            rows = [{"link": url, "changed": at} for url, at in found.pages.items() if PAGE.search(url[:LONGEST])]
            return {"rows": [*rows, *({FURTHER: url} for url in found.lists)]}
        return {"rows": many(dig(read_xml(body, "rss"), "channel.item"))}

    def native_id(self, item: Any) -> str:
        mark = PAGE.search(text(fields(item).get("link"))[:LONGEST])
        return mark[1] if mark else text(fields(item).get("id")) or text(fields(item).get("guid"))

    def is_whole(self, item: dict[str, Any]) -> bool:
        return bool(text(item.get("title")) and text(item.get("description")))

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:  # noqa: ARG002 - a row has its address
        return Ask(text(item.get("link")))

    def stamp(self, item: dict[str, Any]) -> str:
        return text(item.get("changed"))

    def stated(self, body: bytes) -> dict[str, Any]:
        return microdata(page_of(body)) | super().stated(body)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        page, url = fields(item.get("_page")), text(item.get("link")) or task.url
        title, tail = parted(text(item.get("title")) or text(page.get("title")), url)
        where = names(item.get("location")) or names(page.get("_place")) or names(tail)
        raw = RawPosting(
            self.name, task.board, self.native_id(item) or self.native_id({"link": url}),
            unquote(url).partition("?")[0], title, company=text(item.get("employer")) or task.company,
            description=text(item.get("description")), places=list(map(place, where)),
            posted=text(item.get("pubDate")) or worded(text(page.get("datePosted"))),
            valid_through=text(item.get("expiration_date")), department=text(item.get("job_function")),
        )  # fmt: skip
        return completed(raw, page)


def microdata(page: Selector) -> dict[str, Any]:
    """What a posting's page states as microdata, and the place that it shows."""
    found: dict[str, Any] = {}
    for node in page.root.iter("*"):
        name = node.get("itemprop")
        if name in STATED and name not in found:
            found[name] = node.get("content") or told(node)
        elif name == "description" and name not in found and node.get("content") is None:
            found[name] = etree.tostring(node, encoding="unicode", method="html", with_tail=False)
    shown = page.xpath('string(//*[contains(@class, "jobGeoLocation")])').get("").split()
    return found | {"_place": " ".join(shown)} if found else {}


def parted(title: str, url: str) -> tuple[str, str]:
    """A title, and the place that it ends in: one with a country's code, or whose city begins the address too."""
    tail = TAIL.search(title[-LONGEST // 10 :])
    if not tail or not (CODED.fullmatch(tail[2]) or letters(tail[1]) in letters(url[:LONGEST])):
        return title, ""
    return title.removesuffix(tail[0]).rstrip(), tail[1] + tail[2]


def letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", unquote(name)).casefold()


def worded(date: str) -> str:
    """A date that reads "Mon Sep 21 00:00:00 UTC 2026" as "21 Sep 2026"."""
    return WORDED.sub(r"\2 \1 \3", date)


def place(where: str) -> RawPlace:
    """City, region and country of what may end in a postal code."""
    parts = [part.strip() for part in where.split(",")]
    if len(parts) > 2 and any(letter.isdigit() for letter in parts[-1]):
        parts.pop()
    if len(parts) < 2:
        return RawPlace(where)
    return RawPlace("", parts[0], parts[1] if len(parts) > 2 else "", parts[-1])
