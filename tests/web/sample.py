"""Postings for the tests of the site, stored through the models."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

import database
import search
from models import (
    ROLES,
    SENIORITIES,
    Board,
    Link,
    Listing,
    Posting,
    PostingEvent,
    PostingPlace,
    PostingSkill,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COUNTRIES = ("US", "DE", "GB", "FR", "", "IN")
WORKPLACES = ("remote", "hybrid", "onsite", None)
WORDS = ("agents", "retrieval", "kernels", "vision")


def insert_posting(connection: Connection, public_id: str, given: dict[str, Any]) -> int:
    """Store one posting with its listing, text, places, skills and events; returns its key."""

    def put(model: Any, **values: Any) -> int:
        table = database.table_of(model)
        row = model(**values).model_dump()
        row = {name: value for name, value in row.items() if not (name == "id" and value is None)}
        return connection.execute(insert(table).values(row)).inserted_primary_key[0]

    description, board = given.pop("description", "Text of the ad."), given.pop("board", "acme")
    events, skills = given.pop("events", []), given.get("skills", [])
    now = given.setdefault("first_seen_at", NOW - timedelta(days=3))
    row = {"title": "Machine Learning Engineer", "company": "Acme", "company_key": "acme", "posted_at": now,
           "url": f"https://jobs.example/{public_id}", **given}  # fmt: skip
    database.upsert(connection, Board, [Board(source="lever", board=board).model_dump(exclude={"id"})],
                    ["source", "board"])  # fmt: skip
    boards = database.table_of(Board).c
    board_id = connection.execute(select(boards.id).where(boards.board == board)).scalar_one()
    listing = put(Listing, board_id=board_id, source="lever", board=board, native_id=public_id, url=row["url"],
                  title=row["title"], description=description, first_seen_at=now, last_seen_at=NOW,
                  closed_at=row.get("closed_at"))  # fmt: skip
    key = put(Posting, public_id=public_id, primary_listing_id=listing, **row)
    put(Link, listing_id=listing, posting_id=key, reason=database.FOUNDED, linked_at=now)
    for number, place in enumerate(row.get("locations", [])):
        put(PostingPlace, posting_id=key, number=number, city=search.fold(place.get("city") or ""),
            country=place.get("country") or "")  # fmt: skip
    for skill in skills:
        put(PostingSkill, posting_id=key, skill=skill)
    title, company, text = search.token_strings(row["title"], row["company"], description)
    database.write_texts(connection, [{"posting_id": key, "title": title, "company": company, "text": text}])
    for event in events:
        put(PostingEvent, posting_id=key, **event)
    return key


def of_all_kinds(number: int) -> dict[str, Any]:
    """The fields of the numbered posting of a small market; a fifth is closed."""
    country, second = COUNTRIES[number % 6], COUNTRIES[(number * 5 + 1) % 6]
    codes = list(dict.fromkeys(code for code in (country, second if number % 3 == 0 else "") if code))
    return {
        "title": f"{ROLES[number % 19].replace('-', ' ')} {WORDS[number % 4]}",
        "role": ROLES[number % 19],
        "seniority": SENIORITIES[(number * 7) % 9],
        "workplace": WORKPLACES[(number * 3) % 4],
        "locations": [{"city": None, "region": None, "country": code} for code in codes],
        "description": f"Work on {WORDS[number % 4]} and {WORDS[(number * 3) % 4]}.",
        "closed_at": NOW - timedelta(days=1) if number % 5 == 0 else None,
        "first_seen_at": NOW - timedelta(hours=number),
        "skills": ["python", "pytorch"] if number % 2 else [],
    }
