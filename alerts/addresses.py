"""Where people are reached: adding, replacing, taking away; and who of them are the operators. Every function works
within the caller's transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, exists, insert, select, update

from alerts.channels import CHANNELS, masked, read_address, shown_address
from alerts.notices import clear_notice
from alerts.subscribers import (
    ADDRESS,
    DELIVERY,
    SEARCH,
    SUBSCRIBER,
    SubscriberError,
    add_subscriber,
    cancel,
    tell_meanwhile,
)
from alerts.suppression import WORDS, is_suppressed, lift
from alerts.wording import quoted
from database import table_of
from models import Message

MESSAGE = table_of(Message)
BY_WORD, BY_WRITING, AGAIN = "told the operator", "wrote to the bot", "asked again, and told the operator"


def set_address(
    connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime, agreed: str = BY_WORD
) -> None:
    """Reach the person there, in place of where the channel reached them before: of several, one that is disabled.

    `agreed` says how its owner agreed to it. Raises SubscriberError.
    """
    address = _checked(connection, subscriber_id, channel, address, agreed)
    held = _of(connection, subscriber_id, channel)
    if any(row["address"] == address for row in held):
        reach_again(connection, channel, address, now, agreed)
    elif held:
        _replace(connection, min(held, key=lambda row: row["state"] == "active"), address, now, agreed)
    else:
        _reach_first(connection, subscriber_id, channel, address, now, agreed)


def add_address(
    connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime, agreed: str = BY_WORD
) -> None:
    """Reach the person there too; there again, where the address was disabled. Raises SubscriberError."""
    address = _checked(connection, subscriber_id, channel, address, agreed)
    held = _of(connection, subscriber_id, channel)
    if any(row["address"] == address for row in held):
        reach_again(connection, channel, address, now, agreed)
    elif held:
        _insert(connection, subscriber_id, channel, address, now, agreed)
    else:
        _reach_first(connection, subscriber_id, channel, address, now, agreed)


def remove_address(connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime) -> None:
    """Reach the person there no more; what waited for it alone is not sent. A secret one may be named as it is shown.
    Raises SubscriberError."""
    held = _of(connection, subscriber_id, channel)
    mine = [row for row in held if address in (row["address"], masked(channel, row["address"]))]
    if not mine:
        shown = shown_address(channel, address)
        raise SubscriberError(f"they are not reached at {shown}; `rolewire subscribers list` shows where")
    key = mine[0]["id"]
    cancel(connection, DELIVERY.c.address_id == key, "the address was removed", is_gone=True)
    for table in (DELIVERY, MESSAGE):
        connection.execute(update(table).where(table.c.address_id == key).values(address_id=None))
    connection.execute(delete(ADDRESS).where(ADDRESS.c.id == key))
    _is_fine(connection, mine[0], now)


def addresses_of(connection: Connection, subscriber_id: int) -> list[tuple[str, str]]:
    """(channel, address) of all that a person has, in force or not; secrets whole."""
    own = select(ADDRESS.c.channel, ADDRESS.c.address).where(ADDRESS.c.subscriber_id == subscriber_id)
    return [(row.channel, row.address) for row in connection.execute(own.order_by(ADDRESS.c.channel, ADDRESS.c.id))]


def move_address(connection: Connection, channel: str, old: str, new: str, now: datetime) -> None:
    """The chat has another id from now on; nothing where nobody is reached there, or somebody is at the new one."""
    mine = (ADDRESS.c.channel == channel) & (ADDRESS.c.address == old)
    if find_by_address(connection, channel, new) is None:
        connection.execute(update(ADDRESS).where(mine).values(address=new, changed_at=now))


def reach_again(connection: Connection, channel: str, address: str, now: datetime, agreed: str = BY_WORD) -> None:
    """An address that was disabled is active again, and hears of what it missed; nothing for one that is active."""
    mine = (ADDRESS.c.channel == channel) & (ADDRESS.c.address == address) & (ADDRESS.c.state != "active")
    row = connection.execute(select(ADDRESS).where(mine)).mappings().first()
    if row is not None:
        _replace(connection, row, address, now, agreed)


def find_by_address(connection: Connection, channel: str, address: str) -> int | None:
    """Whose address it is, if anybody's."""
    own = select(ADDRESS.c.subscriber_id).where(ADDRESS.c.channel == channel, ADDRESS.c.address == address)
    return connection.execute(own).scalar()


