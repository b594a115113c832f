"""A market with a past, in a database of each kind."""

import contextlib
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

import database
from tests.conftest import _copied as copy_of
from tests.market.past import SEED, fill


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The market, for tests that leave it as it is."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            path = tmp_path_factory.mktemp("past") / "past.db"
            shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
            url = f"sqlite:///{path}"
        else:
            server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("migrated_postgres")
            url = stack.enter_context(copy_of(server, template))
        engine = database.open_engine(url)
        stack.callback(engine.dispose)
        with database.transaction(engine) as connection:
            fill(connection, SEED)
        yield engine


@pytest.fixture
def connection(stored: Engine) -> Iterator[Connection]:
    """What a test writes is taken back."""
    with stored.connect().execution_options(rolewire_write=True) as connection, connection.begin() as begun:
        yield connection
        begun.rollback()
