"""SmartRecruiters."""

from typing import Any
from urllib.parse import quote

from scrapy.http import Response

from models import BoardEnd, BoardTask, RawPlace, RawPosting, Verdict
from spiders.base.board import Ask
from spiders.base.paged import At, DetailSpider
from spiders.base.parts import headed, paid
from spiders.base.values import dig, fields, flag, joined, text

SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
NOTHING = "{} answers that it lists nothing, as it does for a company that it does not know; look whether it has moved"


class SmartrecruitersSpider(DetailSpider):
    """Boards at SmartRecruiters.

    Source: jobs.smartrecruiters.com/{company}; a board is named by the company's identifier.
    API: https://developers.smartrecruiters.com/docs/posting-api, GET /v1/companies/{company}/postings, 100 a page, and
        a page for each posting, read if it is new or was released again.
    Caveats: A company that is not known is answered 200 and nothing, so that nothing is closed then. `experienceLevel`
        is the employer's word. `remote` may be true beside a city. A section of the text may be empty.
    """

    name = "smartrecruiters"
    domains = ("smartrecruiters.com",)
    urls = (
        r"(?:jobs|careers)\.smartrecruiters\.com/(?:ni/)?(?P<board>[^/?]+)/(?P<id>\d{12,}|[0-9a-f-]{36})",
        r"api\.smartrecruiters\.com/v1/companies/(?P<board>[^/?]+)(?:/postings/(?P<id>[^/?]+))?",
        r"(?:jobs|careers)\.smartrecruiters\.com/(?!ni/|external-referrals|oneclick-ui|sr-jobs)(?P<board>[^/?]+)",
    )
    canonical = "https://jobs.smartrecruiters.com/{id}"
    list_key, total_key, page_size = "content", "totalFound", 100

    def api(self, task: BoardTask) -> str:
        return f"https://api.smartrecruiters.com/v1/companies/{quote(task.board, safe='')}/postings"

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"{self.api(task)}?limit={self.page_size}&offset={at.start}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"{self.api(task)}/{quote(text(item.get('id')), safe='')}")

    def stamp(self, item: dict[str, Any]) -> str:
        return text(item.get("releasedDate"))

    def is_shown(self, item: dict[str, Any]) -> bool:
        return flag(item.get("active")) is not False and text(item.get("visibility")) in ("", "PUBLIC")

    def ended(self, response: Response, end: BoardEnd) -> BoardEnd:
        end = super().ended(response, end)
        if end.verdict is Verdict.EMPTY and end.task.known:
            end.verdict, end.reason = Verdict.ERROR, NOTHING.format(end.task.name)
        return end

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, company, place = text(item.get("id")), fields(item.get("company")), fields(item.get("location"))
        page = f"https://jobs.smartrecruiters.com/{quote(text(company.get('identifier')) or task.board)}/{key}"
        told = (fields(dig(item, f"jobAd.sections.{name}")) for name in SECTIONS)
        pay = fields(dig(item, "compensation.salary")) or fields(item.get("compensation"))
        workplace = "remote" if flag(place.get("remote")) else "hybrid" if flag(place.get("hybrid")) else ""
        return None if not self.is_shown(item) else RawPosting(
            self.name, task.board, key, text(item.get("postingUrl")) or page, text(item.get("name")),
            company=text(company.get("name")) or task.company, apply_url=text(item.get("applyUrl")),
            places=places(place),
            description=joined(*(headed(text(row.get("title")), text(row.get("text"))) for row in told)),
            requisition_id=text(item.get("refNumber")), opening_id=text(item.get("jobId")),
            posted=text(item.get("releasedDate")), workplace=workplace,
            employment_type=text(fields(item.get("typeOfEmployment")).get("label")),
            pay=paid(*(pay.get(name) for name in ("min", "max", "currency", "period"))),
            language=text(fields(item.get("language")).get("code")),
            department=text(fields(item.get("department")).get("label"))
            or text(fields(item.get("function")).get("label")),
        )  # fmt: skip


def places(place: dict[str, Any]) -> list[RawPlace]:
    """The place by its fields, or as one text."""
    country = text(place.get("country"))
    found = RawPlace(
        "", text(place.get("city")), text(place.get("region")), country.upper() if len(country) == 2 else country
    )
    whole = ", ".join(part for one in text(place.get("fullLocation")).split(",") if (part := one.strip()))
    return [found] if found.city else [RawPlace(whole)] if whole else [found] if found != RawPlace() else []
