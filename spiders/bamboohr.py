"""BambooHR."""

import re
from typing import Any

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.paged import At, DetailSpider
from spiders.base.pages import AT_ONCE
from spiders.base.parts import named_site
from spiders.base.values import distinct, fields, flag, text

BOARD = r"(?P<board>(?!(?:www|api|app|help|documentation|partners|resources)\.)[^./]+)\.bamboohr\.com/"
WORKPLACES = {"0": "onsite", "1": "remote", "2": "hybrid"}


class BamboohrSpider(DetailSpider):
    """Boards at BambooHR.

    Source: {name}.bamboohr.com/careers.
    API: none is documented; GET /careers/list has the board at once, GET /careers/{id}/detail text, date and pay.
    Caveats: A board that is gone or suspended redirects elsewhere. `isRemote` is nearly always null, and `locationType`
        says it. The place stands in `location` or in `atsLocation`. A group's board holds the postings of several
        employers.
    """

    name = "bamboohr"
    domains = ("bamboohr.com",)
    urls = (
        BOARD + r"(?:careers|jobs/view\.php)/?(?P<id>\d+)",
        BOARD + r"jobs/(?:view\.php)?\?(?:[^#]*&)?id=(?P<id>\d+)",
        BOARD + r"(?:(?:careers|jobs)(?:/list|/embed2?\.php)?)?/?(?:\?|$)",
    )
    canonical = "https://{board}.bamboohr.com/careers/{id}"
    is_strict = False
    list_key, total_key, detail_key = "result", "meta.totalCount", "result.jobOpening"
    token_key = AT_ONCE

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the list comes at once
        return Ask(f"{named_site(task, 'bamboohr.com')}/careers/list")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"https://{task.board}.bamboohr.com/careers/{text(item.get('id'))}/detail")

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        page = text(item.get("jobOpeningShareUrl"))
        shared = re.search(r"/careers/(\d+)", page)
        key = text(item.get("id")) or (shared[1] if shared else "")
        return RawPosting(
            self.name, task.board, key, page or f"https://{task.board}.bamboohr.com/careers/{key}",
            text(item.get("jobOpeningName")), company=task.company, description=text(item.get("description")),
            places=distinct([place_of(item)]), posted=text(item.get("datePosted")),
            employment_type=text(item.get("employmentStatusLabel")) or text(item.get("employmentType")),
            workplace=WORKPLACES.get(text(item.get("locationType")), ""),
            is_remote=flag(item.get("isRemote")) or None, pay_text=text(item.get("compensation")),
            department=text(item.get("departmentLabel")),
        )  # fmt: skip


def place_of(item: dict[str, Any]) -> RawPlace:
    """The office, or what is said of the place of a remote opening."""
    where = [fields(item.get(name)) for name in ("location", "atsLocation")]

    def said(*names: str) -> str:
        return next((found for row in where for name in names if (found := text(row.get(name)))), "")

    named = text(item.get("location")) or text(item.get("atsLocation"))
    return RawPlace(named, said("city"), said("state", "province"), said("addressCountry", "country"))
