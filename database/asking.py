"""SQL that a person asks: it may read, for so long, so many rows, in so much memory, and nothing else."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import psycopg
from sqlalchemy.engine import make_url

from database.engine import first_line

BATCH = 200
_STEPS_BETWEEN_LOOKS = 5_000  # of SQLite's virtual machine
_LONGEST_VALUE = 16  # a value may take this part of the memory
_MAY = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_TELLING = ("table_info", "table_xinfo", "table_list", "index_list", "index_info", "data_version")  # pragmas
_LOADED = ("posting_fts", "pragma_table_info('')", "pragma_table_list", "json_each('[]')")
_REFUSED = ("not authorized", "authorization denied", "access to", "prohibited", "attempt to write")
_NOT = ("load_extension", "fts3_tokenizer")
WITHHELD = frozenset((  # what is known of people, and what lets one in: no question of the market needs it
    "subscriber", "address", "saved_search", "api_key", "search_feed", "profile", "timed_search", "suppression", "mute",
    "kept_posting", "rest", "search_review", "search_match", "first_look", "search_change", "message", "delivery",
    "delivery_reason", "due_edit", "entry", "heard", "secret", "notice",
))  # fmt: skip
_SAMPLES = {"sqlite_stat4", "sqlite_dbpage", "pg_statistic", "pg_statistic_ext_data", "pg_authid", "pg_largeobject"}
_REACHING = re.compile(  # functions of PostgreSQL that read files, run a text as a query or reach others' sessions
    r"\w+_to_xml\w*|\bts_stat\b|\bts_rewrite\b|\bpg_(?:read|ls|terminate|cancel|advisory|try_advisory|hba|show_all_file)_\w+"
    r"|\bpg_(?:stat_file|sleep\w*|file_settings|reload_conf|ident_file_mappings)\b|\blo_\w+|\bloread\b|\bdblink\w*"
    r"|\bset_config\b|\bu&\"",
    re.IGNORECASE,
)
Row = dict[str, Any]


class AskingError(Exception):
    """The statement was refused, is wrong, or went beyond its limits; the message says which."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a statement may take. `memory`: megabytes; it holds for this process from then on."""

    rows: int = 1_000
    seconds: float = 10.0
    memory: int = 256

    @property
    def too_slow(self) -> str:
        """What is said when the time is over."""
        return f"stopped after {self.seconds:g} s: narrow it, or allow more with --seconds"


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns of an answer, and its rows as they come; one more than the limit says that there are more."""

    columns: list[str]
    rows: Iterator[Row]


@contextmanager
def ask(url: str, statement: str, limits: Limits) -> Iterator[Answer]:
    """Ask the database of a URL. Rows are read as they are taken. Raises AskingError, also while rows are taken."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(_open_sqlite(parsed.database or "", limits)) as connection:
            yield _ask_sqlite(connection, statement, limits)
        return
    server = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with _refusals(limits), psycopg.connect(server, connect_timeout=10) as opened:
        yield _ask_postgresql(opened, statement, limits)
        opened.rollback()


# --- SQLite --------------------------------------------------------------------------------------------------------


