"""Workday."""

import html
import re
from typing import Any
from urllib.parse import quote, urlsplit

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.errors import BoardFailure
from spiders.base.facets import at_least, split
from spiders.base.paged import At, DetailSpider
from spiders.base.values import digest, fields, flag, joined, names, rows, text

SITE = r"(?:[a-z]{2}(?:-[a-z]{2})?/)?(?P<site>(?!wday/|recruiting/)[^/?]+)"
POSTING = (  # the requisition ends the path; a site's repeat of it ends in "-1"
    r"/(?:job|details)/(?:[^?]*/)?[^/?]*_(?P<key>(?:[^/_?]*\d{3}(?=-\d{1,2}(?:[/?]|$))|[^/_?]+))(?:-\d{1,2})?"
    r"(?:/(?:apply|usemylast|autofill)[^/?]*)*/?(?:\?|$)"
)
JOBS = r"(?P<host>(?P<board>[^./]+)\.(?:[^./]+\.)?myworkdayjobs\.com)/"
SHARED = r"(?P<host>[^/]+\.myworkdaysite\.com)/"
RECRUITING = r"(?:[a-z]{2}(?:-[a-z]{2})?/)?recruiting/(?P<board>[^/]+)/(?P<site>[^/?]+)"
COUNTED = re.compile(r"\d+\s+\w+\s*")  # "2 Locations", in the site's language
SOLE = ("timeType", "workerSubType")  # facets of which a posting has one value
PARTING = ("jobFamilyGroup", "jobFamily")  # and of these mostly
HOME = 'give the url of the careers site, as in "https://acme.wd5.myworkdayjobs.com/Careers"'


