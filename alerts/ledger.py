"""What became of each message: claims with a lease, and their outcomes. Every function works in the caller's
transaction; a claim whose lease another has taken can record nothing."""

import random
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from alerts import contents
from alerts.channels import ChannelError, Outcome
from alerts.digest import Letter
from alerts.messages import MESSAGE, add_message
from alerts.notices import clear_notice, raise_notice
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER
from models import Cadence, DeliveryState
from settings import AlertSettings

CHAT_PACE = timedelta(seconds=1.1)  # Telegram takes one message a second and chat
GIVE_UP_AFTER = timedelta(hours=48)
CHANNEL_PAUSE = timedelta(minutes=5)
_FIRST_WAIT, _LONGEST_WAIT = 30.0, 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that we alone may send while the lease lasts, and what is in it."""

    message: RowMapping
    lease: str
    letter: Letter
    deliveries: int
    is_repeat: bool

    @property
    def id(self) -> int:
        return int(self.message["id"])

    @property
    def channel(self) -> str:
        return str(self.message["channel"])


def claim(
    connection: Connection,
    channels: Collection[str],
    settings: AlertSettings,
    public_url: str,
    now: datetime,
    limit: int,
) -> tuple[list[Claim], int]:
    """(messages to send now, number of those cancelled instead). At most one a person and channel."""
    due = select(MESSAGE).where(_is_due(now), MESSAGE.c.channel.in_(channels), _is_paced(now))
    due = due.order_by(MESSAGE.c.next_at, MESSAGE.c.id).limit(limit * 4).with_for_update(skip_locked=True)
    claims: dict[tuple[int, str], Claim] = {}
    cancelled = 0
    for message in connection.execute(due).mappings().all():
        who = (message["subscriber_id"], message["channel"])
        if who in claims or len(claims) == limit:
            continue
        made = _claim_one(connection, message, settings, public_url, now)
        if made is None:
            cancelled += 1
        else:
            claims[who] = made
    return list(claims.values()), cancelled


def _is_due(now: datetime) -> ColumnElement[bool]:
    waits = MESSAGE.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN]) & (MESSAGE.c.next_at <= now)
    left = MESSAGE.c.state.in_([DeliveryState.CLAIMED, DeliveryState.SENDING]) & (MESSAGE.c.lease_until <= now)
    return or_(waits, left)


def _is_paced(now: datetime) -> ColumnElement[bool]:
    other = MESSAGE.alias()
    same = and_(other.c.subscriber_id == MESSAGE.c.subscriber_id, other.c.channel == MESSAGE.c.channel)
    busy = other.c.state.in_([DeliveryState.CLAIMED, DeliveryState.SENDING]) & (other.c.lease_until > now)
    return ~exists(select(other.c.id).where(same, or_(other.c.sent_at > now - CHAT_PACE, busy)))


def _claim_one(
    connection: Connection, message: RowMapping, settings: AlertSettings, public_url: str, now: datetime
) -> Claim | None:
    if _is_stopped(connection, message):
        _end(connection, message, DeliveryState.CANCELLED, "the subscriber stopped everything")
        return None
    address = _address(connection, message)
    if address is None or address["state"] != "active":
        reason = f"{message['channel']}: {address['reason'] if address else 'there is no address'}"
        _end(connection, message, DeliveryState.FAILED, reason)
        return None
    is_repeat = message["is_possible_repeat"] or message["state"] in (DeliveryState.SENDING, DeliveryState.UNCERTAIN)
    lease = secrets.token_hex(8)
    values = {"state": DeliveryState.CLAIMED, "lease": lease, "is_possible_repeat": is_repeat,
              "lease_until": now + timedelta(seconds=settings.lease_seconds)}  # fmt: skip
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == message["id"]).values(values))
    claimed = connection.execute(select(MESSAGE).where(MESSAGE.c.id == message["id"])).mappings().one()
    letter = contents.read_letter(connection, claimed, address["address"], public_url, now)
    if letter is None:
        _end(connection, message, DeliveryState.CANCELLED, "nothing is left to say")
        return None
    return Claim(claimed, lease, letter, contents.waiting_count(connection, message["id"]), is_repeat)


def _is_stopped(connection: Connection, message: RowMapping) -> bool:
    """Whether its subscriber stopped; an operator hears of trouble all the same.

    Waits for an unsubscribe that is under way (PostgreSQL); SQLite has one writer at a time.
    """
    owner = select(SUBSCRIBER.c.stopped_at, SUBSCRIBER.c.is_operator).where(SUBSCRIBER.c.id == message["subscriber_id"])
    stopped_at, is_operator = connection.execute(owner.with_for_update(read=True)).one()
    return stopped_at is not None and not (is_operator and message["cadence"] == Cadence.NOTICE)


def _address(connection: Connection, message: RowMapping) -> RowMapping | None:
    own = (ADDRESS.c.subscriber_id == message["subscriber_id"]) & (ADDRESS.c.channel == message["channel"])
    return connection.execute(select(ADDRESS).where(own)).mappings().first()


def begin(connection: Connection, claim: Claim, now: datetime) -> bool:
    """Note that it is being handed over; False where it must not be: the lease passed, or what it says was stopped."""
    is_same = not _is_stopped(connection, claim.message)
    is_same = is_same and contents.waiting_count(connection, claim.id) == claim.deliveries
    if not is_same:
        _release(connection, claim, now)
        return False
    mine = _mine(claim, DeliveryState.CLAIMED) & (MESSAGE.c.lease_until > now)
    values = {"state": DeliveryState.SENDING, "attempts": MESSAGE.c.attempts + 1}
    return connection.execute(update(MESSAGE).where(mine).values(values)).rowcount == 1


def _release(connection: Connection, claim: Claim, now: datetime) -> None:
    values = {"state": DeliveryState.PENDING, "lease": "", "lease_until": None, "next_at": now}
    connection.execute(update(MESSAGE).where(_mine(claim, DeliveryState.CLAIMED)).values(values))


def sent(connection: Connection, claim: Claim, provider_id: str, now: datetime) -> bool:
    """Record the acceptance; False for a late worker whose lease another has taken."""
    values = {"state": DeliveryState.SENT, "sent_at": now, "provider_id": provider_id[:200], "error": "",
              "lease_until": None}  # fmt: skip
    mine = _mine(claim, DeliveryState.SENDING)
    if not connection.execute(update(MESSAGE).where(mine).values(values)).rowcount:
        return False
    _set_deliveries(connection, claim.id, DeliveryState.SENT, "")
    clear_notice(connection, f"channel:{claim.channel}", now)
    return True


def failed(
    connection: Connection, claim: Claim, error: ChannelError, settings: AlertSettings, now: datetime
) -> DeliveryState | None:
    """Record a failure and what follows from it; the message's new state, None for a late worker."""
    held = (DeliveryState.CLAIMED, DeliveryState.SENDING)
    mine = select(MESSAGE).where(_mine(claim, *held)).with_for_update()
    message = connection.execute(mine).mappings().first()
    if message is None:
        return None
    state, values = _outcome(message, error, settings, now)
    if message["state"] == DeliveryState.CLAIMED:
        values["attempts"] = message["attempts"] + 1  # `begin` counts the others
    values |= {"state": state, "error": str(error)[:500], "lease": "", "lease_until": None}
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == claim.id).values(values))
    if state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
        _set_deliveries(connection, claim.id, state, str(error))
    _follow_up(connection, claim, error, state, now)
    return state


