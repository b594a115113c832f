"""The columns that a process keeps of its database: as new as what is asked, or SQL answers meanwhile."""

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from database.cards import changed_since, horizon, read_all, read_changed
from database.engine import read
from search.columns import Columns, Numbers

AT_ONCE = 5_000  # postings that are read while somebody waits; more are read beside
REMEMBERED = 4_000_000  # ids of answers of the text index


@dataclass
class Kept:
    """The columns of one database. `below`: every change of a lower revision is in them; `changes`: how many times
    some came.

    `found`: which postings have been found of what was asked, while this `version` of text index and columns lasts.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    columns: Columns = field(default_factory=Columns)
    below: int = 0
    reading: threading.Thread | None = None
    changes: int = 0
    found: dict[object, Numbers] = field(default_factory=dict)
    version: object = None

    def recall(self, what: object, version: object) -> Numbers | None:
        """What was found of this, if the text index and the columns are the same still."""
        with self.lock:
            return self.found.get(what) if self.version == (version, self.changes) else None

    def remember(self, what: object, ids: Numbers, version: object) -> None:
        """Keep what was found, in the place of older findings."""
        with self.lock:
            if self.version != (version, self.changes):
                self.found, self.version = {}, (version, self.changes)
            self.found[what] = ids
            while sum(map(len, self.found.values())) > REMEMBERED:
                del self.found[next(iter(self.found))]


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
        read_changed(connection, kept.columns, changed)
        kept.changes += 1
    kept.below = max(below, kept.below)
    return True


def _read_beside(engine: Engine, kept: Kept) -> None:
    """Read all anew, or what has changed; nobody uses the columns meanwhile."""
    with read(engine) as connection:
        below = horizon(connection)
        if kept.below:
            read_changed(connection, kept.columns, changed_since(connection, kept.below, None))
        else:
            read_all(connection, kept.columns)
        kept.below, kept.changes = below, kept.changes + 1


def forget(engine: Engine) -> None:
    """Forget what was found, for who measures."""
    if (kept := _KEPT.get(engine)) is not None:
        kept.found.clear()
