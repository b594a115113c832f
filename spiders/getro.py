"""Getro, the job boards of funds."""

from typing import Any

from models import BoardTask, RawPay, RawPlace, RawPosting, Reuse, SourceKind, Verdict
from spiders.base.board import Ask
from spiders.base.errors import BoardFailure
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import paid
from spiders.base.values import fields as object_of
from spiders.base.values import flag, hundredth, names, text

PERIODS = {"period_not_defined": ""}


class GetroSpider(PagedSpider):
    """Jobs of a fund's companies, on boards made by Getro.

    Source: the fund's own host, or {label}.getro.com; a board is named by its collection's number, which stands in the
        page's data as `network.id`. The board's `url` is its page.
    API: none is documented; POST https://api.getro.com/api/v2/collections/{number}/search/jobs, twenty a page.
    Caveats: It has no texts: it leads to the employers' own boards, and so discovers them. Pay counts cents.
    """

    name = "getro"
    kind = SourceKind.AGGREGATOR
    attribution = "Source: Getro"
    reuse = Reuse.LINK_ONLY
    domains = ("getro.com",)
    urls = (
        r"api\.getro\.com/api/v\d/collections/(?P<board>\d+)",
        r"[^./]+\.getro\.com/companies/[^/]+/jobs/(?P<id>\d+)",
    )
    canonical = "https://getro.com/jobs/{id}"
    is_strict = False
    list_key, total_key, page_size = "results.jobs", "results.count", 20

    def page(self, task: BoardTask, at: At) -> Ask:
        if not task.board.isdigit():
            raise BoardFailure(Verdict.ERROR, f"{task.name}: name the board by its collection's number, `network.id`")
        address = f"https://api.getro.com/api/v2/collections/{task.board}/search/jobs"
        body = {"hitsPerPage": self.page_size, "page": at.number, "query": "", "filters": {}}
        return Ask(address, body, {"Referer": task.url} if task.url else {})

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("url")), text(item.get("title")),
            company=text(object_of(item.get("organization")).get("name")), apply_url=text(item.get("url")),
            places=[RawPlace(name) for name in names(item.get("locations"))], posted=text(item.get("created_at")),
            workplace=text(item.get("work_mode")).replace("_", "-"), pay=pay_of(item),
        )  # fmt: skip


def pay_of(item: dict[str, Any]) -> list[RawPay]:
    """Pay in whole units; none where it is not meant to be seen."""
    low, high = (hundredth(item.get(f"compensation_amount_{end}_cents")) for end in ("min", "max"))
    period, is_hidden = text(item.get("compensation_period")), flag(item.get("compensation_public")) is False
    return [] if is_hidden else paid(low, high, item.get("compensation_currency"), PERIODS.get(period, period))
