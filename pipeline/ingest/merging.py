"""Postings that prove to be one opening, or two: what hangs on them goes along, and nobody is alerted by it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

import database
from database import FOUNDED, table_of
from models import (
    EventKind,
    Link,
    Listing,
    Never,
    Posting,
    PostingEvent,
    PostingPlace,
    PostingSkill,
    PostingText,
    Redirect,
)
from pipeline import dedup
from pipeline.ingest import postings, rows, sides
from pipeline.ingest.spread import spread

POSTING, LISTING, LINK = table_of(Posting), table_of(Listing), table_of(Link)
REDIRECT, NEVER, EVENT = table_of(Redirect), table_of(Never), table_of(PostingEvent)
Row = dict[str, Any]
JOINED = "a person said so"


def merge(connection: Connection, one: int, other: int, reason: str, verdict: Mapping[str, Any], now: datetime) -> int:
    """Make one posting of two; the older one's id stays. Returns it."""
    before, after = (_posting(connection, key) for key in sorted((one, other)))
    if _leads(after, before):
        take_over(connection, before, after)
    absorb(connection, before, after, reason, verdict, now)
    settle(connection, [before["id"]])
    return int(before["id"])


def are_apart(connection: Connection, one: int, other: int) -> bool:
    """Whether a person said of listings of these two postings that they are not one opening."""
    mine, theirs = (select(LINK.c.listing_id).where(LINK.c.posting_id == key) for key in (one, other))
    said = (NEVER.c.listing_a.in_(mine) & NEVER.c.listing_b.in_(theirs)) | (
        NEVER.c.listing_a.in_(theirs) & NEVER.c.listing_b.in_(mine)
    )
    return connection.execute(select(NEVER.c.listing_a).where(said).limit(1)).first() is not None


def are_of_one_board(connection: Connection, one: int, other: int) -> bool:
    """Whether a board lists both postings."""
    link, listing = LINK.alias(), LISTING.alias()
    theirs = select(listing.c.board_id).join(link, link.c.listing_id == listing.c.id).where(link.c.posting_id == other)
    mine = select(LISTING.c.id).join(LINK, LINK.c.listing_id == LISTING.c.id).where(LINK.c.posting_id == one)
    return connection.execute(mine.where(LISTING.c.board_id.in_(theirs)).limit(1)).first() is not None


def _posting(connection: Connection, posting_id: int) -> Row:
    """A posting with its primary listing's kind."""
    wanted = select(POSTING, LISTING.c.kind).join(LISTING, LISTING.c.id == POSTING.c.primary_listing_id)
    return dict(connection.execute(wanted.where(POSTING.c.id == posting_id)).mappings().one())


def _leads(one: Row, other: Row) -> bool:
    """Whether the one's words go before the other's: what is open before what is not, then the employer's own."""
    order = [(row["closed_at"] is not None, dedup.rank(row["kind"])) for row in (one, other)]
    return order[0] < order[1]


# --- one posting in another's place --------------------------------------------------------------------------------


def take_over(connection: Connection, before: Row, after: Row) -> None:
    """Give a posting text and tags of another; it keeps its ids, when it was first seen and the older date."""
    kept = {"id", "public_id", "first_seen_at", "closed_at"}
    values = {column.name: after[column.name] for column in POSTING.c if column.name not in kept}
    values |= rows.older_date(before, after)
    connection.execute(update(POSTING).where(POSTING.c.id == before["id"]).values(values))
    for model in (PostingPlace, PostingSkill):
        table = table_of(model)
        connection.execute(delete(table).where(table.c.posting_id == before["id"]))
        connection.execute(update(table).where(table.c.posting_id == after["id"]).values(posting_id=before["id"]))
    table = table_of(PostingText)
    words = connection.execute(select(table).where(table.c.posting_id == after["id"])).mappings().all()
    database.write_texts(connection, [{**row, "posting_id": before["id"]} for row in words])


