"""Comeet."""

import re
from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.embedded import assigned
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.paged import At
from spiders.base.pages import PagesSpider
from spiders.base.parts import headed
from spiders.base.values import dig, distinct, fields, flag, joined, looks_like, rows, text
from spiders.base.visit import Visit

UID = r"[0-9a-z]{1,4}\.[0-9a-z]{3}"
TOKEN = re.compile(r"\"?token\"?\s*+[=:]\s*+[\"']([0-9A-F]{12,64})[\"']")
HOME = 'give the url of the board, as in "https://www.comeet.com/jobs/acme/B1.001"'
ADDRESSES = ("url_comeet_hosted_page", "url_active_page", "url_recruit_hosted_page", "url_detected_page")


class ComeetSpider(PagesSpider):
    """Boards at Comeet (Spark Hire Recruit).

    Source: www.comeet.com/jobs/{name}/{number}; a board has its number as option `uid`, in its `url`, or behind
        its name: "acme|B1.001".
    API: https://developers.comeet.com/reference/careers-api-overview, whose token the board's page holds; mostly the
        page holds the postings too.
    Caveats: `time_updated` is no date of posting, and there is no other. A place's name is the employer's ("HQ").
    """

    name = "comeet"
    domains = ("comeet.com", "comeet.co")
    urls = (
        rf"(?:www\.)?comeet\.com?/jobs/(?P<board>[^/?]+)/(?P<uid>{UID})/[^/?]+/(?P<id>{UID})",
        rf"(?:www\.)?comeet\.com?/jobs/(?P<board>[^/?]+)/(?P<uid>{UID})/?(?:\?|$)",
    )
    canonical = "https://www.comeet.com/jobs/{board}/{uid}/{id}"
    is_strict = False
    list_key, id_key = "rows", "uid"

    def number(self, task: BoardTask) -> str:
        """What stands beside the board's name in its address; empty where the task does not say it."""
        found = self.facts(task).get("uid") or task.board.partition("|")[2]
        return found if re.fullmatch(UID, found, re.ASCII | re.IGNORECASE) else ""

    def front(self, task: BoardTask) -> str:
        """The board's page."""
        return f"https://www.comeet.com/jobs/{quote(task.board.partition('|')[0])}/{self.number(task)}"

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the page holds all
        if not self.number(task):
            raise BoardFailure(Verdict.ERROR, f"{task.name}: its number is unknown; {HOME}")
        return Ask(self.front(task))

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(address_of(item) or self.front(task))

    def load(self, body: bytes) -> Any:
        """The page's postings, or what asks the API for them; or the API's answer."""
        if not body.lstrip().startswith(b"<"):
            return {"rows": super().load(body)}
        page = body.decode("utf-8", "replace")
        found, token = assigned(page, "COMPANY_POSITIONS_DATA"), TOKEN.search(page)
        if isinstance(found, list):
            return {"rows": found}
        if one := fields(assigned(page, "POSITION_DATA")):
            return {"rows": [one]}
        if not token:
            raise ParseError(f"{looks_like(body)} without the board's postings")
        return {"rows": [], "token": token[1]}

    def is_whole(self, item: dict[str, Any]) -> bool:
        return bool(item)

    async def gather(self, response: Response, visit: Visit) -> list[Any]:
        data, found = self.read_page(response)
        if token := text(data.get("token")):
            number = self.number(visit.task)
            api = f"https://www.comeet.co/careers-api/2.0/company/{number}/positions?token={token}&details=true"
            found = self.read_page(await self.ask(Ask(api), visit))[1]
        return found

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        where = fields(item.get("location"))
        city, named = text(where.get("city")), text(where.get("name")) or text(item.get("location"))
        place = RawPlace("" if city else named, city, text(where.get("state")), text(where.get("country")))
        return RawPosting(
            self.name, task.board, self.native_id(item), address_of(item) or self.front(task), text(item.get("name")),
            company=text(item.get("company_name")) or task.company, description=sections(item),
            places=distinct([place]), updated=text(item.get("time_updated")),
            employment_type=text(item.get("employment_type")), workplace=text(item.get("workplace_type")),
            is_remote=flag(where.get("is_remote")) or None, department=text(item.get("department")),
        )  # fmt: skip


def address_of(item: dict[str, Any]) -> str:
    """The posting's page, Comeet's before the employer's."""
    return next((found for name in ADDRESSES if (found := text(item.get(name)))), "")


def sections(item: dict[str, Any]) -> str:
    """The parts of a text under their headings."""
    told = []
    for part in rows(item.get("details")) or rows(dig(item, "custom_fields.details")):
        name, value = text(part.get("name")), text(part.get("value"))
        told.append(headed(name, value))
    return joined(*told)
