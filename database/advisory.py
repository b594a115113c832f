"""PostgreSQL's advisory locks: every number that we use, in one place, so that no two uses meet by chance."""

from enum import IntEnum

from sqlalchemy import Connection, text


class Advisory(IntEnum):
    """What one transaction at a time may do. `locks` takes others, by name, for as long as a process lives."""

    UPGRADE = 7465  # two processes may start at once
    FOUNDING = 7466  # two boards must not found two postings on one canonical URL
    BUNDLING = 7467  # waiting deliveries are bundled or cancelled
    LOOKING = 7468  # a new search looks at what is open; events share it


def wait_for(connection: Connection, lock: Advisory) -> None:
    """Hold the lock until the transaction ends. SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(lock)})