def _outcome(
    message: RowMapping, error: ChannelError, settings: AlertSettings, now: datetime
) -> tuple[DeliveryState, dict[str, Any]]:
    if error.outcome == Outcome.ADDRESS:
        return DeliveryState.FAILED, {}
    if error.outcome == Outcome.CHANNEL:
        return DeliveryState.PENDING, {"next_at": now + CHANNEL_PAUSE, "attempts": max(0, message["attempts"] - 1)}
    if error.outcome == Outcome.MOVED:
        return DeliveryState.PENDING, {"next_at": now}
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


def _follow_up(connection: Connection, claim: Claim, error: ChannelError, state: DeliveryState, now: datetime) -> None:
    if error.outcome == Outcome.ADDRESS:
        _disable(connection, claim, str(error), now)
    elif error.outcome == Outcome.CHANNEL:
        _pause_channel(connection, claim.channel, str(error), now)
    elif error.outcome == Outcome.MOVED:
        _move(connection, claim, error.moved_to, now)
    elif error.retry_after is not None:
        until = now + timedelta(seconds=error.retry_after)
        same = (MESSAGE.c.subscriber_id == claim.message["subscriber_id"]) & (MESSAGE.c.channel == claim.channel)
        _hold_back(connection, same, until)
    elif state == DeliveryState.FAILED:
        raise_notice(connection, f"message:{claim.id}", f"A message was given up after many tries: {error}", now)


