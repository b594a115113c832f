"""What time brings: postings that grow into an age that a search asks for (`posted:>14d`) are told at a daily look.

No event says that they match now. A look asks only for what was posted in the one day that matters, of searches only
that speak of such an age.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, RowMapping, and_, delete, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

import search
from alerts.batches import hold, record_matches
from alerts.deliveries import Told, store
from alerts.looked import found_by
from alerts.looks import opening_events
from alerts.mutes import is_muted
from alerts.notices import NOTICE, clear_notice, raise_notice
from alerts.private import may_have
from alerts.searches import TIMED
from alerts.subscribers import MATCH, SEARCH
from alerts.telling import is_nobodys_fault, said
from alerts.written import query_of, written
from database import documents, read, table_of, transaction
from models import Posting
from search.passing import assuming, crossed, grown_into, just_older_than, speaks_of_closed
from settings import AlertSettings, Settings

POSTING = table_of(Posting)
EVERY, ASKED_EVERY = timedelta(days=1), timedelta(minutes=1)
AT_ONCE = 20  # searches of one turn
MOST = 1000  # postings of one search in a day
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Grown:
    """What came to match a search since it was last looked: (posting, event, clauses)."""

    found: list[tuple[int, int, list[dict[str, Any]]]]


class DailyLooks:
    """The daily looks of one process. It asks once in a while whether any is due."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._asked_at: datetime | None = None

    def take(self, now: datetime, is_stopping: Callable[[], bool]) -> int:
        """A few of those that are due; returns how many there were."""
        if self._asked_at is not None and self._asked_at <= now < self._asked_at + ASKED_EVERY:
            return 0
        with read(self._engine) as connection:
            due = _due(connection, now)
        quiet: list[int] = []
        for row in due:
            if is_stopping():
                break
            if _look(self._engine, row, self._settings.alerts, now):
                quiet.append(row["id"])
        if quiet:
            with transaction(self._engine) as connection:
                _looked(connection, quiet, now)
        if not due:
            self._asked_at = now
        return len(due)


def _due(connection: Connection, now: datetime) -> Sequence[RowMapping]:
    wanted = select(SEARCH, TIMED.c.looked_at).join(SEARCH, SEARCH.c.id == TIMED.c.search_id)
    return (
        connection.execute(
            wanted.where(TIMED.c.looked_at <= now - EVERY).order_by(TIMED.c.looked_at, SEARCH.c.id).limit(AT_ONCE)
        )
        .mappings()
        .all()
    )


def _look(engine: Engine, row: RowMapping, settings: AlertSettings, now: datetime) -> bool:
    """One search's look; True where it found nothing, so that only the time is to be noted. One that fails is tried
    again tomorrow, and the operator is told."""
    try:
        query = query_of(row)
        with read(engine) as connection:
            grown = _find(connection, row, query, now)
            was_trouble = _is_trouble(connection, row["id"])
        if grown_into(query) and not grown.found and not was_trouble:
            return True
        with transaction(engine) as connection:
            _tell(connection, row, grown, settings, now)
            _done(connection, row["id"], query, now)
            clear_notice(connection, f"passing:{row['id']}", now)
    except Exception as error:
        if is_nobodys_fault(error):
            raise
        log.error("dispatch.passing_failed", search_id=row["id"], exc_info=error)
        words = f"The daily look of the saved search {row['query']!r} ({row['id']}) failed: {said(error)}"
        with transaction(engine) as connection:
            _looked(connection, [row["id"]], now)
            raise_notice(connection, f"passing:{row['id']}", words[:500], now)
    return False


def _is_trouble(connection: Connection, search_id: int) -> bool:
    lasting = select(NOTICE.c.key).where(NOTICE.c.key == f"passing:{search_id}", NOTICE.c.cleared_at.is_(None))
    return connection.execute(lasting).first() is not None


def _looked(connection: Connection, search_ids: Sequence[int], now: datetime) -> None:
    connection.execute(update(TIMED).where(TIMED.c.search_id.in_(search_ids)).values(looked_at=now))


def _done(connection: Connection, search_id: int, query: search.Query, now: datetime) -> None:
    if grown_into(query):
        _looked(connection, [search_id], now)
    else:  # it speaks of an age that nothing grows into
        connection.execute(delete(TIMED).where(TIMED.c.search_id == search_id))


def _find(connection: Connection, row: RowMapping, query: search.Query, now: datetime) -> Grown:
    if row["baseline_at"] is None or row["paused_at"] or row["removed_at"] or not grown_into(query):
        return Grown([])  # its first look sees what is open
    wanted = select(POSTING.c.id).where(_has_grown(connection, query, row["looked_at"], now))
    wanted = wanted.where(_may_be_told(connection, query, now))
    wanted = wanted.where(~is_muted(connection, row["subscriber_id"]), may_have(connection, row["subscriber_id"]))
    ids = connection.execute(wanted.order_by(POSTING.c.posted_at.desc(), POSTING.c.id.desc()).limit(MOST))
    new = _not_told(connection, row["id"], ids.scalars().all())
    events, read_now = opening_events(connection, new), documents(connection, new)
    return Grown([
        (key, events[key], search.explain(query, read_now[key], now).clauses) for key in new if key in events
    ])  # fmt: skip


def _has_grown(connection: Connection, query: search.Query, since: datetime, now: datetime) -> ColumnElement[bool]:
    """It grew into an age that is asked for, and matches now, or did as it grew so old: an age may last hours only."""
    dialect = connection.dialect.name
    ages = zip(grown_into(query), crossed(query, since, now), strict=True)
    came = [(POSTING.c.posted_at.between(*ends), just_older_than(query, age)) for age, ends in ages]
    matched = [and_(has_grown, search.to_sql(then, dialect, now)) for has_grown, then in came]
    return or_(*matched, and_(or_(*(has_grown for has_grown, _ in came)), search.to_sql(query, dialect, now)))


def _may_be_told(connection: Connection, query: search.Query, now: datetime) -> ColumnElement[bool]:
    """What is open; what is closed only for a search that asks for that."""
    is_open: ColumnElement[bool] = POSTING.c.closed_at.is_(None)
    if not speaks_of_closed(query):
        return is_open
    return or_(is_open, ~search.to_sql(assuming(query, is_open=True), connection.dialect.name, now))


def _not_told(connection: Connection, search_id: int, ids: Sequence[int]) -> list[int]:
    mine = select(MATCH.c.posting_id).where(MATCH.c.search_id == search_id, MATCH.c.posting_id.in_(ids))
    told = set(connection.execute(mine).scalars())
    told.update(*found_by(connection, [search_id]).get(search_id, []))
    return [key for key in ids if key not in told]


def _tell(connection: Connection, row: RowMapping, grown: Grown, settings: AlertSettings, now: datetime) -> None:
    """Write what is owed, if the search is still what it was; one that changed looks anew by itself."""
    held = hold(connection, {row["id"]}).get(row["id"]) if grown.found else None
    if held is None or not held["is_active"] or written(held) != written(row):
        return
    new = record_matches(connection, {(row["id"], key) for key, _, _ in grown.found}, now)
    told = [
        Told(held, event_id, key, held["cadence"], clauses)
        for key, event_id, clauses in grown.found
        if (row["id"], key) in new
    ]
    store(connection, told, settings, now)
