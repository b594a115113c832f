"""Merges that stand and that today's rules would not make, as after an upgrade: shown, and left to a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from database import read, table_of
from models import Link, Listing, ListingFacts, Posting
from pipeline import dedup
from pipeline.dedup import Facts, Judgement
from pipeline.ingest import postings
from pipeline.ingest.chunks import chunks
from pipeline.ingest.likeness import ALIKE

LISTING, LINK, POSTING, FACTS = (table_of(model) for model in (Listing, Link, Posting, ListingFacts))
BATCH = 200
Row = dict[str, Any]


def doubtful(engine: Engine, keep: str) -> Iterator[Row]:
    """Each open listing that joined its posting by likeness and is like none of its other listings today, and why."""
    last = 0
    while found := _next(engine, last):
        last = found[-1]["id"]
        with read(engine) as connection:
            others = _others(connection, [row["_posting_id"] for row in found])
        for row in found:
            beside = [other for other in others[row["_posting_id"]] if other["id"] != row["id"]]
            if beside and (judged := _doubt(row, beside, keep)):
                yield {
                    "listing": _name(row), "title": row["title"], "company": row["_company"], "at": row["_at"],
                    "posting": row["_public_id"], "reason": judged.sentence, "apart_from": _name(beside[0]),
                }  # fmt: skip


def _wanted() -> Any:
    """Listings with what is kept of them, and the posting that they joined."""
    joined = (LINK.c.posting_id.label("_posting_id"), LINK.c.linked_at.label("_at"), FACTS.c.facts.label("_facts"))
    named = (POSTING.c.public_id.label("_public_id"), POSTING.c.company.label("_company"))
    return (
        select(LISTING, *joined, *named).join(LINK, LINK.c.listing_id == LISTING.c.id)
        .join(POSTING, POSTING.c.id == LINK.c.posting_id).outerjoin(FACTS, FACTS.c.listing_id == LISTING.c.id)
    )  # fmt: skip


def _next(engine: Engine, last: int) -> list[Row]:
    wanted = _wanted().where(LINK.c.reason == ALIKE, LISTING.c.closed_at.is_(None), LISTING.c.id > last)
    with read(engine) as connection:
        return [dict(row) for row in connection.execute(wanted.order_by(LISTING.c.id).limit(BATCH)).mappings()]


def _others(connection: Connection, posting_ids: Sequence[int]) -> dict[int, list[Row]]:
    """The listings of these postings, the one that leads first."""
    found: dict[int, list[Row]] = {}
    for chunk in chunks(sorted(set(posting_ids))):
        wanted = _wanted().where(LINK.c.posting_id.in_(chunk))
        order = (LISTING.c.id != POSTING.c.primary_listing_id, LISTING.c.id)
        for row in connection.execute(wanted.order_by(*order)).mappings():
            found.setdefault(row["_posting_id"], []).append(dict(row))
    return found


def _doubt(row: Row, others: Sequence[Row], keep: str) -> Judgement | None:
    """What is said of a listing and the first of the others, where none of them is like it."""
    facts = _facts(row, keep)
    judged = [dedup.compare(facts, _facts(other, keep)) for other in others]
    return None if any(one.is_same for one in judged) else judged[0]


def _facts(row: Row, keep: str) -> Facts:
    try:
        return dedup.unpack(row["_facts"] or b"")
    except ValueError:
        one = postings.prepare_again(row, keep)
        return dedup.facts_of(one.raw, one.tags)


def _name(row: Row) -> str:
    return f"{row['source']}/{row['board']}/{row['native_id']}"
