"""What became of each message: claims with a lease, and their outcomes. Every function works in the caller's
transaction; a claim whose lease another has taken can record nothing."""

import random
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, or_, select, tuple_, union, update
from sqlalchemy.sql.elements import ColumnElement

from alerts import contents, sifting
from alerts.channels import ChannelError, Outcome
from alerts.consequences import disable, follow_up, mark_maybe_told
from alerts.contents import MAYBE_TOLD
from alerts.envelopes import Claim, Contents
from alerts.messages import MESSAGE
from alerts.notices import clear_notice, raise_notice
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER, cancel
from models import Cadence, DeliveryState
from settings import AlertSettings

CHAT_PACE = timedelta(seconds=1.1)  # Telegram takes one message a second and chat
GIVE_UP_AFTER = timedelta(hours=48)
_FIRST_WAIT, _LONGEST_WAIT = 30.0, 3600.0  # seconds
_WAITS = (DeliveryState.PENDING, DeliveryState.UNCERTAIN)
_HELD = (DeliveryState.CLAIMED, DeliveryState.SENDING)


# --- claiming ------------------------------------------------------------------------------------------------------


def claim(
    connection: Connection, channel: str, settings: AlertSettings, now: datetime, limit: int
) -> tuple[list[Claim], int]:
    """(messages of a channel to send now, number of those ended instead). At most one an address."""
    due = _due(connection, channel, now, limit)
    owners = _owners(connection, due)
    ended = {row["id"] for row in due if _is_ended(connection, row, owners.get(row["address_id"]))}
    mine = [row for row in due if row["id"] not in ended]
    lease = secrets.token_hex(8)
    is_repeat = MESSAGE.c.is_possible_repeat | MESSAGE.c.state.in_(MAYBE_TOLD)
    values = {"state": DeliveryState.CLAIMED, "lease": lease, "is_possible_repeat": is_repeat,
              "lease_until": now + timedelta(seconds=settings.lease_seconds)}  # fmt: skip
    if mine:
        connection.execute(update(MESSAGE).where(MESSAGE.c.id.in_([row["id"] for row in mine])).values(values))
    return [_claimed(row, owners[row["address_id"]], lease) for row in mine], len(ended)


def _claimed(row: RowMapping, owner: RowMapping, lease: str) -> Claim:
    is_repeat = row["is_possible_repeat"] or row["state"] in MAYBE_TOLD
    return Claim(row, owner["address"], owner["timezone"], is_repeat, lease)


def _due(connection: Connection, channel: str, now: datetime, limit: int) -> list[RowMapping]:
    """By an index in the order of their time, so that it costs what is taken and not all that is due."""
    busy = _busy(connection, channel, now)
    mine = select(MESSAGE).where(MESSAGE.c.channel == channel, MESSAGE.c.address_id.not_in(busy))
    left = mine.where(MESSAGE.c.state.in_(_HELD), MESSAGE.c.lease_until <= now)
    waits = [mine.where(MESSAGE.c.state == state, MESSAGE.c.next_at <= now) for state in _WAITS]
    found: list[RowMapping] = []
    for wanted in (left, *waits):
        first = wanted.order_by(MESSAGE.c.next_at, MESSAGE.c.id).limit(2 * limit).with_for_update(skip_locked=True)
        found += connection.execute(first).mappings().all()
    first_of: dict[int, RowMapping] = {}
    for row in sorted(found, key=lambda row: (row["next_at"], row["id"])):
        first_of.setdefault(row["address_id"], row)
    return list(first_of.values())[:limit]


def _busy(connection: Connection, channel: str, now: datetime) -> list[int]:
    """The addresses that a message is on its way to, or went to within the last second."""
    mine = select(MESSAGE.c.address_id).where(MESSAGE.c.channel == channel, MESSAGE.c.address_id.is_not(None))
    under_way = mine.where(MESSAGE.c.state.in_(_HELD), MESSAGE.c.lease_until > now)
    return list(connection.execute(union(under_way, mine.where(MESSAGE.c.sent_at > now - CHAT_PACE))).scalars())


def _owners(connection: Connection, due: Iterable[RowMapping]) -> dict[int, RowMapping]:
    """Each address with its owner. Waits for an unsubscribe that is under way (PostgreSQL; SQLite has one writer)."""
    people = select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.id.in_({row["subscriber_id"] for row in due}))
    connection.execute(people.order_by(SUBSCRIBER.c.id).with_for_update(read=True)).all()
    held = (
        select(ADDRESS, SUBSCRIBER.c.timezone, SUBSCRIBER.c.stopped_at, SUBSCRIBER.c.is_operator)
        .join(SUBSCRIBER, SUBSCRIBER.c.id == ADDRESS.c.subscriber_id)
        .where(ADDRESS.c.id.in_({row["address_id"] for row in due}))
    )
    return {row["id"]: row for row in connection.execute(held).mappings()}


