"""Deel."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting
from spiders.base.addresses import UUID
from spiders.base.embedded import assigned, flight, flight_texts, resolved
from spiders.base.errors import ParseError
from spiders.base.feed import FeedSpider
from spiders.base.parts import paid
from spiders.base.values import dig, fields, flag, is_object, looks_like, noted, rows, text

TEXT = "richtextDescription"
BOARD = r"jobs\.deel\.com/(?:job-boards/)?(?!(?:auth|login|api|guest|job-boards)\b)(?P<board>[\w-]+)"


class DeelSpider(FeedSpider):
    """Boards at Deel.

    Source: jobs.deel.com/{name}.
    API: none is documented; the board's page holds every posting in the stream that Next.js puts together in it.
    Caveats: A text is a reference into the stream ("$2a"). Pay that is not `isCompensationVisible` is the employer's
        own matter and never read; it has no period.
    """

    name = "deel"
    domains = ("jobs.deel.com",)
    urls = (rf"{BOARD}/job-details/(?P<id>{UUID})", rf"{BOARD}/?(?:\?|$)")
    canonical = "https://jobs.deel.com/{board}/job-details/{id}"
    is_strict = False
    list_key = "jobPostings"

    def address(self, task: BoardTask) -> str:
        return f"https://jobs.deel.com/{quote(task.board, safe='')}"

    def load(self, body: bytes) -> Any:
        """What the page's stream says, or the API's answer."""
        if not body.lstrip().startswith(b"<"):
            data = super().load(body)
            return {"jobPostings": data} if isinstance(data, list) else data
        stream = flight(body.decode("utf-8", "replace"))
        listed, one = assigned(stream, "jobPostings"), assigned(stream, "jobPosting")
        listed = [one] if listed is None and is_object(one) else listed
        if not isinstance(listed, list):
            raise ParseError(f"{looks_like(body)} without the board's postings")
        company = text(dig(assigned(stream, "careerPageSettings"), "preferredOrganizationName"))
        return {"jobPostings": noted(listed, {"_company": company, "_texts": flight_texts(stream)})}

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, job = text(item.get("id")), fields(item.get("job"))
        pay = fields(job.get("currentCompensation")) if flag(item.get("isCompensationVisible")) else {}
        low, high = text(pay.get("minAmount")), text(pay.get("maxAmount"))
        kinds = ", ".join(named(job, "jobEmploymentTypes", "employmentType"))
        return RawPosting(
            self.name, task.board, key,
            f"https://jobs.deel.com/{quote(task.board, safe='')}/job-details/{key}/overview", text(item.get("title")),
            company=text(item.get("_company")) or task.company,
            description=text(resolved(item.get(TEXT), fields(item.get("_texts")))),
            places=[RawPlace(place) for place in named(job, "jobLocations", "location")],
            opening_id=text(item.get("jobId")) or text(job.get("id")), posted=text(item.get("createdAt")),
            updated=text(item.get("updatedAt")), employment_type=kinds,
            pay=paid(low, high, pay.get("currencyIsoCode")),
            department=", ".join(named(job, "jobDepartments", "department")),
        )  # fmt: skip


def named(job: dict[str, Any], several: str, one: str) -> list[str]:
    """The names of things that a job has several of."""
    return [name for row in rows(job.get(several)) if (name := text(dig(row, f"{one}.name")))]
