"""A site over a real database, filled through the models."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

import database
from settings import Settings
from tests.web.sample import NOW, insert_posting, of_all_kinds
from web.app import create_app, server

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
            return insert_posting(connection, public_id, given)

    return add_posting


@pytest.fixture
def market(engine: Engine) -> int:
    """130 postings of all kinds; a fifth is closed. Returns how many."""
    with database.transaction(engine) as connection:
        for number in range(130):
            insert_posting(connection, f"p{number:03}", of_all_kinds(number))
    return 130


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate({"web": {"port": 0}})


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    app = create_app(settings, engine, clock=lambda: NOW)
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def address(engine: Engine, settings: Settings) -> Iterator[str]:
    """The site served on this machine; its address."""
    site = server(settings, create_app(settings, engine, clock=lambda: NOW))
    thread = threading.Thread(target=site.run)
    thread.start()
    while not site.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{site.servers[0].sockets[0].getsockname()[1]}"
    site.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--disable-dev-shm-usage"])
        yield browser
        browser.close()
