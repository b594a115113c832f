"""From events to deliveries: which searches an event matches, told once each, in the transaction that ends its wait."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, RowMapping, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

import search
from alerts.deliveries import Told, store
from alerts.notices import raise_notice
from database import Advisory, documents, table_of, transaction
from models import Cadence, EventKind, PendingMatch, Posting, PostingEvent, SavedSearch, SearchMatch, Subscriber
from search import Document
from settings import Settings

BATCH = 100
EXPLAINED = 40  # of a search's first look: more than a message shows
_LOCK = int(Advisory.LOOKING)  # PostgreSQL advisory lock: events share it, a new search's first look holds it alone

PENDING, EVENT, MATCH = table_of(PendingMatch), table_of(PostingEvent), table_of(SearchMatch)
SEARCH, SUBSCRIBER, POSTING = table_of(SavedSearch), table_of(Subscriber), table_of(Posting)
Row = RowMapping
log = structlog.get_logger(__name__)


def dispatch(engine: Engine, settings: Settings, now: datetime) -> int:
    """Look at new searches and waiting events until none is left; returns the number of events handled."""
    while _first_look(engine, settings, now):
        pass
    handled = 0
    while count := _batch(engine, settings, now):
        handled += count
    return handled


# --- events --------------------------------------------------------------------------------------------------------


def _batch(engine: Engine, settings: Settings, now: datetime) -> int:
    with transaction(engine) as connection:
        _lock(connection, is_shared=True)
        events = _take(connection, BATCH)
        try:
            with connection.begin_nested():
                _handle(connection, events, settings, now)
        except Exception as error:
            if _is_cut_off(error):
                raise
            log.exception("dispatch.batch_failed", events=len(events))
            for event in events:
                _handle_alone(connection, event, settings, now)
        connection.execute(delete(PENDING).where(PENDING.c.event_id.in_([event["id"] for event in events])))
    return len(events)


def _take(connection: Connection, limit: int) -> Sequence[Row]:
    waiting = select(PENDING.c.event_id).order_by(PENDING.c.event_id).limit(limit).with_for_update(skip_locked=True)
    ids = connection.execute(waiting).scalars().all()
    return connection.execute(select(EVENT).where(EVENT.c.id.in_(ids)).order_by(EVENT.c.id)).mappings().all()


def _handle_alone(connection: Connection, event: Row, settings: Settings, now: datetime) -> None:
    """One poisonous event must not starve the rest: it is set aside and the operator is told."""
    try:
        with connection.begin_nested():
            _handle(connection, [event], settings, now)
    except Exception as error:
        if _is_cut_off(error):
            raise
        log.exception("dispatch.event_failed", event_id=event["id"])
        words = f"Event {event['id']} could not be matched and was set aside: {type(error).__name__}: {error}"
        raise_notice(connection, f"event:{event['id']}", words[:500], now)


def _is_cut_off(error: Exception) -> bool:
    """True if the database went away: no event is to blame, and all are still pending for the next turn."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _handle(connection: Connection, events: Sequence[Row], settings: Settings, now: datetime) -> None:
    read = documents(connection, list({event["posting_id"] for event in events}))
    searches = _active(connection)
    known = _known(connection, [event["posting_id"] for event in events])
    first: dict[tuple[int, int], Told] = {}
    later: list[Told] = []
    for one, matches in _compiled(connection, searches, now):
        for event in events:
            document, key = read.get(event["posting_id"]), (one["id"], event["posting_id"])
            if document is None:
                continue
            if key in known or key in first:
                if _asks_for(one, event):
                    later.append(_told(one, event, document, now))
            elif _comes_to_match(matches, document, event, now):
                first[key] = _told(one, event, document, now)
    recorded = record_matches(connection, first, is_baseline=False, now=now)
    told = [first[key] for key in first if key in recorded] + later
    store(connection, told, settings.alerts, now)


def _comes_to_match(
    matches: Callable[[Document, datetime], bool], document: Document, event: Row, now: datetime
) -> bool:
    if not matches(document, now):
        return False
    # what closes is told only to those who look for closed postings: the others missed it, or it came too late
    return event["kind"] != EventKind.CLOSED or not matches(replace(document, is_open=True), now)


def _asks_for(one: Row, event: Row) -> bool:
    is_worth_telling = event["kind"] != EventKind.CHANGED or bool(event["changes"])
    return event["kind"] in (one["events"] or ()) and is_worth_telling


def _told(one: Row, event: Row, document: Document, now: datetime) -> Told:
    cadence = Cadence.BASELINE if event["is_baseline"] else one["cadence"]
    return Told(one, event["id"], event["posting_id"], cadence, _clauses(one["query"], document, now))


def _clauses(query: str, document: Document, now: datetime) -> list[dict[str, Any]]:
    explained = search.explain(search.parse(query), document, now)
    return explained.clauses if explained.is_match else []


def _active(connection: Connection) -> Sequence[Row]:
    active = (
        select(SEARCH, SUBSCRIBER.c.timezone)
        .join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id)
        .where(SEARCH.c.removed_at.is_(None), SEARCH.c.paused_at.is_(None), SUBSCRIBER.c.stopped_at.is_(None))
        .order_by(SEARCH.c.id)
    )
    return connection.execute(active.where(SEARCH.c.baseline_at.is_not(None))).mappings().all()


