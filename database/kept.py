"""The columns that a process keeps of its database: as new as what is asked, or SQL answers meanwhile."""

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Connection, Engine

from database.cards import changed_since, horizon, read_all, read_changed
from database.engine import read
from search.columns import Array, Columns, Numbers
from search.document import Document
from search.hits import Hits
from search.lives import Lives

AT_ONCE = 5_000  # postings that are read while somebody waits; more are read beside
REMEMBERED = 32_000_000  # bytes of answers
HELD = 64_000_000  # bytes of hits: at a million postings those of 500 words, phrases, skills and places
FOLLOWED = 5_000  # changed postings, after which hits are found anew instead of kept up


@dataclass
class Kept:
    """The columns of one database, and how long its listings lived. `below`: every change of a lower revision is in
    them; `changes`: how many times some came, with `news`, the ids of each time, from the change `forgotten` on.

    `found`: answers, while this `version` of text index and columns lasts. `hits`: which postings a part of a query is
    true of, kept up with the news as they are asked for. `sample`: some postings' words, `shares`: how many of them
    have what was asked, and `spent` how long a word was looked for in postings, for who plans.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    columns: Columns = field(default_factory=Columns)
    lives: Lives = field(default_factory=Lives)
    below: int = 0
    reading: threading.Thread | None = None
    changes: int = 0
    found: dict[Hashable, Array] = field(default_factory=dict)
    version: object = None
    news: list[Numbers] = field(default_factory=list)
    forgotten: int = 0
    hits: dict[Hashable, Hits] = field(default_factory=dict)
    held: int = 0  # bytes of them
    sample: list[Document] = field(default_factory=list)
    sampled: int = 0  # of how many postings
    shares: dict[Hashable, float] = field(default_factory=dict)
    spent: dict[Hashable, float] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)  # of employers, as a posting writes them

    def recall(self, what: Hashable, version: object) -> Array | None:
        """What was found of this, if the text index and the columns are the same still."""
        with self.lock:
            return self.found.get(what) if self.version == (version, self.changes) else None

    def remember(self, what: Hashable, found: Array, version: object) -> None:
        """Keep what was found, in the place of older findings."""
        with self.lock:
            if self.version != (version, self.changes):
                self.found, self.version = {}, (version, self.changes)
            self.found[what] = found
            while sum(one.nbytes for one in self.found.values()) > REMEMBERED:
                del self.found[next(iter(self.found))]

    def hold(self, what: Hashable, hits: Hits) -> None:
        """Keep hits, in the place of those that were asked for longest ago."""
        with self.lock:
            self._drop(what)
            self.hits[what] = hits
            self.held += len(hits.bits)
            while len(self.hits) > 1 and self.held > HELD:
                self._drop(next(iter(self.hits)))

    def _drop(self, what: Hashable) -> None:
        if (hits := self.hits.pop(what, None)) is not None:
            self.held -= len(hits.bits)

    def changed(self, ids: Iterable[int]) -> None:
        """Note that these postings are others now."""
        some = np.array(list(ids), np.int64)
        self.changes += 1
        self.news.append(some)
        for key in some.tolist():
            self.names.pop(key, None)
        while sum(map(len, self.news)) > FOLLOWED:
            del self.news[0]
        self.forgotten = self.changes - len(self.news)

    def since(self, moment: int) -> Numbers | None:
        """The postings that changed after this many changes; None where that is not known any more."""
        if moment < self.forgotten:
            return None
        news = self.news[len(self.news) - (self.changes - moment) :] if moment < self.changes else []
        return np.unique(np.concatenate(news)) if news else np.zeros(0, np.int64)


_KEPT: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()


def wait_for_columns(engine: Engine) -> Columns:
    """The columns of a database, once they are read."""
    with read(engine) as connection:
        kept = columns_of(connection) or _KEPT[engine]
    if kept.reading is not None:
        kept.reading.join()
    return kept.columns


def columns_of(connection: Connection) -> Kept | None:
    """The columns, with all that this snapshot holds; None where they are not read yet."""
    kept = _KEPT.setdefault(connection.engine, Kept())
    with kept.lock:
        return kept if _is_fresh(connection, kept) else None


def _is_fresh(connection: Connection, kept: Kept) -> bool:
    if kept.reading is not None and kept.reading.is_alive():
        return False
    below = horizon(connection)
    if below <= kept.below and connection.dialect.name == "sqlite":
        return True
    changed = changed_since(connection, kept.below, AT_ONCE + 1)
    if len(changed) > AT_ONCE:
        kept.reading = threading.Thread(target=_read_beside, args=(connection.engine, kept), daemon=True)
        kept.reading.start()
        return False
    if changed:
        read_changed(connection, kept.columns, kept.lives, changed)
        kept.changed(changed)
    kept.below = max(below, kept.below)
    return True


def horizon_is_newest(connection: Connection, kept: Kept) -> bool:
    """Whether no other read has seen a later state than this one, as far as the columns know."""
    return horizon(connection) >= kept.below


def _read_beside(engine: Engine, kept: Kept) -> None:
    """Read all anew, or what has changed; nobody uses the columns meanwhile."""
    with read(engine) as connection:
        below = horizon(connection)
        if kept.below:
            read_changed(connection, kept.columns, kept.lives, changed_since(connection, kept.below, None))
        else:
            read_all(connection, kept.columns, kept.lives)
        kept.below, kept.changes, kept.news = below, kept.changes + 1, []
        kept.forgotten = kept.changes
        kept.names.clear()


def forget(engine: Engine, words_too: bool = True) -> None:
    """Forget what was found, for who measures; `words_too`: and the hits of words and lists."""
    if (kept := _KEPT.get(engine)) is not None:
        kept.found.clear()
        if words_too:
            kept.hits.clear()
            kept.spent.clear()
            kept.held = 0
