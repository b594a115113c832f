"""From due deliveries to messages: what goes out in one piece, and when. Every function works in the caller's
transaction."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from alerts.addresses import operator_addresses
from alerts.cadence import next_digest
from alerts.channels import CHANNELS
from alerts.notices import clear_notice, raise_notice, take_due
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER, cancel, lock_bundling
from alerts.subscribers import without_active_search as inactive
from database import table_of, upsert
from models import Cadence, DeliveryState, Message
from settings import AlertSettings, OperatorSettings

INSTANT_PER_HOUR = 12  # more than these wait for company: a storm becomes few messages
MESSAGE = table_of(Message)
_OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)


def make_messages(connection: Connection, settings: AlertSettings, operator: OperatorSettings, now: datetime) -> int:
    """Bundle what is due into messages; returns how many were made."""
    lock_bundling(connection)
    _cancel_unwanted(connection)
    made = sum(_make(connection, group, now) for group in _due_groups(connection, settings, now))
    return made + _make_notices(connection, operator, now)


def _cancel_unwanted(connection: Connection) -> None:
    stopped = select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.stopped_at.is_not(None))
    unbundled = DELIVERY.c.message_id.is_(None)
    cancel(connection, unbundled & DELIVERY.c.subscriber_id.in_(stopped), "the subscriber stopped everything")
    cancel(connection, unbundled & inactive(), "the search was removed or paused")
    waiting = MESSAGE.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN])
    ended = {"state": DeliveryState.CANCELLED, "error": "the subscriber stopped everything"}
    operators = select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.is_operator)  # they hear of trouble whatever they stopped
    trouble = (MESSAGE.c.cadence == Cadence.NOTICE) & MESSAGE.c.subscriber_id.in_(operators)
    connection.execute(update(MESSAGE).where(waiting, MESSAGE.c.subscriber_id.in_(stopped), ~trouble).values(ended))


# --- deliveries ----------------------------------------------------------------------------------------------------


def _due_groups(connection: Connection, settings: AlertSettings, now: datetime) -> list[RowMapping]:
    of = DELIVERY.c
    waiting = (
        select(of.subscriber_id, of.channel, of.cadence, of.digest_key, func.min(of.id).label("first_id"),
               func.min(of.due_at).label("first_due"), func.max(of.due_at).label("last_due"))
        .where(of.state == DeliveryState.PENDING, of.message_id.is_(None))
        .group_by(of.subscriber_id, of.channel, of.cadence, of.digest_key)
        .having(func.min(of.due_at) <= now)
        .order_by(func.min(of.due_at))
    )  # fmt: skip
    groups = connection.execute(waiting).mappings().all()
    return [group for group in groups if _is_due(connection, group, settings, now)]


def _is_due(connection: Connection, group: RowMapping, settings: AlertSettings, now: datetime) -> bool:
    if group["cadence"] == Cadence.BASELINE:  # a first crawl goes on for a while: wait until it is quiet, not for ever
        patience = timedelta(minutes=settings.baseline_minutes * 5)
        return bool(group["last_due"] <= now or group["first_due"] + patience <= now)
    return group["cadence"] != Cadence.INSTANT or not _must_wait(connection, group, now)


def _must_wait(connection: Connection, group: RowMapping, now: datetime) -> bool:
    """While one is under way, or many went out within the hour, instant matches gather for the next message."""
    same = (MESSAGE.c.subscriber_id == group["subscriber_id"]) & (MESSAGE.c.channel == group["channel"])
    instant = select(MESSAGE.c.id).where(same, MESSAGE.c.cadence == Cadence.INSTANT)
    if connection.execute(instant.where(MESSAGE.c.state.in_(_OPEN)).limit(1)).first():
        return True
    recent = instant.where(MESSAGE.c.created_at > now - timedelta(hours=1)).limit(INSTANT_PER_HOUR)
    return len(connection.execute(recent).all()) == INSTANT_PER_HOUR


def _make(connection: Connection, group: RowMapping, now: datetime) -> int:
    mine = (
        (DELIVERY.c.subscriber_id == group["subscriber_id"]) & (DELIVERY.c.channel == group["channel"])
        & (DELIVERY.c.cadence == group["cadence"]) & (DELIVERY.c.digest_key == group["digest_key"])
        & (DELIVERY.c.state == DeliveryState.PENDING) & DELIVERY.c.message_id.is_(None)
    )  # fmt: skip
    if reason := _unreachable(connection, group["subscriber_id"], group["channel"]):
        connection.execute(update(DELIVERY).where(mine).values(state=DeliveryState.FAILED, error=reason))
        return 0
    part = group["digest_key"] or f"{group['cadence']}:{group['first_id']}:{now.isoformat()}"  # told again after a stop
    key = f"{part}:{group['subscriber_id']}:{group['channel']}"
    if connection.execute(select(MESSAGE.c.id).where(MESSAGE.c.key == key)).first():
        connection.execute(update(DELIVERY).where(mine).values(_next_period(connection, group, now)))
        return 0
    add_message(connection, key, group["subscriber_id"], group["channel"], group["cadence"], now)
    made = select(MESSAGE.c.id).where(MESSAGE.c.key == key).scalar_subquery()
    connection.execute(update(DELIVERY).where(mine).values(message_id=made))
    return 1


def _unreachable(connection: Connection, subscriber_id: int, channel: str) -> str:
    own = select(ADDRESS).where(ADDRESS.c.subscriber_id == subscriber_id, ADDRESS.c.channel == channel)
    row = connection.execute(own).mappings().first()
    if row is None:
        return f"there is no {channel} address"
    return "" if row["state"] == "active" else f"the {channel} address is {row['state']}: {row['reason']}"


def _next_period(connection: Connection, group: RowMapping, now: datetime) -> dict[str, Any]:
    """This period's digest went out already (the subscriber moved to another time zone): the next takes it."""
    _, weekday, hour, minute, _ = group["digest_key"].split(":")
    own = select(SUBSCRIBER.c.timezone).where(SUBSCRIBER.c.id == group["subscriber_id"])
    timezone = connection.execute(own).scalar_one()
    due_at, key = next_digest(now, timezone, weekday, f"{hour}:{minute}")
    if key == group["digest_key"]:
        due_at, key = next_digest(due_at, timezone, weekday, f"{hour}:{minute}")
    return {"due_at": due_at, "digest_key": key}


