"""Who may do a thing on this database: a file lock beside SQLite, an advisory lock on PostgreSQL."""

import zlib
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

LEADER = "leader"  # the one process that plans crawls and sends: `run`, or `crawl`
WORKER = "worker"  # the one process that stores what spiders saw


class Lock(AbstractContextManager["Lock"]):
    """A lock that goes with its process, however that ends."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._name = engine, name
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
        lock = FileLock(f"{self._engine.url.database}.{self._name}.lock", thread_local=False)  # taken in any thread
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        self._file = lock
        return True

    def _acquire_advisory(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        key = zlib.crc32(f"rolewire {self._name}".encode())
        if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
