"""No statement of ingest, of planning boards or of retention reads through a large table, on both engines."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert

import boards
import database
from database import prune, read, table_of, transaction
from models import Board, BoardEnd, Crawl, Link, Listing, Posting, PostingEvent, Verdict
from tests.pipeline.house import House, many, raw
from tests.tools.plans import watch

OTHERS = 40  # boards, with as many listings each


def fill(house: House) -> None:
    """Other boards, of whose crawls, listings, postings and events no crawl of ours has anything to read."""
    with transaction(house.engine) as connection:
        for number in range(OTHERS):
            name = {"source": "lever", "board": f"other{number}"}
            [board] = insert_all(connection, Board, [name | {"due_at": house.now + timedelta(days=1)}])
            insert_all(connection, Crawl, [
                {"board_id": board, "started_at": house.now, "ended_at": house.now, "verdict": "ok"}
            ] * OTHERS)  # fmt: skip
            listings = insert_all(connection, Listing, [
                name | {"board_id": board, "native_id": str(one), "first_seen_at": house.now,
                        "closed_at": house.now if one % 2 else None} for one in range(OTHERS)
            ])  # fmt: skip
            postings = insert_all(connection, Posting, [
                {"public_id": f"{number}-{key}", "primary_listing_id": key, "title": "Cook", "posted_at": house.now,
                 "first_seen_at": house.now} for key in listings
            ])  # fmt: skip
            pairs = zip(listings, postings, strict=True)
            connection.execute(insert(table_of(Link)), [
                {"listing_id": one, "posting_id": other, "reason": "first listing", "linked_at": house.now}
                for one, other in pairs
            ])  # fmt: skip
            insert_all(connection, PostingEvent, [
                {"posting_id": key, "kind": "opened", "at": house.now} for key in postings
            ])  # fmt: skip
    database.optimize(house.engine)


def insert_all(connection: Connection, model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows, defaults filled in; returns their ids in the same order."""
    table = table_of(model)
    full = [model(**row).model_dump(exclude={"id"}) for row in rows]
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(made, full).scalars())


def test_no_statement_of_a_crawl_scans_a_large_table(house: House) -> None:
    house.crawl(*many(range(60)))
    fill(house)
    plans = watch(house.engine)
    with read(house.engine) as connection:
        boards.due(connection, house.now, 50)
    house.crawl(*many(range(60)))  # unchanged
    house.ingest.take(BoardEnd(house.task(), Verdict.OK, is_not_modified=True))
    house.crawl(*many(range(1, 60)), raw(100), raw(101, requisition_id="R1"))  # one closes, two open
    changed = [raw(1, title="Senior AI Engineer"), raw(2, url="https://boards.greenhouse.io/acme/jobs/2?x=1")]
    house.crawl(*many(range(3, 60)), *changed, raw(0), raw(100), raw(102, requisition_id="R1"))  # and one is reposted
    house.crawl(*many(range(20)))  # suspect
    house.crawl(raw(7, source="jsonld", board="copycat"), board="copycat")
    house.crawl(verdict=Verdict.EMPTY)
    assert len(plans.seen) > 60
    assert plans.scans == {}


def test_no_statement_of_retention_scans_a_large_table(house: House) -> None:
    house.crawl(*many(range(60)))
    house.crawl(*many(range(50)))
    house.dispatched()
    fill(house)
    house.now = house.now.replace(year=house.now.year + 3)
    plans = watch(house.engine)
    while prune(house.engine, house.settings, house.now):
        pass
    assert len(plans.seen) > 10
    assert plans.scans == {}
