"""Which searches found which postings at their first looks: two numbers a pair, and beside them what is recent."""

from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np

MOST_RECENT = 20_000  # pairs beside the sorted ones


class Lookers:
    """Searches with the postings that each found. One thread at a time may use it."""

    def __init__(self) -> None:
        self._postings = self._searches = np.empty(0, np.int64)  # by posting
        self._gone: set[int] = set()  # searches of which nothing there counts any more
        self._recent: dict[int, set[int]] = {}  # posting -> searches
        self._recent_of: dict[int, Sequence[array[int]]] = {}
        self._count = 0  # of recent pairs

    def put(self, search_id: int, found: Sequence["array[int]"]) -> None:
        """This is what it found, instead of what was known of it."""
        for posting_id in chain(*self._recent_of.pop(search_id, ())):
            self._recent[posting_id].discard(search_id)
        self._gone.add(search_id)
        if not any(found):
            return
        self._recent_of[search_id] = found
        for posting_id in chain(*found):
            self._recent.setdefault(posting_id, set()).add(search_id)
        self._count += sum(map(len, found))
        if self._count > max(MOST_RECENT, len(self._postings) // 4):
            self._sort()

    def of(self, posting_id: int) -> set[int]:
        """Those that found the posting."""
        start, end = np.searchsorted(self._postings, (posting_id, posting_id + 1))
        return set(self._searches[start:end].tolist()) - self._gone | self._recent.get(posting_id, set())

    def _sort(self) -> None:
        """All into one."""
        stays = ~np.isin(self._searches, np.fromiter(self._gone, np.int64, len(self._gone)))
        sizes = [sum(map(len, found)) for found in self._recent_of.values()]
        recent = np.fromiter(chain(*chain(*self._recent_of.values())), np.int64, sum(sizes))
        owners = np.repeat(np.fromiter(self._recent_of, np.int64, len(self._recent_of)), sizes)
        postings = np.concatenate([self._postings[stays], recent])
        order = np.argsort(postings, kind="stable")
        self._postings, self._searches = postings[order], np.concatenate([self._searches[stays], owners])[order]
        self._gone, self._recent, self._recent_of, self._count = set(), {}, {}, 0
