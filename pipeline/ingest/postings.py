"""Write postings with what hangs on them: places, skills, text, links and events. Runs within ingest's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, or_, select, update

import database
from database import FOUNDED, table_of
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
from pipeline import clones, dedup
from pipeline.evergreen import tag_evergreen
from pipeline.ingest import rows
from pipeline.ingest.chunks import chunks
from pipeline.ingest.spread import Spread, spread
from pipeline.tagging import tag

COPIES = (SourceKind.BOARD, SourceKind.AGGREGATOR)


@dataclass(slots=True)
class Tagged:
    """A raw posting with its tags, and all that can be made of them before the transaction opens."""

    raw: RawPosting
    tags: Tags
    keeps_text: bool
    listing: dict[str, Any]
    tokens: dict[str, str]
    facts: dedup.Facts | None = None  # of those that are compared with others
    keys: tuple[int, ...] = ()
    left: int = 0  # the posting that its id stood for, where it names another opening by now


@dataclass(slots=True)
class Joining:
    """A listing belongs to a posting, and why; `origin` is the posting's public id, `verdict` a comparison's."""

    listing_id: int
    posting_id: int
    reason: str
    origin: str
    verdict: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Event:
    """An event to be written; that of a newcomer waits for the end of the crawl."""

    posting_id: int
    kind: EventKind
    changes: dict[str, Any]
    newcomer: int | None = None  # its listing


def prepare(raw: RawPosting, tags: Tags, board_id: int, content_hash: str, keep: str, now: datetime) -> Tagged:
    """The rows of a raw posting with its tags; raises whatever a posting can break."""
    if tags.role != "other" and (evergreen := tag_evergreen(tags.title, tags.description)):
        tags.evidence["evergreen"] = evergreen.as_json()
    keeps_text = rows.keeps_text(tags, keep)
    tokens = database.token_strings(tags.title, tags.company, tags.description if keeps_text else "")
    family = clones.family(raw, tags)
    listing = rows.listing_row(raw, tags, board_id, content_hash, keeps_text, family, now)
    return Tagged(raw, tags, keeps_text, listing, tokens)


def prepare_again(listing: dict[str, Any], keep: str) -> Tagged:
    """Tag a stored listing anew, as of the time when it said what is stored."""
    said_at = listing["said_at"] or listing["first_seen_at"]
    raw = rows.raw_of(listing)
    return prepare(raw, tag(raw, said_at), listing["board_id"], listing["content_hash"], keep, said_at)


def insert_postings(connection: Connection, new: Sequence[tuple[int, Tagged]], now: datetime) -> list[Joining]:
    """New postings, each of one listing id; returns their links in order."""
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
    ids = list(connection.execute(statement, _numbered(connection, values)).scalars())
    write_tags(connection, list(zip(ids, (one for _, one in new), strict=True)))
    links = zip(new, ids, values, strict=True)
    founded = [Joining(listing_id, key, FOUNDED, row["public_id"]) for (listing_id, _), key, row in links]
    add_links(connection, founded, now)
    return founded


def _numbered(connection: Connection, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with ids of their own where the database would give one again that a merged posting had."""
    if connection.dialect.name != "sqlite":  # a sequence gives none twice
        return values
    last, merged = (connection.execute(select(func.max(column))).scalar_one() or 0
                    for column in (table_of(Posting).c.id, table_of(Redirect).c.old_id))  # fmt: skip
    if last >= merged:
        return values
    return [row | {"id": merged + number} for number, row in enumerate(values, 1)]


def insert_again(
    connection: Connection, listing: dict[str, Any], one: Tagged, public_id: str, old_id: int | None, now: datetime
) -> tuple[int, str]:
    """A posting of a listing that stood for another so far; returns its id and public id. `old_id`: what it had."""
    if connection.execute(select(table_of(Posting).c.id).where(table_of(Posting).c.public_id == public_id)).first():
        public_id = dedup.public_id(listing["source"], listing["board"], listing["native_id"], now.isoformat())
    row = rows.posting_row(one.raw, one.tags, one.keeps_text, listing["first_seen_at"])
    row |= {"public_id": public_id, "primary_listing_id": listing["id"], "first_seen_at": listing["first_seen_at"],
            "closed_at": listing["closed_at"]}  # fmt: skip
    table = table_of(Posting)
    [row] = _numbered(connection, [row]) if old_id is None else [row | {"id": old_id}]
    key: int = connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
    write_tags(connection, [(key, one)])
    return key, public_id


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


def update_postings(connection: Connection, changed: Sequence[tuple[int, int, Tagged, datetime]]) -> Spread:
    """Take a posting's text and tags from a listing: (posting id, listing id, tagged, first seen).

    The older date stays. Returns where those of several posts are now.
    """
    if not changed:
        return {}
    dated = _dates(connection, [posting_id for posting_id, *_ in changed])
    values = [
        _led(posting_id, listing_id, one, first_seen, dated) for posting_id, listing_id, one, first_seen in changed
    ]
    table, listing = table_of(Posting), table_of(Listing)
    names = [name for name in values[0] if name != "_id"]
    statement = update(table).where(table.c.id == bindparam("_id")).values({name: bindparam(name) for name in names})
    connection.execute(statement, values)
    shown = update(listing).where(listing.c.id == bindparam("_id")).values(shown=bindparam("shown"))
    connection.execute(shown, [{"_id": key, "shown": one.listing["shown"]} for _, key, one, _ in changed])
    write_tags(connection, [(posting_id, one) for posting_id, _, one, _ in changed])
    return spread(connection, [posting_id for posting_id, *_ in changed])


