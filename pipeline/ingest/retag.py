"""Tag stored postings anew after a rule change: batch by batch, resumable, without an event, so nobody is alerted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from database import read, table_of, transaction
from models import Board, Listing, Posting
from pipeline.ingest import likeness, postings, rows
from pipeline.ingest.partners import Listed
from pipeline.tagging import TAGS_VERSION

BATCH = 200
TOLD = (
    "role", "seniority", "skills", "employment_type", "workplace", "locations", "remote_scope", "salary_min",
    "salary_max", "salary_currency", "visa_sponsorship", "years_asked", "degree_asked", "language", "company",
)  # fmt: skip


@dataclass(slots=True)
class Batch:
    """What one transaction changed: counts a field, and each change as (public id, title, field, before, after)."""

    count: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    changes: list[dict[str, Any]] = field(default_factory=list)


def count_stale(engine: Engine, is_all: bool = False) -> int:
    """How many postings carry tags of other rules than these."""
    with read(engine) as connection:
        return connection.execute(
            select(func.count()).select_from(table_of(Posting)).where(_stale(is_all))
        ).scalar_one()


def retag(engine: Engine, keep: str, is_all: bool = False) -> Iterator[Batch]:
    """Tag every stale posting anew, a batch a transaction; begun again after a stop it goes on where it was."""
    last = 0
    while found := _next(engine, last, is_all):
        last = found[-1]["_posting_id"]
        yield _retag_batch(engine, found, keep)


def _stale(is_all: bool) -> Any:
    c = table_of(Posting).c
    return c.id > 0 if is_all else c.tags_version != TAGS_VERSION


def _next(engine: Engine, last: int, is_all: bool) -> list[dict[str, Any]]:
    posting, listing = table_of(Posting), table_of(Listing)
    wanted = (
        select(listing, posting.c.id.label("_posting_id"))
        .where(listing.c.id == posting.c.primary_listing_id, posting.c.id > last, _stale(is_all))
        .order_by(posting.c.id)
        .limit(BATCH)
    )
    with read(engine) as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def _retag_batch(engine: Engine, found: list[dict[str, Any]], keep: str) -> Batch:
    tagged = {row["_posting_id"]: (row, likeness.comparable(postings.prepare_again(row, keep))) for row in found}
    batch = Batch(len(found))
    with transaction(engine) as connection:
        updates, textless = [], []
        for before in _held(connection, list(tagged)):
            row, one = tagged[before["id"]]
            if (before["primary_listing_id"], before["_content_hash"]) != (row["id"], row["content_hash"]):
                continue  # a crawl stored other words meanwhile, and tagged them
            if not (row["description"] or one.keeps_text):
                textless.append(before["id"])
                continue
            _note_changes(batch, before, rows.posting_row(one.raw, one.tags, one.keeps_text, before["first_seen_at"]))
            updates.append((before["id"], row["id"], one, before["first_seen_at"]))
            if one.keeps_text and not row["description"]:
                _fetch_again(connection, row)
        postings.update_postings(connection, updates)
        _find_again(connection, [(listing_id, one) for _, listing_id, one, _ in updates])
        _let_stand(connection, textless)
    return batch


def _find_again(connection: Connection, listed: Sequence[Listed]) -> None:
    """Let what comes new meet what was stored before its keys were kept, or by older rules."""
    likeness.remember(connection, listed, is_new=False)
    table = table_of(Listing)
    named = update(table).where(table.c.id == bindparam("_id")).values(family=bindparam("_family"))
    if listed:
        connection.execute(named, [{"_id": key, "_family": one.listing["family"]} for key, one in listed])


def _held(connection: Connection, posting_ids: list[int]) -> list[dict[str, Any]]:
    """The postings as they stand now, locked against a crawl that stores at the same time."""
    posting, listing = table_of(Posting), table_of(Listing)
    wanted = (
        select(posting, listing.c.content_hash.label("_content_hash"))
        .join(listing, listing.c.id == posting.c.primary_listing_id)
        .where(posting.c.id.in_(posting_ids))
        .with_for_update()  # no words of SQLite's, which holds its one write lock already
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _let_stand(connection: Connection, posting_ids: list[int]) -> None:
    """Postings of no interest then and now, whose text was not kept: what was read from it is not thrown away."""
    posting = table_of(Posting)
    values = {"tags_version": TAGS_VERSION}
    connection.execute(update(posting).where(posting.c.id.in_(posting_ids)).values(values))


def _note_changes(batch: Batch, before: dict[str, Any], after: dict[str, Any]) -> None:
    for name in TOLD:
        if before[name] != after[name]:
            batch.fields[name] += 1
            told = {"id": before["public_id"], "title": before["title"], "field": name}
            batch.changes.append(told | {"before": before[name], "after": after[name]})


def _fetch_again(connection: Connection, row: dict[str, Any]) -> None:
    """A posting whose text was not kept is of interest now: let the next crawl read its board in full."""
    listing, board = table_of(Listing), table_of(Board)
    connection.execute(update(listing).where(listing.c.id == row["id"]).values(content_hash=""))
    connection.execute(update(board).where(board.c.id == row["board_id"]).values(etag="", last_modified=""))
