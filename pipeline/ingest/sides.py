"""Of a posting that a person parts, which listings go with which side: by what the comparison says of them today."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from database import table_of
from models import Listing
from pipeline import dedup
from pipeline.dedup import Facts
from pipeline.ingest import postings


def of(
    connection: Connection, mine: Sequence[int], theirs: Sequence[int], rest: Sequence[int], keep: str
) -> tuple[list[int], list[int]]:
    """Those of the rest that are like this side and not like the other, and those that are like the other alone."""
    facts = _facts(connection, [*mine, *theirs, *rest], keep)
    found: dict[tuple[bool, bool], list[int]] = {}
    for key in rest:
        is_like = (_is_like(facts, key, mine), _is_like(facts, key, theirs))
        found.setdefault(is_like, []).append(key)
    return found.get((True, False), []), found.get((False, True), [])


def _is_like(facts: dict[int, Facts], key: int, side: Sequence[int]) -> bool:
    return any(dedup.compare(facts[key], facts[one]).is_same for one in side)


def _facts(connection: Connection, listing_ids: Sequence[int], keep: str) -> dict[int, Facts]:
    listing = table_of(Listing)
    found = connection.execute(select(listing).where(listing.c.id.in_(listing_ids))).mappings()
    made = {row["id"]: postings.prepare_again(dict(row), keep) for row in found}
    return {key: dedup.facts_of(one.raw, one.tags) for key, one in made.items()}
