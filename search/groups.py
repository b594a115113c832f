"""Postings of `search.columns` in groups by a dimension or two; one of two countries is in the group of each."""

from collections.abc import Sequence

import numpy as np

from search.columns import Array, Columns, Flags, Numbers
from search.values import UNKNOWN

_MOST = 4_000_000  # pairs that are ticked off on a list; where there may be more they are sorted
_SAID = ("workplace", "type")  # where none stands for unknown
Values = tuple[str, ...]


class Groups:
    """`which`: the place of a posting among the ids, `codes`: the group it is in, each pair once."""

    def __init__(self, columns: Columns, ids: Numbers, dimensions: Sequence[str]) -> None:
        self.columns, self.ids, self.dimensions = columns, ids, tuple(dimensions)
        self.which: Numbers = np.arange(len(ids))
        self.codes: Numbers = np.zeros(len(ids), np.int64)
        self.sizes: list[int] = []  # how many numbers each dimension has
        for by in dimensions:
            self._split(by)
        self.size, self.known = int(np.prod(self.sizes, initial=1)), None
        if self.size > _MOST:  # then only those groups get a number that there are
            self.known, self.codes = np.unique(self.codes, return_inverse=True)
            self.size = len(self.known)

    def _split(self, by: str) -> None:
        which, codes = _coded(self.columns, self.ids[self.which], by)
        self.sizes.append(len(self._words(by)) + 1)  # the last stands for what is unknown
        self.which, self.codes = self.which[which], self.codes[which] * self.sizes[-1] + codes

    def _words(self, by: str) -> Sequence[str]:
        return () if by == "all" else self.columns.words[by].words

    def of(self, column: Array) -> Array:
        """A column that stands beside the ids, beside the pairs."""
        return column[self.which]

    def counts(self, keep: Flags | None = None) -> Numbers:
        """How many each group has, by its code."""
        return np.bincount(self.codes if keep is None else self.codes[keep], minlength=self.size)

    def distinct(self, column: Array) -> Numbers:
        """How many values of a column of small numbers each group has."""
        values = self.of(column).astype(np.int64)
        size, most = self.size, int(values.max(initial=0)) + 1
        pairs = self.codes * most + values
        if size * most <= _MOST:
            seen = np.zeros(size * most, np.bool_)
            seen[pairs] = True
            found: Numbers = np.count_nonzero(seen.reshape(size, most), axis=1)
            return found
        return np.bincount(np.unique(pairs) // most, minlength=size)

    def values(self, code: int) -> Values:
        """What a group is called, a word a dimension."""
        if self.known is not None:
            code = int(self.known[code])
        found = []
        for by, size in zip(reversed(self.dimensions), reversed(self.sizes), strict=True):
            found.append(self._word(by, code % size))
            code //= size
        return tuple(reversed(found))

    def _word(self, by: str, number: int) -> str:
        words = self._words(by)
        if by == "all":
            return by
        if number == len(words) or (number == 0 and by in _SAID):
            return UNKNOWN
        return words[number]

    def largest(self, most: int | None = None) -> list[tuple[int, Values, int]]:
        """Groups with their values and how many they have, most first."""
        counts = self.counts()
        least = np.partition(counts, -most)[-most] if most and len(counts) > most else 1
        some = np.flatnonzero(counts >= max(least, 1)).tolist()
        found = [(code, self.values(code), int(counts[code])) for code in some]
        return sorted(found, key=lambda one: (-one[2], one[1]))[:most]


def _coded(columns: Columns, ids: Numbers, by: str) -> tuple[Numbers, Numbers]:
    """Pairs of a place among the ids and a number of the dimension."""
    if by not in ("country", "skill"):
        codes = np.zeros(len(ids), np.int64) if by == "all" else columns.of[by][ids].astype(np.int64)
        return np.arange(len(ids)), codes
    several = columns.several[by]
    which, where = several.of(ids)
    codes = several.words[where].astype(np.int64)
    if by == "skill":
        return which, codes
    nowhere = np.flatnonzero(several.counts[ids] == 0)
    unknown = np.full(len(nowhere), len(columns.words[by].words))
    return np.concatenate([which, nowhere]), np.concatenate([codes, unknown])
