"""What is asked of the columns: which postings match, and the first of them in an order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from database.cards import numbers_of
from database.kept import Kept, columns_of
from database.terms import private_sources
from search.choosing import chosen
from search.columns import UNDATED, Columns, Numbers
from search.counting import Counts, counted, within
from search.engines import KEY_BITS
from search.nodes import Age, And, Eligible, Node, Not, Or, Query, Words
from search.ordering import Place, first, place
from search.sql import Split, split, words_of

HOUR = 3_600_000_000  # microseconds; rows of SQLite's text index are in the order of hours
_KEY_LENGTH = KEY_BITS.bit_length()
_END = 1 << 62
_DATED = -UNDATED // 2  # what is sorted below it has no date
_CHUNKS = (256, 1_024, 4_096, 16_384)
_NEWEST = "SELECT rowid FROM posting_fts WHERE posting_fts MATCH ? AND rowid < ? ORDER BY rowid DESC"
_ALL = {  # as one text: a third of the time of a row each
    "sqlite": f"SELECT group_concat(rowid & {KEY_BITS}) FROM posting_fts WHERE posting_fts MATCH ?",  # noqa: S608
    "postgresql": "SELECT string_agg(posting_id::text, ',') FROM posting_tsv WHERE tsv @@ CAST(%s AS tsquery)",
}


class Snapshot:
    """What holds for all that one read asks: the columns, or none, and which state the text index is in."""

    def __init__(self, connection: Connection) -> None:
        self.kept = columns_of(connection)
        self.version = _version(connection, self.kept)
        self._hidden: Sequence[str] | None = None

    def hidden(self, connection: Connection) -> Sequence[str]:
        """The sources whose words are not for everyone."""
        if self._hidden is None:
            self._hidden = private_sources(connection)
        return self._hidden


def _version(connection: Connection, kept: Kept | None) -> object:
    """Of the text index: SQLite's own number of its state."""
    if connection.dialect.name == "sqlite":
        return connection.execute(text("SELECT block FROM posting_fts_data WHERE id = 10")).scalar()
    return kept and kept.below


