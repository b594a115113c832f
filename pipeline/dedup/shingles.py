"""Texts by what they share: a sample of the runs of four words, the same in every text that holds the run.

A run is sampled by its own hash, so that a copy of a part holds the part's sample: containment survives cutting, which
likeness of whole texts does not. Short texts keep every run; of long ones so large a share as fits.
"""

from typing import Any

import numpy as np

SIZE = 128  # runs kept of a text
LIMIT = 24_000  # characters read
_RUN = 4  # words
_LETTERS = np.zeros(256, bool)
_LETTERS[[*range(0x30, 0x3A), *range(0x61, 0x7B), *range(0x80, 0x100)]] = True
_LETTERS[[0xC2, 0xE2]] = False  # what these begin in UTF-8 is punctuation
_ALONE = np.zeros(256, bool)
_ALONE[0xE3:0xEE] = True  # these begin the signs of scripts that part no words: each is a word
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def _odd_numbers(seed: int, count: int) -> Any:
    """Odd numbers without a pattern, the same for ever: what is stored was made by them."""
    numbers = np.arange(seed, seed + count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _MIX
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31)) | np.uint64(1)


_OF_BYTE, _OF_PLACE = (_odd_numbers(*each).astype(np.uint32) for each in ((1, 256), (1_000, 64)))
_OF_WORD = _odd_numbers(2_000, _RUN)


def sketch_of(text: str) -> tuple[int, ...]:
    """The sample of a text's runs, sorted, as 32-bit numbers."""
    words = _words(np.frombuffer(text[:LIMIT].lower().encode("utf-8", "ignore"), np.uint8))
    if len(words) < _RUN:
        return ()
    last = len(words) - _RUN + 1
    mixed = words[:last] * _OF_WORD[0]
    for place in range(1, _RUN):
        mixed += words[place : last + place] * _OF_WORD[place]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MIX
    sampled, bit = (mixed >> np.uint64(32)).astype(np.uint32), 1
    while len(sampled) > SIZE * 2:
        sampled = sampled[sampled & np.uint32(bit) == 0]
        bit *= 2
    runs = set(sampled.tolist())
    while len(runs) > SIZE:
        runs = {run for run in runs if not run & bit}
        bit *= 2
    return tuple(sorted(runs))


def _words(read: Any) -> Any:
    """A number for each word of the bytes."""
    is_letter = _LETTERS[read]
    first = (read == 0xE2) | (read == 0xC2)
    is_letter[1:] &= ~first[:-1]
    is_letter[2:] &= read[:-2] != 0xE2
    begins = is_letter.copy()
    begins[1:] &= ~is_letter[:-1]
    begins |= _ALONE[read] & is_letter
    starts = np.flatnonzero(begins[is_letter]).astype(np.int32)
    if not len(starts):
        return starts
    letters = read[is_letter]
    places = np.arange(len(letters), dtype=np.int32) - np.repeat(starts, np.diff(starts, append=len(letters)))
    return np.add.reduceat(_OF_BYTE[letters] * _OF_PLACE[np.minimum(places, 63)], starts).astype(np.uint64)


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
