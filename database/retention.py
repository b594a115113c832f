"""What is old and over is forgotten in small steps. What still waits to be told, and what keeps an open posting from
being told twice, stays."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, or_, select, update

from database.engine import transaction
from database.write import table_of, upsert, without_text_spans, write_texts
from models import (
    Crawl,
    Delivery,
    DeliveryReason,
    DeliveryState,
    EventKind,
    Link,
    Listing,
    Message,
    Newcomer,
    PendingMatch,
    Posting,
    PostingEvent,
    PostingText,
    Pruned,
    SearchMatch,
)
from settings import RetentionSettings, Settings

RETURN_SPAN = timedelta(days=90)  # a posting that was closed for longer does not return: its id or URL is another's
STEP = 200  # rows looked at in one transaction
ENDED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED)
DELIVERY, MESSAGE, EVENT, POSTING = table_of(Delivery), table_of(Message), table_of(PostingEvent), table_of(Posting)
CRAWL, LISTING = table_of(Crawl), table_of(Listing)
START = datetime(1970, 1, 1, tzinfo=UTC)
Step = Callable[[Connection, datetime], int]


def prune(engine: Engine, settings: Settings, now: datetime) -> int:
    """One small step of each kind; returns how many rows were looked at. Call it again until that is none.

    Each step is a transaction of its own, and none looks twice at what it left.
    """
    return sum(_prune(engine, step, now - span) for step, span in _steps(settings.retention) if span)


def _steps(days: RetentionSettings) -> list[tuple[Step, timedelta | None]]:
    """Each kind with how long it is kept, None: for ever. Events outlast the deliveries that tell of them."""
    told, text = _span(days.deliveries), _span(days.closed_text)
    events = _longest(_span(days.events), told)
    return [
        (_deliveries, told), (_messages, told), (_closed("matches", _forget_matches), _longest(told, RETURN_SPAN)),
        (_closed("text", _forget_texts), text), (_closed("events", _forget_events), events), (_changes, events),
        (_crawls, _span(days.crawls)),
    ]  # fmt: skip


def _span(days: int) -> timedelta | None:
    return timedelta(days=days) if days else None


def _longest(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    return max(one, other) if one and other else None


def _prune(engine: Engine, step: Step, before: datetime) -> int:
    with transaction(engine) as connection:
        return step(connection, before)


# --- what was told -------------------------------------------------------------------------------------------------


def _deliveries(connection: Connection, before: datetime) -> int:
    """Deliveries that came to their end, with their reasons."""
    c = DELIVERY.c
    old = select(c.id).where(c.state.in_(ENDED), c.due_at < before, c.created_at < before)
    old = old.order_by(c.created_at).limit(STEP)
    ids = connection.execute(old).scalars().all()
    reason = table_of(DeliveryReason)
    connection.execute(delete(reason).where(reason.c.delivery_id.in_(ids)))
    connection.execute(delete(DELIVERY).where(c.id.in_(ids)))
    return len(ids)


def _messages(connection: Connection, before: datetime) -> int:
    """Messages that came to their end and hold no delivery any more."""
    c = MESSAGE.c
    held = select(DELIVERY.c.id).where(DELIVERY.c.message_id == c.id).exists()
    old = select(c.id).where(c.state.in_(ENDED), c.next_at < before, c.created_at < before, ~held)
    ids = connection.execute(old.order_by(c.created_at).limit(STEP)).scalars().all()
    connection.execute(delete(MESSAGE).where(c.id.in_(ids)))
    return len(ids)


# --- what is closed ------------------------------------------------------------------------------------------------


def _closed(name: str, forget: Callable[[Connection, Sequence[int]], None]) -> Step:
    """The next postings that were closed before a moment, each visited once."""

    def step(connection: Connection, before: datetime) -> int:
        until, last_id = _progress(connection, name)
        c = POSTING.c
        wanted = select(c.id, c.closed_at).where(c.closed_at >= until, c.closed_at < before)
        wanted = wanted.where(or_(c.closed_at > until, c.id > last_id)).order_by(c.closed_at, c.id)
        rows = connection.execute(wanted.limit(STEP)).all()
        if rows:
            forget(connection, [row.id for row in rows])
            _note(connection, name, rows[-1].closed_at, rows[-1].id)
        return len(rows)

    return step


def _forget_matches(connection: Connection, posting_ids: Sequence[int]) -> None:
    match = table_of(SearchMatch)
    connection.execute(delete(match).where(match.c.posting_id.in_(posting_ids)))


def _forget_texts(connection: Connection, posting_ids: Sequence[int]) -> None:
    """Title and tags stay, and so does the search for them; should it return, its text is new to us."""
    shown = select(POSTING.c.id, POSTING.c.evidence).where(POSTING.c.id.in_(posting_ids))
    bare = [{"_id": row.id, "_left": without_text_spans(row.evidence)} for row in connection.execute(shown)]
    changed = update(POSTING).where(POSTING.c.id == bindparam("_id")).values(evidence=bindparam("_left"))
    connection.execute(changed, bare)
    link, words = table_of(Link).c, table_of(PostingText)
    theirs = select(link.listing_id).where(link.posting_id.in_(posting_ids))
    emptied = update(LISTING).where(LISTING.c.id.in_(theirs), LISTING.c.closed_at.is_not(None))
    connection.execute(emptied.values(description="", content_hash=""))
    held = select(words).where(words.c.posting_id.in_(posting_ids), words.c.text != "")
    write_texts(connection, [{**row, "text": ""} for row in connection.execute(held).mappings()])


def _forget_events(connection: Connection, posting_ids: Sequence[int]) -> None:
    connection.execute(delete(EVENT).where(EVENT.c.posting_id.in_(posting_ids), ~_is_needed()))


def _changes(connection: Connection, before: datetime) -> int:
    """Old changes of postings that are open still; how they opened stays, for a new search's first look tells it."""
    until, last_id = _progress(connection, "changes")
    wanted = select(EVENT.c.id, EVENT.c.at, EVENT.c.kind).where(EVENT.c.at >= until, EVENT.c.at < before)
    wanted = wanted.where(or_(EVENT.c.at > until, EVENT.c.id > last_id)).order_by(EVENT.c.at, EVENT.c.id)
    rows = connection.execute(wanted.limit(STEP)).all()
    if rows:
        changed = [row.id for row in rows if row.kind == EventKind.CHANGED]
        connection.execute(delete(EVENT).where(EVENT.c.id.in_(changed), ~_is_needed()))
        _note(connection, "changes", rows[-1].at, rows[-1].id)
    return len(rows)


