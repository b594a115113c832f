"""End a crawl: judge it, close what is gone, set the board's next turn. Only this closes postings."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from database import table_of, transaction
from models import Board, BoardEnd, Crawl, Listing, Verdict
from pipeline import lifecycle
from pipeline.ingest import postings
from pipeline.ingest.primary import hand_over
from pipeline.lifecycle import Doubt, Judgement

CHUNK = 500
HISTORY = 5
CRAWLS_KEPT = timedelta(days=90)
UNCHANGED = (Verdict.EMPTY, Verdict.TRUNCATED)  # a 304 says that the board is still as empty, or as cut, as it was


def store_end(
    engine: Engine,
    keep: str,
    interval: timedelta,
    end: BoardEnd,
    counts: Counter[str],
    started_at: datetime,
    now: datetime,
) -> dict[str, Any]:
    """Write the crawl with its verdict in one transaction; returns the `crawl` row with the board's failures."""
    with transaction(engine) as connection:
        board = _board(connection, end.task.board_id)
        if end.is_not_modified and board["last_verdict"] in UNCHANGED:
            verdict = Verdict(board["last_verdict"])
            end = replace(end, verdict=verdict, reason=board["last_reason"], is_not_modified=False)
        listed = _listed(connection, end.task.board_id)
        held = {key for key, row in listed.items() if row["closed_at"] is None}
        seen = held if end.is_not_modified else end.seen
        back = [listed[key]["id"] for key in end.seen if key in listed and listed[key]["closed_at"]]
        events = [event for chunk in _chunks(back) for event in postings.reopen(connection, chunk, now)]
        missing = held - seen
        judgement = _judge(connection, end, board, len(seen), len(held), len(missing), now)
        _mark_seen(connection, [listed[key]["id"] for key in seen if key in listed], now)
        if judgement.may_close:
            for gone in _chunks([listed[key]["id"] for key in missing]):
                events += postings.close(connection, gone, judgement.close_reason, now)
                hand_over(connection, gone, keep, now)
        postings.write_events(connection, events, board["baseline_at"] is None, now)
        counts = counts + Counter(event.kind.value for event in events)
        failures = _update_board(connection, board, end, judgement, interval, now)
        crawl = _write_crawl(connection, end, judgement, len(seen), counts, started_at, now)
        return crawl | {"failures": failures}


def _board(connection: Connection, board_id: int) -> dict[str, Any]:
    table = table_of(Board)
    return dict(connection.execute(select(table).where(table.c.id == board_id)).mappings().one())


def _listed(connection: Connection, board_id: int) -> dict[str, dict[str, Any]]:
    c = table_of(Listing).c
    found = connection.execute(select(c.native_id, c.id, c.closed_at).where(c.board_id == board_id)).mappings()
    return {row["native_id"]: dict(row) for row in found}


def _judge(
    connection: Connection, end: BoardEnd, board: dict[str, Any], found: int, held: int, missing: int, now: datetime
) -> Judgement:
    doubt = Doubt(board["doubt"], board["doubt_count"], board["doubt_since"])
    if end.is_not_modified:
        return Judgement(Verdict.OK, end.reason, False, "", Doubt(), True)
    counts = _last_counts(connection, end.task.board_id)
    return lifecycle.judge(end.verdict, end.reason, found, held, missing, counts, doubt, now)


def _last_counts(connection: Connection, board_id: int) -> list[int]:
    c = table_of(Crawl).c
    complete = select(c.found).where(c.board_id == board_id, c.verdict == Verdict.OK).order_by(c.id.desc())
    return list(connection.execute(complete.limit(HISTORY)).scalars())


def _mark_seen(connection: Connection, listing_ids: list[int], now: datetime) -> None:
    table = table_of(Listing)
    for chunk in _chunks(listing_ids):
        connection.execute(update(table).where(table.c.id.in_(chunk)).values(last_seen_at=now))


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def _update_board(
    connection: Connection,
    board: dict[str, Any],
    end: BoardEnd,
    judgement: Judgement,
    interval: timedelta,
    now: datetime,
) -> int:
    is_ok = judgement.verdict is Verdict.OK
    failures = 0 if is_ok else board["failures"] + 1
    values: dict[str, Any] = {
        "last_crawl_at": now,
        "last_verdict": judgement.verdict,
        "last_reason": judgement.reason,
        "failures": failures,
        "doubt": judgement.doubt.verdict,
        "doubt_count": judgement.doubt.count,
        "doubt_since": judgement.doubt.since,
        "due_at": lifecycle.next_crawl(judgement.verdict, failures, interval, end.retry_after, now),
    }
    if is_ok:
        values |= {"last_ok_at": now}
    if judgement.is_complete or judgement.verdict in UNCHANGED:  # what is suspect is fetched in full again
        is_kept = is_ok or judgement.verdict in UNCHANGED
        values |= {"etag": end.etag if is_kept else "", "last_modified": end.last_modified if is_kept else ""}
    if judgement.is_complete and judgement.verdict is not Verdict.GONE and board["baseline_at"] is None:
        values |= {"baseline_at": now}
    connection.execute(update(table_of(Board)).where(table_of(Board).c.id == board["id"]).values(values))
    return failures


def _write_crawl(
    connection: Connection,
    end: BoardEnd,
    judgement: Judgement,
    found: int,
    counts: Counter[str],
    started_at: datetime,
    now: datetime,
) -> dict[str, Any]:
    row = {
        "board_id": end.task.board_id,
        "started_at": started_at,
        "ended_at": now,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "is_complete": judgement.is_complete,
        "is_not_modified": end.is_not_modified,
        "found": found,
        "skipped": end.skipped + counts["poison"],
        "requests": end.requests,
        **{kind: counts[kind] for kind in ("opened", "changed", "closed", "reopened")},
    }
    table = table_of(Crawl)
    old = (table.c.board_id == end.task.board_id) & (table.c.ended_at < now - CRAWLS_KEPT)
    connection.execute(delete(table).where(old))
    connection.execute(insert(table), row)
    return row
