"""Saved searches: add, edit, list, pause, remove, stop, within a transaction of the caller's. What people write is
saved by `alerts.saving`, which all of them use."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, exists, func, insert, select, update

import search
from alerts.addresses import add_address, find_by_address, move_address, reach_again, remove_address, set_address
from alerts.cadence import DIGESTS, read_quiet, read_time_of_day, read_weekday, zone
from alerts.channels import CHANNELS
from alerts.invitations import invite, invite_link, redeem
from alerts.kinds import read_kinds
from alerts.looked import chunks
from alerts.notices import clear_notice
from alerts.subscribers import (
    ADDRESS,
    CANARY,
    DELIVERY,
    MOST_NAMES,
    REASON,
    SEARCH,
    SUBSCRIBER,
    SubscriberError,
    add_subscriber,
    cancel,
    find_subscriber,
    hint,
    list_subscribers,
    resume,
    stop_all,
    without_active_search,
)
from alerts.wording import quoted
from database import table_of, upsert
from models import Cadence, DeliveryState, SearchReview, TimedSearch
from search.passing import facts_in, grown_into

__all__ = [
    "SubscriberError", "add_address", "add_search", "add_subscriber", "edit_search", "find_by_address", "find_search",
    "find_subscriber", "hold", "invite", "invite_link", "list_searches", "list_subscribers", "move_address",
    "pause_search", "reach_again", "reached_by", "redeem", "remove_address", "remove_search", "resume", "resume_search",
    "set_address", "stop", "usual_channels", "waiting_of", "watch_time",
]  # fmt: skip

TIMED = table_of(TimedSearch)
WAITING = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)
MAX_SEARCHES = 50
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # not every database takes them
_CHANGEABLE = ("query", "name", "channels", "cadence", "weekday", "time_of_day", "quiet", "zone", "events", "is_always")


def add_search(
    connection: Connection,
    subscriber_id: int,
    query: str,
    now: datetime,
    *,
    name: str = "",
    channels: Sequence[str] = (),
    cadence: str = Cadence.INSTANT,
    weekday: str = "mon",
    time_of_day: str = "08:00",
    events: Sequence[str] = (),
    is_always: bool = False,
    quiet: str = "",
    own_zone: str = "",
    parsed: search.Query | None = None,
) -> dict[str, Any]:
    """Save a search and return its row; without `channels` it goes where its owner's others go.

    `quiet`: local hours in which nothing of it is sent at once, `22:00-07:00`; `own_zone`: its time zone, where that is
    not its owner's; `is_always`: its digest goes out though nothing happened. `parsed`: as what the caller has read the
    query, before the transaction. Raises search.QueryError on the query, SubscriberError on the rest.
    """
    parsed = parsed or search.parse_saved(query)
    _check_count(connection, subscriber_id)
    kinds = _events(events)
    times = read_times(cadence, weekday, time_of_day, quiet, own_zone)
    row = {
        "public_id": secrets.token_urlsafe(9), "subscriber_id": subscriber_id, "query": query.strip(),
        "facts": facts_in(parsed),
        "name": _free_name(connection, subscriber_id, name.strip() or query.strip()),
        "channels": _channels(connection, subscriber_id, channels), "events": kinds,
        "is_always": is_always, "created_at": now, **times,
    }  # fmt: skip
    saved = dict(connection.execute(insert(SEARCH).values(row).returning(SEARCH)).mappings().one())
    watch_time(connection, saved["id"], parsed, now)
    return saved


def edit_search(
    connection: Connection,
    row: Mapping[str, Any],
    changes: Mapping[str, Any],
    parsed: search.Query | None,
    now: datetime,
    outdated: Sequence[int] = (),
) -> dict[str, Any]:
    """Change a search; returns its row. A new query looks anew at what is open, and tells what it did not tell yet.

    `changes`: query (with it, as what it was `parsed`), name, channels, cadence, weekday, time_of_day, quiet, zone,
    events, is_always. `outdated`: deliveries that wait, of what a new query leaves out. Raises SubscriberError.
    """
    wanted = {name: row[name] for name in _CHANGEABLE} | dict(changes)
    wanted["events"] = _events(wanted["events"])
    wanted |= read_times(*(wanted[name] for name in ("cadence", "weekday", "time_of_day", "quiet", "zone")))
    hold(connection, row["subscriber_id"])
    if "channels" in changes:
        wanted["channels"] = _channels(connection, row["subscriber_id"], wanted["channels"])
    if wanted["name"] != row["name"]:
        wanted["name"] = _free_name(connection, row["subscriber_id"], wanted["name"] or wanted["query"], row["name"])
    if wanted["query"] != row["query"] and parsed is not None:
        wanted |= {"baseline_at": None, "facts": facts_in(parsed)}
        connection.execute(delete(TIMED).where(TIMED.c.search_id == row["id"]))
        watch_time(connection, row["id"], parsed, now)
    for part in chunks(outdated):
        _leave_out(connection, row["id"], part)
    looked_at = {"search_id": row["id"], "reviewed_at": now, "asked_at": None}
    upsert(connection, SearchReview, [looked_at], ["search_id"], ["reviewed_at"])
    changed = update(SEARCH).where(SEARCH.c.id == row["id"]).values(wanted).returning(SEARCH)
    return dict(connection.execute(changed).mappings().one())


def waiting_of(connection: Connection, search_id: int) -> Sequence[RowMapping]:
    """(id, posting_id, created_at) of the deliveries that wait to tell of this search."""
    mine = select(DELIVERY.c.id, DELIVERY.c.posting_id, DELIVERY.c.created_at)
    mine = mine.join(REASON, REASON.c.delivery_id == DELIVERY.c.id).where(REASON.c.search_id == search_id)
    return connection.execute(mine.where(DELIVERY.c.state.in_(WAITING))).mappings().all()


def _leave_out(connection: Connection, search_id: int, delivery_ids: Sequence[int]) -> None:
    """Let these deliveries tell of the search no more; those that tell of no other are cancelled."""
    these, reason = REASON.c.delivery_id.in_(delivery_ids), REASON.alias()
    other = (reason.c.delivery_id == DELIVERY.c.id) & (reason.c.search_id != search_id)
    cancel(connection, DELIVERY.c.id.in_(delivery_ids) & ~exists().where(other), "the search was changed")
    kept = select(DELIVERY.c.id).where(DELIVERY.c.id.in_(delivery_ids), DELIVERY.c.state.in_(WAITING))
    connection.execute(delete(REASON).where(these, REASON.c.search_id == search_id, REASON.c.delivery_id.in_(kept)))


def watch_time(connection: Connection, search_id: int, query: search.Query, now: datetime) -> None:
    """Note a search that postings come to match by growing older: it is looked for them daily."""
    if grown_into(query):
        connection.execute(insert(TIMED).values(search_id=search_id, looked_at=now))


def list_searches(connection: Connection, subscriber_id: int | None = None) -> list[dict[str, Any]]:
    """The searches of one person, or everybody's, oldest first; removed ones are left out."""
    alive = select(SEARCH).where(SEARCH.c.removed_at.is_(None)).order_by(SEARCH.c.id)
    if subscriber_id is not None:
        alive = alive.where(SEARCH.c.subscriber_id == subscriber_id)
    return [dict(row) for row in connection.execute(alive).mappings()]


