"""Writing deliveries: one a subscriber, channel and event, the most urgent cadence wins; the reasons beneath it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, select, tuple_, update

from alerts.cadence import next_digest
from database import table_of, upsert
from models import Cadence, Delivery, DeliveryReason, DeliveryState
from settings import AlertSettings

DELIVERY = table_of(Delivery)
_URGENCY = {Cadence.INSTANT: 0, Cadence.BASELINE: 1, Cadence.WEEKLY: 2}
CHUNK = 500

Key = tuple[int, str, int]  # subscriber, channel, event


@dataclass(slots=True)
class Told:
    """A search tells of an event of a posting. `search` is a row of saved_search with the owner's `timezone`."""

    search: RowMapping
    event_id: int
    posting_id: int
    cadence: str
    clauses: list[dict[str, Any]] = field(default_factory=list)
    look_id: int | None = None  # of the first look that found it

    @property
    def keys(self) -> list[Key]:
        return [(self.search["subscriber_id"], channel, self.event_id) for channel in self.search["channels"]]


def store(connection: Connection, told: Sequence[Told], settings: AlertSettings, now: datetime) -> None:
    """Write deliveries and reasons. One that exists is left alone, unless it still waits and this is more urgent, or
    it was cancelled."""
    for start in range(0, len(told), CHUNK):
        part = told[start : start + CHUNK]
        wanted = _wanted(part, settings, now)
        existing = _existing(connection, list(wanted))
        upsert(connection, Delivery, [wanted[key] for key in wanted if key not in existing],
               ["subscriber_id", "channel", "event_id"])  # fmt: skip
        for key, row in existing.items():
            _hasten(connection, row, wanted[key])
        ids = {key: row["id"] for key, row in _existing(connection, list(wanted)).items()}
        reasons = {
            (ids[key], one.search["id"]): {
                "delivery_id": ids[key], "search_id": one.search["id"], "clauses": one.clauses,
                "look_id": one.look_id,
            }
            for one in part
            for key in one.keys
        }  # fmt: skip
        upsert(connection, DeliveryReason, list(reasons.values()), ["delivery_id", "search_id"], ["look_id"])


def _wanted(told: Iterable[Told], settings: AlertSettings, now: datetime) -> dict[Key, dict[str, Any]]:
    wanted: dict[Key, dict[str, Any]] = {}
    for one in told:
        for key in one.keys:
            row = _row(one, key, settings, now)
            if key not in wanted or _urgency(row) < _urgency(wanted[key]):
                wanted[key] = row
    return wanted


def _row(one: Told, key: Key, settings: AlertSettings, now: datetime) -> dict[str, Any]:
    due_at, digest_key = _due(one, settings, now)
    subscriber_id, channel, event_id = key
    return {
        "subscriber_id": subscriber_id, "channel": channel, "event_id": event_id, "posting_id": one.posting_id,
        "cadence": str(one.cadence), "digest_key": digest_key, "state": str(DeliveryState.PENDING),
        "created_at": now, "due_at": due_at, "error": "",
    }  # fmt: skip


def _due(one: Told, settings: AlertSettings, now: datetime) -> tuple[datetime, str]:
    if one.cadence == Cadence.WEEKLY:
        return next_digest(now, one.search["timezone"], one.search["weekday"], one.search["time_of_day"])
    if one.cadence == Cadence.BASELINE:
        return now + timedelta(minutes=settings.baseline_minutes), ""
    return now + timedelta(seconds=settings.batch_seconds), ""


def _urgency(row: Mapping[str, Any]) -> tuple[int, datetime]:
    return _URGENCY[Cadence(row["cadence"])], row["due_at"]


def _existing(connection: Connection, keys: Sequence[Key]) -> dict[Key, RowMapping]:
    table = DELIVERY.c
    found: dict[Key, RowMapping] = {}
    for part in _chunks(keys):
        mine = tuple_(table.subscriber_id, table.channel, table.event_id).in_(part)
        for row in connection.execute(select(DELIVERY).where(mine)).mappings():
            found[row["subscriber_id"], row["channel"], row["event_id"]] = row
    return found


def _hasten(connection: Connection, row: RowMapping, wanted: Mapping[str, Any]) -> None:
    waits = row["state"] == DeliveryState.PENDING and row["message_id"] is None
    is_more_urgent = waits and _URGENCY[Cadence(wanted["cadence"])] < _URGENCY[Cadence(row["cadence"])]
    if not (is_more_urgent or row["state"] == DeliveryState.CANCELLED):
        return
    values = {name: wanted[name] for name in ("cadence", "digest_key", "state", "due_at", "error")}
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == row["id"]).values(values | {"message_id": None}))


def _chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
