"""What is open, where its work is done, what it pays and asks for, out of the columns in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from database.market.figures import Row
from database.market.held import Group, Held
from search.choosing import microseconds
from search.columns import Array, Flags, Numbers
from search.groups import Groups

Amounts = list[float]


def in_groups(groups: Groups, told: dict[str, Numbers], most: int | None) -> list[Group]:
    """The largest groups with their numbers."""
    last = np.zeros(groups.size, np.int64)
    last[groups.codes] = groups.ids[groups.which]
    return [
        Group(values[0], int(last[code]), {"postings": count, **{name: int(one[code]) for name, one in told.items()}})
        for code, values, count in groups.largest(most)
    ]


def open_by(held: Held, by: str, most: int) -> tuple[int, list[Group]]:
    """How many are open, and by a dimension how many of how many employers."""
    groups = Groups(held.columns, held.open, (by,))
    employers = groups.distinct(held.columns.of["company"][held.open])
    return len(held.open), in_groups(groups, {"employers": employers}, most)


def placed(held: Held, by: str, most: int, workplaces: Sequence[str]) -> tuple[int, list[Group]]:
    """How many are open, and by a dimension how many say where the work is done, and say so."""
    groups = Groups(held.columns, held.open, (by,))
    where = groups.of(held.columns.of["workplace"][held.open])
    numbers = {name: held.columns.words["workplace"].get(name, -1) for name in workplaces}
    told = {name: groups.counts(where == number) for name, number in numbers.items()}
    return len(held.open), in_groups(groups, {"said": groups.counts(where != 0), **told}, most)


# --- pay -----------------------------------------------------------------------------------------------------------


def paid(held: Held, dimensions: Sequence[str], since: datetime, factors: dict[str, float]) -> list[Any]:
    """Groups of those open after `since` that state their pay: values, employers, ordered amounts as asked for."""
    ids, amounts = _amounts(held, since, factors)
    is_known = ~np.isnan(amounts)
    ids, amounts = ids[is_known], amounts[is_known]
    groups = Groups(held.columns, ids, dimensions)
    employers, each = groups.distinct(held.columns.of["company"][ids]), groups.of(amounts)
    ordered = each[np.lexsort((each, groups.codes))].tolist()
    ends = np.cumsum(groups.counts()).tolist()
    return [
        (values, int(employers[code]), ordered[ends[code] - count : ends[code]])
        for code, values, count in groups.largest()
    ]


def stated(held: Held, since: datetime, factors: dict[str, float]) -> tuple[int, int]:
    """How many state their pay, and of how many it can be turned into what is asked for."""
    _, amounts = _amounts(held, since, factors)
    return len(amounts), int(np.count_nonzero(~np.isnan(amounts)))


def _amounts(held: Held, since: datetime, factors: dict[str, float]) -> tuple[Numbers, Array]:
    """Who states it, and the middle of each range; NaN where there is no rate."""
    of, words = held.columns.of, held.columns.words["currency"].words
    ids = held.ids[of["closed"][held.ids] > microseconds(since)]
    low, high = of["low"][ids], of["high"][ids]
    is_said = (of["currency"][ids] != 0) & ~of["is_predicted"][ids] & ~(np.isnan(low) & np.isnan(high))
    ids, low, high = ids[is_said], low[is_said], high[is_said]
    worth = np.array([factors.get(word, np.nan) for word in words])
    middle = (np.where(np.isnan(low), high, low) + np.where(np.isnan(high), low, high)) / 2
    return ids, middle * worth[of["currency"][ids]]


# --- skills --------------------------------------------------------------------------------------------------------


def asked_for(held: Held, have: Collection[str], most: int) -> tuple[int, list[tuple[str, int]], dict[str, int], int]:
    """How many are open, what they ask for with how many do, what is the only one missing of how many, and how many
    miss nothing that they name."""
    ids = held.open
    groups = Groups(held.columns, ids, ("skill",))
    named = [(values[0], count) for _, values, count in groups.largest(most)]
    is_lacking = ~_is_had(held, groups, have)
    lacking = np.bincount(groups.which[is_lacking], minlength=len(ids))
    alone = groups.counts(is_lacking & groups.of(lacking == 1))
    gains = {groups.values(code)[0]: int(alone[code]) for code in np.flatnonzero(alone).tolist()}
    names_some = np.bincount(groups.which, minlength=len(ids)) > 0
    return len(ids), named, gains, int(np.count_nonzero(names_some & (lacking == 0)))


def _is_had(held: Held, groups: Groups, have: Collection[str]) -> Flags:
    numbers = held.columns.words["skill"].known(have)
    known = np.zeros(groups.size, np.bool_)
    known[numbers] = True
    return known[groups.codes]


def of_skills(held: Held, ids: Numbers, flags: dict[str, Flags]) -> dict[str, Row]:
    """By skill, how many of these postings each of the flags is true of."""
    groups = Groups(held.columns, ids, ("skill",))
    told = {name: groups.counts(groups.of(one)) for name, one in flags.items()}
    return {
        values[0]: {name: int(one[code]) for name, one in told.items()} for code, values, _count in groups.largest()
    }
