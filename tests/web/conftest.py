"""A site over a real database, filled through the models."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, insert

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
)  # fmt: skip
from settings import Settings
from web.app import create_app

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COUNTRIES = ("US", "DE", "GB", "FR", "", "IN")
WORKPLACES = ("remote", "hybrid", "onsite", None)
WORDS = ("agents", "retrieval", "kernels", "vision")

Add = Callable[..., int]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database.open_engine(database_url)
    database.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def add(engine: Engine) -> Add:
    """Store one posting with its listing, text, places and skills; returns its key."""

    def add_posting(public_id: str, **given: Any) -> int:
        with database.transaction(engine) as connection:
            return _insert(connection, public_id, given)

    return add_posting


def _insert(connection: Any, public_id: str, given: dict[str, Any]) -> int:
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
    board_id = connection.execute(database.select(boards.id).where(boards.board == board)).scalar_one()
    listing = put(Listing, board_id=board_id, source="lever", board=board, native_id=public_id, url=row["url"],
                  title=row["title"], description=description, first_seen_at=now, last_seen_at=NOW,
                  closed_at=row.get("closed_at"))  # fmt: skip
    key = put(Posting, public_id=public_id, primary_listing_id=listing, **row)
    put(Link, listing_id=listing, posting_id=key, reason="first", linked_at=now)
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


@pytest.fixture
def market(engine: Engine) -> int:
    """130 postings of all kinds; a fifth is closed. Returns how many."""
    with database.transaction(engine) as connection:
        for number in range(130):
            _insert(connection, f"p{number:03}", _of_all_kinds(number))
    return 130


def _of_all_kinds(number: int) -> dict[str, Any]:
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


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    app = create_app(settings, engine, clock=lambda: NOW)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def address(engine: Engine, settings: Settings) -> Iterator[str]:
    """The site served on this machine; its address."""
    app = create_app(settings, engine, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()
