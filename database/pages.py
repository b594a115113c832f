"""Postings page by page: a cursor says where a page ended, so that none is shown twice or skipped while rows come."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select

import search
from database.memory import asked
from database.terms import for_everyone
from database.write import table_of
from models import Card, Posting

_POSTING, _CARD = table_of(Posting), table_of(Card)
_CHECK = 4  # bytes of a cursor that tell a mistyped one
_LONGEST = 2_000  # characters of a cursor


class CursorError(ValueError):
    """The text is no cursor of a page in this order. Raised by `find_page`."""


@dataclass(frozen=True)
class Page:
    """Ids in their order, and the cursor of the next page; empty where this is the last."""

    ids: list[int]
    next: str = ""


@dataclass(frozen=True)
class Order:
    """By a value that is never null, and then the newest id first."""

    value: ColumnElement[Any]
    is_falling: bool = True

    @property
    def terms(self) -> tuple[ColumnElement[Any], ...]:
        """What to sort by."""
        return (self.value.desc() if self.is_falling else self.value, _CARD.c.posting_id.desc())

    def behind(self, value: Any, key: int) -> ColumnElement[bool]:
        """What comes after this one."""
        at = literal(value, self.value.type)
        later = self.value < at if self.is_falling else self.value > at
        return or_(later, and_(self.value == at, _CARD.c.posting_id < key))


SORTS = {
    "posted": Order(_CARD.c.sorted_at),
    "first-seen": Order(_CARD.c.first_seen),
    "salary": Order(func.coalesce(_CARD.c.salary_annual_max, -1.0)),
    "company": Order(_CARD.c.company_key, is_falling=False),
}


def find_page(
    connection: Connection,
    query: "search.Query | None",
    now: datetime,
    *,
    sort: str = "posted",
    limit: int = 50,
    after: str = "",
    for_all: bool = False,
) -> Page:
    """A page of the postings that match (all, without a query), behind the page that `after` ended. Raises CursorError.

    `sort`: posted, first-seen, salary or company; by `posted` what has no date of its own comes last.
    """
    place = _read_cursor(sort, after) if after else None
    if in_memory := asked(connection, query, now, for_all):
        ids, last = in_memory.page(sort, limit, place)
        return Page(ids, _write_cursor(sort, *last) if last else "")
    order = SORTS[sort]
    statement = sorted_ids(connection, query, now, order, for_all).add_columns(order.value).limit(limit + 1)
    rows = connection.execute(statement.where(order.behind(*place)) if place else statement).all()
    cut = rows[limit - 1] if len(rows) > limit else None
    return Page([row[0] for row in rows[:limit]], _write_cursor(sort, cut[1], cut[0]) if cut else "")


def find_postings(
    connection: Connection,
    query: "search.Query | None",
    now: datetime,
    sort: str = "posted",
    limit: int | None = 50,
    offset: int = 0,
    for_all: bool = False,
) -> list[int]:
    """Ids of the postings that match (all, without a query), sorted by a key of SORTS. `for_all`: who may see them."""
    if in_memory := asked(connection, query, now, for_all):
        return in_memory.first(sort, None if limit is None else offset + limit)[offset:]
    statement = sorted_ids(connection, query, now, SORTS[sort], for_all).limit(limit).offset(offset)
    return list(connection.execute(statement).scalars())


def sorted_ids(
    connection: Connection, query: "search.Query | None", now: datetime, order: Order, for_all: bool
) -> Select[Any]:
    """The ids of those that match, in an order."""
    statement = select(_POSTING.c.id).join(_CARD, _CARD.c.posting_id == _POSTING.c.id).order_by(*order.terms)
    statement = statement.where(for_everyone(connection)) if for_all else statement
    if query is not None:
        statement = statement.where(search.to_sql(query, connection.dialect.name, now))
    return statement


def count_postings(connection: Connection, query: "search.Query | None", now: datetime, for_all: bool = False) -> int:
    """How many postings match."""
    if in_memory := asked(connection, query, now, for_all):
        return in_memory.count()
    statement = select(func.count()).select_from(_POSTING)
    statement = statement.where(for_everyone(connection)) if for_all else statement
    if query is not None:
        statement = statement.where(search.to_sql(query, connection.dialect.name, now))
    return connection.execute(statement).scalar_one()


def _write_cursor(sort: str, value: Any, key: int) -> str:
    told = orjson.dumps([sort, value, key])
    return base64.urlsafe_b64encode(told + _check(told)).decode().rstrip("=")


def _read_cursor(sort: str, text: str) -> tuple[Any, int]:
    told = _decoded(text)
    if told is None:
        raise CursorError("this is no cursor: take `next` of the page before as it is")
    of, value, key = orjson.loads(told)
    if of != sort:
        raise CursorError(f"this cursor is of a list sorted by {of}, not by {sort}")
    return value, key


def _decoded(text: str) -> bytes | None:
    if len(text) > _LONGEST:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    told, check = raw[:-_CHECK], raw[-_CHECK:]
    return told if check == _check(told) else None


def _check(told: bytes) -> bytes:
    return zlib.crc32(told).to_bytes(_CHECK)
