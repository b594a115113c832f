"""What the operator may do with messages: look at one, have it tried again, call it off. Every function works in the
caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from alerts.channels import masked
from alerts.messages import MESSAGE
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER, cancel
from database import table_of
from models import DeliveryState, Posting

POSTING = table_of(Posting)
WAITS = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)
UNDER_WAY = (DeliveryState.CLAIMED, DeliveryState.SENDING)


class DeskError(ValueError):
    """What was asked of a message cannot be done; the words say why and what to do."""


def show(connection: Connection, message_id: int) -> dict[str, Any]:
    """A message with whom it is for and what it tells of. Raises DeskError where there is none."""
    row = _find(connection, message_id)
    names = ("id", "channel", "cadence", "state", "attempts", "created_at", "next_at", "sent_at", "provider_id",
             "is_possible_repeat", "error", "text")  # fmt: skip
    who = select(SUBSCRIBER.c.name).where(SUBSCRIBER.c.id == row["subscriber_id"])
    where = connection.execute(select(ADDRESS.c.address).where(ADDRESS.c.id == row["address_id"])).scalar()
    told = select(POSTING.c.public_id, POSTING.c.title, POSTING.c.company, DELIVERY.c.state, DELIVERY.c.error)
    told = told.join_from(DELIVERY, POSTING, POSTING.c.id == DELIVERY.c.posting_id).order_by(DELIVERY.c.id)
    postings = connection.execute(told.where(DELIVERY.c.message_id == message_id)).mappings()
    return {
        **{name: row[name] for name in names},
        "subscriber": connection.execute(who).scalar(),
        "address": None if where is None else masked(row["channel"], where),
        "postings": [dict(one) for one in postings],
    }


def retry(connection: Connection, message_ids: Sequence[int], now: datetime) -> int:
    """Have messages tried at once; those given up are owed again. Returns how many. Raises DeskError."""
    for message_id in message_ids:
        row = _find(connection, message_id)
        if row["state"] not in (*WAITS, DeliveryState.FAILED):
            raise DeskError(f"message {message_id} is {row['state']}: only one that waits or failed is tried again")
        given_up = (DELIVERY.c.message_id == message_id) & (DELIVERY.c.state == DeliveryState.FAILED)
        connection.execute(update(DELIVERY).where(given_up).values(state=DeliveryState.PENDING, error=""))
        values: dict[str, Any] = {"next_at": now}
        if row["state"] == DeliveryState.FAILED:
            values |= {
                "state": DeliveryState.PENDING,
                "attempts": 0,
                "created_at": now,
                "lease": "",
                "lease_until": None,
            }
        connection.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(values))
    return len(message_ids)


def call_off(connection: Connection, message_ids: Sequence[int]) -> int:
    """Send these not; what they hold is not told. Returns how many. Raises DeskError."""
    for message_id in message_ids:
        row = _find(connection, message_id)
        if row["state"] in UNDER_WAY:
            raise DeskError(f"message {message_id} is on its way at this moment; look again in a minute")
        if row["state"] not in WAITS:
            raise DeskError(f"message {message_id} is {row['state']}: there is nothing to call off")
        why = "the operator called it off"
        cancel(connection, DELIVERY.c.message_id == message_id, why)
        ended = {"state": DeliveryState.CANCELLED, "error": why, "lease": "", "lease_until": None}
        connection.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(ended))
    return len(message_ids)


def _find(connection: Connection, message_id: int) -> RowMapping:
    row = connection.execute(select(MESSAGE).where(MESSAGE.c.id == message_id).with_for_update()).mappings().first()
    if row is None:
        raise DeskError(f"there is no message {message_id}; `rolewire outbox list --all` shows them")
    return row
