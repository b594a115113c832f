"""Jobvite."""

import re
from typing import Any
from urllib.parse import quote

from parsel import Selector
from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed, inner, linked, words
from spiders.base.values import dig, looks_like, many, text
from spiders.base.verdicts import GONE
from spiders.base.xml import read_xml

SITE = "https://jobs.jobvite.com/"
JOB = re.compile(r"/job/([A-Za-z0-9_-]{4,20})(?:[/?#]|$)")
PATH = re.compile(r"(?:https?://jobs\.jobvite\.com)?/?((?:careers/)?[\w-]+/job/[\w-]+)")
RANGE = re.compile(r"(\d{1,6})\s*[-–]\s*(\d{1,6})\s+of\s+(\d{1,6})")
SEVERAL = re.compile(r"\d+ locations?", re.IGNORECASE)


class JobviteSpider(PagesSpider):
    """Boards at Jobvite.

    Source: jobs.jobvite.com/{name}.
    API: none is documented; GET /{name}/search?p=N lists, or /{name}/jobs where that is not there; each posting's page
        states a schema.org JobPosting. A saved feed (CompanyJobs/Xml.aspx) is read too.
    Caveats: The feed is named by a number that the pages hide. A list may say "3 Locations" for a place.
    """

    name = "jobvite"
    domains = ("jobs.jobvite.com",)
    urls = (
        r"jobs\.jobvite\.com/(?:careers/)?(?P<board>[^/?]+)/job/(?P<id>[0-9a-z_-]+)",
        r"jobs\.jobvite\.com/(?:[^?]*/)?job/(?P<id>[0-9a-z_-]+)",
        r"jobs\.jobvite\.com/(?:careers/)?(?!support\b|careers\b)(?P<board>[^/?]+)(?:/(?:jobs|search|viewall)[^?]*)?/?(?:\?|$)",
    )
    canonical = "https://jobs.jobvite.com/job/{id}"
    is_strict = False
    list_key, total_key, token_key = "rows", "total", "next"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"{SITE}{quote(task.board, safe='')}/search?p={at.token or 0}")

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        return Ask(f"{SITE}{quote(task.board, safe='')}/jobs") if response.status in GONE else None

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:  # noqa: ARG002 - its address is in the list
        return Ask(text(item.get("url")))

    def load(self, body: bytes) -> Any:
        """The links of a list page with what stands beside them, or a feed's jobs."""
        if b"<result" in body[:500]:
            return {"rows": many(read_xml(body, "result").get("job"))}
        page = page_of(body)
        links = linked(page, JOB)
        if not links and not page.xpath('//*[contains(@class, "jv-")]'):
            raise ParseError(f"{looks_like(body)} that lists no posting")
        found = [row_of_link(key, link) for key, link in links.items()]
        mark = RANGE.search(words(page.xpath('//*[contains(@class, "jv-pagination-text")]')))
        if not mark:
            return {"rows": found}
        start, end, total = map(int, mark.groups())
        following = (start - 1) // max(end - start + 1, 1) + 1
        return {"rows": found, "total": total, "next": str(following) if end < total else ""}

    def stated(self, body: bytes) -> dict[str, Any]:
        page = page_of(body)
        told = inner(page, '//*[contains(@class, "jv-job-detail-description")]')
        title = words(page.xpath('(//*[contains(@class, "jv-header")])[1]'))
        return super().stated(body) or ({"title": title, "description": told} if told else {})

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, place = text(item.get("id")), text(item.get("location"))
        url = text(item.get("url")) or text(item.get("detail-url")) or task.url
        return completed(RawPosting(
            self.name, task.board, key, url, text(item.get("title")), company=task.company,
            apply_url=text(item.get("apply-url")), description=text(item.get("description")),
            places=[RawPlace(place)] if place and not SEVERAL.fullmatch(place) else [],
            requisition_id=text(item.get("requisitionid")), posted=text(item.get("date")),
            employment_type=text(item.get("jobtype")),
            department=text(item.get("category")) or text(dig(item, "_page.industry")),
        ), item.get("_page"))  # fmt: skip


def row_of_link(key: str, link: Selector) -> dict[str, Any]:
    """What a list says of a posting: the words of its link, and the place in or beside it."""
    named = link.xpath('.//*[contains(@class, "jv-job-list-name")]')
    place = link.xpath(
        '(.//*[contains(@class, "jv-job-list-location")]'
        ' | ancestor::*[self::tr or self::li][1]//*[contains(@class, "jv-job-list-location")])[1]'
    )
    path = PATH.match(link.attrib["href"])
    url = f"{SITE}{path[1]}" if path else f"{SITE}job/{key}"
    return {"id": key, "title": words(named[:1] or link), "location": words(place), "url": url}
