"""Boards that give an ad a new date and no new word: noted now and then, so that its age is known; told to nobody."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, bindparam, select, update

from database import read, table_of, transaction
from models import Listing, RawPosting
from pipeline import lifecycle
from pipeline.ingest import rows
from pipeline.ingest.chunks import chunks

LISTING = table_of(Listing)
Row = dict[str, Any]


def of_page(
    engine: Engine, raws: Sequence[RawPosting], held: Mapping[str, Row], now: datetime
) -> dict[str, tuple[int, str]]:
    """Those of the postings that a board made look newer, by native id: the listing, and what is said of its age."""
    if not raws:
        return {}
    noted = _noted(engine, [held[raw.native_id]["id"] for raw in raws])
    found = {}
    for raw in raws:
        row = held[raw.native_id]
        if lifecycle.is_restamped(row["dates"], rows.dates(raw), noted[row["id"]], now):
            found[raw.native_id] = (row["id"], rows.dates(raw))
    return found


def _noted(engine: Engine, listing_ids: Sequence[int]) -> dict[int, datetime]:
    """When that was noted of each last, or it was first seen."""
    wanted = select(LISTING.c.id, LISTING.c.restamped_at, LISTING.c.first_seen_at)
    with read(engine) as connection:
        return {row.id: row.restamped_at or row.first_seen_at for chunk in chunks(listing_ids)
                for row in connection.execute(wanted.where(LISTING.c.id.in_(chunk)))}  # fmt: skip


def note(engine: Engine, found: Mapping[str, tuple[int, str]], changed: Collection[str], now: datetime) -> None:
    """Count the new dates of what says nothing new."""
    values = [{"_id": key, "_dates": dates} for name, (key, dates) in found.items() if name not in changed]
    counted = update(LISTING).where(LISTING.c.id == bindparam("_id"))
    counted = counted.values(restamps=LISTING.c.restamps + 1, restamped_at=now, dates=bindparam("_dates"))
    if values:
        with transaction(engine) as connection:
            connection.execute(counted, values)
