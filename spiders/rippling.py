"""Rippling."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPay, RawPlace, RawPosting
from spiders.base.addresses import UUID
from spiders.base.board import Ask
from spiders.base.embedded import first_node, next_data, page_of
from spiders.base.errors import ParseError
from spiders.base.paged import At, DetailSpider
from spiders.base.pages import AT_ONCE
from spiders.base.values import dig, distinct, fields, is_object, joined, looks_like, many, rows, text

HOST = r"ats\.(?:[a-z]{2}\d\.)?rippling\.com/"
API = "https://api.rippling.com/platform/api/ats/v1/board/"


class RipplingSpider(DetailSpider):
    """Boards at Rippling.

    Source: ats.rippling.com/{name}/jobs; the name's case matters.
    API: none is documented; GET /platform/api/ats/v1/board/{name}/jobs has the list at once, and GET
        /platform/api/ats/v1/board/{name}/jobs/{uuid} the text. Saved pages, and lists of the second version, are read
        too.
    Caveats: The list has a row a place. Places are objects in the list and words on the page; the kind of employment
        has its words under `id` and its code under `label`. A name in another case is answered like one that is gone.
    """

    name = "rippling"
    domains = ("ats.rippling.com", "ats.us1.rippling.com", "ats.eu1.rippling.com", "api.rippling.com")
    urls = (
        rf"api\.rippling\.com/platform/api/ats/v\d/board/(?P<board>[^/?]+)(?:/jobs)?(?:/(?P<id>{UUID}))?",
        rf"{HOST}(?:[a-z]{{2}}(?:-[a-z]{{2}})?/)?(?P<board>[^/?]+)/jobs/(?P<id>{UUID})",
        rf"{HOST}.*?(?P<id>{UUID})",
        rf"{HOST}api/v\d/board/(?P<board>[^/?]+)/jobs",
        rf"{HOST}(?:[a-z]{{2}}-[a-z]{{2}}/)?(?!api/|embed/)(?P<board>[^/?]+)(?:/jobs)?/?(?:\?|$)",
    )
    canonical = "https://ats.rippling.com/{id}"
    is_strict = False
    id_key, total_key, token_key = "uuid", "totalItems", AT_ONCE

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - the list comes at once
        return Ask(f"{API}{quote(task.board, safe='')}/jobs")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(f"{self.page(task, At()).url}/{quote(self.native_id(item), safe='')}")

    def load(self, body: bytes) -> Any:
        """The API's answer, or what a page of the site was made of."""
        if not body.lstrip().startswith(b"<"):
            return super().load(body)
        found = first_node(next_data(page_of(body)), is_answer)
        if found is None:
            raise ParseError(f"{looks_like(body)} without the board's postings")
        return found

    def items(self, data: Any) -> Any:
        return fields(data).get("items") if is_object(data) else data

    def native_id(self, item: Any) -> str:
        return text(fields(item).get("uuid")) or text(fields(item).get("id"))

    def meet(self, item: dict[str, Any], other: dict[str, Any]) -> None:
        item["_others"] = [*item.get("_others", [])[:200], other.get("workLocation")]

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        key, told, where = self.native_id(item), item.get("description"), rows(item.get("locations"))
        kinds = dict.fromkeys(filter(None, (text(row.get("workplaceType")) for row in where)))
        pays = [pay for row in many(item.get("payRangeDetails")) if (pay := pay_of(fields(row))).low or pay.high]
        return RawPosting(
            self.name, task.board, key,
            text(item.get("url")) or f"https://ats.rippling.com/{quote(task.board, safe='')}/jobs/{key}",
            text(item.get("name")), company=text(item.get("companyName")) or task.company, places=places(item),
            description=text(told) or joined(text(dig(told, "company")), text(dig(told, "role"))),
            posted=text(item.get("createdOn")), employment_type=words(item.get("employmentType")),
            workplace=next(iter(kinds)).replace("_", " ").lower() if len(kinds) == 1 else "", pay=pays,
            department=words(item.get("department")), language=text(item.get("language")),
        )  # fmt: skip


def is_answer(node: dict[str, Any]) -> bool:
    """Whether an object of a page's data is a list of postings, or a posting."""
    listed = rows(node.get("items"))
    is_list = isinstance(node.get("items"), list) and all("url" in row or "locations" in row for row in listed)
    return is_list or ("workLocations" in node and "description" in node)


def words(value: Any) -> str:
    """What a thing is called: of its names the one that is in words, not a code."""
    names = [text(value), *(text(fields(value).get(key)) for key in ("name", "label", "id"))]
    return next(iter(sorted(filter(None, names), key=str.isupper)), "")


def places(item: dict[str, Any]) -> list[RawPlace]:
    """The places of its page, or those of its rows in the list."""
    found = []
    for row in [*many(item.get("workLocations")), *many(item.get("locations"))] or [
        item.get("workLocation"), *many(item.get("_others")),
    ]:  # fmt: skip
        one = fields(row)
        region, country = text(one.get("state")), text(one.get("country"))
        found.append(RawPlace(words(row), text(one.get("city")), region, country))
    return distinct(found)


def pay_of(row: dict[str, Any]) -> RawPay:
    """A pay range, under the names that were seen."""
    low, high = (next((text(row.get(key)) for key in keys if row.get(key) is not None), "") for keys in ENDS)
    currency = row.get("currency")
    return RawPay(low, high, text(currency) or text(fields(currency).get("code")), words(row.get("frequency")))


ENDS = (("rangeStart", "min_value", "minValue", "min"), ("rangeEnd", "max_value", "maxValue", "max"))