def _open_sqlite(path: str, limits: Limits) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None)
    connection.execute("PRAGMA query_only=ON")
    connection.execute(f"PRAGMA hard_heap_limit={limits.memory << 20}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, (limits.memory << 20) // _LONGEST_VALUE)
    end = time.monotonic() + limits.seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    for table in _LOADED:  # before who may what: loading one looks like a change of the schema
        with suppress(sqlite3.OperationalError):
            connection.execute(f"SELECT 1 FROM {table} LIMIT 0")  # noqa: S608
    connection.set_authorizer(_may)
    return connection


def _may(action: int, first: str | None, second: str | None, _database: str | None, _by: str | None) -> int:
    """SQLite asks it of each thing that a statement would do."""
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if first in _TELLING else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and _is_withheld(first):
        return sqlite3.SQLITE_DENY
    is_allowed = action in _MAY and not (action == sqlite3.SQLITE_FUNCTION and second in _NOT)
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _is_withheld(table: str | None) -> bool:
    return (table or "").lower() in WITHHELD | _SAMPLES


def _ask_sqlite(connection: sqlite3.Connection, statement: str, limits: Limits) -> Answer:
    with _refusals(limits):
        cursor = connection.execute(statement)
    return Answer(_columns(cursor.description), _rows(cursor, limits))


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


def _ask_postgresql(connection: psycopg.Connection[Any], statement: str, limits: Limits) -> Answer:
    """By a cursor of the server's: it takes one query and nothing else, and rows come as they are taken."""
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    milliseconds = max(1, int(limits.seconds * 1000))
    connection.execute(f"SET LOCAL statement_timeout = {milliseconds}")
    connection.execute(f"SET LOCAL work_mem = '{max(1, limits.memory // 4)}MB'")
    query = statement.strip().rstrip(";")
    _check_reach(connection, query)
    cursor = connection.cursor(name="asked")
    cursor.itersize = BATCH
    cursor.execute(query.encode())
    return Answer(_columns(cursor.description), _rows(cursor, limits))


def _check_reach(connection: psycopg.Connection[Any], query: str) -> None:
    """Raises AskingError where the server would read what is withheld, as its own plan tells."""
    if found := _REACHING.search(query):
        raise AskingError(f"refused: access to {found[0]} is prohibited; it may only read the tables")
    planned = connection.execute(f"EXPLAIN (FORMAT JSON) {query}".encode(), binary=True).fetchone()  # as one statement
    if tables := sorted(filter(_is_withheld, _tables(planned and planned[0]))):
        raise AskingError(f"refused: access to {tables[0]} is prohibited; it may only read what ads say")


def _tables(plan: Any) -> Iterator[str]:
    parts = plan if isinstance(plan, list) else [plan]
    for part in parts:
        if isinstance(part, dict):
            yield from [part["Relation Name"]] if "Relation Name" in part else []
            yield from (name for value in part.values() if isinstance(value, dict | list) for name in _tables(value))


# --- both ----------------------------------------------------------------------------------------------------------


@contextmanager
def _refusals(limits: Limits) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise AskingError(f"stopped: it needs more than {limits.memory} MB; allow more with --memory") from None
    except (sqlite3.Error, sqlite3.Warning, psycopg.Error) as error:
        raise AskingError(_told(error, limits)) from None


def _told(error: Exception, limits: Limits) -> str:
    words = first_line(error)
    if words == "interrupted" or getattr(error, "sqlstate", None) == "57014":
        return limits.too_slow
    if any(told in words for told in _REFUSED):
        return f"refused: {words}; it may only read"
    if "one statement" in words or "multiple commands" in words:
        return "one statement at a time"
    return words


def _columns(described: Any) -> list[str]:
    """A name each: two columns of one name would be one in JSON."""
    if not described:
        raise AskingError("that asks for nothing; write SELECT … (docs/sql.md has twenty examples)")
    names: list[str] = []
    for column in described:
        taken = sum(name == column[0] or name.startswith(f"{column[0]}:") for name in names)
        names.append(f"{column[0]}:{taken + 1}" if taken else column[0])
    return names


def _rows(cursor: Any, limits: Limits) -> Iterator[Row]:
    names, end = _columns(cursor.description), time.monotonic() + limits.seconds
    with _refusals(limits):
        for number, row in enumerate(cursor):
            yield {name: _plain(value) for name, value in zip(names, row, strict=True)}
            if number >= limits.rows:
                return
            if time.monotonic() > end:
                raise AskingError(limits.too_slow)


def _plain(value: Any) -> Any:
    """As JSON and tables can have it."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, str | int | float | bool | None | dict | list | date | datetime) else str(value)
