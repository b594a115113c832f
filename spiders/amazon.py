"""Amazon."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting, SourceKind
from spiders.base.board import Ask
from spiders.base.errors import ParseError
from spiders.base.facets import at_least, split
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import headed
from spiders.base.values import fields, joined, read_json, rows, text

SEARCH = "https://www.amazon.jobs/en/search.json"
FACETS = ("business_category", "normalized_country_code")  # of which a posting has one value
HEADINGS = {"basic_qualifications": "Basic qualifications", "preferred_qualifications": "Preferred qualifications"}


class AmazonSpider(PagedSpider):
    """Amazon's own careers site.

    Source: www.amazon.jobs; one board.
    API: none is documented; GET /en/search.json, 100 a page, with the texts.
    Caveats: One question is answered with 10,000 postings at most, and says that these are all: it is split by business
        category and country, and held against what these add up to. Behind the end there is prose in `error`, under
        200. Days are words.
    """

    name = "amazon"
    kind = SourceKind.EMPLOYER
    domains = ("amazon.jobs",)
    urls = (
        r"(?:www\.)?(?P<board>amazon)\.jobs/(?:[a-z-]{2,5}/)?jobs/(?P<id>\d+)", r"(?:www\.)?(?P<board>amazon)\.jobs/",
    )  # fmt: skip
    canonical = "https://www.amazon.jobs/jobs/{id}"
    list_key, total_key, id_key, page_size, cap = "jobs", "hits", "id_icims", 100, 10_000

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - there is one board
        asked = "".join(f"&{name}[]={quote(value)}" for name, values in (at.part or {}).items() for value in values)
        wanted = "".join(f"&facets[]={name}" for name in FACETS) * (not at.number)
        return Ask(f"{SEARCH}?result_limit={self.page_size}&offset={at.start}&sort=recent{asked}{wanted}")

    def parts(self, data: Any, at: At) -> list[Any]:
        return split(facets(data), at.part, self.cap, FACETS, 1)

    def whole(self, data: Any) -> int:
        return at_least(facets(data), FACETS[:1])

    def items(self, data: Any) -> Any:
        found = super().items(data)
        return None if found == [] and text(fields(data).get("error")) else found

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, path = text(item.get("id_icims")) or text(item.get("id")), text(item.get("job_path"))
        more = (headed(name, text(item.get(field))) for field, name in HEADINGS.items())
        return RawPosting(
            self.name, task.board, key, f"https://www.amazon.jobs{path or f'/en/jobs/{key}'}", text(item.get("title")),
            company=text(item.get("company_name")) or task.company, apply_url=text(item.get("url_next_step")),
            description=joined(text(item.get("description")) or text(item.get("description_short")), *more),
            places=places(item), requisition_id=key, posted=text(item.get("posted_date")),
            employment_type=text(item.get("job_schedule_type")),
            department=text(item.get("job_category")) or text(item.get("business_category")),
        )  # fmt: skip


def facets(data: Any) -> dict[str, dict[str, int]]:
    """The facets' values with their counts: each is an object of its own, or all are one."""
    found: dict[str, dict[str, int]] = {}
    for name in FACETS:
        stated = fields(fields(data).get("facets")).get(f"{name}_facet")
        pairs = [pair for one in (rows(stated) or [fields(stated)]) for pair in one.items()]
        found[name] = {value: count for value, count in pairs if type(count) is int}
    return {name: counts for name, counts in found.items() if counts}


def places(item: dict[str, Any]) -> list[RawPlace]:
    """The places, each JSON in a string; or the posting's own fields."""
    many = item.get("locations")
    found = [place for one in (many if isinstance(many, list) else ()) if (place := place_of(one))]
    where = text(item.get("location")) or text(item.get("normalized_location"))
    one = RawPlace(where, text(item.get("city")), text(item.get("state")), text(item.get("country_code")))
    return found or [one] * (one != RawPlace())


def place_of(one: Any) -> RawPlace | None:
    try:
        said = fields(read_json(text(one).encode()) if isinstance(one, str) else one)
    except ParseError:
        return RawPlace(text(one)) if text(one)[:1] not in ("", "{") else None
    city, region = text(said.get("city")), text(said.get("region")) or text(said.get("normalizedStateName"))
    country = text(said.get("normalizedCountryCode")) or text(said.get("countryIso2a"))
    where = text(said.get("normalizedLocation")) or text(said.get("location"))
    return RawPlace(where, city or text(said.get("normalizedCityName")), region, country) if where or city else None
