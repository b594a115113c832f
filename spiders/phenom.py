"""Phenom."""

import re
from typing import Any
from urllib.parse import urlsplit

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.embedded import assigned
from spiders.base.paged import At, DetailSpider
from spiders.base.values import dig, distinct, fields, joined_by, names, rows, text

SECTION = re.compile(r"/[a-z]{2,12}/[a-z]{2}(?:[-_][a-z]{2,6})?(?=/|$)", re.IGNORECASE)
FIELDS = ("category", "country", "state", "city", "type")
EXTRAS = ("remoteType", "RemoteType", "workplaceType", "workLocationType", "jobLocationType")


class PhenomSpider(DetailSpider):
    """Careers sites made with Phenom.

    Source: the employer's own host; the board's `url` is its search page, as careers.acme.com/us/en/search-results.
    API: none is documented; POST /widgets of the site, `refineSearch` for the list and `jobDetail` for a posting. A
        saved search page is read too.
    Caveats: The list has teasers. Option `refNum` names the employer where a site asks for it. One applies at the ATS
        behind it, so that both are known to be one.
    """

    name = "phenom"
    domains = ("phenompeople.com", "phenompro.com")
    urls = (r"(?P<board>(?!www\.|cdn\.|content\.)[^./]+)\.phenom(?:people|pro)\.com/(?:[^?]*?job/(?P<id>[\w-]+))?",)
    canonical = "https://{board}.phenompeople.com/job/{id}"
    is_strict = False
    marks = ("phApp.ddo", "cdn.phenompeople.com")
    needs_url = True
    is_front = True
    list_key, total_key, id_key, page_size = "refineSearch.data.jobs", "refineSearch.totalHits", "jobId", 100
    detail_key = "jobDetail.data.job"

    def page(self, task: BoardTask, at: At) -> Ask:
        asked = {"from": at.start, "size": self.page_size, "jobs": True, "counts": True, "all_fields": FIELDS,
                 "sortBy": "Most recent", "keywords": "", "selected_fields": {}, "global": True}  # fmt: skip
        return self.widget(task, "refineSearch", **asked)

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return self.widget(task, "jobDetail", jobSeqNo=text(item.get("jobSeqNo")) or self.native_id(item))

    def widget(self, task: BoardTask, key: str, **asked: Any) -> Ask:
        named = {"refNum": text(task.options.get("refNum"))} if task.options.get("refNum") else {}
        told = {"lang": "en_us", "country": "us", "deviceType": "desktop", "siteType": "external", "ddoKey": key}
        page = "search-results" if key == "refineSearch" else "job"
        return Ask(f"https://{urlsplit(task.url).netloc}/widgets", told | {"pageName": page} | named | asked)

    def load(self, body: bytes) -> Any:
        if body.lstrip()[:1] != b"<":
            return super().load(body)
        page = body.decode("utf-8", "replace")
        data, base = fields(assigned(page, "phApp.ddo")), text(assigned(page, "baseUrl"))
        found = {"refineSearch": data["eagerLoadRefineSearch"]} if "eagerLoadRefineSearch" in data else {}
        for job in rows(dig(found, self.list_key)):
            job.setdefault("_base", base)
        return {**data, **found} if data else None

    def native_id(self, item: Any) -> str:
        item = fields(item)
        return text(item.get("jobId")) or text(item.get("reqId")) or text(item.get("jobSeqNo"))

    def stamp(self, item: dict[str, Any]) -> str:
        return text(item.get("dateUpdated")) or text(item.get("postedDate"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, apply_url = self.native_id(item), text(item.get("applyUrl")).removesuffix("/apply")
        base = text(item.get("_base")) or base_of(task.url)
        places = names(item.get("multi_location")) or names(item.get("location")) or names(item.get("cityStateCountry"))
        return RawPosting(
            self.name, task.board, key, f"{base}job/{key}" if base else apply_url, text(item.get("title")),
            company=text(item.get("companyName")) or text(item.get("company")) or task.company, apply_url=apply_url,
            description=text(item.get("description")) or text(dig(item, "structureData.description")),
            places=list(map(RawPlace, places)) or places_of(item), requisition_id=text(item.get("reqId")),
            posted=text(item.get("postedDate")) or text(item.get("dateCreated")),
            employment_type=text(item.get("type")) or text(item.get("employmentType")),
            workplace=next((kind for name in EXTRAS if (kind := text(item.get(name)))), ""),
            language=text(item.get("locale")).partition("_")[0],
            department=joined_by(", ", *(names(item.get("multi_category")) or names(item.get("category")))),
        )  # fmt: skip


def base_of(url: str) -> str:
    """The address that those of postings begin with: the site's, with its country and language."""
    parts = urlsplit(url)
    section = SECTION.match(parts.path)
    return f"https://{parts.netloc}{section[0] if section else ''}/" if parts.netloc else ""


def places_of(item: dict[str, Any]) -> list[RawPlace]:
    found = RawPlace("", text(item.get("city")), text(item.get("state")), text(item.get("country")))
    return distinct([found])
