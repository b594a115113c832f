"""End a crawl: judge it, close what is gone, set the board's next turn. Only this closes postings."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from database import read, table_of, transaction
from models import Board, BoardEnd, Link, Verdict
from pipeline import lifecycle
from pipeline.ingest import newcomers, postings, reposts, seen
from pipeline.ingest.chunks import chunks
from pipeline.ingest.crawls import Log, crawl_row, read_log, write_crawl
from pipeline.ingest.health import assessed, interval_of
from pipeline.ingest.primary import Successor, successors
from pipeline.ingest.reposts import Repost
from pipeline.ingest.seen import Standing
from pipeline.ingest.spread import Spread, looks, spread
from pipeline.lifecycle import Doubt, Judgement
from settings import Settings

UNCHANGED = (Verdict.EMPTY, Verdict.TRUNCATED)  # a 304 says that the board is still as empty, or as cut, as it was
REPOSTS_AT_ONCE = 50  # a transaction
ANOTHER = "; it names another employer than before, or none: what it lists now is told to nobody"


@dataclass(slots=True)
class Ending:
    """What an end of a crawl is made of: all is read and judged before the transaction opens."""

    end: BoardEnd
    board: dict[str, Any]
    log: Log
    standing: Standing
    judgement: Judgement
    pairs: list[Repost]
    successors: list[Successor]
    release: str  # what becomes of the newcomers: "told", "baseline", "dropped", or "" while they wait
    ends_baseline: bool

    @property
    def closing(self) -> list[int]:
        """The listings that this crawl closes."""
        return self.standing.gone if self.judgement.may_close else []


def store_end(
    engine: Engine,
    settings: Settings,
    end: BoardEnd,
    counts: Counter[str],
    started_at: datetime,
    now: datetime,
) -> dict[str, Any]:
    """Write the crawl with its verdict; returns the `crawl` row with the board's failures and whether it is well."""
    with read(engine) as connection:
        ending = _judged(connection, end, settings.pipeline.keep, now)
    counts = counts + _absorb(engine, ending, now)
    counts["opened"] -= len(ending.pairs)
    with transaction(engine) as connection:
        events = _close_and_reopen(connection, ending, now)
        _end_waiting(connection, ending)
        postings.write_events(connection, events, ending.board["baseline_at"] is None, now)
        counts = counts + Counter(event.kind.value for event in events)
        crawl = crawl_row(end, ending.judgement, ending.standing.found, counts, started_at, now)
        is_repeat = ending.judgement.is_well and ending.log.is_repeated_by(crawl)
        if not is_repeat:
            write_crawl(connection, ending.log, crawl, settings.retention.crawls, now)
        repeats = ending.log.repeats + 1 if is_repeat else 0
        health = assessed(ending.board, end, ending.judgement, counts, ending.log.counts, now)
        failures = _update_board(connection, ending, repeats, health, settings, now)
    return crawl | {"failures": failures, "is_well": ending.judgement.is_well}


# --- before the transaction ----------------------------------------------------------------------------------------


def _judged(connection: Connection, end: BoardEnd, keep: str, now: datetime) -> Ending:
    board = _board(connection, end.task.board_id)
    if end.is_not_modified and board["last_verdict"] in UNCHANGED:
        end = replace(end, verdict=Verdict(board["last_verdict"]), reason=board["last_reason"], is_not_modified=False)
    log = read_log(connection, board)
    standing = seen.read_standing(connection, end, board, now)
    if end.window and end.is_not_modified and log.last:
        standing.found = log.last["found"]  # of the window, not of all that is open
    pairs = reposts.find(connection, end.task.board_id, standing.missing, standing.come) if standing.is_complete else []
    standing.replace({pair.old for pair in pairs}, {pair.new for pair in pairs})
    if standing.missing and standing.come:
        standing.missing = reposts.without_returned(connection, standing.missing, standing.come)
    judgement = _judge(end, board, standing, log, now)
    is_settled = judgement.may_close or not pairs  # else re-issued ids wait too, until old and new can be paired
    release, reason = _release(connection, board, end, standing, judgement) if is_settled else ("", "")
    oldest = seen.oldest(connection, board["id"]) if board["baseline_at"] is None else None
    return Ending(
        end=end,
        board=board,
        log=log,
        standing=standing,
        judgement=replace(judgement, reason=judgement.reason + reason),
        pairs=pairs if judgement.may_close else [],
        successors=successors(connection, standing.gone, keep) if judgement.may_close and standing.gone else [],
        release=release,
        ends_baseline=lifecycle.ends_baseline(judgement, end.is_round_complete, oldest, now),
    )


