"""Re-issued ids: what went and what came in one crawl of a board, and is the same opening under another id.

One that went is paired with one that came, so that two openings that are alike stay two.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from database import FOUNDED, table_of
from models import Delivery, EventKind, Link, Listing, Newcomer, Posting, PostingEvent
from pipeline import clones
from pipeline.ingest import merging, newcomers, rows
from pipeline.ingest.chunks import chunks
from pipeline.ingest.partners import REPOSTED as REASON
from pipeline.ingest.postings import Event
from pipeline.ingest.spread import Spread, spread

LISTING, LINK, POSTING, EVENT = table_of(Listing), table_of(Link), table_of(Posting), table_of(PostingEvent)
DELIVERY, NEWCOMER = table_of(Delivery), table_of(Newcomer)
Row = dict[str, Any]
_TRIED = 50  # of those that went with the same words
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Repost:
    """A listing that went, and the one that speaks for its posting from now on."""

    old: int
    new: int


def find(connection: Connection, board_id: int, gone: Collection[int], come: Collection[int]) -> list[Repost]:
    """The pairs among these listings, by the surest likeness first."""
    if not (gone and come):
        return []
    old, new = _rows(connection, gone), _rows(connection, _founders(connection, come))
    found: list[Repost] = []
    for key in (_same_words_and_requisition, _same_words, _opening_and_title, _requisition_and_title):
        found += _pair(old, new, key)
    for name in ("opening_id", "requisition_id"):
        found += _pair_alone(connection, board_id, old, new, name)
    titles = {row["title"] for row in old.values()} & {row["title"] for row in new.values()}
    if titles:
        _read_words(connection, [row for row in (*old.values(), *new.values()) if row["title"] in titles])
        found += _pair(old, new, _title_place_and_text)
    return found


def _founders(connection: Connection, listing_ids: Collection[int]) -> list[int]:
    """Those that stand for a posting of their own; one that joined a posting of another board belongs there, and one
    that was closed and came back has its own."""
    opened = (
        select(LINK.c.listing_id).join(NEWCOMER, NEWCOMER.c.listing_id == LINK.c.listing_id)
        .join(EVENT, EVENT.c.id == NEWCOMER.c.event_id)
        .where(LINK.c.reason == FOUNDED, EVENT.c.kind == EventKind.OPENED)
    )  # fmt: skip
    return [
        key for chunk in chunks(sorted(listing_ids))
        for key in connection.execute(opened.where(LINK.c.listing_id.in_(chunk))).scalars()
    ]  # fmt: skip


def without_returned(connection: Connection, gone: Collection[int], come: Collection[int]) -> list[int]:
    """Of what went, that whose posting is not listed under an id that it had before and has again."""
    back, theirs = set(_postings_of(connection, come).values()), _postings_of(connection, gone)
    return [key for key in gone if theirs[key] not in back]


def _postings_of(connection: Connection, listing_ids: Collection[int]) -> dict[int, int]:
    wanted = select(LINK.c.listing_id, LINK.c.posting_id)
    return {row.listing_id: row.posting_id for chunk in chunks(sorted(listing_ids))
            for row in connection.execute(wanted.where(LINK.c.listing_id.in_(chunk)))}  # fmt: skip


def _rows(connection: Connection, listing_ids: Collection[int]) -> dict[int, Row]:
    c = LISTING.c
    wanted = select(c.id, c.title, c.content_hash, c.requisition_id, c.opening_id)
    found = (row for chunk in chunks(sorted(listing_ids)) for row in
             connection.execute(wanted.where(c.id.in_(chunk))).mappings())  # fmt: skip
    return {row["id"]: dict(row) for row in found}


def _pair(old: dict[int, Row], new: dict[int, Row], key: Callable[[Row], Any]) -> list[Repost]:
    """Pair what is alike by this key, the oldest first; takes the pairs out of both."""
    waiting: dict[Any, list[int]] = {}
    for listing_id in sorted(old):
        if (name := key(old[listing_id])) is not None:
            waiting.setdefault(name, []).append(listing_id)
    found = []
    for listing_id in sorted(new):
        alike = waiting.get(key(new[listing_id]), [])
        if one := next((one for one in alike[:_TRIED] if not _are_two(old[one], new[listing_id])), None):
            alike.remove(one)
            found.append(Repost(one, listing_id))
    for pair in found:
        del old[pair.old], new[pair.new]
    return found


def _are_two(one: Row, other: Row) -> bool:
    """Whether ids of the employer's part them and none joins them: then they are two openings, whatever they say."""
    ids = [(one[name], other[name]) for name in ("opening_id", "requisition_id")]
    said = [pair for pair in ids if all(any(letter.isdigit() for letter in each) for each in pair)]
    return bool(said) and all(mine != its for mine, its in said)


def _same_words_and_requisition(row: Row) -> Any:
    return (row["content_hash"], row["requisition_id"], row["opening_id"]) if row["content_hash"] else None


def _same_words(row: Row) -> Any:
    return row["content_hash"] or None


def _opening_and_title(row: Row) -> Any:
    return (row["opening_id"], row["title"]) if row["opening_id"] else None


def _requisition_and_title(row: Row) -> Any:
    return (row["requisition_id"], row["title"]) if row["requisition_id"] else None


def _title_place_and_text(row: Row) -> Any:
    return row.get("words")


