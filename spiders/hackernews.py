"""Hacker News, "Who is hiring?"."""

from typing import Any

from models import BoardTask, RawPosting, SourceKind
from spiders.base.openings import canonical_of_opening, openings, posting_of
from spiders.base.thread import ThreadSpider
from spiders.base.values import text


class HackernewsSpider(ThreadSpider):
    """The monthly thread "Ask HN: Who is hiring?".

    Source: news.ycombinator.com; a board is named by who opens the threads, whoishiring. The two newest are read.
    API: https://hn.algolia.com/api, GET /api/v1/items/{id}, a thread once a day; what came since by
        https://github.com/HackerNews/API, GET /v0/item/{id}.json.
    Caveats: A comment may hold several jobs: each is a posting, named by the comment's id and its own name. Employer,
        places and pay are cells of the first line, which is the title where no job is named. What is no ad is left out.
    """

    name = "hackernews"
    kind = SourceKind.BOARD
    domains = ("news.ycombinator.com",)
    urls = (
        r"news\.ycombinator\.com/item\?(?:.*&)?id=(?P<id>\d+)",
        r"news\.ycombinator\.com/(?:user|submitted|threads)\?id=(?P<board>\w+)",
    )
    canonical = "https://news.ycombinator.com/item/{id}"

    def rows_of(self, comment: dict[str, Any]) -> list[dict[str, Any]]:
        name = text(comment.get("id")) or text(comment.get("objectID"))
        told = text(comment.get("text")) or text(comment.get("comment_text"))
        return [{**row, "_said": comment} for row in openings(name, told)]

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        said, url = item["_said"], f"https://news.ycombinator.com/item?id={item['_ad']}"
        posted = text(said.get("created_at")) or text(said.get("created_at_i")) or text(said.get("time"))
        return posting_of(self.name, task, item, url, posted)

    def canonical_of(self, raw: RawPosting) -> str | None:
        return canonical_of_opening(raw)
