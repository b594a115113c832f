"""What is remembered of texts that are tagged together, so that their readers share it; it is forgotten with them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast

TOGETHER = 32  # postings that take each step of tagging together
_Reader = TypeVar("_Reader", bound=Callable[..., object])
_KEPT: list[Any] = []


def remembered(reader: _Reader) -> _Reader:
    """A reader of texts that several ask: it keeps answers for four times the texts tagged together."""
    kept = lru_cache(maxsize=4 * TOGETHER)(reader)
    _KEPT.append(kept)
    return cast(_Reader, kept)


def forget() -> None:
    """Keep no text that was tagged: a hundred long ones would take as many megabytes."""
    for kept in _KEPT:
        kept.cache_clear()
