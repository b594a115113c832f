"""Working Nomads."""

import re
from datetime import timedelta
from typing import Any

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.copied import own_words
from spiders.base.feed import FeedSpider
from spiders.base.values import dig, fields, joined_by, names, rows, text

ID = re.compile(r"/(\d{4,})(?:[/?]|$)")


class WorkingnomadsSpider(FeedSpider):
    """Remote jobs at Working Nomads.

    Source: www.workingnomads.com; its one board is named as you like.
    API: https://www.workingnomads.com/api/exposed_jobs/, a bare list, a small part of the newest.
    Caveats: An ad is named by the number in its address, else by the address. The site's own search is not for others.
    """

    name = "workingnomads"
    kind = SourceKind.AGGREGATOR
    domains = ("workingnomads.com", "workingnomads.co")
    urls = (
        r"(?:www\.)?workingnomads\.com?/(?:job/go|jobs?)/(?P<id>\d{4,})",
        r"(?:www\.)?workingnomads\.com?/jobs/(?P<key>[a-z0-9-]+-\d+)",
        r"(?:www\.)?(?P<board>workingnomads)\.com?/?(?:api/|jobs|remote-|\?|$)",
    )
    canonical = "https://www.workingnomads.com/job/go/{id}"
    is_strict = False
    attribution = "Source: Working Nomads"
    reuse = Reuse.LINK_ONLY
    home = "https://www.workingnomads.com/api/exposed_jobs/"
    window = timedelta(days=30)

    def items(self, data: Any) -> Any:
        """The list; a saved answer of the site's own search is read too."""
        found = dig(data, "hits.hits")
        return (
            [{"url": page_of(row), **row} for hit in rows(found) if (row := fields(hit.get("_source")))]
            if found
            else data
        )

    def native_id(self, item: Any) -> str:
        url = text(fields(item).get("url"))
        return found[1] if (found := ID.search(url)) else text(fields(item).get("id")) or url

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        scope = names(item.get("location")) or names(item.get("locations"))
        return RawPosting(
            self.name, task.board, self.native_id(item), text(item.get("url")), text(item.get("title")),
            company=text(item.get("company_name")) or text(item.get("company")), apply_url=text(item.get("apply_url")),
            description=own_words(text(item.get("description")), "workingnomads.com"),
            posted=text(item.get("pub_date")), workplace="remote", is_remote=True,
            remote_scope=joined_by(", ", *scope), department=text(item.get("category_name")),
        )  # fmt: skip


def page_of(row: dict[str, Any]) -> str:
    """The page of an ad that the site's own search found."""
    slug = text(row.get("slug"))
    return f"https://www.workingnomads.com/jobs/{slug}" if slug else ""
