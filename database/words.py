"""Which postings have the words that are asked for: by the text index, kept up with what changes, or by reading them.

To read the words of a posting takes as long as some forty rows of the text index. So where the columns leave few, those
are read; how many have the words is guessed from a sample. What was read for a word adds up, until hits are cheaper.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection

from database.cards import numbers_of
from database.kept import Kept, horizon_is_newest
from search.choosing import holding, is_listed
from search.columns import Numbers
from search.document import Document
from search.engines import KEY_BITS
from search.hits import Hits
from search.matcher import compile_matcher
from search.nodes import And, Node, Query
from search.parts import wanted, words_in
from search.said import said
from search.sql import words_of

READ, GIVEN, STREAMED = 4.5, 0.1, 0.3  # microseconds: to read a posting's words, to be given one by the text index
_DEARER = {"word": 1, "phrase": 2, "beginning": 4}  # times as long
MOST_READ = 4_000  # postings whose words are read for the first ones
MOST_LOOKED_INTO = 8_000  # for all: a page asks for the same words ten times, and then hits are cheaper
_SAMPLE, _SHARES = 256, 4_096
_STEP = 2_000  # ids of a statement
_NEEDLES = 100  # that a statement looks for
_ALL = {  # as one text: a third of the time of a row each
    "sqlite": f"SELECT group_concat(rowid & {KEY_BITS}) FROM posting_fts WHERE posting_fts MATCH ?",  # noqa: S608
    "postgresql": "SELECT string_agg(posting_id::text, ',') FROM posting_tsv WHERE tsv @@ CAST(%s AS tsquery)",
}


_JOINED = {"sqlite": "group_concat(posting_id)", "postgresql": "string_agg(posting_id::text, ',')"}


class Worded:
    """The words of postings as one read sees them. `version`: the state of SQLite's text index."""

    def __init__(self, connection: Connection, kept: Kept, version: object) -> None:
        self.connection, self.kept = connection, kept
        self.dialect = connection.dialect.name
        self.version = version if self.dialect == "sqlite" else None
        with kept.lock:
            self.moment = kept.changes if horizon_is_newest(connection, kept) else None

    # --- hits ------------------------------------------------------------------------------------------------------

    def known(self, node: Node, now: datetime) -> Hits | None:
        """The hits of a node that are kept, once they are as new as this read."""
        with self.kept.lock:
            hits = self.kept.hits.get(node)
            news = None if hits is None else self.kept.since(hits.moment)
            if (
                hits is None
                or news is None
                or not (self._is_same(hits, news) or self._is_kept_up(node, hits, news, now))
            ):
                return None
            self.kept.hold(node, hits)
            return hits

    def _is_same(self, hits: Hits, news: Numbers) -> bool:
        return not len(news) and hits.version in (None, self.version)

    def _is_kept_up(self, node: Node, hits: Hits, news: Numbers, now: datetime) -> bool:
        """Say anew of what has changed whether it is hit; of words only as who reads the newest state."""
        columns, is_of_columns = self.kept.columns, is_listed(node)
        if not len(news) or not (is_of_columns or self.moment == self.kept.changes):
            return False
        has = holding(columns, [node], news, now) if is_of_columns else np.isin(news, self.having([node], news, now))
        self.kept.held -= len(hits.bits)
        hits.put(news, has, columns.size)
        self.kept.held += len(hits.bits)
        hits.moment, hits.version = self.kept.changes, hits.version and self.version
        return True

    def hits(self, node: Node, now: datetime) -> Hits:
        """The hits of a node that is about words only."""
        if (hits := self.known(node, now)) is not None:
            return hits
        found = self.found(words_of(node, self.dialect))
        hits = Hits.of(found, self.kept.columns.size, self.moment or 0, self.version)
        if self.moment is not None:
            self.kept.hold(node, hits)
        return hits

    def found(self, expression: str) -> Numbers:
        """What the text index finds."""
        return numbers_of(self.rows(_ALL[self.dialect], (expression,)).fetchone()[0])

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> Any:
        """The driver's cursor."""
        return self.connection.exec_driver_sql(sql, values).cursor

    # --- reading ---------------------------------------------------------------------------------------------------

    def having(self, nodes: Sequence[Node], ids: Numbers, now: datetime) -> Numbers:
        """Those of the ids, in their order, whose words are as all these nodes ask: by reading them."""
        for node in nodes:
            self.kept.spent[wanted(node)] = self.spent(node) + len(ids) * READ
        if sum(len(one.spelled) for one in words_in(nodes)) > _NEEDLES:
            return self._matched(nodes, ids, now)
        condition, needles = said(And(tuple(nodes)), self.dialect)
        found = [np.zeros(0, np.int64)]
        for some in _listed(ids):
            sql = f"SELECT {_JOINED[self.dialect]} FROM posting_text WHERE posting_id IN ({some}) AND {condition}"  # noqa: S608
            found.append(numbers_of(self.rows(sql, tuple(needles)).fetchone()[0]))
        return ids[np.isin(ids, np.concatenate(found))]

    def spent(self, node: Node) -> float:
        """Microseconds that its words were looked for in postings."""
        return self.kept.spent.get(wanted(node), 0.0)

    def _matched(self, nodes: Sequence[Node], ids: Numbers, now: datetime) -> Numbers:
        matcher = compile_matcher(Query(And(tuple(nodes))))
        read = self._documents(ids)
        keys = [key for key in ids.tolist() if key in read and matcher(read[key], now)]
        return np.array(keys, np.int64)

    def _documents(self, ids: Numbers) -> dict[int, Document]:
        found = {}
        for some in _listed(ids):
            sql = f"SELECT posting_id, title, company, text FROM posting_text WHERE posting_id IN ({some})"  # noqa: S608
            for key, title, company, text in self.rows(sql).fetchall():
                found[key] = Document(f" {title} ", f" {company} ", f" {text} ")
        return found

    # --- guessing --------------------------------------------------------------------------------------------------

    def given(self, node: Node, now: datetime) -> float:
        """About how many microseconds its hits take."""
        phrases = [phrase for one in words_in([node]) for phrase in one.phrases]
        kinds = {"beginning" if one.is_prefix else "phrase" if len(one.tokens) > 1 else "word" for one in phrases}
        dearness = max((_DEARER[kind] for kind in kinds), default=1)
        return self.kept.columns.size * self.share([wanted(node)], now) * GIVEN * dearness

    def share(self, nodes: Sequence[Node], now: datetime) -> float:
        """About which share of all postings has these words."""
        shares, what = self.kept.shares, tuple(nodes)
        if what not in shares:
            sample, matcher = self._sample(), compile_matcher(Query(And(what)))
            if len(shares) > _SHARES:
                shares.clear()
                self.kept.spent.clear()
            shares[what] = (sum(matcher(one, now) for one in sample) + 0.5) / (len(sample) + 1)
        return shares[what]

    def _sample(self) -> list[Document]:
        """Of postings of all times; drawn anew when there are twice as many."""
        size = self.kept.columns.size
        if size > 2 * self.kept.sampled:
            ids = np.unique(np.linspace(1, size - 1, _SAMPLE).astype(np.int64)) if size > 1 else np.zeros(0, np.int64)
            self.kept.sample, self.kept.sampled = list(self._documents(ids).values()), size
            self.kept.shares = {}
        return self.kept.sample


def _listed(ids: Numbers) -> Iterator[str]:
    """The ids as statements name them, some at a time."""
    for start in range(0, len(ids), _STEP):
        yield ",".join(map(str, ids[start : start + _STEP].tolist()))
