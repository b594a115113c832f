"""Eightfold."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.paged import At, DetailSpider
from spiders.base.values import digest, fields, names, text
from spiders.base.verdicts import misread
from spiders.base.visit import Visit

NEW, OLD = "/api/pcsx/search", "/api/apply/v2/jobs"
PAGE = re.compile(r"/api/apply/v2/jobs/(\d+)\?domain=(.+)")
REFUSED = (Verdict.BLOCKED, Verdict.GONE)
REMOTE = re.compile(r"\bremote\b", re.IGNORECASE)


class EightfoldSpider(DetailSpider):
    """Boards at Eightfold.

    Source: {employer}.eightfold.ai, or the employer's own careers host, which goes into the board's `url`; option
        `domain`: the employer's domain where it is not {board}.com, or the board is named by it.
    API: none is documented; GET /api/pcsx/search, or /api/apply/v2/jobs of the older generation, 10 a page, and a page
        for each posting, read if it is new or its row has changed.
    Caveats: The wrong generation answers 403 or 200 that it is "Not authorized for PCSX", which says where to ask
        instead. A domain that is missing is answered 422. After some 290 requests a host wants a pause. The place wins
        over `work_location_option`, which says onsite of remote postings. Dates count seconds.
    """

    name = "eightfold"
    domains = ("eightfold.ai", "explore.jobs.netflix.net", "apply.careers.microsoft.com", "careers.micron.com",
               "careers.qualcomm.com")  # fmt: skip
    urls = tuple(
        rf"(?P<host>{host})/(?:(?:careers/job/|careers[^?]*\?(?:.*&)?pid=|api/apply/v2/jobs/)(?P<id>\d+)|"
        r"[^?]*\?(?:.*&)?domain=(?P<domain>[^&]+)|)"
        for host in (
            r"(?P<board>[^./]+)\.eightfold\.ai", r"explore\.jobs\.(?P<board>netflix)\.net",
            r"apply\.careers\.(?P<board>microsoft)\.com", r"careers\.(?P<board>micron|qualcomm)\.com",
        )
    )  # fmt: skip
    canonical = "https://{host}/careers/job/{id}"
    list_key, total_key, page_size = "positions", "count", 10

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doors: dict[str, str] = {}  # of boards that answered that they are read at the other one
        self.pages: set[str] = set()  # boards whose postings are read at the newer door too

    def site(self, task: BoardTask) -> tuple[str, str]:
        """The host of a board, and the domain that it is asked for."""
        said, is_domain = self.facts(task), "." in task.board and not task.board.endswith(".eightfold.ai")
        named = task.board.removesuffix(".eightfold.ai")
        host = said.get("host") or urlsplit(task.url).hostname or f"{named.partition('.')[0]}.eightfold.ai"
        return host, said.get("domain") or (task.board if is_domain else f"{named}.com")

    def door(self, task: BoardTask) -> str:
        return self.doors.get(task.name) or next(iter(task.cursor.get("door", ())), NEW)

    def page(self, task: BoardTask, at: At) -> Ask:
        (host, domain), door = self.site(task), self.door(task)
        more = "&query=&location=&sort_by=timestamp" if door == NEW else f"&num={self.page_size}"
        return Ask(f"https://{host}{door}?domain={quote(domain)}&start={at.start}{more}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        host, domain = self.site(task)
        return Ask(f"https://{host}{OLD}/{quote(text(item.get('id')))}?domain={quote(domain)}")

    def other_door(self, response: Response, task: BoardTask) -> Ask | None:
        if not is_signpost(response):
            return None
        self.doors[task.name] = OLD if self.door(task) == NEW else NEW
        return self.first(task)

    async def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        visit.noted("door")[self.door(visit.task)] = True
        self.pages |= {visit.task.name} if visit.task.cursor.get("pages") else set()
        async for posting in super().visit_board(response, visit):
            yield posting
        if visit.task.name in self.pages:
            visit.noted("pages")[NEW] = True

    async def ask(self, ask: Ask, visit: Visit) -> Response:
        """A posting's page; where none could be read at the older door, the newer one is tried once, and then kept."""
        newer, name = PAGE.sub(r"/api/pcsx/position_details?position_id=\1&domain=\2&hl=en", ask.url), visit.task.name
        if newer == ask.url or name in self.pages:
            return await super().ask(Ask(newer), visit)
        try:
            response = await super().ask(ask, visit)
            if visit.readable or not is_signpost(response):
                return response
            failure = misread(ParseError("that it is not read here"), response)
        except BoardFailure as one:
            if one.verdict not in REFUSED or one.retry_after or visit.readable or visit.in_row:
                raise
            failure = one
        with suppress(BoardFailure):
            response = await super().ask(Ask(newer), visit)
            if not is_signpost(response):
                self.pages.add(name)
                return response
        raise failure

    def load(self, body: bytes) -> Any:
        data = fields(super().load(body))
        data = fields(data.get("data")) or data
        if not isinstance(data.get("positions"), list) and not (text(data.get("id")) and text(data.get("name"))):
            raise ParseError("JSON that holds neither positions nor a position")
        return data

    def stamp(self, item: dict[str, Any]) -> str:
        return digest(*(item.get(name) for name in ("name", "locations", "location", "t_update", "workLocationOption")))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, where = text(item.get("id")), names(item.get("locations")) or names(item.get("location"))
        said = first_of(item, "work_location_option", "workLocationOption", "location_flexibility")
        workplace = "remote" if said.startswith("remote") else said
        is_elsewhere = workplace == "onsite" and any(REMOTE.search(name) for name in where)
        home = f"https://{self.site(task)[0]}/careers/job/{key}"
        page = first_of(item, "canonicalPositionUrl", "publicUrl", "positionUrl")
        return RawPosting(
            self.name, task.board, key, urljoin(home, page) if page else home, html.unescape(text(item.get("name"))),
            company=task.company, description=first_of(item, "job_description", "jobDescription"),
            places=list(map(RawPlace, where)),
            requisition_id=first_of(item, "display_job_id", "displayJobId", "ats_job_id", "atsJobId"),
            posted=first_of(item, "t_create", "postedTs"), updated=text(item.get("t_update")),
            workplace="" if is_elsewhere else workplace, department=html.unescape(text(item.get("department"))),
            language=text(item.get("locale")),
        )  # fmt: skip


def is_signpost(response: Response) -> bool:
    """Whether an answer, whatever its status, says that the board is read at the other door."""
    return b"PCSX" in response.body[:2000] and b"positions" not in response.body[:2000]


def first_of(item: dict[str, Any], *names: str) -> str:
    """The first of these fields that says something: the generations name them differently."""
    return next((said for name in names if (said := text(item.get(name)))), "")
