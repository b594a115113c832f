"""Arbeitnow."""

from datetime import timedelta
from typing import Any

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.board import Ask
from spiders.base.copied import own_words
from spiders.base.markup import unescaped
from spiders.base.paged import At, PagedSpider
from spiders.base.values import flag, many, text


class ArbeitnowSpider(PagedSpider):
    """Jobs in Germany and Europe at Arbeitnow.

    Source: www.arbeitnow.com; its one board is named as you like.
    API: https://www.arbeitnow.com/api/job-board-api?page=N, a hundred a page, newest first, until a short page.
    Caveats: `links.next` holds a search of its own and is not followed. Texts are escaped once, or not. Dates count
        seconds.
    """

    name = "arbeitnow"
    kind = SourceKind.AGGREGATOR
    domains = ("arbeitnow.com",)
    urls = (
        r"(?:www\.)?arbeitnow\.com/jobs/companies/[^/?]+/(?P<id>[^/?]+)",
        r"(?:www\.)?(?P<board>arbeitnow)\.com/?(?:api/|jobs/?|\?|$)",
    )
    canonical = "https://www.arbeitnow.com/view/{id}"
    is_strict = False
    attribution = "Source: Arbeitnow"
    reuse = Reuse.LINK_ONLY
    rest = timedelta(hours=2)
    window = timedelta(days=3)  # the list moves on while it is read
    list_key, id_key, page_size = "data", "slug", 100

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - it has one board
        return Ask(f"https://www.arbeitnow.com/api/job-board-api?page={at.number + 1}")

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        place, remote = text(item.get("location")), flag(item.get("remote"))
        slug = text(item.get("slug"))
        return RawPosting(
            self.name, task.board, slug, text(item.get("url")) or f"https://www.arbeitnow.com/view/{slug}",
            text(item.get("title")), company=text(item.get("company_name")),
            description=own_words(unescaped(text(item.get("description"))), "arbeitnow.com"),
            places=[RawPlace(place)] if place else [], posted=text(item.get("created_at")),
            employment_type=", ".join(map(text, many(item.get("job_types")))),
            workplace="remote" * (remote is True), is_remote=remote,
        )  # fmt: skip
