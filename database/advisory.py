"""PostgreSQL's advisory locks: every number that we use, in one place, so that no two uses meet by chance."""

import zlib
from collections.abc import Collection
from enum import IntEnum

from sqlalchemy import Connection, text

BUCKETS = 1024  # a page of 500 new postings takes fewer than 500 of the server's shared table of locks


class Advisory(IntEnum):
    """What one transaction at a time may do. `locks` takes others, by name, for as long as a process lives."""

    UPGRADE = 7465  # two processes may start at once
    FOUNDING = 7466  # two boards must not found two postings on one canonical URL; one lock a bucket of URLs
    BUNDLING = 7467  # waiting deliveries are bundled or cancelled


def wait_for(connection: Connection, lock: Advisory) -> None:
    """Hold the lock until the transaction ends. SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(lock)})


def wait_for_urls(connection: Connection, urls: Collection[str]) -> None:
    """Hold the founding of postings on these canonical URLs until the transaction ends; other URLs go on meanwhile.

    Taken before any row is written and in one order, so that two of us cannot wait for each other.
    """
    if connection.dialect.name != "postgresql" or not urls:
        return
    buckets = sorted({zlib.crc32(url.encode("utf-8", "surrogatepass")) % BUCKETS for url in urls})
    taken = "SELECT pg_advisory_xact_lock(:key, bucket) FROM unnest(CAST(:buckets AS integer[])) bucket"
    connection.execute(text(taken), {"key": int(Advisory.FOUNDING), "buckets": buckets})
