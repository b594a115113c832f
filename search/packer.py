"""Packs queries: their needs numbered, their branches sorted into a tree."""

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.document import Document
from search.forms import Need, form
from search.lexicon import FIELDS, Lexicon
from search.marks import marks, share_of
from search.matcher import Matcher, compile_matcher
from search.nodes import Clause, Query
from search.packed import Holders, Level, Needs, Packed, stamp
from search.reader import Reader
from search.spread import Lists, Numbers, Small, starts_of

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
SURE = 2.0  # as many postings as the rough shares are worth beside those that were counted


class Packer:
    """Takes queries in, and packs them once."""

    def __init__(self) -> None:
        self._lexicon = Lexicon()
        self._texts: dict[str, int] = {}
        self._keys, self._of_keys = array("q"), array("i")
        self._needs: dict[tuple[Clause, ...], int] = {}
        self._shares = array("d")  # of the needs
        self._codes, self._needing = array("q"), array("i")  # a mark, and a need that it fulfils
        self._signed, self._lengths, self._queries = array("i"), array("i"), array("i")  # the branches
        self._inexact: dict[int, Matcher] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def knows(self, text: str) -> bool:
        """Whether a query is taken in that was written so."""
        return text in self._texts

    def add(self, key: int, text: str, query: Query | None) -> None:
        """Take in a key's query; none is needed of a text that is known. Raises what `check` raises."""
        number = self._texts.get(text)
        if number is None:
            assert query is not None
            number = self._take(text, query)
        self._keys.append(key)
        self._of_keys.append(number)

    def _take(self, text: str, query: Query) -> int:
        known = form(query)
        signed = [dict.fromkeys(map(self._signed_need, branch)) for branch in known.branches]  # each once
        number = self._texts[text] = len(self._texts)
        for branch in signed:
            self._signed.extend(branch)
            self._lengths.append(len(branch))
            self._queries.append(number)
        if not known.is_exact:
            self._inexact[number] = compile_matcher(query)
        return number

    def _signed_need(self, need: Need) -> int:
        number = self._needs.get(need.clauses)
        if number is None:
            number = self._number(need)
        return number * 2 + need.is_negated

    def _number(self, need: Need) -> int:
        found = [mark for clause in need.clauses for mark in marks(clause)]
        number = self._needs[need.clauses] = len(self._needs)
        self._shares.append(min(1.0, sum(map(share_of, found))))
        self._codes.extend(self._lexicon.code(mark) for mark in found)
        self._needing.extend([number] * len(found))
        return number

    # --- packing ---------------------------------------------------------------------------------------------------

    def pack(self, sample: Sequence[Document] = ()) -> Packed:
        """All of it; what is rare among new postings and what is not is counted in the sample."""
        reader = Reader(self._lexicon)
        by_code = Lists.of(_numbers(self._codes), _numbers(self._needing), self._lexicon.size * len(FIELDS))
        signed = _numbers(self._signed)
        count = len(self._needs)
        negated = np.unique(signed[signed % 2 == 1] // 2).astype(np.int32)
        needs = Needs(count, by_code, negated)
        rank = self._ranks(needs, reader, sample)
        reader.forget()
        rows = np.argsort(rank)  # rank -> signed need, and so the row
        rows = np.where(rows % 2 == 0, rows // 2, count + np.searchsorted(negated, rows // 2))
        lengths, queries = _numbers(self._lengths), _numbers(self._queries)
        levels = _tree(rank[signed], lengths, queries, rows.astype(np.int32))
        always = queries[lengths == 0].astype(np.int32)
        return Packed(reader, needs, levels, self._holders(), always, len(queries) > len(self._texts), self._inexact)

    def _ranks(self, needs: Needs, reader: Reader, sample: Sequence[Document]) -> Numbers:
        """The place of each signed need among all of them, the rarest first."""
        held = np.array(self._shares) * SURE
        for document in sample:
            _, found = needs.by_code.at(reader.codes([document], document.posted_at or NEVER)[0])
            held[np.unique(found)] += 1
        held /= SURE + len(sample)
        shares = np.stack([held, 1 - held], axis=1).ravel()
        ranks = np.empty(len(shares), np.int64)
        ranks[np.argsort(shares, kind="stable")] = np.arange(len(shares))
        return ranks

    def _holders(self) -> Holders:
        of_keys = _numbers(self._of_keys)
        keys = _numbers(self._keys)[np.argsort(of_keys, kind="stable")]
        stamps = np.array([stamp(text) for text in self._texts], np.uint64)
        return Holders(starts_of(of_keys, len(self._texts)), keys, stamps)


def check(query: Query) -> None:
    """Raises TypeError where the query holds what could not be packed."""
    for branch in form(query).branches:
        for need in branch:
            for clause in need.clauses:
                marks(clause)


def _numbers(values: "array[int]") -> Numbers:
    return np.array(values, np.int64)


def _tree(ranks: Numbers, lengths: Numbers, queries: Numbers, rows: Small) -> list[Level]:
    """The levels of branches that are given one after the other, by the ranks of their needs."""
    table = _table(ranks, lengths)
    order = np.lexsort(table.T[::-1]) if table.size else np.arange(0)
    table, lengths, queries = table[order], lengths[order], queries[order]
    is_new = np.zeros(len(table), np.bool_)
    is_new[:1] = True
    firsts: list[NDArray[Any]] = []  # of each level, where its needs come first
    for column in table.T:
        is_new[1:] |= column[1:] != column[:-1]
        firsts.append((is_new & (column >= 0)).nonzero()[0])
    levels = []
    for number, (first, column) in enumerate(zip(firsts, table.T, strict=True)):
        ended = (lengths == number + 1).nonzero()[0]
        following = firsts[number + 1] if number + 1 < len(firsts) else first[:0]
        ending = Lists(_before(ended, first), queries[ended].astype(np.int32))
        levels.append(Level(rows[column[first]], _before(following, first), ending))
    return levels


def _table(ranks: Numbers, lengths: Numbers) -> NDArray[np.int32]:
    """A branch a line, its needs in order; -1 after the last."""
    branch = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(ranks)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    table = np.full((len(lengths), int(lengths.max(initial=0))), -1, np.int32)
    table[branch, place] = ranks[np.lexsort((ranks, branch))]
    return table


def _before(these: NDArray[Any], places: NDArray[Any]) -> Small:
    """How many of these come before each of the places, and how many there are."""
    return np.append(np.searchsorted(these, places), len(these)).astype(np.int32)
