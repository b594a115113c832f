"""Jibe, which iCIMS owns."""

from typing import Any

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import site_of
from spiders.base.values import dig, fields, joined, joined_by, rows, text

WORKPLACES = ("remote", "hybrid", "onsite", "on-site", "in office", "in-office")
ALSO = ("additional_locations", "multi_location", "locations")


class JibeSpider(PagedSpider):
    """Careers sites made with Jibe, before iCIMS most of them.

    Source: {name}.jibeapply.com, or the employer's own host, which goes into the board's `url`.
    API: none is documented; GET /api/jobs?page=N&limit=100 of the site, with the whole texts.
    Caveats: What an employer tags its postings with differs; a tag that names a workplace is one. Where one applies is
        the posting at iCIMS or elsewhere, so that both are known to be one.
    """

    name = "jibe"
    domains = ("jibeapply.com",)
    urls = (r"(?P<board>(?!www\.)[^./]+)\.jibeapply\.com/(?:(?:[\w-]+/)?jobs/(?P<id>[^/?]+))?",)
    canonical = "https://{board}.jibeapply.com/jobs/{id}"
    marks = ("jibecdn.com",)
    is_front = True
    list_key, total_key, id_key, page_size = "jobs", "totalCount", "slug", 100

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(
            f"{home(task)}/api/jobs?page={at.number + 1}&limit={self.page_size}&sortBy=posted_date&descending=true"
        )

    def items(self, data: Any) -> Any:
        """The jobs, each out of its wrapping; one alone has none around it."""
        found = fields(data).get("jobs") or ([data] if "data" in fields(data) else fields(data).get("jobs"))
        return [fields(row).get("data", row) for row in found] if isinstance(found, list) else found

    def native_id(self, item: Any) -> str:
        return text(fields(item).get("slug")) or text(fields(item).get("req_id"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key = self.native_id(item)
        tags = [tag for name in item if name.startswith("tags") for tag in texts(item[name])]
        workplace = [tag for tag in [text(item.get("location_type")), *tags] if tag.lower() in WORKPLACES]
        whole = joined(*(text(item.get(name)) for name in ("responsibilities", "qualifications")))
        where = [item, *(row for name in ALSO for row in rows(item.get(name)))]
        return RawPosting(
            self.name, task.board, key, text(dig(item, "meta_data.canonical_url")) or f"{home(task)}/jobs/{key}",
            text(item.get("title")), company=text(item.get("hiring_organization")) or task.company,
            apply_url=text(item.get("apply_url")).removesuffix("/login"),
            description=text(item.get("description")) or whole,
            places=list(filter(RawPlace().__ne__, map(place, where))), requisition_id=text(item.get("req_id")),
            posted=text(item.get("posted_date")), updated=text(item.get("update_date")),
            employment_type=text(item.get("employment_type")), workplace=next(iter(workplace), ""),
            language=text(item.get("language")),
            department=joined_by(", ", *(text(row.get("name")) for row in rows(item.get("categories")))),
        )  # fmt: skip


def home(task: BoardTask) -> str:
    """The site's address."""
    return site_of(task, "jibeapply.com")


def texts(value: Any) -> list[str]:
    return [text(one) or text(fields(one).get("name")) for one in value] if isinstance(value, list) else [text(value)]


def place(row: dict[str, Any]) -> RawPlace:
    country = text(row.get("country_code")) or text(row.get("country"))
    found = RawPlace("", text(row.get("city")), text(row.get("state")), text(row.get("country")) or country)
    return found if found != RawPlace() else RawPlace(text(row.get("full_location")) or text(row.get("location_name")))
