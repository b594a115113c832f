"""Keys of programs: drawn at random, told once, kept as a hash. Every function works within the caller's transaction.

A key reads `rw_NAME_SECRET`: by its name the row is found, and the secret is compared in constant time.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from alerts.subscribers import SUBSCRIBER, SubscriberError
from database import table_of
from models import ApiKey

KEY = table_of(ApiKey)
MAX_KEYS = 20  # of one person, and as many of nobody
_FORM = re.compile(r"rw_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODYS = hashlib.sha256(b"").hexdigest()  # compared where there is no such key, so that both take as long


@dataclass(frozen=True, slots=True)
class Holder:
    """Who shows a key. `subscriber_id`: whose searches it may change; None: it only reads."""

    key_id: str
    subscriber_id: int | None


def add_key(connection: Connection, subscriber_id: int | None, name: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """A new key, which is not known again later, and its row. Raises SubscriberError."""
    if not name.strip():
        raise SubscriberError("give the key a name: what uses it, for example")
    alive = [row for row in list_keys(connection) if row["subscriber_id"] == subscriber_id and not row["revoked_at"]]
    if len(alive) >= MAX_KEYS:
        raise SubscriberError(f"there are {MAX_KEYS} keys already; revoke one")
    public_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = {"public_id": public_id, "subscriber_id": subscriber_id, "name": " ".join(name.split())[:60],
           "hash": _hash(secret), "created_at": now}  # fmt: skip
    connection.execute(insert(KEY).values(row))
    return f"rw_{public_id}_{secret}", {name: row[name] for name in row if name != "hash"}


def list_keys(connection: Connection) -> list[dict[str, Any]]:
    """All keys without what they are, oldest first, each with its person's name."""
    shown = [KEY.c[name] for name in ("public_id", "subscriber_id", "name", "created_at", "revoked_at")]
    wanted = select(*shown, SUBSCRIBER.c.name.label("subscriber")).outerjoin(SUBSCRIBER).order_by(KEY.c.id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def revoke_key(connection: Connection, which: str, now: datetime) -> Mapping[str, Any]:
    """Let the key of this id open nothing more; twice does no harm. Raises SubscriberError."""
    row = next((row for row in list_keys(connection) if row["public_id"] == which), None)
    if row is None:
        raise SubscriberError(f"there is no key {which!r}; `rolewire keys list` shows their ids")
    alive = (KEY.c.public_id == which) & KEY.c.revoked_at.is_(None)
    connection.execute(update(KEY).where(alive).values(revoked_at=now))
    return row


def holder_of(connection: Connection, key: str) -> Holder | None:
    """Whose key this is; None where it is none of ours, or was revoked."""
    form = _FORM.fullmatch(key)
    public_id, secret = form.groups() if form else ("", "")
    wanted = select(KEY.c.hash, KEY.c.subscriber_id).where(KEY.c.public_id == public_id, KEY.c.revoked_at.is_(None))
    row = connection.execute(wanted).first()
    is_right = hmac.compare_digest(_hash(secret), row.hash if row else _NOBODYS)
    return Holder(public_id, row.subscriber_id) if row is not None and is_right else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
