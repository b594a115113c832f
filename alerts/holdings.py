"""All that is held of a person, as they may ask for it."""

from typing import Any

from sqlalchemy import Connection, select

from alerts.feeds import FEED
from alerts.keys import KEY
from alerts.messages import MESSAGE
from alerts.subscribers import ADDRESS, DELIVERY, SEARCH, SUBSCRIBER
from database import table_of
from models import Posting

KEPT_FROM_THEM = {
    "id", "subscriber_id", "address_id", "message_id", "posting_id", "event_id", "invite_hash", "lease", "key",
    "hash", "nonce", "lease_until", "digest_key", "look_id", "search_id",
}  # fmt: skip


def holdings(connection: Connection, subscriber_id: int) -> dict[str, Any]:
    """The person, where they are reached, their searches, what they were told of and in which messages."""
    posting = table_of(Posting).c
    own = select(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id)
    told = select(posting.public_id.label("posting"), posting.title, DELIVERY)
    told = told.join_from(DELIVERY, table_of(Posting), posting.id == DELIVERY.c.posting_id)
    fed = select(SEARCH.c.name, FEED).join_from(FEED, SEARCH).where(SEARCH.c.subscriber_id == subscriber_id)
    return {
        **_shown(connection.execute(own).mappings().one()),
        "addresses": _rows(connection, select(ADDRESS).where(ADDRESS.c.subscriber_id == subscriber_id)),
        "searches": _rows(connection, select(SEARCH).where(SEARCH.c.subscriber_id == subscriber_id)),
        "feeds": _rows(connection, fed),
        "keys": _rows(connection, select(KEY).where(KEY.c.subscriber_id == subscriber_id)),
        "messages": _rows(connection, select(MESSAGE).where(MESSAGE.c.subscriber_id == subscriber_id)),
        "deliveries": _rows(connection, told.where(DELIVERY.c.subscriber_id == subscriber_id)),
    }


def _rows(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    return [_shown(row) for row in connection.execute(wanted).mappings()]


def _shown(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in KEPT_FROM_THEM}
