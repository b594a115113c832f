"""Get on Board."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.copied import own_words
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import headed, paid
from spiders.base.values import dig, fields, joined, names, text

CATEGORIES = ("machine-learning-ai", "data-science-analytics", "programming")
PARTS = ("description", "functions", "desirable", "benefits")
WORKPLACES = {"fully_remote": "remote", "remote_local": "remote", "temporarily_remote": "remote", "no_remote": "onsite"}


class GetonboardSpider(PagedSpider):
    """Technical jobs at Get on Board, most of them in Latin America.

    Source: www.getonbrd.com; its one board is named as you like; option `categories`: which of the site's, else those
        for machine learning, data and programming.
    API: https://api-doc.getonbrd.com, GET /api/v0/categories/{category}/jobs, 100 a page.
    Caveats: What is in an ad stands in `attributes`, the company only where it is asked for. Pay is in US dollars a
        month. `remote_local` is remote within the countries named.
    """

    name = "getonboard"
    kind = SourceKind.BOARD
    domains = ("getonbrd.com",)
    urls = (
        r"(?:www\.)?getonbrd\.com/(?:[a-z]{2}/)?(?:jobs|empleos)/(?:[^/?]+/)?(?P<id>[\w-]+-[0-9a-z]{4,})/?(?:\?|$)",
        r"(?:www\.)?(?P<board>getonbrd)\.com/",
    )
    canonical = "https://www.getonbrd.com/jobs/{id}"
    is_strict = False
    attribution = "Source: Get on Board"
    reuse = Reuse.LINK_ONLY
    asked = ("categories", CATEGORIES)
    list_key, page_size = "data", 100

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        category = quote(text(at.part) or CATEGORIES[0], safe="")
        asked = f"per_page={self.page_size}&page={at.number + 1}&expand[]=company&expand[]=modality"
        return Ask(f"https://www.getonbrd.com/api/v0/categories/{category}/jobs?{asked}")

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        said, key = fields(item.get("attributes")), text(item.get("id"))
        kind, language = text(said.get("remote_modality")), text(said.get("lang"))
        countries = [name for name in names(said.get("countries")) if name.lower() != "remote"]
        workplace = WORKPLACES.get(kind, kind)
        texts = (headed(text(said.get(f"{part}_headline")), text(said.get(part))) for part in PARTS)
        return RawPosting(
            self.name, task.board, key, text(dig(item, "links.public_url")) or f"https://www.getonbrd.com/jobs/{key}",
            text(said.get("title")), company=text(dig(said, "company.data.attributes.name")),
            description=own_words(joined(*texts), "getonbrd.com"), places=list(map(RawPlace, countries)),
            posted=text(said.get("published_at")), employment_type=text(dig(said, "modality.data.attributes.name")),
            workplace=workplace, is_remote=True if workplace == "remote" else None,
            remote_scope=", ".join(countries) if kind == "remote_local" else text(said.get("remote_zone")),
            pay=paid(said.get("min_salary"), said.get("max_salary"), "USD", "month"),
            department=text(said.get("category_name")), language=language if len(language) == 2 else "",
        )  # fmt: skip
