"""Paylocity."""

import re
from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting
from spiders.base.addresses import UUID
from spiders.base.board import Ask
from spiders.base.embedded import assigned, page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed, inner, words
from spiders.base.values import distinct, fields, flag, is_object, looks_like, noted, text

SITE = "https://recruiting.paylocity.com/Recruiting/Jobs"
HOST = r"recruiting\.paylocity\.com/recruiting/jobs/"
PART = '//*[contains(@class, "job-listing-header")][normalize-space() = "{}"]/following-sibling::div[1]'
WORKPLACE = re.compile(r"(?:^|[-–(,/]\s?)(hybrid|remote|on-?site)(?=$|\s?[-–(),/])", re.IGNORECASE)
NO_NAME = re.compile(r"(?:career|employment|job)s?(?: opportunities| openings)?|opportunities|external", re.IGNORECASE)


class PaylocitySpider(PagesSpider):
    """Boards at Paylocity.

    Source: recruiting.paylocity.com/Recruiting/Jobs/All/{uuid}/{name}; a board is named by its uuid.
    API: none is documented; the board's page holds the list as JSON (`window.pageData`), each posting's page its text.
    Caveats: The list's texts are cut. A place may be called "Hybrid" or "Remote". The pages' JobPosting is not always
        there; then the text stands under a heading.
    """

    name = "paylocity"
    domains = ("recruiting.paylocity.com",)
    urls = (
        rf"{HOST}(?:details|apply)/(?P<id>\d+)",
        rf"{HOST}all/(?P<board>{UUID})",
        rf"{HOST}list/(?P<board>\d+)",
    )
    canonical = "https://recruiting.paylocity.com/recruiting/jobs/details/{id}"
    is_strict = False
    list_key, id_key = "Jobs", "JobId"

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the list comes at once
        kind = "List" if task.board.isdigit() else "All"
        return Ask(f"{SITE}/{kind}/{quote(task.board, safe='')}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:  # noqa: ARG002 - postings' addresses name no board
        return Ask(f"{SITE}/Details/{self.native_id(item)}")

    def load(self, body: bytes) -> Any:
        """What the page says of the board, the board's name in each row."""
        data = assigned(body.decode("utf-8", "replace"), "window.pageData")
        if not is_object(data) or not isinstance(data.get("Jobs"), list):
            raise ParseError(f"{looks_like(body)} without the board's postings")
        title = text(data.get("ModuleTitle"))
        company = "" if NO_NAME.fullmatch(title) else title
        return {"Jobs": noted(data["Jobs"], {"_company": company})}

    def is_shown(self, item: dict[str, Any]) -> bool:
        return not flag(item.get("IsInternal"))

    def stated(self, body: bytes) -> dict[str, Any]:
        page = page_of(body)
        told, kind = inner(page, PART.format("Description")), words(page.xpath(PART.format("Job Type"))[:1])
        title = words(page.xpath('(//*[contains(@class, "job-preview-title")] | //h1)[1]'))
        found = {"title": title, "description": told, "employmentType": kind}
        return super().stated(body) or (found if told else {})

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, named = self.native_id(item), text(item.get("LocationName"))
        where, mark = fields(item.get("JobLocation")), WORKPLACE.search(named)
        place = RawPlace(named if not mark or mark[1] != named else "", text(where.get("City")) or
                         text(where.get("Metro")), text(where.get("State")), text(where.get("Country")))  # fmt: skip
        return completed(RawPosting(
            self.name, task.board, key, f"{SITE}/Details/{key}", text(item.get("JobTitle")),
            company=text(item.get("_company")) or task.company, places=distinct([place]),
            posted=text(item.get("PublishedDate")), workplace=mark[1].lower() if mark else "",
            is_remote=flag(item.get("IsRemote")) or None, department=text(item.get("HiringDepartment")),
        ), item.get("_page")) if self.is_shown(item) else None  # fmt: skip
