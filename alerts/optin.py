"""Addresses that their owner must confirm: asked by one message with a signed link, or a code where no page is public.

Nothing else goes to an address before. What follows from asking does not tell whether anybody else has the address.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import Connection, RowMapping, insert, select, update

from alerts.channels import CHANNELS, check_address, masked
from alerts.links import confirm_url
from alerts.messages import add_message
from alerts.subscribers import ADDRESS, SubscriberError, tell_meanwhile
from alerts.suppression import is_suppressed
from database import secret_key
from models import Cadence
from settings import Settings

UNCONFIRMED = "unconfirmed"
VALID = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=10)
MOST_ASKED = 3  # addresses that a person may have waiting
CODE_DIGITS = 8
_PURPOSE = "confirm"  # part of the key: a token made for something else confirms nothing


class ConfirmationError(ValueError):
    """The link or code confirms nothing; the message says why. Raised by `read` and `confirm_code`."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a link confirms: an address, masked where it is a secret."""

    address_id: int
    address: str


def propose(
    connection: Connection, settings: Settings, subscriber_id: int, channel: str, address: str, now: datetime
) -> str:
    """Ask an address whether it wants to be joined to a person; returns the address as it is written.

    Nothing is sent to one that somebody has, or whose owner asked to be erased. Raises SubscriberError on what is no
    address, or on too many that wait.
    """
    try:
        address = CHANNELS[channel].clean_address(address)
        check_address(channel, address, settings)
    except ValueError as error:
        raise SubscriberError(str(error)) from None
    held = connection.execute(select(ADDRESS).where(ADDRESS.c.channel == channel, ADDRESS.c.address == address))
    row = held.mappings().first()
    if row is None and is_suppressed(connection, channel, address):
        return address  # whoever asks learns nothing of it
    row = row or _add(connection, subscriber_id, channel, address, now)
    if row["subscriber_id"] == subscriber_id and row["state"] == UNCONFIRMED:
        _ask(connection, settings, row, now)
    return address


def _add(connection: Connection, subscriber_id: int, channel: str, address: str, now: datetime) -> RowMapping:
    if len(_waiting(connection, subscriber_id)) >= MOST_ASKED:
        raise SubscriberError(f"{MOST_ASKED} addresses wait to be confirmed already; confirm one of them first")
    row = {"subscriber_id": subscriber_id, "channel": channel, "address": address, "state": UNCONFIRMED,
           "reason": "not confirmed yet", "changed_at": now, "agreed_at": None, "agreed_by": ""}  # fmt: skip
    return connection.execute(insert(ADDRESS).values(row).returning(ADDRESS)).mappings().one()


def _waiting(connection: Connection, subscriber_id: int) -> Sequence[RowMapping]:
    mine = (ADDRESS.c.subscriber_id == subscriber_id) & (ADDRESS.c.state == UNCONFIRMED)
    return connection.execute(select(ADDRESS).where(mine).order_by(ADDRESS.c.id)).mappings().all()


def _ask(connection: Connection, settings: Settings, row: RowMapping, now: datetime) -> None:
    """Once in ten minutes, however often it is asked for."""
    period = int(now.timestamp() // AGAIN_AFTER.total_seconds())
    words = _words(secret_key(connection), settings.web.public_url, row)
    add_message(connection, f"confirm:{row['id']}:{period}", row, Cadence.CONFIRM, now, words)


def _words(key: bytes, public_url: str, row: RowMapping) -> str:
    how = (
        f"To confirm, open this page and press the button:\n{confirm_url(public_url, sign(key, row))}"
        if public_url
        else f"To confirm, send this code to the bot, or to whoever runs this:\n/email {code(key, row)}"
    )
    return (
        "Do you want job alerts at this address?\nSomebody asked rolewire to send theirs here.\n\n"
        f"{how}\n\nIf it was not you, do nothing: no other message will come."
    )


# --- links ---------------------------------------------------------------------------------------------------------


def sign(key: bytes, row: RowMapping) -> str:
    """The token that confirms an address (its row), for a week."""
    return str(_serializer(key).dumps([row["id"], masked(row["channel"], row["address"])]))


def read(key: bytes, token: str) -> Meant:
    """What a token confirms. Raises ConfirmationError."""
    try:
        given = _serializer(key).loads(token, max_age=int(VALID.total_seconds()))
    except SignatureExpired:
        raise ConfirmationError(f"this link is older than {VALID.days} days; ask for a new one") from None
    except BadData:
        raise ConfirmationError("this link is incomplete or was changed; copy it whole from the message") from None
    match given:
        case [int(address_id), str(address)]:
            return Meant(address_id, address)
    raise ConfirmationError("this link confirms no address")


def _serializer(key: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=_PURPOSE)


def confirm(connection: Connection, meant: Meant, now: datetime) -> bool:
    """Send to the address from now on, with what opened meanwhile; False where there is no such address any more.

    Confirming twice does no harm, nor does an old link to an address that was disabled since: it stays disabled.
    """
    row = connection.execute(select(ADDRESS).where(ADDRESS.c.id == meant.address_id)).mappings().first()
    if row is None or masked(row["channel"], row["address"]) != meant.address:
        return False
    if row["state"] == UNCONFIRMED:
        _confirm(connection, row, "confirmed by its link", now)
    return True


def agree(connection: Connection, row: RowMapping, how: str, now: datetime) -> None:
    """Its owner agreed to an address (its row) in another way; nothing for one that waits for no answer."""
    if row["state"] == UNCONFIRMED:
        _confirm(connection, row, how, now)


def _confirm(connection: Connection, row: RowMapping, how: str, now: datetime) -> None:
    values = {"state": "active", "reason": "", "changed_at": now, "agreed_at": now, "agreed_by": how}
    connection.execute(update(ADDRESS).where(ADDRESS.c.id == row["id"]).values(values))
    tell_meanwhile(connection, row["subscriber_id"], row["channel"])


# --- codes ---------------------------------------------------------------------------------------------------------


def code(key: bytes, row: RowMapping) -> str:
    """The code that its owner sends back, for as long as the address waits."""
    said = f"{_PURPOSE}:{row['id']}:{row['address']}".encode()
    number = int.from_bytes(hmac.digest(key, said, hashlib.sha256)[:8], "big")
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def confirm_code(connection: Connection, subscriber_id: int, given: str, now: datetime) -> str:
    """Confirm that of a person's addresses which the code was sent to; returns it. Raises ConfirmationError."""
    key = secret_key(connection)
    for row in _waiting(connection, subscriber_id):
        if hmac.compare_digest(code(key, row), given):
            _confirm(connection, row, "confirmed by its code", now)
            return masked(row["channel"], row["address"])
    raise ConfirmationError("this code confirms no address of yours; /email ADDRESS sends a new one")
