"""How long openings live. Those still open count too, as lived so long at least: else only the short-lived would."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, case, cast, extract, func, or_, select

from database.market.figures import Asked, Figures, MarketError, Row
from database.market.held import held, names
from database.market.scope import BOARD, LINK, LISTING, POSTING, basis, condition, joined, key_of, label_of

SHOWN = 30
LONGEST = 1_500  # days
FEW = 5  # openings that closed
MONTH = 30
A_MOMENT = 1e-6  # days: what a difference of two numbers of days may be off
Lives = list[tuple[int, int, bool, int]]  # age when we began to look, age at the end, whether it closed, how many
Groups = list[tuple[str, Lives]]


def closing(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """After how many days a quarter, half and three quarters of openings are closed (Kaplan and Meier), by a
    dimension: of what was open in the last days."""
    if len(asked.dimensions) > 1:
        raise MarketError(f"by: one dimension here, not {asked.by!r}")
    total, groups = _by_columns(connection, asked, now) or _by_sql(connection, asked, now)
    rows = [_row(asked.by, value, found) for value, found in groups]
    rows.sort(key=lambda row: (-row["postings"], str(row[asked.by])))
    note = "Counted from the day posted. Open ones count as lived so long at least; a board that left closes nothing."
    told = basis(asked, now, total, days=asked.days, note=note)
    columns = (asked.by, "postings", "closed", "open", "quarter_days", "median_days", "three_quarters_days", "in_month")
    return Figures("closing", columns, rows[:SHOWN], told)


def _by_columns(connection: Connection, asked: Asked, now: datetime) -> tuple[int, Groups] | None:
    if (holder := held(connection, asked, now)) is None:
        return None
    from database.market.followed import boards_of, lives_of

    start, boards = now - timedelta(days=asked.days), boards_of(connection)
    total, groups = holder.told(partial(lives_of, by=asked.by, start=start, boards=boards, longest=LONGEST, most=SHOWN))
    return total, [(name, one.told) for name, one in zip(names(connection, asked.by, groups), groups, strict=True)]


def _by_sql(connection: Connection, asked: Asked, now: datetime) -> tuple[int, Groups]:
    groups = list(_lives(connection, asked, now).items())
    return sum(count for _value, lives in groups for *_life, count in lives), groups


def _row(by: str, value: str, lives: Lives) -> Row:
    closed = sum(count for _entry, _age, is_closed, count in lives if is_closed)
    total = sum(count for *_rest, count in lives)
    curve = survival(lives) if closed >= FEW else []
    after = {name: _reached(curve, left) for name, left in QUARTERS.items()}
    month = next((round(1 - left, 4) for day, left in reversed(curve) if day <= MONTH), None)
    return {by: value, "postings": total, "closed": closed, "open": total - closed, **after, "in_month": month}


QUARTERS = {"quarter_days": 0.75, "median_days": 0.5, "three_quarters_days": 0.25}


def _reached(curve: Sequence[tuple[int, float]], left: float) -> int | None:
    """The first day on which so few are left; None: not within what was seen."""
    return next((day for day, share in curve if share <= left + 1e-9), None)


def survival(lives: Iterable[tuple[int, int, bool, int]]) -> list[tuple[int, float]]:
    """(day, share still open after it), for the days on which some closed; who came late is at risk from then on."""
    entered: dict[int, int] = {}
    left: dict[int, int] = {}
    closed: dict[int, int] = {}
    for entry, age, is_closed, count in lives:
        entered[entry] = entered.get(entry, 0) + count
        left[age] = left.get(age, 0) + count
        closed[age] = closed.get(age, 0) + (count if is_closed else 0)
    share, at_risk, curve = 1.0, 0, []
    for day in range(max(left, default=-1) + 1):
        if gone := closed.get(day, 0):
            share *= 1 - gone / at_risk
            curve.append((day, share))
        at_risk += entered.get(day, 0) - left.get(day, 0)
    return curve


def _lives(connection: Connection, asked: Asked, now: datetime) -> dict[str, Lives]:
    start, by = now - timedelta(days=asked.days), asked.by
    seen = _seen().subquery()
    is_dated = POSTING.c.posted_at_quality != "first-seen"
    began = case((is_dated, POSTING.c.posted_at), else_=POSTING.c.first_seen_at)
    is_closed = and_(POSTING.c.closed_at.is_not(None), seen.c.is_gone == 0)
    end = case((is_closed, POSTING.c.closed_at), else_=seen.c.last_seen)
    late = case((POSTING.c.first_seen_at > start, POSTING.c.first_seen_at), else_=start)
    dialect = connection.dialect.name
    columns = (_days(late, began, dialect), _days(end, began, dialect) + 1, case((is_closed, 1), else_=0))
    source = joined([by], POSTING.join(seen, seen.c.posting_id == POSTING.c.id))
    wanted = select(label_of(by), *columns, func.count()).select_from(source)
    wanted = wanted.where(condition(connection, asked, now), end > start, end >= POSTING.c.first_seen_at)
    wanted = wanted.where(or_(is_dated, seen.c.is_old == 0))
    groups: dict[str, Lives] = {}
    for value, entry, age, closed, count in connection.execute(wanted.group_by(key_of(by), *columns)):
        life = (min(max(entry, 0), LONGEST), min(max(age, 1), LONGEST + 1), bool(closed) and age <= LONGEST, count)
        groups.setdefault(value, []).append(life)
    return groups


def _seen() -> Select[Any]:
    """A row a posting: when it was last seen, whether its board left, whether it was there before we looked."""
    last = func.coalesce(LISTING.c.last_seen_at, BOARD.c.listed_at, LISTING.c.first_seen_at)
    is_old = or_(BOARD.c.baseline_at.is_(None), LISTING.c.first_seen_at <= BOARD.c.baseline_at)
    return (
        select(
            LINK.c.posting_id,
            func.max(last).label("last_seen"),
            func.max(case((LISTING.c.close_reason.like("board %"), 1), else_=0)).label("is_gone"),
            func.max(case((is_old, 1), else_=0)).label("is_old"),
        )
        .select_from(
            LISTING.join(LINK, LINK.c.listing_id == LISTING.c.id).join(BOARD, BOARD.c.id == LISTING.c.board_id)
        )
        .group_by(LINK.c.posting_id)
    )


def _days(later: ColumnElement[datetime], earlier: ColumnElement[datetime], dialect: str) -> ColumnElement[int]:
    """Whole days between two moments."""
    if dialect == "postgresql":
        return cast(func.floor(extract("epoch", later - earlier) / 86_400), Integer)
    return cast(func.julianday(later) - func.julianday(earlier) + A_MOMENT, Integer)
