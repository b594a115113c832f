"""From due deliveries to messages: what goes out in one piece, and when. Every function works in the caller's
transaction."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, RowMapping, and_, bindparam, exists, func, insert, literal_column, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.sql.elements import ColumnElement

from alerts import limits
from alerts.addresses import operator_addresses
from alerts.cadence import DIGESTS, digest_after
from alerts.channels import CHANNELS
from alerts.notices import clear_notice, raise_notice, take_due
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER, cancel, lock_bundling
from database import table_of, upsert
from models import Cadence, DeliveryState, Message
from settings import AlertSettings, OperatorSettings

INSTANT_PER_HOUR = 12  # more than these wait for company: a storm becomes few messages
GROUPS = 100  # in one transaction
AT_LEAST = timedelta(seconds=30)  # what has to wait is not looked at before
SEEN = 1000  # due deliveries looked at to find those groups
TO_OPERATORS = "notice:"  # how the keys of their messages begin
COUNTED = 1000  # waiting messages of a channel that is off
MESSAGE = table_of(Message)
# written out, not bound: only so do both engines see that their partial indexes serve
UNBUNDLED = (DELIVERY.c.state == literal_column("'pending'")) & DELIVERY.c.message_id.is_(None)
_OPEN = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
_UNSENT = (DeliveryState.CANCELLED, DeliveryState.FAILED)
_DEFAULTS = {"attempts": 0, "lease": "", "is_possible_repeat": False, "provider_id": "", "error": ""}
log = structlog.get_logger(__name__)

Row = RowMapping | Mapping[str, Any]
Group = RowMapping  # an address's deliveries of one cadence and digest key, by its first due one
Reach = Mapping[int, RowMapping]  # each address with its owner


def bundle(
    connection: Connection, settings: AlertSettings, now: datetime, whose: int | None = None
) -> tuple[int, bool]:
    """Bundle some of what is due, of one person where one is named: (messages made, whether more may be due)."""
    lock_bundling(connection)
    groups, is_more = _due_groups(connection, now, whose)
    try:
        with connection.begin_nested():
            made = _bundle(connection, groups, settings, now)
    except Exception as error:
        if _is_the_databases(error):
            raise
        log.exception("outbox.bundling_failed", groups=len(groups))
        made = sum(_bundle_alone(connection, group, settings, now) for group in groups)
    return made, is_more


def _bundle_alone(connection: Connection, group: Group, settings: AlertSettings, now: datetime) -> int:
    """One poisonous group must not keep the rest: it is set aside and the operator is told."""
    try:
        with connection.begin_nested():
            return _bundle(connection, [group], settings, now)
    except Exception as error:
        if _is_the_databases(error):
            raise
        log.exception("outbox.group_failed", address_id=group["address_id"], cadence=group["cadence"])
        _set_aside(connection, group, f"cannot be bundled: {type(error).__name__}: {error}"[:500], now)
        return 0


def _is_the_databases(error: Exception) -> bool:
    """Disk full, server gone, deadlock: no group is to blame, and all are still due at the next turn."""
    return isinstance(error, OperationalError | InterfaceError)


def _set_aside(connection: Connection, group: Group, reason: str, now: datetime) -> None:
    row = _message(group, f"aside:{secrets.token_hex(8)}", now) | {"state": str(DeliveryState.FAILED), "error": reason}
    key = connection.execute(insert(MESSAGE).values(row).returning(MESSAGE.c.id)).scalar_one()
    values = {"state": DeliveryState.FAILED, "error": reason, "message_id": key}
    count = connection.execute(update(DELIVERY).where(_of(group)).values(values)).rowcount
    words = f"{count} deliveries ({group['cadence']}, {group['channel']}) were set aside as message {key}: {reason}"
    raise_notice(connection, f"group:{key}", words, now)


# --- groups --------------------------------------------------------------------------------------------------------


def _due_groups(connection: Connection, now: datetime, whose: int | None) -> tuple[list[Group], bool]:
    """(the groups of those due longest, whether there may be others). Whoever handles one takes all of it that is due
    out of this view."""
    of = DELIVERY.c
    due = select(of.address_id, of.subscriber_id, of.channel, of.cadence, of.digest_key).where(UNBUNDLED)
    due = due.where(of.due_at <= now).order_by(of.due_at).limit(SEEN)
    if whose is not None:
        due = due.where(of.subscriber_id == whose)
    rows = connection.execute(due).mappings().all()
    found = list({tuple(row.values()): row for row in rows}.values())
    return found[:GROUPS], len(rows) == SEEN or len(found) > GROUPS


def _of(group: Group) -> ColumnElement[bool]:
    mine = and_(DELIVERY.c.address_id == group["address_id"], DELIVERY.c.cadence == group["cadence"])
    return and_(mine, DELIVERY.c.digest_key == group["digest_key"], UNBUNDLED)


def _bundle(connection: Connection, groups: Sequence[Group], settings: AlertSettings, now: datetime) -> int:
    reach = _reach(connection, groups)
    reached = [group for group in groups if not _is_refused(connection, group, reach)]
    instant = [group for group in reached if group["cadence"] == Cadence.INSTANT]
    periodic = [group for group in reached if group["cadence"] in DIGESTS]
    other = [group for group in reached if group["cadence"] not in (Cadence.INSTANT, *DIGESTS)]
    instant = _within_limit(connection, instant, settings, now)
    ready = _instant(connection, instant, now) + [one for one in other if _is_quiet(connection, one, settings, now)]
    keys = [f"{group['cadence']}:{group['address_id']}:{secrets.token_hex(8)}" for group in ready]
    digests = _digests(connection, periodic, reach, now)
    _make(connection, [*ready, *digests], [*keys, *(_digest_key(group) for group in digests)], now)
    return len(ready) + len(digests)


def _reach(connection: Connection, groups: Iterable[Group]) -> Reach:
    wanted = ADDRESS.c.id.in_({group["address_id"] for group in groups})
    held = select(ADDRESS, SUBSCRIBER.c.timezone, SUBSCRIBER.c.stopped_at).where(wanted)
    found = connection.execute(held.join(SUBSCRIBER, SUBSCRIBER.c.id == ADDRESS.c.subscriber_id)).mappings()
    return {row["id"]: row for row in found}


def _is_refused(connection: Connection, group: Group, reach: Reach) -> bool:
    """End what cannot go out: its owner stopped, or the address is of no use."""
    owner = reach.get(group["address_id"])
    if owner is not None and owner["stopped_at"] is not None:
        cancel(connection, _of(group), "the subscriber stopped everything")
        return True
    if owner is not None and owner["state"] == "active":
        return False
    reason = "there is no address"
    if owner is not None:
        reason = f"the {group['channel']} address is {owner['state']}: {owner['reason']}"
    connection.execute(update(DELIVERY).where(_of(group)).values(state=DeliveryState.FAILED, error=reason))
    return True


def _hold(connection: Connection, group: Group, until: datetime, now: datetime) -> None:
    """Look at what is due of it again at that time."""
    due = _of(group) & (DELIVERY.c.due_at <= now)
    connection.execute(update(DELIVERY).where(due).values(due_at=until))


def _is_quiet(connection: Connection, group: Group, settings: AlertSettings, now: datetime) -> bool:
    """A first crawl goes on for a while: wait until nothing more comes, but not for ever."""
    last = connection.execute(select(func.max(DELIVERY.c.due_at)).where(_of(group))).scalar_one()
    if last <= now:
        return True
    first = connection.execute(select(func.min(DELIVERY.c.created_at)).where(_of(group))).scalar_one()
    end = first + timedelta(minutes=settings.baseline_minutes * 6)
    if end > now:
        _hold(connection, group, min(last, end), now)  # to the last of them, no later: two halves would hold each other
    return bool(end <= now)


def _within_limit(
    connection: Connection, groups: Sequence[Group], settings: AlertSettings, now: datetime
) -> list[Group]:
    """Those of people who have not had their share of the day; the others' wait for the morning, and they are told."""
    full = limits.over_limit(connection, {one["subscriber_id"] for one in groups}, settings.daily_messages, now)
    for group in groups:
        if (zone := full.get(group["subscriber_id"])) is not None:
            at = limits.morning(connection, _of(group), zone, now)
            connection.execute(update(DELIVERY).where(_of(group)).values(limits.put_off(zone, at, now)))
            day, words = limits.told(settings.daily_messages, zone, at, now)
            address = {"id": group["address_id"], **group}
            add_message(connection, f"limit:{group['address_id']}:{day}", address, Cadence.NOTICE, now, words)
    return [group for group in groups if group["subscriber_id"] not in full]


