"""Adzuna."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from models import BoardTask, RawPay, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.paged import At, PagedSpider
from spiders.base.secrets import Unsaid
from spiders.base.sitemap import plain_url
from spiders.base.values import dig, fields, flag, joined_by, many, number, text

ANY_OF = "llm nlp pytorch tensorflow mlops genai"
NEWEST = 100


class AdzunaSpider(PagedSpider):
    """Jobs that Adzuna gathers, in one country.

    Source: www.adzuna.com and its sisters; a board is named by its country's code, as us, gb or de.
    API: https://developer.adzuna.com, GET /v1/api/jobs/{country}/search/{page}, fifty a page, with a free key.
    Caveats: A key allows 250 requests a day and 2,500 a month: the newest hundred ads are read, two requests a crawl,
        of those that hold a word of option `any_of`. Texts are cut at 500 characters; pay may be the site's own guess
        and is marked so. Use that is neither private nor a trial needs Adzuna's consent.
    """

    name = "adzuna"
    kind = SourceKind.AGGREGATOR
    domains = (
        "adzuna.com", "adzuna.co.uk", "adzuna.de", "adzuna.fr", "adzuna.nl", "adzuna.at", "adzuna.ch", "adzuna.pl",
        "adzuna.it", "adzuna.es", "adzuna.be", "adzuna.ca", "adzuna.in", "adzuna.sg", "adzuna.co.za", "adzuna.co.nz",
        "adzuna.com.au", "adzuna.com.br", "adzuna.com.mx",
    )  # fmt: skip
    urls = (
        r"(?:www\.)?adzuna\.[a-z.]+/(?:details|land/ad)/(?P<id>\d+)",
        r"api\.adzuna\.com/v1/api/jobs/(?P<board>[a-z]{2})\b",
    )
    canonical = "https://www.adzuna.com/details/{id}"
    is_strict = False
    needs_key = "APP_ID:APP_KEY"
    attribution = "Source: Adzuna"
    reuse = Reuse.PRIVATE
    rest = timedelta(hours=2)
    window = timedelta(days=30)
    list_key, page_size = "results", 50
    is_total_bound = True

    def page(self, task: BoardTask, at: At) -> Ask:
        words = text(task.options.get("any_of")) or ANY_OF
        query = {
            "results_per_page": self.page_size,
            "sort_by": "date",
            "what_or": words,
            "content-type": "application/json",
        }
        country = quote(task.board.lower(), safe="")
        return Ask(f"https://api.adzuna.com/v1/api/jobs/{country}/search/{at.number + 1}?{urlencode(query)}")

    def signed(self, *parts: str) -> Unsaid:
        return Unsaid(query=dict(zip(("app_id", "app_key"), parts, strict=True)))

    def total(self, data: Any) -> int | None:
        """Of the newest that are read; the rest is not lacking."""
        total = number(fields(data).get("count"))
        return NEWEST if total is None else min(total, NEWEST)

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        area, place = list(map(text, many(dig(item, "location.area")))), text(dig(item, "location.display_name"))
        low, high = text(item.get("salary_min")), text(item.get("salary_max"))
        is_guess = bool(flag(item.get("salary_is_predicted")))
        pay = RawPay(low, high, CURRENCIES.get(task.board.lower(), ""), "year", is_predicted=is_guess)
        kind = (text(item.get(name)).replace("_", "-") for name in ("contract_time", "contract_type"))
        return RawPosting(
            self.name, task.board, text(item.get("id")), plain_url(text(item.get("redirect_url"))),
            text(item.get("title")), company=text(dig(item, "company.display_name")),
            description=text(item.get("description")),
            places=[RawPlace(place, country=area[0] if area else "")] if place or area else [],
            posted=text(item.get("created")), employment_type=joined_by(", ", *kind),
            pay=[pay] if low or high else [], department=text(dig(item, "category.label")),
        )  # fmt: skip


CURRENCIES = {
    "us": "USD", "gb": "GBP", "de": "EUR", "fr": "EUR", "nl": "EUR", "at": "EUR", "it": "EUR", "es": "EUR", "be": "EUR",
    "ch": "CHF", "pl": "PLN", "ca": "CAD", "in": "INR", "sg": "SGD", "za": "ZAR", "nz": "NZD", "au": "AUD", "br": "BRL",
    "mx": "MXN",
}  # fmt: skip
