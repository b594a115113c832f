"""Whether a process answers from columns in memory. Who never asks for it need not load them."""

import logging
import threading
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from database.engine import READ

if TYPE_CHECKING:
    from database.answering import Asked, Snapshot
    from search.nodes import Query

log = logging.getLogger(__name__)
_KEEPING: WeakSet[Engine] = WeakSet()
_SNAPSHOTS: "WeakKeyDictionary[Connection, Snapshot]" = WeakKeyDictionary()


def keep_columns(engine: Engine) -> None:
    """From now on answer this process's reads (see `database.read`) from columns in memory, which is far quicker.

    They are read with the first question; those of a large database in a thread, and SQL answers until that is done.
    """
    _KEEPING.add(engine)


def warm_columns(engine: Engine) -> threading.Thread:
    """Read the columns before anybody asks, in a thread."""
    warming = threading.Thread(target=_warm, args=(engine,), name="columns", daemon=True)
    warming.start()
    return warming


def _warm(engine: Engine) -> None:
    from database.kept import wait_for_columns

    try:
        wait_for_columns(engine)
    except (DBAPIError, PoolTimeoutError) as error:  # then who asks first reads them
        log.warning("the columns of postings were not read yet: %s", type(error).__name__)


def asked(connection: Connection, query: "Query | None", now: datetime, for_all: bool) -> "Asked | None":
    """The query put to the columns; None where SQL has to answer. One read is answered by the one or by the other."""
    if connection.engine not in _KEEPING or not connection.get_execution_options().get(READ):
        return None
    from database.answering import Asked, Snapshot

    if (snapshot := _SNAPSHOTS.get(connection)) is None:
        snapshot = _SNAPSHOTS[connection] = Snapshot(connection)
    return Asked(connection, snapshot, snapshot.kept, query, now, for_all) if snapshot.kept else None
