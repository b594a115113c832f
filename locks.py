"""Who may do a thing on this database: a file lock beside SQLite, an advisory lock on PostgreSQL."""

import zlib
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

LEADER = "leader"  # the one process that plans crawls and sends: `run`, or `crawl`
WORKER = "worker"  # the one process that stores what spiders saw
_HOLDER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
AND (l.classid::bigint << 32 | l.objid::bigint) = :key
"""


class Lock(AbstractContextManager["Lock"]):
    """A lock that goes with its process, however that ends. `who`: what `holder` tells others of it."""

    def __init__(self, engine: Engine, name: str, who: str = "") -> None:
        self._engine, self._name, self._who = engine, name, who
        self._file: FileLock | None = None
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Try once; True if it is ours now."""
        return self._acquire_file() if self._engine.dialect.name == "sqlite" else self._acquire_advisory()

    def release(self) -> None:
        """Let it go, held or not."""
        if self._file:
            self._file.release()
            self._file = None
        connection, self._connection = self._connection, None
        if connection:
            if not connection.invalidated:
                connection.detach()  # a pooled session would keep the lock
            connection.close()

    def is_held(self) -> bool:
        """Whether it is still ours: a PostgreSQL restart takes it away."""
        if self._connection is None:
            return self._file is not None
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def _acquire_file(self) -> bool:
        lock = _file_lock(self._engine, self._name)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._file = lock
        with suppress(OSError):  # a full disk keeps nobody from leading
            Path(lock.lock_file).write_text(self._note(), encoding="utf-8")
        return True

    def _acquire_advisory(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(self._name)}).scalar_one():
            connection.execute(text("SELECT set_config('application_name', :note, false)"), {"note": self._note()})
            self._connection = connection
            return True
        connection.close()
        return False

    def _note(self) -> str:
        return f"{self._who} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC" if self._who else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def holder(engine: Engine, name: str, asking: Connection | None = None) -> str | None:
    """Who holds a lock and since when, as "run since 2026-05-04 06:00 UTC"; None if nobody does.

    `asking`: a connection that is open already, so that no second one is needed.
    """
    if engine.dialect.name != "sqlite":
        with nullcontext(asking) if asking is not None else engine.connect() as connection:
            return connection.execute(text(_HOLDER), {"key": _key(name)}).scalar()
    lock = _file_lock(engine, name)
    try:
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        return Path(lock.lock_file).read_text(encoding="utf-8") or "somebody"


def _key(name: str) -> int:
    return zlib.crc32(f"rolewire {name}".encode())


def _file_lock(engine: Engine, name: str) -> FileLock:
    return FileLock(f"{engine.url.database}.{name}.lock", thread_local=False)  # taken in any thread
