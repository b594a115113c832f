"""A message's contents, read from the database: the letter that `digest.compose` puts into words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, case, func, select

from alerts import links, looked, unsubscribe
from alerts.digest import MAX_ALREADY, MAX_ROWS, Letter, Reason, Row, Search
from alerts.subscribers import DELIVERY, REASON, SEARCH, SUBSCRIBER
from database import posting_json, secret_key, table_of
from models import Cadence, DeliveryState, EventKind, Posting, PostingEvent

EVENT, POSTING = table_of(PostingEvent), table_of(Posting)
WAITING = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)
_ORDER = {EventKind.OPENED: 0, EventKind.REOPENED: 1, EventKind.CHANGED: 2, EventKind.CLOSED: 3}


def waiting_count(connection: Connection, message_id: int) -> int:
    """How many deliveries of the message are still to be told of."""
    mine = (DELIVERY.c.message_id == message_id) & DELIVERY.c.state.in_(WAITING)
    return connection.execute(select(func.count()).select_from(DELIVERY).where(mine)).scalar_one()


def read_letter(
    connection: Connection, message: RowMapping, address: str, public_url: str, now: datetime
) -> Letter | None:
    """The letter, or None where nothing is left to say. Within a write transaction: it may make the signing key."""
    timezone = connection.execute(
        select(SUBSCRIBER.c.timezone).where(SUBSCRIBER.c.id == message["subscriber_id"])
    ).scalar_one()
    local, words = now.astimezone(ZoneInfo(timezone)), message["text"]
    facts: dict[str, Any] = {"key": message["key"], "to": address, "cadence": message["cadence"], "now": local,
                             "public_url": public_url, "is_possible_repeat": message["is_possible_repeat"]}  # fmt: skip
    if message["cadence"] == Cadence.NOTICE:
        return Letter(**facts, text=words)
    shown = _shown(connection, message)
    if not shown:
        return None
    searches = _searches(connection, message["id"])
    key = secret_key(connection) if public_url else b""
    return Letter(
        **facts,
        rows=_rows(connection, shown),
        counts=_counts(connection, message),
        already=_already(connection, message, [row["id"] for row in searches]),
        searches=[_search(row, public_url, key) for row in searches],
        stop_url=_stop_url(public_url, key, message["subscriber_id"]),
    )


def _shown(connection: Connection, message: RowMapping) -> Sequence[RowMapping]:
    order = case(_ORDER, value=EVENT.c.kind, else_=9)
    mine = (
        select(DELIVERY.c.id, DELIVERY.c.posting_id, EVENT.c.kind, EVENT.c.at, EVENT.c.changes)
        .join(EVENT, EVENT.c.id == DELIVERY.c.event_id)
        .join(POSTING, POSTING.c.id == DELIVERY.c.posting_id)
        .where(DELIVERY.c.message_id == message["id"], DELIVERY.c.state.in_(WAITING))
        .order_by(order, POSTING.c.posted_at.desc(), DELIVERY.c.id)
        .limit(MAX_ROWS[Cadence(message["cadence"])])
    )
    return connection.execute(mine).mappings().all()


def _counts(connection: Connection, message: RowMapping) -> dict[str, int]:
    kinds = (
        select(EVENT.c.kind, func.count())
        .join(DELIVERY, DELIVERY.c.event_id == EVENT.c.id)
        .where(DELIVERY.c.message_id == message["id"], DELIVERY.c.state.in_(WAITING))
        .group_by(EVENT.c.kind)
    )
    counts = {row[0]: row[1] for row in connection.execute(kinds)}
    if message["cadence"] == Cadence.BASELINE and (more := looked.beyond(connection, message["id"], WAITING)):
        counts[EventKind.OPENED] = counts.get(EventKind.OPENED, 0) + more
    return counts


def _rows(connection: Connection, shown: Sequence[RowMapping]) -> list[Row]:
    ids = list(dict.fromkeys(row["posting_id"] for row in shown))
    present = connection.execute(select(POSTING.c.id, POSTING.c.public_id).where(POSTING.c.id.in_(ids)))
    public = {row.id: row.public_id for row in present}
    postings = {posting["id"]: posting for posting in posting_json(connection, ids)}
    reasons = _reasons(connection, [row["id"] for row in shown])
    return [
        Row(
            postings[public[row["posting_id"]]],
            row["kind"],
            row["changes"] or {},
            reasons.get(row["id"], []),
            row["at"],
        )
        for row in shown
        if public.get(row["posting_id"]) in postings
    ]


def _reasons(connection: Connection, delivery_ids: Sequence[int]) -> dict[int, list[Reason]]:
    given = (
        select(REASON.c.delivery_id, REASON.c.clauses, SEARCH.c.name, SEARCH.c.query)
        .join(SEARCH, SEARCH.c.id == REASON.c.search_id)
        .where(REASON.c.delivery_id.in_(delivery_ids), SEARCH.c.removed_at.is_(None))
        .order_by(REASON.c.search_id)
    )
    found: dict[int, list[Reason]] = {}
    for row in connection.execute(given):
        found.setdefault(row.delivery_id, []).append(Reason(row.name, row.clauses or [], row.query))
    return found


def _searches(connection: Connection, message_id: int) -> Sequence[RowMapping]:
    matched = (
        select(REASON.c.search_id)
        .join(DELIVERY, DELIVERY.c.id == REASON.c.delivery_id)
        .where(DELIVERY.c.message_id == message_id, DELIVERY.c.state.in_(WAITING))
    )
    alive = select(SEARCH).where(SEARCH.c.id.in_(matched), SEARCH.c.removed_at.is_(None))
    return connection.execute(alive.order_by(SEARCH.c.id)).mappings().all()


def _already(connection: Connection, message: RowMapping, search_ids: Sequence[int]) -> list[Row]:
    """What these searches matched since the last digest, and another of the person's searches sent at once."""
    if message["cadence"] != Cadence.WEEKLY:
        return []
    theirs = select(REASON.c.delivery_id).where(REASON.c.search_id.in_(search_ids))
    sent = (
        select(DELIVERY.c.id, DELIVERY.c.posting_id, EVENT.c.kind, EVENT.c.at, EVENT.c.changes)
        .join(EVENT, EVENT.c.id == DELIVERY.c.event_id)
        .where(DELIVERY.c.subscriber_id == message["subscriber_id"], DELIVERY.c.channel == message["channel"])
        .where(DELIVERY.c.cadence == Cadence.INSTANT, DELIVERY.c.state == DeliveryState.SENT)
        .where(DELIVERY.c.id.in_(theirs), DELIVERY.c.created_at > message["created_at"] - timedelta(days=7))
        .order_by(DELIVERY.c.id.desc())
        .limit(MAX_ALREADY)
    )
    return _rows(connection, connection.execute(sent).mappings().all())


def _search(row: RowMapping, public_url: str, key: bytes) -> Search:
    token = unsubscribe.sign(key, row["subscriber_id"], row["public_id"]) if public_url else ""
    return Search(row["name"], row["query"], links.unsubscribe_url(public_url, token))


def _stop_url(public_url: str, key: bytes, subscriber_id: int) -> str:
    return links.unsubscribe_url(public_url, unsubscribe.sign(key, subscriber_id)) if public_url else ""
