"""Many queries in a few arrays: which of them match a posting, or 64 postings at once.

A query is one or more branches of needs, the rarest first. Branches that begin alike share their beginning: they stand
in a tree, a level to a need. A row of bits says which of the postings a need holds for; down the tree the rows of a
branch are met with one another, and a branch of which no bit is left is followed no further.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.document import Document
from search.matcher import Matcher
from search.reader import Reader
from search.spread import Lists, Numbers, Small, spread

AT_ONCE = 64  # postings: a bit each
FEW = 8  # of so few the rows are a byte
Bits = NDArray[np.unsignedinteger[Any]]


@dataclass(slots=True)
class Level:
    """The needs that stand at one place of the branches. `below` is where those after each start at the next level."""

    needs: Small  # rows of bits
    below: Small
    ending: Lists  # the queries with a branch that ends here


@dataclass(slots=True)
class Needs:
    """What the branches ask for, and by which marks. `negated`: those that must not hold; their rows come last."""

    count: int
    by_code: Lists
    negated: Small

    def rows(self, reader: Reader, documents: Sequence[Document], now: datetime) -> tuple[Bits, Bits]:
        """For each need the postings that it holds for; and the row of all postings."""
        kind = np.uint8 if len(documents) <= FEW else np.uint64
        rows: Bits = np.zeros(self.count + len(self.negated), kind)
        owners, codes = self._borne(*reader.codes(documents, now))
        which, needs = self.by_code.at(codes)
        ends = np.searchsorted(owners[which], np.arange(1, len(documents)))
        for number, found in enumerate(np.split(needs, ends)):
            rows[found] |= kind(1 << number)
        everyone: Bits = np.array([(1 << len(documents)) - 1], kind)
        rows[self.count :] = ~rows[self.negated] & everyone
        return rows, everyone

    def _borne(self, codes: Numbers, owners: Numbers) -> tuple[Numbers, Numbers]:
        """Whose each mark is and its code, by owner: each once, and only what some need asks for."""
        asked = (self.by_code.starts[codes + 1] > self.by_code.starts[codes]).nonzero()[0]
        each = np.unique(owners[asked] << 40 | codes[asked])
        return each >> 40, each & (1 << 40) - 1


@dataclass(slots=True)
class Holders:
    """Whose the queries are: keys in the order of their queries, what was written, and who is gone."""

    starts: Small
    keys: Numbers
    stamps: NDArray[np.uint64]  # of each query's text
    order: Small = field(init=False)  # of the keys
    is_held: NDArray[np.bool_] = field(init=False)
    count: int = field(init=False)

    def __post_init__(self) -> None:
        self.order = np.argsort(self.keys).astype(np.int32)
        self.is_held = np.ones(len(self.keys), np.bool_)
        self.count = len(self.keys)

    def find(self, keys: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
        """Which of the keys are held, and where they stand."""
        if not len(self.keys):
            return np.zeros(len(keys), np.bool_), keys
        at = np.searchsorted(self.keys, keys, sorter=self.order)
        places = self.order[np.minimum(at, len(self.order) - 1)].astype(np.int64)
        return (self.keys[places] == keys) & self.is_held[places], places

    def of(self, queries: NDArray[Any]) -> Numbers:
        """The keys of these queries."""
        _, where = spread(self.starts, queries)
        keys: Numbers = self.keys[where[self.is_held[where]]]
        return keys


@dataclass(slots=True)
class Packed:
    """Queries, of which some can be discarded but none added. A Packer makes them."""

    reader: Reader
    needs: Needs
    levels: list[Level]
    holders: Holders
    always: Small  # queries with a branch of no needs
    has_branches: bool  # whether one query has more than one
    inexact: dict[int, Matcher]  # queries of which the branches let through too much

    def __len__(self) -> int:
        return self.holders.count

    def holding(self, texts: Mapping[int, str]) -> set[int]:
        """Which of the keys are held, each with its text."""
        keys = np.fromiter(texts, np.int64, len(texts))
        is_held, places = self.holders.find(keys)
        queries = np.searchsorted(self.holders.starts, places[is_held], side="right") - 1
        held = zip(keys[is_held].tolist(), self.holders.stamps[queries].tolist(), strict=True)
        return {key for key, stamped in held if stamped == stamp(texts[key])}

    def discard(self, key: int) -> bool:
        """Forget a key; False if it is not held."""
        [is_held], [place] = self.holders.find(np.array([key]))
        if is_held:
            self.holders.is_held[place] = False
            self.holders.count -= 1
        return bool(is_held)

    def match(self, documents: Sequence[Document], now: datetime) -> Iterator[Numbers]:
        """For each posting the keys of the queries that match it."""
        for start in range(0, len(documents), AT_ONCE):
            part = documents[start : start + AT_ONCE]
            rows, everyone = self.needs.rows(self.reader, part, now)
            queries, bits = self._down(rows, everyone)
            for number, document in enumerate(part):
                found = queries[(bits & bits.dtype.type(1 << number)).nonzero()[0]]
                yield self.holders.of(self._exactly(found, document, now))

    def _down(self, rows: Bits, everyone: Bits) -> tuple[Small, Bits]:
        """The queries of branches whose needs hold for some posting, and for which."""
        queries, found = [self.always], [np.repeat(everyone, len(self.always))]
        met = rows[self.levels[0].needs] if self.levels else rows[:0]
        at = met.nonzero()[0]
        bits = met[at]
        for number, level in enumerate(self.levels):
            which, ended = level.ending.at(at)
            queries.append(ended)
            found.append(bits[which])
            if number + 1 < len(self.levels):
                which, where = spread(level.below, at)
                met = bits[which] & rows[self.levels[number + 1].needs[where]]
                left = met.nonzero()[0]
                at, bits = where[left], met[left]
        return np.concatenate(queries), np.concatenate(found)

    def _exactly(self, queries: Small, document: Document, now: datetime) -> NDArray[Any]:
        """Each query once, those that only may match only if they do."""
        found = np.unique(queries) if self.has_branches else queries
        if not self.inexact:
            return found
        wrong = [query for query in found.tolist() if query in self.inexact and not self.inexact[query](document, now)]
        return np.setdiff1d(found, wrong) if wrong else found


def stamp(text: str) -> int:
    """What tells one text from another."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
