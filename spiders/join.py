"""JOIN."""

import re
from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting
from spiders.base.board import Ask
from spiders.base.embedded import next_data, page_of
from spiders.base.errors import ParseError
from spiders.base.markup import unescaped
from spiders.base.paged import At
from spiders.base.pages import PagesSpider, completed
from spiders.base.parts import named
from spiders.base.values import dig, distinct, fields, joined, looks_like, noted, text

STATE = "props.pageProps.initialState"
TEXTS = ("intro", "description", "unifiedDescription", "tasks", "requirements", "benefits", "outro")
COMPANIES = r"(?:www\.)?join\.com/(?:[a-z]{2}/)?companies/(?P<board>[^/?]+)"


class JoinSpider(PagesSpider):
    """Boards at JOIN.

    Source: join.com/companies/{name}.
    API: none is documented; the company's page, GET /companies/{name}?page=N, holds five postings as JSON, each
        posting's page a schema.org JobPosting. Saved answers of /api/public/companies/{number}/jobs are read too.
    Caveats: The company's name in postings' addresses may be another (`domain`). Texts are escaped twice. A frequency
        of pay may stand without amounts.
    """

    name = "join"
    domains = ("join.com",)
    urls = (rf"{COMPANIES}/(?:jobs/)?(?P<id>\d+)", rf"{COMPANIES}/?(?:\?|$)")
    canonical = "https://join.com/companies/{board}/{id}"
    is_strict = False
    list_key, total_key, token_key, page_size = "items", "pagination.total", "", 5

    def page(self, task: BoardTask, at: At) -> Ask:
        return Ask(f"https://join.com/companies/{quote(task.board, safe='')}?page={at.number + 1}")

    def detail(self, task: BoardTask, item: dict[str, Any]) -> Ask:
        return Ask(address_of(item, task))

    def load(self, body: bytes) -> Any:
        """The page's postings with the company in each row, or the API's answer."""
        if not body.lstrip().startswith(b"<"):
            data = super().load(body)
            return {"items": [data]} if "title" in fields(data) else data
        state = fields(dig(next_data(page_of(body)), STATE))
        jobs = fields(state.get("jobs")) or {"items": [state["job"]] if state.get("job") else None}
        if not isinstance(jobs.get("items"), list):
            raise ParseError(f"{looks_like(body)} without the company's postings")
        return {**jobs, "items": noted(jobs["items"], {"company": fields(state.get("company"))})}

    def merged(self, item: dict[str, Any], body: bytes) -> dict[str, Any]:
        job = fields(dig(next_data(page_of(body)), f"{STATE}.job"))
        return {**job, **super().merged(item, body)}

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        found = re.match(r"\d+", text(item.get("idParam")))
        return completed(RawPosting(
            self.name, task.board, text(item.get("id")) or (found[0] if found else ""), address_of(item, task),
            text(item.get("title")), company=text(dig(item, "company.name")) or task.company,
            description=joined(*(unescaped(text(item.get(name))) for name in TEXTS)),
            places=distinct([place_of(item)]),
            posted=text(item.get("publishedAt")) or text(item.get("createdAt")),
            employment_type=named(item.get("employmentType")), workplace=text(item.get("workplaceType")).lower(),
            department=named(item.get("department")) or named(item.get("category")),
            language=named(item.get("language")),
        ), item.get("_page"))  # fmt: skip


def address_of(item: dict[str, Any], task: BoardTask) -> str:
    """The posting's page, under the name that the company has in addresses."""
    domain = text(dig(item, "company.domain"))
    name = domain if domain and "." not in domain else task.board
    key = text(item.get("idParam")) or text(item.get("id"))
    return text(item.get("url")) or task.url * (not key) or f"https://join.com/companies/{quote(name, safe='')}/{key}"


def place_of(item: dict[str, Any]) -> RawPlace:
    """The city and its country."""
    city, country = fields(item.get("city")), fields(item.get("country"))
    named = text(city.get("countryName")) or text(country.get("name")) or text(country.get("iso3166"))
    return RawPlace(text(item.get("location")), text(city.get("cityName")), text(city.get("regionName")), named)
