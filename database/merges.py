"""What was merged, and why: the links of postings, by whatever name a person has for a listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from database.write import table_of
from models import Link, Listing, Never, Posting, Redirect

LINK, LISTING, POSTING, REDIRECT, NEVER = (table_of(model) for model in (Link, Listing, Posting, Redirect, Never))
FOUNDED = "first listing"  # why a listing belongs to the posting that was made of it
SPOKEN = {
    FOUNDED: "the posting was made of it",
    "same canonical URL": "both lead to the same ad",
    "same requisition": "its board names one requisition for both",
    "same title and text in another place": "its board lists it once a place, with the same title and text",
    "listed once a place": "its board lists it once a place",
    "a person said so": "a person said so, for good",
    "reposted": "its board put it up again under another id",
}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """What a person named: a listing, and the posting that it belongs to."""

    listing_id: int
    posting_id: int


def merges(connection: Connection, limit: int | None = None) -> list[Row]:
    """Each listing that joined a posting, the newest first: which, to what, since when and why.

    `was`: the public id of the posting that it came with.
    """
    joined = or_(LINK.c.reason != FOUNDED, LINK.c.origin.not_in(["", POSTING.c.public_id]))
    found = connection.execute(_links().where(joined).order_by(LINK.c.linked_at.desc(), LINK.c.listing_id.desc())
                               .limit(limit)).mappings()  # fmt: skip
    return [_shown(dict(row)) for row in found]


def links_of(connection: Connection, posting_id: int) -> list[Row]:
    """The listings of a posting in the same form, the oldest link first."""
    mine = _links().where(LINK.c.posting_id == posting_id).order_by(LINK.c.linked_at, LINK.c.listing_id)
    return [_shown(dict(row)) for row in connection.execute(mine).mappings()]


def _links() -> Any:
    listing = (LISTING.c.source, LISTING.c.board, LISTING.c.native_id, LISTING.c.url, LISTING.c.closed_at)
    posting = (POSTING.c.public_id, POSTING.c.title, POSTING.c.company)
    link = (LINK.c.listing_id, LINK.c.reason, LINK.c.linked_at, LINK.c.origin, LINK.c.verdict)
    return (
        select(*link, *posting, *listing)
        .join(POSTING, POSTING.c.id == LINK.c.posting_id).join(LISTING, LISTING.c.id == LINK.c.listing_id)
    )  # fmt: skip


def _shown(row: Row) -> Row:
    origin = row["origin"] if row["origin"] not in ("", row["public_id"]) else None
    return {
        "posting": row["public_id"], "title": row["title"], "company": row["company"],
        "listing": f"{row['source']}/{row['board']}/{row['native_id']}", "at": row["linked_at"],
        "reason": row["reason"], "sentence": spoken(row["reason"], row["verdict"]), "was": origin, "url": row["url"],
        "closed_at": row["closed_at"], "listing_id": row["listing_id"],
    }  # fmt: skip


def spoken(reason: str, verdict: Row) -> str:
    """Why a listing joined, as a sentence."""
    sentence: str = verdict.get("sentence") or f"One opening: {SPOKEN.get(reason, reason)}."
    return sentence


def named(connection: Connection, name: str, canonical_urls: Sequence[str] = ()) -> list[Named]:
    """What a name means: a posting's public id, one that was merged away, `source/board/id`, or an address."""
    found = _by_public_id(connection, name) or _by_native_id(connection, name)
    if not found and canonical_urls:
        found = _where(connection, LISTING.c.canonical_url.in_(canonical_urls))
    return found


def _by_public_id(connection: Connection, public_id: str) -> list[Named]:
    """The listing that leads a posting, or of one that was merged away those it had."""
    found = _where(connection, (POSTING.c.public_id == public_id) & (LISTING.c.id == POSTING.c.primary_listing_id))
    if found:
        return found
    redirected = select(REDIRECT.c.posting_id).where(REDIRECT.c.public_id == public_id)
    mine = _where(connection, LINK.c.posting_id.in_(redirected) & (LINK.c.origin == public_id))
    return mine or _where(
        connection, LINK.c.posting_id.in_(redirected) & (LISTING.c.id == POSTING.c.primary_listing_id)
    )


def _by_native_id(connection: Connection, name: str) -> list[Named]:
    source, *parts = name.split("/")
    for cut in range(1, min(len(parts), 20)):
        board, native_id = "/".join(parts[:cut]), "/".join(parts[cut:])
        is_it = (LISTING.c.source == source) & (LISTING.c.board == board) & (LISTING.c.native_id == native_id)
        if found := _where(connection, is_it):
            return found
    return []


def _where(connection: Connection, which: Any) -> list[Named]:
    wanted = (
        select(LISTING.c.id, LINK.c.posting_id).join(LINK, LINK.c.listing_id == LISTING.c.id)
        .join(POSTING, POSTING.c.id == LINK.c.posting_id).where(which).order_by(LISTING.c.id)
    )  # fmt: skip
    return [Named(row.id, row.posting_id) for row in connection.execute(wanted)]


def said_apart(connection: Connection, posting_id: int) -> Sequence[Row]:
    """What a person took out of a posting, or out of which it was taken: when, and which listing on the other side."""
    found: list[Row] = []
    for mine, other in ((NEVER.c.listing_a, NEVER.c.listing_b), (NEVER.c.listing_b, NEVER.c.listing_a)):
        wanted = (
            select(NEVER.c.said_at, mine.label("mine"), other.label("other"), LISTING.c.source, LISTING.c.board,
                   LISTING.c.native_id)
            .join(LINK, LINK.c.listing_id == mine).join(LISTING, LISTING.c.id == other)
            .where(LINK.c.posting_id == posting_id)
        )  # fmt: skip
        found += [dict(row) for row in connection.execute(wanted).mappings()]
    return found
