"""All that is held of a person, as they may ask for it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, select

from alerts.feeds import FEED
from alerts.inbox import HEARD
from alerts.keys import KEY
from alerts.looked import chunks
from alerts.messages import MESSAGE
from alerts.mutes import MUTE
from alerts.owned import owned
from alerts.subscribers import ADDRESS, DELIVERY, SEARCH, SUBSCRIBER
from database import table_of, unpack
from models import KeptPosting, Posting, Rest, SearchReview

KEPT, REST, REVIEW = table_of(KeptPosting), table_of(Rest), table_of(SearchReview)
KEPT_FROM_THEM = {
    "id", "subscriber_id", "address_id", "message_id", "posting_id", "event_id", "invite_hash", "lease", "key",
    "hash", "nonce", "lease_until", "digest_key", "look_id", "search_id", "delivery_id", "last_posting_id",
}  # fmt: skip


# under names of their own, with what explains them
TOLD = (SUBSCRIBER, ADDRESS, SEARCH, FEED, KEY, REVIEW, MUTE, KEPT, REST, MESSAGE, DELIVERY)


def holdings(connection: Connection, subscriber_id: int) -> dict[str, Any]:
    """The person, where they are reached, their searches, what they muted and kept, what they were told of and how."""
    posting = table_of(Posting).c
    own = select(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id)
    told = select(posting.public_id.label("posting"), posting.title, DELIVERY)
    reviews = select(SEARCH.c.query, REVIEW).join_from(REVIEW, SEARCH, SEARCH.c.id == REVIEW.c.search_id)
    told = told.join_from(DELIVERY, table_of(Posting), posting.id == DELIVERY.c.posting_id)
    fed = select(SEARCH.c.name, FEED).join_from(FEED, SEARCH).where(SEARCH.c.subscriber_id == subscriber_id)
    chats = select(ADDRESS.c.address).where(ADDRESS.c.subscriber_id == subscriber_id)
    return {
        **_shown(connection.execute(own).mappings().one()),
        "addresses": _rows(connection, select(ADDRESS).where(ADDRESS.c.subscriber_id == subscriber_id)),
        "searches": _rows(connection, select(SEARCH).where(SEARCH.c.subscriber_id == subscriber_id)),
        "feeds": _rows(connection, fed),
        "keys": _rows(connection, select(KEY).where(KEY.c.subscriber_id == subscriber_id)),
        "reviews": _rows(connection, reviews.where(SEARCH.c.subscriber_id == subscriber_id)),
        "muted": _rows(connection, select(MUTE).where(MUTE.c.subscriber_id == subscriber_id)),
        "kept": _rows(connection, select(KEPT).where(KEPT.c.subscriber_id == subscriber_id)),
        "rests": _rows(connection, select(REST).where(REST.c.subscriber_id == subscriber_id)),
        "messages": _rows(connection, select(MESSAGE).where(MESSAGE.c.subscriber_id == subscriber_id)),
        "deliveries": _rows(connection, told.where(DELIVERY.c.subscriber_id == subscriber_id)),
        "heard": _rows(connection, select(HEARD).where(HEARD.c.chat.in_(chats))),  # and not answered yet
        **dict(_others(connection, subscriber_id)),
    }


def as_file(held: dict[str, Any]) -> bytes:
    """The same as JSON, in one line, for whoever it is of."""
    return orjson.dumps(held, default=str, option=orjson.OPT_NON_STR_KEYS) + b"\n"


def _others(connection: Connection, subscriber_id: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every other table that leads to them, its searches and postings by their public ids."""
    own = select(SEARCH.c.id, SEARCH.c.public_id).where(SEARCH.c.subscriber_id == subscriber_id)
    searches = {row.id: row.public_id for row in connection.execute(own)}
    sent = select(DELIVERY.c.id, DELIVERY.c.posting_id).where(DELIVERY.c.subscriber_id == subscriber_id)
    of_delivery = {row.id: row.posting_id for row in connection.execute(sent)}
    for table, mine in owned(subscriber_id):
        if table not in TOLD:
            rows = [dict(row) for row in connection.execute(select(table).where(mine)).mappings()]
            for row in rows:
                row |= {name: list(unpack(value)) for name, value in row.items() if isinstance(value, bytes)}
                row |= {"posting_id": of_delivery.get(row["delivery_id"])} if "delivery_id" in row else {}
            postings = _public_ids(connection, rows)
            yield table.name, [_named(row, searches, postings) for row in rows]


def _public_ids(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    ids = {key for row in rows for key in (row.get("posting_id"), *row.get("postings", ())) if key is not None}
    posting, found = table_of(Posting).c, dict[int, str]()
    for part in chunks(sorted(ids)):
        named = select(posting.id, posting.public_id).where(posting.id.in_(part))
        found |= {row.id: row.public_id for row in connection.execute(named)}
    return found


def _named(row: Mapping[str, Any], searches: Mapping[int, str], postings: Mapping[int, str]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    if "search_id" in row:
        named["search"] = searches.get(row["search_id"])
    if "posting_id" in row:
        named["posting"] = postings.get(row["posting_id"])
    if "postings" in row:
        named["postings"] = [postings[key] for key in row["postings"] if key in postings]
    return named | {name: value for name, value in _shown(row).items() if name not in named}


def _rows(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    return [_shown(row) for row in connection.execute(wanted).mappings()]


def _shown(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in KEPT_FROM_THEM}
