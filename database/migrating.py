"""Running the migrations."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from database.advisory import Advisory, wait_for
from database.engine import WRITE, DatabaseError
from database.schema import VERSIONS


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision, in one transaction. Raises DatabaseError where it is newer."""
    with (
        engine.connect().execution_options(**{WRITE: True}) as connection,
        _without_references(connection),
        connection.begin(),
    ):
        _migrate(connection)
        _check_references(connection)


def alembic_config() -> Config:
    """Where Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return config


def _migrate(connection: Connection) -> None:
    config = alembic_config()
    current = MigrationContext.configure(connection).get_current_revision()
    script = ScriptDirectory.from_config(config)
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseError(f"the database is of a newer version ({current}): upgrade rolewire or use another")
    wait_for(connection, Advisory.UPGRADE)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _without_references(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and dropping the old one would count as deleting what others refer to.

    The switch is deaf within a transaction, so it is set around it.
    """
    driver = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    if driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise DatabaseError(f"the upgrade would leave rows of {tables} that refer to nothing: nothing was changed")
