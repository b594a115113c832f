"""A small market with a past: boards that came, stayed and went, and postings that some of them listed for a while."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

import database
from models import Board, Link, Listing, Posting, PostingEvent, PostingPlace, PostingSkill, SourceTerms

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROLES = ("ai-engineer", "ml-engineer", "data-scientist", "other")
LEVELS = ("entry", "mid", "senior", "unspecified")
SKILLS = ("python", "pytorch", "rag", "sql", "kubernetes")
PLACES = (("US", "USD"), ("DE", "EUR"), ("GB", "GBP"), ("", "USD"))
SEED = random.randrange(1_000_000)  # another market each time; a failure names it
STAYED = ("acme", "globex", "initech", "umbra")
Row = dict[str, Any]


def put(connection: Connection, model: Any, rows: list[Row]) -> None:
    if rows:
        filled = [model(**row).model_dump() for row in rows]
        connection.execute(insert(database.table_of(model)), filled)


def boards() -> list[Row]:
    """Four that are watched all the while, one that came half-way, one that went, one not read to its end yet."""
    stayed = [_board(number, name, 200, 0) for number, name in enumerate(STAYED, 1)]
    return [*stayed, _board(5, "late", 40, 0), _board(6, "gone", 200, 30), _board(7, "new", None, 0)]


def _board(number: int, name: str, came: int | None, left: int) -> Row:
    seen = NOW - timedelta(days=left, hours=1)
    baseline = None if came is None else NOW - timedelta(days=came)
    return {"id": number, "source": "lever", "board": name, "baseline_at": baseline, "listed_at": seen,
            "last_ok_at": seen}  # fmt: skip


def fill(connection: Connection, seed: int = 1, count: int = 160, source: str = "lever") -> None:
    """Store the market of a seed."""
    pick = random.Random(seed)
    rows: dict[Any, list[Row]] = {
        model: [] for model in (Listing, Posting, Link, PostingPlace, PostingSkill, PostingEvent)
    }
    for number in range(1, count + 1):
        for model, found in _made(pick, number, source).items():
            rows[model] += found
    put(connection, Board, [row | {"source": source} for row in boards()])
    put(connection, SourceTerms, [{"name": "hush", "reuse": "private"}])
    for model, found in rows.items():
        put(connection, model, found)


def _made(pick: random.Random, number: int, source: str) -> dict[Any, list[Row]]:
    on = sorted(pick.sample(range(1, 8), pick.choice((1, 1, 2, 3))))
    listed = [_listing(pick, number, board, source) | {"id": number * 10 + board} for board in on]
    first = min(row["first_seen_at"] for row in listed)
    ends = [row["closed_at"] for row in listed]
    posting = _posting(pick, number, listed[0]["id"], first, None if None in ends else max(ends))
    links = [{"listing_id": row["id"], "posting_id": number, "reason": "founded", "linked_at": first} for row in listed]
    codes = [code for code, _currency in pick.sample(PLACES, pick.choice((1, 1, 2)))]
    places = [{"posting_id": number, "number": at, "country": code} for at, code in enumerate([*codes, codes[0]])]
    skills = [{"posting_id": number, "skill": skill} for skill in sorted(pick.sample(SKILLS, pick.randrange(4)))]
    parts: dict[Any, list[Row]] = {Link: links, PostingPlace: places, PostingSkill: skills}
    return {Listing: listed, Posting: [posting], PostingEvent: _events(pick, posting), **parts}


def _events(pick: random.Random, posting: Row) -> list[Row]:
    """How it opened, how it changed, how it closed."""
    first, closed = posting["first_seen_at"], posting["closed_at"]
    changed = {
        "kind": "changed",
        "at": first + timedelta(hours=1),
        "changes": {"title": ["Engineer", posting["title"]]},
    }
    opened = {"kind": "opened", "at": first, "is_baseline": pick.random() < 0.3}
    found = [
        opened,
        *([changed] if pick.random() < 0.4 else []),
        *([{"kind": "closed", "at": closed}] if closed else []),
    ]
    return [{"id": posting["id"] * 10 + place, "posting_id": posting["id"], **one} for place, one in enumerate(found)]


def _listing(pick: random.Random, number: int, board: int, source: str) -> Row:
    came = {5: 40, 7: 5}.get(board, 200)
    first = NOW - timedelta(days=min(came, pick.randrange(1, 220)), minutes=pick.randrange(600))
    left = NOW - timedelta(days=30) if board == 6 else NOW
    closed = first + timedelta(hours=pick.randrange(10, 2_000))
    reason = pick.choice(("not listed any more", "not listed any more", "board gone in 3 crawls"))
    return {
        "board_id": board, "source": source, "board": str(board), "native_id": f"{number}-{board}",
        "url": f"https://jobs.example/{board}/{number}", "first_seen_at": first, "description": "Build agents.",
        "closed_at": closed if closed < left else None, "close_reason": reason if closed < left else "",
    }  # fmt: skip


def _posting(pick: random.Random, number: int, listing: int, first: datetime, closed: datetime | None) -> Row:
    low = pick.choice((None, None, 60_000.0, 90_000.0, 120_000.0, 150_000.0))
    high = low and low + pick.choice((0.0, 20_000.0, 50_000.0))
    pay = {"salary_min": low, "salary_max": high, "salary_annual_min": low,
           "salary_annual_max": pick.choice((high, None)) if low else None,
           "salary_currency": pick.choice(("USD", "EUR", "GBP", "XXX")) if low else None, "salary_period": "year",
           "salary_is_predicted": pick.random() < 0.1}  # fmt: skip
    is_dated = pick.random() < 0.7
    return {
        "id": number, "public_id": f"p{number:04}", "primary_listing_id": listing, "title": f"Engineer {number}",
        "company": f"Company {number % 9}", "company_key": f"company {number % 9}", "role": pick.choice(ROLES),
        "seniority": pick.choice(LEVELS), "workplace": pick.choice(("remote", "hybrid", "onsite", None)),
        "posted_at": first - timedelta(days=pick.randrange(30)) if is_dated else first,
        "posted_at_quality": "day" if is_dated else "first-seen", "first_seen_at": first, "closed_at": closed,
        "url": f"https://jobs.example/{number}", "skills": [], "years_asked": pick.choice((None, 2, 5)), **pay,
    }  # fmt: skip
