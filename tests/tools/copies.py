"""Copies of a template database on the private PostgreSQL server, used again where a test leaves one as it was.

Making one and dropping it takes the server a fifth of a second of processor time, emptying one some milliseconds.
"""

import contextlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

GROWN = 4_000_000  # bytes: more than that is not worth emptying
# Whatever a test may have left beside rows: columns, keys, functions, settings, the version. All but rows is compared.
SHAPE = """
SELECT md5(string_agg(concat_ws(' ', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull), ',' ORDER BY c.oid, a.attnum))
       || (SELECT count(*) FROM pg_namespace) || ' ' || (SELECT count(*) FROM pg_constraint)
       || ' ' || (SELECT count(*) FROM pg_trigger) || ' ' || (SELECT count(*) FROM pg_proc)
       || ' ' || (SELECT count(*) FROM pg_db_role_setting) || ' ' || (SELECT count(*) FROM pg_extension)
       || (SELECT string_agg(version_num, ',') FROM alembic_version)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace
"""  # noqa: E501 - a query reads as one
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
COUNTED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
WRITTEN = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables"
SIZE = "SELECT pg_database_size(current_database())"
ENDED = """
SELECT coalesce(bool_and(pg_terminate_backend(pid, 5000)), true) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
Session = Connection[TupleRow]


@dataclass(frozen=True)
class Template:
    """What a copy is like before a test has it."""

    shape: str
    size: int
    tables: tuple[str, ...]
    is_empty: bool


class Copies:
    """The copies of one worker's tests. `server`: the URL of a database of the server."""

    def __init__(self, server: str) -> None:
        self.server = server
        self._free: dict[str, list[str]] = {}
        self._templates: dict[str, Template] = {}

    @contextlib.contextmanager
    def one(self, template: str) -> Iterator[str]:
        """URL of a copy that nobody else has meanwhile."""
        free = self._free.setdefault(template, [])
        name = free.pop() if free else self._made(template)
        yield self._url(name)
        with self._session(name) as session:
            is_kept = _is_as_it_was(session, self._templates[template])
        if is_kept:
            free.append(name)
        else:
            self._ask("DROP DATABASE {} WITH (FORCE)", name)

    def _made(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._ask("CREATE DATABASE {} TEMPLATE {}", name, template)
        if template not in self._templates:
            with self._session(name) as session:
                self._templates[template] = _read(session)
        return name

    def _url(self, name: str) -> str:
        return f"{self.server.rpartition('/')[0]}/{name}"

    def _session(self, name: str) -> Session:
        return psycopg.connect(self._url(name).replace("+psycopg", ""), autocommit=True)

    def _ask(self, statement: LiteralString, *names: str) -> None:
        with self._session(self.server.rpartition("/")[2]) as session:
            session.execute(SQL(statement).format(*map(Identifier, names)))


def _read(session: Session) -> Template:
    tables = tuple(row[0] for row in session.execute(TABLES))
    is_empty = not any(session.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(Identifier(name))).fetchone()
                       for name in tables)  # fmt: skip
    return Template(_value(session, SHAPE), _value(session, SIZE), tables, is_empty)


def _is_as_it_was(session: Session, template: Template) -> bool:
    """Whether the copy may serve once more: left as it was made, or emptied again."""
    if not _value(session, ENDED) or _value(session, SHAPE) != template.shape:
        return False
    if not template.is_empty:
        return bool(_value(session, WRITTEN) == 0)
    if _value(session, SIZE) > template.size + GROWN:
        return False
    _empty(session, template.tables)
    return True


def _empty(session: Session, tables: Iterable[str]) -> None:
    session.execute("SET session_replication_role = replica")  # in any order
    session.execute(SQL("; ").join(SQL("DELETE FROM {}").format(Identifier(name)) for name in tables))
    for (name,) in session.execute(COUNTED).fetchall():
        session.execute(SQL("ALTER SEQUENCE {} RESTART").format(Identifier(name)))


def _value(session: Session, question: LiteralString) -> Any:
    row = session.execute(question).fetchone()
    assert row is not None
    return row[0]
