"""People: adding, inviting, where they are reached, stopping. Every function works within the caller's transaction."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, insert, not_, select, tuple_, update
from sqlalchemy.sql.elements import ColumnElement

from alerts.cadence import zone
from alerts.channels import CHANNELS
from alerts.channels.base import clean_address
from database import Advisory, table_of, wait_for
from models import Address, Delivery, DeliveryReason, DeliveryState, SavedSearch, SearchMatch, Subscriber

INVITE_DAYS = 7
SUBSCRIBER, ADDRESS, SEARCH = table_of(Subscriber), table_of(Address), table_of(SavedSearch)
DELIVERY, REASON, MATCH = table_of(Delivery), table_of(DeliveryReason), table_of(SearchMatch)


class SubscriberError(ValueError):
    """What was asked of a subscriber or their searches cannot be done; the message says why and what to do."""


def add_subscriber(connection: Connection, name: str, now: datetime, timezone: str = "UTC") -> int:
    """A new person. Raises SubscriberError on an empty name or unknown time zone."""
    if not name.strip():
        raise SubscriberError("give the subscriber a name")
    try:
        zone(timezone)
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    row = {"public_id": secrets.token_urlsafe(12), "name": name.strip()[:100], "timezone": timezone, "created_at": now,
           "invite_hash": ""}  # fmt: skip
    key: int = connection.execute(insert(SUBSCRIBER).values(row).returning(SUBSCRIBER.c.id)).scalar_one()
    return key


def invite(connection: Connection, subscriber_id: int, now: datetime) -> str:
    """A one-time token, valid for 7 days, that ties a chat to this person; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    values = {"invite_hash": _hash(token), "invite_until": now + timedelta(days=INVITE_DAYS)}
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id).values(values))
    return token


def invite_link(bot: str, token: str) -> str:
    """The link that opens the bot and redeems the token; `bot` is its user name."""
    return f"https://t.me/{bot.lstrip('@')}?start={token}"


def redeem(connection: Connection, token: str, channel: str, address: str, now: datetime) -> int:
    """Tie the address to the person invited and return their id. Raises SubscriberError on a used or late token."""
    invited = SUBSCRIBER.c.invite_hash == _hash(token)
    row = connection.execute(select(SUBSCRIBER).where(invited).with_for_update()).mappings().first()
    if row is None or row["invite_until"] is None:
        raise SubscriberError("this invitation was used already or is not one of ours; ask for a new link")
    if _utc(row["invite_until"], now) < now:
        raise SubscriberError(f"this invitation is older than {INVITE_DAYS} days; ask for a new link")
    set_address(connection, row["id"], channel, address, now)
    used = {"invite_hash": "", "invite_until": None, "stopped_at": None}
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == row["id"]).values(used))
    return int(row["id"])


def set_address(connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime) -> None:
    """Reach the person there, in place of where the channel reached them before. Raises SubscriberError."""
    if channel not in CHANNELS:
        raise SubscriberError(f"unknown channel {channel!r}; one of {', '.join(CHANNELS)}")
    try:
        address = clean_address(channel, address)
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    owner = find_by_address(connection, channel, address)
    if owner not in (None, subscriber_id):
        raise SubscriberError(f"{address} is tied to another subscriber already")
    same = (ADDRESS.c.subscriber_id == subscriber_id) & (ADDRESS.c.channel == channel)
    connection.execute(delete(ADDRESS).where(same))
    row = {"subscriber_id": subscriber_id, "channel": channel, "address": address, "state": "active", "reason": "",
           "changed_at": now}  # fmt: skip
    connection.execute(insert(ADDRESS).values(row))


def find_by_address(connection: Connection, channel: str, address: str) -> int | None:
    """Whose address it is, if anybody's."""
    own = select(ADDRESS.c.subscriber_id).where(ADDRESS.c.channel == channel, ADDRESS.c.address == address)
    return connection.execute(own).scalar()


def find_subscriber(connection: Connection, who: str) -> dict[str, Any]:
    """The person of a public id, number, name or address. Raises SubscriberError where none or several are meant."""
    key = int(who) if who.isdecimal() and len(who) < 10 else -1
    addressed = select(ADDRESS.c.subscriber_id).where(ADDRESS.c.address == who)
    meant = (SUBSCRIBER.c.public_id == who) | (SUBSCRIBER.c.name == who) | SUBSCRIBER.c.id.in_(addressed)
    found = connection.execute(select(SUBSCRIBER).where(meant | (SUBSCRIBER.c.id == key))).mappings().all()
    if len(found) != 1:
        problem = "several subscribers are" if found else "no subscriber is"
        raise SubscriberError(f"{problem} called {who!r}; `rolewire subscribers list` shows them")
    return dict(found[0])


def list_subscribers(connection: Connection) -> list[dict[str, Any]]:
    """Everybody, with their addresses and the number of their searches."""
    addresses: dict[int, list[dict[str, Any]]] = {}
    for row in connection.execute(select(ADDRESS).order_by(ADDRESS.c.channel)).mappings():
        shown = {key: row[key] for key in ("channel", "address", "state", "reason")}
        addresses.setdefault(row["subscriber_id"], []).append(shown)
    alive = select(SEARCH.c.subscriber_id, func.count()).where(SEARCH.c.removed_at.is_(None))
    counts = {row[0]: row[1] for row in connection.execute(alive.group_by(SEARCH.c.subscriber_id))}
    people = connection.execute(select(SUBSCRIBER).order_by(SUBSCRIBER.c.id)).mappings()
    shown_fields = ("id", "public_id", "name", "timezone", "created_at", "stopped_at")
    return [
        {name: row[name] for name in shown_fields}
        | {"addresses": addresses.get(row["id"], []), "searches": counts.get(row["id"], 0)}
        for row in people
    ]


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


def cancel(connection: Connection, which: ColumnElement[bool], why: str) -> int:
    """Cancel pending deliveries and forget that their searches matched, so that a resumed search can tell of them."""
    lock_bundling(connection)
    waiting = DELIVERY.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN]) & which
    values = {"state": DeliveryState.CANCELLED, "error": why}
    ended = connection.execute(update(DELIVERY).where(waiting).values(values).returning(DELIVERY.c.id)).scalars().all()
    for start in range(0, len(ended), 500):
        told = (
            select(REASON.c.search_id, DELIVERY.c.posting_id)
            .join(DELIVERY, DELIVERY.c.id == REASON.c.delivery_id)
            .where(DELIVERY.c.id.in_(ended[start : start + 500]))
        )
        connection.execute(delete(MATCH).where(tuple_(MATCH.c.search_id, MATCH.c.posting_id).in_(told)))
    return len(ended)


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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _utc(moment: datetime, now: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
