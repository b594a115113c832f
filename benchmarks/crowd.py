"""A community of 10,000 people with 100,000 saved searches: how the daemon starts, and tells them of 200 postings.

    python -m benchmarks.crowd [--people 10000] [--searches 10] [--postings 200] [--database URL] [--inside]

`rolewire run` is started on it as people start it. Until it has read the searches the web page is asked for postings
and boards are crawled; then the postings come, and a writer beside the daemon notes how long it waits for each of its
short transactions. `--inside`: dispatch alone, in this process.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

import database
from alerts.dispatch import Dispatcher
from benchmarks.market import Draft, Market
from benchmarks.outbox import insert_all, new_engine, settle
from database import read, table_of, transaction
from models import (
    Address,
    Board,
    Delivery,
    DeliveryReason,
    Link,
    Listing,
    PendingMatch,
    Posting,
    PostingEvent,
    PostingPlace,
    PostingSkill,
    SavedSearch,
    SearchMatch,
    Subscriber,
)
from settings import Settings

AT_ONCE = 1_000
BESIDE = ("skills", "places", "sources", "posted_at")  # in tables of their own, or set here


def now() -> datetime:
    return datetime.now(UTC)


def parts(rows: list[Any]) -> Iterator[list[Any]]:
    """So many that a statement can hold them."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def settle_people(engine: Engine, market: Market, people: int, searches: int) -> None:
    """People with an address and their saved searches, whose first looks are behind them."""
    at = now()
    for numbers in parts(list(range(people))):
        with transaction(engine) as connection:
            keys = insert_all(connection, Subscriber, [
                {"public_id": f"s{number}", "name": f"Person {number}", "created_at": at} for number in numbers
            ])  # fmt: skip
            insert_all(connection, Address, [
                {"subscriber_id": key, "channel": "email", "address": f"{key}@example.org", "changed_at": at}
                for key in keys
            ])  # fmt: skip
            insert_all(connection, SavedSearch, [
                {"public_id": f"q{key}-{number}", "subscriber_id": key, "name": str(number), "query": market.query(),
                 "channels": ["email"], "cadence": "instant" if key % 3 else "weekly", "created_at": at,
                 "baseline_at": at}
                for key in keys for number in range(searches)
            ])  # fmt: skip


def open_postings(connection: Connection, board_id: int, first: int, drafts: list[Draft]) -> None:
    """Postings as ingest writes them, with what waits to be matched."""
    at = now()
    names = [f"n{number}" for number in range(first, first + len(drafts))]
    listings = insert_all(connection, Listing, [
        {"board_id": board_id, "source": "greenhouse", "board": "bench", "native_id": name, "title": draft.title,
         "url": f"https://bench.example/{name}", "first_seen_at": at}
        for name, draft in zip(names, drafts, strict=True)
    ])  # fmt: skip
    keys = insert_all(connection, Posting, [
        {"public_id": name, "primary_listing_id": listing, "title": draft.title, "company": draft.company,
         "first_seen_at": at, "posted_at": at, "skills": sorted(draft.tags["skills"])}
        | {name: value for name, value in draft.tags.items() if name not in BESIDE}
        for name, listing, draft in zip(names, listings, drafts, strict=True)
    ])  # fmt: skip
    connection.execute(insert(table_of(Link)), [
        {"listing_id": listing, "posting_id": key, "reason": "only", "linked_at": at}
        for listing, key in zip(listings, keys, strict=True)
    ])  # fmt: skip
    pairs = list(zip(keys, drafts, strict=True))
    connection.execute(insert(table_of(PostingSkill)), [
        {"posting_id": key, "skill": skill} for key, draft in pairs for skill in draft.tags["skills"]
    ])  # fmt: skip
    connection.execute(insert(table_of(PostingPlace)), [
        {"posting_id": key, "number": 0, "city": city, "region": region, "country": country}
        for key, draft in pairs for city, region, country in draft.tags["places"]
    ])  # fmt: skip
    database.write_texts(connection, [
        {"posting_id": key} | database.token_strings(draft.title, draft.company, draft.text) for key, draft in pairs
    ])  # fmt: skip
    opened = {"kind": "opened", "at": at, "changes": {}, "is_baseline": False}
    events = insert_all(connection, PostingEvent, [opened | {"posting_id": key} for key in keys])
    connection.execute(insert(table_of(PendingMatch)), [{"event_id": key} for key in events])


def board(engine: Engine) -> int:
    with transaction(engine) as connection:
        return insert_all(connection, Board, [{"source": "greenhouse", "board": "bench", "paused_at": now()}])[0]


def counted(engine: Engine, model: Any) -> int:
    with read(engine) as connection:
        return connection.execute(select(func.count()).select_from(table_of(model))).scalar_one()


def inside(engine: Engine, drafts: list[Draft], board_id: int) -> None:
    """Dispatch alone."""
    dispatcher = Dispatcher(engine, Settings())
    began, used = time.perf_counter(), time.process_time()
    dispatcher.load()
    print(f"read and packed in {time.perf_counter() - began:.1f} s, {time.process_time() - used:.1f} s of processor")
    with transaction(engine) as connection:
        open_postings(connection, board_id, 0, drafts)
    began, used = time.perf_counter(), time.process_time()
    dispatcher.turn(now())
    took = time.perf_counter() - began
    print(f"{len(drafts)} postings in {took:.1f} s, {time.process_time() - used:.1f} s of processor: "
          f"{counted(engine, SearchMatch):,} matches, {counted(engine, Delivery):,} deliveries, "
          f"{counted(engine, DeliveryReason):,} reasons")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--searches", type=int, default=10, help="of each")
    parser.add_argument("--postings", type=int, default=200)
    parser.add_argument("--database", default="", help="an empty database; none: SQLite in a new folder")
    parser.add_argument("--inside", action="store_true", help="dispatch alone, in this process")
    options = parser.parse_args()
    market, engine = Market(), new_engine(options.database)
    board_id = board(engine)
    drafts = [market.posting() for _ in range(options.postings)]
    settle_people(engine, market, options.people, options.searches)
    settle(engine)
    inside(engine, drafts, board_id)


if __name__ == "__main__":
    main()
