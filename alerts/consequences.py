"""What a failed message means for its address, its owner and its channel. Every function works in the caller's
transaction."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from alerts.channels import ChannelError, Outcome
from alerts.channels.bounces import Bounce
from alerts.contents import MAYBE_TOLD, WAITING
from alerts.envelopes import Claim
from alerts.messages import MESSAGE, add_message
from alerts.notices import raise_notice
from alerts.subscribers import ADDRESS, DELIVERY, SUBSCRIBER
from models import Cadence, DeliveryState

REST_AFTER_BOUNCE = timedelta(hours=6)  # of an address whose mailbox is full, or whose server was away


def follow_up(connection: Connection, claim: Claim, error: ChannelError, now: datetime) -> None:
    """What a failure means for others than its message."""
    if error.outcome in (Outcome.CHANNEL, Outcome.REFUSED):
        channel_fails(connection, claim.channel, error, now)
    elif error.outcome == Outcome.MOVED:
        _move(connection, claim, error.moved_to, now)
    elif error.retry_after is not None:
        until = now + timedelta(seconds=error.retry_after)
        waits = _to_same_address(claim.address_id) & (MESSAGE.c.next_at < until)
        connection.execute(update(MESSAGE).where(waits).values(next_at=until))


def channel_fails(connection: Connection, channel: str, error: ChannelError, now: datetime) -> None:
    """The channel itself does not work: the operator hears of it, no address is to blame."""
    words = f"The channel {channel} is paused, nobody is disabled for it, and what is due waits. {error}"
    raise_notice(connection, f"channel:{channel}", words, now)


def _to_same_address(address_id: int) -> ColumnElement[bool]:
    return and_(MESSAGE.c.address_id == address_id, MESSAGE.c.state.in_(WAITING))


def disable(connection: Connection, address_id: int, reason: str, count: int, now: datetime) -> None:
    """The address will never take it: what else waits for it fails too, and its owner is told elsewhere.

    `count`: deliveries that failed for it already.
    """
    mine = update(ADDRESS).where(ADDRESS.c.id == address_id).returning(ADDRESS)
    values = {"state": "disabled", "reason": reason[:500], "changed_at": now}
    address = connection.execute(mine.values(values)).mappings().one()
    ended = {"state": DeliveryState.FAILED, "error": reason[:500]}
    mark_maybe_told(connection, _to_same_address(address_id))
    connection.execute(update(MESSAGE).where(_to_same_address(address_id)).values(ended))
    owed = (DELIVERY.c.address_id == address_id) & DELIVERY.c.state.in_(WAITING)
    count += connection.execute(update(DELIVERY).where(owed).values(ended)).rowcount
    _tell_owner(connection, address, reason, count, now)
    who = connection.execute(select(SUBSCRIBER.c.name).where(SUBSCRIBER.c.id == address["subscriber_id"])).scalar_one()
    raise_notice(connection, f"address:{address_id}", f"{address['channel']} of {who} was disabled: {reason}", now)


def take_back(connection: Connection, bounce: Bounce, now: datetime) -> str:
    """Draw the consequence of mail that came back; what was done, in one word: disabled, delayed or ignored."""
    held = select(ADDRESS.c.state).where(ADDRESS.c.id == bounce.address_id).with_for_update()
    if connection.execute(held).scalar() not in ("active", "unconfirmed"):
        return "ignored"  # taken away, or disabled already
    if bounce.outcome == Outcome.ADDRESS:
        disable(connection, bounce.address_id, bounce.reason, 0, now)
        return "disabled"
    connection.execute(update(ADDRESS).where(ADDRESS.c.id == bounce.address_id).values(reason=bounce.reason))
    waits = _to_same_address(bounce.address_id) & (MESSAGE.c.next_at < now + REST_AFTER_BOUNCE)
    connection.execute(update(MESSAGE).where(waits).values(next_at=now + REST_AFTER_BOUNCE))
    return "delayed"


def _tell_owner(connection: Connection, lost: RowMapping, reason: str, count: int, now: datetime) -> None:
    own = ADDRESS.c.subscriber_id == lost["subscriber_id"]
    words = (
        f"We cannot reach you by {lost['channel']} any more.\nThe answer was: {reason}\n"
        f"Postings that could not be sent there: {count}. Your searches are kept."
    )
    for address in connection.execute(select(ADDRESS).where(own, ADDRESS.c.state == "active")).mappings().all():
        add_message(
            connection,
            f"unreachable:{lost['id']}:{now.isoformat()}:{address['id']}",
            address,
            Cadence.NOTICE,
            now,
            words,
        )


def _move(connection: Connection, claim: Claim, address: str, now: datetime) -> None:
    own = ADDRESS.c.id == claim.address_id
    try:
        with connection.begin_nested():
            connection.execute(update(ADDRESS).where(own).values(address=address, changed_at=now))
    except IntegrityError:
        disable(
            connection, claim.address_id, f"the chat moved to {address}, which is another subscriber's already", 0, now
        )


def mark_maybe_told(connection: Connection, which: ColumnElement[bool]) -> None:
    """Before messages end: what one that was handed over holds is a possible repeat, should it be told again."""
    maybe = select(MESSAGE.c.id).where(which, or_(MESSAGE.c.state.in_(MAYBE_TOLD), MESSAGE.c.is_possible_repeat))
    ids = connection.execute(maybe).scalars().all()
    if ids:
        connection.execute(update(DELIVERY).where(DELIVERY.c.message_id.in_(ids)).values(is_possible_repeat=True))
