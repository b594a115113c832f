"""How many of some postings of `search.columns` have each value of a field."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import numpy as np

from search.age import cutoff
from search.choosing import microseconds
from search.columns import UNDATED, Array, Columns, Numbers
from search.grammar import parse
from search.nodes import Age, Node, Pay
from search.places import country_code
from search.rates import bounds
from search.values import UNKNOWN

Counts = list[tuple[str, int]]
_LISTED = ("country", "skill", "source")
_VISA = {-1: UNKNOWN, 0: "no", 1: "yes"}


def counted(columns: Columns, field: str, ids: Numbers, most: int) -> Counts:
    """Each value that some of them have, with how many do, in no order; companies by key, so many and their like."""
    if field == "visa":
        counts = np.bincount(columns.of["visa"][ids] + 1, minlength=3)
        return [(_VISA[number - 1], int(count)) for number, count in enumerate(counts) if count]
    if field == "company":
        return _companies(columns, ids, most)
    if field in _LISTED:
        return _listed(columns, field, ids)
    words = columns.words[field].words
    counts = np.bincount(columns.of[field][ids])
    unknown = UNKNOWN if field in ("workplace", "type", "language") else ""
    return [(words[number] or unknown, int(counts[number])) for number in np.flatnonzero(counts)]


def _listed(columns: Columns, field: str, ids: Numbers) -> Counts:
    several, words = columns.several[field], columns.words[field].words
    if len(ids) * 4 > columns.size:  # most of them: look at all, which needs no order
        is_asked = np.zeros(columns.room, np.bool_)
        is_asked[ids] = True
        held = several.words[: several.used][is_asked[several.owners[: several.used]]]
    else:
        held = several.words[several.places(ids)]
    counts = np.bincount(held)
    found = [(words[number], int(counts[number])) for number in np.flatnonzero(counts)]
    if field == "country":
        found = [(code, count) for code, count in found if country_code(code) == code]
        found.append((UNKNOWN, int(np.count_nonzero(several.counts[ids] == 0))))
    return found


def _companies(columns: Columns, ids: Numbers, most: int) -> Counts:
    """Each key with the highest id that has it, `KEY/ID`: how it is written stands there."""
    words, of_ids = columns.words["company"].words, columns.of["company"][ids]
    counts, last = np.bincount(of_ids, minlength=len(words)), np.zeros(len(words), np.int64)
    counts[0] = 0
    least = np.partition(counts, -most)[-most] if len(counts) > most else 1
    np.maximum.at(last, of_ids, ids)
    return [
        (f"{words[number]}/{last[number]}", int(counts[number])) for number in np.flatnonzero(counts >= max(least, 1))
    ]


def employers(columns: Columns, ids: Numbers, limit: int, after: str) -> list[tuple[str, int, int, int]]:
    """Employers of some postings in the order of their keys, behind one: key, highest id, how many, when the newest
    was posted."""
    vocabulary, of_ids = columns.words["company"], columns.of["company"][ids]
    counts, last = np.bincount(of_ids, minlength=len(vocabulary)), np.zeros(len(vocabulary), np.int64)
    keys = sorted(key for number in np.flatnonzero(counts) if (key := vocabulary.words[number]) > after)[:limit]
    newest, posted = np.full(len(vocabulary), -UNDATED), columns.of["sorted_at"][ids]
    np.maximum.at(last, of_ids, ids)
    np.maximum.at(newest, of_ids, np.where(posted < -UNDATED // 2, posted + UNDATED, posted))
    numbers = [vocabulary[key] for key in keys]
    return [(vocabulary.words[one], int(last[one]), int(counts[one]), int(newest[one])) for one in numbers]


def count_employers(columns: Columns, ids: Numbers) -> int:
    """How many employers some postings have."""
    counts = np.bincount(columns.of["company"][ids], minlength=1)
    return int(np.count_nonzero(counts[1:]))


def of_employer(columns: Columns, key: str) -> Numbers:
    """The postings of an employer."""
    number = columns.words["company"].get(key, -1)
    return np.flatnonzero((columns.of["company"] == number) & columns.of["is_there"])


def within(columns: Columns, ids: Numbers, clauses: Sequence[str], now: datetime) -> Counts:
    """How many keep each bound: clauses as `posted:<7d`, of rising age, or as `salary>=100kUSD`, of rising pay."""
    nodes = [_clause(text) for text in clauses]
    if cuts := [cutoff(node, now) for node in nodes if isinstance(node, Age)]:
        return list(zip(clauses, _younger(columns, ids, cuts), strict=True))
    amounts, counts = _paid(columns, ids), []
    for node in nodes:  # who does not pay the one amount does not pay the next
        amounts = _paying(columns, amounts, node)
        counts.append(len(amounts[0]))
    return list(zip(clauses, counts, strict=True))


def _younger(columns: Columns, ids: Numbers, cuts: Sequence[datetime]) -> list[int]:
    posted = columns.of["sorted_at"][ids]
    counts = []
    for cut in map(microseconds, reversed(cuts)):  # what is older than the one is older than the next
        posted = posted[np.where(posted < -UNDATED // 2, posted + UNDATED, posted) > cut]
        counts.append(len(posted))
    return counts[::-1]


@cache
def _clause(text: str) -> Node:
    return parse(text).root


def _paid(columns: Columns, ids: Numbers) -> tuple[Array, Array]:
    """What those pay at most that say so, and in which currency."""
    low, high = columns.of["low"][ids], columns.of["high"][ids]
    known = np.where(np.isnan(high), low, high)
    is_known = ~np.isnan(known)
    return known[is_known], columns.of["currency"][ids][is_known]


def _paying(columns: Columns, amounts: tuple[Array, Array], limit: Node) -> tuple[Array, Array]:
    assert isinstance(limit, Pay)
    in_words = bounds(limit.amount, limit.currency)
    least = np.array([in_words.get(word, np.nan) for word in columns.words["currency"].words])
    is_paying = amounts[0] >= least[amounts[1]]
    return amounts[0][is_paying], amounts[1][is_paying]
