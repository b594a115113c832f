"""Personio."""

import re
from typing import Any

from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.cards import cards, first_told
from spiders.base.embedded import assigned, flight, page_of
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.paged import At, Row
from spiders.base.pages import PagesSpider, completed
from spiders.base.parts import headed, home_of, site_of
from spiders.base.values import digest, fields, is_object, joined, looks_like, many, rows, text
from spiders.base.verdicts import GONE
from spiders.base.visit import Visit
from spiders.base.xml import read_xml

VENDOR = "jobs.personio.de"
LANGUAGES = ("", "de", "fr", "es", "it", "nl", "pt")  # after English; the first is the employer's own
NAMES = {"main_office": "office", "created_at": "createdAt", "employment_type": "employmentType"}
PAGE = re.compile(r"/job/(\d+)")


class PersonioSpider(PagesSpider):
    """Boards at Personio.

    Source: {name}.jobs.personio.de or .com; the board's `url` says which, if it is not the first.
    API: https://developer.personio.de/docs/retrieving-open-job-positions, GET /xml?language=en, the board at once.
    Caveats: A posting that is published in another language only has no text in the feed. So the employer's own
        language is asked for too, the others while a new posting lacks its text, and its page last. Some employers
        switch the feed off; then the careers page lists. `createdAt` is the only date. What names a contact is left.
    """

    name = "personio"
    domains = ("personio.de", "personio.com")
    urls = (r"(?P<board>[^./]+?)[.-]jobs\.personio\.(?:de|com)/(?:(?:[a-z]{2}/)?job/(?P<id>\d+))?",)
    canonical = "https://{board}.jobs.personio.com/job/{id}"
    patience = 1  # many a page is kept from all but browsers

    def address(self, task: BoardTask) -> str:
        return f"{site_of(task, VENDOR)}/xml?language=en"

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the feed comes at once
        return Ask(self.address(task))

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        return Ask(f"{home_of(task, VENDOR)}/?language=en") if response.status in GONE else None

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"{home_of(task, VENDOR)}/job/{text(item.get('id'))}")

    def load(self, body: bytes) -> Any:
        """The positions of a feed, or those that a careers page holds in its data, or links to."""
        if b"<html" not in body[:2000].lower():
            return many(read_xml(body, "workzag-jobs").get("position"))
        held = assigned(flight(body.decode("utf-8", "replace")), "jobs")
        if isinstance(held, list) and held:
            return [renamed(row) for row in held]
        links = cards(page_of(body), PAGE, title=first_told)
        if not links:
            raise ParseError(f"{looks_like(body)} that links to no posting")
        return [{"id": row["id"], "name": row["title"]} for row in links]

    def is_whole(self, item: dict[str, Any]) -> bool:
        return bool(sections(item))

    async def gather(self, response: Response, visit: Visit) -> list[Any]:
        found = {self.native_id(item) or digest(item): fields(item) for item in await super().gather(response, visit)}
        for language in LANGUAGES if "/xml" in response.url else ():
            is_wanted = not language or any(not self.is_whole(found[key]) for key in found.keys() - visit.task.known)
            if visit.is_over() or visit.lacking or not is_wanted:
                break
            for item in await self.translated(language, visit):
                key = self.native_id(item) or digest(item)
                if key not in found or (self.is_whole(item) and not self.is_whole(found[key])):
                    found[key] = item
                    response.headers.pop("ETag", None)  # the English feed does not speak for the board
                    response.headers.pop("Last-Modified", None)
        return list(found.values())

    async def translated(self, language: str, visit: Visit) -> list[dict[str, Any]]:
        """The feed in another language; without it the crawl is not complete."""
        url = f"{home_of(visit.task, VENDOR)}/xml" + (f"?language={language}" if language else "")
        try:
            return rows(self.read_page(await self.ask(Ask(url), visit))[1])
        except BoardFailure as failure:
            visit.note(failure, url)
            return []

    async def read_detail(self, key: str, row: Row, visit: Visit) -> list[RawPosting]:
        """A posting whose page is gone is listed all the same, and what is known of one whose page says less stands."""
        found = await super().read_detail(key, row, visit)
        if key in visit.end.seen:
            return [posting for posting in found if posting.description or key not in visit.task.known]
        visit.end.seen.add(key)
        return [] if key in visit.task.known else self.map_rows([row.item], visit.task).postings

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, more = text(item.get("id")), fields(item.get("additionalOffices")).get("office")
        offices = dict.fromkeys(filter(None, map(text, [*many(item.get("office")), *many(more)])))
        schedule, kind = text(item.get("schedule")), text(item.get("employmentType"))
        home = home_of(task, VENDOR)
        return completed(RawPosting(
            self.name, task.board, key, home and f"{home}/job/{key}", text(item.get("name")),
            company=text(item.get("subcompany")) or task.company, description=sections(item),
            places=[RawPlace(office) for office in offices], posted=text(item.get("createdAt")),
            employment_type=kind if kind == "freelance" or not schedule else schedule,
            department=text(item.get("department")),
        ), item.get("_page"))  # fmt: skip


def sections(item: dict[str, Any]) -> str:
    """The parts of a position's text under their headings."""
    told = []
    for part in many(fields(item.get("jobDescriptions")).get("jobDescription")):
        name, value = text(fields(part).get("name")), text(fields(part).get("value"))
        if name != "CONTACT_PERSON":
            told.append(headed(name, value))
    return joined(*told)


def renamed(row: Any) -> Any:
    """A posting of the careers page's data, under the names that the feed has."""
    return {NAMES.get(name, name): value for name, value in row.items()} if is_object(row) else row