def _instant(connection: Connection, groups: Sequence[Group], now: datetime) -> list[Group]:
    """Those that may go; while one is under way, or many went out within the hour, matches gather for the next."""
    mine = MESSAGE.c.address_id.in_([group["address_id"] for group in groups])
    instant = select(MESSAGE.c.address_id, MESSAGE.c.next_at, MESSAGE.c.created_at)
    instant = instant.where(mine, MESSAGE.c.cadence == Cadence.INSTANT)
    until: dict[int, datetime] = {}
    made: dict[int, list[datetime]] = {}
    if groups:
        for row in connection.execute(instant.where(MESSAGE.c.created_at > now - timedelta(hours=1))):
            made.setdefault(row.address_id, []).append(row.created_at)
        for row in connection.execute(instant.where(MESSAGE.c.state.in_(_OPEN))):
            until[row.address_id] = row.next_at
    for key, times in made.items():
        if len(times) >= INSTANT_PER_HOUR:
            until[key] = max(until.get(key, now), sorted(times)[-INSTANT_PER_HOUR] + timedelta(hours=1))
    for group in groups:
        if group["address_id"] in until:
            _hold(connection, group, max(until[group["address_id"]], now + AT_LEAST), now)
    return [group for group in groups if group["address_id"] not in until]


# --- digests -------------------------------------------------------------------------------------------------------


def _digest_key(group: Group) -> str:
    return f"{group['digest_key']}:{group['address_id']}"


