"""Postings a second on one core: tags from HTML, all steps, beside a bare HTML-to-text pass of the same run.

    python benchmarks/tagging_speed.py [LIMIT]

Set: the captured Ashby postings (whole boards, with HTML). Five rounds, in turns, the fastest counts; process time, so
that other programs disturb little; 500 results are held at a time, as a page of a board holds them, and garbage is
collected as in the crawl's worker. `tag_all` is what stores a page, `tag` takes one posting. The table times each step
by itself on what the steps before it gave.
"""

import gc
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import captures
from resiliparse.extract.html2text import extract_plain_text

from models import RawPosting, Tags
from pipeline.asks.degree import tag_degree
from pipeline.asks.skills import tag_skills
from pipeline.asks.visa import tag_visa
from pipeline.asks.years import tag_years
from pipeline.content import content_hash
from pipeline.job.employer import company_key
from pipeline.job.employment import tag_employment
from pipeline.level import tag_seniority
from pipeline.pay.said import tag_pay_text
from pipeline.place import scope_of_words, tag_places
from pipeline.place.workplace import tag_workplace
from pipeline.posted import tag_posted
from pipeline.role import tag_role
from pipeline.tagging import tag, tag_all
from pipeline.text.language import tag_language
from pipeline.text.plain import plain_text

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEPS: dict[str, Callable[[RawPosting, Tags], object]] = {
    "text": lambda raw, _tags: plain_text(raw.description),
    "language": lambda _, tags: tag_language(tags.description),
    "role": lambda _, tags: tag_role(tags.title, tags.description, tags.company),
    "seniority": lambda _, tags: tag_seniority(tags.title, tags.description, tags.role),
    "skills": lambda _, tags: tag_skills(tags.title, tags.description),
    "years": lambda _, tags: tag_years(tags.description),
    "degree": lambda _, tags: tag_degree(tags.description, None, tags.language),
    "visa": lambda _, tags: tag_visa(tags.description, tags.language),
    "place": lambda raw, _tags: tag_places(raw),
    "scope in words": lambda _, tags: scope_of_words(tags.title, tags.description),
    "workplace": lambda raw, tags: tag_workplace(raw, tags.title, tags.description, tags.language),
    "employment type": lambda raw, tags: tag_employment(raw.employment_type, tags.title, tags.description),
    "posted": lambda raw, _tags: tag_posted(raw.posted, NOW),
    "pay from the text": lambda _, tags: tag_pay_text(tags.description),
    "company key": lambda raw, _tags: company_key(raw.company or raw.board),
    "content hash (each re-crawl)": lambda raw, _tags: content_hash(raw),
}


def main() -> None:
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    raws = [raw for raw in captures.postings("ashby") if raw.description][:limit]
    tags = list(tag_all(raws, NOW))
    size = sum(len(raw.description) for raw in raws) / len(raws)
    print(f"{len(raws)} postings, {size:,.0f} characters of HTML each")
    gc.freeze()
    gc.set_threshold(10_000, 15, 10)  # as in worker.py
    whole, single, bare = _best(
        [
            lambda: deque(tag_all(raws, NOW), maxlen=500),
            lambda: deque((tag(raw, NOW) for raw in raws), maxlen=500),
            lambda: deque((extract_plain_text(raw.description) for raw in raws), maxlen=500),
        ],
        len(raws),
    )
    for name, took in (("tag_all, all steps:", whole), ("tag, one by one:", single), ("bare HTML to text:", bare)):
        print(f"{name:20s} {took:7.1f} us, {1e6 / took:7,.0f} postings/s, {took / bare:5.1f} x the text")
    for name, step in STEPS.items():
        [took] = _best(
            [lambda step=step: deque((step(raw, one) for raw, one in zip(raws, tags, strict=True)), maxlen=500)],
            len(raws),
        )
        print(f"    {name:30s} {took:7.1f} us")


def _best(runs: list[Callable[[], object]], count: int) -> list[float]:
    """Microseconds for one of `count`, the best of five rounds of each, in turns."""
    rounds: list[list[float]] = [[] for _ in runs]
    for _ in range(5):
        for run, took in zip(runs, rounds, strict=True):
            start = time.process_time()
            run()
            took.append(time.process_time() - start)
    return [min(took) / count * 1e6 for took in rounds]


if __name__ == "__main__":
    main()
