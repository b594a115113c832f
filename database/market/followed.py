"""What was open when, what came new, and how long openings lived, out of the columns in memory."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, or_, select

from database.market.counted import in_groups, of_skills
from database.market.figures import Row
from database.market.held import Group, Held
from database.market.scope import BOARD, panel
from search.choosing import microseconds
from search.columns import UNDATED, Array, Numbers
from search.groups import Groups
from search.lives import Gathered, watched, whole_days


def panel_of(connection: Connection, since: datetime, until: datetime) -> Numbers:
    """The ids of the boards that were watched all the while."""
    return np.array(connection.execute(select(BOARD.c.id).where(panel(since, until))).scalars().all(), np.int64)


def _gathered(held: Held, boards: Numbers, since: datetime, until: datetime) -> Gathered:
    is_asked = np.zeros(held.columns.room, np.bool_)
    is_asked[held.ids] = True
    return watched(held.lives, boards, microseconds(since), microseconds(until), is_asked)


def over_time(
    held: Held, by: str, moments: Sequence[datetime], boards: Numbers, most: int | None
) -> tuple[int, list[Group]]:
    """How many lived at all, and by a dimension how many were open at each moment, and new since the one before."""
    found = _gathered(held, boards, moments[0], moments[-1])
    at = np.array([microseconds(moment) for moment in moments])
    groups = Groups(held.columns, found.postings, (by,))
    is_open, step = groups.of(found.open_at(at)), groups.of(np.searchsorted(at, found.least(found["first"])))
    told: dict[str, Numbers] = {}
    for number in range(len(moments)):
        told[f"open{number}"] = groups.counts((is_open >> number & 1).astype(np.bool_))
        told[f"new{number}"] = groups.counts(step == number)
    return len(found.postings), in_groups(groups, told, most)


def came_new(
    held: Held, boards: Numbers, start: datetime, middle: datetime, now: datetime
) -> tuple[tuple[int, int], dict[str, Row]]:
    """How many came before the middle and after it, of all and by skill."""
    found = _gathered(held, boards, start, now)
    began = found.least(found["first"])
    is_after = began > microseconds(middle)
    flags = {"before": (began > microseconds(start)) & ~is_after, "after": is_after}
    before, after = (int(np.count_nonzero(one)) for one in flags.values())
    return (before, after), of_skills(held, found.postings, flags)


# --- how long they lived -------------------------------------------------------------------------------------------


def lives_of(
    held: Held, by: str, start: datetime, boards: tuple[Numbers, Numbers, Numbers], longest: int, most: int
) -> tuple[int, list[Group]]:
    """How many lives, and by a dimension those that `closing` counts, as a list. `boards`: see `boards_of`."""
    is_asked = np.zeros(held.columns.room, np.bool_)
    is_asked[held.ids] = True
    posting = held.lives["posting"]
    found = Gathered(held.lives, np.flatnonzero(is_asked[posting] & (posting > 0)))
    ids, lives = _counting(held, found, microseconds(start), boards, longest)
    groups = Groups(held.columns, ids, (by,))
    last = np.zeros(groups.size, np.int64)
    last[groups.codes] = ids[groups.which]
    each = groups.of(lives)
    return len(each), [
        Group(values[0], int(last[code]), _counted(each[groups.codes == code], longest))
        for code, values, _count in groups.largest(most)
    ]


def boards_of(connection: Connection) -> tuple[Numbers, Numbers, Numbers]:
    """Ids of boards, until when each one's baseline lasted, when what is open there was last seen, in microseconds."""
    rows = connection.execute(
        select(BOARD.c.id, BOARD.c.baseline_at, BOARD.c.listed_at).where(
            or_(BOARD.c.baseline_at.is_not(None), BOARD.c.listed_at.is_not(None))
        )
    ).all()
    ids, *moments = zip(*rows, strict=True) if rows else ((), (), ())
    told = [[0 if moment is None else microseconds(moment) for moment in column] for column in moments]
    return np.array(ids, np.int64), np.array(told[0], np.int64), np.array(told[1], np.int64)


def _counting(
    held: Held, found: Gathered, start: int, boards: tuple[Numbers, Numbers, Numbers], longest: int
) -> tuple[Numbers, Numbers]:
    """The postings that count, each with its life as one number; see `_counted`."""
    baseline, listed = (_of_boards(found, boards[0], one) for one in boards[1:])
    seen = found.most(np.where(found["last"] > 0, found["last"], np.where(listed > 0, listed, found["first"])))
    is_old = found.most((baseline == 0) | (found["first"] <= baseline))
    of, ids = held.columns.of, found.postings
    posted, first, closed = of["sorted_at"][ids], of["first_seen"][ids], of["closed"][ids]
    posted = np.where(posted < -UNDATED // 2, posted + UNDATED, posted)
    is_closed = ~of["is_open"][ids] & ~found.most(found["is_gone"])
    end, began = np.where(is_closed, closed, seen), np.where(of["is_dated"][ids], posted, first)
    entry = np.clip(whole_days(np.maximum(first, start), began), 0, longest)
    age = np.clip(whole_days(end, began) + 1, 1, longest + 1)
    counts = (end > start) & (end >= first) & (of["is_dated"][ids] | ~is_old)
    lives: Numbers = (entry * (longest + 2) + age) * 2 + (is_closed & (age <= longest))
    return ids[counts], lives[counts]


def _of_boards(found: Gathered, ids: Numbers, values: Numbers) -> Array:
    """A number of the board of each listing; 0 where it has none."""
    known = np.zeros(max(int(found["board"].max(initial=0)), int(ids.max(initial=0))) + 1, np.int64)
    known[ids] = values
    return known[found["board"]]


def _counted(lives: Numbers, longest: int) -> list[tuple[int, int, bool, int]]:
    """Entry, age, whether it closed, and how many have that life."""
    kinds, counts = np.unique(lives, return_counts=True)
    days, closed = kinds // 2, (kinds % 2).astype(np.bool_)
    parts = (days // (longest + 2), days % (longest + 2), closed, counts)
    return list(zip(*(part.tolist() for part in parts), strict=True))