def _pause_channel(connection: Connection, channel: str, reason: str, now: datetime) -> None:
    _hold_back(connection, MESSAGE.c.channel == channel, now + CHANNEL_PAUSE)
    words = f"The channel {channel} is paused, nobody is disabled for it, and what is due waits. {reason}"
    raise_notice(connection, f"channel:{channel}", words, now)


def _hold_back(connection: Connection, which: ColumnElement[bool], until: datetime) -> None:
    waits = MESSAGE.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN]) & (MESSAGE.c.next_at < until)
    connection.execute(update(MESSAGE).where(waits, which).values(next_at=until))


def _disable(connection: Connection, claim: Claim, reason: str, now: datetime) -> None:
    """The address will never take it: what else waits for it fails too, and its owner is told elsewhere."""
    subscriber_id, channel = claim.message["subscriber_id"], claim.channel
    own = (ADDRESS.c.subscriber_id == subscriber_id) & (ADDRESS.c.channel == channel)
    values = {"state": "disabled", "reason": reason[:500], "changed_at": now}
    connection.execute(update(ADDRESS).where(own).values(values))
    waits = MESSAGE.c.state.in_([DeliveryState.PENDING, DeliveryState.UNCERTAIN])
    same = (MESSAGE.c.subscriber_id == subscriber_id) & (MESSAGE.c.channel == channel)
    ended = {"state": DeliveryState.FAILED, "error": reason[:500]}
    connection.execute(update(MESSAGE).where(waits, same).values(ended))
    owed = (DELIVERY.c.subscriber_id == subscriber_id) & (DELIVERY.c.channel == channel)
    lost = update(DELIVERY).where(owed, DELIVERY.c.state.in_(contents.WAITING)).values(ended)
    count = connection.execute(lost).rowcount + claim.deliveries
    _tell_owner(connection, claim, reason, count, now)
    who = connection.execute(select(SUBSCRIBER.c.name).where(SUBSCRIBER.c.id == subscriber_id)).scalar_one()
    raise_notice(connection, f"address:{subscriber_id}:{channel}", f"{channel} of {who} was disabled: {reason}", now)


def _tell_owner(connection: Connection, claim: Claim, reason: str, count: int, now: datetime) -> None:
    others = select(ADDRESS.c.channel).where(
        ADDRESS.c.subscriber_id == claim.message["subscriber_id"], ADDRESS.c.state == "active"
    )
    words = (
        f"We cannot reach you by {claim.channel} any more.\nThe answer was: {reason}\n"
        f"Postings that could not be sent there: {count}. Your searches are kept."
    )
    for channel in connection.execute(others).scalars().all():
        key = f"unreachable:{claim.id}:{channel}"
        add_message(connection, key, claim.message["subscriber_id"], channel, Cadence.NOTICE, now, words)


def _move(connection: Connection, claim: Claim, address: str, now: datetime) -> None:
    own = (ADDRESS.c.subscriber_id == claim.message["subscriber_id"]) & (ADDRESS.c.channel == claim.channel)
    try:
        with connection.begin_nested():
            connection.execute(update(ADDRESS).where(own).values(address=address, changed_at=now))
    except IntegrityError:
        _disable(connection, claim, f"the chat moved to {address}, which is another subscriber's already", now)


def _end(connection: Connection, message: RowMapping, state: DeliveryState, reason: str) -> None:
    values = {"state": state, "error": reason, "lease": "", "lease_until": None}
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == message["id"]).values(values))
    _set_deliveries(connection, message["id"], state, reason)


def _set_deliveries(connection: Connection, message_id: int, state: DeliveryState, error: str) -> None:
    mine = (DELIVERY.c.message_id == message_id) & DELIVERY.c.state.in_(contents.WAITING)
    connection.execute(update(DELIVERY).where(mine).values(state=state, error=error[:500]))


def _mine(claim: Claim, *states: DeliveryState) -> ColumnElement[bool]:
    return (MESSAGE.c.id == claim.id) & (MESSAGE.c.lease == claim.lease) & MESSAGE.c.state.in_(states)
