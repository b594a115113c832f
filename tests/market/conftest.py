"""A market with a past, in a database of each kind."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

import database
from tests.market.past import SEED, fill
from tests.tools.copies import Copies


@pytest.fixture(scope="session")
def past_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The market in SQLite, for tests that leave it as it is."""
    path = tmp_path_factory.mktemp("past") / "past.db"
    shutil.copy(migrated_sqlite, path)
    yield from filled(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def past_postgres(copies: Copies, migrated_postgres: str) -> Iterator[Engine]:
    """The same market in PostgreSQL."""
    with copies.one(migrated_postgres) as url:
        yield from filled(url)


@pytest.fixture(scope="session")
def known_market(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The market of one seed, for what must be found in it: another's may lack it by chance."""
    path = tmp_path_factory.mktemp("known") / "known.db"
    shutil.copy(migrated_sqlite, path)
    yield from filled(f"sqlite:///{path}", seed=1)


def filled(url: str, seed: int = SEED) -> Iterator[Engine]:
    engine = database.open_engine(url)
    with database.transaction(engine) as connection:
        fill(connection, seed)
    yield engine
    engine.dispose()


@pytest.fixture(params=["past_sqlite", "past_postgres"])
def stored(request: pytest.FixtureRequest) -> Engine:
    """The market in a database of each kind."""
    engine: Engine = request.getfixturevalue(request.param)
    return engine


@pytest.fixture
def fresh(database_url: str) -> Iterator[Engine]:
    """The market for a test that changes it and has others read it."""
    yield from filled(database_url)


@pytest.fixture
def connection(stored: Engine) -> Iterator[Connection]:
    """What a test writes is taken back."""
    with stored.connect().execution_options(rolewire_write=True) as connection, connection.begin() as begun:
        yield connection
        begun.rollback()


@pytest.fixture
def at_home(run: Any, migrated_sqlite: Path, tmp_path: Path) -> Any:
    """Runs commands in a folder that the market lies in."""
    shutil.copy(migrated_sqlite, tmp_path / "rolewire.db")
    for _engine in filled("sqlite:///rolewire.db"):
        pass
    return run
