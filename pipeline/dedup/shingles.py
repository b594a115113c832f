"""Texts by what they share: a sample of the runs of four words, the same in every text that holds the run.

A run is sampled by its own hash, so that a copy of a part holds the part's sample: containment survives cutting, which
likeness of whole texts does not. Short texts keep every run; of long ones so large a share as fits.
"""

import re
from zlib import crc32

import numpy as np

SIZE = 128  # runs kept of a text
LIMIT = 40_000  # characters read
_RUN = 4  # words
# letters of alphabets in runs, each sign of a script without blanks alone; punctuation of any script parts words
_WORD = re.compile(rb"(?:[0-9a-z]|[\xc3-\xdf][\x80-\xbf]|[\xe0\xe1][\x80-\xbf]{2})+|[\xe3-\xed][\x80-\xbf]{2}")
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], np.uint64)


def sketch_of(text: str) -> tuple[int, ...]:
    """The sample of a text's runs, sorted, as 32-bit numbers; the more trailing zeros, the longer one is kept."""
    found = _WORD.findall(text[:LIMIT].lower().encode("utf-8", "ignore"))
    if len(found) < _RUN:
        return ()
    words = np.fromiter(map(crc32, found), np.uint64, len(found))
    mixed = sum((words[i : len(words) - _RUN + 1 + i] * _FACTORS[i] for i in range(_RUN)), np.uint64(0))
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    runs = np.unique((mixed >> np.uint64(32)).astype(np.uint32))
    step = 1
    while len(runs) > SIZE:
        runs = runs[runs & np.uint32(step) == 0]
        step *= 2
    return tuple(runs.tolist())


def containment(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[float, int]:
    """How much of the shorter text stands in the longer one, and of how many runs that is said."""
    if not (one and other):
        return 0.0, 0
    mask = max(_mask(one), _mask(other))
    first, second = ({run for run in sketch if not run & mask} for sketch in (one, other))
    fewest = min(len(first), len(second))
    return (len(first & second) / fewest, fewest) if fewest else (0.0, 0)


def _mask(sketch: tuple[int, ...]) -> int:
    """The bits that are zero in all runs of the sketch, by the sampling: those below its lowest bit that is set."""
    if len(sketch) <= SIZE // 4:  # what is not full was hardly sampled
        return 0
    every = 0
    for run in sketch:
        every |= run
    return (every & -every) - 1
