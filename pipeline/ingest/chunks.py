"""Long lists of keys in parts that a statement can hold."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

CHUNK = 500
Key = TypeVar("Key", int, str)


def chunks(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """The keys, 500 at a time."""
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
