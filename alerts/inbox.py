"""What people wrote to the bot, kept from before the Bot API is told that it was heard until it is answered.

Who is killed meanwhile does it at the next start. What was answered is known for as long as the Bot API may give it
once more, without a word of it. Every function works in the caller's transaction.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, delete, select, update

from database import table_of
from models import Heard

HEARD = table_of(Heard)
KNOWN = timedelta(days=2)  # the Bot API forgets what nobody fetched within one
TRIES = 3  # starts that take it up: what ends the process each time must not do so for ever
log = structlog.get_logger(__name__)


def key_of(update_id: int, said: str) -> str:
    """What an update is known by: its number alone may be another bot's."""
    return f"{update_id}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def keep(connection: Connection, said: Mapping[str, tuple[str, str]], now: datetime) -> set[str]:
    """Keep (chat, words) by their keys; returns those that were not heard before."""
    connection.execute(delete(HEARD).where(HEARD.c.heard_at < now - KNOWN, HEARD.c.said == ""))
    known = set(connection.execute(select(HEARD.c.key).where(HEARD.c.key.in_(said))).scalars())
    rows = [
        {"key": key, "chat": chat, "said": words, "heard_at": now, "tries": 0}
        for key, (chat, words) in said.items()
        if key not in known
    ]
    if rows:
        connection.execute(HEARD.insert(), rows)
    return set(said) - known


def take_up(connection: Connection) -> dict[str, str]:
    """What was kept and not answered, by its key, in the order in which it was heard."""
    rows = connection.execute(select(HEARD).where(HEARD.c.said != "")).mappings()
    found = sorted(rows, key=lambda row: (row["heard_at"], int(row["key"].partition(":")[0])))
    for row in found:
        if row["tries"] >= TRIES:
            log.error("inbox.given_up", key=row["key"])
            answered(connection, row["key"])
    kept = {row["key"]: str(row["said"]) for row in found if row["tries"] < TRIES}
    connection.execute(update(HEARD).where(HEARD.c.key.in_(kept)).values(tries=HEARD.c.tries + 1))
    return kept


def answered(connection: Connection, key: str) -> None:
    """It needs nothing more: no word of it is held any longer."""
    connection.execute(update(HEARD).where(HEARD.c.key == key).values(chat="", said=""))
