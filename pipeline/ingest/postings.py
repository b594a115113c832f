"""Write postings with what hangs on them: places, skills, text, links and events. Runs within ingest's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, or_, select, update

import database
from database import table_of
from models import (
    EventKind,
    Link,
    Listing,
    PendingMatch,
    Posting,
    PostingEvent,
    PostingPlace,
    PostingSkill,
    RawPosting,
    Redirect,
    SourceKind,
    Tags,
)
from pipeline import dedup
from pipeline.ingest import rows
from pipeline.tagging import tag

COPIES = (SourceKind.BOARD, SourceKind.AGGREGATOR)
UNSEEN = timedelta(days=1)
FOUNDED = "first listing"  # why a listing belongs to the posting that was made of it


@dataclass(slots=True)
class Tagged:
    """A raw posting with its tags, and all that can be made of them before the transaction opens."""

    raw: RawPosting
    tags: Tags
    keeps_text: bool
    listing: dict[str, Any]
    tokens: dict[str, str]


@dataclass(slots=True)
class Event:
    """An event to be written; that of a newcomer waits for the end of the crawl."""

    posting_id: int
    kind: EventKind
    changes: dict[str, Any]
    newcomer: int | None = None  # its listing


def prepare(raw: RawPosting, board_id: int, content_hash: str, keep: str, now: datetime) -> Tagged:
    """Tag a raw posting and make its rows; raises whatever a posting can break."""
    tags = tag(raw, now)
    keeps_text = rows.keeps_text(tags, keep)
    tokens = database.token_strings(tags.title, tags.company, tags.description if keeps_text else "")
    listing = rows.listing_row(raw, tags, board_id, content_hash, keeps_text, now)
    return Tagged(raw, tags, keeps_text, listing, tokens)


def prepare_again(listing: dict[str, Any], keep: str) -> Tagged:
    """Tag a stored listing anew, as of the time when it said what is stored."""
    said_at = listing["said_at"] or listing["first_seen_at"]
    return prepare(rows.raw_of(listing), listing["board_id"], listing["content_hash"], keep, said_at)


def insert_postings(connection: Connection, new: Sequence[tuple[int, Tagged]], now: datetime) -> list[int]:
    """New postings, each of one listing id; returns their ids in order."""
    if not new:
        return []
    public_ids = _public_ids(connection, [one.raw for _, one in new], now)
    values = [
        rows.posting_row(one.raw, one.tags, one.keeps_text, now)
        | {
            "public_id": public_ids[one.raw.native_id],
            "primary_listing_id": listing_id,
            "first_seen_at": now,
        }
        for listing_id, one in new
    ]
    table = table_of(Posting)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(statement, values).scalars())
    write_tags(connection, list(zip(ids, (one for _, one in new), strict=True)))
    links = zip(new, ids, strict=True)
    add_links(connection, [(listing_id, posting_id, FOUNDED) for (listing_id, _), posting_id in links], now)
    return ids


def _public_ids(connection: Connection, raws: Sequence[RawPosting], now: datetime) -> dict[str, str]:
    """Native id -> public id; one that a posting before had, of the same native id, is not given again."""
    wanted = {raw.native_id: dedup.public_id(raw.source, raw.board, raw.native_id) for raw in raws}
    taken: set[str] = set()
    for model in (Posting, Redirect):
        c = table_of(model).c
        taken |= set(connection.execute(select(c.public_id).where(c.public_id.in_(wanted.values()))).scalars())
    for raw in raws:
        if wanted[raw.native_id] in taken:
            wanted[raw.native_id] = dedup.public_id(raw.source, raw.board, raw.native_id, now.isoformat())
    return wanted


def update_postings(connection: Connection, changed: Sequence[tuple[int, int, Tagged, datetime]]) -> None:
    """Take a posting's text and tags from a listing: (posting id, listing id, tagged, first seen)."""
    if not changed:
        return
    values = [
        rows.posting_row(one.raw, one.tags, one.keeps_text, first_seen)
        | {"primary_listing_id": listing_id, "_id": posting_id}
        for posting_id, listing_id, one, first_seen in changed
    ]
    table = table_of(Posting)
    names = [name for name in values[0] if name != "_id"]
    statement = update(table).where(table.c.id == bindparam("_id")).values({name: bindparam(name) for name in names})
    connection.execute(statement, values)
    write_tags(connection, [(posting_id, one) for posting_id, _, one, _ in changed])


