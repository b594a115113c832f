"""Reads that end: a time budget for what a page or a chat asks of the database."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from database.engine import read

READ_SECONDS = 2.0
_STEPS_BETWEEN_LOOKS = 500  # of SQLite's virtual machine: well under a millisecond


class TooSlowError(Exception):
    """The database needed longer than the person may wait. Raised by `bounded_read`."""


@contextmanager
def bounded_read(engine: Engine, seconds: float = READ_SECONDS) -> Iterator[Connection]:
    """A consistent read that is cut off: on SQLite after `seconds` in all, on PostgreSQL after `seconds` a statement.

    Raises TooSlowError.
    """
    with read(engine) as connection:
        limit = _limited_postgresql if connection.dialect.name == "postgresql" else _limited_sqlite
        try:
            with limit(connection, seconds):
                yield connection
        except (OperationalError, sqlite3.OperationalError) as error:
            if _is_cut_off(error):
                raise TooSlowError from None
            raise


@contextmanager
def _limited_postgresql(connection: Connection, seconds: float) -> Iterator[None]:
    connection.execute(text(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}"))
    yield


@contextmanager
def _limited_sqlite(connection: Connection, seconds: float) -> Iterator[None]:
    driver = connection.connection.driver_connection
    assert driver is not None
    end = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _is_cut_off(error: Exception) -> bool:
    cause = error.orig if isinstance(error, OperationalError) else error  # rows fetched past SQLAlchemy
    return getattr(cause, "sqlstate", None) == "57014" or str(cause) == "interrupted"
