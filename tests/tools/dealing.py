"""In which order several workers are given the tests."""

from typing import TypeVar

T = TypeVar("T")


def dealt(first: list[T], rest: list[T], workers: int) -> list[T]:
    """All in the order in which the workers get them, each an equal stretch: some of the first, then of the rest."""
    found: list[T] = []
    total = len(first) + len(rest)
    for worker in range(workers):
        mine = first[worker::workers]
        size = (total - len(found)) // (workers - worker)
        taken = max(size - len(mine), 0)
        found += mine + rest[:taken]
        rest = rest[taken:]
    return found + rest
