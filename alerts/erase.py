"""Erasing a person: what is stored of them, and what others' rows say of them. In steps, so that nobody waits long."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, delete, select, tuple_, update

from alerts import suppression
from alerts.addresses import addresses_of
from alerts.messages import TO_OPERATORS
from alerts.owned import owned
from alerts.searches import remove_search
from alerts.subscribers import ADDRESS, DELIVERY, MATCH, REASON, SEARCH, SUBSCRIBER, stop_all
from database import empty_log, read, shredding, table_of, wipe
from models import DeliveryState, DueEdit, Entry, Heard, Message, Notice

STEP = 500  # rows in one transaction
MESSAGE, NOTICE = table_of(Message), table_of(Notice)
EDIT, ENTRY, HEARD = table_of(DueEdit), table_of(Entry), table_of(Heard)
ERASED = "(erased)"


def erase(engine: Engine, subscriber_id: int, now: datetime, is_thorough: bool = True) -> int:
    """Erase the person everywhere; returns how many rows went. What is under way to them may still arrive.

    On SQLite what is deleted is overwritten. `is_thorough`: the file is written anew too, which needs it for itself, so
    that nothing is left either of what was deleted long before.
    """
    with shredding(engine) as connection:
        words = _words(connection, subscriber_id)
        suppression.suppress(connection, addresses_of(connection, subscriber_id), now)
        _silence(connection, subscriber_id, now)
    gone = sum(_by_steps(engine, subscriber_id))
    with shredding(engine) as connection:
        gone += _erase_rest(connection, subscriber_id)
        _erase_words(connection, words)
    if is_thorough:
        wipe(engine)
    else:
        empty_log(engine)
    return gone


def _words(connection: Connection, subscriber_id: int) -> set[str]:
    """What names them: their name, addresses, and the names, queries and ids of their searches."""
    person = select(SUBSCRIBER.c.name, SUBSCRIBER.c.public_id).where(SUBSCRIBER.c.id == subscriber_id)
    address = select(ADDRESS.c.address).where(ADDRESS.c.subscriber_id == subscriber_id)
    search = select(SEARCH.c.name, SEARCH.c.query, SEARCH.c.public_id).where(SEARCH.c.subscriber_id == subscriber_id)
    return {str(word) for asked in (person, address, search) for row in connection.execute(asked) for word in row}


def _silence(connection: Connection, subscriber_id: int, now: datetime) -> None:
    """Nothing more is matched, made or claimed."""
    stop_all(connection, subscriber_id, now)
    alive = select(SEARCH.c.id).where(SEARCH.c.subscriber_id == subscriber_id, SEARCH.c.removed_at.is_(None))
    for key in connection.execute(alive).scalars().all():
        remove_search(connection, key, now)


def _by_steps(engine: Engine, subscriber_id: int) -> Iterator[int]:
    """Matches and deliveries, which may be many."""
    mine = select(SEARCH.c.id).where(SEARCH.c.subscriber_id == subscriber_id)
    matched = select(MATCH.c.search_id, MATCH.c.posting_id).where(MATCH.c.search_id.in_(mine)).limit(STEP)
    while rows := _take(engine, matched):
        with shredding(engine) as connection:
            for search_id in {row[0] for row in rows}:
                ids = [row[1] for row in rows if row[0] == search_id]
                connection.execute(delete(MATCH).where(MATCH.c.search_id == search_id, MATCH.c.posting_id.in_(ids)))
        yield len(rows)
    owed = select(DELIVERY.c.id).where(DELIVERY.c.subscriber_id == subscriber_id).limit(STEP)
    while rows := _take(engine, owed):
        ids = [row[0] for row in rows]
        with shredding(engine) as connection:
            connection.execute(delete(REASON).where(REASON.c.delivery_id.in_(ids)))
            connection.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(ids)))
        yield len(rows)


def _take(engine: Engine, wanted: Select[Any]) -> Sequence[Any]:
    with read(engine) as connection:
        return connection.execute(wanted).all()


def _erase_rest(connection: Connection, subscriber_id: int) -> int:
    """What is left, with what came in meanwhile; who depends on another row goes before it."""
    messages = select(MESSAGE.c.id).where(MESSAGE.c.subscriber_id == subscriber_id)
    reached = select(ADDRESS.c.channel, ADDRESS.c.address).where(ADDRESS.c.subscriber_id == subscriber_id)
    # no key leads from these to them
    connection.execute(delete(EDIT).where(EDIT.c.message_id.in_(messages)))
    chats = select(ADDRESS.c.address).where(ADDRESS.c.subscriber_id == subscriber_id)
    connection.execute(delete(HEARD).where(HEARD.c.chat.in_(chats)))
    connection.execute(delete(ENTRY).where(tuple_(ENTRY.c.channel, ENTRY.c.address).in_(reached)))
    rows = list(owned(subscriber_id))
    return sum(connection.execute(delete(table).where(condition)).rowcount for table, condition in reversed(rows))


def _erase_words(connection: Connection, words: Collection[str]) -> None:
    """Notices that name them, and the lines in which operators were told of them; nobody else's message has any."""
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words if word))
    for key, text in connection.execute(select(NOTICE.c.key, NOTICE.c.text)).all():
        if named.search(text):
            connection.execute(delete(NOTICE).where(NOTICE.c.key == key))
    told = select(MESSAGE.c.id, MESSAGE.c.text).where(MESSAGE.c.key.startswith(TO_OPERATORS, autoescape=True))
    for key, text in connection.execute(told).all():
        lines = [ERASED if named.search(line) else line for line in text.split("\n")]
        if ERASED in lines:
            _replace(connection, key, "\n".join(lines), is_empty=set(lines) == {ERASED})


def _replace(connection: Connection, message_id: int, text: str, *, is_empty: bool) -> None:
    """Say this instead; where nothing is left to say, it is not sent any more."""
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == message_id).values(text=text))
    if is_empty:
        ended = MESSAGE.c.state.in_([DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED])
        waits = update(MESSAGE).where(MESSAGE.c.id == message_id, ~ended)
        connection.execute(waits.values(state=DeliveryState.CANCELLED))
