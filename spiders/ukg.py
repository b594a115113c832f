"""UKG Pro Recruiting, once UltiPro."""

from typing import Any
from urllib.parse import urlsplit

from models import BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.addresses import UUID
from spiders.base.board import Ask
from spiders.base.embedded import DECODER
from spiders.base.errors import BoardFailure, ParseError
from spiders.base.paged import At, DetailSpider
from spiders.base.values import digest, distinct, fields, flag, looks_like, rows, text

CALL = "CandidateOpportunityDetail("
HOST = "recruiting.ultipro.com"


class UkgSpider(DetailSpider):
    """Boards at UKG Pro Recruiting (UltiPro).

    Source: recruiting.ultipro.com/{tenant}/JobBoard/{guid}, recruiting2 or .ca; the board's `url` is that address.
    API: none is documented; POST JobBoardView/LoadSearchResults of the board, and the page of a posting, which holds
        its data in a script.
    Caveats: A place may be called Remote in the field of its city. An employer may have several boards, each its own.
    """

    name = "ukg"
    domains = ("ultipro.com", "ultipro.ca", "ukg.net")
    urls = (
        rf"recruiting\d*\.ultipro\.(?:com|ca)/(?P<board>[^/?]+)/JobBoard/(?P<guid>{UUID})"
        rf"(?:/[^?]*\?(?:.*&)?opportunityId=(?P<id>{UUID}))?",
        r"recruiting\d*\.ultipro\.(?:com|ca)/(?P<board>[^/?]+)",
    )
    canonical = "https://recruiting.ultipro.com/opportunity/{id}"
    is_strict = False
    needs_url = True
    list_key, total_key, id_key, page_size = "opportunities", "totalCount", "Id", 50

    def site(self, task: BoardTask) -> str:
        """The board's address. Raises BoardFailure where its guid is unknown."""
        facts = self.facts(task)
        if not facts.get("guid"):
            raise BoardFailure(Verdict.ERROR, f"{task.name} has no url; give it as https://{HOST}/TENANT/JobBoard/GUID")
        return f"https://{urlsplit(task.url).netloc or HOST}/{facts.get('board', task.board)}/JobBoard/{facts['guid']}"

    def page(self, task: BoardTask, at: At) -> Ask:
        order = {"Value": "postedDateDesc", "PropertyName": "PostedDate", "Ascending": False}
        search = {"Top": self.page_size, "Skip": at.start, "QueryString": "", "OrderBy": [order], "Filters": []}
        return Ask(f"{self.site(task)}/JobBoardView/LoadSearchResults", {"opportunitySearch": search})

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"{self.site(task)}/OpportunityDetail?opportunityId={self.native_id(item)}")

    def stamp(self, item: dict[str, Any]) -> str:
        return digest(
            *(item.get(name) for name in ("Title", "PostedDate", "BriefDescription", "FullTime", "Locations"))
        )

    def load(self, body: bytes) -> Any:
        """An answer's JSON, or that in a posting's page."""
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
            return super().load(body)
        page = body.decode("utf-8", "replace")
        try:
            return DECODER.raw_decode(page[page.index(CALL) + len(CALL) :].lstrip())[0]
        except (ValueError, RecursionError):
            raise ParseError(f"{looks_like(body)} without a posting's data; it may be gone") from None

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, hours, where = self.native_id(item), flag(item.get("FullTime")), rows(item.get("Locations"))
        is_remote = any(text(address(row).get("City")).lower() == "remote" for row in where)
        url = f"{self.site(task)}/OpportunityDetail?opportunityId={key}" if self.facts(task).get("guid") else ""
        return RawPosting(
            self.name, task.board, key, url, text(item.get("Title")), company=task.company,
            description=text(item.get("Description")),
            places=distinct(map(place, where)),
            requisition_id=text(item.get("RequisitionNumber")), posted=text(item.get("PostedDate")),
            employment_type="" if hours is None else "full-time" if hours else "part-time",
            is_remote=is_remote or None, department=text(item.get("JobCategoryName")),
        )  # fmt: skip


def address(row: dict[str, Any]) -> dict[str, Any]:
    return fields(row.get("Address"))


def place(row: dict[str, Any]) -> RawPlace:
    """A place by its address, else by its name."""
    told, city = address(row), text(address(row).get("City"))
    region, country = (named(told.get(part)) for part in ("State", "Country"))
    name = text(row.get("LocalizedName")) or text(row.get("LocalizedDescription"))
    return RawPlace(name if not city else "", city if city.lower() != "remote" else "", region, country)


def named(value: Any) -> str:
    return text(fields(value).get("Name")) or text(fields(value).get("Code")) or text(value)
