"""Where a job is that its board lists once a place: the posting shows the places of all its open posts."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

import database
from database import table_of
from models import Link, Listing, Place, Posting, PostingPlace
from pipeline import clones
from pipeline.ingest.chunks import chunks

COLUMNS = ("locations", "workplace", "remote_scope")
POSTING, LISTING, LINK, PLACE = (table_of(model) for model in (Posting, Listing, Link, PostingPlace))
PRIMARY = LISTING.alias("primary_listing")
Row = dict[str, Any]
Spread = dict[int, tuple[Row, Row]]  # posting -> its places before and after


def spread(connection: Connection, posting_ids: Collection[int], least: int = 2) -> Spread:
    """Let postings of several posts show what those say; returns how those looked before, and how they look now.

    `least`: listings; 1 where some may have left.
    """
    found: Spread = {}
    posts = _posts(connection, posting_ids, least)
    shown = looks(connection, posts)  # once each: with every post the places of all would be read again
    for posting_id, rows in posts.items():
        before = shown[posting_id]
        # what is closed altogether stays as it was
        after = clones.together([_own(row, before) for row in rows]) if rows[0]["is_open"] else before
        found[posting_id] = (before, after)
        if after != before:
            _write(connection, posting_id, after)
    return found


def looks(connection: Connection, posting_ids: Collection[int]) -> dict[int, Row]:
    """Where postings say that they are."""
    wanted = select(POSTING.c.id, *(POSTING.c[name] for name in COLUMNS))
    rows = (row for chunk in chunks(sorted(set(posting_ids)))
            for row in connection.execute(wanted.where(POSTING.c.id.in_(chunk))).mappings())  # fmt: skip
    return {row["id"]: {name: row[name] for name in COLUMNS} for row in rows}


def _posts(connection: Connection, posting_ids: Collection[int], least: int) -> dict[int, list[Row]]:
    """The open posts on the primary listing's board, of postings that have several listings: the primary one first."""
    several = [key for chunk in chunks(sorted(set(posting_ids))) for key in connection.execute(
        select(LINK.c.posting_id).where(LINK.c.posting_id.in_(chunk)).group_by(LINK.c.posting_id)
        .having(func.count() >= least)).scalars()]  # fmt: skip
    wanted = (
        select(POSTING.c.id.label("posting_id"), POSTING.c.closed_at.is_(None).label("is_open"),
               LISTING.c.shown, PRIMARY.c.id.label("primary_id"), LISTING.c.id)
        .join(PRIMARY, PRIMARY.c.id == POSTING.c.primary_listing_id)
        .join(LINK, LINK.c.posting_id == POSTING.c.id).join(LISTING, LISTING.c.id == LINK.c.listing_id)
        .where(LISTING.c.board_id == PRIMARY.c.board_id)
        .where(LISTING.c.closed_at.is_(None) | (LISTING.c.id == PRIMARY.c.id))
        .order_by(LISTING.c.id != PRIMARY.c.id, LISTING.c.closed_at.is_not(None), LISTING.c.id)
    )  # fmt: skip
    found: dict[int, list[Row]] = {}
    for chunk in chunks(several):
        for row in connection.execute(wanted.where(POSTING.c.id.in_(chunk))).mappings():
            found.setdefault(row["posting_id"], []).append(dict(row))
    return found


def _own(row: Mapping[str, Any], before: Row) -> Mapping[str, Any]:
    """What a post says itself; a primary one that was stored before this was kept said what its posting shows."""
    is_known = bool(row["shown"]) or row["id"] != row["primary_id"]
    return row["shown"] if is_known else before


def _write(connection: Connection, posting_id: int, shown: Row) -> None:
    connection.execute(update(POSTING).where(POSTING.c.id == posting_id).values(shown))
    connection.execute(delete(PLACE).where(PLACE.c.posting_id == posting_id))
    places = [Place(*(place.get(name) or "" for name in ("city", "region", "country"))) for place in shown["locations"]]
    rows = [database.place_row(posting_id, number, place) for number, place in enumerate(places)]
    if rows:
        connection.execute(insert(PLACE), rows)
