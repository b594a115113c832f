"""The lists of first jobs and internships that Simplify keeps on GitHub."""

from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPlace, RawPosting, Reuse, SourceKind
from spiders.base.feed import FeedSpider
from spiders.base.values import flag, many, text

LISTS = {"": "New-Grad-Positions", "simplify": "New-Grad-Positions"}


class SimplifySpider(FeedSpider):
    """First jobs and internships, gathered by Simplify.

    Source: github.com/SimplifyJobs; a board is named by its repository, as New-Grad-Positions.
    API: none; the file behind a list, .github/scripts/listings.json on the branch `dev`, has all that was ever on it.
    Caveats: What is over stays with `active` false, and is passed over. There are no texts; links lead to the employer.
    """

    name = "simplify"
    kind = SourceKind.AGGREGATOR
    domains = ("simplify.jobs", "raw.githubusercontent.com", "github.com")
    urls = (
        r"(?:www\.)?simplify\.jobs/(?:p|jobs/click)/(?P<id>[0-9a-f-]{36})",
        r"(?:raw\.githubusercontent|github)\.com/SimplifyJobs/(?P<board>[\w.-]+)",
    )
    canonical = "https://simplify.jobs/p/{id}"
    is_strict = False
    attribution = "Source: Simplify"
    reuse = Reuse.LINK_ONLY

    def address(self, task: BoardTask) -> str:
        name = quote(LISTS.get(task.board, task.board), safe="")
        return f"https://raw.githubusercontent.com/SimplifyJobs/{name}/dev/.github/scripts/listings.json"

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        if flag(item.get("active")) is False or flag(item.get("is_visible")) is False:
            return None
        native_id = text(item.get("id"))
        return RawPosting(
            self.name, task.board, native_id, text(item.get("url")) or f"https://simplify.jobs/p/{native_id}",
            text(item.get("title")), company=text(item.get("company_name")),
            places=[RawPlace(name) for name in map(text, many(item.get("locations"))) if name],
            posted=text(item.get("date_posted")), updated=text(item.get("date_updated")),
            department=text(item.get("category")),
        )  # fmt: skip
