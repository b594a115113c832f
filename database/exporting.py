"""Which postings leave in an export: one after another, so that a million of them need no room."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

import search
from database.postings import posting_json
from database.write import table_of
from models import Posting, PostingEvent, Redirect

CHUNK = 500
POSTING, EVENT, REDIRECT = table_of(Posting), table_of(PostingEvent), table_of(Redirect)


def exported(
    connection: Connection, query: search.Query | None, now: datetime, since: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Postings as others may have them, in the public JSON form, the newest seen first.

    `since`: only those of which anything changed from then on, closed and merged ones too. `merged_ids` are the public
    ids that lead to a posting now.
    """
    wanted = select(POSTING.c.id).where(_condition(connection, query, now, since))
    wanted = wanted.order_by(POSTING.c.first_seen_at.desc(), POSTING.c.id.desc())
    found = connection.execute(wanted, execution_options={"yield_per": CHUNK}).scalars()
    for ids in found.partitions(CHUNK):
        yield from _chunk(connection, ids)


def count_exported(
    connection: Connection, query: search.Query | None, now: datetime, since: datetime | None = None
) -> int:
    """How many they are at most: some may be kept for who runs this."""
    counted = select(func.count()).select_from(POSTING).where(_condition(connection, query, now, since))
    return connection.execute(counted).scalar_one()


def _chunk(connection: Connection, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        select(POSTING.c.public_id.label("to"), REDIRECT.c.public_id)
        .join(REDIRECT, REDIRECT.c.posting_id == POSTING.c.id)
        .where(POSTING.c.id.in_(ids))
        .order_by(REDIRECT.c.public_id)
    )
    merged: dict[str, list[str]] = {}
    for row in rows:
        merged.setdefault(row.to, []).append(row.public_id)
    for posting in posting_json(connection, ids, is_passed_on=True):
        yield posting | {"merged_ids": merged.get(posting["id"], [])}


def _condition(
    connection: Connection, query: search.Query | None, now: datetime, since: datetime | None
) -> ColumnElement[bool]:
    asked = true() if query is None else search.to_sql(query, connection.dialect.name, now)
    if since is None:
        return asked
    happened = select(EVENT.c.posting_id).where(EVENT.c.at >= since)
    merged = select(REDIRECT.c.posting_id).where(REDIRECT.c.merged_at >= since)
    told = or_(POSTING.c.id.in_(happened), POSTING.c.id.in_(merged))
    return asked & or_(told, POSTING.c.first_seen_at >= since, POSTING.c.closed_at >= since)
