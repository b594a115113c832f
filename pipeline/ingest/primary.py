"""When a posting's primary listing closes and another is open, that one speaks for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from database import table_of
from models import Link, Listing, Posting
from pipeline import dedup
from pipeline.ingest import postings
from pipeline.ingest.chunks import chunks
from pipeline.ingest.postings import Tagged

Successor = tuple[int, int, Tagged, datetime]  # as `postings.update_postings` takes it


def successors(connection: Connection, closing: Sequence[int], keep: str) -> list[Successor]:
    """Who speaks for the postings led by these listings once they are closed: the open one closest to the employer."""
    others = [row for chunk in chunks(closing) for row in _others(connection, chunk)]
    gone = set(closing)
    best: dict[int, Successor] = {}
    for row in sorted(others, key=lambda row: (dedup.rank(row["kind"]), row["id"])):
        if row["posting_id"] not in best and row["id"] not in gone:
            one = postings.prepare_again(row, keep)
            best[row["posting_id"]] = (row["posting_id"], row["id"], one, row["opened_at"])
    return list(best.values())


def _others(connection: Connection, closing: Sequence[int]) -> list[dict[str, Any]]:
    """The open listings of their postings; who copies ads does not speak for the employer."""
    posting, link, listing = table_of(Posting), table_of(Link), table_of(Listing)
    own = listing.alias("own")
    copies = postings.COPIES
    wanted = (
        select(posting.c.id.label("posting_id"), posting.c.first_seen_at.label("opened_at"), listing)
        .where(posting.c.primary_listing_id.in_(closing), link.c.posting_id == posting.c.id)
        .where(listing.c.id == link.c.listing_id, listing.c.closed_at.is_(None))
        .where(listing.c.id != posting.c.primary_listing_id, own.c.id == posting.c.primary_listing_id)
        .where(or_(listing.c.kind.not_in(copies), own.c.kind.in_(copies)))
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]
