"""Which version the schema is of, and bringing it to this program's."""

from pathlib import Path

from sqlalchemy import Engine, text

from database.engine import read

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


def upgrade(engine: Engine) -> None:
    """Bring the schema to this version's. Raises DatabaseError where the schema is newer than this program.

    One that is up to date is only read, so that no command waits for a writer to look.
    """
    current, newest = schema_revision(engine)
    if current == newest:
        return
    from database.migrating import migrate  # only here: most starts find nothing to do, and Alembic takes its time

    migrate(engine)


def schema_revision(engine: Engine) -> tuple[str | None, str]:
    """(revision of the database, newest revision known)."""
    with read(engine) as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return None, newest_revision()
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar(), newest_revision()


def newest_revision() -> str:
    """By the names of the files, which begin with it."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
