"""Health for people and for machines."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

import database
from models import Board, Delivery, PendingMatch, PostingEvent, Subscriber
from settings import Settings
from tests.web.page import page
from tests.web.sample import NOW
from web.app import create_app


def put(engine, model, **values) -> int:
    row = model(**values).model_dump(exclude={"id"} if values.get("id") is None else set())
    with database.transaction(engine) as connection:
        return connection.execute(insert(database.table_of(model)).values(row)).inserted_primary_key[0]


def test_boards_are_shown_with_verdict_reason_and_open_postings(client, engine, add):
    add("a")
    add("b", closed_at=NOW)
    with database.transaction(engine) as connection:
        connection.execute(update(database.table_of(Board)).values(last_verdict="ok", last_ok_at=NOW))
    put(engine, Board, source="ashby", board="<b>evil", last_verdict="blocked", last_reason="403: ask the <i>owner",
        last_crawl_at=NOW - timedelta(hours=2), failures=4)  # fmt: skip
    put(engine, Board, source="ashby", board="resting", state="paused")
    found = page(client, "/health")
    blocked, well, paused = found.all("tbody tr")
    assert "blocked 4 times in a row" in blocked.text
    assert blocked.one(".reason").text == "403: ask the <i>owner"
    assert "2 hours ago" in blocked.text
    assert "<b>evil" in blocked.text
    assert well.all("td")[-1].text == "1"
    assert "paused" in paused.text


def test_queue_is_counted(client, engine, add):
    key = add("a")
    event = put(engine, PostingEvent, posting_id=key, kind="opened", at=NOW)
    put(engine, PendingMatch, event_id=event)
    person = put(engine, Subscriber, public_id="s", name="Ann", created_at=NOW)
    for channel, state, due_at in (("email", "pending", NOW), ("telegram", "failed", NOW),
                                   ("sms", "pending", NOW + timedelta(hours=1)),
                                   ("pager", "uncertain", NOW)):  # fmt: skip
        put(engine, Delivery, subscriber_id=person, channel=channel, event_id=event, posting_id=key, cadence="instant",
            state=state, created_at=NOW, due_at=due_at)  # fmt: skip
    figures = {one.one("dt").text: one.one("dd").text for one in page(client, "/health").all(".figures div")}
    assert figures == {"Open postings": "1", "Events to match": "1", "Deliveries due": "1",
                       "Waiting for their time": "1", "Failed": "1", "Uncertain": "1"}  # fmt: skip


def test_channels_say_whether_they_are_on(engine):
    settings = Settings.model_validate({"telegram": {"token": "not-a-token-of-telegram"}})
    text = TestClient(create_app(settings, engine)).get("/health").text
    assert "Telegram: " in text
    assert "Email: off" in text
    assert "not-a-token-of-telegram" not in text


def test_process_is_up(client):
    assert client.get("/healthz").text == "ok\n"
    assert client.head("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("late", "state", "status"),
    [
        (timedelta(minutes=-5), "active", 200),
        (timedelta(minutes=179), "active", 200),
        (timedelta(minutes=181), "active", 503),
        (timedelta(minutes=181), "paused", 200),
    ],
)
def test_not_ready_when_a_board_is_late_by_more_than_three_intervals(client, engine, late, state, status):
    put(engine, Board, source="lever", board="acme", due_at=NOW - late, state=state)
    assert client.get("/readyz").status_code == status
    assert ("late" in page(client, "/health").one("tbody").text) == (status == 503)


def test_not_ready_and_clear_pages_without_a_database(tmp_path, settings):
    engine = database.open_engine(f"sqlite:///{tmp_path / 'x.db'}")  # no tables: every query fails
    client = TestClient(create_app(settings, engine))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    for path in ("/", "/postings/a", "/health", "/api/postings"):
        response = client.get(path)
        assert response.status_code == 503
        assert "does not answer" in response.text
        for inside in ("Traceback", "sqlite", "no such table", "SELECT", "posting."):
            assert inside not in response.text
