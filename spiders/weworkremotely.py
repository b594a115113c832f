"""We Work Remotely."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from models import BoardTask, RawPosting, Reuse, SourceKind
from spiders.base.copied import own_words
from spiders.base.feed import RssSpider
from spiders.base.markup import unescaped
from spiders.base.values import many, text

ALL = ("", "all", "weworkremotely")
TAIL = r"<strong>\s*to apply:|\bto apply: *(?:<a\b|https?:)"
HEAD = re.compile(r"\s*(?:<img\b[^<>]*>\s*)?<p>\s*<strong>\s*(?:Headquarters|URL):.*?</p>", re.IGNORECASE | re.DOTALL)
HEADS = 4000  # characters in which what the site puts first must end


class WeworkremotelySpider(RssSpider):
    """Remote jobs at We Work Remotely.

    Source: weworkremotely.com; a board is named by its category, as remote-programming-jobs; `all` has all.
    API: https://weworkremotely.com/remote-job-rss-feed, an RSS feed a category, the newest.
    Caveats: A title reads "Company: Role", or names no company. What the site puts before and behind an ad, its
        headquarters and where to apply, is cut off.
    """

    name = "weworkremotely"
    kind = SourceKind.BOARD
    domains = ("weworkremotely.com",)
    urls = (
        r"(?:www\.)?weworkremotely\.com/(?:listings|remote-jobs)/(?!search)(?P<key>[^/?]+?)/?(?:\?|$)",
        r"(?:www\.)?weworkremotely\.com/categories/(?P<board>[\w-]+)",
        r"(?:www\.)?(?P<board>weworkremotely)\.com/?(?:remote-jobs|\?|$)",
    )
    canonical = "https://weworkremotely.com/remote-jobs/{key}"
    is_strict = False
    attribution = "Source: We Work Remotely"
    reuse = Reuse.LINK_ONLY
    window = timedelta(days=30)

    def address(self, task: BoardTask) -> str:
        path = "remote-jobs" if task.board in ALL else f"categories/{quote(task.board, safe='')}"
        return f"https://weworkremotely.com/{path}.rss"

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        company, colon, title = text(item.get("title")).partition(": ")
        scope = [text(item.get(key)) for key in ("region", "country", "state")]
        url = text(item.get("link")) or text(item.get("guid"))
        return RawPosting(
            self.name, task.board, self.native_id(item), url, title.strip() if colon else company,
            company=company.strip() if colon else "", description=ad(text(item.get("description"))),
            posted=text(item.get("pubDate")), valid_through=text(item.get("expires_at")),
            employment_type=text(item.get("type")), workplace="remote", is_remote=True,
            remote_scope=next(filter(None, scope), ""), department=", ".join(map(text, many(item.get("category")))),
        )  # fmt: skip


def ad(text: str) -> str:
    """The ad without what the site adds."""
    text = unescaped(text)
    head = HEAD.match(text[:HEADS])
    return own_words(text[head.end() :] if head else text, "weworkremotely.com", TAIL)