def _board(connection: Connection, board_id: int) -> dict[str, Any]:
    table = table_of(Board)
    return dict(connection.execute(select(table).where(table.c.id == board_id)).mappings().one())


def _judge(end: BoardEnd, board: dict[str, Any], standing: Standing, log: Log, now: datetime) -> Judgement:
    if end.is_not_modified:
        return Judgement(Verdict.OK, end.reason, False, "", Doubt(), True, is_well=True)
    doubt = Doubt(board["doubt"], board["doubt_count"], board["doubt_since"])
    held = len(standing.held) or len(standing.open) * (end.verdict is Verdict.EMPTY)
    is_round = end.verdict is Verdict.PARTIAL and end.is_round_complete
    verdict = Verdict.OK if is_round else end.verdict
    over = len(standing.over.intersection(standing.missing))
    found, missing = standing.found + over, len(standing.missing) - over
    judged = lifecycle.judge(verdict, end.reason, found, held, missing, log.counts, doubt, now, end.unsure)
    return replace(judged, verdict=Verdict.PARTIAL) if is_round and judged.verdict is Verdict.OK else judged


def _release(
    connection: Connection, board: dict[str, Any], end: BoardEnd, standing: Standing, judgement: Judgement
) -> tuple[str, str]:
    """What becomes of the newcomers, and what the verdict's reason says of it.

    A board of which nothing is left may have been taken over: even when it is believed, what it lists now is told only
    where it speaks for the same employer, and as what was open already.
    """
    new, kept, missing = len(standing.newcomers), len(standing.held) - len(standing.missing), len(standing.missing)
    if not standing.newcomers:
        return "", ""
    if judgement.is_well or lifecycle.is_recognised(new, kept, missing):
        return "told", ""
    if not judgement.may_close:
        is_credible = judgement.doubt.verdict != Verdict.SUSPECT and (kept > 0 or not end.seen)
        return ("told", "") if is_credible and board["failures"] >= lifecycle.CONFIRMATIONS else ("", "")
    if kept:
        return "told", ""
    same = newcomers.is_same_employer(connection, board["id"], board["company"], standing.come, standing.missing)
    return ("baseline", "") if same else ("dropped", ANOTHER)


# --- within it -----------------------------------------------------------------------------------------------------


def _absorb(engine: Engine, ending: Ending, now: datetime) -> Counter[str]:
    """Re-issued ids, some a transaction: each pair is whole in itself."""
    counts: Counter[str] = Counter()
    for start in range(0, len(ending.pairs), REPOSTS_AT_ONCE):
        with transaction(engine) as connection:
            pairs = ending.pairs[start : start + REPOSTS_AT_ONCE]
            seen.freeze(connection, [pair.old for pair in pairs], ending.board["listed_at"])
            events = reposts.absorb(connection, pairs, now)
            postings.write_events(connection, events, ending.board["baseline_at"] is None, now)
            counts += Counter(event.kind.value for event in events)
    return counts