def _is_ended(connection: Connection, message: RowMapping, owner: RowMapping | None) -> bool:
    """End what is not to be sent any more; an operator hears of trouble whatever they stopped."""
    if owner is None or not _may_be_told(message, owner):
        reason = f"{message['channel']}: {owner['reason'] if owner else 'there is no address'}"
        _end(connection, message["id"], DeliveryState.FAILED, reason)
        return True
    if _is_stopped(message, owner):
        cancel(connection, DELIVERY.c.message_id == message["id"], "the subscriber stopped everything")
        _end(connection, message["id"], DeliveryState.CANCELLED, "the subscriber stopped everything")
        return True
    return False


def _may_be_told(message: RowMapping, owner: RowMapping) -> bool:
    asks = message["cadence"] == Cadence.CONFIRM and owner["state"] == "unconfirmed"
    return bool(asks or owner["state"] == "active")


def _is_stopped(message: RowMapping, owner: RowMapping) -> bool:
    is_trouble = owner["is_operator"] and message["cadence"] == Cadence.NOTICE
    return owner["stopped_at"] is not None and not is_trouble and message["cadence"] != Cadence.CONFIRM


def drop(connection: Connection, one: Claim, found: Contents) -> None:
    """Note what of a claimed message is not to be told any more; where nothing is left, the message ends."""
    for reason, ids in found.dropped.items():
        for start in range(0, len(ids), 500):
            part = DELIVERY.c.id.in_(ids[start : start + 500]) & (DELIVERY.c.message_id == one.id)
            if reason in sifting.STILL_MATCHED:
                connection.execute(update(DELIVERY).where(part).values(state=DeliveryState.CANCELLED, error=reason))
            else:
                cancel(connection, part, reason)
            if found.letter is not None:  # what goes out now does not tell of them
                connection.execute(update(DELIVERY).where(part).values(message_id=None))
    if found.letter is None:
        reason = next(iter(found.dropped), "nothing is left to say")
        ended = {"state": DeliveryState.CANCELLED, "error": reason, "lease": "", "lease_until": None}
        connection.execute(update(MESSAGE).where(_mine(one, DeliveryState.CLAIMED)).values(ended))


# --- sending -------------------------------------------------------------------------------------------------------


def begin(
    connection: Connection, claims: Mapping[int, tuple[Claim, int]], settings: AlertSettings, now: datetime
) -> set[int]:
    """Note that these are being handed over, each with as many deliveries as were read, and renew their leases.

    Returns the ids of those that may: not where the lease passed, or what it says was stopped since; another claim
    decides anew.
    """
    if not claims:
        return set()
    owners = _owners(connection, [one.message for one, _ in claims.values()])
    counts = contents.waiting_counts(connection, list(claims))
    fit = []
    for key, (one, count) in claims.items():
        owner = owners.get(one.address_id)
        if owner is not None and not _is_stopped(one.message, owner) and counts.get(key, 0) == count:
            fit.append((key, one.lease))
        else:
            release(connection, one, now)
    mine = (
        MESSAGE.c.id.in_([key for key, _ in fit])
        & tuple_(MESSAGE.c.id, MESSAGE.c.lease).in_(fit)
        & (MESSAGE.c.state == DeliveryState.CLAIMED)
    )
    values = {"state": DeliveryState.SENDING, "attempts": MESSAGE.c.attempts + 1,
              "lease_until": now + timedelta(seconds=settings.lease_seconds)}  # fmt: skip
    begun = update(MESSAGE).where(mine, MESSAGE.c.lease_until > now).values(values).returning(MESSAGE.c.id)
    return set(connection.execute(begun).scalars()) if fit else set()


def release(connection: Connection, claim: Claim, now: datetime) -> None:
    """Give back what was claimed and not begun."""
    values = {"state": DeliveryState.PENDING, "lease": "", "lease_until": None, "next_at": now}
    connection.execute(update(MESSAGE).where(_mine(claim, DeliveryState.CLAIMED)).values(values))


