"""Lists of numbers, one after the other in one array."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Small = NDArray[np.int32]


def spread(starts: Small, places: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Of the lists at these places: for each number which of the places it is from, and where it stands.

    List n stands from `starts[n]` up to `starts[n + 1]`.
    """
    first = starts[places].astype(np.int64)
    counts = starts[places + 1] - first
    which = np.repeat(np.arange(len(places)), counts)
    before = np.cumsum(counts) - counts
    return which, np.arange(len(which)) + (first - before)[which]


class Lists:
    """Numbers in lists, each known by its place."""

    __slots__ = ("numbers", "starts")

    def __init__(self, starts: Small, numbers: Small) -> None:
        self.starts, self.numbers = starts, numbers

    @classmethod
    def of(cls, places: NDArray[Any], numbers: NDArray[Any], size: int) -> "Lists":
        """From pairs of a place and a number; `size`: how many lists there are."""
        order = np.argsort(places, kind="stable")
        return cls(starts_of(places, size), numbers[order].astype(np.int32))

    def at(self, places: NDArray[Any]) -> tuple[Numbers, Small]:
        """The numbers of the lists at these places, and for each which of the places it is from."""
        which, where = spread(self.starts, places)
        return which, self.numbers[where]


def starts_of(places: NDArray[Any], size: int) -> Small:
    """Where lists start whose numbers have these places."""
    starts = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(places, minlength=size), out=starts[1:])
    return starts