def _checked(connection: Connection, subscriber_id: int, channel: str, address: str, agreed: str) -> str:
    if channel not in CHANNELS:
        raise SubscriberError(f"unknown channel {quoted(channel)}; one of {', '.join(CHANNELS)}")
    try:
        address = CHANNELS[channel].clean_address(address)
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    if find_by_address(connection, channel, address) not in (None, subscriber_id):
        raise SubscriberError(f"{masked(channel, address)} is tied to another subscriber already")
    if agreed != BY_WORD:
        lift(connection, channel, address)
    elif is_suppressed(connection, channel, address):
        raise SubscriberError(f"{masked(channel, address)}: {WORDS}")
    return address


def _of(connection: Connection, subscriber_id: int, channel: str) -> Sequence[RowMapping]:
    own = (ADDRESS.c.subscriber_id == subscriber_id) & (ADDRESS.c.channel == channel)
    return connection.execute(select(ADDRESS).where(own).order_by(ADDRESS.c.id)).mappings().all()


def _insert(connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime, agreed: str) -> None:
    row = {"subscriber_id": subscriber_id, "channel": channel, "address": address, "state": "active", "reason": "",
           "changed_at": now, "agreed_at": now, "agreed_by": agreed}  # fmt: skip
    connection.execute(insert(ADDRESS).values(row))


def _reach_first(
    connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime, agreed: str
) -> None:
    """Until now there was nowhere to send what their searches found for this channel."""
    _insert(connection, subscriber_id, channel, address, now, agreed)
    tell_meanwhile(connection, subscriber_id, channel)


def _is_fine(connection: Connection, row: RowMapping, now: datetime) -> None:
    for key in (f"address:{row['id']}", f"address:{row['subscriber_id']}:{row['channel']}"):  # now, and once
        clear_notice(connection, key, now)


def _replace(connection: Connection, row: RowMapping, address: str, now: datetime, agreed: str) -> None:
    values = {"address": address, "state": "active", "reason": "", "changed_at": now, "agreed_at": now,
              "agreed_by": agreed}  # fmt: skip
    connection.execute(update(ADDRESS).where(ADDRESS.c.id == row["id"]).values(values))
    if row["state"] != "active":
        _is_fine(connection, row, now)
        tell_meanwhile(connection, row["subscriber_id"], row["channel"])


# --- operators -----------------------------------------------------------------------------------------------------


def operator_addresses(connection: Connection, written: Collection[str], now: datetime) -> list[RowMapping]:
    """The address rows of the operators, as the configuration names them; whose they are is marked as an operator.

    An address that nobody has becomes that of an operator without searches. Raises ValueError on one that is none.
    """
    rows = [_operator_address(connection, *read_address(one), now) for one in written]
    owners = {row["subscriber_id"] for row in rows}
    for is_operator, changed in ((True, SUBSCRIBER.c.id.in_(owners)), (False, SUBSCRIBER.c.id.not_in(owners))):
        other = SUBSCRIBER.c.is_operator.is_not(is_operator)
        connection.execute(update(SUBSCRIBER).where(changed, other).values(is_operator=is_operator))
    return rows


def is_operator(connection: Connection, subscriber_id: int, written: Collection[str]) -> bool:
    """Whether the configuration names an address that is theirs now: the mark is of when trouble was last told."""
    mine = select(ADDRESS.c.channel, ADDRESS.c.address).where(
        ADDRESS.c.subscriber_id == subscriber_id, ADDRESS.c.state == "active"
    )
    named = {_compared(*read_address(one)) for one in written}
    return any(_compared(channel, address) in named for channel, address in connection.execute(mine))


def _compared(channel: str, address: str) -> tuple[str, str]:
    """A mailbox is the same one in large and small letters."""
    return channel, address.lower() if channel == "email" else address


def _operator_address(connection: Connection, channel: str, address: str, now: datetime) -> RowMapping:
    mine = select(ADDRESS).where(ADDRESS.c.channel == channel, ADDRESS.c.address == address)
    if connection.execute(mine).first() is None:
        _insert(connection, _operator_without_searches(connection, now), channel, address, now, BY_WORD)
    return connection.execute(mine).mappings().one()


def _operator_without_searches(connection: Connection, now: datetime) -> int:
    """Whoever has searches would get their alerts at this address too."""
    has_searches = exists(select(SEARCH.c.id).where(SEARCH.c.subscriber_id == SUBSCRIBER.c.id))
    held = select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.is_operator, ~has_searches).order_by(SUBSCRIBER.c.id).limit(1)
    found: int | None = connection.execute(held).scalar()
    if found is None:
        found = add_subscriber(connection, "operator", now)
        connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == found).values(is_operator=True))
    return found