def _close_and_reopen(connection: Connection, ending: Ending, now: datetime) -> list[postings.Event]:
    events = [
        replace(event, newcomer=None)
        for chunk in chunks(ending.standing.back) for event in postings.reopen(connection, chunk, now)
    ]  # fmt: skip
    seen.mark(connection, ending.standing, ending.closing, ending.board["listed_at"], now)
    for chunk in chunks(ending.closing):
        events += postings.close(connection, chunk, ending.judgement.close_reason, now)
    if ending.closing and ending.standing.come:
        reposts.note_exchanged(connection, ending.standing.come, ending.closing)
    led = _led(connection, ending.successors)
    return events + _moves(connection, ending, led, {event.posting_id for event in events})


def _led(connection: Connection, found: list[Successor]) -> Spread:
    """Let successors speak; returns where their postings were before, and are now."""
    before = looks(connection, [posting_id for posting_id, *_ in found])
    return {key: (before[key], after) for key, (_, after) in postings.update_postings(connection, found).items()}


def _moves(connection: Connection, ending: Ending, led: Spread, told: set[int]) -> list[postings.Event]:
    """Where postings are now of which a post closed or came back, and which stay what they were."""
    link = table_of(Link)
    listings = [*ending.closing, *ending.standing.back]
    theirs = {key for chunk in chunks(listings) for key in
              connection.execute(select(link.c.posting_id).where(link.c.listing_id.in_(chunk))).scalars()}  # fmt: skip
    moved = spread(connection, theirs - told) | {key: one for key, one in led.items() if key not in told}
    events = postings.moves(moved)
    waiting = newcomers.waiting(connection, [event.posting_id for event in events])
    return [event for event in events if event.posting_id not in waiting]


def _end_waiting(connection: Connection, ending: Ending) -> None:
    if ending.release in ("told", "baseline"):
        newcomers.release(connection, ending.board["id"], is_baseline=ending.release == "baseline")
    elif ending.release == "dropped":
        newcomers.drop(connection, ending.board["id"])


def _update_board(
    connection: Connection, ending: Ending, repeats: int, health: dict[str, Any], settings: Settings, now: datetime
) -> int:
    board, end, judgement = ending.board, ending.end, ending.judgement
    interval = _interval(judgement, health["health"], settings, now)
    failures = 0 if judgement.is_well else board["failures"] + 1
    values: dict[str, Any] = {
        "last_crawl_at": now,
        "last_verdict": judgement.verdict,
        "last_reason": judgement.reason,
        "failures": failures,
        "repeats": repeats,
        "doubt": judgement.doubt.verdict,
        "doubt_count": judgement.doubt.count,
        "doubt_since": judgement.doubt.since,
        "due_at": lifecycle.next_crawl(judgement.verdict, failures, interval, end.retry_after, now),
        "listed_at": now if ending.standing.is_listed else board["listed_at"],
        "round_at": ending.standing.next_round_at,
        **health,
    }
    if judgement.is_well:
        values |= {"last_ok_at": now}
    values |= _validators(end, judgement)
    if end.cursor is not None and end.cursor != end.task.cursor:  # with the stamps of what was seen before it, or not
        values |= {"cursor": end.cursor}
    if ending.ends_baseline and board["baseline_at"] is None:
        values |= {"baseline_at": now}
    connection.execute(update(table_of(Board)).where(table_of(Board).c.id == board["id"]).values(values))
    return failures


def _interval(judgement: Judgement, health: dict[str, Any], settings: Settings, now: datetime) -> timedelta:
    """The configured interval, or for a well board that moves seldom a longer one."""
    base, longest = (timedelta(minutes=m) for m in (settings.crawl.interval_minutes, settings.crawl.longest_minutes))
    return interval_of(health, base, longest, now) if judgement.is_well else base


def _validators(end: BoardEnd, judgement: Judgement) -> dict[str, str]:
    """The board's validators are kept where a 304 would hide nothing; what is suspect is fetched in full again."""
    if judgement.is_well or judgement.verdict in UNCHANGED:
        return {"etag": end.etag, "last_modified": end.last_modified}
    return {"etag": "", "last_modified": ""} if judgement.is_complete else {}
