"""Jobicy."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

from models import BoardTask, RawPay, RawPosting, Reuse, SourceKind
from spiders.base.copied import own_words
from spiders.base.feed import FeedSpider
from spiders.base.parts import paid
from spiders.base.values import many, text


class JobicySpider(FeedSpider):
    """Remote jobs at Jobicy.

    Source: jobicy.com; its one board is named as you like.
    API: https://jobi.cy/apidocs, GET /api/v2/remote-jobs?count=100, the newest.
    Caveats: Keys of pay are there only where there is pay, under older names too. Places come with stray blanks, texts
        escaped once. Options `industry`, `geo` and `tag` narrow the list, as its documentation says.
    """

    name = "jobicy"
    kind = SourceKind.AGGREGATOR
    domains = ("jobicy.com",)
    urls = (
        r"(?:www\.)?jobicy\.com/jobs/(?P<id>\d{4,})",
        r"(?:www\.)?(?P<board>jobicy)\.com/?(?:api/|feed/|remote-jobs|jobs|\?|$)",
    )
    canonical = "https://jobicy.com/jobs/{id}"
    is_strict = False
    attribution = "Source: Jobicy"
    reuse = Reuse.LINK_ONLY
    rest = timedelta(hours=2)
    window = timedelta(days=30)
    list_key = "jobs"

    def address(self, task: BoardTask) -> str:
        told = {name: text(task.options.get(name)) for name in ("industry", "geo", "tag")}
        return "https://jobicy.com/api/v2/remote-jobs?" + urlencode(
            {"count": 100} | {k: v for k, v in told.items() if v}
        )

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("url")), unescape(text(item.get("jobTitle"))),
            company=unescape(text(item.get("companyName"))),
            description=own_words(text(item.get("jobDescription")) or text(item.get("jobExcerpt")), "jobicy.com"),
            posted=text(item.get("pubDate")), employment_type=listed(item.get("jobType")),
            workplace="remote", is_remote=True, remote_scope=re.sub(r"\s+", " ", text(item.get("jobGeo"))),
            pay=pay_of(item), department=unescape(listed(item.get("jobIndustry"))),
        )  # fmt: skip


def listed(value: Any) -> str:
    return ", ".join(filter(None, map(text, many(value))))


def pay_of(item: dict[str, Any]) -> list[RawPay]:
    low, high = (text(item.get(f"salary{end}")) or text(item.get(f"annualSalary{end}")) for end in ("Min", "Max"))
    period = text(item.get("salaryPeriod")) or "year" * ("annualSalaryMin" in item or "annualSalaryMax" in item)
    return paid(low, high, item.get("salaryCurrency"), period)
