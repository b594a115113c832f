"""Where in a text a slow pattern is worth trying: merged windows around words found by fast search."""

from collections.abc import Iterable, Iterator

_MOST = 400  # windows a text: a hostile one is all hints


def windows(text: str, hints: Iterable[str], before: int, after: int) -> Iterator[tuple[int, int]]:
    """(start, end) of the stretches around every hint, in order, merged where they touch. Linear in the text."""
    start = end = -1
    for position in _positions(text, hints):
        low, high = max(0, position - before), min(len(text), position + after)
        if low <= end:
            end = high
            continue
        if end >= 0:
            yield start, end
        start, end = low, high
    if end >= 0:
        yield start, end


def _positions(text: str, hints: Iterable[str]) -> list[int]:
    found: list[int] = []
    for hint in hints:
        position = text.find(hint)
        count = 0
        while position >= 0 and count < _MOST:
            found.append(position)
            count += 1
            position = text.find(hint, position + len(hint))
    found.sort()
    return found
