"""Writing deliveries: one an address and event, the most urgent cadence wins; the reasons beneath it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, RowMapping, column, insert, select, update, values

from alerts.cadence import DIGESTS, next_digest, quiet_until
from alerts.kinds import tells_openings
from database import insert_into, insert_new, numbered, table_of, upsert
from models import Address, Cadence, Delivery, DeliveryReason, DeliveryState
from settings import AlertSettings

DELIVERY, ADDRESS, REASON = table_of(Delivery), table_of(Address), table_of(DeliveryReason)
_URGENCY = {Cadence.INSTANT: 0, Cadence.BASELINE: 1, Cadence.DAILY: 2, Cadence.WEEKLY: 3}
_AGAIN = (DeliveryState.CANCELLED, DeliveryState.FAILED)  # not told so far: what is told anew begins anew
CHUNK = 500

Key = tuple[int, int]  # address, event
Places = Mapping[tuple[int, str], Sequence[int]]  # the addresses of each (subscriber, channel)


@dataclass(slots=True)
class Told:
    """A search tells of an event of a posting. `search` is a row of saved_search with the owner's `timezone`."""

    search: RowMapping
    event_id: int
    posting_id: int
    cadence: str
    clauses: list[dict[str, Any]] = field(default_factory=list)
    look_id: int | None = None  # of the first look that found it
    is_first: bool = True  # the posting comes to match by it

    @property
    def places(self) -> list[tuple[int, str]]:
        """(subscriber, channel) of each channel it is told on."""
        return [(self.search["subscriber_id"], channel) for channel in self.search["channels"]]


def store(connection: Connection, told: Sequence[Told], settings: AlertSettings, now: datetime) -> None:
    """Write deliveries and reasons. One that exists is left alone, unless it still waits and this is more urgent, or
    it was cancelled or failed."""
    told = [one for one in told if not one.is_first or tells_openings(one.search["events"])]
    for start in range(0, len(told), CHUNK):
        part = told[start : start + CHUNK]
        places = _places(connection, part)
        _store(connection, part, places, settings, now)
        for one in part:
            for place in one.places:
                if place not in places:
                    _lose(connection, one, place[1], settings, now)


def _store(
    connection: Connection, part: Sequence[Told], places: Places, settings: AlertSettings, now: datetime
) -> None:
    goes = [(one, (address, one.event_id)) for one in part for place in one.places for address in places.get(place, ())]
    channels = {address: channel for (_, channel), found in places.items() for address in found}
    wanted: dict[Key, dict[str, Any]] = {}
    for one, key in goes:
        row = _row(one, key[0], channels[key[0]], settings, now)
        if key not in wanted or _urgency(row) < _urgency(wanted[key]):
            wanted[key] = row
    ids = _all_new(connection, wanted) or _new(connection, list(wanted.values()))
    for key, held in _existing(connection, [key for key in wanted if key not in ids]).items():
        _hasten(connection, held, wanted[key])
        ids[key] = held["id"]
    reasons = {(ids[key], one.search["id"]): _reason(one, ids[key]) for one, key in goes}
    rows = list(reasons.values())
    if not insert_new(connection, REASON, rows):
        upsert(connection, DeliveryReason, rows, ["delivery_id", "search_id"], ["look_id"])


def _lose(connection: Connection, one: Told, channel: str, settings: AlertSettings, now: datetime) -> None:
    """There is no address on the channel: the owner can see what was not told, and why."""
    lost = {"state": str(DeliveryState.FAILED), "error": f"there is no {channel} address"}
    row = _row(one, None, channel, settings, now) | lost
    key = connection.execute(insert(DELIVERY).values(row).returning(DELIVERY.c.id)).scalar_one()
    upsert(connection, DeliveryReason, [_reason(one, key)], ["delivery_id", "search_id"])


def _reason(one: Told, delivery_id: int) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id, "search_id": one.search["id"], "clauses": one.clauses, "look_id": one.look_id,
    }  # fmt: skip


