"""Ids that name another opening by now: a board gives one again, or an editor writes another job over an ad.

What stood under the id keeps all but the id. Its listing goes as what is not listed any more goes, by the end of a
crawl and its guards; what stands there now is new, and belongs to the old posting's partners by no address alone.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, or_, select, update

from database import RETURN_SPAN, read, table_of
from models import Link, Listing
from pipeline import dedup
from pipeline.ingest.chunks import chunks
from pipeline.ingest.postings import Tagged
from pipeline.text.language import tag_language

LISTING, LINK = table_of(Listing), table_of(Link)
Row = dict[str, Any]


def is_returned(row: Mapping[str, Any], title: str, now: datetime) -> bool:
    """Whether an id that comes back, of a posting that was closed, names another opening: a board's own number does so
    only long after, an address also under another title."""
    closed_at = row["closed_at"]
    if closed_at is None:
        return False
    is_address = "://" in row["native_id"]
    return now - closed_at > RETURN_SPAN or (is_address and not dedup.is_same_title(row["title"], title))


def note(engine: Engine, tagged: Sequence[Tagged], held: Mapping[str, Row]) -> None:
    """Note with what is stored under its id, and says all anew, the posting that it leaves."""
    retitled = {
        held[one.raw.native_id]["id"]: one for one in tagged
        if one.raw.native_id in held and not dedup.is_same_title(held[one.raw.native_id]["title"], one.tags.title)
    }  # fmt: skip
    if not retitled:
        return
    names = (LISTING.c.id, LISTING.c.description, LISTING.c.requisition_id, LISTING.c.opening_id, LINK.c.posting_id)
    wanted = select(*names).join(LINK, LINK.c.listing_id == LISTING.c.id)
    with read(engine) as connection:
        for chunk in chunks(sorted(retitled)):
            for row in connection.execute(wanted.where(LISTING.c.id.in_(chunk))).mappings():
                if _says_all_anew(dict(row), retitled[row["id"]]):
                    retitled[row["id"]].left = row["posting_id"]


def _says_all_anew(row: Row, one: Tagged) -> bool:
    """Whether the text is another one too, in the same language: a translation is none. An id of the requisition that
    stayed says that the opening did."""
    names = ("requisition_id", "opening_id")
    if any(row[name] and row[name] == one.listing[name] for name in names):
        return False
    is_another = dedup.are_two_texts(row["description"], one.tags.description)
    return is_another and tag_language(row["description"])[0] == one.tags.language


def set_aside(connection: Connection, rows: Sequence[Row], left: Collection[str]) -> None:
    """A listing whose id means another opening now keeps all but the id, which is free for the new one.

    `left`: the ids that were found to. Else only what is closed is set aside.
    """
    c = LISTING.c
    for row in rows:
        is_free = or_(c.closed_at.is_not(None), c.content_hash == row["content_hash"])
        is_free = is_free if row["native_id"] in left else c.closed_at.is_not(None)
        aside = update(LISTING).where(c.id == row["id"], is_free)
        connection.execute(aside.values(native_id=f"{row['native_id']}#{row['id']}"))
