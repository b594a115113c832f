"""All that is held of a person, as they may ask for it."""

from typing import Any

import orjson
from sqlalchemy import Connection, select

from alerts.feeds import FEED
from alerts.keys import KEY
from alerts.messages import MESSAGE
from alerts.mutes import MUTE
from alerts.subscribers import ADDRESS, DELIVERY, SEARCH, SUBSCRIBER
from database import table_of
from models import KeptPosting, Posting, Rest, SearchReview

KEPT, REST, REVIEW = table_of(KeptPosting), table_of(Rest), table_of(SearchReview)
KEPT_FROM_THEM = {
    "id", "subscriber_id", "address_id", "message_id", "posting_id", "event_id", "invite_hash", "lease", "key",
    "hash", "nonce", "lease_until", "digest_key", "look_id", "search_id",
}  # fmt: skip


def holdings(connection: Connection, subscriber_id: int) -> dict[str, Any]:
    """The person, where they are reached, their searches, what they muted and kept, what they were told of and how."""
    posting = table_of(Posting).c
    own = select(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id)
    told = select(posting.public_id.label("posting"), posting.title, DELIVERY)
    reviews = select(SEARCH.c.query, REVIEW).join_from(REVIEW, SEARCH, SEARCH.c.id == REVIEW.c.search_id)
    told = told.join_from(DELIVERY, table_of(Posting), posting.id == DELIVERY.c.posting_id)
    fed = select(SEARCH.c.name, FEED).join_from(FEED, SEARCH).where(SEARCH.c.subscriber_id == subscriber_id)
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
    }


def as_file(held: dict[str, Any]) -> bytes:
    """The same as JSON, in one line, for whoever it is of."""
    return orjson.dumps(held, default=str, option=orjson.OPT_NON_STR_KEYS) + b"\n"


def _rows(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    return [_shown(row) for row in connection.execute(wanted).mappings()]


def _shown(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in KEPT_FROM_THEM}
