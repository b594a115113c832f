"""The searches that events are matched against: read and packed once by a process, then kept up to date by what
changed. The database stays the truth: who writes what is owed checks the searches concerned once more."""

import threading
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, RowMapping, select

import search
from alerts.kinds import asks
from alerts.looked import found_by
from alerts.lookers import Lookers
from alerts.telling import is_nobodys_fault, said
from alerts.written import read_written, written
from database import active_searches, changed_searches, documents, horizon, read, table_of
from models import Posting
from search import Document, Query
from search.packer import Packer
from search.standing import Standing

PAGE = 500  # searches a read
WORK, BREATH = (
    0.01,
    0.002,
)  # seconds of processor, and of a pause: whoever else runs in this process has its turn
TOLD_EVERY = 10.0  # seconds
SAMPLE = 200  # newest postings in which is counted what is rare
PARSED = 20_000  # queries that are held parsed
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Changes:
    """What the registry has not seen yet, as one snapshot showed it."""

    rows: Sequence[RowMapping]
    looked: dict[int, list["array[int]"]]
    since: int


@dataclass(slots=True)
class Reading:
    """The searches as they are read, page by page; what changes from `since` on is read again."""

    since: int
    read_to: int = 0
    packer: Packer = field(default_factory=Packer)


class Registry:
    """All searches that may speak. One thread at a time may use it, and beside that one may load."""

    def __init__(self) -> None:
        self.is_loaded = False
        self.unreadable: dict[int, str] = {}  # search -> what is wrong with its query
        self._loading = threading.Lock()
        self._reading: Reading | None = None
        self._standing, self._since = Standing(), 0
        self._fresh: tuple[Standing, int] | None = None  # read anew, and from which change on it is behind
        self._parsed: dict[str, Query] = {}
        self._events: dict[int, frozenset[str]] = {}  # of the searches that ask for later events
        self._lookers = Lookers()  # those of them that found a posting at a first look

    def __len__(self) -> int:
        return len(self._standing) + (len(self._reading.packer) if self._reading and not self.is_loaded else 0)

    @property
    def is_to_be_loaded(self) -> bool:
        """Whether the searches are to be read: for the first time, or because many have changed since."""
        return not self.is_loaded or (self._fresh is None and self._standing.is_scattered)

    # --- reading ---------------------------------------------------------------------------------------------------

    def load(self, engine: Engine, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Read and pack every search, page by page; one that was broken off goes on where it was."""
        with self._loading:
            if not self.is_to_be_loaded:
                return
            if self._reading is None:
                with read(engine) as connection:
                    self._reading = Reading(horizon(connection)[0])
            reading, told, is_more = self._reading, time.monotonic(), True
            while is_more and not is_stopping():
                is_more = self._load_page(engine, reading)
                if time.monotonic() - told >= TOLD_EVERY:
                    told = time.monotonic()
                    log.info("dispatch.reading_searches", read=len(reading.packer))
            if not is_more:
                self._end(Standing(reading.packer.pack(_sample(engine))), reading.since)

    def _load_page(self, engine: Engine, reading: Reading) -> bool:
        with read(engine) as connection:
            rows = active_searches(connection, reading.read_to, PAGE)
            looked = {} if self.is_loaded else found_by(connection, [row["id"] for row in rows if row["events"]])
        began = time.thread_time()
        for row in rows:
            reading.read_to = row["id"]
            error = _add(reading.packer, row["id"], written(row))
            if not self.is_loaded:
                self._note(row["id"], error, row["events"], looked.get(row["id"], []))
            if time.thread_time() - began >= WORK:
                time.sleep(BREATH)
                began = time.thread_time()
        return bool(rows)

    def _end(self, standing: Standing, since: int) -> None:
        self._reading = None
        if self.is_loaded:
            self._fresh = standing, since
        else:
            self._standing, self._since, self.is_loaded = standing, since, True

    def changes(self, connection: Connection) -> Changes:
        """What changed since the last `apply`; read it in the snapshot whose events it is for."""
        if self._fresh is not None:
            (self._standing, self._since), self._fresh = self._fresh, None
        low, high = horizon(connection)
        rows = changed_searches(connection, self._since, high)
        return Changes(rows, found_by(connection, [row["id"] for row in rows if row["events"]]), low)

    def apply(self, changes: Changes) -> None:
        """Take in what changed; parses, so call it outside transactions."""
        for row in changes.rows:
            self._take(row, changes.looked.get(row["id"], []))
            self._standing.settle()
        self._since = changes.since

    def _take(self, row: RowMapping, looked: list["array[int]"]) -> None:
        key, text, error = row["id"], written(row) if row["is_active"] else None, ""
        if text is None or key in self.unreadable or not self._standing.holds(key, text):
            self._standing.discard(key)
            error = _add(self._standing, key, text) if text is not None else ""
        self._note(key, error, row["events"] if text is not None else (), looked)

    def _note(self, key: int, error: str, events: Sequence[str] | None, looked: list["array[int]"]) -> None:
        self.unreadable.pop(key, None)
        if error:
            self.unreadable[key] = error
        self._hear(key, () if error else events, looked)

    def _hear(self, key: int, events: Sequence[str] | None, looked: list["array[int]"]) -> None:
        """Note which later events it asks for, and of which postings that it found at a first look."""
        was_heard = self._events.pop(key, None) is not None
        if events:
            self._events[key] = frozenset(events)
        if events or was_heard:
            self._lookers.put(key, looked if events else [])

    # --- asking ----------------------------------------------------------------------------------------------------

    def match(self, documents: Sequence[Document], now: datetime) -> list[set[int]]:
        """For each posting the searches that match it."""
        return self._standing.match(documents, now)

    def holding(self, texts: Mapping[int, str]) -> set[int]:
        """Which of the searches are matched by these texts."""
        return self._standing.holding(texts)

    def parsed(self, text: str) -> Query:
        """The query of a text, of which those last asked for are held ready."""
        query = self._parsed.get(text)
        if query is None:
            if len(self._parsed) >= PARSED:
                self._parsed.clear()
            query = self._parsed[text] = read_written(text)
        return query

    def asking_for(self, kind: str, changes: Mapping[str, Any], posting_id: int, told: set[int]) -> set[int]:
        """The searches that ask for such an event of the posting, of those that told of it or found it open."""
        known = (told & self._events.keys()) | self._lookers.of(posting_id)
        return {key for key in known if asks(self._events[key], kind, changes)}

    def lookers(self, posting_id: int) -> set[int]:
        """Those of the searches with later events that found the posting at a first look."""
        return self._lookers.of(posting_id)


def _add(held: Packer | Standing, key: int, text: str) -> str:
    """Take it in; what is wrong with it, if it cannot be."""
    try:
        held.add(key, text, None if held.knows(text) else read_written(text))
    except search.QueryError as error:
        return error.message
    except Exception as error:  # one search must not keep the others from being read
        log.exception("dispatch.search_unreadable", search_id=key)
        return said(error)
    return ""


def _sample(engine: Engine) -> list[Document]:
    """New postings to count marks in; none, where one of them cannot be read: all is found without, but slower."""
    try:
        return _newest(engine)
    except Exception as error:
        if is_nobodys_fault(error):
            raise
        log.exception("dispatch.sample_unreadable")
        return []


def _newest(engine: Engine) -> list[Document]:
    posting = table_of(Posting).c
    with read(engine) as connection:
        newest = connection.execute(select(posting.id).order_by(posting.id.desc()).limit(SAMPLE)).scalars().all()
        return list(documents(connection, newest).values())
