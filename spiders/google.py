"""Google."""

import re
from typing import Any

from models import BoardTask, RawPlace, RawPosting, SourceKind
from spiders.base.board import Ask
from spiders.base.embedded import assigned
from spiders.base.errors import ParseError
from spiders.base.paged import At, PagedSpider
from spiders.base.parts import headed
from spiders.base.values import joined, looks_like, number, text

RESULTS = "https://www.google.com/about/careers/applications/jobs/results"
BLOCK = re.compile(r"AF_initDataCallback\(\s*\{\s*key:\s*['\"]ds:1['\"]")
ID, TITLE, APPLY, DUTIES, ASKS, BRAND, LANGUAGE, PLACES, ABOUT, POSTED, UPDATED = 0, 1, 2, 3, 4, 7, 8, 9, 10, 12, 13
NOTE = 18  # where one may work
TEXTS = ((ABOUT, "About the job"), (DUTIES, "Responsibilities"), (ASKS, ""), (NOTE, ""))


class GoogleSpider(PagedSpider):
    """Google's own careers site; DeepMind, YouTube and others are in it.

    Source: www.google.com/about/careers/applications/jobs/results; one board.
    API: none is documented; the page holds its postings as the data block `ds:1`, 20 a page, with the texts.
    Caveats: Records are lists without names, and may be short or hold nulls. Behind the end there is no record while
        the total stays. The brand is the employer. Dates are pairs of seconds and nanoseconds.
    """

    name = "google"
    kind = SourceKind.EMPLOYER
    domains = ("careers.google.com", "google.com")
    urls = (
        r"(?:careers\.|www\.)?(?P<board>google)\.com/(?:about/careers/applications/)?jobs/results/(?P<id>\d+)",
        r"(?:www\.)?(?P<board>google)\.com/about/careers",
        r"careers\.(?P<board>google)\.com/",
    )
    canonical = "https://www.google.com/jobs/results/{id}"
    is_strict = False
    page_size = 20

    def page(self, task: BoardTask, at: At) -> Ask:  # noqa: ARG002 - there is one board
        return Ask(f"{RESULTS}?sort_by=date&page={at.number + 1}")

    def load(self, body: bytes) -> Any:
        page = body.decode("utf-8", "replace")
        block = BLOCK.search(page)
        data = assigned(page[block.end() :], "data") if block else None
        if not isinstance(data, list):
            raise ParseError(f"{looks_like(body)} without a list ds:1")
        return data

    def items(self, data: Any) -> Any:
        return at(data, 0) or []

    def total(self, data: Any) -> int | None:
        return number(at(data, 2))

    def native_id(self, item: Any) -> str:
        return text(at(item, ID))

    def posting(self, item: Any, task: BoardTask) -> RawPosting | None:
        key, title, where = text(at(item, ID)), text(at(item, TITLE)), at(item, PLACES)
        name = re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip())
        return RawPosting(
            self.name, task.board, key, f"{RESULTS}/{key}-{name}" if name else f"{RESULTS}/{key}", title,
            company=text(at(item, BRAND)) or task.company, apply_url=text(at(item, APPLY)),
            description=joined(*(headed(name, text(at(item, place, 1))) for place, name in TEXTS)),
            places=[place_of(one) for one in (where if isinstance(where, list) else ()) if text(at(one, 0))],
            posted=text(at(item, POSTED, 0)), updated=text(at(item, UPDATED, 0)), language=text(at(item, LANGUAGE)),
        )  # fmt: skip


def at(value: Any, *path: int) -> Any:
    """What stands in nested lists under these places; None if it is not there."""
    for place in path:
        value = value[place] if isinstance(value, list) and len(value) > place else None
    return value


def place_of(one: Any) -> RawPlace:
    """A place: its name, its addresses, city, something, region, country."""
    return RawPlace(text(at(one, 0)), text(at(one, 2)), text(at(one, 4)), text(at(one, 5)))
