"""What a board may send one day, for every spider and every saved answer: nothing breaks, closes, or passes in silence.

ROLEWIRE_MUTATIONS says how many changes a spider gets: 200 where it is not set, 10,000 in `make test-all`.
"""

import asyncio
import contextlib
import json
import operator
import os
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings

from models import BoardEnd, BoardPage, BoardTask, RawPosting, Verdict
from pipeline import fullness, lifecycle
from spiders import SPIDERS, recognise
from spiders.base import remains
from spiders.base.errors import ParseError
from tests.spiders import mutations

FIXTURES = Path(__file__).parent / "fixtures"
COUNT = int(os.environ.get("ROLEWIRE_MUTATIONS", "200"))
SCHEMA_CHANGES = 20
MORE = 10  # times: what holds of a board of ten times as many postings
BOARD = 100  # postings of a board of which the saved answer is a part
ROWS = {kind.__name__ for kind in mutations.TREE}  # changes of a few rows
PARTS = {"torn", "stuffed", "doubled"}  # changes of a few characters
TITLE = 8  # characters of one that is no word of a text
Crawled = tuple[list[RawPosting], BoardEnd]
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
OURS = re.compile(
    r"\((?:TypeError|AttributeError|KeyError|IndexError|AssertionError|ValueError|Recursion\w+|Unicode\w+)"
)


@dataclass
class Case:
    """A saved answer, and what else its source has answered."""

    source: str
    name: str
    body: bytes
    others: list[bytes]
    meta: dict

    def task(self, known: dict[str, str] | None = None) -> BoardTask:
        boards = [address for address in self.meta.get("addresses", {}) if not recognise(address).native_id]
        url = self.meta.get("url", "") or next(iter(boards), "https://acme.example/jobs")
        board = self.meta.get("board", "") or "acme"
        return BoardTask(1, self.source, board, url=url, known=known or {}, options=self.meta.get("options", {}))


def cases(source: str) -> list[Case]:
    """Every saved answer of a source."""
    bodies = {path.parent: path.read_bytes() for path in sorted((FIXTURES / source).glob("*/response.*"))}
    found = []
    for folder, body in bodies.items():
        meta = json.loads((folder / "meta.json").read_text()) if (folder / "meta.json").exists() else {}
        others = [other for place, other in bodies.items() if place != folder]
        found.append(Case(source, folder.name, body, others, meta))
    return found


