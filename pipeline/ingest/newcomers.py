"""Newcomers: listings that no end of a crawl has judged yet. Their events wait, so that a board that answers strangely
alerts nobody; a crash in between loses none, for the next end finds them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from database import table_of
from models import Link, Listing, Newcomer, PendingMatch, Posting, PostingEvent
from pipeline.ingest.chunks import chunks
from pipeline.ingest.postings import COPIES

NEWCOMER, EVENT = table_of(Newcomer), table_of(PostingEvent)


def add(connection: Connection, board_id: int, listing_ids: Sequence[int], events: Mapping[int, int]) -> None:
    """Note what came new on a board, with the events that wait (listing id -> event id)."""
    if listing_ids:
        rows = [{"listing_id": key, "board_id": board_id, "event_id": events.get(key)} for key in listing_ids]
        connection.execute(insert(NEWCOMER), rows)


def of_board(connection: Connection, board_id: int) -> set[int]:
    """The board's listings that are not judged yet."""
    return set(connection.execute(select(NEWCOMER.c.listing_id).where(NEWCOMER.c.board_id == board_id)).scalars())


def waiting(connection: Connection, posting_ids: Sequence[int]) -> set[int]:
    """Those of the postings that are not to be told yet."""
    opened = select(EVENT.c.posting_id).join(NEWCOMER, NEWCOMER.c.event_id == EVENT.c.id)
    return {
        key for chunk in chunks(posting_ids)
        for key in connection.execute(opened.where(EVENT.c.posting_id.in_(chunk))).scalars()
    }  # fmt: skip


def release(connection: Connection, board_id: int, is_baseline: bool = False) -> None:
    """Let the waiting events be matched, as baseline if so asked, but for those whose posting has closed meanwhile."""
    _take_over(connection, board_id)
    waiting = select(NEWCOMER.c.event_id).where(NEWCOMER.c.board_id == board_id)
    if is_baseline:
        connection.execute(update(EVENT).where(EVENT.c.id.in_(waiting)).values(is_baseline=True))
    posting = table_of(Posting)
    told = (
        select(EVENT.c.id).join(posting, posting.c.id == EVENT.c.posting_id)
        .where(EVENT.c.id.in_(waiting), posting.c.closed_at.is_(None)).order_by(EVENT.c.id)
    )  # fmt: skip
    connection.execute(insert(table_of(PendingMatch)).from_select(["event_id"], told))
    drop(connection, board_id)


def _take_over(connection: Connection, board_id: int) -> None:
    """What the employer's own board lists waits with it, and no longer for the crawl of who copied it first."""
    mine, link, listing = NEWCOMER.alias(), table_of(Link), table_of(Listing)
    first = listing.alias()
    found = connection.execute(
        select(mine.c.listing_id, NEWCOMER.c.listing_id.label("first"), NEWCOMER.c.event_id)
        .join(listing, listing.c.id == mine.c.listing_id).join(link, link.c.listing_id == mine.c.listing_id)
        .join(EVENT, EVENT.c.posting_id == link.c.posting_id).join(NEWCOMER, NEWCOMER.c.event_id == EVENT.c.id)
        .join(first, first.c.id == NEWCOMER.c.listing_id)
        .where(mine.c.board_id == board_id, mine.c.event_id.is_(None), NEWCOMER.c.board_id != board_id)
        .where(listing.c.kind.not_in(COPIES), first.c.kind.in_(COPIES))
    ).all()  # fmt: skip
    given = {row.event_id: row for row in found}.values()
    events = [(row.first, None) for row in given] + [(row.listing_id, row.event_id) for row in given]
    if events:
        rows = [{"_id": key, "_event": event_id} for key, event_id in events]
        named = update(NEWCOMER).where(NEWCOMER.c.listing_id == bindparam("_id"))
        connection.execute(named.values(event_id=bindparam("_event")), rows)


def drop(connection: Connection, board_id: int) -> None:
    """They are judged; what still waits with them is never matched."""
    connection.execute(delete(NEWCOMER).where(NEWCOMER.c.board_id == board_id))


def forget(connection: Connection, listing_ids: Sequence[int]) -> None:
    """These are judged."""
    for chunk in chunks(listing_ids):
        connection.execute(delete(NEWCOMER).where(NEWCOMER.c.listing_id.in_(chunk)))


def is_same_employer(connection: Connection, board_id: int, company: str, new: set[int], gone: Sequence[int]) -> bool:
    """Whether a board of which nothing is left speaks for the same employer: by the name it gives, and by what most of
    the new texts say."""
    listing = table_of(Listing).c
    rows = connection.execute(
        select(listing.id, listing.company_key, listing.description)
        .join(NEWCOMER, NEWCOMER.c.listing_id == listing.id).where(NEWCOMER.c.board_id == board_id)
    ).all()  # fmt: skip
    before = select(listing.company_key).where(listing.id.in_(list(gone)[:500])).distinct()
    names = {row.company_key for row in rows if row.id in new}
    texts = [row.description.casefold() for row in rows if row.id in new and row.description]
    speaking = sum(company.casefold() in text for text in texts)
    return bool(names & set(connection.execute(before).scalars())) and speaking * 2 >= max(1, len(texts))
