"""Ashby."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPay, RawPlace, RawPosting
from spiders.base.addresses import UUID
from spiders.base.feed import FeedSpider
from spiders.base.values import fields, flag, rows, text

KINDS = {"Salary": "base", "Bonus": "bonus", "Commission": "commission"}  # the rest is equity of some kind


class AshbySpider(FeedSpider):
    """Boards at Ashby.

    Source: jobs.ashbyhq.com; a board is named by its token, whose case counts and which may hold spaces.
    API: https://developers.ashbyhq.com/docs/public-job-posting-api, GET /posting-api/job-board/{token}, all at once.
    Caveats: `isRemote` is unreliable, `workplaceType` wins. Postings that are not listed are passed over. Tiers beyond
        the first are places or levels. 404 may also mean that the API is switched off. Answers take 10 s.
    """

    name = "ashby"
    domains = ("ashbyhq.com",)
    urls = (
        rf"jobs\.ashbyhq\.com/(?P<board>[^/?]+)(?:/(?:[^?]*?/)?(?P<id>{UUID}))?",
        r"api\.ashbyhq\.com/posting-api/job-board/(?P<board>[^/?]+)",
        rf"[^/]+/.*?(?P<id>{UUID})",
    )
    canonical = "https://jobs.ashbyhq.com/{id}"
    embedded = rf"ashby_jid=(?P<id>{UUID})"
    list_key = "jobs"

    def address(self, task: BoardTask) -> str:
        return f"https://api.ashbyhq.com/posting-api/job-board/{quote(task.board, safe='')}?includeCompensation=true"

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        if flag(item.get("isListed")) is False:
            return None
        is_shown = flag(item.get("shouldDisplayCompensationOnJobPostings")) is not False
        pay = fields(item.get("compensation")) if is_shown else {}
        where = [item, *rows(item.get("secondaryLocations"))]
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("jobUrl")), text(item.get("title")),
            company=task.company, apply_url=text(item.get("applyUrl")),
            description=text(item.get("descriptionHtml")) or text(item.get("descriptionPlain")),
            places=[place(row) for row in where if row.get("location") or row.get("address")],
            posted=text(item.get("publishedAt")), employment_type=text(item.get("employmentType")),
            workplace=text(item.get("workplaceType")), is_remote=flag(item.get("isRemote")),
            pay=list(components(pay)), pay_text=text(pay.get("compensationTierSummary")),
            department=text(item.get("department")) or text(item.get("team")),
        )  # fmt: skip


def place(row: dict[str, Any]) -> RawPlace:
    address = fields(row.get("address"))
    address = fields(address.get("postalAddress")) or address
    city, region, country = (text(address.get(f"address{part}")) for part in ("Locality", "Region", "Country"))
    return RawPlace(text(row.get("location")), city, region, country)


def components(pay: dict[str, Any]) -> Iterator[RawPay]:
    for tier in rows(pay.get("compensationTiers")) or [{"components": pay.get("summaryComponents")}]:
        for part in rows(tier.get("components")):
            low, high, currency = (text(part.get(key)) for key in ("minValue", "maxValue", "currencyCode"))
            kind = KINDS.get(text(part.get("compensationType")), "equity")
            if low or high:
                yield RawPay(low, high, currency, text(part.get("interval")), kind, text(tier.get("title")))
