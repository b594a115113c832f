"""The searches that events are matched against: read and compiled once by a process, then kept up to date by what
changed. The database stays the truth: who writes what is owed checks the searches concerned once more."""

import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine, RowMapping

import search
from alerts.looked import found_by
from database import active_searches, changed_searches, horizon, read
from models import EventKind
from search import Document, Query
from search.index import Index

PAGE = 500  # searches a read
BREATH, BREATHE_AFTER = 0.001, 10  # seconds, searches: whoever else runs in this process goes first
TOLD_EVERY = 10.0  # seconds
log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Compiled:
    """A query held ready, and the searches that ask it."""

    query: Query
    matches: Callable[[Document, datetime], bool]
    searches: set[int] = field(default_factory=set)

    def comes_to_match(self, document: Document, kind: str, now: datetime) -> bool:
        """Whether an event of this kind tells of a match. What closes is told only to those who look for closed
        postings: the others missed it, or it came too late."""
        if not self.matches(document, now):
            return False
        return kind != EventKind.CLOSED or not self.matches(replace(document, is_open=True), now)


@dataclass(slots=True)
class Changes:
    """What the registry has not seen yet, as one snapshot showed it."""

    rows: Sequence[RowMapping]
    looked: dict[int, list["array[int]"]]
    since: int


class Registry:
    """All searches that may speak. One thread at a time may use it."""

    def __init__(self) -> None:
        self.is_loaded = False
        self.unreadable: dict[int, str] = {}  # search -> what is wrong with its query
        self._since: int | None = None
        self._read_to = 0
        self._loading = threading.Lock()
        self._queries: dict[str, Compiled] = {}
        self._index: Index[str] = Index()
        self._texts: dict[int, str] = {}  # search -> its query
        self._events: dict[int, frozenset[str]] = {}  # of the searches that ask for later events
        self._looked: dict[int, list[array[int]]] = {}  # their first looks
        self._lookers: dict[int, set[int]] = {}  # posting -> those of them that found it so

    def __len__(self) -> int:
        return len(self._texts)

    # --- reading ---------------------------------------------------------------------------------------------------

    def load(self, engine: Engine, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Read and compile every search, page by page; one that was broken off goes on where it was."""
        with self._loading:
            if self._since is None:
                with read(engine) as connection:
                    self._since = horizon(connection)[0]  # what changes while we read is read again
            told = time.monotonic()
            while not (self.is_loaded or is_stopping()):
                self.is_loaded = not self._load_page(engine)
                if time.monotonic() - told >= TOLD_EVERY:
                    told = time.monotonic()
                    log.info("dispatch.reading_searches", read=len(self))

    def _load_page(self, engine: Engine) -> bool:
        with read(engine) as connection:
            rows = active_searches(connection, self._read_to, PAGE)
            looked = found_by(connection, [row["id"] for row in rows if row["events"]])
        for number, row in enumerate(rows):
            self._take(row, looked.get(row["id"], []))
            self._read_to = row["id"]
            if number % BREATHE_AFTER == 0:
                time.sleep(BREATH)
        return bool(rows)

    def changes(self, connection: Connection) -> Changes:
        """What changed since the last `apply`; read it in the snapshot whose events it is for."""
        assert self._since is not None
        low, high = horizon(connection)
        rows = changed_searches(connection, self._since, high)
        return Changes(rows, found_by(connection, [row["id"] for row in rows if row["events"]]), low)

    def apply(self, changes: Changes) -> None:
        """Take in what changed; parses, so call it outside transactions."""
        for row in changes.rows:
            self._take(row, changes.looked.get(row["id"], []))
        self._since = changes.since

    def _take(self, row: RowMapping, looked: list["array[int]"]) -> None:
        key, text = row["id"], row["query"] if row["is_active"] else None
        if self._texts.get(key) != text or key in self.unreadable:
            self._drop(key)
            if text is not None:
                self._compile(key, text)
        self._hear(key, row["events"] if key in self._texts else (), looked)

    def _compile(self, key: int, text: str) -> None:
        if text not in self._queries:
            try:
                query = search.parse(text)
                compiled = Compiled(query, search.compile_matcher(query))
                self._index.add(text, query)
            except search.QueryError as error:
                self.unreadable[key] = error.message
                return
            except Exception as error:  # one search must not keep the others from being read
                log.exception("dispatch.search_unreadable", search_id=key)
                self.unreadable[key] = f"{type(error).__name__}: {error}"
                return
            self._queries[text] = compiled
        self._queries[text].searches.add(key)
        self._texts[key] = text

    def _drop(self, key: int) -> None:
        self.unreadable.pop(key, None)
        text = self._texts.pop(key, None)
        if text is None:
            return
        self._queries[text].searches.discard(key)
        if not self._queries[text].searches:
            del self._queries[text]
            self._index.discard(text)

    def _hear(self, key: int, events: Sequence[str] | None, looked: list["array[int]"]) -> None:
        """Note which later events it asks for, and of which postings that it found at a first look."""
        self._events.pop(key, None)
        for postings in self._looked.pop(key, []):
            for posting_id in postings:
                self._lookers.get(posting_id, set()).discard(key)
        if not events:
            return
        self._events[key], self._looked[key] = frozenset(events), looked
        for postings in looked:
            for posting_id in postings:
                self._lookers.setdefault(posting_id, set()).add(key)

    # --- asking ----------------------------------------------------------------------------------------------------

    def candidates(self, document: Document) -> Iterator[Compiled]:
        """The queries that may match the posting: the others cannot."""
        return (self._queries[text] for text in self._index.candidates(document))

    def query_of(self, search_id: int) -> str:
        """The query that is held for a search."""
        return self._texts.get(search_id, "")

    def compiled(self, search_id: int) -> Compiled:
        """The same, compiled."""
        return self._queries[self._texts[search_id]]

    def asking_for(self, kind: str, posting_id: int, told: set[int]) -> set[int]:
        """The searches that ask for such an event of the posting, of those that told of it or found it open."""
        known = (told & self._events.keys()) | self._lookers.get(posting_id, set())
        return {key for key in known if kind in self._events[key]}

    def lookers(self, posting_id: int) -> set[int]:
        """Those of the searches with later events that found the posting at a first look."""
        return self._lookers.get(posting_id, set())
