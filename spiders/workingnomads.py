"""Working Nomads."""

import re
from datetime import timedelta
from typing import Any

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.copied import own_words
from spiders.base.feed import FeedSpider
from spiders.base.values import fields, text

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

    def native_id(self, item: Any) -> str:
        url = text(fields(item).get("url"))
        return found[1] if (found := ID.search(url)) else url

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        return RawPosting(
            self.name, task.board, self.native_id(item), text(item.get("url")), text(item.get("title")),
            company=text(item.get("company_name")),
            description=own_words(text(item.get("description")), "workingnomads.com"),
            posted=text(item.get("pub_date")), workplace="remote", is_remote=True,
            remote_scope=text(item.get("location")), department=text(item.get("category_name")),
        )  # fmt: skip
