"""Where in a text a slow pattern is worth trying: merged windows around words found by fast search."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import ahocorasick_rs

_MOST = 500  # hints a text; the most telling of real postings have 25, a hostile one is all hints


def windows(text: str, hints: tuple[str, ...], before: int, after: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the stretches around every hint, in order, merged where they touch. Linear in the text."""
    start = end = -1
    for _, position, _ in _automaton(hints).find_matches_as_indexes(text)[:_MOST]:
        low, high = max(0, position - before), min(len(text), position + after)
        if low <= end:
            end = max(end, high)
            continue
        if end >= 0:
            yield start, end
        start, end = low, high
    if end >= 0:
        yield start, end


@cache
def _automaton(hints: tuple[str, ...]) -> Any:
    return ahocorasick_rs.AhoCorasick(
        hints,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,
    )
