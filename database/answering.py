"""What is asked of the columns: which postings match, and the first of them in an order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection, text

from database.kept import Kept, columns_of
from database.terms import private_sources
from database.words import MOST_LOOKED_INTO, MOST_READ, READ, STREAMED, Worded
from search.choosing import chosen, holding, is_listed
from search.columns import UNDATED, Columns, Flags, Numbers
from search.counting import Counts, counted, within
from search.engines import KEY_BITS
from search.hits import Hits
from search.nodes import And, Node, Not, Query
from search.ordering import Place, first, place
from search.parts import has_age, has_prefix, wanted, words_in
from search.sql import split, words_of

HOUR = 3_600_000_000  # microseconds; rows of SQLite's text index are in the order of hours
_KEY_LENGTH = KEY_BITS.bit_length()
_END = 1 << 62
_DATED = -UNDATED // 2  # what is sorted below it has no date
_CHUNKS = (256, 1_024, 4_096, 16_384)
_STEPS = (100, 200, 400, 800, 1_000, 1_500)  # postings whose words are read, MOST_READ in all
MOST_GIVEN = 100_000  # rows of the text index that are looked through for the first ones
_NEWEST = "SELECT rowid FROM posting_fts WHERE posting_fts MATCH ? AND rowid < ? ORDER BY rowid DESC"

Told = TypeVar("Told")


class Snapshot:
    """What holds for all that one read asks: the columns, or none, and which state the text index is in."""

    def __init__(self, connection: Connection) -> None:
        self.kept = columns_of(connection)
        self.version = _version(connection, self.kept)
        self.worded = Worded(connection, self.kept, self.version) if self.kept else None
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
    """A query that is put to the columns. `for_all`: who may see the answer.

    Its clauses are of three kinds: `plain`, which the columns answer, `words`, which the text index answers, and
    `mixed`.
    """

    def __init__(
        self, connection: Connection, snapshot: Snapshot, kept: Kept, query: Query | None, now: datetime, for_all: bool
    ) -> None:
        assert snapshot.worded is not None
        self.kept, self.now, self.worded, self.version = kept, now, snapshot.worded, snapshot.version
        self.dialect = connection.dialect.name
        self.query = query
        self.hidden = tuple(snapshot.hidden(connection)) if for_all else ()
        self.what = (query, self.hidden, now if query and has_age(query.root) else None)
        self.plain, self.words, self.mixed = self._sorted_out(query)

    def _sorted_out(self, query: Query | None) -> tuple[list[Node], list[Node], list[Node]]:
        nodes = () if query is None else query.root.nodes if isinstance(query.root, And) else (query.root,)
        kinds: tuple[list[Node], list[Node], list[Node]] = ([], [], [])
        for node in nodes:
            is_plain = next(words_in([node]), None) is None
            kinds[0 if is_plain else 1 if words_of(wanted(node), self.dialect) else 2].append(node)
        return kinds

    @property
    def columns(self) -> Columns:
        return self.kept.columns

    def ids(self) -> Numbers:
        """All that match, in no order."""
        found = self.kept.recall(self.what, self.version)
        if found is None:
            found = self._all()
            self.kept.remember(self.what, found, self.version)
        return found

    def _all(self) -> Numbers:
        known, new = self._known()
        flags = self._narrowed(known)
        ordered = sorted(new, key=lambda node: self._share([node]))
        for number, node in enumerate(ordered):
            if self._is_sooner_read(int(np.count_nonzero(flags)), node):
                ids = self.worded.having(ordered[number:], np.flatnonzero(flags), self.now)
                return self._with_mixed(ids)
            flags = flags & _holding(self._hits(node), node, len(flags))
        return self._with_mixed(np.flatnonzero(flags))

    @property
    def names(self) -> dict[int, str]:
        """How postings write their employers, as far as somebody asked; for who reads the newest state."""
        return self.kept.names if self.worded.moment == self.kept.changes else {}

    def base(self) -> Flags:
        """Of all postings, whether the plain clauses are true of them."""
        of_now = self.now if any(map(has_age, self.plain)) else None
        what = ("plain", frozenset(self.plain), self.hidden, of_now)
        found = self.kept.recall(what, self.version)
        if found is None:
            listed = [node for node in self.plain if is_listed(node)]
            with self.kept.lock:
                hits = {node: hits for node in listed if (hits := self.worded.known(node, self.now)) is not None}
                known = set(hits)
                found = chosen(self.columns, self.plain, self.now, hits, self.hidden)
                for node in hits.keys() - known:
                    hits[node].moment = self.kept.changes
                    self.kept.hold(node, hits[node])
            self.kept.remember(what, found, self.version)
        return found

    def _known(self) -> tuple[list[tuple[Node, Hits]], list[Node]]:
        """The clauses of words whose hits are kept, and the others."""
        known, new = [], []
        for node in self.words:
            hits = self.worded.known(wanted(node), self.now)
            if hits is None:
                new.append(node)
            else:
                known.append((node, hits))
        return known, new

    def _narrowed(self, known: Sequence[tuple[Node, Hits]]) -> Flags:
        """What the columns and these hits leave."""
        flags = self.base()
        for node, hits in known:
            flags = flags & _holding(hits, node, len(flags))
        return flags

    def _cost(self, left: float, new: Sequence[Node]) -> float:
        """About how many microseconds it takes to say of so many postings which of them have all words."""
        cost = 0.0
        for node in sorted(new, key=lambda node: self._share([node])):
            if self._is_sooner_read(left, node):
                return cost + left * READ
            cost += self.worded.given(node, self.now)
            left *= self._share([node])
        return cost

    def _is_sooner_read(self, left: float, node: Node) -> bool:
        cost = 2 * self.worded.spent(node) + left * READ
        return left <= MOST_LOOKED_INTO and cost <= self.worded.given(node, self.now)

    def _share(self, nodes: Sequence[Node]) -> float:
        return self.worded.share(nodes, self.now)

    def _hits(self, node: Node) -> Hits:
        return self.worded.hits(wanted(node), self.now)

    def _with_mixed(self, ids: Numbers) -> Numbers:
        """Those of the ids of which the mixed clauses are true."""
        if not self.mixed:
            return ids
        hits = {node: self.worded.hits(node, self.now) for node in words_in(self.mixed)}
        with self.kept.lock:
            return ids[holding(self.columns, self.mixed, ids, self.now, hits.__getitem__)]

    def told(self, tell: Callable[[Columns, Numbers], Told]) -> Told:
        """What is told of the columns and of all that match."""
        ids = self.ids()
        with self.kept.lock:
            return tell(self.columns, ids)

    # --- the first of them -----------------------------------------------------------------------------------------

    def first(self, sort: str, limit: int | None, after: Place | None = None) -> list[int]:
        """The first that match, behind a place."""
        ids = None if limit is None else self._sooner(sort, limit, after)
        if ids is None:
            ids = self.ids()
        with self.kept.lock:
            return [int(key) for key in first(self.columns, ids, sort, limit, after)]

    def _sooner(self, sort: str, limit: int, after: Place | None) -> Numbers | None:
        """Some that match, the first ones wanted among them, where all would take longer; else None."""
        known, new = self._known()
        if not new or self.kept.recall(self.what, self.version) is not None:
            return None
        left = self._narrowed(known)
        count, share = int(np.count_nonzero(left)), self._share(new)
        finding, reading = self._cost(count, new), min(count, 2 * limit / share) * READ
        passed = min(1.0, 2 * limit / max(count * share, 1))  # of all that the text index would give
        given = passed * self.columns.size * sum(self._share([wanted(node)]) for node in new) * STREAMED
        if self._can_stream(sort, after) and given <= min(finding, reading) and not any(map(has_prefix, self.words)):
            return self._newest(limit, after)
        if reading <= min(finding, MOST_READ * READ):
            return self._read(np.flatnonzero(left), new, sort, limit, after)
        return None

    def _can_stream(self, sort: str, after: Place | None) -> bool:
        return self.dialect == "sqlite" and sort == "posted" and (after is None or after[0] >= _DATED)

    def _read(self, ids: Numbers, new: list[Node], sort: str, limit: int, after: Place | None) -> Numbers | None:
        """By reading the words of the first ones."""
        with self.kept.lock:
            wanted = first(self.columns, ids, sort, MOST_READ, after)
        found: list[Numbers] = []
        start = 0
        for step in _STEPS:
            some = wanted[start : start + step]
            found.append(self._with_mixed(self.worded.having(new, some, self.now)))
            start += step
            if sum(map(len, found)) >= limit or start >= len(wanted):
                break
        is_enough = sum(map(len, found)) >= limit or len(wanted) < MOST_READ
        return np.concatenate(found) if is_enough else None

    def page(self, sort: str, limit: int, after: Place | None) -> tuple[list[int], Place | None]:
        """The first so many, and the place of the last of them if there are more."""
        ids = self.first(sort, limit + 1, after)
        with self.kept.lock:
            last = place(self.columns, ids[limit - 1], sort) if len(ids) > limit else None
        return ids[:limit], last

    def count(self) -> int:
        """How many match."""
        return len(self.ids())

    def counts(self, fields: Sequence[str], ranges: Mapping[str, Sequence[str]], most: int) -> dict[str, Counts]:
        """Of each field the values with how many of those that match have them; of a range, of each of its clauses.

        A company stands by its key and the id of one of its postings: `KEY/ID`.
        """
        ids = self.ids()
        with self.kept.lock:
            return {
                field: within(self.columns, ids, ranges[field], self.now)
                if field in ranges
                else counted(self.columns, field, ids, most)
                for field in fields
            }

    def _newest(self, limit: int, after: Place | None) -> Numbers | None:
        """The newest of those with a date, as the text index gives them; None where these are too few."""
        asked = Query(And(tuple(self.words)))
        expression = split(asked, self.dialect).expression
        if not expression or split(asked, self.dialect).rest:
            return None
        base, found, given, count = self.base(), [np.zeros(0, np.int64)], 0, 0
        for rowids in self._by_hour(expression, after):
            ids = rowids & KEY_BITS
            ids = self._with_mixed(ids[base[np.minimum(ids, len(base) - 1)] & (ids < len(base))])
            with self.kept.lock:
                sorted_at = self.columns.of["sorted_at"][ids]
            found.append(_behind(ids[sorted_at > _DATED], sorted_at[sorted_at > _DATED], after))
            count += len(found[-1])
            given += len(rowids)
            if count >= limit and self._is_enough(np.concatenate(found), limit, int(rowids[-1])):
                return np.concatenate(found)
            if given > MOST_GIVEN:
                return None
        return None

    def _is_enough(self, ids: Numbers, limit: int, last: int) -> bool:
        """Whether all of the hour of the last one wanted were given."""
        hours = np.maximum(self.columns.of["sorted_at"][ids], 0) // HOUR
        return bool(np.sort(hours)[-limit] > last >> _KEY_LENGTH)

    def _by_hour(self, expression: str, after: Place | None) -> Iterator[Numbers]:
        end = (max(after[0], 0) // HOUR + 1) << _KEY_LENGTH if after else _END
        rows = self.worded.rows(_NEWEST, (expression, end))
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


def _holding(hits: Hits, node: Node, size: int) -> Flags:
    found = hits.flags(size)
    return ~found if isinstance(node, Not) else found
