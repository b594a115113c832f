"""Which postings have the words that are asked for: by the text index, kept up with what changes, or by reading them.

To read the words of a posting takes as long as thirty rows of the text index. So where the columns leave few, those are
read; how many have the words is guessed from a sample.
"""

from collections.abc import Sequence
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
from search.sql import words_of

READ, GIVEN, STREAMED = 8.0, 0.2, 0.3  # microseconds: to read a posting's words, to be given one by the text index
MOST_READ = 4_000  # postings whose words are read for one answer
_SAMPLE, _SHARES = 256, 4_096
_STEP = 500  # ids of a statement
_ALL = {  # as one text: a third of the time of a row each
    "sqlite": f"SELECT group_concat(rowid & {KEY_BITS}) FROM posting_fts WHERE posting_fts MATCH ?",  # noqa: S608
    "postgresql": "SELECT string_agg(posting_id::text, ',') FROM posting_tsv WHERE tsv @@ CAST(%s AS tsquery)",
}


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
        matcher = compile_matcher(Query(And(tuple(nodes))))
        read = self._documents(ids)
        keys = [key for key in ids.tolist() if key in read and matcher(read[key], now)]
        return np.array(keys, np.int64)

    def _documents(self, ids: Numbers) -> dict[int, Document]:
        found = {}
        for start in range(0, len(ids), _STEP):
            listed = ",".join(map(str, ids[start : start + _STEP].tolist()))
            sql = f"SELECT posting_id, title, company, text FROM posting_text WHERE posting_id IN ({listed})"  # noqa: S608
            for key, title, company, text in self.rows(sql).fetchall():
                found[key] = Document(f" {title} ", f" {company} ", f" {text} ")
        return found

    # --- guessing --------------------------------------------------------------------------------------------------

    def share(self, nodes: Sequence[Node], now: datetime) -> float:
        """About which share of all postings has these words."""
        shares, what = self.kept.shares, tuple(nodes)
        if what not in shares:
            sample, matcher = self._sample(), compile_matcher(Query(And(what)))
            if len(shares) > _SHARES:
                shares.clear()
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