def _digests(connection: Connection, groups: Sequence[Group], reach: Reach, now: datetime) -> list[Group]:
    """Those whose period has had no digest; one that was cancelled or given up does not count as one."""
    keys = [_digest_key(group) for group in groups]
    held = select(MESSAGE.c.key, MESSAGE.c.id, MESSAGE.c.state).where(MESSAGE.c.key.in_(keys))
    existing = {row.key: row for row in connection.execute(held)}
    went_out = {key for key, row in existing.items() if row.state not in _UNSENT}
    for key, row in existing.items():
        if key not in went_out:  # its name is free again
            connection.execute(update(MESSAGE).where(MESSAGE.c.id == row.id).values(key=f"{key}:{row.id}"))
    for group in groups:
        if _digest_key(group) in went_out:
            values = _next_period(group, reach[group["address_id"]]["timezone"], now)
            connection.execute(update(DELIVERY).where(_of(group)).values(values))
    return [group for group in groups if _digest_key(group) not in went_out]


def _next_period(group: Group, timezone: str, now: datetime) -> dict[str, Any]:
    """This period's digest went out already (the subscriber moved to another time zone): the next takes it."""
    due_at, key = digest_after(now, timezone, group["digest_key"])
    if key == group["digest_key"]:
        due_at, key = digest_after(due_at, timezone, group["digest_key"])
    return {"due_at": due_at, "digest_key": key}


# --- messages ------------------------------------------------------------------------------------------------------


def _make(connection: Connection, groups: Sequence[Group], keys: Sequence[str], now: datetime) -> None:
    if not groups:
        return
    rows = [_message(group, key, now) for group, key in zip(groups, keys, strict=True)]
    made = insert(MESSAGE).returning(MESSAGE.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(made, rows).scalars())
    mine = (DELIVERY.c.address_id == bindparam("address")) & (DELIVERY.c.cadence == bindparam("of_cadence"))
    mine &= (DELIVERY.c.digest_key == bindparam("period")) & UNBUNDLED
    bundled = [
        {"address": group["address_id"], "of_cadence": group["cadence"], "period": group["digest_key"], "made": key}
        for group, key in zip(groups, ids, strict=True)
    ]
    connection.execute(update(DELIVERY).where(mine).values(message_id=bindparam("made")), bundled)
    told_before = exists().where(DELIVERY.c.message_id == MESSAGE.c.id, DELIVERY.c.is_possible_repeat)
    connection.execute(update(MESSAGE).where(MESSAGE.c.id.in_(ids), told_before).values(is_possible_repeat=True))


def _message(group: Group, key: str, now: datetime) -> dict[str, Any]:
    address = {"id": group["address_id"], "subscriber_id": group["subscriber_id"], "channel": group["channel"]}
    return _row(key, address, group["cadence"], now)


def _row(key: str, address: Row, cadence: str, now: datetime, words: str = "") -> dict[str, Any]:
    return _DEFAULTS | {
        "key": key, "subscriber_id": address["subscriber_id"], "address_id": address["id"],
        "channel": address["channel"], "cadence": str(cadence), "text": words, "state": str(DeliveryState.PENDING),
        "created_at": now, "next_at": now,
    }  # fmt: skip


def add_message(connection: Connection, key: str, address: Row, cadence: str, now: datetime, words: str = "") -> None:
    """A message to send now to an address (its row), unless one of that key exists."""
    upsert(connection, Message, [_row(key, address, cadence, now, words)], ["key"])


def tell_of_absent_channels(connection: Connection, configured: Collection[str], now: datetime) -> None:
    """Messages for a channel that is switched off wait; the operator hears of it, since nobody else would."""
    for channel in CHANNELS:
        if channel not in configured:  # nobody is going to see it work
            clear_notice(connection, f"channel:{channel}", now)
        if channel in configured or not (count := _waiting(connection, channel)):
            clear_notice(connection, f"channel-off:{channel}", now)
            continue
        shown = f"{count} messages wait" if count < COUNTED else f"{COUNTED} messages or more wait"
        words = f"{shown} for the channel {channel}, which is not configured: see config.toml"
        raise_notice(connection, f"channel-off:{channel}", words, now)


def _waiting(connection: Connection, channel: str) -> int:
    waiting = select(MESSAGE.c.id).where(MESSAGE.c.channel == channel, MESSAGE.c.state == DeliveryState.PENDING)
    return connection.execute(select(func.count()).select_from(waiting.limit(COUNTED).subquery())).scalar_one()


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


def make_notices(connection: Connection, operator: OperatorSettings, now: datetime) -> int:
    """One message of all that the operators are to be told now, to each of their addresses."""
    if not operator.addresses:
        return 0
    told = take_due(connection, timedelta(minutes=operator.gather_minutes), now)
    if not told:
        return 0
    words = "\n".join(told)
    for row in operator_addresses(connection, operator.addresses, now):
        key = f"{TO_OPERATORS}{now.isoformat()}:{row['id']}"
        add_message(connection, key, row, Cadence.NOTICE, now, words)
    return len(operator.addresses)