def write_tags(connection: Connection, tagged: Sequence[tuple[int, Tagged]]) -> None:
    """The rows that queries read: places, skills and token strings."""
    ids = [posting_id for posting_id, _ in tagged]
    for model in (PostingPlace, PostingSkill):
        connection.execute(delete(table_of(model)).where(table_of(model).c.posting_id.in_(ids)))
    places = [
        database.place_row(posting_id, number, place)
        for posting_id, one in tagged
        for number, place in enumerate(one.tags.places)
    ]
    skills = [
        {"posting_id": posting_id, "skill": skill}
        for posting_id, one in tagged
        for skill in dict.fromkeys(one.tags.skills)
    ]
    for model, values in ((PostingPlace, places), (PostingSkill, skills)):
        if values:
            connection.execute(insert(table_of(model)), values)
    database.write_texts(connection, [{"posting_id": posting_id, **one.tokens} for posting_id, one in tagged])


def add_links(connection: Connection, links: Sequence[tuple[int, int, str]], now: datetime) -> None:
    """Say which posting a listing belongs to: (listing id, posting id, reason)."""
    values = [
        {"listing_id": listing_id, "posting_id": posting_id, "reason": reason, "linked_at": now}
        for listing_id, posting_id, reason in links
    ]
    if values:
        connection.execute(insert(table_of(Link)), values)


def write_events(connection: Connection, events: Sequence[Event], is_baseline: bool, now: datetime) -> dict[int, int]:
    """Events, and what waits to be matched: the only joint to alerting, in the transaction of what they tell.

    Returns the events of newcomers, which are not matched yet: listing id -> event id.
    """
    if not events:
        return {}
    table = table_of(PostingEvent)
    values = [
        {"posting_id": one.posting_id, "kind": one.kind, "at": now, "changes": one.changes, "is_baseline": is_baseline}
        for one in events
    ]
    ids = connection.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), values).scalars()
    written = list(zip(ids, events, strict=True))
    if pending := [{"event_id": event_id} for event_id, one in written if one.newcomer is None]:
        connection.execute(insert(table_of(PendingMatch)), pending)
    return {one.newcomer: event_id for event_id, one in written if one.newcomer is not None}


def reopen(connection: Connection, listing_ids: Sequence[int], now: datetime) -> list[Event]:
    """Listings that are back, and with them their postings; returns the events of those that were closed."""
    if not listing_ids:
        return []
    listing, link, posting = table_of(Listing), table_of(Link), table_of(Posting)
    back = {"closed_at": None, "close_reason": "", "last_seen_at": now}
    connection.execute(update(listing).where(listing.c.id.in_(listing_ids)).values(back))
    closed = list(
        connection.execute(
            select(posting.c.id)
            .where(posting.c.closed_at.is_not(None), posting.c.id == link.c.posting_id)
            .where(link.c.listing_id.in_(listing_ids))
            .distinct()
        ).scalars()
    )
    if closed:  # an empty list would be looked for in every row
        connection.execute(update(posting).where(posting.c.id.in_(closed)).values(closed_at=None))
    return [Event(posting_id, EventKind.REOPENED, {}) for posting_id in closed]


def close(connection: Connection, listing_ids: Sequence[int], reason: str, now: datetime) -> list[Event]:
    """Listings that are gone; a posting closes with its last that `holds_open`. Returns the events of those closed."""
    if not listing_ids:
        return []
    listing, link, posting = table_of(Listing), table_of(Link), table_of(Posting)
    gone = update(listing).where(listing.c.id.in_(listing_ids)).values(closed_at=now, close_reason=reason)
    connection.execute(gone)
    touched = select(link.c.posting_id).where(link.c.listing_id.in_(listing_ids))
    still_open = select(link.c.posting_id).join(listing, listing.c.id == link.c.listing_id).where(holds_open(now))
    closed = list(
        connection.execute(
            select(posting.c.id).where(
                posting.c.id.in_(touched), posting.c.id.not_in(still_open), posting.c.closed_at.is_(None)
            )
        ).scalars()
    )
    if closed:
        connection.execute(update(posting).where(posting.c.id.in_(closed)).values(closed_at=now))
    return [Event(posting_id, EventKind.CLOSED, {"reason": [None, reason]}) for posting_id in closed]


def holds_open(now: datetime) -> ColumnElement[bool]:
    """Whether a listing keeps its posting open once another is closed.

    Who copies ads and was not seen with one for a day has no say against the employer, whose board lists it no more.
    """
    listing = table_of(Listing).c
    is_listed = or_(listing.last_seen_at.is_(None), listing.last_seen_at >= now - UNSEEN)
    return and_(listing.closed_at.is_(None), or_(listing.kind.not_in(COPIES), is_listed))
