"""Postings as columns of numbers, in memory: for who asks often what many of them are, and how many.

A posting's id is its place in every column. What is changed is put again; what is gone is only marked so.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]
Array = NDArray[Any]

UNDATED = 10**18  # microseconds: what is undated was put so much back, see `models.Card`
STILL = 1 << 62  # when what is open closed
SPELLED = ("role", "seniority", "workplace", "type", "language", "currency")  # of few words each
OPEN_ENDED = ("scope", "company")  # of many
SEVERAL = ("country", "city", "region", "skill", "source")  # of which a posting can have more than one
_TYPES: dict[str, Any] = {
    **dict.fromkeys(SPELLED, np.uint16), **dict.fromkeys((*OPEN_ENDED, "shown"), np.int32), "visa": np.int8,
    **dict.fromkeys(("is_there", "is_open", "is_predicted", "is_dated"), np.bool_),
    **dict.fromkeys(("sorted_at", "first_seen", "closed"), np.int64),
    **dict.fromkeys(("low", "high"), np.float64),
}  # fmt: skip


class Vocabulary(dict[str, int]):
    """Word -> its number; 0 stands for none."""

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.words = [""]
        self._tables: dict[Any, list[bool]] = {}

    def __missing__(self, word: str) -> int:
        self.words.append(word)
        self[word] = number = len(self.words) - 1
        return number

    def numbers(self, words: Iterable[str | None]) -> list[int]:
        """The numbers of words, which may be new."""
        return [self[word or ""] for word in words]

    def known(self, words: Iterable[str]) -> list[int]:
        """The numbers of those words that some posting has or had."""
        return [self.get(word, 0) for word in words if self.get(word, 0)]

    def table(self, key: Any, test: Callable[[str], bool]) -> Flags:
        """Which words stand the test; `key` names it, so that no word is put to it twice."""
        if key not in self._tables and len(self._tables) > 100:
            self._tables.clear()
        found = self._tables.setdefault(key, [])
        found += [test(word) for word in self.words[len(found) :]]
        return np.array(found, np.bool_)


class Several:
    """Words of which a posting can have several. What is replaced stays, as posting 0's, until much of it does."""

    def __init__(self) -> None:
        self.starts, self.counts = np.zeros(1, np.int32), np.zeros(1, np.int32)
        self.owners, self.words = np.zeros(0, np.int32), np.zeros(0, np.int32)
        self.used = self.dropped = 0

    def grow(self, size: int) -> None:
        """Make room for so many postings."""
        self.starts, self.counts = grown(self.starts, size), grown(self.counts, size)

    def replace(self, ids: Numbers, owners: Array, words: Array) -> None:
        """Give postings these words: pairs of a posting, which is among the ids, and a word."""
        self._drop(ids)
        pairs = np.unique(owners.astype(np.int64) << 32 | words.astype(np.int64))
        owners, end = (pairs >> 32).astype(np.int32), self.used + len(pairs)
        if end > len(self.owners):
            self.owners, self.words = grown(self.owners, end), grown(self.words, end)
        self.owners[self.used : end], self.words[self.used : end] = owners, pairs & 0xFFFFFFFF
        which, first, counts = np.unique(owners, return_index=True, return_counts=True)
        self.starts[which], self.counts[which] = self.used + first, counts
        self.used = end
        if self.dropped > 10_000 and self.dropped * 2 > self.used:
            self._tidy()

    def _drop(self, ids: Numbers) -> None:
        _, where = self.of(ids)
        self.owners[where] = 0
        self.counts[ids] = 0
        self.dropped += len(where)

    def _tidy(self) -> None:
        kept = np.flatnonzero(self.owners[: self.used])
        self.owners, self.words = self.owners[kept], self.words[kept]
        self.used, self.dropped = len(kept), 0
        starts = np.flatnonzero(np.diff(self.owners, prepend=0))  # a posting's words stand together
        self.starts[self.owners[starts]] = starts

    def of(self, ids: Numbers) -> tuple[Numbers, Numbers]:
        """The words of these postings: for each which of the ids it is of, and where it stands."""
        counts = self.counts[ids]
        return np.repeat(np.arange(len(ids)), counts), self.places(ids)

    def places(self, ids: Numbers) -> Numbers:
        """Where the words of these postings stand."""
        counts = self.counts[ids].astype(np.int64)
        ends = np.cumsum(counts)
        found: Numbers = np.repeat(self.starts[ids] - (ends - counts), counts)
        found += np.arange(len(found))
        return found


class Columns:
    """All postings. `size`: one more than the highest id. `shown`: the number of the source whose words it shows."""

    def __init__(self) -> None:
        self.size, self.room = 1, 1
        self.words = {name: Vocabulary() for name in (*SPELLED, *OPEN_ENDED, *SEVERAL)}
        self.of: dict[str, Array] = {name: np.zeros(1, kind) for name, kind in _TYPES.items()}
        self.several = {name: Several() for name in SEVERAL}

    def grow(self, size: int) -> None:
        """Make room for ids below so many."""
        if size > self.room:
            self.room = max(size, self.room + self.room // 4)
            self.of = {name: grown(column, self.room) for name, column in self.of.items()}
            for one in self.several.values():
                one.grow(self.room)
        self.size = max(self.size, size)

    def put(self, ids: Sequence[int], values: dict[str, Sequence[Any]]) -> None:
        """Give these postings their values, by column: words where there is a vocabulary, else numbers."""
        self.grow(max(ids) + 1)
        at = np.array(ids, np.int64)
        for name, column in values.items():
            given = self.words[name].numbers(column) if name in self.words else column
            self.of[name][at] = np.array(given, self.of[name].dtype)

    @property
    def bytes(self) -> int:
        """What the columns hold, without their vocabularies."""
        lists = [part for one in self.several.values() for part in (one.starts, one.counts, one.owners, one.words)]
        return sum(one.nbytes for one in (*self.of.values(), *lists))


def grown(column: Array, size: int) -> Array:
    """The column with more room, empty, and some to spare for what goes on growing."""
    found = np.zeros(max(size, len(column) + len(column) // 4), column.dtype)
    found[: len(column)] = column
    return found
