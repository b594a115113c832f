"""A site over a real database, filled through the models."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

import database
from settings import Settings
from tests.web.sample import NOW, insert_posting, of_all_kinds
from web.app import create_app, server

Add = Callable[..., int]
MARKET = 130
PATIENT = 60.0  # seconds for a page: what is tested is what it says, on a busy machine too


@pytest.fixture(scope="session")
def market_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the `market` in it, for tests to copy: filling it takes far longer than what they do."""
    path = tmp_path_factory.mktemp("market") / "market.db"
    shutil.copy(migrated_sqlite, path)
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def market_postgres(migrated_postgres: str, postgres_url: str) -> str:
    """The name of such a database on the private server."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE market TEMPLATE "{migrated_postgres}"')
    fill(postgres_url.rpartition("/")[0] + "/market")
    return "market"


def fill(url: str) -> None:
    engine = database.open_engine(url)
    with database.transaction(engine) as connection:
        for number in range(MARKET):
            insert_posting(connection, f"p{number:03}", of_all_kinds(number))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, copied: Callable[[str, str], str]) -> str:
    """URL of a database of this test alone, once for each engine; the market is in it where the test asks for that."""
    return copied(request.param, "market" if "market" in request.fixturenames else "migrated")


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
            return insert_posting(connection, public_id, given)

    return add_posting


@pytest.fixture
def market(database_url: str) -> int:
    """130 postings of all kinds are stored; a fifth is closed. Returns how many."""
    return MARKET


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate({"web": {"port": 0}})


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    app = create_app(settings, engine, PATIENT, clock=lambda: NOW)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def address(engine: Engine, settings: Settings) -> Iterator[str]:
    """The site served on this machine; its address."""
    site = server(settings, create_app(settings, engine, PATIENT, clock=lambda: NOW))
    thread = threading.Thread(target=site.run)
    thread.start()
    while not site.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{site.servers[0].sockets[0].getsockname()[1]}"
    site.should_exit = True
    thread.join()


@pytest.fixture(scope="module")  # no longer: its loop runs on, and no test of another module may find it running
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()
