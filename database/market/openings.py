"""How many openings there are, and how that changed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, select

from database.market.figures import Asked, Figures, MarketError, Row
from database.market.held import held, rows_of
from database.market.scope import (
    BEGAN,
    POSTING,
    basis,
    boards,
    condition,
    is_open_at,
    joined,
    key_of,
    label_of,
    lives,
    number,
)

MOST_STEPS = 28
LENGTHS = (1, 7, 14, 28)  # days
SERIES = 12  # values of a dimension that are followed
SHOWN = 200
MANY = ("country", "skill", "company")  # dimensions of many values, of which a posting may have several


def open_now(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """Open postings by a dimension, and how many employers have them."""
    by = _single(asked)
    if (holder := held(connection, asked, now)) is not None:
        from database.market.counted import open_by

        total, groups = holder.told(partial(open_by, by=by, most=SHOWN))
        rows = rows_of(connection, by, groups)
    else:
        total, rows = _open_now(connection, asked, now, by)
    rows = [{**row, "share": share(row["postings"], total)} for row in rows]
    return Figures("now", (by, "postings", "share", "employers"), rows, basis(asked, now, total))


def _open_now(connection: Connection, asked: Asked, now: datetime, by: str) -> tuple[int, list[Row]]:
    is_open = and_(condition(connection, asked, now), POSTING.c.closed_at.is_(None))
    employers = func.count(POSTING.c.company_key.distinct()).label("employers")
    return _whole(connection, is_open), _largest(connection, by, is_open, [employers])


def _whole(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(POSTING).where(which)).scalar_one()


def _largest(
    connection: Connection, by: str, which: ColumnElement[bool], columns: Sequence[ColumnElement[int]]
) -> list[Row]:
    counted = func.count().label("postings")
    wanted = select(label_of(by).label(by), counted, *columns).select_from(joined([by])).where(which)
    found = connection.execute(wanted.group_by(key_of(by)).order_by(counted.desc(), label_of(by)).limit(SHOWN))
    return [dict(row) for row in found.mappings()]


def openings(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """Postings open at each of some days, and new since the one before, on the boards watched all the while."""
    by, moments = _single(asked), steps(now, asked.days)
    if (holder := held(connection, asked, now)) is not None:
        from database.market.followed import over_time, panel_of

        watched = panel_of(connection, moments[0], now)
        most = SERIES if by in MANY else None
        total, found = holder.told(partial(over_time, by=by, moments=moments, boards=watched, most=most))
        groups = rows_of(connection, by, found)
    else:
        total, groups = _openings(connection, asked, now, by, moments)
    rows = [row for group in groups for row in _series(by, group, moments)]
    told = {"from": moments[0], "to": now, **boards(connection, moments[0], now)}
    return Figures("openings", ("date", by, "open", "new"), rows, basis(asked, now, total, **told))


def _openings(
    connection: Connection, asked: Asked, now: datetime, by: str, moments: list[datetime]
) -> tuple[int, list[Row]]:
    opened = [is_open_at(moment).label(f"open{place}") for place, moment in enumerate(moments)]
    life = lives(moments[0], now, BEGAN, *opened).subquery()
    counted = func.count().label("postings")
    began = pairwise(moments)
    new = [number(and_(life.c.began > a, life.c.began <= b)).label(f"new{n}") for n, (a, b) in enumerate(began, 1)]
    sums = [func.sum(life.c[f"open{place}"]).label(f"open{place}") for place in range(len(moments))]
    source = joined([by], POSTING.join(life, life.c.posting_id == POSTING.c.id))
    wanted = select(label_of(by).label(by), counted, *sums, *new).select_from(source)
    wanted = wanted.where(condition(connection, asked, now)).group_by(key_of(by)).order_by(counted.desc(), label_of(by))
    groups = [dict(row) for row in connection.execute(wanted.limit(SERIES if by in MANY else None)).mappings()]
    total = _behind(connection, life, asked, now) if by in MANY else sum(group["postings"] for group in groups)
    return total, groups


def _behind(connection: Connection, life: Subquery, asked: Asked, now: datetime) -> int:
    seen = POSTING.join(life, life.c.posting_id == POSTING.c.id)
    counted = select(func.count()).select_from(seen).where(condition(connection, asked, now))
    return connection.execute(counted).scalar_one()


def _series(by: str, group: Row, moments: list[datetime]) -> list[Row]:
    return [
        {"date": moment.date(), by: group[by], "open": group[f"open{n}"], "new": group[f"new{n}"] if n else None}
        for n, moment in enumerate(moments)
    ]


def steps(now: datetime, days: int) -> list[datetime]:
    """The moments that a time is looked at, whole days or weeks apart, the last of them now."""
    length = next(one for one in LENGTHS if days // one <= MOST_STEPS)
    return [now - timedelta(days=length * back) for back in range(days // length, -1, -1)]


def share(part: int, whole: int) -> float | None:
    """Of 1; None of nothing."""
    return round(part / whole, 4) if whole else None


def _single(asked: Asked) -> str:
    if len(asked.dimensions) > 1:
        raise MarketError(f"by: one dimension here, not {asked.by!r}")
    return asked.by


WORKPLACES = ("remote", "hybrid", "onsite")


def remote(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """Where the work of open postings is done, of those that say so."""
    by = _single(asked)
    if (holder := held(connection, asked, now)) is not None:
        from database.market.counted import placed

        total, groups = holder.told(partial(placed, by=by, most=SHOWN, workplaces=WORKPLACES))
        rows = rows_of(connection, by, groups)
    else:
        total, rows = _remote(connection, asked, now, by)
    for row in rows:
        row |= {"remote_share": share(row["remote"], row["said"]),
                "flexible_share": share(row["remote"] + row["hybrid"], row["said"])}  # fmt: skip
    note = "Shares are of the postings that say where the work is done; flexible is remote or hybrid."
    columns = (by, "postings", "said", *WORKPLACES, "remote_share", "flexible_share")
    return Figures("remote", columns, rows, basis(asked, now, total, note=note))


def _remote(connection: Connection, asked: Asked, now: datetime, by: str) -> tuple[int, list[Row]]:
    is_open = and_(condition(connection, asked, now), POSTING.c.closed_at.is_(None))
    said = number(POSTING.c.workplace.is_not(None)).label("said")
    counts = [number(POSTING.c.workplace == one).label(one) for one in WORKPLACES]
    return _whole(connection, is_open), _largest(connection, by, is_open, [said, *counts])
