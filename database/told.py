"""What people were told of a posting goes with its listings: when two postings prove to be one, or one to be two."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, select, update

from database.advisory import Advisory, wait_for
from database.looks import unpack
from database.write import table_of, upsert
from models import (
    Delivery,
    DeliveryReason,
    DeliveryState,
    EventKind,
    FirstLook,
    Message,
    PendingMatch,
    PostingEvent,
    SearchMatch,
)

DELIVERY, REASON, EVENT, MATCH, LOOK = (
    table_of(model) for model in (Delivery, DeliveryReason, PostingEvent, SearchMatch, FirstLook)
)
MESSAGE, PENDING = table_of(Message), table_of(PendingMatch)
OPENINGS = (EventKind.OPENED, EventKind.REOPENED)
SAME = "it is the same opening as another that is told"


def move_told(connection: Connection, gone: int, public_id: str, keep: int, now: datetime) -> None:
    """All that was told of a posting, or waits to be, is of another from now on that is the same opening: nobody hears
    of it twice, and who waits for either hears of it. `public_id`: of the posting that goes."""
    _know(connection, keep, _knowing(connection, gone), now)
    connection.execute(delete(MATCH).where(MATCH.c.posting_id == gone))
    connection.execute(update(EVENT).where(EVENT.c.posting_id == gone, EVENT.c.origin == "").values(origin=public_id))
    for table in (EVENT, DELIVERY):
        connection.execute(update(table).where(table.c.posting_id == gone).values(posting_id=keep))
    _tell_once(connection, keep)


def move_told_back(
    connection: Connection, old: int, new: int, public_id: str, origins: Collection[str], now: datetime
) -> None:
    """A posting stands apart again: what happened to it under these public ids is its own. Who was told of both as one
    counts as told of either, unless the opening waits to be told still."""
    mine = EVENT.c.origin.in_(origins) & (EVENT.c.posting_id == old)
    events = connection.execute(select(EVENT.c.id, EVENT.c.kind).where(mine)).all()
    ids, openings = [row.id for row in events], [row.id for row in events if row.kind in OPENINGS]
    connection.execute(update(EVENT).where(EVENT.c.id.in_(ids)).values(posting_id=new))
    connection.execute(update(EVENT).where(EVENT.c.posting_id == new, EVENT.c.origin == public_id).values(origin=""))
    connection.execute(update(DELIVERY).where(DELIVERY.c.event_id.in_(ids)).values(posting_id=new))
    _revive(connection, old, new)
    waits = select(PENDING.c.event_id).where(PENDING.c.event_id.in_(openings)).limit(1)
    if not openings or connection.execute(waits).first() is None:
        _know(connection, new, _knowing(connection, old), now)


# --- which searches told of it -------------------------------------------------------------------------------------


def _knowing(connection: Connection, posting_id: int) -> set[int]:
    """The searches that told of a posting, or found it open at their first look."""
    told = select(MATCH.c.search_id).where(MATCH.c.posting_id == posting_id)
    looks = select(LOOK.c.search_id, LOOK.c.postings).where(LOOK.c.last_posting_id >= posting_id)
    found = {row.search_id for row in connection.execute(looks) if posting_id in unpack(row.postings)}
    return found | set(connection.execute(told).scalars())


def _know(connection: Connection, posting_id: int, search_ids: Iterable[int], now: datetime) -> None:
    rows = [
        {"search_id": key, "posting_id": posting_id, "matched_at": now, "is_baseline": False}
        for key in sorted(search_ids)  # in one order everywhere, so that two of us cannot deadlock
    ]
    for start in range(0, len(rows), 500):
        upsert(connection, SearchMatch, rows[start : start + 500], ["search_id", "posting_id"])


# --- what waits to be sent -----------------------------------------------------------------------------------------


def _tell_once(connection: Connection, posting_id: int) -> None:
    """Of what waits for one address, one alone tells that the posting opened, with the reasons of both."""
    wait_for(connection, Advisory.BUNDLING)
    told: dict[tuple[int, str], RowMapping] = {}
    for row in _openings(connection, posting_id):
        first = told.setdefault((row["address_id"], row["kind"]), row)
        if row["origin"] != first["origin"] and _still_waits(row):
            values = {"state": DeliveryState.CANCELLED, "error": SAME}
            connection.execute(update(DELIVERY).where(DELIVERY.c.id == row["id"]).values(values))
            if first["state"] == DeliveryState.PENDING:
                _give_reasons(connection, row["id"], first["id"])


def _openings(connection: Connection, posting_id: int) -> Sequence[RowMapping]:
    """The deliveries of an opening that were told or are to be: those first that wait least."""
    ended = (DeliveryState.CANCELLED, DeliveryState.FAILED)
    found = (
        select(DELIVERY.c.id, DELIVERY.c.address_id, DELIVERY.c.state, EVENT.c.kind, EVENT.c.origin,
               MESSAGE.c.state.label("message_state"))
        .join(EVENT, EVENT.c.id == DELIVERY.c.event_id).outerjoin(MESSAGE, MESSAGE.c.id == DELIVERY.c.message_id)
        .where(DELIVERY.c.posting_id == posting_id, EVENT.c.kind.in_(OPENINGS), DELIVERY.c.address_id.is_not(None))
        .where(DELIVERY.c.state.not_in(ended))
        .order_by(DELIVERY.c.state == DeliveryState.PENDING, DELIVERY.c.id)
    )  # fmt: skip
    return connection.execute(found).mappings().all()


def _still_waits(row: RowMapping) -> bool:
    """Whether a delivery is in nobody's hands yet."""
    return row["state"] == DeliveryState.PENDING and row["message_state"] in (None, DeliveryState.PENDING)


def _give_reasons(connection: Connection, source: int, target: int) -> None:
    rows = connection.execute(select(REASON).where(REASON.c.delivery_id == source)).mappings().all()
    given = [dict(row) | {"delivery_id": target} for row in rows]
    upsert(connection, DeliveryReason, given, ["delivery_id", "search_id"])


def _revive(connection: Connection, old: int, new: int) -> None:
    """What was not told of a posting because another was to be told waits again, while that one is not sent."""
    other = DELIVERY.alias()
    waits = select(other.c.id).where(
        other.c.posting_id == old, other.c.address_id == DELIVERY.c.address_id, other.c.state == DeliveryState.PENDING
    )
    mine = (DELIVERY.c.posting_id == new) & (DELIVERY.c.state == DeliveryState.CANCELLED) & (DELIVERY.c.error == SAME)
    values = {"state": DeliveryState.PENDING, "message_id": None, "error": ""}
    connection.execute(update(DELIVERY).where(mine, waits.exists()).values(values))
