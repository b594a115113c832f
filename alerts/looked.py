"""What first looks found, packed: none of it is told as new later, and a message says how much it was."""

from array import array
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, and_, delete, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from database import table_of, unpack
from models import Delivery, DeliveryReason, DeliveryState, FirstLook

LOOK, DELIVERY, REASON = table_of(FirstLook), table_of(Delivery), table_of(DeliveryReason)
CHUNK = 500
One = TypeVar("One")


# --- what was found ------------------------------------------------------------------------------------------------


def found_by(connection: Connection, search_ids: Sequence[int], from_posting: int = 0) -> dict[int, list["array[int]"]]:
    """What the first looks of these searches found; only those that may have found this posting or a newer one."""
    found: dict[int, list[array[int]]] = {}
    for part in chunks(search_ids):
        mine = select(LOOK.c.search_id, LOOK.c.postings).where(LOOK.c.search_id.in_(part))
        for row in connection.execute(mine.where(LOOK.c.last_posting_id >= from_posting)):
            found.setdefault(row.search_id, []).append(unpack(row.postings))
    return found


def beyond(connection: Connection, message_id: int, states: Collection[str]) -> int:
    """How many postings the first looks told in this message found, besides its own deliveries."""
    mine = (DELIVERY.c.message_id == message_id) & DELIVERY.c.state.in_(states)
    told = select(REASON.c.look_id).join(DELIVERY, DELIVERY.c.id == REASON.c.delivery_id).where(mine)
    packed = select(LOOK.c.postings).where(LOOK.c.id.in_(told.where(REASON.c.look_id.is_not(None))))
    found = {key for one in connection.execute(packed).scalars().all() for key in unpack(one)}
    if not found:
        return 0
    return len(found - set(connection.execute(select(DELIVERY.c.posting_id).where(mine)).scalars()))


def forget(connection: Connection, delivery_ids: Sequence[int]) -> None:
    """The looks that these deliveries were of, none of which was told there: what they found is told anew."""
    other, reason = DELIVERY.alias(), REASON.alias()
    was_told = exists(
        select(other.c.id)
        .join(reason, reason.c.delivery_id == other.c.id)
        .where(reason.c.look_id == REASON.c.look_id, was_told_there(other))
    )
    untold = (
        select(REASON.c.look_id)
        .join(DELIVERY, DELIVERY.c.id == REASON.c.delivery_id)
        .where(DELIVERY.c.id.in_(delivery_ids), REASON.c.look_id.is_not(None), ~was_told)
    )
    connection.execute(delete(LOOK).where(LOOK.c.id.in_(untold)))


def was_told_there(other: FromClause) -> ColumnElement[bool]:
    """Whether another delivery went out to the address of this one; where either has none any more, on its channel."""
    is_there = or_(
        other.c.address_id == DELIVERY.c.address_id, other.c.address_id.is_(None), DELIVERY.c.address_id.is_(None)
    )
    return and_(other.c.state == DeliveryState.SENT, other.c.channel == DELIVERY.c.channel, is_there)


def chunks(ids: Sequence[One]) -> Iterator[Sequence[One]]:
    """The ids in parts that a statement can hold."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