def _places(connection: Connection, part: Sequence[Told]) -> Places:
    wanted = {place for one in part for place in one.places}
    held = select(ADDRESS.c.id, ADDRESS.c.subscriber_id, ADDRESS.c.channel)
    held = held.where(ADDRESS.c.subscriber_id.in_({subscriber_id for subscriber_id, _ in wanted}))
    found: dict[tuple[int, str], list[int]] = {}
    for row in connection.execute(held.order_by(ADDRESS.c.id)):
        found.setdefault((row.subscriber_id, row.channel), []).append(row.id)
    return {place: ids for place, ids in found.items() if place in wanted}


def _row(one: Told, address_id: int | None, channel: str, settings: AlertSettings, now: datetime) -> dict[str, Any]:
    search = one.search
    at = search["weekday"], search["time_of_day"], search["timezone"], search["zone"], search["quiet"]
    due_at, digest_key = _due(one.cadence, *at, settings.baseline_minutes, settings.batch_seconds, now)
    return {
        "subscriber_id": one.search["subscriber_id"], "address_id": address_id, "channel": channel,
        "event_id": one.event_id, "posting_id": one.posting_id, "cadence": str(one.cadence), "digest_key": digest_key,
        "state": str(DeliveryState.PENDING), "created_at": now, "due_at": due_at, "is_possible_repeat": False,
        "error": "",
    }  # fmt: skip


@lru_cache(maxsize=1024)
def _due(
    cadence: str,
    weekday: str,
    time: str,
    timezone: str,
    zone: str,
    quiet: str,
    minutes: int,
    seconds: int,
    now: datetime,
) -> tuple[datetime, str]:  # fmt: skip
    """(when it is due, the key of what it goes out with): the same for thousands that are told at once."""
    if cadence in DIGESTS:
        return next_digest(now, timezone, weekday, time, cadence, zone)
    wait = timedelta(minutes=minutes) if cadence == Cadence.BASELINE else timedelta(seconds=seconds)
    end = quiet_until(now + wait, zone or timezone, quiet)
    return (now + wait, "") if end is None else (end, f"quiet:{end.isoformat()}")  # not with what may go at once


def _urgency(row: Mapping[str, Any]) -> tuple[int, datetime]:
    return _URGENCY[Cadence(row["cadence"])], row["due_at"]


def _all_new(connection: Connection, wanted: Mapping[Key, dict[str, Any]]) -> dict[Key, int]:
    """Insert the deliveries where all of them are new, as nearly always; nothing where not, or on a server."""
    if connection.dialect.name != "sqlite" or not wanted:
        return {}
    rows = [dict(row) for row in wanted.values()]
    ids = numbered(connection, DELIVERY, rows)
    return dict(zip(wanted, ids, strict=True)) if insert_new(connection, DELIVERY, rows) else {}


def _new(connection: Connection, rows: Sequence[dict[str, Any]]) -> dict[Key, int]:
    """Insert the deliveries that there are not yet; returns their ids."""
    if not rows:
        return {}
    insert = insert_into(connection, DELIVERY)
    statement = insert.on_conflict_do_nothing(index_elements=["address_id", "event_id"])
    made = connection.execute(statement.returning(DELIVERY.c.id, DELIVERY.c.address_id, DELIVERY.c.event_id), rows)
    return {(row.address_id, row.event_id): row.id for row in made}


def _existing(connection: Connection, keys: Sequence[Key]) -> dict[Key, RowMapping]:
    found: dict[Key, RowMapping] = {}
    for part in _chunks(keys):
        pair = values(column("address_id", Integer), column("event_id", Integer), name="wanted").data(list(part))
        wanted = pair.cte("wanted")  # joined: SQLite reads the whole table for a list of pairs
        mine = (DELIVERY.c.address_id == wanted.c.address_id) & (DELIVERY.c.event_id == wanted.c.event_id)
        for row in connection.execute(select(DELIVERY).join(wanted, mine)).mappings():
            found[row["address_id"], row["event_id"]] = row
    return found


def _hasten(connection: Connection, row: RowMapping, wanted: Mapping[str, Any]) -> None:
    waits = row["state"] == DeliveryState.PENDING and row["message_id"] is None
    is_more_urgent = waits and _URGENCY[Cadence(wanted["cadence"])] < _URGENCY[Cadence(row["cadence"])]
    if not (is_more_urgent or row["state"] in _AGAIN):
        return
    values = {name: wanted[name] for name in ("cadence", "digest_key", "state", "due_at", "error")}
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == row["id"]).values(values | {"message_id": None}))


def _chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
