"""Consider, the job boards of funds."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from models import BoardTask, RawPay, RawPlace, RawPosting, Reuse, SourceKind, Verdict
from spiders.base.board import Ask
from spiders.base.errors import BoardFailure
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import paid
from spiders.base.schema_values import name_of
from spiders.base.values import fields, flag, many, names, text


class ConsiderSpider(PagedSpider):
    """Jobs of a fund's companies, on boards made by Consider.

    Source: the fund's own host, which goes into the board's `url`; a board is named by its id there, as `acme-capital`.
    API: none is documented; POST /api-boards/search-jobs on that host, with a token that leads to the next page.
    Caveats: It has no texts: it leads to the employers' own boards, and so discovers them.
    """

    name = "consider"
    kind = SourceKind.AGGREGATOR
    attribution = "Source: Consider"
    reuse = Reuse.LINK_ONLY
    needs_url = True
    list_key, total_key, token_key, id_key, page_size = "jobs", "total", "meta.sequence", "jobId", 100

    def page(self, task: BoardTask, at: At) -> Ask:
        host = urlsplit(task.url).netloc
        if not host:
            raise BoardFailure(Verdict.ERROR, f"{task.name} has no url; give it the address of the fund's board")
        meta = {"size": self.page_size} | ({"sequence": at.token} if at.token else {})
        board = {"id": task.board, "isParent": True}
        return Ask(
            f"https://{host}/api-boards/search-jobs", {"meta": meta, "board": board, "query": {"promoteFeatured": True}}
        )

    def native_id(self, item: Any) -> str:
        said = fields(item)
        return text(said.get("jobId")) or text(said.get("id")) or text(said.get("url")) or text(said.get("applyUrl"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        theirs, own = text(item.get("applyUrl")), text(item.get("url"))
        where = [name_of(place) for place in many(item.get("locations")) if name_of(place)]
        remote = flag(item.get("remote"))
        return RawPosting(
            self.name, task.board, self.native_id(item), urljoin(task.url, own or theirs), text(item.get("title")),
            company=text(item.get("companyName")), apply_url=theirs, places=[RawPlace(name) for name in where],
            posted=text(item.get("timeStamp")), is_remote=remote,
            workplace="remote" if remote else "hybrid" if flag(item.get("hybrid")) else "", pay=pay_of(item),
            employment_type=", ".join(map(name_of, many(item.get("jobTypes")))),
            department=", ".join(names(item.get("departments"))),
        )  # fmt: skip


def pay_of(item: dict[str, Any]) -> list[RawPay]:
    """Pay, where it is stated."""
    said = fields(item.get("salary"))
    low, high = (text(said.get(key)) for key in ("minValue", "maxValue"))
    period = name_of(said.get("period"))
    return paid(low, high, name_of(said.get("currency")), period)
