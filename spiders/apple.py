"""Apple."""

import html
import re
from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting, SourceKind
from spiders.base.board import Ask
from spiders.base.embedded import DECODER
from spiders.base.errors import ParseError
from spiders.base.paged import At, DetailSpider
from spiders.base.parts import headed
from spiders.base.values import dig, digest, fields, flag, joined, looks_like, read_json, rows, text

SITE = "https://jobs.apple.com"
HYDRATION = re.compile(r"__staticRouterHydrationData\s*=\s*JSON\.parse\(\s*(?=\")")
TEXTS = {
    "jobSummary": "Summary", "description": "Description", "responsibilities": "Responsibilities",
    "minimumQualifications": "Minimum qualifications", "preferredQualifications": "Preferred qualifications",
    "eduExperience": "Education", "additionalRequirements": "Additional requirements",
}  # fmt: skip


class AppleSpider(DetailSpider):
    """Apple's own careers site.

    Source: jobs.apple.com; one board.
    API: none is documented; POST /api/v1/search, 20 a page, and GET /api/v1/jobDetails/{position} for each position,
        read if it is new or its row has changed. The site's saved pages are read too.
    Caveats: A search without `filters` is answered 436. A position has a row for each place. `type` PIPE is a pool of
        candidates, not an opening, and is passed over. Pay stands in the footer of the place.
    """

    name = "apple"
    kind = SourceKind.EMPLOYER
    domains = ("jobs.apple.com", "careers.apple.com")
    urls = (
        r"(?:jobs|careers)\.(?P<board>apple)\.com/(?:[a-z]{2}-[a-z]{2}/)?details/(?P<id>\d+)",
        r"(?:jobs|careers)\.(?P<board>apple)\.com/",
    )
    canonical = "https://jobs.apple.com/details/{id}"
    is_strict = False
    list_key, total_key, id_key, page_size = "res.searchResults", "res.totalRecords", "positionId", 20

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - there is one board
        body = {"query": "", "filters": {}, "page": at.number + 1, "locale": "en-us", "sort": "newest"}
        return Ask(f"{SITE}/api/v1/search", body)

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:  # noqa: ARG002 - there is one board
        return Ask(f"{SITE}/api/v1/jobDetails/{quote(self.native_id(item), safe='')}?locale=en-us")

    def load(self, body: bytes) -> Any:
        if body.lstrip()[:1] != b"<":
            return super().load(body)
        told = hydrated(body.decode("utf-8", "replace"))
        found = fields(dig(told, "loaderData.search")) or fields(dig(told, "loaderData.jobDetails"))
        if not found:
            raise ParseError(f"{looks_like(body)} that was not made of a search or a position")
        return {"res": found}

    def single(self, data: Any) -> Any:
        found = fields(dig(data, "res.jobsData")) or fields(fields(data).get("res"))
        return found if found.get("postingTitle") else None

    def native_id(self, item: Any) -> str:
        return super().native_id(item) or text(fields(item).get("id")).partition("-")[0]

    def row_id(self, item: Any) -> str:
        return text(fields(item).get("id")) or self.native_id(item)

    def is_shown(self, item: dict[str, Any]) -> bool:
        return text(item.get("type")) != "PIPE" and not flag(item.get("managedPipelineRole"))

    def stamp(self, item: dict[str, Any]) -> str:
        return digest(item.get("postingTitle"), item.get("postDateInGMT"))

    def meet(self, item: dict[str, Any], other: dict[str, Any]) -> None:
        item["locations"] = [*rows(item.get("locations")), *rows(other.get("locations"))]

    def merged(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        found = super().merged(item, body)
        self.meet(found, item)
        return found

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, name = self.native_id(item), text(item.get("transformedPostingTitle"))
        url = f"{SITE}/en-us/details/{key}/{name}".rstrip("/")
        texts = joined(*(part(text(item.get(field)), name) for field, name in TEXTS.items()), *footers(item))
        return None if not self.is_shown(item) else RawPosting(
            self.name, task.board, key, url, text(item.get("postingTitle")), company=task.company, description=texts,
            places=places(item), requisition_id=text(item.get("reqId")) or text(item.get("id")),
            posted=text(item.get("postDateInGMT")) or text(item.get("postingDate")),
            workplace="remote" if flag(item.get("homeOffice")) else "",
            employment_type=text(item.get("employmentType")) or text(item.get("jobType")),
            department=text(fields(item.get("team")).get("teamName")),
        )  # fmt: skip


def hydrated(page: str) -> Any:
    """What the page was made of: JSON in a string of its script."""
    begin = HYDRATION.search(page)
    try:
        told = str(DECODER.raw_decode(page, begin.end())[0]) if begin else "null"
    except ValueError:
        return None
    return read_json(told.encode("utf-8", "replace"))


def part(content: str, name: str) -> str:
    """A part of the text below its heading; plain text keeps its lines."""
    told = content if re.search(r"<\w", content) else html.escape(content, quote=False).replace("\n", "<br>\n")
    return headed(name, told)


def places(item: dict[str, Any]) -> list[RawPlace]:
    """The places, each once. A name stands alone where no city is told."""
    found: dict[str, RawPlace] = {}
    for row in rows(item.get("locations")):
        name, city = text(row.get("name")), text(row.get("city"))
        place = RawPlace("" if city else name, city, text(row.get("stateProvince")), text(row.get("countryName")))
        if name or city:
            found.setdefault(name or city, place)
    return list(found.values())


def footers(item: dict[str, Any]) -> list[str]:
    """What stands below the text, pay among it, each once; in English if it is."""
    told: dict[str, None] = {}
    for footer in rows(item.get("postingFooters")):
        said = fields(footer.get("localizations"))
        for row in rows(said.get("en_US") or next(iter(said.values()), None)):
            told[part(text(row.get("content")), text(row.get("label")) or text(row.get("name")))] = None
    return list(told)
