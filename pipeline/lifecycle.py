"""When a posting may be called closed: the guard between a board that answers strangely and the people who read us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from models import Verdict
from pipeline.posted import RELATIVE, parse_posted

GUARD_FROM = 5  # a smaller loss is believed
GUARD_SHARE_OF_MEDIAN = 0.7
GUARD_SHARE_GONE = 0.5
CONFIRMATIONS = 3
CONFIRMATION_SPAN = timedelta(hours=24)
DOUBTED = (Verdict.SUSPECT, Verdict.EMPTY, Verdict.GONE)
LONGEST_BACKOFF = timedelta(hours=24)
ASKED_BETWEEN = 8  # times between two changes of a board
RESTAMP_SPAN = timedelta(days=7)  # a board that dates its ads anew each day is noted once a week
RESTAMP_LEAST = timedelta(days=1)
UNTIL = (
    f"nothing is closed until {CONFIRMATIONS} crawls over {CONFIRMATION_SPAN // timedelta(hours=1)} h say the same; "
    "look at the board"
)
UNSURE = "{} of {} open postings could not be made out in the list, but {}: " + UNTIL
BASELINE_SPAN = timedelta(hours=24)  # a board that is never read to its end is no longer new after it


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the last complete crawls said that is not believed yet: the same verdict, how often, since when."""

    verdict: str = ""
    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a crawl means: its verdict, whether unseen postings close, and the doubt carried to the next crawl.

    `is_well`: nothing about the board needs looking at, so that it is asked again at the normal interval.
    """

    verdict: Verdict
    reason: str
    may_close: bool
    close_reason: str
    doubt: Doubt
    is_complete: bool
    is_well: bool = False


def judge(
    verdict: Verdict,
    reason: str,
    found: int,
    held: int,
    missing: int,
    last_counts: Sequence[int],
    doubt: Doubt,
    now: datetime,
    unsure: str = "",
) -> Judgement:
    """Judge a finished crawl.

    `found`: postings the board listed; `held`: listings open before this crawl; `missing`: those of them not seen now;
    `last_counts`: found of the last five complete crawls; `unsure`: why those missing may be open all the same.
    """
    if verdict is Verdict.EMPTY and not held:  # nothing to doubt
        return Judgement(verdict, reason, False, "", Doubt(), True, is_well=True)
    if verdict is Verdict.OK and is_suspect(found, held, missing, last_counts):
        verdict = Verdict.SUSPECT
        reason = f"{missing} of {held} open postings are not listed any more ({found} listed now): {UNTIL}"
    if verdict is Verdict.OK and unsure and missing:
        verdict, reason = Verdict.SUSPECT, UNSURE.format(missing, held, unsure)
    if verdict is Verdict.OK:
        return Judgement(verdict, reason, True, "not listed any more", Doubt(), True, is_well=True)
    if verdict not in DOUBTED:
        return Judgement(verdict, reason, False, "", doubt, False, is_well=verdict is Verdict.PARTIAL)
    doubt = _deepen(doubt, verdict, now)
    believed = doubt.count >= CONFIRMATIONS and doubt.since is not None and now - doubt.since >= CONFIRMATION_SPAN
    return Judgement(verdict, reason, believed, f"board {verdict.value} in {doubt.count} crawls", doubt, True)


def is_suspect(found: int, held: int, missing: int, last_counts: Sequence[int]) -> bool:
    """Whether a complete crawl lost too much to be believed at once."""
    if missing < GUARD_FROM:
        return False
    usual = median(last_counts) if last_counts else held
    return found < GUARD_SHARE_OF_MEDIAN * usual or missing > GUARD_SHARE_GONE * held


def is_recognised(new: int, kept: int, missing: int) -> bool:
    """Whether a board that is not believed may tell what came new: not where the newcomers outnumber what is left."""
    return missing < GUARD_FROM or new <= kept


def ends_baseline(judgement: Judgement, is_round_complete: bool, oldest: datetime | None, now: datetime) -> bool:
    """Whether what opens on the board from now on is new.

    So it is after the first complete crawl, or when each part of a board read in portions was read once; and where
    neither comes, a day after the board's `oldest` listing was stored.
    """
    if judgement.is_complete:
        return judgement.verdict is not Verdict.GONE
    if judgement.verdict is Verdict.PARTIAL:
        return is_round_complete
    return oldest is not None and now - oldest >= BASELINE_SPAN


def is_restamped(before: str, after: str, since: datetime, now: datetime) -> bool:
    """Whether a board makes an ad look newer: one of its dates moved on by more than a day.

    `before` and `after` are what it said, blank-free forms joined by a separator; `since`: when that was noted last.
    """
    if now - since < RESTAMP_SPAN:
        return False
    pairs = zip(before.split("\x1f"), after.split("\x1f"), strict=False)
    return any(_moved_on(parse_posted(one, now), parse_posted(other, now)) for one, other in pairs)


def _moved_on(before: tuple[datetime, str] | None, after: tuple[datetime, str] | None) -> bool:
    if before is None or after is None or RELATIVE in (before[1], after[1]):
        return False
    return after[0] - before[0] > RESTAMP_LEAST


def next_crawl(verdict: Verdict, failures: int, interval: timedelta, retry_after: float, now: datetime) -> datetime:
    """When the board is due again: after `interval`, twice as late with each failure in a row, at most a day."""
    wait = interval
    if verdict is not Verdict.SUSPECT:
        wait = min(interval * 2 ** min(failures, 10), max(LONGEST_BACKOFF, interval))
    return now + max(wait, timedelta(seconds=retry_after))


def learned_interval(gap: timedelta, base: timedelta, longest: timedelta) -> timedelta:
    """How often to ask a board that changes after `gap`: some times in between, and never beyond these bounds."""
    return min(max(gap / ASKED_BETWEEN, base), max(longest, base))


def _deepen(doubt: Doubt, verdict: Verdict, now: datetime) -> Doubt:
    if doubt.verdict == verdict:
        return Doubt(verdict, doubt.count + 1, doubt.since or now)
    return Doubt(verdict, 1, now)
