"""A database that a test is through with serves the next one only if nothing is left in it."""

from collections.abc import Callable

import psycopg
import pytest

from tests.tools.copies import Copies

COLUMNS = "subscriber (public_id, name, timezone, created_at, is_operator, invite_hash)"
ADDED = f"INSERT INTO {COLUMNS} VALUES (gen_random_uuid(), 'ada', 'UTC', now(), false, '') RETURNING id"
MANY = f"INSERT INTO {COLUMNS} SELECT n, repeat('a', 500), 'UTC', now(), false, '' FROM generate_series(1, 20000) n"


def left(copies: Copies, template: str, *statements: str) -> tuple[str, str]:
    """The copy that a test did this to, and the one the next test gets."""
    with copies.one(template) as first, session(first) as connection:
        for statement in statements:
            connection.execute(statement)
    with copies.one(template) as second:
        return first, second


def session(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.fixture
def added(copies: Copies, migrated_postgres: str) -> Callable[[], int]:
    """Adds a person to whichever copy comes next; gives the number it got."""

    def add() -> int:
        with copies.one(migrated_postgres) as url, session(url) as connection:
            (key,) = connection.execute(ADDED).fetchone()
            return key

    return add


def test_rows_and_counters_are_gone(copies: Copies, migrated_postgres: str, added: Callable[[], int]) -> None:
    first, second = left(copies, migrated_postgres, ADDED, ADDED)
    assert first == second
    assert added() == added() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE subscriber ADD COLUMN more int",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE more (id int)",
        "CREATE FUNCTION f() RETURNS int AS 'SELECT 1' LANGUAGE sql",
        MANY,
    ],
)
def test_what_else_was_changed_or_grew_large_is_thrown_away(
    copies: Copies, migrated_postgres: str, statement: str
) -> None:
    first, second = left(copies, migrated_postgres, statement)
    assert first != second


def test_a_session_that_a_test_left_open_is_ended(copies: Copies, migrated_postgres: str) -> None:
    with copies.one(migrated_postgres) as url:
        forgotten = session(url)
        forgotten.execute("BEGIN")
        forgotten.execute(ADDED)
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
