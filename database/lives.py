"""Reading how long listings were on their boards into `search.lives`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Connection, cast, extract, select, true

from database.write import table_of
from models import Listing
from search.columns import STILL, Numbers
from search.lives import Lives

_LISTING = table_of(Listing).c
AT_ONCE = 50_000  # rows that are held as text
LEFT = "board %"  # how a reason begins that is the board's, not the posting's


def read_lives(connection: Connection, lives: Lives, which: ColumnElement[bool] | None = None) -> None:
    """Put these listings there, or all of them: SQLite reads them of an index, for the rows hold the texts."""
    times = (_LISTING.first_seen_at, _LISTING.last_seen_at, _LISTING.closed_at)
    if is_server := connection.dialect.name == "postgresql":
        times = tuple(cast(extract("epoch", time) * 1_000_000, BigInteger) for time in times)  # type: ignore[assignment]
    is_gone = _LISTING.close_reason.like(LEFT)
    wanted = select(_LISTING.id, _LISTING.board_id, is_gone, *times).where(true() if which is None else which)
    cursor: Any = connection.execute(wanted).cursor
    while rows := cursor.fetchmany(AT_ONCE):
        ids, boards, gone, *moments = zip(*rows, strict=True)
        first, last, closed = (_numbers(column) if is_server else _parsed(column) for column in moments)
        closed[closed == 0] = STILL
        values = {"board": np.array(boards), "is_gone": np.array(gone), "first": first, "last": last, "closed": closed}
        lives.put(np.array(ids, np.int64), values)


def _numbers(column: Sequence[int | None]) -> Numbers:
    return np.array([moment or 0 for moment in column], np.int64)


def _parsed(column: Sequence[str | None]) -> Numbers:
    """SQLite's texts of times, in microseconds; 0 for none."""
    return np.array([text or "1970-01-01" for text in column], "datetime64[us]").astype(np.int64)
