"""What stands already, compared as though it came now: what was stored before it was compared, or by older rules.

Each merge is a transaction of its own, and the comparing is none: crawls go on beside it. Nobody is alerted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from database import read, table_of, transaction, wait_for_urls
from models import Board, Link, Listing, ListingFacts, Posting, Tags
from pipeline import dedup
from pipeline.ingest import likeness, merging, partners, postings, rows
from pipeline.ingest.partners import Listed, Partner
from pipeline.ingest.postings import COPIES, Tagged
from pipeline.ingest.spread import looks

LISTING, LINK, POSTING, FACTS = (table_of(model) for model in (Listing, Link, Posting, ListingFacts))
BATCH = 200
Row = dict[str, Any]


@dataclass(slots=True)
class Compared:
    """What one batch of a board's listings came to: how many they were, and what was merged, as rows to show."""

    count: int = 0
    merged: list[Row] = field(default_factory=list)


def find(engine: Engine, keep: str, now: datetime) -> Iterator[Compared]:
    """Compare all that is open with what other boards list, and merge what is one opening."""
    for board in _boards(engine):
        last = 0
        while found := _next(engine, board.id, last, keep):
            last = found[-1]["id"]
            yield _unite(engine, board, found, keep, now)


def _boards(engine: Engine) -> list[Any]:
    table = table_of(Board)
    with read(engine) as connection:
        return list(connection.execute(select(table).order_by(table.c.id)).all())


def _next(engine: Engine, board_id: int, last: int, keep: str) -> list[Row]:
    """The board's next open listings that are compared, with their postings and what is kept of them."""
    wanted = (
        select(LISTING, POSTING.c.id.label("_posting_id"), POSTING.c.role.label("_role"), FACTS.c.facts.label("_facts"))
        .join(LINK, LINK.c.listing_id == LISTING.c.id).join(POSTING, POSTING.c.id == LINK.c.posting_id)
        .outerjoin(FACTS, FACTS.c.listing_id == LISTING.c.id)
        .where(LISTING.c.board_id == board_id, LISTING.c.closed_at.is_(None), LISTING.c.id > last)
        .order_by(LISTING.c.id).limit(BATCH)
    )  # fmt: skip
    wanted = wanted if keep == "all" else wanted.where(POSTING.c.role != "other")
    with read(engine) as connection:
        return [dict(row) for row in connection.execute(wanted).mappings()]


def _unite(engine: Engine, board: Any, found: list[Row], keep: str, now: datetime) -> Compared:
    known = {row["id"]: _known(row) for row in found}
    made = [(row["id"], likeness.comparable(postings.prepare_again(row, keep)))
            for row in found if known[row["id"]] is None]  # fmt: skip
    if made:
        with transaction(engine) as connection:
            likeness.remember(connection, made, is_new=False)
    listed: list[Listed] = [*((key, one) for key, one in known.items() if one), *made]
    met = _met(engine, board, listed, {row["id"]: row["_posting_id"] for row in found}, now)
    batch = Compared(len(found))
    for key, one in listed:
        for partner in met.get(key, ()):
            with transaction(engine) as connection:
                wait_for_urls(connection, [one.facts.employer if one.facts else "", one.listing["canonical_url"]])
                batch.merged += _merge(connection, key, partner, now)
    return batch


def _known(row: Row) -> Tagged | None:
    """The listing with its facts as they are kept; None where they must be made anew."""
    try:
        facts = dedup.unpack(row["_facts"] or b"")
    except ValueError:
        return None
    tags = Tags(title=row["title"], role=row["_role"])
    return Tagged(rows.raw_of(row), tags, True, row, {}, facts, dedup.blocking_keys(facts))


def _met(
    engine: Engine, board: Any, listed: list[Listed], own: dict[int, int], now: datetime
) -> dict[int, list[Partner]]:
    """The open postings of other boards that these listings are of as well: of several, those that the employer's own
    listing shows to be one."""
    with read(engine) as connection:
        by_url = partners.by_url(connection, board.id, listed, now)
        alike = likeness.by_likeness(connection, board.id, listed, now)
        found = {key: [*by_url[key], *alike.get(key, ())] for key, _ in listed}
        taken = partners.apart(connection, {one.posting_id for met in found.values() for one in met})
    met: dict[int, list[Partner]] = {}
    for key, one in listed:
        others = [each for each in partners.allowed(found[key], one, taken)
                  if each.posting_id != own[key] and each.closed_at is None]  # fmt: skip
        rest = [] if one.raw.kind in COPIES else [each for each in others[1:] if not each.has_employer]
        met[key] = others[:1] + rest
    return met


def _merge(connection: Connection, listing_id: int, partner: Partner, now: datetime) -> list[Row]:
    """Merge the listing's posting with the partner's, unless one of them went, a board lists both, or a person parted
    them."""
    mine = connection.execute(select(LINK.c.posting_id).where(LINK.c.listing_id == listing_id)).scalar_one()
    if mine == partner.posting_id or not looks(connection, [partner.posting_id]):
        return []
    if merging.are_apart(connection, mine, partner.posting_id) or merging.are_of_one_board(
        connection, mine, partner.posting_id
    ):
        return []
    named = select(POSTING.c.id, POSTING.c.public_id, POSTING.c.title)
    named = named.where(POSTING.c.id.in_((mine, partner.posting_id)))
    ids = {row.id: row for row in connection.execute(named)}
    kept = merging.merge(connection, mine, partner.posting_id, partner.reason, partner.verdict, now)
    gone = next(row for key, row in ids.items() if key != kept)
    return [{"posting": ids[kept].public_id, "title": ids[kept].title, "was": gone.public_id, "reason": partner.reason}]