def _led(
    posting_id: int, listing_id: int, one: Tagged, first_seen: datetime, dated: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    row = rows.posting_row(one.raw, one.tags, one.keeps_text, first_seen)
    row |= {"primary_listing_id": listing_id, "_id": posting_id}
    return row | (rows.older_date(dated[posting_id], row) if posting_id in dated else {})


def _dates(connection: Connection, posting_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    c = table_of(Posting).c
    wanted = select(c.id, c.posted_at, c.posted_at_quality)
    return {row["id"]: dict(row) for chunk in chunks(posting_ids)
            for row in connection.execute(wanted.where(c.id.in_(chunk))).mappings()}  # fmt: skip


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


def add_links(connection: Connection, links: Sequence[Joining], now: datetime) -> None:
    """Say which posting listings belong to."""
    values = [
        {"listing_id": one.listing_id, "posting_id": one.posting_id, "reason": one.reason, "linked_at": now,
         "origin": one.origin, "verdict": one.verdict}
        for one in links
    ]  # fmt: skip
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


def moves(spreads: Spread) -> list[Event]:
    """The changes of postings whose posts say other places than before."""
    told = {
        key: {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        for key, (before, after) in spreads.items()
    }
    return [Event(key, EventKind.CHANGED, changes) for key, changes in told.items() if changes]


def reopen(connection: Connection, listing_ids: Sequence[int], now: datetime) -> list[Event]:
    """Listings that are back, and with them their postings; returns the events of those that were closed.

    Each waits with a listing until the crawl is judged, as those of what is new do.
    """
    if not listing_ids:
        return []
    listing, posting = table_of(Listing), table_of(Posting)
    back = {"closed_at": None, "close_reason": "", "last_seen_at": now}
    connection.execute(update(listing).where(listing.c.id.in_(listing_ids)).values(back))
    touched = _of_listings(connection, listing_ids, posting.c.closed_at.is_not(None))
    opened = sorted(held_open(connection, list(touched)))
    if opened:  # an empty list would be looked for in every row
        connection.execute(update(posting).where(posting.c.id.in_(opened)).values(closed_at=None))
    return [Event(posting_id, EventKind.REOPENED, {}, touched[posting_id]) for posting_id in opened]


def close(connection: Connection, listing_ids: Sequence[int], reason: str, now: datetime) -> list[Event]:
    """Listings that are gone; a posting closes with the last that holds it open. Returns the events of those closed."""
    if not listing_ids:
        return []
    listing, posting = table_of(Listing), table_of(Posting)
    gone = update(listing).where(listing.c.id.in_(listing_ids)).values(closed_at=now, close_reason=reason)
    connection.execute(gone)
    touched = _of_listings(connection, listing_ids, posting.c.closed_at.is_(None))
    held = held_open(connection, list(touched))
    closed = [key for key in touched if key not in held]
    if closed:
        connection.execute(update(posting).where(posting.c.id.in_(closed)).values(closed_at=now))
    return [Event(posting_id, EventKind.CLOSED, {"reason": [None, reason]}) for posting_id in closed]


def _of_listings(connection: Connection, listing_ids: Sequence[int], which: ColumnElement[bool]) -> dict[int, int]:
    """The postings of these listings that are so, each with one of them."""
    link, posting = table_of(Link), table_of(Posting)
    pairs = select(posting.c.id, link.c.listing_id).join(link, link.c.posting_id == posting.c.id)
    found = connection.execute(
        pairs.where(link.c.listing_id.in_(listing_ids), which).order_by(link.c.listing_id.desc())
    )
    return {row.id: row.listing_id for row in found}


def held_open(connection: Connection, posting_ids: Sequence[int]) -> set[int]:
    """Those of the postings that a listing keeps open.

    Where the employer's own board lists it or did, that alone says so: who copies ads has no say.
    """
    link, listing = table_of(Link), table_of(Listing)
    other, own = link.alias(), listing.alias()
    is_known = (
        select(other.c.listing_id).join(own, own.c.id == other.c.listing_id)
        .where(other.c.posting_id == link.c.posting_id, own.c.kind.not_in(COPIES)).exists()
    )  # fmt: skip
    found = select(link.c.posting_id).join(listing, listing.c.id == link.c.listing_id).distinct()
    found = found.where(listing.c.closed_at.is_(None), or_(listing.c.kind.not_in(COPIES), ~is_known))
    return {key for chunk in chunks(posting_ids)
            for key in connection.execute(found.where(link.c.posting_id.in_(chunk))).scalars()}  # fmt: skip
