"""Ads that their sources allow whoever runs this alone to have: nobody else is told of them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, true

from database import for_everyone, kept_private, table_of
from models import SavedSearch, Subscriber

SEARCH, SUBSCRIBER = table_of(SavedSearch), table_of(Subscriber)
CHUNK = 1000


def hosts(connection: Connection) -> set[int]:
    """Who runs this: the operators, or the one person that it serves."""
    people = connection.execute(select(SUBSCRIBER.c.id).limit(2)).scalars().all()
    if len(people) == 1:
        return set(people)
    return set(connection.execute(select(SUBSCRIBER.c.id).where(SUBSCRIBER.c.is_operator)).scalars())


def may_have(connection: Connection, subscriber_id: int) -> ColumnElement[bool]:
    """The condition on postings that a subscriber may be told of."""
    condition = for_everyone(connection)
    if condition.compare(true()):
        return condition
    return true() if subscriber_id in hosts(connection) else condition


def leave_out_what_is_private(
    connection: Connection, events: Iterable[Mapping[Any, Any]], owed: dict[int, Any]
) -> None:
    """Drop what is owed to searches of others than those who run this, of events of such postings."""
    posting_of = {event["id"]: event["posting_id"] for event in events if owed.get(event["id"])}
    private = kept_private(connection, set(posting_of.values()))
    private_events = [key for key, posting_id in posting_of.items() if posting_id in private]
    if not private_events:
        return
    theirs = _searches_of(connection, {one.search_id for key in private_events for one in owed[key]})
    for key in private_events:
        owed[key] = [one for one in owed[key] if one.search_id in theirs]


def _searches_of(connection: Connection, search_ids: Collection[int]) -> set[int]:
    """Those of the searches that are theirs who run this."""
    ids, subscribers = sorted(search_ids), hosts(connection)
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        mine = SEARCH.c.id.in_(ids[start : start + CHUNK]) & SEARCH.c.subscriber_id.in_(subscribers)
        found |= set(connection.execute(select(SEARCH.c.id).where(mine)).scalars())
    return found
