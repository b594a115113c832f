"""People: adding, finding, stopping and going on. Every function works within the caller's transaction."""

import difflib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, not_, select, tuple_, update
from sqlalchemy.sql.elements import ColumnElement

from alerts import looked
from alerts.channels import masked
from alerts.zones import read_zone
from database import Advisory, table_of, wait_for
from models import (
    Address,
    Delivery,
    DeliveryReason,
    DeliveryState,
    Message,
    SavedSearch,
    SearchMatch,
    Subscriber,
)

SUBSCRIBER, ADDRESS, SEARCH = table_of(Subscriber), table_of(Address), table_of(SavedSearch)
DELIVERY, REASON, MATCH = table_of(Delivery), table_of(DeliveryReason), table_of(SearchMatch)
MESSAGE = table_of(Message)
CANARY = "rolewire canary"  # the name of the operators' own search
MOST_NAMES = 1000  # that a misspelt one is compared with
_WAITING = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)


class SubscriberError(ValueError):
    """What was asked of a subscriber or their searches cannot be done; the message says why and what to do."""


def add_subscriber(connection: Connection, name: str, now: datetime, timezone: str = "UTC") -> int:
    """A new person. Raises SubscriberError on an empty name or unknown time zone."""
    if not name.strip():
        raise SubscriberError("give the subscriber a name")
    try:
        timezone = read_zone(timezone)
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    row = {"public_id": secrets.token_urlsafe(12), "name": name.strip()[:100], "timezone": timezone, "created_at": now,
           "invite_hash": ""}  # fmt: skip
    key: int = connection.execute(insert(SUBSCRIBER).values(row).returning(SUBSCRIBER.c.id)).scalar_one()
    return key


def edit_subscriber(connection: Connection, subscriber_id: int, name: str = "", timezone: str = "") -> None:
    """Another name or time zone. Raises SubscriberError on an unknown time zone."""
    values = {"name": name.strip()[:100]} if name.strip() else {}
    if timezone:
        try:
            values["timezone"] = read_zone(timezone)
        except ValueError as error:
            raise SubscriberError(str(error)) from None
    if values:
        connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id).values(values))


def find_subscriber(connection: Connection, who: str) -> dict[str, Any]:
    """The person of a public id, number, name or address. Raises SubscriberError where none or several are meant."""
    key = int(who) if who.isdecimal() and len(who) < 10 else -1
    addressed = select(ADDRESS.c.subscriber_id).where(ADDRESS.c.address == who)
    meant = (SUBSCRIBER.c.public_id == who) | (SUBSCRIBER.c.name == who) | SUBSCRIBER.c.id.in_(addressed)
    found = connection.execute(select(SUBSCRIBER).where(meant | (SUBSCRIBER.c.id == key))).mappings().all()
    if not found:
        names = connection.execute(select(SUBSCRIBER.c.name).limit(MOST_NAMES)).scalars()
        raise SubscriberError(f"no subscriber is called {who!r}; {hint(who, names, 'subscribers list')}")
    if len(found) > 1:
        raise SubscriberError(f"several subscribers are called {who!r}; `rolewire subscribers list` shows them")
    return dict(found[0])


def hint(written: str, names: Iterable[str], shows: str) -> str:
    """What was meant, where one of the names is near; else the command that shows them."""
    near = difflib.get_close_matches(written, list(names), n=1)
    return f"did you mean {near[0]!r}?" if near else f"`rolewire {shows}` shows them"


def list_subscribers(connection: Connection) -> list[dict[str, Any]]:
    """Everybody, with their addresses as they may be shown, and the number of their searches."""
    addresses: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(select(ADDRESS).order_by(ADDRESS.c.channel, ADDRESS.c.id)).mappings():
        shown = {key: row[key] for key in ("channel", "address", "state", "reason")}
        shown["address"] = masked(row["channel"], row["address"])
        addresses.setdefault(row["subscriber_id"], []).append(shown)
    alive = select(SEARCH.c.subscriber_id, func.count()).where(SEARCH.c.removed_at.is_(None))
    counts = {row[0]: row[1] for row in connection.execute(alive.group_by(SEARCH.c.subscriber_id))}
    people = connection.execute(select(SUBSCRIBER).order_by(SUBSCRIBER.c.id)).mappings()
    shown_fields = ("id", "public_id", "name", "timezone", "created_at", "stopped_at", "is_operator")
    return [
        {name: row[name] for name in shown_fields}
        | {"addresses": addresses.get(row["id"], []), "searches": counts.get(row["id"], 0)}
        for row in people
    ]


def is_anybody(connection: Connection, but: int = 0) -> bool:
    """Whether there is any subscriber, other than this one."""
    return bool(connection.execute(select(exists().where(SUBSCRIBER.c.id != but))).scalar())


