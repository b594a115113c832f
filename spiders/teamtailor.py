"""Teamtailor."""

import re
from typing import Any
from urllib.parse import urljoin

from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.cards import cards
from spiders.base.embedded import page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed
from spiders.base.parts import home_of, site_of
from spiders.base.schema_org import name_of, reference_of
from spiders.base.values import dig, fields, looks_like, many, text
from spiders.base.verdicts import GONE
from spiders.base.xml import read_xml

REMOTE = {"fully": "remote", "hybrid": "hybrid", "none": "onsite"}  # "temporary" is no promise
VENDOR, NAME = "teamtailor.com", re.compile(r"[\w-]+(?:\.[a-z]{2})?", re.ASCII)
NUMBER = re.compile(r"/jobs/(\d+)")


class TeamtailorSpider(PagesSpider):
    """Boards at Teamtailor.

    Source: {name}.teamtailor.com, or the employer's own domain, which goes into the board's `url`.
    API: https://www.jsonfeed.org/version/1.1/, GET /jobs.json with a schema.org JobPosting in each item, or
        GET /jobs.rss where that is not there.
    Caveats: The feed names a posting by a uuid, its address by a number, which is what is kept. Only the RSS says how
        far a job is remote. A region of the JSON is often the employer's word ("Europe").
    """

    name = "teamtailor"
    domains = ("teamtailor.com",)
    urls = (
        r"(?P<board>(?!(?:www|api|app|docs|support)\.)[^./]+(?:\.[a-z]{2})?)\.teamtailor\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?"
        r"(?:jobs/(?P<id>\d+)|(?:(?:departments|locations|people|connect)\b[^?]*|jobs(?:\.json|\.rss)?/?)?(?:\?|$))",
    )
    canonical = "https://{board}.teamtailor.com/jobs/{id}"
    marks = ("teamtailor-cdn.com",)
    is_strict = False
    list_key = "items"
    token_key = "next_url"  # noqa: S105 - an address

    def address(self, task: BoardTask) -> str:
        return f"{site_of(task, VENDOR, NAME)}/jobs.json"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(at.token or self.address(task))

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        return Ask(self.address(task).removesuffix("json") + "rss") if response.status in GONE else None

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(urljoin(home_of(task, VENDOR), address_of(item)))

    def load(self, body: bytes) -> Any:
        """The JSON feed, or the same of the RSS, or of the page that lists."""
        start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:2000].lower()
        if not start.startswith(b"<"):
            return super().load(body)
        if b"<rss" in start:
            return {"items": many(dig(read_xml(body, "rss"), "channel.item"))}
        links = cards(page_of(body), NUMBER)
        if not links:
            raise ParseError(f"{looks_like(body)} that links to no posting")
        return {"items": [{"url": row["path"], "title": row["title"]} for row in links]}

    def is_whole(self, item: dict[str, Any]) -> bool:
        return bool(description_of(item))

    def native_id(self, item: Any) -> str:
        number = NUMBER.search(address_of(fields(item)))
        name = reference_of(dig(item, "_jobposting.identifier")) or reference_of(dig(item, "_page.identifier"))
        return number[1] if number else name or text(fields(item).get("id")) or text(fields(item).get("guid"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        node, status = fields(item.get("_jobposting")) or item.get("_page"), text(item.get("remoteStatus"))
        return completed(RawPosting(
            self.name, task.board, self.native_id(item), urljoin(home_of(task, VENDOR), address_of(item)),
            text(item.get("title")), description=description_of(item),
            company=name_of(fields(node).get("hiringOrganization")) or task.company,
            places=[place(row) for row in many(dig(item, "locations.location")) if fields(row)],
            posted=text(item.get("date_published")) or text(item.get("pubDate")),
            updated=text(item.get("date_modified")), workplace=REMOTE.get(status, ""),
            is_remote=True if status == "fully" else None,
            department=text(item.get("department")), language=text(item.get("language")),
        ), node)  # fmt: skip


def address_of(item: dict[str, Any]) -> str:
    """The posting's page."""
    return text(item.get("url")) or text(item.get("link"))


def description_of(item: dict[str, Any]) -> str:
    """The text, wherever the feed has it."""
    return text(item.get("content_html")) or text(item.get("description")) or text(dig(item, "_jobposting.description"))


def place(row: dict[str, Any]) -> RawPlace:
    """One of the places of the RSS; its name is the employer's."""
    name, city = text(row.get("name")), text(row.get("city"))
    return RawPlace(name if name != city else "", city, "", text(row.get("country")))