def sent(connection: Connection, accepted: Sequence[tuple[Claim, str]], now: datetime) -> set[int]:
    """Record acceptances with the provider's ids; returns the messages, without those whose lease another has taken.

    What was stopped while it was on its way was told all the same.
    """
    recorded = set()
    for one, provider_id in accepted:
        if one.message["error"]:
            clear_notice(connection, f"message:{one.id}", now)
        values = {"state": DeliveryState.SENT, "sent_at": now, "provider_id": provider_id[:200], "error": "",
                  "lease_until": None}  # fmt: skip
        mine = update(MESSAGE).where(_mine(one, DeliveryState.SENDING)).values(values)
        if connection.execute(mine).rowcount:
            recorded.add(one.id)
    stopped = (DELIVERY.c.state == DeliveryState.CANCELLED) & DELIVERY.c.is_possible_repeat
    told = DELIVERY.c.message_id.in_(recorded) & or_(DELIVERY.c.state.in_(_WAITS), stopped)
    if recorded:
        connection.execute(update(DELIVERY).where(told).values(state=DeliveryState.SENT, error=""))
    return recorded


def channel_works(connection: Connection, channel: str, now: datetime) -> None:
    """Note that the channel's trouble, if there was any, is over."""
    clear_notice(connection, f"channel:{channel}", now)


def failed(
    connection: Connection, claim: Claim, error: ChannelError, settings: AlertSettings, now: datetime
) -> DeliveryState | None:
    """Record a failure and what follows from it; the message's new state, None for a late worker."""
    mine = select(MESSAGE).where(_mine(claim, *_HELD)).with_for_update()
    message = connection.execute(mine).mappings().first()
    if message is None:
        return None
    state, values = _consequence(message, error, settings, now)
    if message["state"] == DeliveryState.CLAIMED:
        values["attempts"] = message["attempts"] + 1  # `begin` counts the others
        raise_notice(connection, f"message:{claim.id}", f"A message is tried again and again: it {error}"[:500], now)
    values |= {"state": state, "error": str(error)[:500], "lease": "", "lease_until": None}
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == claim.id).values(values))
    count = 0
    if state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
        count = _set_deliveries(connection, claim.id, state, str(error))
    if state == DeliveryState.FAILED and (message["is_possible_repeat"] or error.outcome == Outcome.UNCERTAIN):
        maybe = update(DELIVERY).where(DELIVERY.c.message_id == claim.id)
        connection.execute(maybe.values(is_possible_repeat=True))
    if error.outcome == Outcome.ADDRESS:
        disable(connection, claim.address_id, str(error), count, now)
    elif state == DeliveryState.FAILED:
        raise_notice(connection, f"message:{claim.id}", f"A message was given up after many tries: {error}", now)
    else:
        follow_up(connection, claim, error, now)
    return state


def _consequence(
    message: RowMapping, error: ChannelError, settings: AlertSettings, now: datetime
) -> tuple[DeliveryState, dict[str, Any]]:
    if error.outcome == Outcome.ADDRESS:
        return DeliveryState.FAILED, {}
    if error.outcome == Outcome.CHANNEL:  # the lane rests: the message is none the worse for it
        return DeliveryState.PENDING, {"next_at": now, "attempts": max(0, message["attempts"] - 1)}
    if error.outcome == Outcome.MOVED:
        return DeliveryState.PENDING, {"next_at": now}
    if error.outcome == Outcome.REFUSED:  # the relay's fault; later all the same, so that another is tried first
        return DeliveryState.PENDING, {"next_at": now + timedelta(seconds=backoff(message["attempts"]))}
    is_old, is_uncertain = now - message["created_at"] >= GIVE_UP_AFTER, error.outcome == Outcome.UNCERTAIN
    if message["attempts"] >= settings.max_attempts and (is_old or is_uncertain):
        return DeliveryState.FAILED, {}
    wait = error.retry_after if error.retry_after is not None else backoff(message["attempts"])
    state = DeliveryState.UNCERTAIN if is_uncertain else DeliveryState.PENDING
    return state, {"next_at": now + timedelta(seconds=wait)}


def backoff(attempts: int) -> float:
    """Seconds to wait after so many tries: 30 s doubled up to an hour, with up to a fifth of jitter."""
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(max(attempts - 1, 0), 20))
    return wait * random.uniform(0.8, 1.0)  # noqa: S311 - spreads retries, guards nothing


def _end(connection: Connection, message_id: int, state: DeliveryState, reason: str) -> None:
    values = {"state": state, "error": reason, "lease": "", "lease_until": None}
    mark_maybe_told(connection, MESSAGE.c.id == message_id)
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(values))
    _set_deliveries(connection, message_id, state, reason)


def _set_deliveries(connection: Connection, message_id: int, state: DeliveryState, error: str) -> int:
    mine = (DELIVERY.c.message_id == message_id) & DELIVERY.c.state.in_(contents.WAITING)
    return connection.execute(update(DELIVERY).where(mine).values(state=state, error=error[:500])).rowcount


def _mine(claim: Claim, *states: DeliveryState) -> ColumnElement[bool]:
    return (MESSAGE.c.id == claim.id) & (MESSAGE.c.lease == claim.lease) & MESSAGE.c.state.in_(states)
