"""Digests that go out though nothing happened, for searches whose owners ask for that: so they know that we looked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, text

from alerts.cadence import DIGESTS, next_digest
from alerts.messages import MESSAGE, UNBUNDLED, add_message
from alerts.subscribers import ADDRESS, CANARY, DELIVERY, SEARCH, SUBSCRIBER
from alerts.wording import clean, day, given_name, plural, shorten
from database import table_of
from models import Cadence, PendingMatch, Posting

BACK = {Cadence.DAILY: timedelta(days=2), Cadence.WEEKLY: timedelta(days=8)}
COUNTED = 100_000
PATIENCE = timedelta(hours=1)  # for so long events that wait to be matched may bring something yet
POSTING, PENDING = table_of(Posting), table_of(PendingMatch)
# written out, not bound: only so do both engines see that the partial index serves
IS_ALWAYS = text("saved_search.is_always")


def last_period(row: Mapping[Any, Any], timezone: str, now: datetime) -> tuple[datetime, str]:
    """(when the digest of a search was due last, its key)."""
    when = (timezone, row["weekday"], row["time_of_day"], row["cadence"], row["zone"])
    found = next_digest(now - BACK[Cadence(row["cadence"])], *when)
    while (later := next_digest(found[0], *when))[0] <= now:
        found = later
    return found


def make_empty_digests(connection: Connection, now: datetime) -> int:
    """The messages of periods that are over and brought nothing; once each, late rather than never."""
    wanted = select(SEARCH, SUBSCRIBER.c.timezone).join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id)
    wanted = wanted.where(IS_ALWAYS, SEARCH.c.removed_at.is_(None), SEARCH.c.paused_at.is_(None))
    wanted = wanted.where(SUBSCRIBER.c.stopped_at.is_(None), SEARCH.c.cadence.in_(DIGESTS))
    is_waiting = connection.execute(select(PENDING.c.event_id).limit(1)).first() is not None
    made = 0
    for row in connection.execute(wanted.order_by(SEARCH.c.id)).mappings().all():
        due, key = last_period(row, row["timezone"], now)
        is_patient = now - due < PATIENCE and is_waiting
        if row["created_at"] <= due <= now and not is_patient:
            made += _make(connection, row, due, key, now)
    return made


def _make(connection: Connection, row: RowMapping, due: datetime, key: str, now: datetime) -> int:
    own = (ADDRESS.c.subscriber_id == row["subscriber_id"]) & ADDRESS.c.channel.in_(row["channels"])
    made = 0
    for address in connection.execute(select(ADDRESS).where(own, ADDRESS.c.state == "active")).mappings().all():
        name = f"{key}:{address['id']}"
        mine = (DELIVERY.c.address_id == address["id"]) & (DELIVERY.c.digest_key == key)
        is_told = connection.execute(select(MESSAGE.c.id).where(MESSAGE.c.key == name)).first()
        if is_told is None and connection.execute(select(DELIVERY.c.id).where(mine, UNBUNDLED)).first() is None:
            add_message(connection, name, address, row["cadence"], now, _words(connection, row, due, now))
            made += 1
    return made


def _words(connection: Connection, row: RowMapping, due: datetime, now: datetime) -> str:
    since = due - (timedelta(days=1) if row["cadence"] == Cadence.DAILY else timedelta(days=7))
    came = select(POSTING.c.id).where(POSTING.c.first_seen_at > since).limit(COUNTED)
    count = connection.execute(select(func.count()).select_from(came.subquery())).scalar_one()
    looked = f"{plural(count, 'posting')} came in and were looked at; none of them matches what you look for."
    if row["name"] == CANARY:
        return f"All is well: the canary arrived\n{looked} If this message stays away, the operator is told elsewhere."
    name = given_name(row["name"], row["query"]) or shorten(row["query"], 60)
    return f"Nothing new since {day(since, now)} – {clean(name, 60)}\n{looked}"