def stop_all(connection: Connection, subscriber_id: int, now: datetime) -> None:
    """Send this person nothing more. Commits before any later claim of the outbox, which checks it."""
    row = (SUBSCRIBER.c.id == subscriber_id) & SUBSCRIBER.c.stopped_at.is_(None)
    connection.execute(update(SUBSCRIBER).where(row).values(stopped_at=now))
    cancel(connection, DELIVERY.c.subscriber_id == subscriber_id, "the subscriber stopped everything")


def resume(connection: Connection, subscriber_id: int) -> None:
    """Send again. What opened meanwhile is told in one message, as for a new search."""
    stopped = (SUBSCRIBER.c.id == subscriber_id) & SUBSCRIBER.c.stopped_at.is_not(None)
    if connection.execute(update(SUBSCRIBER).where(stopped).values(stopped_at=None)).rowcount:
        own = update(SEARCH).where(SEARCH.c.subscriber_id == subscriber_id, SEARCH.c.paused_at.is_(None))
        connection.execute(own.values(baseline_at=None))


def tell_meanwhile(connection: Connection, subscriber_id: int, channel: str) -> None:
    """An address on this channel can be reached again: what failed there is told anew, if it is still open, in one
    message with what opened meanwhile."""
    lost = (DELIVERY.c.subscriber_id == subscriber_id) & (DELIVERY.c.channel == channel)
    lock_bundling(connection)
    _end(connection, lost & (DELIVERY.c.state == DeliveryState.FAILED), "it could not be delivered")
    own = select(SEARCH).where(SEARCH.c.subscriber_id == subscriber_id, SEARCH.c.paused_at.is_(None))
    reached = [row["id"] for row in connection.execute(own).mappings() if channel in row["channels"]]
    connection.execute(update(SEARCH).where(SEARCH.c.id.in_(reached)).values(baseline_at=None))


def cancel(connection: Connection, which: ColumnElement[bool], why: str, *, is_gone: bool = False) -> int:
    """Cancel pending deliveries and forget that their searches matched, so that a resumed search can tell of them.

    `is_gone`: their address goes for good, so what is told or waits elsewhere stays known as matched.
    """
    lock_bundling(connection)
    return _end(connection, DELIVERY.c.state.in_(_WAITING) & which, why, is_gone)


def _end(connection: Connection, which: ColumnElement[bool], why: str, is_gone: bool = False) -> int:
    """Cancel these, and forget what their searches matched and never told there.

    One that may be told already, by a message under way, is marked: told again it is a possible repeat.
    """
    handed_over = MESSAGE.c.state.in_([DeliveryState.SENDING, DeliveryState.UNCERTAIN]) | MESSAGE.c.is_possible_repeat
    told = exists().where(MESSAGE.c.id == DELIVERY.c.message_id, handed_over)
    connection.execute(update(DELIVERY).where(which, told).values(is_possible_repeat=True))
    values = {"state": DeliveryState.CANCELLED, "error": why}
    ended = connection.execute(update(DELIVERY).where(which).values(values).returning(DELIVERY.c.id)).scalars().all()
    for start in range(0, len(ended), 500):
        _forget(connection, ended[start : start + 500], is_gone)
    return len(ended)


def _forget(connection: Connection, ended: Sequence[int], is_gone: bool) -> None:
    other, reason = DELIVERY.alias(), REASON.alias()
    told = exists(
        select(other.c.id)
        .join(reason, reason.c.delivery_id == other.c.id)
        .where(other.c.posting_id == DELIVERY.c.posting_id, reason.c.search_id == REASON.c.search_id)
        .where(other.c.state.in_([*_WAITING, DeliveryState.SENT]) if is_gone else looked.was_told_there(other))
    )
    untold = (
        select(REASON.c.search_id, DELIVERY.c.posting_id)
        .join(DELIVERY, DELIVERY.c.id == REASON.c.delivery_id)
        .where(DELIVERY.c.id.in_(ended), ~told)
    )
    connection.execute(delete(MATCH).where(tuple_(MATCH.c.search_id, MATCH.c.posting_id).in_(untold)))
    looked.forget(connection, ended)


def lock_bundling(connection: Connection) -> None:
    """Let one at a time bundle or cancel waiting deliveries; SQLite has one writer anyway."""
    wait_for(connection, Advisory.BUNDLING)


def without_active_search() -> ColumnElement[bool]:
    """Deliveries whose every search was removed or paused since."""
    active = (
        select(REASON.c.delivery_id)
        .join(SEARCH, SEARCH.c.id == REASON.c.search_id)
        .where(REASON.c.delivery_id == DELIVERY.c.id, SEARCH.c.removed_at.is_(None), SEARCH.c.paused_at.is_(None))
    )
    return not_(exists(active))
