"""Employers, as their postings name them."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

import search
from database.memory import asked
from database.terms import for_everyone
from database.write import table_of
from models import Posting

_POSTING = table_of(Posting).c
_COUNTED = ("role", "seniority", "workplace")
UNKNOWN = "unknown"
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_NAMED = 20_000  # ids in one statement


@cache
def _open() -> "search.Query":
    return search.parse("is:open")


def employers(
    connection: Connection, query: "search.Query | None", now: datetime, limit: int, after: str = ""
) -> list[dict[str, Any]]:
    """Employers of the postings that match (of the open ones, without a query) and that anybody may see, by key.

    `after`: the key that the page before ended with. Each stands by the name that the last posting of them writes.
    """
    if in_memory := asked(connection, query or _open(), now, for_all=True):
        from search import counting

        told = in_memory.told(lambda columns, ids: counting.employers(columns, ids, limit, after))
        found = [(key, last, count, _START + timedelta(microseconds=at)) for key, last, count, at in told]
    else:
        found = _grouped(connection, query, now, limit, after)
    named = select(_POSTING.id, _POSTING.company).where(_POSTING.id.in_([last for _, last, *_ in found]))
    names = {row.id: row.company for row in connection.execute(named)}
    return [
        {"key": key, "name": names.get(last, key), "open": count, "newest_at": at} for key, last, count, at in found
    ]


def _grouped(
    connection: Connection, query: "search.Query | None", now: datetime, limit: int, after: str
) -> list[tuple[str, int, int, datetime]]:
    """By SQL: key, highest id, how many, when the newest was posted."""
    statement = (
        select(_POSTING.company_key, func.max(_POSTING.id), func.count(), func.max(_POSTING.posted_at))
        .where(_matching(connection, query, now), _POSTING.company_key > after, for_everyone(connection))
        .group_by(_POSTING.company_key)
        .order_by(_POSTING.company_key)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(statement)]


def count_employers(connection: Connection, query: "search.Query | None", now: datetime) -> int:
    """How many they are in all."""
    if in_memory := asked(connection, query or _open(), now, for_all=True):
        from search import counting

        return in_memory.told(counting.count_employers)
    number = select(func.count(_POSTING.company_key.distinct())).where(_POSTING.company_key > "")
    statement = number.where(_matching(connection, query, now), for_everyone(connection))
    return connection.execute(statement).scalar_one()


def of_employer(connection: Connection, key: str) -> ColumnElement[bool]:
    """The condition on postings that they are an employer's: by their ids where those are known without a search."""
    if in_memory := asked(connection, None, _START, for_all=False):
        from search import counting

        ids = in_memory.told(lambda columns, _: counting.of_employer(columns, key)).tolist()
        if len(ids) <= _MOST_NAMED:
            return _POSTING.id.in_(ids)
    return _POSTING.company_key == key


def employer(connection: Connection, key: str) -> dict[str, Any] | None:
    """One employer: what is open and what was, and of what kinds; None where none is known by that key."""
    if not key or "\0" in key:  # PostgreSQL takes none
        return None
    theirs = (of_employer(connection, key), for_everyone(connection))
    is_open = _POSTING.closed_at.is_(None)
    statement = select(
        func.max(_POSTING.company).label("name"), func.count().label("all"),
        func.count().filter(is_open).label("open"), func.max(_POSTING.posted_at).label("newest_at"),
        func.min(_POSTING.first_seen_at).label("first_seen_at"),
    ).where(*theirs)  # fmt: skip
    row = connection.execute(statement).mappings().one()
    if not row["all"]:
        return None
    kinds = {name: _kinds(connection, name, *theirs, is_open) for name in _COUNTED}
    return {"key": key, **row, "closed": row["all"] - row["open"], **kinds}


def company_key(connection: Connection, posting_id: int) -> str:
    """The key of a posting's employer; empty where it names none."""
    wanted = select(_POSTING.company_key).where(_POSTING.id == posting_id)
    return connection.execute(wanted).scalar() or ""


def _matching(connection: Connection, query: "search.Query | None", now: datetime) -> ColumnElement[bool]:
    return _POSTING.closed_at.is_(None) if query is None else search.to_sql(query, connection.dialect.name, now)


def _kinds(connection: Connection, name: str, *which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """How many of these postings have each value, the most frequent first."""
    value = func.coalesce(_POSTING[name], UNKNOWN)
    number = func.count()
    wanted = select(value.label("value"), number.label("count")).where(*which).group_by(value)
    return [dict(row) for row in connection.execute(wanted.order_by(number.desc(), value)).mappings()]
