"""Postings page by page: a cursor says where a page ended, so that none is shown twice or skipped while rows come."""

import base64
import binascii
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, not_, or_, select

import search
from database.terms import for_everyone
from database.write import table_of
from models import EventKind, Posting, PostingEvent

_POSTING, _EVENT = table_of(Posting).c, table_of(PostingEvent).c
_CHECK = 4  # bytes of a cursor that tell a mistyped one
_LONGEST = 2_000  # characters of a cursor
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)  # where postings stand of which nobody knows how old they are


class CursorError(ValueError):
    """The text is no cursor of a page in this order. Raised by `find_page`."""


@dataclass(frozen=True)
class Page:
    """Ids in their order, and the cursor of the next page; empty where this is the last."""

    ids: list[int]
    next: str = ""


@dataclass(frozen=True)
class _Order:
    """By a value that is never null, and then the newest id first."""

    value: ColumnElement[Any]
    is_falling: bool = True
    is_time: bool = False

    @property
    def terms(self) -> tuple[ColumnElement[Any], ...]:
        return (self.value.desc() if self.is_falling else self.value, _POSTING.id.desc())

    def behind(self, value: Any, key: int) -> ColumnElement[bool]:
        """What comes after this one."""
        at = literal(value, self.value.type)
        later = self.value < at if self.is_falling else self.value > at
        return or_(later, and_(self.value == at, _POSTING.id < key))


def _undated() -> ColumnElement[bool]:
    """What was there already when its board was first read, and the board says nothing of its age."""
    is_baseline = exists().where(_EVENT.posting_id == _POSTING.id, _EVENT.kind == EventKind.OPENED, _EVENT.is_baseline)
    return and_(_POSTING.posted_at_quality == "first-seen", is_baseline.correlate(table_of(Posting)))


_POSTED = case((not_(_undated()), _POSTING.posted_at), else_=literal(_UNDATED, _POSTING.posted_at.type))
ORDERS = {
    "posted": _Order(_POSTED, is_time=True),
    "first-seen": _Order(_POSTING.first_seen_at, is_time=True),
    "salary": _Order(func.coalesce(_POSTING.salary_annual_max, -1.0)),
    "company": _Order(_POSTING.company_key, is_falling=False),
}


def find_page(
    connection: Connection,
    query: search.Query | None,
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
    order = ORDERS[sort]
    statement = select(_POSTING.id, order.value).order_by(*order.terms).limit(limit + 1)
    statement = statement.where(for_everyone(connection)) if for_all else statement
    if query is not None:
        statement = statement.where(search.to_sql(query, connection.dialect.name, now))
    if after:
        statement = statement.where(order.behind(*_read_cursor(sort, after)))
    rows = connection.execute(statement).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return Page([row[0] for row in rows[:limit]], _write_cursor(sort, last[1], last[0]) if last else "")


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
    return (datetime.fromisoformat(value) if ORDERS[sort].is_time else value), key


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
