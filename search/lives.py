"""How long each listing was on its board, as columns: for who counts what was open when. Its id is its place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from search.columns import Array, Flags, Numbers, grown

DAY = timedelta(days=1) // timedelta(microseconds=1)
_TYPES: dict[str, Any] = {
    "posting": np.int32, "board": np.int32, "is_gone": np.bool_, **dict.fromkeys(("first", "last", "closed"), np.int64)
}  # fmt: skip


class Lives:
    """All listings. `posting`: whose, 0 for nobody's; `last`: when it was last seen, 0 where that was with its board;
    `is_gone`: its board left, or was believed to."""

    def __init__(self) -> None:
        self.size = 1
        self.of: dict[str, Array] = {name: np.zeros(1, kind) for name, kind in _TYPES.items()}

    def __getitem__(self, name: str) -> Array:
        return self.of[name][: self.size]

    def grow(self, size: int) -> None:
        """Make room for ids below so many."""
        if size > len(self.of["board"]):
            self.of = {name: grown(column, size) for name, column in self.of.items()}
        self.size = max(self.size, size)

    def put(self, ids: Numbers, values: dict[str, Array]) -> None:
        """What these listings say."""
        if len(ids):
            self.grow(int(ids.max()) + 1)
        for name, column in values.items():
            self.of[name][ids] = column

    def own(self, is_changed: Flags, postings: Numbers, listings: Numbers) -> None:
        """Whose these listings are now. `is_changed`: of all postings, whether what they had is theirs no more."""
        held = self["posting"]
        held[is_changed[held]] = 0
        self.put(listings, {"posting": postings})

    @property
    def bytes(self) -> int:
        """What they hold."""
        return sum(column.nbytes for column in self.of.values())


class Gathered:
    """Some listings, those of a posting together. `postings`: of which, each once."""

    def __init__(self, lives: Lives, ids: Numbers) -> None:
        order = np.argsort(lives["posting"][ids], kind="stable")
        self.lives, self.ids = lives, ids[order]
        owners = self["posting"]
        self.starts = np.flatnonzero(np.diff(owners, prepend=0))
        self.postings: Numbers = owners[self.starts].astype(np.int64)

    def __getitem__(self, name: str) -> Array:
        return self.lives[name][self.ids]

    def least(self, values: Array) -> Array:
        """Of each posting's listings the least."""
        return self._reduced(np.minimum.reduceat, values)

    def most(self, values: Array) -> Array:
        """The most."""
        return self._reduced(np.maximum.reduceat, values)

    def open_at(self, at: Numbers) -> Numbers:
        """A bit a moment, the first the lowest: whether one of a posting's listings was open then."""
        came, went = np.searchsorted(at, self["first"]), np.searchsorted(at, self["closed"])
        one = np.int64(1)
        return self._reduced(np.bitwise_or.reduceat, (one << np.maximum(came, went)) - (one << came))

    def _reduced(self, reduce: Callable[..., Array], values: Array) -> Array:
        return reduce(values, self.starts) if len(self.starts) else values[:0]


def watched(lives: Lives, boards: Numbers, since: int, until: int, is_asked: Flags) -> Gathered:
    """Listings of the boards that were open after `since` and came until then, of the postings asked for."""
    is_open = lives["closed"] > since
    is_open &= (lives["first"] <= until) & (lives["posting"] > 0) & _among(lives["board"], boards)
    ids = np.flatnonzero(is_open)
    return Gathered(lives, ids[is_asked[lives["posting"][ids]]])


def _among(column: Array, numbers: Numbers) -> Flags:
    known = np.zeros(max(int(column.max(initial=0)), int(numbers.max(initial=0))) + 1, np.bool_)
    known[numbers] = True
    return known[column]


def whole_days(later: Array, earlier: Array) -> Numbers:
    """Between two moments each."""
    found: Numbers = (later - earlier) // DAY
    return found