def _is_needed() -> Any:
    """Whether an event still waits, or something tells of it."""
    tables = (table_of(PendingMatch), table_of(Newcomer), DELIVERY)
    uses = [select(table.c.event_id).where(table.c.event_id == EVENT.c.id).exists() for table in tables]
    return uses[0] | uses[1] | uses[2]


# --- the log of crawls ---------------------------------------------------------------------------------------------


def _crawls(connection: Connection, before: datetime) -> int:
    """Old rows of the log, but for the newest of each board."""
    until, last_id = _progress(connection, "crawls")
    wanted = select(CRAWL.c.id, CRAWL.c.board_id, CRAWL.c.ended_at).where(CRAWL.c.id > last_id).order_by(CRAWL.c.id)
    rows = [row for row in connection.execute(wanted.limit(STEP)).all() if row.ended_at < before]
    if rows:
        newer = CRAWL.alias()
        has_newer = select(newer.c.id).where(newer.c.board_id == CRAWL.c.board_id, newer.c.id > CRAWL.c.id).exists()
        connection.execute(delete(CRAWL).where(CRAWL.c.id.in_([row.id for row in rows]), has_newer))
        _note(connection, "crawls", max(until, rows[-1].ended_at), rows[-1].id)
    return len(rows)


# --- how far it has come -------------------------------------------------------------------------------------------


def _progress(connection: Connection, name: str) -> tuple[datetime, int]:
    pruned = table_of(Pruned).c
    row = connection.execute(select(pruned.until, pruned.last_id).where(pruned.name == name)).first()
    return (row.until, row.last_id) if row else (START, 0)


def _note(connection: Connection, name: str, until: datetime, last_id: int) -> None:
    upsert(connection, Pruned, [{"name": name, "until": until, "last_id": last_id}], ["name"], ["until", "last_id"])
