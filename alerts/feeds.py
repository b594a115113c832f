"""Feeds of saved searches: an address that whoever has it may read, until it is revoked. Signed, so that none is found
by trying. Every function works within the caller's transaction."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, insert, select

from alerts.mutes import muted
from alerts.subscribers import SEARCH
from database import table_of
from models import SearchFeed

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

FEED = table_of(SearchFeed)
MAX_TOKEN = 200
_PURPOSE = "feed"  # part of the key: a token made for something else opens nothing here


def open_feed(connection: Connection, key: bytes, search_id: int, now: datetime) -> str:
    """The token of a search's feed, the same one until it is revoked. `key`: what signs links."""
    nonce = connection.execute(select(FEED.c.nonce).where(FEED.c.search_id == search_id)).scalar()
    if nonce is None:
        nonce = secrets.token_urlsafe(12)
        connection.execute(insert(FEED).values(search_id=search_id, nonce=nonce, made_at=now))
    return str(_serializer(key).dumps([search_id, nonce]))


def revoke_feed(connection: Connection, search_id: int) -> bool:
    """Let the address of a search's feed open nothing more; whether there was one."""
    return bool(connection.execute(delete(FEED).where(FEED.c.search_id == search_id)).rowcount)


def search_of(connection: Connection, key: bytes | None, token: str) -> dict[str, Any] | None:
    """The search whose feed this token opens; None where it opens none."""
    given = _read(key, token) if key is not None and len(token) <= MAX_TOKEN else None
    if given is None:
        return None
    wanted = select(SEARCH, FEED.c.nonce).join(FEED, FEED.c.search_id == SEARCH.c.id)
    row = connection.execute(wanted.where(SEARCH.c.id == given[0], SEARCH.c.removed_at.is_(None))).mappings().first()
    is_right = row is not None and hmac.compare_digest(row["nonce"].encode(), given[1].encode())
    return dict(row) if row is not None and is_right else None


def _read(key: bytes, token: str) -> tuple[int, str] | None:
    from itsdangerous import BadData

    try:
        match _serializer(key).loads(token):
            case [int(search_id), str(nonce)]:
                return search_id, nonce
    except BadData:
        pass
    return None


def _serializer(key: bytes) -> "URLSafeSerializer":
    from itsdangerous import URLSafeSerializer  # only here: listing searches needs none

    return URLSafeSerializer(key, salt=_PURPOSE)


def unmuted(connection: Connection, subscriber_id: int, posting_ids: Sequence[int]) -> list[int]:
    """Those of the postings that this person has not muted, nor their employer."""
    silent = {key for _, key in muted(connection, [subscriber_id], posting_ids)}
    return [key for key in posting_ids if key not in silent]
