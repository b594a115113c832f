"""Hacker News, "Who is hiring?"."""

import re
from typing import Any

from models import BoardTask, RawPlace, RawPosting, SourceKind
from spiders.base.addresses import ADDRESSES
from spiders.base.advert import Job, best_link, read, title_of
from spiders.base.thread import ThreadSpider
from spiders.base.values import text

NO_AD = re.compile(r"\W*seeking (?:work|freelanc)", re.IGNORECASE)
CUE = re.compile(r"\b(?:hiring|looking for|seeking|apply|join (?:us|our)|open (?:role|position))", re.IGNORECASE)


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
        """A row for each job that a comment offers; none where it is no ad."""
        told, name = text(comment.get("text")) or text(comment.get("comment_text")), name_of(comment)
        advert = read(told)
        is_ad = advert.has_header or (advert.jobs and CUE.search(told))
        if not name or not is_ad or NO_AD.match(advert.head):
            return []
        jobs = advert.jobs or [Job(title_of(advert))]
        ids = [f"{name}-{slug(job.title)}" for job in jobs] if len(jobs) > 1 else [name]
        return [
            {"id": key, "_comment": name, "_job": job, "_advert": advert, "_text": told, "_said": comment}
            for key, job in zip(ids, jobs, strict=True)
        ]

    def posting(self, item: dict[str, Any], task: BoardTask) -> RawPosting | None:
        advert, job, said = item["_advert"], item["_job"], item["_said"]
        return RawPosting(
            self.name, task.board, item["id"], f"https://news.ycombinator.com/item?id={item['_comment']}", job.title,
            company=advert.company, apply_url=best_link(advert, job), description=item["_text"],
            places=[RawPlace(name) for name in advert.places], workplace=advert.workplace, pay_text=advert.pay,
            is_remote=True if advert.workplace == "remote" else None, employment_type=advert.employment,
            posted=text(said.get("created_at")) or text(said.get("created_at_i")) or text(said.get("time")),
        )  # fmt: skip

    def canonical_of(self, raw: RawPosting) -> str | None:
        """Where one applies, if that is a posting; a comment with several jobs is the address of none of them."""
        found = ADDRESSES.canonical_url(raw.apply_url) if raw.apply_url else None
        return found or (super().canonical_of(raw) if raw.native_id.isdigit() else "")


def name_of(comment: dict[str, Any]) -> str:
    return text(comment.get("id")) or text(comment.get("objectID"))


def slug(title: str) -> str:
    """A name's letters and digits."""
    return re.sub(r"\W+", "-", title.casefold()).strip("-")[:60]
