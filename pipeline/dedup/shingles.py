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
_OF_BYTE *= _LETTERS  # what parts words counts for nothing
_OF_WORD = _odd_numbers(2_000, _RUN)
_PLACES = np.arange(LIMIT * 4)  # of bytes; of UTF-8 no letter has more than four
_BLANK = np.uint8(0x20)


def sketch_of(text: str) -> tuple[int, ...]:
    """The sample of a text's runs, sorted, as 32-bit numbers."""
    words = _words(text[:LIMIT].lower().encode("utf-8", "ignore"))
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
    runs = _once_each(sampled)
    while len(runs) > SIZE:
        runs = runs[runs & np.uint32(bit) == 0]
        bit *= 2
    return tuple(runs.tolist())


def _once_each(numbers: Any) -> Any:
    """The numbers sorted, each once."""
    numbers.sort()
    is_new = np.empty(len(numbers), bool)
    is_new[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=is_new[1:])
    return numbers[is_new]


def _words(text: bytes) -> Any:
    """A number for each word."""
    read = np.frombuffer(text, np.uint8)
    if not text.isascii():
        read = _without_punctuation(read)
    letters = _LETTERS.take(read)
    begins = letters.copy()
    np.greater(letters[1:], letters[:-1], out=begins[1:])
    if not text.isascii():
        begins |= _ALONE.take(read)
    starts = begins.nonzero()[0]
    if not len(starts):
        return starts
    first, spans = starts[0], np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=spans[:-1])
    spans[-1] = len(read) - starts[-1]
    places = _PLACES[first : len(read)] - starts.repeat(spans)
    values = _OF_BYTE.take(read[first:]) * _OF_PLACE.take(places, mode="clip")
    return np.add.reduceat(values, starts - first).astype(np.uint64, copy=False)


def _without_punctuation(read: Any) -> Any:
    """The bytes with blanks for the signs that are no letters, in two bytes (from 0xC2) or in three (from 0xE2)."""
    read = read.copy()
    two, three = ((read == first).nonzero()[0] for first in (0xC2, 0xE2))
    for places in (two + 1, three + 1, three + 2):
        read[places] = _BLANK
    return read


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
