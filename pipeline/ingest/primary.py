"""When a posting's primary listing closes and another is open, that one speaks for it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from database import table_of
from models import Link, Listing, Posting
from pipeline import dedup
from pipeline.ingest import postings, rows
from pipeline.ingest.postings import Tagged


def hand_over(connection: Connection, closed_listings: Sequence[int], keep: str, now: datetime) -> None:
    """Give the postings led by these closed listings to their open listing closest to the employer."""
    posting, link, listing = table_of(Posting), table_of(Link), table_of(Listing)
    others = connection.execute(
        select(posting.c.id.label("posting_id"), posting.c.first_seen_at.label("opened_at"), listing)
        .where(posting.c.primary_listing_id.in_(closed_listings), link.c.posting_id == posting.c.id)
        .where(listing.c.id == link.c.listing_id, listing.c.closed_at.is_(None))
    ).mappings()
    best: dict[int, tuple[int, int, Tagged, datetime]] = {}
    for row in sorted(others, key=lambda row: (dedup.rank(row["kind"]), row["id"])):
        if row["posting_id"] not in best:
            one = postings.prepare(rows.raw_of(dict(row)), row["board_id"], row["content_hash"], keep, now)
            best[row["posting_id"]] = (row["posting_id"], row["id"], one, row["opened_at"])
    postings.update_postings(connection, list(best.values()))
