"""The base of spiders that ask more than once: one place for deadline, portions, failing pages, and what they mean.

A crawl of a board goes on until it has all, or until it must stop: the deadline is over, the portion of requests is
used up, the host asks to be left alone, or a few pages in a row failed. What was read is stored in any case. What is
left then makes the crawl `partial`, and the next one goes on; what failed makes it `truncated`. A page that robots.txt
keeps us out of is passed over and named, and one of a posting that failed in crawl after crawl is too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from models import BoardEnd, BoardPage, BoardTask, RawPosting, Verdict
from spiders.base.board import Ask, BoardSpider, Reading, requests_of
from spiders.base.errors import BoardFailure, Forbidden
from spiders.base.patience import HOSTS
from spiders.base.remains import Remains
from spiders.base.values import digest
from spiders.base.verdicts import check, explain

FAILURES_IN_ROW = 3  # pages; then the host has trouble, and the rest can wait
FAILURES_OF_PAGE = 4  # crawls in a row; from then on a page is no reason to call the crawl truncated
DEADLINE = 900.0  # seconds, where the settings do not say
RECHECK = timedelta(days=14)  # every page is read again at least so often
FULL = 100  # postings that make a page


@dataclass(slots=True)
class Visit:
    """What one crawl of one board has found so far, and whether it may go on."""

    task: BoardTask
    end: BoardEnd
    until: float  # on the monotonic clock
    portion: int  # requests
    lacking: str = ""  # what failed
    waiting: str = ""  # what the next crawl goes on with
    begun: float = field(default_factory=monotonic)
    is_round: bool = False  # the crawl goes on with what others began
    asked: int = 0
    in_row: int = 0  # failures
    retry_after: float = 0.0
    passed: list[str] = field(default_factory=list)  # why pages are passed over, one sentence a page
    rows: int = 0  # of a list whose postings have pages of their own
    owed: int = 0  # pages of these rows that are new or changed
    unread: int = 0  # of what was owed, in the end
    listed: int = 0  # postings that were read, or should have been
    readable: int = 0
    nameless: int = 0
    problem: str = ""  # the first one
    closed: set[str] = field(default_factory=set)  # what the source itself says is not open
    gone: int = 0  # pages that the list leads to and that are not there
    lost: set[str] = field(default_factory=set)  # the known postings on them
    remains: Remains = field(init=False)

    def __post_init__(self) -> None:
        self.remains = Remains(self.task.known)

    def is_over(self, share: float = 1.0) -> bool:
        """Whether no more may be asked, or no more of a share of it."""
        left, seconds = self.portion * share - self.asked, self.until - monotonic()
        is_stopped = self.retry_after > 0 or bool(self.waiting) or self.in_row >= FAILURES_IN_ROW
        return is_stopped or left <= 0 or seconds <= 0

    def left(self) -> float:
        """How many requests may follow, at the pace so far."""
        pace = (monotonic() - self.begun) / max(self.asked, 1)
        return min(self.portion - self.asked, (self.until - monotonic()) / max(pace, 0.001))

    def note(self, failure: BoardFailure, url: str) -> None:
        """Note that a page could not be read."""
        if isinstance(failure, Forbidden):
            self.passed.append(failure.reason)
            return
        self.retry_after = max(self.retry_after, failure.retry_after)
        if failure.verdict is Verdict.PARTIAL or self.is_enough(failure):
            self.waiting = failure.reason
            return
        self.in_row += 1
        key = digest(url)
        failed = self.task.cursor.get("failed", {}).get(key, 0) + 1
        self.noted("failed")[key] = failed
        if failed < FAILURES_OF_PAGE:
            self.lacking = self.lacking or f"{url} could not be read: {failure.reason}"
        else:
            self.passed.append(f"{url} failed in {failed} crawls in a row")

    def lose(self, *keys: str) -> None:
        """Note that the page of these postings is gone: they are not listed, whatever the list says."""
        self.gone += 1
        self.lost |= self.task.known.keys() & set(keys)
        self.end.seen.difference_update(keys)
        self.closed.update(keys)

    def is_enough(self, failure: BoardFailure) -> bool:
        """Whether a host that let us read some has enough of us for now: it says so, or says no again and again."""
        is_wall = failure.verdict is Verdict.BLOCKED and self.readable > 0
        return is_wall and (failure.retry_after > 0 or self.in_row + 1 >= FAILURES_IN_ROW)

    def noted(self, name: str) -> dict[str, Any]:
        """What is noted under a name for the next crawl."""
        self.end.cursor = self.end.cursor or {}
        found: dict[str, Any] = self.end.cursor.setdefault(name, {})
        return found

    def took(self, reading: Reading) -> None:
        """Note what a page held."""
        self.end.seen |= reading.seen
        self.end.skipped += reading.skipped
        self.closed |= reading.hidden
        self.listed += reading.listed
        self.readable += len(reading.postings)
        self.nameless += reading.nameless
        self.problem = self.problem or next(iter(reading.problems), "")


@dataclass(slots=True)
class Plan:
    """Which pages of those that a list shows are read: the new, those of another stamp, those not read for long."""

    new: list[str]
    changed: list[str]
    old: list[str]

    @property
    def owed(self) -> list[str]:
        """What must have been read before the crawl counts as complete."""
        return self.new + self.changed


def plan(listed: dict[str, str], stamps: dict[str, str], checked: dict[str, datetime], now: datetime) -> Plan:
    """Plan the pages of a list. `listed` maps what it shows to its stamp; `stamps` holds what is known, likewise.

    Pages are read again at a time of their own between half of RECHECK and the whole, so that they do not come at once,
    and at most a tenth of the board in one crawl, oldest first.
    """
    new = [key for key in listed if key not in stamps]
    changed = [key for key, stamp in listed.items() if stamp and stamps.get(key, stamp) != stamp]
    due = [key for key in listed if key in stamps and now - checked.get(key, LONG_AGO) > recheck_after(key)]
    old = sorted(set(due) - set(changed), key=lambda key: (checked.get(key, LONG_AGO), key))
    return Plan(new, changed, old[: max(20, len(stamps) // 10)])


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def is_any_old(task: BoardTask) -> bool:
    """Whether a page is to be read again."""
    moment = now()
    return any(moment - at > recheck_after(key) for key, at in task.checked.items())


def recheck_after(key: str) -> timedelta:
    """How long what was read of a page is believed: the same time for the same page, another for others."""
    return RECHECK * (0.5 + int(digest(key)[:8], 16) / 0xFFFFFFFF / 2)


class VisitSpider(BoardSpider):
    """A board that takes several requests. Subclasses say how its postings are read (`visit_board`)."""

    portion = 1000  # requests a crawl at most

    def visit_board(self, response: Response, visit: Visit) -> AsyncIterator[RawPosting]:
        """Read the board from its first answer on, as far as `visit` allows. Raises BoardFailure, ParseError."""
        raise NotImplementedError

    async def crawl(self, response: Response, task: BoardTask, end: BoardEnd) -> AsyncIterator[BoardPage]:
        """Hand over postings in pages as they fill, then judge."""
        end.cursor = {}
        begun = float(response.meta.get("begun_at", monotonic()))
        visit = Visit(task, end, self.deadline(response), self.portion, asked=end.requests, begun=begun)
        visit.remains.look_at(response.body)
        waiting: list[RawPosting] = []
        try:
            async for posting in self.visit_board(response, visit):
                waiting.append(posting)
                if len(waiting) == FULL:
                    yield BoardPage(task, waiting)
                    waiting = []
        finally:
            end.retry_after = visit.retry_after
        if waiting:
            yield BoardPage(task, waiting)
        self.conclude(visit)

    def deadline(self, response: Response) -> float:
        """Until when the visit may ask, on the monotonic clock; one pause of a slow host before it must be over."""
        seconds = self.settings.getfloat("ROLEWIRE_DEADLINE", DEADLINE)
        pause = HOSTS.delay(urlsplit(response.url).hostname or "")
        return float(response.meta.get("begun_at", monotonic())) + max(seconds - pause, seconds / 2)

    async def read_planned(
        self, planned: Plan, visit: Visit, read: Callable[[str], Awaitable[list[RawPosting]]]
    ) -> AsyncIterator[RawPosting]:
        """Read page after page, as far as the visit goes; what is owed and left waits for the next crawl."""
        wait, visit.waiting = visit.waiting, ""
        left = len(planned.owed)
        for number, key in enumerate([*planned.owed, *planned.old]):
            if visit.is_over():
                break
            left -= number < len(planned.owed)
            for posting in await read(key):
                yield posting
        visit.unread = left
        visit.waiting = visit.waiting or (UNREAD.format(left) if left else wait)

    async def ask(self, ask: Ask, visit: Visit) -> Response:
        """Fetch a page of the board, robots.txt, pace and all. Raises BoardFailure."""
        assert self.crawler.engine
        visit.asked += 1
        try:
            request = self.request(ask, visit.task)
            request.meta["download_timeout"] = max(min(self.timeout(), visit.until - monotonic()), 1.0)
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            visit.end.requests += 1
            raise explain(error, ask.url) from error
        visit.end.requests += requests_of(response)
        check(response, ask.url, response.meta.get("retry_after", 0.0))
        visit.in_row = 0
        return response

    def timeout(self) -> float:
        """Seconds that one answer may take."""
        return self.settings.getfloat("DOWNLOAD_TIMEOUT", 30.0)

    def conclude(self, visit: Visit) -> None:
        """Note in `end` how complete the crawl was. Raises BoardFailure where nothing at all could be read."""
        end = visit.end
        if visit.listed > (2 if visit.task.known else 0) and not visit.readable:  # one that is poison costs itself
            raise BoardFailure(Verdict.ERROR, UNREADABLE.format(visit.listed, visit.problem))
        if visit.nameless * 10 > max(visit.rows, visit.listed):
            visit.lacking = visit.lacking or f"{visit.nameless} of its postings had no id: report the format"
        if visit.gone and not (end.seen or visit.task.known):
            visit.lacking = visit.lacking or NOWHERE.format(visit.gone)
        is_stuck = visit.in_row >= FAILURES_IN_ROW or not visit.readable
        if visit.lacking and (is_stuck or not visit.waiting):
            end.verdict, end.reason = Verdict.TRUNCATED, f"not all was read, so nothing is closed: {visit.lacking}"
        elif visit.waiting or visit.is_round:
            end.verdict, end.reason = Verdict.PARTIAL, visit.waiting or "read in portions: this was the last one"
            end.is_round_complete = not visit.waiting
        elif visit.passed:
            end.reason = f"{len(visit.passed)} pages are passed over: {visit.passed[0]}"
        end.skipped += len(visit.passed)
        end.unsure = visit.remains.doubt(end.seen, visit.closed, visit.nameless)
        if len(visit.lost) >= FAILURES_IN_ROW and not visit.readable:
            end.unsure = end.unsure or NOWHERE.format(visit.gone)
        end.is_loose = visit.remains.is_markup


UNREAD = "{} of its pages are yet to be read; the next crawl goes on with them"
NOWHERE = "each of the {} pages that its list leads to and that were asked for is gone"
UNREADABLE = "none of {} postings could be read ({}); the source has changed its format: report it"


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)
