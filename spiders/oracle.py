"""Oracle Recruiting Cloud."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.errors import BoardFailure
from spiders.base.paged import At, DetailSpider
from spiders.base.values import digest, fields, joined, number, rows, text

HOST = r"(?P<host>(?P<board>[^./]+)\.fa\.[^/]*oraclecloud\.com)"
SITE = r"hcmUI/CandidateExperience/(?:[^/?]+/)?sites/(?P<site>[^/?]+)"
TEXTS = (
    "ExternalDescriptionStr", "ExternalResponsibilitiesStr", "ExternalQualificationsStr", "CorporateDescriptionStr",
    "OrganizationDescriptionStr",
)  # fmt: skip
WORKPLACES = {"ORA_REMOTE": "remote", "ORA_HYBRID": "hybrid", "ORA_ON_SITE": "onsite", "ORA_ONSITE": "onsite"}
EXPAND = "requisitionList.secondaryLocations,requisitionList.workLocation"
HOME = 'give the url of the careers site, as in "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1"'


class OracleSpider(DetailSpider):
    """Boards at Oracle Recruiting Cloud.

    Source: {tenant}.fa.{region}.oraclecloud.com/hcmUI/CandidateExperience/en/sites/{site}; a board is named by its
        tenant, or as host|site, which stands for the address.
    API: https://docs.oracle.com/en/cloud/saas/human-resources/farws, GET recruitingCEJobRequisitions, 100 a page, and a
        page for each requisition, read if it is new or its row has changed.
    Caveats: `offset` stands inside `finder`; outside of it the first page comes for ever. The list has no text, and the
        requisition's page no date.
    """

    name = "oracle"
    domains = ("oraclecloud.com",)
    urls = (
        rf"{HOST}/{SITE}/(?:requisitions/)?(?:preview/|job/)(?P<id>[^/?]+)", rf"{HOST}/{SITE}",
        rf"{HOST}/.*?/job/(?P<id>[^/?]+)", rf"{HOST}/hcmRestApi/.*?siteNumber=(?P<site>[^,&;]+)",
    )  # fmt: skip
    canonical = "https://{board}.oraclecloud.com/job/{id}"
    is_strict = False
    id_key = "Id"
    needs_url = True
    page_size = 100

    def site(self, task: BoardTask) -> tuple[str, str]:
        """Host and site. Raises BoardFailure where the task does not say them."""
        said, named = self.facts(task), task.board.partition("|")
        host, site = said.get("host", ""), said.get("site") or named[2]
        if named[2] and not host:
            host = named[0] if named[0].endswith(".oraclecloud.com") else f"{named[0]}.oraclecloud.com"
        if not (host and site):
            raise BoardFailure(Verdict.ERROR, f"{task.name}: its host and site are unknown; {HOME}")
        return host, site

    def page(self, task: BoardTask, at: At) -> Ask:
        host, site = self.site(task)
        finder = f"findReqs;siteNumber={quote(site)},limit={self.page_size},offset={at.start},sortBy=POSTING_DATES_DESC"
        api = f"https://{host}/hcmRestApi/resources/latest/recruitingCEJobRequisitions"
        return Ask(f"{api}?onlyData=true&expand={EXPAND}&finder={finder}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        host, site = self.site(task)
        finder = f"ById;Id=%22{quote(text(item.get('Id')))}%22,siteNumber={quote(site)}"
        api = f"https://{host}/hcmRestApi/resources/latest/recruitingCEJobRequisitionDetails"
        return Ask(f"{api}?expand=all&onlyData=true&finder={finder}")

    def items(self, data: Any) -> Any:
        found = fields(data).get("items")
        return found if found == [] else fields(first(found)).get("requisitionList")

    def total(self, data: Any) -> int | None:
        return number(fields(first(fields(data).get("items"))).get("TotalJobsCount"))

    def single(self, data: Any) -> Any:
        found = first(fields(data).get("items")) or data
        return found if fields(found).get("Id") else None

    def stamp(self, item: dict[str, Any]) -> str:
        return digest(*(item.get(name) for name in ("Title", "PostedDate", "PrimaryLocation", "secondaryLocations")))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, code = text(item.get("Id")), text(item.get("WorkplaceTypeCode"))
        where = [(item.get("PrimaryLocation"), item.get("PrimaryLocationCountry"))]
        where += [(row.get("Name"), row.get("CountryCode")) for row in rows(item.get("secondaryLocations"))]
        texts = joined(*(text(item.get(name)) for name in TEXTS))
        return RawPosting(
            self.name, task.board, key, self.link(task, key), text(item.get("Title")), company=task.company,
            description=texts or text(item.get("ShortDescriptionStr")),
            places=[RawPlace(text(name), country=text(country)) for name, country in where if text(name)],
            requisition_id=key, opening_id=text(item.get("RequisitionId")),
            posted=text(item.get("PostedDate")) or text(item.get("ExternalPostedStartDate")),
            valid_through=text(item.get("PostingEndDate")) or text(item.get("ExternalPostedEndDate")),
            employment_type=text(item.get("JobSchedule")) or text(item.get("ContractType")),
            workplace=WORKPLACES.get(code, "") or text(item.get("WorkplaceType")),
            department=text(item.get("JobFamily")) or text(item.get("Organization")),
            language=text(item.get("Language")),
        )  # fmt: skip

    def link(self, task: BoardTask, key: str) -> str:
        """The requisition's page, where the board's home is known."""
        try:
            host, site = self.site(task)
        except BoardFailure:
            return ""
        return f"https://{host}/hcmUI/CandidateExperience/en/sites/{site}/job/{key}"


def first(found: Any) -> Any:
    """The first of a list, if it is one that holds any."""
    return found[0] if isinstance(found, list) and found else None
