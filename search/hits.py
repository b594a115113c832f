"""Which postings something is true of: a bit for each, by its id."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.columns import Flags, Numbers

Bits = NDArray[np.uint8]


class Hits:
    """A set of postings, small enough to keep many.

    For whoever keeps it up: of how many changes it knows (`moment`), and which state the text index was in (`version`).
    """

    def __init__(self, flags: Flags, moment: int = 0, version: object = None) -> None:
        self.bits: Bits = np.packbits(flags, bitorder="little")
        self.count = int(np.count_nonzero(flags))
        self.moment, self.version = moment, version

    @classmethod
    def of(cls, ids: Numbers, size: int, moment: int = 0, version: object = None) -> "Hits":
        """Of ids; what is not below `size` is left out."""
        flags = np.zeros(size, np.bool_)
        flags[ids[ids < size]] = True
        return cls(flags, moment, version)

    def flags(self, size: int) -> Flags:
        """Of each posting below `size`, whether it is one of them."""
        found = np.unpackbits(self.bits, count=min(size, len(self.bits) * 8), bitorder="little").view(np.bool_)
        return found if len(found) == size else np.concatenate([found, np.zeros(size - len(found), np.bool_)])

    def test(self, ids: NDArray[Any]) -> Flags:
        """Which of these ids are among them."""
        places = ids >> 3
        if len(ids) and int(ids.max()) >> 3 >= len(self.bits):  # what is newer is in none
            known = places < len(self.bits)
            return known & (self.bits[np.where(known, places, 0)] >> (ids & 7).astype(np.uint8) & 1).astype(np.bool_)
        found: Flags = (self.bits[places] >> (ids & 7).astype(np.uint8) & 1).view(np.bool_)
        return found

    def put(self, ids: Numbers, flags: Flags, size: int) -> None:
        """Say anew of these ids whether they are among them; there are so many postings now."""
        whole = self.flags(size)
        whole[ids] = flags
        self.bits, self.count = np.packbits(whole, bitorder="little"), int(np.count_nonzero(whole))
