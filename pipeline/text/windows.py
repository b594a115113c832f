"""Where in a text a slow pattern is worth trying: merged windows around words found by fast search.

Readers of whole postings share one search: the words of all are known beforehand, and who asks first about a text has
them found for all.
"""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

import ahocorasick_rs

from pipeline.text.remembered import remembered

_MOST = 500  # hints a text; the most telling of real postings have 25, a hostile one is all hints
_SHORT = 1_000  # characters of a text that is searched for one reader alone
_PORTION = 20_000  # characters searched at a time: a hostile text has several hints at each of them
WRITTEN, LOWER = "as written", "in lower case"
ABROAD = "as written, for readers that pass over English texts"
_SHARED: dict[str, list["Hints"]] = {WRITTEN: [], LOWER: [], ABROAD: []}


class Hints:
    """Words that one reader looks for, parted by "|".

    `among`: what it reads whole postings in, as written or in lower case, or where they are not English; all
    readers of the same share a search.
    """

    def __init__(self, words: str, among: str = "") -> None:
        self.words = tuple(dict.fromkeys(words.split("|")))
        self._among = among
        self._number = len(_SHARED[among]) if among else 0
        if among:
            _SHARED[among].append(self)

    def starts(self, text: str) -> list[int]:
        """Where the words begin, in order, the longest at each place, none within another; at most 500."""
        return [start for start, _ in self.spans(text)]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the words begin and end, the same."""
        if self._among and len(text) >= _SHORT:
            return _found_for_all(text, self._among, len(_SHARED[self._among]))[self._number]
        return [(start, end) for _, start, end in self._automaton.find_matches_as_indexes(text)[:_MOST]]

    @cached_property
    def _automaton(self) -> Any:
        return _automaton(self.words, ahocorasick_rs.MatchKind.LeftmostLongest)


def windows(text: str, hints: Hints, before: int, after: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the stretches around every hint, in order, merged where they touch. Linear in the text."""
    start = end = -1
    length = len(text)
    for position, _ in hints.spans(text):
        low, high = max(0, position - before), min(length, position + after)
        if low <= end:
            end = max(end, high)
            continue
        if end >= 0:
            yield start, end
        start, end = low, high
    if end >= 0:
        yield start, end


@remembered  # a posting's text, as written and in lower case
def _found_for_all(text: str, among: str, readers: int) -> list[list[tuple[int, int]]]:
    """The spans for each of the readers, by their numbers."""
    automaton, owners, longest = _shared(among, readers)
    found: list[list[tuple[int, int]]] = [[] for _ in range(readers)]
    done = [0] * readers
    for low in range(0, len(text), _PORTION):
        portion = text[low : low + _PORTION + longest]
        matches = automaton.find_matches_as_indexes(portion, overlapping=True)
        for number, start, end in sorted(matches, key=lambda match: (match[1], -match[2])):
            if start >= _PORTION:
                break
            for owner in owners[number]:
                if start + low >= done[owner] and len(found[owner]) < _MOST:
                    found[owner].append((start + low, end + low))
                    done[owner] = end + low
    return found


@cache
def _shared(among: str, readers: int) -> tuple[Any, list[list[int]], int]:
    """The search for all readers there are, the readers of each of its words, and the length of the longest word."""
    owners: dict[str, list[int]] = {}
    for number, hints in enumerate(_SHARED[among][:readers]):
        for word in hints.words:
            owners.setdefault(word, []).append(number)
    automaton = _automaton(tuple(owners), ahocorasick_rs.MatchKind.Standard)
    return automaton, list(owners.values()), max(map(len, owners))


def _automaton(words: tuple[str, ...], kind: Any) -> Any:
    return ahocorasick_rs.AhoCorasick(words, matchkind=kind, implementation=ahocorasick_rs.Implementation.ContiguousNFA)