class WorkdaySpider(DetailSpider):
    """Boards at Workday.

    Source: {tenant}.wdN.myworkdayjobs.com/{site} or wdN.myworkdaysite.com/recruiting/{tenant}/{site}; a board is named
        by its tenant, or as tenant|wdN|site, which stands for the first.
    API: none is documented; POST /wday/cxs/{tenant}/{site}/jobs, 20 a page, and GET for each posting, read if it is new
        or its row has changed.
    Caveats: `total` stands on the first page only, and some tenants end at 2,000, others do not: the page behind tells,
        and what is capped is split by facets, which may be nested. A field that is missing is answered 422. Dates are
        words, or none; the posting's page has a day. Places of a row may be "2 Locations".
    """

    name = "workday"
    domains = ("myworkdayjobs.com", "myworkdaysite.com")
    urls = (
        rf"{JOBS}{SITE}{POSTING}", rf"{JOBS}{POSTING[1:]}", rf"{SHARED}{RECRUITING}{POSTING}",
        rf"{JOBS}wday/cxs/[^/]+/(?P<site>[^/?]+)", rf"{SHARED}wday/cxs/(?P<board>[^/]+)/(?P<site>[^/?]+)",
        rf"{SHARED}{RECRUITING}", rf"{JOBS}{SITE}", JOBS,
    )  # fmt: skip
    canonical = "https://{board}.myworkdayjobs.com/job/{key:upper}"
    needs_url = True
    portion = 50_000  # pace and deadline bound a crawl
    list_key, total_key, detail_key, page_size, cap, is_cap_doubtful = (
        "jobPostings",
        "total",
        "jobPostingInfo",
        20,
        2000,
        True,
    )

    def site(self, task: BoardTask) -> tuple[str, str, str]:
        """Host, tenant and site. Raises BoardFailure where the task does not say them."""
        said, named = self.facts(task), task.board.split("|")
        tenant, host, site = said.get("board") or named[0], said.get("host", ""), said.get("site", "")
        if len(named) == 3:
            tenant, host, site = named[0], host or f"{named[0]}.{named[1]}.myworkdayjobs.com", site or named[2]
        if not (tenant and host and site):
            raise BoardFailure(Verdict.ERROR, f"{task.name}: its host and site are unknown; {HOME}")
        return host, tenant, site

    def api(self, task: BoardTask) -> str:
        host, tenant, site = self.site(task)
        return f"https://{host}/wday/cxs/{quote(tenant)}/{quote(site)}"

    def page(self, task: BoardTask, at: At) -> Ask:
        body = {"appliedFacets": at.part or {}, "limit": self.page_size, "offset": at.start, "searchText": ""}
        return Ask(f"{self.api(task)}/jobs", body)

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(
            self.api(task) + quote(text(item.get("externalPath")), safe="/%"), None, {"Accept": "application/json"}
        )

    def parts(self, data: Any, at: At) -> list[Any]:
        return split(dict(facets(fields(data).get("facets"))), at.part, self.cap, SOLE + PARTING)

    def whole(self, data: Any) -> int:
        found = dict(facets(fields(data).get("facets")))
        is_capped = (self.total(data) or 0) >= self.cap
        return at_least(found, SOLE) or (at_least(found, PARTING) if is_capped else 0)

    def native_id(self, item: Any) -> str:
        """What ends the path behind the last underscore, or the requisition if it holds one itself."""
        path = text(fields(item).get("externalPath")) or urlsplit(text(fields(item).get("externalUrl"))).path
        name = path.rstrip("/").rpartition("/")[2] or text(fields(item).get("jobPostingId"))
        said = requisition(fields(item), name)
        return name[name.rindex(said) :] if "_" in said and said in name else name.rpartition("_")[2] or name or said

    def stamp(self, item: dict[str, Any]) -> str:
        return digest(*(text(item.get(name)) for name in ("title", "externalPath", "locationsText", "remoteType")))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, where = self.native_id(item), text(item.get("location")) or text(item.get("locationsText"))
        country = text(fields(item.get("country")).get("descriptor"))
        places = [RawPlace(where, country=country)] if where and not COUNTED.fullmatch(where) else []
        content = text(item.get("jobDescription"))
        return None if flag(item.get("posted")) is False else RawPosting(
            self.name, task.board, key, text(item.get("externalUrl")) or self.link(task, item), text(item.get("title")),
            company=task.company, description=html.unescape(content) if "<" not in content else content,
            places=places + list(map(RawPlace, names(item.get("additionalLocations")))),
            requisition_id=requisition(item, key) or key, opening_id=text(item.get("id")),
            posted=text(item.get("startDate")) or text(item.get("postedOn")), valid_through=text(item.get("endDate")),
            employment_type=text(item.get("timeType")), workplace=text(item.get("remoteType")),
            pay_text=joined(text(item.get("salaryRange")), text(item.get("payRange"))),
        )  # fmt: skip

    def link(self, task: BoardTask, item: dict[str, Any]) -> str:
        """The posting's page, where the board's home is known."""
        try:
            host, tenant, site = self.site(task)
        except BoardFailure:
            return ""
        base = f"recruiting/{tenant}/{site}" if host.endswith(".myworkdaysite.com") else site
        return f"https://{host}/{base}{text(item.get('externalPath'))}"


def facets(found: Any) -> list[tuple[str, dict[str, int]]]:
    """The facets of an answer with their values' counts; those of a group stand beside the others."""
    named: list[tuple[str, dict[str, int]]] = []
    for facet in rows(found):
        values = rows(facet.get("values"))
        counts = {text(one.get("id")): one.get("count") for one in values if text(one.get("id"))}
        known = {value: count for value, count in counts.items() if type(count) is int}
        named += [(text(facet.get("facetParameter")), known)] if known else []
        named += facets([one for one in values if "values" in one])
    return named


def requisition(item: dict[str, Any], name: str) -> str:
    """The requisition as the page says it, or what of a row's bullets the posting's name holds."""
    return text(item.get("jobReqId")) or next((one for one in names(item.get("bulletFields")) if one in name), "")
