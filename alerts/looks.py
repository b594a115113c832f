"""First looks: what is open already when a search is new, or goes on after a pause, is told in one message.

Only how many there are and the newest few become deliveries; which they were is kept, packed, so that none of them is
told as new later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

import search
from alerts.deliveries import DELIVERY, Told, store
from alerts.digest import MAX_ROWS
from alerts.looked import LOOK, chunks, found_by
from alerts.mutes import is_muted
from alerts.private import may_have
from alerts.written import written
from database import documents, pack, table_of
from models import (
    Address,
    Cadence,
    DeliveryState,
    EventKind,
    Newcomer,
    Posting,
    PostingEvent,
    SavedSearch,
    SearchMatch,
    Subscriber,
)
from settings import AlertSettings

MATCH, ADDRESS, NEWCOMER = table_of(SearchMatch), table_of(Address), table_of(Newcomer)
SEARCH, SUBSCRIBER, POSTING, EVENT = (table_of(model) for model in (SavedSearch, Subscriber, Posting, PostingEvent))
SHOWN = MAX_ROWS[Cadence.BASELINE]
SEARCHED_FOR_SHOWN = 2000  # of the newest: the rest of a search that other searches told of is counted only
Clauses = list[dict[str, Any]]


# --- looking -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Look:
    """What a search found, and the newest of it: (posting, event, clauses)."""

    search: RowMapping
    found: list[int]
    shown: list[tuple[int, int, Clauses]]


def due(connection: Connection, limit: int) -> Sequence[RowMapping]:
    """(id, query, facts) of searches whose first look is due."""
    wanted = _due(SEARCH.c.id, SEARCH.c.query, SEARCH.c.facts).order_by(SEARCH.c.id).limit(limit)
    return connection.execute(wanted).mappings().all()


def _due(*columns: Any) -> Any:
    return (
        select(*columns)
        .join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id)
        .where(SEARCH.c.removed_at.is_(None), SEARCH.c.paused_at.is_(None), SEARCH.c.baseline_at.is_(None))
        .where(SUBSCRIBER.c.stopped_at.is_(None))
    )


def look(connection: Connection, search_id: int, query: search.Query, now: datetime) -> Look | None:
    """What is open, matches and was not told; nothing is written. None where no look is due any more."""
    one = connection.execute(_due(SEARCH, SUBSCRIBER.c.timezone).where(SEARCH.c.id == search_id)).mappings().first()
    if one is None:
        return None
    matching = search.to_sql(query, connection.dialect.name, now)
    wanted = ~is_muted(connection, one["subscriber_id"]) & may_have(connection, one["subscriber_id"])
    newest = select(POSTING.c.id).where(matching, POSTING.c.closed_at.is_(None), _is_judged(), wanted)
    found = connection.execute(newest.order_by(POSTING.c.posted_at.desc(), POSTING.c.id.desc())).scalars().all()
    told = set(connection.execute(select(MATCH.c.posting_id).where(MATCH.c.search_id == search_id)).scalars())
    told.update(*found_by(connection, [search_id]).get(search_id, []))
    new = [key for key in found if key not in told]
    shown = _shown(connection, one, new)
    read = documents(connection, [posting_id for posting_id, _ in shown])
    explained = {key: search.explain(query, document, now).clauses for key, document in read.items()}
    return Look(one, new, [(key, event_id, explained.get(key, [])) for key, event_id in shown])


def _is_judged() -> ColumnElement[bool]:
    """Not what came new on a board whose crawl is not judged yet: its own event tells of it, or nobody hears of it."""
    waiting = select(NEWCOMER.c.listing_id).where(NEWCOMER.c.event_id.is_not(None))
    return POSTING.c.primary_listing_id.not_in(waiting)


def _shown(connection: Connection, one: RowMapping, new: Sequence[int]) -> list[tuple[int, int]]:
    """The newest, with the events that tell of them, besides those that another search has told its owner of."""
    shown: list[tuple[int, int]] = []
    for part in chunks(new[:SEARCHED_FOR_SHOWN]):
        events = opening_events(connection, part)
        told = _told(connection, one, list(events.values()))
        shown += [(key, events[key]) for key in part if key in events and events[key] not in told]
        if len(shown) >= SHOWN:
            break
    return shown[:SHOWN]


def _told(connection: Connection, one: RowMapping, event_ids: Sequence[int]) -> set[int]:
    """The events that went out to every address of the owner on the search's channels."""
    own = (ADDRESS.c.subscriber_id == one["subscriber_id"]) & ADDRESS.c.channel.in_(one["channels"])
    places = connection.execute(select(ADDRESS.c.id, ADDRESS.c.channel).where(own)).all()
    sent = select(DELIVERY.c.event_id, DELIVERY.c.address_id, DELIVERY.c.channel)
    sent = sent.where(DELIVERY.c.event_id.in_(event_ids), DELIVERY.c.subscriber_id == one["subscriber_id"])
    went: dict[int, set[int | str]] = {}
    for row in connection.execute(sent.where(DELIVERY.c.state == DeliveryState.SENT)):
        went.setdefault(row.event_id, set()).add(row.channel if row.address_id is None else row.address_id)
    return {key for key, found in went.items() if all(place.id in found or place.channel in found for place in places)}


def opening_events(connection: Connection, posting_ids: Sequence[int]) -> dict[int, int]:
    """Each posting's last opened or reopened event, else its first of any kind."""
    of_these = EVENT.c.posting_id.in_(posting_ids)
    opening = EVENT.c.kind.in_([EventKind.OPENED, EventKind.REOPENED])
    found: dict[int, int] = {}
    for picked in (select(EVENT.c.posting_id, func.min(EVENT.c.id)).where(of_these),
                   select(EVENT.c.posting_id, func.max(EVENT.c.id)).where(of_these, opening)):  # fmt: skip
        found |= {row[0]: row[1] for row in connection.execute(picked.group_by(EVENT.c.posting_id))}
    return found


def tell(connection: Connection, look: Look, settings: AlertSettings, now: datetime) -> bool:
    """Write what the look found; False where the search changed meanwhile, so that another look is due."""
    key = look.search["id"]
    still_due = _due(SEARCH, SUBSCRIBER.c.timezone).where(SEARCH.c.id == key)
    one = connection.execute(still_due.with_for_update(of=SEARCH, key_share=True)).mappings().first()
    if one is None or written(one) != written(look.search):
        return False
    connection.execute(update(SEARCH).where(SEARCH.c.id == key).values(baseline_at=now))
    if look.found:
        look_id = _keep(connection, key, look.found, now)
        told = [
            Told(one, event_id, posting_id, Cadence.BASELINE, clauses, look_id)
            for posting_id, event_id, clauses in _not_matched(connection, key, look.shown)
        ]
        store(connection, told, settings, now)
    return True


def _keep(connection: Connection, search_id: int, found: Sequence[int], now: datetime) -> int:
    row = {"search_id": search_id, "looked_at": now, "count": len(found), "last_posting_id": max(found),
           "postings": pack(found)}  # fmt: skip
    key: int = connection.execute(insert(LOOK).values(row).returning(LOOK.c.id)).scalar_one()
    return key


def _not_matched(
    connection: Connection, search_id: int, shown: Sequence[tuple[int, int, Clauses]]
) -> list[tuple[int, int, Clauses]]:
    """Those that no event told meanwhile."""
    ids = [posting_id for posting_id, _, _ in shown]
    mine = select(MATCH.c.posting_id).where(MATCH.c.search_id == search_id, MATCH.c.posting_id.in_(ids))
    matched = set(connection.execute(mine).scalars())
    return [one for one in shown if one[0] not in matched]