class Engine:
    """Answers what a crawl asks beside its first page: what else the source has answered, in turn."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.bodies, self.asked = bodies, 0

    async def download_async(self, request: Request) -> HtmlResponse:
        self.asked += 1
        body = self.bodies[self.asked % len(self.bodies)] if self.bodies else b""
        return HtmlResponse(request.url, 200 if self.bodies else 404, body=body, request=request, encoding="utf-8")


def crawl(case: Case, body: bytes, known: dict[str, str] | None = None) -> tuple[list[RawPosting], BoardEnd]:
    """A whole crawl that begins with this body: its postings and its one end."""
    spider, task = SPIDERS[case.source](portion=6), case.task(known)
    spider.settings = Settings({"ROLEWIRE_DEADLINE": 60.0})
    spider.crawler = SimpleNamespace(engine=Engine(case.others), settings=spider.settings)

    async def run() -> list:
        request = Request(task.url, meta={"board": task.name})  # a source may want a key before it asks
        response = HtmlResponse(request.url, body=body, request=request, encoding="utf-8")
        return [item async for item in spider.read_board(response, task)]

    items = asyncio.run(run())
    (end,) = [item for item in items if isinstance(item, BoardEnd)]
    assert items[-1] is end
    return [raw for item in items if isinstance(item, BoardPage) for raw in item.postings], end


def left_out(known: dict[str, str], after: list[RawPosting], end: BoardEnd) -> dict[str, str]:
    """The known postings (id -> title) that the crawl did not see.

    One that goes on under another id is a repost; where its title was changed too, it goes on all the same.
    """
    come = {raw.title for raw in after if raw.native_id not in known}
    missing = {key: title for key, title in known.items() if key not in end.seen}
    gone = {key: title for key, title in missing.items() if title not in come}
    others = len(end.seen - known.keys()) - (len(missing) - len(gone))
    return gone if others < len(gone) else {}


def wrongly_closed(case: Case, what: str, body: bytes, known: dict[str, str], came: Crawled) -> list[str]:
    """What a changed answer would close though it should not.

    A change of a few rows or characters is judged as a part of a larger board that is whole but for it: what it does
    not name any more may go, and what it says that it does not show. Whatever else is changed closes nothing, and an
    answer that is cut nothing even of a board of which it shows nearly all.
    """
    missing = left_out(known, *came)
    if what not in ROWS | PARTS | {"cut"}:
        return list(missing) if closes(known, *came) else []
    count = len(missing)
    judged = lifecycle.judge(
        came[1].verdict, "", BOARD - count, BOARD, count, [BOARD] * 5, lifecycle.Doubt(), NOW, came[1].unsure
    )
    if not judged.may_close or (case.others and not is_read(case, body)):  # then another answer was read instead
        return []
    if what == "cut":
        return list(missing)
    if what in PARTS and is_glued(body):
        return []
    return [key for key, title in missing.items() if stands(case, what, body, known, key, title)]


def is_read(case: Case, body: bytes) -> bool:
    """Whether an answer can be read at all."""
    try:
        SPIDERS[case.source]().read_saved(body, case.task())
    except ParseError:
        return False
    return True


def is_glued(body: bytes) -> bool:
    """Whether the end of one row and the start of the next were torn out: the answer holds one of the two."""

    def is_twice(pairs: list[tuple[str, object]]) -> object:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            raise LookupError
        return dict(pairs)

    try:
        json.loads(body, object_pairs_hook=is_twice)
    except LookupError:
        return True
    except ValueError:
        return False
    return False


def stands(case: Case, what: str, body: bytes, known: dict[str, str], key: str, title: str) -> bool:
    """Whether a posting still stands in an answer, by its number or by a title that is its alone."""
    told = body.decode("utf-8", "replace")
    with contextlib.suppress(ParseError):
        if key in SPIDERS[case.source]().read_saved(body, case.task()).hidden:
            return False
    mark = remains.mark_of(key).decode()
    is_alone = len(title) >= TITLE and Counter(known.values())[title] == 1
    is_titled = what in ROWS and is_alone and json.dumps(title)[1:-1] in told
    return is_titled or (bool(mark) and mark in re.findall("[0-9A-Za-z]{4,}", told))


def closes(known: dict[str, str], after: list[RawPosting], end: BoardEnd) -> int:
    """How many of the known postings (id -> title) of a board ten times as large this end would close.

    One that goes on under another id is a repost.
    """
    gone = left_out(known, after, end)
    held, found = len(known) * MORE, len(end.seen) * MORE
    judged = lifecycle.judge(
        end.verdict, "", found, held, len(gone) * MORE, [held] * 5, lifecycle.Doubt(), NOW, end.unsure
    )
    return len(gone) if judged.may_close else 0


def test_no_spider_is_without_a_saved_answer() -> None:
    assert [source for source in SPIDERS if not cases(source)] == []


@pytest.mark.parametrize("source", SPIDERS)
def test_a_changed_answer_breaks_nothing_and_closes_nothing(source: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    found = cases(source)
    share = -(-COUNT // len(found))
    for case in found:
        known = {raw.native_id: raw.title for raw in crawl(case, case.body)[0]}
        for number, (what, body) in enumerate(mutations.mutations(case.body, share, f"{source}/{case.name}")):
            told = f"{source}/{case.name}: change {number}, {what}"
            with contextlib.suppress(ParseError):
                SPIDERS[source]().read_saved(body, case.task())
            after, end = crawl(case, body, dict.fromkeys(known, ""))
            assert not OURS.search(end.reason), f"{told}: {end.reason}"
            wrong = wrongly_closed(case, what, body, known, (after, end))
            assert wrong == [], f"{told}: {end.verdict} {end.reason} {wrong}"


@pytest.mark.parametrize("source", SPIDERS)
def test_every_change_of_schema_is_flagged(source: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL")
    for case in cases(source):
        before, end = crawl(case, case.body)
        known = {raw.native_id: raw.title for raw in before}
        usual = scaled(before, end, 2 * MORE)
        for what, body in mutations.schema_changes(case.body, SCHEMA_CHANGES):
            after, end = crawl(case, body, dict.fromkeys(known, ""))
            bound = len(known) // 3  # what a list shows in part only may have its page on another site
            assert closes(known, after, end) <= bound, f"{source}/{case.name}: {what}: {end.verdict}"
            lost = fields_lost(before, after)
            is_flagged = end.verdict is not Verdict.OK or fullness.falls(usual, scaled(after, end, MORE))
            assert is_flagged or not lost, f"{source}/{case.name}: {what}: {lost} lost in silence"


def scaled(postings: list[RawPosting], end: BoardEnd, times: int) -> Counter[str]:
    """How full the postings are, of a board that many times as large."""
    counts = fullness.filled(fullness.counted(postings), end.skipped)
    return Counter({name: count * times for name, count in counts.items()})


def fields_lost(before: list[RawPosting], after: list[RawPosting]) -> list[str]:
    """The fields that most postings had and none has any more."""
    names = set(RawPosting.__slots__) - {"source", "board", "kind", "canonical_url", "pay", "pay_text"}
    has = {name: operator.attrgetter(name) for name in names} | {"pay": fullness.FIELDS["pay"]}
    most = [name for name in has if sum(bool(has[name](raw)) for raw in before) * 2 > len(before)]
    return [name for name in most if not any(has[name](raw) for raw in after)]
