"""Some postings of `search.columns` in an order, from one on."""

from bisect import bisect_left
from typing import Any

import numpy as np

from search.columns import Array, Columns, Numbers

_MANY, _SAMPLE = 32, 4_096
Place = tuple[Any, int]  # by what a posting is sorted, and its id


def first(columns: Columns, ids: Numbers, sort: str, limit: int | None, after: Place | None = None) -> Numbers:
    """The first so many of these postings, or those behind a place; the newest id first of what is alike."""
    keys = _keys(columns, ids, sort)
    if after is not None:
        key = _key(columns, sort, after[0])
        is_behind = (keys < key) | ((keys == key) & (ids < after[1]))
        ids, keys = ids[is_behind], keys[is_behind]
    if limit is not None and len(ids) > _MANY * (limit + 1):
        is_leading = keys >= _about(keys, limit)
        if np.count_nonzero(is_leading) >= limit:
            ids, keys = ids[is_leading], keys[is_leading]
    if limit is not None and len(ids) > 4 * limit:
        least = np.partition(keys, -limit)[-limit] if limit else np.inf
        ids, keys = ids[keys >= least], keys[keys >= least]
    return ids[np.lexsort((ids, keys))[::-1][:limit]]


def _about(keys: Array, limit: int) -> Any:
    """A key that at least so many reach, most probably: guessed from a sample."""
    some = keys[:: max(1, len(keys) // _SAMPLE)]
    rank = min(len(some), 4 * len(some) * limit // len(keys) + 8)
    return np.partition(some, -rank)[-rank]


def place(columns: Columns, posting_id: int, sort: str) -> Place:
    """By what a posting is sorted."""
    if sort == "company":
        words = columns.words["company"].words
        return words[columns.of["company"][posting_id]], posting_id
    return _keys(columns, np.array([posting_id]), sort)[0].item(), posting_id


def _keys(columns: Columns, ids: Numbers, sort: str) -> Array:
    """The higher, the earlier."""
    if sort == "salary":
        return np.nan_to_num(columns.of["high"][ids], nan=-1.0)
    if sort == "company":
        vocabulary = columns.words["company"]
        ranks = np.empty(len(vocabulary), np.float64)
        ranks[[vocabulary[word] for word in sorted(vocabulary)]] = np.arange(len(vocabulary))
        return -ranks[columns.of["company"][ids]]
    return columns.of["sorted_at" if sort == "posted" else "first_seen"][ids]


def _key(columns: Columns, sort: str, value: Any) -> Any:
    if sort != "company":
        return value
    words = sorted(columns.words["company"])
    number = bisect_left(words, value)
    is_known = number < len(words) and words[number] == value
    return -float(number) if is_known else 0.5 - number
