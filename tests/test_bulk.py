"""Rows written at once: as SQLAlchemy would write them, all or none; and the write lock, asked for often enough."""

import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import database
from database import insert_new, numbered, table_of, transaction
from database.engine import ASKED_FOR_MS, BUSY_TIMEOUT_MS, _has_lock
from models import SearchMatch, StoredProfile, Subscriber

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url):
    engine = database.open_engine(database_url)
    yield engine
    engine.dispose()


def person(number: int) -> dict:
    return Subscriber(public_id=f"p{number}", name=f"N {number}", created_at=NOW).model_dump(exclude={"id"})


def test_all_rows_are_new_or_none_is_written(engine):
    people, profiles = table_of(Subscriber), table_of(StoredProfile)
    with transaction(engine) as connection:
        assert insert_new(connection, people, [person(number) for number in range(3)])
        assert not insert_new(connection, people, [person(9), person(1)])
        ids = connection.execute(select(people.c.id).order_by(people.c.id)).scalars().all()
        said = {"facts": {"lives": "DE"}, "skills": ["c++"]}
        rows = [{"subscriber_id": key, "said": said, "changed_at": NOW} for key in ids]
        assert insert_new(connection, profiles, rows)
    with database.read(engine) as connection:
        held = connection.execute(select(profiles)).mappings().all()
        assert [dict(row) for row in held] == rows
        assert connection.execute(select(people.c.created_at)).scalars().all() == [NOW] * 3
    assert len(ids) == 3


def test_nothing_is_no_trouble(engine):
    with transaction(engine) as connection:
        assert insert_new(connection, table_of(SearchMatch), [])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_new_rows_are_numbered_after_those_that_are_there(engine):
    people = table_of(Subscriber)
    with transaction(engine) as connection:
        for first in (0, 5):
            rows = [person(first + number) for number in range(2)]
            ids = numbered(connection, people, rows)
            assert insert_new(connection, people, rows)
        assert ids == [3, 4]
        assert connection.execute(select(people.c.id, people.c.public_id).order_by(people.c.id)).all()[-1] == (4, "p6")


class Busy:
    """A connection whose database somebody else writes to, the first times that it is asked."""

    def __init__(self, times: int, code: int = sqlite3.SQLITE_BUSY) -> None:
        self.times, self.code, self.asked = times, code, []

    def execute(self, statement: str) -> None:
        self.asked.append(statement)
        if statement.startswith("BEGIN") and self.asked.count(statement) <= self.times:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = self.code
            raise error


def test_the_lock_is_asked_for_anew_before_sqlite_would_ask_seldom():
    driver = Busy(3)
    assert _has_lock(driver)
    short, long = f"PRAGMA busy_timeout={ASKED_FOR_MS}", f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}"
    assert driver.asked == [short, *["BEGIN IMMEDIATE"] * 4, long]
    assert not _has_lock(Busy(1, sqlite3.SQLITE_FULL))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_lock_that_is_never_free_is_an_error_after_the_time_out(engine, monkeypatch):
    monkeypatch.setattr("database.engine.BUSY_TIMEOUT_MS", 100)
    with transaction(engine), pytest.raises(OperationalError, match="locked"), transaction(engine):
        pass