class Asked:
    """A query that is put to the columns. `for_all`: who may see the answer."""

    def __init__(
        self, connection: Connection, snapshot: Snapshot, kept: Kept, query: Query | None, now: datetime, for_all: bool
    ) -> None:
        self.connection, self.kept, self.now = connection, kept, now
        self.dialect, self.version = connection.dialect.name, snapshot.version
        self.split = split(query, self.dialect) if query else Split("", ())
        self.hidden = snapshot.hidden(connection) if for_all else ()
        self.what = (query, tuple(self.hidden), now if query and has_age(query.root) else None)
        self.words: dict[Words, Numbers] = {}

    @property
    def columns(self) -> Columns:
        return self.kept.columns

    def ids(self) -> Numbers:
        """All that match, in no order."""
        found = self.kept.recall(self.what, self.version)
        if found is None:
            found = self.among(self.find(self.split.expression) if self.split.expression else None)
            self.kept.remember(self.what, found, self.version)
        return found

    def among(self, ids: Numbers | None) -> Numbers:
        """Those of the ids that match all but the words that the text index was asked for."""
        for node in _words(self.split.rest):
            if node not in self.words:
                self.words[node] = self.find(words_of(node, self.dialect))
        with self.kept.lock:
            known = ids if ids is None else ids[ids < self.columns.size]
            return chosen(self.columns, self.split.rest, known, self.now, self.words.__getitem__, self.hidden)

    def find(self, expression: str) -> Numbers:
        """What the text index finds."""
        found = self.kept.recall(expression, self.version)
        if found is None:
            found = numbers_of(self._rows(_ALL[self.dialect], (expression,)).fetchone()[0])
            self.kept.remember(expression, found, self.version)
        return found

    def _rows(self, sql: str, values: tuple[Any, ...]) -> Any:
        return self.connection.exec_driver_sql(sql, values).cursor

    def first(self, sort: str, limit: int | None, after: Place | None = None) -> list[int]:
        """The first that match, behind a place."""
        expression = self.split.expression
        if expression and sort == "posted" and limit is not None and self.dialect == "sqlite":
            is_found = any(self.kept.recall(one, self.version) is not None for one in (expression, self.what))
            is_undated = after is not None and after[0] < _DATED
            ids = self.ids() if is_found or is_undated else self._newest(limit, after)
        else:
            ids = self.ids()
        with self.kept.lock:
            return [int(key) for key in first(self.columns, ids, sort, limit, after)]

    def page(self, sort: str, limit: int, after: Place | None) -> tuple[list[int], Place | None]:
        """The first so many, and the place of the last of them if there are more."""
        ids = self.first(sort, limit + 1, after)
        with self.kept.lock:
            last = place(self.columns, ids[limit - 1], sort) if len(ids) > limit else None
        return ids[:limit], last

    def count(self) -> int:
        """How many match."""
        return len(self.ids())

    def counts(self, fields: Sequence[str], ranges: Mapping[str, Sequence[str]]) -> dict[str, Counts]:
        """Of each field the values with how many of those that match have them; of a range, of each of its clauses.

        A company stands by its key and the id of one of its postings: `KEY/ID`.
        """
        ids = self.ids()
        with self.kept.lock:
            return {
                field: within(self.columns, ids, ranges[field], self.now)
                if field in ranges
                else counted(self.columns, field, ids)
                for field in fields
            }

    def _newest(self, limit: int, after: Place | None) -> Numbers:
        """The newest of those with a date, as the text index gives them; all that match where these are too few."""
        found: list[Numbers] = []
        for rowids in self._by_hour(after):
            ids = self.among(rowids & KEY_BITS)
            with self.kept.lock:
                sorted_at = self.columns.of["sorted_at"][ids]
            found.append(_behind(ids[sorted_at > _DATED], sorted_at[sorted_at > _DATED], after))
            if sum(map(len, found)) >= limit and self._is_enough(np.concatenate(found), limit, int(rowids[-1])):
                return np.concatenate(found)
        return self.ids()

    def _is_enough(self, ids: Numbers, limit: int, last: int) -> bool:
        """Whether all of the hour of the last one wanted were given."""
        hours = np.maximum(self.columns.of["sorted_at"][ids], 0) // HOUR
        return bool(np.sort(hours)[-limit] > last >> _KEY_LENGTH)

    def _by_hour(self, after: Place | None) -> Iterator[Numbers]:
        end = (max(after[0], 0) // HOUR + 1) << _KEY_LENGTH if after else _END
        rows = self._rows(_NEWEST, (self.split.expression, end))
        chunks = iter(_CHUNKS)
        size = next(chunks)
        while some := rows.fetchmany(size):
            yield np.fromiter(chain.from_iterable(some), np.int64)
            size = next(chunks, size)


def _behind(ids: Numbers, sorted_at: Numbers, after: Place | None) -> Numbers:
    """Those behind a place: within its hour there are some before it."""
    if after is None:
        return ids
    behind: Numbers = ids[(sorted_at < after[0]) | ((sorted_at == after[0]) & (ids < after[1]))]
    return behind


def has_age(node: Node) -> bool:
    """Whether it counts from the moment at which it is asked."""
    if isinstance(node, And | Or):
        return any(map(has_age, node.nodes))
    return has_age(node.node) if isinstance(node, Not) else isinstance(node, Age)


def _words(nodes: Sequence[Node]) -> Iterator[Words]:
    for node in nodes:
        if isinstance(node, Words):
            yield node
        elif isinstance(node, Not):
            yield from _words([node.node])
        elif isinstance(node, And | Or):
            yield from _words(node.nodes)
        elif isinstance(node, Eligible):
            yield from _words([node.rule])