def find_search(connection: Connection, which: str, subscriber_id: int | None = None) -> dict[str, Any]:
    """The search of a public id or a name; of this person, if one is named. Raises SubscriberError."""
    meant = ((SEARCH.c.public_id == which) | (SEARCH.c.name == which)) & SEARCH.c.removed_at.is_(None)
    if subscriber_id is not None:
        meant &= SEARCH.c.subscriber_id == subscriber_id
    found = connection.execute(select(SEARCH).where(meant)).mappings().all()
    if not found:
        alive = SEARCH.c.removed_at.is_(None)
        owned = alive if subscriber_id is None else alive & (SEARCH.c.subscriber_id == subscriber_id)
        names = connection.execute(select(SEARCH.c.name).where(owned).limit(MOST_NAMES)).scalars()
        raise SubscriberError(f"no search is called {which!r}; {hint(which, names, 'searches list')}")
    if len(found) > 1:
        raise SubscriberError(f"several searches are called {which!r}; list them to see their ids")
    return dict(found[0])


def remove_search(connection: Connection, search_id: int, now: datetime) -> None:
    """Remove it for good; what it had waiting is cancelled, and its name is free again."""
    row = connection.execute(select(SEARCH).where(SEARCH.c.id == search_id)).mappings().one()
    hold(connection, row["subscriber_id"])
    name = f"{row['name']} (removed {row['public_id']})"
    connection.execute(update(SEARCH).where(SEARCH.c.id == search_id).values(removed_at=now, name=name))
    connection.execute(delete(TIMED).where(TIMED.c.search_id == search_id))
    _cancel_of(connection, search_id, "the search was removed")
    clear_notice(connection, f"telling:{search_id}", now)  # nothing will be told of it that could end it


def pause_search(connection: Connection, search_id: int, now: datetime) -> None:
    """Send nothing of it until it is resumed."""
    row = connection.execute(select(SEARCH.c.subscriber_id).where(SEARCH.c.id == search_id)).one()
    hold(connection, row[0])
    connection.execute(update(SEARCH).where(SEARCH.c.id == search_id).values(paused_at=now))
    _cancel_of(connection, search_id, "the search was paused")


def resume_search(connection: Connection, search_id: int) -> None:
    """Go on; what opened meanwhile and is still open is told in one message."""
    connection.execute(update(SEARCH).where(SEARCH.c.id == search_id).values(paused_at=None, baseline_at=None))


