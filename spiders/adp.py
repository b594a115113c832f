"""ADP Workforce Now."""

from typing import Any
from urllib.parse import urlencode

from models import BoardTask, RawPay, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.paged import At, DetailSpider
from spiders.base.values import dig, distinct, fields, joined_by, many, rows, text

SITE = "https://workforcenow.adp.com/mascsr/default"
USUAL = "19000101_000001"  # the first career centre of an employer


class AdpSpider(DetailSpider):
    """Boards at ADP Workforce Now.

    Source: workforcenow.adp.com/…/recruitment.html?cid=…&ccId=…; a board is named by its `cid`, option `cc` its `ccId`.
    API: none is documented; GET /mascsr/default/careercenter/public/events/staffing/v1/job-requisitions, 20 a page, and
        the same with /{id} for a posting.
    Caveats: A posting's address has a number of its own, which stands among the employer's own fields.
    """

    name = "adp"
    domains = ("workforcenow.adp.com",)
    urls = (
        r"workforcenow\.adp\.com/[^?]*\?(?=(?:.*&)?cid=(?P<board>[0-9a-f-]{36}))(?:(?=(?:.*&)?ccId=(?P<cc>[\w-]+))|)"
        r"(?:(?=(?:.*&)?jobId=(?P<key>\d+))|)",
    )
    canonical = "https://workforcenow.adp.com/job/{board}/{key}"
    is_strict = False
    list_key, total_key, id_key, page_size = "jobRequisitions", "meta.totalNumber", "itemID", 20

    def query(self, task: BoardTask, **more: Any) -> str:
        cc = self.facts(task).get("cc") or USUAL
        return urlencode({"cid": task.board, "ccId": cc, "lang": "en_US", "locale": "en_US"} | more, safe="$")

    def page(self, task: BoardTask, at: At) -> Ask:
        asked = self.query(task, **{"$top": self.page_size, "$skip": at.start})
        return Ask(f"{SITE}/careercenter/public/events/staffing/v1/job-requisitions?{asked}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        key = self.native_id(item)
        return Ask(f"{SITE}/careercenter/public/events/staffing/v1/job-requisitions/{key}?{self.query(task)}")

    def stamp(self, item: dict[str, Any]) -> str:
        return text(item.get("postDate"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        number = own_field(item, "stringFields", "ExternalJobID", "stringValue")
        named = {"jobId": number} if number else {}
        pay = pay_of(item)
        return RawPosting(
            self.name, task.board, self.native_id(item),
            f"{SITE}/mdf/recruitment/recruitment.html?{self.query(task, **named)}",
            text(item.get("requisitionTitle")) or text(dig(item, "job.jobTitle")),
            company=text(item.get("companyName")) or task.company, description=text(item.get("requisitionDescription")),
            places=distinct(map(place, rows(item.get("requisitionLocations")))),
            requisition_id=text(item.get("clientRequisitionID")), posted=text(item.get("postDate")),
            employment_type=text(dig(item, "workLevelCode.shortName")) or text(dig(item, "workLevelCode.codeValue")),
            pay=[pay] if pay.low or pay.high else [],
            department=joined_by(", ", *(text(dig(row, "nameCode.shortName")) for row in
                                         rows(item.get("organizationalUnits")))),
        )  # fmt: skip


def own_field(item: dict[str, Any], group: str, name: str, value: str) -> str:
    """One of the employer's own fields, by its code."""
    found = rows(dig(item, f"customFieldGroup.{group}"))
    return next((text(row.get(value)) for row in found if text(dig(row, "nameCode.codeValue")) == name), "")


def pay_of(item: dict[str, Any]) -> RawPay:
    ends = [fields(dig(item, f"payGradeRange.{end}Rate")) for end in ("minimum", "maximum")]
    low, high = (text(end.get("amountValue")) for end in ends)
    currency = next((code for end in ends if (code := text(end.get("currencyCode")))), "")
    return RawPay(low, high, currency, own_field(item, "codeFields", "SalaryType", "shortName"))


def place(row: dict[str, Any]) -> RawPlace:
    """A place by its address, else by its name, which comes with stray blanks."""
    told, name = fields(row.get("address")), text(dig(row, "nameCode.shortName")) or text(row.get("nameCode"))
    city, region = text(told.get("cityName")), code(told.get("countrySubdivisionLevel1"))
    country = code(told.get("country")) or text(told.get("countryCode"))
    return RawPlace(
        "" if city else ", ".join(" ".join(part.split()) for part in name.split(",")), city, region, country
    )


def code(value: Any) -> str:
    value = next(iter(many(value)), None)
    return text(fields(value).get("codeValue")) or text(fields(value).get("shortName")) or text(value)