def absorb(
    connection: Connection, keep: Row, gone: Row, reason: str, verdict: Mapping[str, Any], now: datetime
) -> None:
    """A posting goes up in another, with its listings and all that was told of it; its public id leads there."""
    mine = LINK.c.posting_id == gone["id"]
    joined = {"reason": reason, "verdict": dict(verdict), "linked_at": now}
    connection.execute(update(LINK).where(mine, LINK.c.reason == FOUNDED).values(joined))
    connection.execute(update(LINK).where(mine).values(posting_id=keep["id"]))
    database.move_told(connection, gone["id"], gone["public_id"], keep["id"], now)
    for model in (PostingPlace, PostingSkill, PostingText):
        connection.execute(delete(table_of(model)).where(table_of(model).c.posting_id == gone["id"]))
    connection.execute(update(REDIRECT).where(REDIRECT.c.posting_id == gone["id"]).values(posting_id=keep["id"]))
    connection.execute(delete(POSTING).where(POSTING.c.id == gone["id"]))
    row = {"public_id": gone["public_id"], "posting_id": keep["id"], "old_id": gone["id"],
           "parent": keep["public_id"], "reason": reason, "verdict": dict(verdict), "merged_at": now}  # fmt: skip
    connection.execute(insert(REDIRECT), row)