def stop(connection: Connection, subscriber_id: int, search_public_id: str | None, now: datetime) -> str:
    """Unsubscribe from one search, or from everything; says what was stopped. Asking twice does no harm."""
    if search_public_id is None:
        stop_all(connection, subscriber_id, now)
        return "everything"
    own = (SEARCH.c.public_id == search_public_id) & (SEARCH.c.subscriber_id == subscriber_id)
    row = connection.execute(select(SEARCH.c.id, SEARCH.c.name, SEARCH.c.removed_at).where(own)).first()
    if row is None:
        raise SubscriberError("this search does not exist any more")
    if row.removed_at is None:
        remove_search(connection, row.id, now)
    return f"the search {row.name.partition(' (removed ')[0]!r}"


def checked_times(row: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, str]:
    """When a search would speak with these changes. Raises SubscriberError."""
    wanted = {name: row[name] for name in ("cadence", "weekday", "time_of_day", "quiet", "zone")} | dict(changes)
    return read_times(*(wanted[name] for name in ("cadence", "weekday", "time_of_day", "quiet", "zone")))


def read_times(cadence: str, weekday: str, time_of_day: str, quiet: str, own_zone: str) -> dict[str, str]:
    """When a search speaks, as its row says it. Raises SubscriberError."""
    if cadence not in (Cadence.INSTANT, *DIGESTS):
        raise SubscriberError(f"unknown cadence {quoted(cadence)}; instant, daily or weekly")
    try:
        day, at, hours = read_weekday(weekday), read_time_of_day(time_of_day), read_quiet(quiet)
        own_zone = zone(own_zone).key if own_zone else ""
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    shown = f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else ""
    return {"cadence": str(cadence), "weekday": day, "time_of_day": f"{at:%H:%M}", "quiet": shown, "zone": own_zone}


def _events(words: Sequence[str]) -> list[str]:
    try:
        return read_kinds(words)
    except ValueError as error:
        raise SubscriberError(str(error)) from None


def _check_count(connection: Connection, subscriber_id: int) -> None:
    own = select(func.count()).select_from(SEARCH).where(SEARCH.c.removed_at.is_(None))
    if connection.execute(own.where(SEARCH.c.subscriber_id == subscriber_id)).scalar_one() >= MAX_SEARCHES:
        raise SubscriberError(f"there are {MAX_SEARCHES} searches already, the most a person can have; remove one")


def _channels(connection: Connection, subscriber_id: int, asked: Sequence[str]) -> list[str]:
    if unknown := [name for name in asked if name not in CHANNELS]:
        raise SubscriberError(f"unknown channel {quoted(unknown[0])}; one of {', '.join(CHANNELS)}")
    reached = reached_by(connection, subscriber_id)
    missing = [name for name in asked if name not in reached]
    if missing or not reached:
        wanted = missing[0] if missing else " or ".join(CHANNELS)
        raise SubscriberError(f"there is no active {wanted} address; give one first")
    return list(dict.fromkeys(asked)) or usual_channels(connection, subscriber_id)


def reached_by(connection: Connection, subscriber_id: int) -> list[str]:
    """The channels of a person's addresses that take messages."""
    own = select(ADDRESS.c.channel).where(ADDRESS.c.subscriber_id == subscriber_id, ADDRESS.c.state == "active")
    held = set(connection.execute(own).scalars())
    return [name for name in CHANNELS if name in held]


def usual_channels(connection: Connection, subscriber_id: int) -> list[str]:
    """Where a search goes if nobody says: where the person's other searches go; without any, wherever they are
    reached."""
    mine = select(SEARCH.c.channels).where(SEARCH.c.subscriber_id == subscriber_id, SEARCH.c.removed_at.is_(None))
    used = {name for channels in connection.execute(mine.where(SEARCH.c.name != CANARY)).scalars() for name in channels}
    reached = reached_by(connection, subscriber_id)
    return [name for name in reached if name in used] or reached


def _free_name(connection: Connection, subscriber_id: int, wish: str, own: str = "") -> str:
    whole = " ".join(_CONTROL.sub(" ", wish).split())
    wish = whole if len(whole) <= 60 else f"{whole[:59].rstrip()}…"
    if wish == own:
        return wish
    taken = set(connection.execute(select(SEARCH.c.name).where(SEARCH.c.subscriber_id == subscriber_id)).scalars())
    if wish not in taken:
        return wish
    return next(f"{wish} {number}" for number in range(2, len(taken) + 3) if f"{wish} {number}" not in taken)


def hold(connection: Connection, subscriber_id: int) -> None:
    """Wait for a claim of this person's messages to end, and keep the next one waiting until we commit."""
    connection.execute(select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.id == subscriber_id).with_for_update(key_share=True))


def _cancel_of(connection: Connection, search_id: int, why: str) -> None:
    told = select(REASON.c.delivery_id).where(REASON.c.search_id == search_id)
    cancel(connection, DELIVERY.c.id.in_(told) & without_active_search(), why)
