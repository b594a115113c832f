"""What a crawl notes of the pages it read is there for the next one, and only if their postings are stored."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

import boards
from database import open_engine, read, transaction, upgrade
from models import BoardEnd, BoardPage, BoardTask, RawPosting, Verdict
from pipeline.ingest.shell import Ingest
from settings import BoardRow, Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        boards.sync(connection, [BoardRow(source="details", board="acme")])
    yield engine
    engine.dispose()


def task(engine: Engine) -> BoardTask:
    with read(engine) as connection:
        return boards.task(connection, boards.named(connection, ["details/acme"])[0])


def crawl(engine: Engine, ids: str, **end: object) -> BoardTask:
    """Crawl these ids; returns the task of the next crawl."""
    at = task(engine)
    ingest = Ingest(engine, Settings(), lambda: NOW)
    found = [RawPosting("details", "acme", one, f"https://acme.example/{one}", f"Job {one}") for one in ids]
    ingest.take(BoardPage(at, found))
    ingest.take(BoardEnd(at, **{"verdict": Verdict.OK, "seen": set(ids), **end}))
    ingest.executor.shutdown()
    return task(engine)


def test_stamps_and_dates_come_back(engine: Engine) -> None:
    after = crawl(engine, "abc", checked={"a": "monday", "b": ""})
    assert set(after.known) == {"a", "b", "c"}
    assert (after.stamps, after.checked) == ({"a": "monday"}, {"a": NOW, "b": NOW})


def test_the_cursor_comes_back_and_stands_where_nothing_is_said(engine: Engine) -> None:
    assert crawl(engine, "a", cursor={"list": {"start": 1}}).cursor == {"list": {"start": 1}}
    assert crawl(engine, "a", verdict=Verdict.ERROR, reason="x").cursor == {"list": {"start": 1}}
    assert crawl(engine, "a", cursor={}).cursor == {}


def test_a_board_that_is_read_elsewhere_forgets_its_cursor(engine: Engine) -> None:
    crawl(engine, "a", cursor={"list": {"start": 1}})
    with transaction(engine) as connection:
        boards.sync(connection, [BoardRow(source="details", board="acme", url="https://acme.example")])
    assert task(engine).cursor == {}


def test_what_could_not_be_stored_is_read_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SQLAlchemyError("disk full")

    monkeypatch.setattr("pipeline.ingest.shell.store_page", refuse)
    after = crawl(engine, "a", checked={"a": "monday"}, cursor={"list": {"start": 1}})
    assert (after.stamps, after.cursor) == ({}, {})


def test_a_crawl_whose_end_is_lost_goes_on_where_it_began(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SQLAlchemyError("disk full")

    monkeypatch.setattr("pipeline.ingest.ends._update_board", refuse)
    with pytest.raises(SQLAlchemyError):
        crawl(engine, "a", verdict=Verdict.PARTIAL, cursor={"list": {"start": 1}})
    assert task(engine).cursor == {}  # else what this portion saw would be missing at the end of its round


def test_an_unchanged_crawl_writes_nothing_of_details(engine: Engine) -> None:
    crawl(engine, "abc", checked=dict.fromkeys("abc", "monday"))
    written: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: written.append(args[2]))
    crawl(engine, "abc")
    assert not [one for one in written if "checked_at" in one and one.lstrip().upper().startswith("UPDATE")]
    assert not [one for one in written if "cursor" in one and one.lstrip().upper().startswith("UPDATE")]
