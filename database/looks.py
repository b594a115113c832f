"""What a first look found, packed: a set of posting ids in one or two bytes each."""

import sys
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate


def pack(ids: Iterable[int]) -> bytes:
    """A set of ids in one or two bytes each: the steps between them, compressed."""
    ordered = array("Q", sorted(ids))
    steps = array("Q", (one - before for before, one in zip([0, *ordered], ordered, strict=False)))
    return zlib.compress(_little_endian(steps).tobytes(), 1)


def unpack(packed: bytes) -> "array[int]":
    """The ids, in their order."""
    steps = array("Q")
    steps.frombytes(zlib.decompress(packed))
    return array("Q", accumulate(_little_endian(steps)))


def _little_endian(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
