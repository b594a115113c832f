"""The postings that an ad written by hand holds: one for each job that it names."""

import re
from typing import Any

from models import BoardTask, RawPlace, RawPosting
from spiders.base.addresses import ADDRESSES
from spiders.base.advert import Job, best_link, read, title_of

NO_AD = re.compile(r"\W*seeking (?:work|freelanc)|.{0,40}#?(?:резюме|ищу работу)", re.IGNORECASE)
CUE = re.compile(
    r"\b(?:hiring|looking for|seeking|apply|join (?:us|our)|open (?:role|position)|ваканси|ищем|ищут|требуется|"
    r"нужн|нанима|откликн|присылайте)",
    re.IGNORECASE,
)


def openings(name: str, told: str) -> list[dict[str, Any]]:
    """A row for each job of an ad that is named `name`; none where the text is no ad."""
    advert = read(told)
    is_ad = advert.has_header or (advert.jobs and CUE.search(told))
    if not name or not is_ad or NO_AD.match(advert.head):
        return []
    jobs = advert.jobs or [Job(title_of(advert))]
    ids = [f"{name}-{slug(job.title)}" for job in jobs] if len(jobs) > 1 else [name]
    return [
        {"id": key, "_ad": name, "_job": job, "_advert": advert, "_text": told}
        for key, job in zip(ids, jobs, strict=True)
    ]


def posting_of(source: str, task: BoardTask, item: dict[str, Any], url: str, posted: str) -> RawPosting:
    """The raw posting of a row of `openings`."""
    advert, job = item["_advert"], item["_job"]
    return RawPosting(
        source, task.board, item["id"], url, job.title, company=advert.company, apply_url=best_link(advert, job),
        description=item["_text"], places=[RawPlace(name) for name in advert.places], workplace=advert.workplace,
        is_remote=True if advert.workplace == "remote" else None, employment_type=advert.employment,
        pay_text=advert.pay, posted=posted,
    )  # fmt: skip


def canonical_of_opening(raw: RawPosting) -> str | None:
    """Where one applies, if that is a posting; an ad of several jobs is the address of none of them."""
    found = ADDRESSES.canonical_url(raw.apply_url) if raw.apply_url else None
    return found or (ADDRESSES.canonical_url(raw.url) if raw.native_id.isdigit() else "")


def slug(title: str) -> str:
    """A name's letters and digits."""
    return re.sub(r"\W+", "-", title.casefold()).strip("-")[:60]
