"""How many messages go to a person at once in a day; what is more comes in a digest next morning, and they are told."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from alerts.cadence import next_digest, quiet_until
from alerts.subscribers import DELIVERY, REASON, SEARCH, SUBSCRIBER
from alerts.wording import plural
from database import table_of
from models import Cadence, Message

MORNING = "08:00"
MESSAGE = table_of(Message)


def over_limit(connection: Connection, subscriber_ids: Collection[int], most: int, now: datetime) -> dict[int, str]:
    """Who has had so many messages at once in their day, with their time zone; nobody where there is no limit."""
    if not most or not subscriber_ids:
        return {}
    mine = select(MESSAGE.c.subscriber_id, func.count()).where(MESSAGE.c.subscriber_id.in_(subscriber_ids))
    mine = mine.where(MESSAGE.c.cadence == Cadence.INSTANT, MESSAGE.c.created_at > now - timedelta(hours=25))
    many = [row[0] for row in connection.execute(mine.group_by(MESSAGE.c.subscriber_id)) if row[1] >= most]
    zones = select(SUBSCRIBER.c.id, SUBSCRIBER.c.timezone).where(SUBSCRIBER.c.id.in_(many))
    found = {row.id: row.timezone for row in connection.execute(zones)} if many else {}
    return {key: zone for key, zone in found.items() if _since(connection, key, _midnight(now, zone)) >= most}


def _since(connection: Connection, subscriber_id: int, midnight: datetime) -> int:
    mine = (MESSAGE.c.subscriber_id == subscriber_id) & (MESSAGE.c.cadence == Cadence.INSTANT)
    counted = select(func.count()).select_from(MESSAGE).where(mine, MESSAGE.c.created_at >= midnight)
    return int(connection.execute(counted).scalar_one())


def _midnight(now: datetime, timezone: str) -> datetime:
    return now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)


def morning(connection: Connection, which: ColumnElement[bool], timezone: str, now: datetime) -> str:
    """The local time at which the next morning's digest of these deliveries comes: none of their searches is quiet."""
    asked = select(SEARCH.c.quiet, SEARCH.c.zone).join(REASON, REASON.c.search_id == SEARCH.c.id)
    asked = asked.join(DELIVERY, DELIVERY.c.id == REASON.c.delivery_id).where(which, SEARCH.c.quiet != "")
    at, _ = next_digest(now, timezone, "mon", MORNING, Cadence.DAILY)
    ends = [quiet_until(at, row.zone or timezone, row.quiet) for row in connection.execute(asked.distinct())]
    return f"{max([at, *(end for end in ends if end)]).astimezone(ZoneInfo(timezone)):%H:%M}"


def put_off(timezone: str, at: str, now: datetime) -> dict[str, Any]:
    """What of a delivery changes by which it waits for the next morning's digest."""
    due_at, key = next_digest(now, timezone, "mon", at, Cadence.DAILY)
    return {"cadence": Cadence.DAILY, "due_at": due_at, "digest_key": key}


def told(most: int, timezone: str, at: str, now: datetime) -> tuple[str, str]:
    """(the day it is of, the words)."""
    words = (
        f"You have had {plural(most, 'message')} today, the most that go out at once in a day.\n"
        f"What else matches comes in one digest in the morning at {at}; nothing is lost.\n"
        "A narrower search, quiet hours or a daily digest make it less."
    )
    return str(now.astimezone(ZoneInfo(timezone)).date()), words
