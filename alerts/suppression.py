"""Addresses whose owners asked to be erased: kept as a keyed hash, so that nobody else makes us write to them again."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from database import secret_key, table_of, upsert
from models import Suppression

SUPPRESSION = table_of(Suppression)
WORDS = "whoever has this address asked to be erased, and is not written to unless they ask for it"


def suppress(connection: Connection, places: Iterable[tuple[str, str]], now: datetime) -> None:
    """Note these (channel, address)."""
    rows = [{"hash": _hash(connection, *place), "since": now} for place in places]
    if rows:
        upsert(connection, Suppression, rows, ["hash"])


def is_suppressed(connection: Connection, channel: str, address: str) -> bool:
    """Whether its owner asked to be erased, and did not come back."""
    mine = select(SUPPRESSION.c.since).where(SUPPRESSION.c.hash == _hash(connection, channel, address))
    return connection.execute(mine).first() is not None


def lift(connection: Connection, channel: str, address: str) -> None:
    """Its owner came back."""
    connection.execute(delete(SUPPRESSION).where(SUPPRESSION.c.hash == _hash(connection, channel, address)))


def _hash(connection: Connection, channel: str, address: str) -> str:
    told = f"suppressed:{channel}:{address.casefold()}".encode()
    return hmac.new(secret_key(connection), told, hashlib.sha256).hexdigest()
