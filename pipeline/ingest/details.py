"""What a crawl noted of the pages it read, so that the next one reads only what is new, changed, or old."""

from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, update

from database import table_of, transaction
from models import BoardEnd, Listing

CHUNK = 500


def store_details(engine: Engine, end: BoardEnd, now: datetime) -> None:
    """Keep the stamps of the pages that were read; nothing is written where none was."""
    checked = list(end.checked.items())
    for start in range(0, len(checked), CHUNK):
        with transaction(engine) as connection:
            _mark_read(connection, end, checked[start : start + CHUNK], now)


def _mark_read(connection: Connection, end: BoardEnd, checked: list[tuple[str, str]], now: datetime) -> None:
    listing = table_of(Listing)
    is_it = (listing.c.source == end.task.source) & (listing.c.board == end.task.board)
    statement = update(listing).where(is_it, listing.c.native_id == bindparam("_native_id"))
    values = [{"_native_id": native_id, "_stamp": stamp} for native_id, stamp in checked]
    connection.execute(statement.values(stamp=bindparam("_stamp"), checked_at=now), values)
