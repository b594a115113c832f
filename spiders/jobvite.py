"""Jobvite."""

import re
from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.cards import cards, classes
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed, inner, words
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
        return Ask(address_of(item))

    def load(self, body: bytes) -> Any:
        """The links of a list page with what stands beside them, or a feed's jobs."""
        if b"<result" in body[:500]:
            return {"rows": many(read_xml(body, "result").get("job"))}
        page = page_of(body)
        found = cards(page, JOB, part_of)
        if not found and not page.xpath('//*[contains(@class, "jv-")]'):
            raise ParseError(f"{looks_like(body)} that lists no posting")
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
        url = address_of(item) or text(item.get("detail-url")) or task.url
        return completed(RawPosting(
            self.name, task.board, key, url, text(item.get("name")) or text(item.get("title")), company=task.company,
            apply_url=text(item.get("apply-url")), description=text(item.get("description")),
            places=[RawPlace(place)] if place and not SEVERAL.fullmatch(place) else [],
            requisition_id=text(item.get("requisitionid")), posted=text(item.get("date")),
            employment_type=text(item.get("jobtype")),
            department=text(item.get("category")) or text(dig(item, "_page.industry")),
        ), item.get("_page"))  # fmt: skip


def address_of(item: dict[str, Any]) -> str:
    """The posting's page; empty for a row of another kind."""
    path = PATH.match(text(item.get("path")))
    return f"{SITE}{path[1]}" if path else ""


def part_of(element: Any) -> str:
    """What part of a list an element is; a title may have one of its own in the link."""
    if "jv-job-list-location" in classes(element):
        return "location"
    is_title = "jv-job-list-name" in classes(element) and next(element.iterancestors("a"), None) is not None
    return "name" if is_title else ""
