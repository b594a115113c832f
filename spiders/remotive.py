"""Remotive."""

from datetime import timedelta
from typing import Any

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.copied import own_words
from spiders.base.feed import FeedSpider
from spiders.base.values import fields, number, text


class RemotiveSpider(FeedSpider):
    """Remote jobs at Remotive.

    Source: remotive.com; its one board is named as you like.
    API: https://remotive.com/api/remote-jobs, all at once; its terms ask for at most four requests a day.
    Caveats: Ads come here a day after they are on the site. Pay is words. Dates name no zone.
    """

    name = "remotive"
    kind = SourceKind.BOARD
    domains = ("remotive.com", "remotive.io")
    urls = (
        r"(?:www\.)?remotive\.(?:com|io)/(?:[^?]*/)?remote-jobs/[^?]*-(?P<id>\d{4,})/?(?:\?|$)",
        r"(?:www\.)?(?P<board>remotive)\.(?:com|io)/?(?:api/|remote-jobs|$)",
    )
    canonical = "https://remotive.com/remote-jobs/{id}"
    is_strict = False
    attribution = "Source: Remotive"
    reuse = Reuse.LINK_ONLY
    rest = timedelta(hours=6)
    home = "https://remotive.com/api/remote-jobs"
    list_key = "jobs"

    def total(self, data: Any) -> int | None:
        return number(fields(data).get("job-count"))

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        return RawPosting(
            self.name, task.board, text(item.get("id")), text(item.get("url")), text(item.get("title")),
            company=text(item.get("company_name")),
            description=own_words(text(item.get("description")), "remotive.com"),
            posted=text(item.get("publication_date")), employment_type=text(item.get("job_type")),
            workplace="remote", is_remote=True, remote_scope=text(item.get("candidate_required_location")),
            pay_text=text(item.get("salary")), department=text(item.get("category")),
        )  # fmt: skip
