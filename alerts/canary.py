"""The canary: a search of the operators' whose digest must arrive daily on every channel, or they are told on another.

It goes the way of all alerts: a saved search, its digest, the outbox. `look` is what the operator's notices, `status`
and the health page go by.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, RowMapping, select, update

import search
from alerts.addresses import operator_addresses
from alerts.channels import read_address
from alerts.empty import PATIENCE, last_period
from alerts.messages import MESSAGE
from alerts.notices import clear_notice, raise_notice
from alerts.searches import SubscriberError, add_search, edit_search, remove_search
from alerts.subscribers import ADDRESS, CANARY, SEARCH, SUBSCRIBER
from models import Cadence, DeliveryState
from settings import OperatorSettings

LATE = timedelta(hours=1)  # after it was due
MAKING = PATIENCE + timedelta(minutes=5)  # an empty one is made only once the outbox's patience is over
CATCHING_UP = timedelta(minutes=5)  # a daemon that begins first makes and sends what was due while it was down
NOTICE = "canary:"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How the canary does on a channel: well, late (`why`), or neither yet."""

    channel: str
    is_well: bool = False
    is_late: bool = False
    why: str = ""
    at: datetime | None = None  # when it arrived last, or was due


def follow(connection: Connection, operator: OperatorSettings, now: datetime) -> None:
    """Keep the canary as the configuration wants it: one search of each operator, on all their channels."""
    held = connection.execute(select(SEARCH).where(SEARCH.c.name == CANARY, SEARCH.c.removed_at.is_(None)))
    rows = {row["subscriber_id"]: row for row in held.mappings()}
    wanted = _channels(operator_addresses(connection, operator.addresses, now)) if operator.canary else {}
    for key in rows.keys() - wanted.keys():
        remove_search(connection, rows[key]["id"], now)
    try:
        query = search.parse_saved(operator.canary) if wanted else None
        for key, channels in wanted.items():
            _keep(connection, rows.get(key), key, operator.canary, query, channels, now)
    except (search.QueryError, SubscriberError) as error:
        raise_notice(connection, f"{NOTICE}search", f"operator.canary cannot be kept: {error}", now)
    else:
        clear_notice(connection, f"{NOTICE}search", now)


def _channels(rows: Iterable[RowMapping]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        mine = found.setdefault(row["subscriber_id"], [])
        if row["state"] == "active" and row["channel"] not in mine:
            mine.append(row["channel"])
    return {key: channels for key, channels in found.items() if channels}


def _keep(
    connection: Connection, row: RowMapping | None, owner: int, text: str, query: search.Query | None,
    channels: list[str], now: datetime,
) -> None:  # fmt: skip
    if row is None:
        row = add_search(connection, owner, text, now, name=CANARY, channels=channels, cadence=Cadence.DAILY,
                         is_always=True, parsed=query)  # type: ignore[assignment]  # fmt: skip
    elif row["query"] != text or list(row["channels"]) != channels:
        edit_search(connection, dict(row), {"query": text, "channels": channels}, query, now)
    assert row is not None
    # what is open already is no news to them
    connection.execute(update(SEARCH).where(SEARCH.c.id == row["id"], SEARCH.c.baseline_at.is_(None))
                       .values(baseline_at=now))  # fmt: skip


def look(
    connection: Connection, operator: OperatorSettings, configured: Collection[str], now: datetime
) -> Iterator[Arrival]:
    """How it does on each configured channel."""
    named = {read_address(one) for one in operator.addresses}
    mine = select(SEARCH, SUBSCRIBER.c.timezone).join(SUBSCRIBER, SUBSCRIBER.c.id == SEARCH.c.subscriber_id)
    mine = mine.where(SEARCH.c.name == CANARY, SEARCH.c.removed_at.is_(None))
    searches = {row["subscriber_id"]: row for row in connection.execute(mine).mappings()}
    held = connection.execute(select(ADDRESS).where(ADDRESS.c.subscriber_id.in_(searches))).mappings().all()
    for channel in configured:
        places = [row for row in held if row["channel"] == channel and (channel, row["address"]) in named]
        if not places:
            yield Arrival(channel, why="no address of an operator's is on it: see [operator] addresses")
            continue
        found = [_arrived(connection, searches[row["subscriber_id"]], row, now) for row in places]
        yield next((one for one in found if one.is_late), found[0])


def _arrived(connection: Connection, row: RowMapping, address: RowMapping, now: datetime) -> Arrival:
    due, key = last_period(row, row["timezone"], now)
    told = select(MESSAGE.c.state, MESSAGE.c.sent_at, MESSAGE.c.error, MESSAGE.c.created_at)
    sent = told.where(MESSAGE.c.key == f"{key}:{address['id']}")
    message = connection.execute(sent).mappings().first()
    channel = address["channel"]
    if message is not None and message["state"] == DeliveryState.SENT:
        return Arrival(channel, is_well=True, at=message["sent_at"])
    if now < _latest(due, message, address) or row["created_at"] > due:
        return Arrival(channel, is_well=row["created_at"] <= due, why="it is under way", at=due)
    why = f"it did not arrive, due at {due:%Y-%m-%d %H:%M} UTC: {_why(message, address)}"
    return Arrival(channel, is_late=True, why=why, at=due)


def _latest(due: datetime, message: Mapping[Any, Any] | None, address: Mapping[Any, Any]) -> datetime:
    """Until when it is under way: what was not made in its time, for a daemon that stood still or an address that came
    later, has as long from then."""
    if message is not None:
        return max(due, cast("datetime", message["created_at"])) + LATE
    return max(due, cast("datetime", address["changed_at"])) + MAKING if address["state"] == "active" else due + LATE


def _why(message: Mapping[Any, Any] | None, address: Mapping[Any, Any]) -> str:
    if address["state"] != "active":
        return f"the address is {address['state']}: {address['reason']}"
    if message is None:
        return "no message was made; does the daemon run, and is the operator stopped or the search paused?"
    return f"its message is {message['state']}" + (f": {message['error']}" if message["error"] else "")


def note(
    connection: Connection, operator: OperatorSettings, configured: Collection[str], now: datetime,
    began: datetime | None = None,
) -> None:  # fmt: skip
    """Raise and clear the operator's notices: those go to all their addresses, so to another channel too.

    `began`: when the daemon did, which is told of nothing late before it had the time to catch up.
    """
    catches_up = began is not None and now - began < CATCHING_UP
    for one in look(connection, operator, configured, now) if operator.canary else ():
        if one.is_late and not catches_up:
            raise_notice(connection, f"{NOTICE}{one.channel}", f"The canary of {one.channel}: {one.why}", now)
        elif one.is_well and not one.why:  # it did arrive: today's being under way says nothing of yesterday's trouble
            clear_notice(connection, f"{NOTICE}{one.channel}", now, f"the canary of {one.channel} arrived again")
