"""Remote OK."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.copied import own_words
from spiders.base.feed import FeedSpider
from spiders.base.parts import paid
from spiders.base.values import fields, text

TAIL = r"please mention the words? \*\*"  # a riddle that names the reader's address in code


class RemoteokSpider(FeedSpider):
    """Remote jobs at Remote OK.

    Source: remoteok.com; its one board is named as you like.
    API: https://remoteok.com/api, the newest hundred or so, after a notice with the terms.
    Caveats: Pay of 0 is unknown pay, any other is US dollars a year. Titles may be mojibake, and some rows are junk or
        lead to the front page. The closing riddle is cut off. Ads come here a day after they are on the site.
    """

    name = "remoteok"
    kind = SourceKind.AGGREGATOR
    domains = ("remoteok.com", "remoteok.io")
    urls = (
        r"(?:www\.)?remoteok\.(?:com|io)/(?:remote-jobs|l)/(?:[^/?]*-)?(?P<id>\d{4,})",
        r"(?:www\.)?(?P<board>remoteok)\.(?:com|io)/?(?:api|$)",
    )
    canonical = "https://remoteok.com/remote-jobs/{id}"
    is_strict = False
    attribution = "Source: Remote OK"
    reuse = Reuse.LINK_ONLY
    home = "https://remoteok.com/api"
    window = timedelta(days=30)

    def items(self, data: Any) -> Any:
        return [row for row in data if not is_notice(row)] if isinstance(data, list) else None

    def native_id(self, item: Any) -> str:
        """A number; what is none may be the row of any posting."""
        found = text(fields(item).get("id"))
        return found if found.isdigit() else ""

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        native_id, url = self.native_id(item), page_of(item)
        low, high = (text(item.get(key)).strip("0") and text(item.get(key)) for key in ("salary_min", "salary_max"))
        if not url:
            return None
        return RawPosting(
            self.name, task.board, native_id, url, text(item.get("position")) or text(item.get("title")),
            company=text(item.get("company")), apply_url=text(item.get("apply_url")),
            description=own_words(text(item.get("description")), "remoteok.com", TAIL),
            posted=text(item.get("date")) or text(item.get("epoch")), workplace="remote", is_remote=True,
            remote_scope=text(item.get("location")), pay=paid(low, high, "USD", "year"),
        )  # fmt: skip


def is_notice(row: Any) -> bool:
    """Whether a row says the terms, and no job."""
    return "legal" in fields(row) and "position" not in fields(row)


def page_of(item: dict[str, Any]) -> str:
    """The ad's own page; empty where the row leads to none."""
    url, slug = text(item.get("url")), text(item.get("slug"))
    if urlsplit(url).path.strip("/"):
        return url
    return f"https://remoteok.com/remote-jobs/{slug}" if slug else ""