def _pair_alone(
    connection: Connection, board_id: int, old: dict[int, Row], new: dict[int, Row], name: str
) -> list[Repost]:
    """By an id of the employer's that only these two carry: one that many carry names no opening."""
    shared = {row[name] for row in old.values() if row[name]} & {row[name] for row in new.values()}
    if not shared:
        return []
    column = LISTING.c[name]
    carried = select(column, func.count()).where(LISTING.c.board_id == board_id, LISTING.c.closed_at.is_(None))
    counts = {row[0]: row[1] for row in connection.execute(carried.group_by(column)) if row[0] in shared}
    return _pair(old, new, lambda row: row[name] if counts.get(row[name]) == 2 else None)


def _read_words(connection: Connection, wanted: Iterable[Row]) -> None:
    """Add to rows of one title what a reader would compare: places, and the text but for its numbers."""
    by_id = {row["id"]: row for row in wanted}
    for chunk in chunks(list(by_id)):
        found = select(LISTING.c.id, LISTING.c.description, LISTING.c.raw).where(LISTING.c.id.in_(chunk))
        for listing_id, text, raw in connection.execute(found):
            places = str(raw.get("places", []))
            if text:
                by_id[listing_id]["words"] = (by_id[listing_id]["title"], places, hash(_DIGITS.sub("", text)))


def note_exchanged(connection: Connection, come: Collection[int], gone: Collection[int]) -> None:
    """What came under its requisition's other id and what went of the same place is a repost too, one for one."""
    old, new = _listed(connection, gone), _listed(connection, come)
    waiting = [row for row in old if row["family"]]
    for row in new:
        mine = (one for one in waiting if (one["posting_id"], one["family"]) == (row["posting_id"], row["family"]))
        one = next((one for one in mine if not clones.are_elsewhere(row["shown"], [one["shown"]])), None)
        if one and row["reason"] == "same requisition":
            waiting.remove(one)
            connection.execute(update(LINK).where(LINK.c.listing_id == row["id"]).values(reason=REASON))


def _listed(connection: Connection, listing_ids: Collection[int]) -> list[Row]:
    wanted = select(LISTING.c.id, LISTING.c.family, LISTING.c.shown, LINK.c.posting_id, LINK.c.reason)
    wanted = wanted.join(LINK, LINK.c.listing_id == LISTING.c.id).order_by(LISTING.c.id)
    return [dict(row) for chunk in chunks(sorted(listing_ids))
            for row in connection.execute(wanted.where(LISTING.c.id.in_(chunk))).mappings()]  # fmt: skip


# --- one posting under another listing -----------------------------------------------------------------------------


def absorb(connection: Connection, pairs: Sequence[Repost], now: datetime) -> list[Event]:
    """Give each posting whose listing went the listing that came; returns the events of what a reader would notice."""
    newcomers.forget(connection, [pair.new for pair in pairs])
    known = _postings(connection, [key for pair in pairs for key in (pair.old, pair.new)])
    for pair in pairs:
        _absorb(connection, pair, known[pair.old], known[pair.new], now)
    closed = update(LISTING).where(LISTING.c.id.in_([pair.old for pair in pairs]))
    connection.execute(closed.values(closed_at=now, close_reason=REASON))
    moved = spread(connection, [known[pair.old]["id"] for pair in pairs])
    told = {known[pair.old]["id"]: _changes(pair, known, moved) for pair in pairs}
    return [Event(key, EventKind.CHANGED, changes) for key, changes in told.items() if changes]


def _changes(pair: Repost, known: dict[int, Row], moved: Spread) -> dict[str, Any]:
    """What a reader would notice of a posting whose listing was exchanged."""
    before, after = known[pair.old], known[pair.new]
    shown = moved[before["id"]][1] if before["id"] in moved else {}
    is_led = before["primary_listing_id"] == pair.old
    now = {**(after if is_led else before), **shown}
    return rows.changes(before, now, before["description"], now["description"])


def _postings(connection: Connection, listing_ids: Sequence[int]) -> dict[int, Row]:
    """Listing id -> its posting, with the listing's text."""
    wanted = (
        select(POSTING, LINK.c.listing_id, LISTING.c.description)
        .join(LINK, LINK.c.posting_id == POSTING.c.id).join(LISTING, LISTING.c.id == LINK.c.listing_id)
        .where(LINK.c.listing_id.in_(listing_ids))
    )  # fmt: skip
    return {row["listing_id"]: dict(row) for row in connection.execute(wanted).mappings()}


def _absorb(connection: Connection, pair: Repost, before: Row, after: Row, now: datetime) -> None:
    """The posting that the new listing founded goes up in the old one's, with all that joined it meanwhile."""
    if before["primary_listing_id"] == pair.old:
        merging.take_over(connection, before, after)
    _forget_opening(connection, after["id"])
    merging.absorb(connection, before, after, REASON, {}, now)


def _forget_opening(connection: Connection, posting_id: int) -> None:
    """The posting never opened; what was made of it meanwhile, by a new search's first look, goes over."""
    told = select(DELIVERY.c.event_id).where(DELIVERY.c.posting_id == posting_id)
    opened = (EVENT.c.posting_id == posting_id) & (EVENT.c.kind == EventKind.OPENED)
    connection.execute(delete(EVENT).where(opened, EVENT.c.id.not_in(told)))
