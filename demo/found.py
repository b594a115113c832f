"""What the demo's database says has happened: read back, so that the tables show facts and not intentions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from database import table_of
from models import Delivery, DeliveryReason, Link, Listing, Posting, PostingEvent, SavedSearch, Subscriber

POSTING, EVENT, DELIVERY = table_of(Posting).c, table_of(PostingEvent).c, table_of(Delivery).c
LISTING, LINK = table_of(Listing).c, table_of(Link).c


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a posting."""

    kind: str
    title: str
    company: str
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Merge:
    """A posting that several boards list: the boards as source/board, and why they are held to be one opening."""

    title: str
    company: str
    boards: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """A posting that one search of a person told of, and why; `clauses` are those of `search.explain`."""

    delivery_id: int
    person: str
    search: str
    channel: str
    cadence: str
    state: str
    kind: str
    at: datetime
    changes: dict[str, Any]
    posting: dict[str, Any]
    clauses: list[dict[str, Any]]


def happenings(connection: Connection, since: datetime) -> list[Happening]:
    """The events from `since` on, in the order in which they came."""
    wanted = select(EVENT.kind, POSTING.title, POSTING.company, EVENT.changes).where(EVENT.posting_id == POSTING.id)
    rows = connection.execute(wanted.where(EVENT.at >= since).order_by(EVENT.id))
    return [Happening(*row) for row in rows]


def merges(connection: Connection, since: datetime) -> list[Merge]:
    """The postings that stand for several listings and got one of them from `since` on."""
    latest = select(LINK.posting_id).group_by(LINK.posting_id)
    several = latest.having(func.count() > 1, func.max(LINK.linked_at) >= since)
    rows = connection.execute(
        select(POSTING.id, POSTING.title, POSTING.company, LISTING.source, LISTING.board, LINK.reason)
        .where(LINK.posting_id == POSTING.id, LINK.listing_id == LISTING.id, POSTING.id.in_(several))
        .order_by(LINK.linked_at, LISTING.id)
    )
    found: dict[int, Merge] = {}
    for posting_id, title, company, source, board, reason in rows:
        before = found.get(posting_id, Merge(title, company, [], ""))
        found[posting_id] = Merge(title, company, [*before.boards, f"{source}/{board}"], reason)
    return list(found.values())


def matches(connection: Connection) -> list[Match]:
    """All deliveries with each search behind them, by person and in the order in which they were found."""
    person, search, reason = table_of(Subscriber).c, table_of(SavedSearch).c, table_of(DeliveryReason).c
    rows = connection.execute(
        select(
            DELIVERY.id, person.name, search.name, DELIVERY.channel, DELIVERY.cadence, DELIVERY.state, EVENT.kind,
            EVENT.at, EVENT.changes, POSTING.id, reason.clauses,
        )
        .where(DELIVERY.subscriber_id == person.id, DELIVERY.event_id == EVENT.id, DELIVERY.posting_id == POSTING.id)
        .where(reason.delivery_id == DELIVERY.id, reason.search_id == search.id)
        .order_by(person.id, DELIVERY.id, search.id)
    ).all()  # fmt: skip
    postings = _postings(connection, [row[9] for row in rows])
    return [Match(*row[:9], postings[row[9]], row[10]) for row in rows]


def open_count(connection: Connection) -> int:
    """How many postings are open."""
    wanted = select(func.count()).select_from(table_of(Posting)).where(POSTING.closed_at.is_(None))
    return connection.execute(wanted).scalar_one()


def _postings(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = connection.execute(select(table_of(Posting)).where(POSTING.id.in_(ids))).mappings()
    return {row["id"]: dict(row) for row in rows}
