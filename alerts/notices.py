"""Trouble that the operator is told of: raised once per key, cleared once it is over. The outbox sends the words."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from database import table_of, upsert
from models import Notice

NOTICE = table_of(Notice)


def raise_notice(connection: Connection, key: str, text: str, now: datetime) -> None:
    """Note the trouble; while it lasts, only its words are brought up to date."""
    lasting = select(NOTICE.c.key).where(NOTICE.c.key == key, NOTICE.c.cleared_at.is_(None))
    if connection.execute(lasting).first() is not None:
        connection.execute(update(NOTICE).where(NOTICE.c.key == key).values(text=text))
        return
    row = {"key": key, "text": text, "raised_at": now, "cleared_at": None}
    upsert(connection, Notice, [row], ["key"], ["text", "raised_at", "cleared_at"])


def clear_notice(connection: Connection, key: str, now: datetime) -> None:
    """Note that the trouble is over; nothing where there was none."""
    lasting = (NOTICE.c.key == key) & NOTICE.c.cleared_at.is_(None)
    connection.execute(update(NOTICE).where(lasting).values(cleared_at=now))
