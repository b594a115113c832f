"""Engine and transactions. SQLite and PostgreSQL, the same tables."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from places import data_folder

BUSY_TIMEOUT_MS = 60_000
ASKED_FOR_MS = 40  # after which SQLite would ask each 25 ms and then more seldom
CONNECTIONS = 15  # of one engine
READING_KB, WRITING_KB = 2_000, 32_000  # of SQLite's pages that a connection holds: what does not fit is written twice
WRITE, READ = "rolewire_write", "rolewire_read"
READ_ON_SERVER = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class DatabaseError(Exception):
    """The database cannot be used; the message says what to do. Raised by `open_engine` and `upgrade`."""


def open_engine(
    url: str, must_exist: bool = False, connections: int = CONNECTIONS, wait: float = BUSY_TIMEOUT_MS / 1000
) -> Engine:
    """Engine for an SQLAlchemy URL (sqlite:/// or postgresql+psycopg://). Raises DatabaseError.

    It has at most so many `connections`; who needs one more waits for so many seconds.
    """
    pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": wait}
    parsed, as_json = make_url(url), {"json_serializer": _as_json, "json_deserializer": _from_json}
    if parsed.get_backend_name() == "sqlite":
        _check_sqlite_path(parsed.database or "", must_exist)
        arguments = {"timeout": BUSY_TIMEOUT_MS / 1000}
        engine = create_engine(
            parsed,
            hide_parameters=True,
            connect_args=arguments,
            **as_json,
            **pool,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        arguments = {"connect_timeout": 10}
        engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args=arguments,
            **as_json,
            **pool,
        )
        event.listen(engine, "connect", _prepare_server)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (DBAPIError, sqlite3.DatabaseError) as error:
        raise DatabaseError(f"{shown_url(url)}: cannot be opened: {first_line(error)}") from None
    return engine


def exists(url: str) -> bool:
    """Whether there is a database to open; a server's is taken to be there."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()


def shown_url(url: str) -> str:
    """The URL with its password hidden, for messages."""
    return make_url(url).render_as_string(hide_password=True)


def sqlite_warning() -> str:
    """What to say of an SQLite library with the WAL-reset bug, which can corrupt a database; empty if it is fine."""
    version = sqlite3.sqlite_version_info
    fixed = version >= (3, 51, 3) or (version[:2] == (3, 44) and version >= (3, 44, 6)) or version[:3] == (3, 50, 7)
    if fixed or version < (3, 7, 0):
        return ""
    return (
        f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug (fixed in 3.51.3, 3.50.7, 3.44.6), which can rarely"
        " corrupt a database written by two processes: keep backups, or use a newer SQLite or PostgreSQL"
    )


def _check_sqlite_path(name: str, must_exist: bool) -> None:
    if name in ("", ":memory:"):
        raise DatabaseError("sqlite:///: names no file; give one, as in sqlite:///rolewire.db")
    path = Path(name)
    if must_exist and not path.exists():
        raise DatabaseError(f"{path}: no such database; `rolewire crawl` makes one, or name one with --database")
    if path.parent == data_folder():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.parent.is_dir():
        raise DatabaseError(f"{path.parent}: no such folder for the database {path.name}; make it, or name another")


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would begin too late for IMMEDIATE
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=FAST",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_server(connection: Any, _record: Any) -> None:
    """Long conditions are run as they are: to compile one takes the server seconds, many times what it saves."""
    connection.execute("SET jit = off")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITE):
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if not _has_lock(driver):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, with the error that SQLAlchemy makes of it


def _has_lock(driver: sqlite3.Connection) -> bool:
    """Begin to write, if that can be had in time.

    SQLite asks for the lock ever more seldom, at last each 100 ms, and so misses the moments between the transactions
    of a busy writer for a second and more. Begun anew each time, it asks every few milliseconds.
    """
    end = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    driver.execute(f"PRAGMA busy_timeout={ASKED_FOR_MS}")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                    return False
            else:
                return True
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A write transaction: commits at the end, rolls back on an exception. On SQLite it holds the write lock."""
    with engine.connect().execution_options(**{WRITE: True}) as connection, _with_room(connection), connection.begin():
        yield connection


@contextmanager
def _with_room(connection: Connection) -> Iterator[None]:
    """Room for what a page of a board changes; it is given back, for many connections may have written once."""
    driver = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    if driver is None:
        yield
        return
    driver.execute(f"PRAGMA cache_size=-{WRITING_KB}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA cache_size=-{READING_KB}")


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A consistent read: all its statements see the same state, and none may write."""
    options = READ_ON_SERVER if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**{READ: True}, **options) as connection, connection.begin():
        yield connection


@contextmanager
def shredding(engine: Engine) -> Iterator[Connection]:
    """A transaction that leaves nothing of what it deletes in the file's free pages, which costs more writing."""
    with transaction(engine) as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("PRAGMA secure_delete=FAST")


def empty_log(engine: Engine) -> bool:
    """Take over what SQLite's log holds and empty it, unless a reader needs it: then it is emptied later."""
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        assert raw.driver_connection is not None
        return not raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.close()


def wipe(engine: Engine) -> None:
    """Leave nothing of what was ever deleted: SQLite writes its file anew and empties its log. A server cleans up by
    itself.

    It needs the file for itself for a while. Raises DatabaseError where another holds on to it for too long.
    """
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        driver = raw.driver_connection
        assert driver is not None
        driver.execute("VACUUM")
        if driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise DatabaseError("a reader keeps the database's log from being emptied: run it again, or stop rolewire")
    except sqlite3.OperationalError as error:
        raise DatabaseError(f"the database cannot be written anew: {error}; run it again, or stop rolewire") from None
    finally:
        raw.close()


def optimize(engine: Engine) -> None:
    """Let SQLite learn what its tables hold, so that it picks the right index; a server does so by itself."""
    if engine.dialect.name == "sqlite":
        with transaction(engine) as connection:  # a read that turns to writing is refused where another has written
            connection.execute(text("PRAGMA analysis_limit=1000"))
            connection.execute(text("PRAGMA optimize(0x10002)"))


def _as_json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _from_json(text: str | bytes) -> Any:
    """By the faster reader; what that refuses, such as NaN, as Python reads it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def first_line(error: BaseException) -> str:
    """What the database said, in one line: without SQL, parameters and links."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