def _compiled(
    connection: Connection, searches: Sequence[Row], now: datetime
) -> Iterable[tuple[Row, Callable[[Document, datetime], bool]]]:
    for one in searches:
        try:
            yield one, _matcher(one["query"])
        except search.QueryError as error:
            words = f"The saved search {one['name']!r} ({one['public_id']}) cannot be read any more: {error.message}"
            raise_notice(connection, f"search:{one['id']}", words, now)


@lru_cache(maxsize=100_000)
def _matcher(query: str) -> Callable[[Document, datetime], bool]:
    return search.compile_matcher(search.parse(query))


def _known(connection: Connection, posting_ids: Sequence[int]) -> set[tuple[int, int]]:
    matched = select(MATCH.c.search_id, MATCH.c.posting_id).where(MATCH.c.posting_id.in_(posting_ids))
    return {(row.search_id, row.posting_id) for row in connection.execute(matched)}


def record_matches(
    connection: Connection, keys: Iterable[tuple[int, int]], is_baseline: bool, now: datetime
) -> set[tuple[int, int]]:
    """Note which (search, posting) match from now on; returns those that nobody noted before."""
    insert = postgresql.insert(MATCH) if connection.dialect.name == "postgresql" else sqlite.insert(MATCH)
    rows = [
        {"search_id": search_id, "posting_id": posting_id, "matched_at": now, "is_baseline": is_baseline}
        for search_id, posting_id in sorted(keys)  # in one order everywhere, so that two of us cannot deadlock
    ]
    recorded: set[tuple[int, int]] = set()
    for start in range(0, len(rows), 1000):
        statement = insert.values(rows[start : start + 1000]).on_conflict_do_nothing()
        new = connection.execute(statement.returning(MATCH.c.search_id, MATCH.c.posting_id))
        recorded |= {(row.search_id, row.posting_id) for row in new}
    return recorded


# --- new searches --------------------------------------------------------------------------------------------------


def _first_look(engine: Engine, settings: Settings, now: datetime) -> bool:
    """Tell one new search of what is open already, in one message; whether there was one."""
    with transaction(engine) as connection:
        _lock(connection, is_shared=False)
        one = _new_search(connection)
        if one is None:
            return False
        connection.execute(update(SEARCH).where(SEARCH.c.id == one["id"]).values(baseline_at=now))
        try:
            query = search.parse(one["query"])
        except search.QueryError as error:
            raise_notice(connection, f"search:{one['id']}", f"{one['name']!r} cannot be read: {error.message}", now)
            return True
        _tell_what_is_open(connection, one, query, settings, now)
    return True


def _new_search(connection: Connection) -> Row | None:
    new = (
        select(SEARCH, SUBSCRIBER.c.timezone)
        .join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id)
        .where(SEARCH.c.removed_at.is_(None), SEARCH.c.paused_at.is_(None), SUBSCRIBER.c.stopped_at.is_(None))
        .where(SEARCH.c.baseline_at.is_(None))
        .order_by(SEARCH.c.id)
        .limit(1)
    )
    return connection.execute(new).mappings().first()


def _tell_what_is_open(
    connection: Connection, one: Row, query: search.Query, settings: Settings, now: datetime
) -> None:
    matching = search.to_sql(query, connection.dialect.name, now)
    newest = select(POSTING.c.id).where(matching, POSTING.c.closed_at.is_(None))
    found = list(connection.execute(newest.order_by(POSTING.c.posted_at.desc(), POSTING.c.id.desc())).scalars())
    recorded = record_matches(connection, [(one["id"], key) for key in found], is_baseline=True, now=now)
    new = [key for key in found if (one["id"], key) in recorded]
    events, read = _opening_events(connection, new), documents(connection, new[:EXPLAINED])
    told = [
        Told(one, events[key], key, Cadence.BASELINE, _clauses(one["query"], read[key], now) if key in read else [])
        for key in new
        if key in events
    ]
    store(connection, told, settings.alerts, now)


def _opening_events(connection: Connection, posting_ids: Sequence[int]) -> dict[int, int]:
    """Each posting's last opened or reopened event, else its first of any kind."""
    found: dict[int, int] = {}
    opening = EVENT.c.kind.in_([EventKind.OPENED, EventKind.REOPENED])
    for start in range(0, len(posting_ids), 1000):
        of_these = EVENT.c.posting_id.in_(posting_ids[start : start + 1000])
        for picked in (select(EVENT.c.posting_id, func.min(EVENT.c.id)).where(of_these),
                       select(EVENT.c.posting_id, func.max(EVENT.c.id)).where(of_these, opening)):  # fmt: skip
            found |= {row[0]: row[1] for row in connection.execute(picked.group_by(EVENT.c.posting_id))}
    return found


def _lock(connection: Connection, is_shared: bool) -> None:
    """Without it an event could commit between a new search's look at what is open and its turn at events."""
    if connection.dialect.name == "postgresql":
        shared = "_shared" if is_shared else ""
        connection.execute(text(f"SELECT pg_advisory_xact_lock{shared}({_LOCK})"))