def settle(connection: Connection, posting_ids: Iterable[int]) -> None:
    """Say anew of postings whose listings changed whether they are open, and where."""
    keys = sorted(set(posting_ids))
    held = postings.held_open(connection, keys)
    last = (
        select(LISTING.c.closed_at).join(LINK, LINK.c.listing_id == LISTING.c.id)
        .where(LINK.c.posting_id == POSTING.c.id, LISTING.c.closed_at.is_not(None))
        .order_by(LISTING.c.closed_at.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    for key in keys:
        is_open = key in held
        closed = update(POSTING).where(POSTING.c.id == key, POSTING.c.closed_at.is_(None) != is_open)
        connection.execute(closed.values(closed_at=None if is_open else last))
    spread(connection, keys, least=1)


def join(connection: Connection, one: int, other: int, now: datetime) -> int:
    """A person says that two postings are one opening: what was said against it is forgotten. Returns the one kept."""
    mine, theirs = (_listings(connection, key) for key in (one, other))
    for first, second in ((mine, theirs), (theirs, mine)):
        said = NEVER.c.listing_a.in_(first) & NEVER.c.listing_b.in_(second)
        connection.execute(delete(NEVER).where(said))
    reason = "a person said so, for good"
    verdict = {"layer": "person", "reasons": [reason], "sentence": f"One opening: {reason}."}
    return merge(connection, one, other, JOINED, verdict, now)


def _listings(connection: Connection, posting_id: int) -> Sequence[int]:
    return connection.execute(select(LINK.c.listing_id).where(LINK.c.posting_id == posting_id)).scalars().all()


# --- apart again ---------------------------------------------------------------------------------------------------


class NothingToUndoError(ValueError):
    """The listing cannot leave its posting; the message says why."""


def leaving(connection: Connection, listing_id: int) -> tuple[int, str, list[int]]:
    """What goes when this listing goes: the posting it leaves, the public id that it gets, and the listings that go.

    What came as a posting goes as one. Raises NothingToUndoError where all would go, or who founded the posting.
    """
    link = connection.execute(select(LINK).where(LINK.c.listing_id == listing_id)).mappings().one()
    posting = connection.execute(select(POSTING).where(POSTING.c.id == link["posting_id"])).mappings().one()
    all_links = connection.execute(select(LINK).where(LINK.c.posting_id == posting["id"])).mappings().all()
    if len(all_links) == 1:
        raise NothingToUndoError(f"{posting['public_id']} has one listing only: nothing was merged")
    if link["origin"] not in ("", posting["public_id"]):
        branch = origins(connection, link["origin"])
        return posting["id"], link["origin"], [one["listing_id"] for one in all_links if one["origin"] in branch]
    if link["reason"] == FOUNDED:
        raise NothingToUndoError(
            f"{posting['public_id']} was made of this listing: name what it is to be told apart "
            "from, or the one that is to leave it"
        )
    return posting["id"], "", [listing_id]


def origins(connection: Connection, public_id: str) -> set[str]:
    """A public id that was merged away, with all that had been merged into it before."""
    found, new = {public_id}, [public_id]
    while new:
        children = select(REDIRECT.c.public_id).where(REDIRECT.c.parent.in_(new))
        new = [key for key in connection.execute(children).scalars() if key not in found]
        found |= set(new)
    return found


def split(
    connection: Connection, listing_id: int, keep: str, now: datetime, other: Collection[int] = ()
) -> tuple[int, int]:
    """Take a listing out of its posting for good, and what came with it. Returns both postings.

    `other`: the listings that a person named as what it is to be told apart from: what is alike this one alone goes
    along, and of what stays only they, and what is alike them alone, are held apart. Raises NothingToUndoError.
    `keep`: whose text is kept.
    """
    old, public_id, ids = leaving(connection, listing_id)
    staying = [key for key in _listings(connection, old) if key not in ids]
    apart = [key for key in staying if key in other]
    if apart:
        rest = [key for key in staying if key not in apart]
        mine, its = sides.of(connection, [listing_id], apart, rest, keep)
        ids, staying, apart = [*ids, *mine], [key for key in staying if key not in mine], [*apart, *its]
    primary = _speakers(connection, ids)[0]
    one = postings.prepare_again(primary, keep)
    new, public_id = _found_again(connection, public_id, primary, one, now)
    branch = origins(connection, public_id)
    own = {"posting_id": new, "origin": public_id}
    for key in ids:
        was = LINK.c.listing_id == key
        connection.execute(update(LINK).where(was).values(posting_id=new))
        connection.execute(update(LINK).where(was, LINK.c.origin.not_in(branch)).values(own))
    connection.execute(update(LINK).where(LINK.c.listing_id == primary["id"]).values(reason=FOUNDED))
    connection.execute(update(REDIRECT).where(REDIRECT.c.public_id.in_(branch)).values(posting_id=new))
    database.move_told_back(connection, old, new, public_id, branch, now)
    _note_opening(connection, new, primary["first_seen_at"])
    _forbid(connection, ids, apart or staying, now)
    _speak_again(connection, old, keep)
    settle(connection, [old, new])
    return old, new


def _note_opening(connection: Connection, posting_id: int, at: datetime) -> None:
    """Where nothing says how a posting opened, say when it did; it waits for no match."""
    opened = select(EVENT.c.id).where(EVENT.c.posting_id == posting_id, EVENT.c.kind == EventKind.OPENED)
    if connection.execute(opened.limit(1)).first() is None:
        row = {"posting_id": posting_id, "kind": EventKind.OPENED, "at": at, "changes": {}, "is_baseline": False}
        connection.execute(insert(EVENT).values(row))


def _found_again(
    connection: Connection, public_id: str, primary: Row, one: postings.Tagged, now: datetime
) -> tuple[int, str]:
    """A posting of a listing that stands already: under the ids that it had, where it had any."""
    had = public_id or dedup.public_id(primary["source"], primary["board"], primary["native_id"])
    redirect = connection.execute(select(REDIRECT).where(REDIRECT.c.public_id == had)).mappings().first()
    connection.execute(delete(REDIRECT).where(REDIRECT.c.public_id == had))
    old_id = redirect["old_id"] if redirect else None
    return postings.insert_again(connection, primary, one, had, old_id, now)


def _speakers(connection: Connection, listing_ids: Collection[int]) -> list[Row]:
    """The listings, the one that speaks for all first."""
    found = connection.execute(select(LISTING).where(LISTING.c.id.in_(listing_ids))).mappings()
    return sorted(map(dict, found), key=lambda row: (row["closed_at"] is not None, dedup.rank(row["kind"]), row["id"]))


def _forbid(connection: Connection, ids: Sequence[int], staying: Sequence[int], now: datetime) -> None:
    """What a person took apart is never joined again."""
    pairs = [sorted((one, other)) for one in ids for other in staying]
    said = [{"listing_a": low, "listing_b": high, "said_at": now} for low, high in pairs]
    database.upsert(connection, Never, said, ["listing_a", "listing_b"])


def _speak_again(connection: Connection, posting_id: int, keep: str) -> None:
    """Where the listing left that spoke for the posting, another speaks."""
    posting = connection.execute(select(POSTING).where(POSTING.c.id == posting_id)).mappings().one()
    mine = _listings(connection, posting_id)
    if posting["primary_listing_id"] not in mine:
        speaker = _speakers(connection, mine)[0]
        one = postings.prepare_again(speaker, keep)
        postings.update_postings(connection, [(posting_id, speaker["id"], one, posting["first_seen_at"])])