def add_message(
    connection: Connection, key: str, subscriber_id: int, channel: str, cadence: str, now: datetime, words: str = ""
) -> None:
    """A message to send now, unless one of that key exists."""
    row = {
        "key": key, "subscriber_id": subscriber_id, "channel": channel, "cadence": str(cadence), "text": words,
        "state": str(DeliveryState.PENDING), "created_at": now, "next_at": now,
    }  # fmt: skip
    defaults = {"attempts": 0, "lease": "", "is_possible_repeat": False, "provider_id": "", "error": ""}
    upsert(connection, Message, [row | defaults], ["key"])


def tell_of_absent_channels(connection: Connection, configured: Collection[str], now: datetime) -> None:
    """Messages for a channel that is switched off wait; the operator hears of it, since nobody else would."""
    waiting = select(MESSAGE.c.channel, func.count()).where(MESSAGE.c.state == DeliveryState.PENDING)
    counts = {row[0]: row[1] for row in connection.execute(waiting.group_by(MESSAGE.c.channel))}
    for channel in CHANNELS:
        if channel in configured or channel not in counts:
            clear_notice(connection, f"channel-off:{channel}", now)
            continue
        words = f"{counts[channel]} messages wait for the channel {channel}, which is not configured: see config.toml"
        raise_notice(connection, f"channel-off:{channel}", words, now)


def list_messages(connection: Connection, states: Collection[str] = (), limit: int = 100) -> list[dict[str, Any]]:
    """Messages of these states (all, if none is given), newest first: whose, how many postings, why not sent yet."""
    count = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.message_id == MESSAGE.c.id).scalar_subquery()
    shown = (
        select(MESSAGE.c.id, SUBSCRIBER.c.name.label("subscriber"), MESSAGE.c.channel, MESSAGE.c.cadence,
               MESSAGE.c.state, count.label("postings"), MESSAGE.c.attempts, MESSAGE.c.next_at,
               MESSAGE.c.is_possible_repeat, MESSAGE.c.sent_at, MESSAGE.c.error)
        .join(SUBSCRIBER, SUBSCRIBER.c.id == MESSAGE.c.subscriber_id)
        .order_by(MESSAGE.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if states:
        shown = shown.where(MESSAGE.c.state.in_(states))
    return [dict(row) for row in connection.execute(shown).mappings()]


# --- notices -------------------------------------------------------------------------------------------------------


def _make_notices(connection: Connection, operator: OperatorSettings, now: datetime) -> int:
    """One message of all that the operators are to be told now, to each of their addresses."""
    if not operator.addresses:
        return 0
    told = take_due(connection, timedelta(minutes=operator.gather_minutes), now)
    if not told:
        return 0
    words = "\n".join(told)
    for row in operator_addresses(connection, operator.addresses, now):
        key = f"notice:{now.isoformat()}:{row['id']}"
        add_message(connection, key, row["subscriber_id"], row["channel"], Cadence.NOTICE, now, words)
    return len(operator.addresses)
