"""Health for people and for machines."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select, update

import database
from alerts.notices import lasting
from condition import State
from locks import LEADER, Lock
from models import Board, Delivery, Part, PendingMatch, PostingEvent, Subscriber
from pulse import AGAIN, Pulse, of
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
    blocked, well, paused = found.all("tbody.listed tr")
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


def test_parts_say_how_they_are_and_nothing_of_the_inside(engine):
    settings = Settings.model_validate({"telegram": {"token": "not-a-token-of-telegram"}})
    found = page(TestClient(create_app(settings, engine)), "/health")
    told = {one.one("th").text: one.all("td")[0].text for one in found.all("tbody.parts tr")}
    assert told["Channel telegram"].startswith("off misconfigured")
    assert told["Channel email"] == "off not configured"
    assert "no daemon runs" in told["Daemon"]
    assert "not-a-token-of-telegram" not in found.text


def test_where_no_daemon_is_meant_to_run_the_page_says_so(engine):
    told = TestClient(create_app(Settings(), engine, stand_in="The demo has no daemon.")).get("/health").text
    assert "The demo has no daemon." in told
    assert "no daemon runs" not in told


def test_process_is_up(client):
    assert client.get("/healthz").text == "ok\n"
    assert client.head("/healthz").status_code == 200


@pytest.fixture
def leading(engine):
    """A daemon that leads, and said a moment ago that all is well."""
    with Lock(engine, LEADER, "run") as lock:
        assert lock.acquire()
        pulse = Pulse(engine)
        for name in ("planner", "dispatch", "outbox"):
            pulse.turn(name)
        pulse.sources += [of(name, lambda: ("", None)) for name in ("crawl worker", "web page")]
        pulse.beat()
        yield pulse


@pytest.fixture
def now_client(engine, settings):
    return TestClient(create_app(settings, engine))


@pytest.mark.parametrize(
    ("late", "state", "status"),
    [
        (timedelta(minutes=-5), "active", 200),
        (timedelta(minutes=179), "active", 200),
        (timedelta(minutes=181), "active", 503),
        (timedelta(minutes=181), "paused", 200),
    ],
)
def test_not_ready_when_a_board_is_late_by_more_than_three_intervals(now_client, engine, leading, late, state, status):
    now = datetime.now(UTC)
    put(engine, Board, source="lever", board="acme", due_at=now - late, state=state, last_verdict="ok")
    told = now_client.get("/readyz")
    assert (told.status_code, "boards: waiting: crawls are late" in told.text) == (status, status == 503)
    assert ("late" in page(now_client, "/health").one("tbody.listed").text) == (status == 503)


def test_a_part_that_waits_is_told_everywhere_in_the_same_words(now_client, engine, leading):
    leading.sources.append(of("channel email", lambda: ("connection refused", datetime.now(UTC))))
    now_client.app.state.site.condition.channels["email"] = (State.WELL, "")
    leading.turn("dispatch").failed = "the database refuses: disk full"
    leading.beat()
    told = now_client.get("/readyz")
    assert told.status_code == 503
    assert told.text.splitlines() == [
        "dispatch: waiting: the database refuses: disk full", "channel email: waiting: connection refused",
    ]  # fmt: skip
    rows = {one.one("th").text: one.text for one in page(now_client, "/health").all("tbody.parts tr")}
    assert "connection refused" in rows["Channel email"]
    metrics = now_client.get("/metrics").text
    assert 'rolewire_part_well{part="dispatch"} 0.0' in metrics
    assert 'rolewire_part_well{part="outbox"} 1.0' in metrics
    leading.turn("dispatch").failed = ""
    leading.beat()
    assert "dispatch" not in now_client.get("/readyz").text


def test_a_stranger_is_told_that_a_part_waits_and_not_of_which_host(engine, leading):
    settings = Settings.model_validate({"web": {"port": 0, "public_url": "https://jobs.brine.dev"}})
    app = create_app(settings, engine)
    leading.turn("outbox").failed = "connection to 10.1.2.3 refused"
    leading.beat()
    for client, headers, is_told in (
        ("203.0.113.9", {}, False), ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False), ("127.0.0.1", {}, True),
    ):  # fmt: skip
        asking = TestClient(app, client=(client, 50000), headers=headers)
        for path in ("/readyz", "/health"):
            told = asking.get(path).text
            assert ("10.1.2.3" in told) is is_told
            assert "waiting" in told


def test_trouble_that_lasts_is_told_to_the_operator_in_the_same_words_and_ends(engine, leading):
    leading.turn("dispatch").failed = "no luck"
    leading.beat()
    leading.clock = lambda: datetime.now(UTC) + timedelta(minutes=3)
    leading.beat()
    with database.read(engine) as connection:
        (row,) = lasting(connection)
    assert (row["key"], "no luck" in row["text"]) == ("part:dispatch", True)
    leading.turn("dispatch").failed = ""
    leading.beat()
    with database.read(engine) as connection:
        assert lasting(connection) == []


def test_a_pulse_that_has_not_changed_is_written_now_and_then(engine, leading):
    def seen():
        with database.read(engine) as connection:
            return connection.execute(select(database.table_of(Part).c.seen_at)).scalars().first()

    first, later = seen(), datetime.now(UTC) + AGAIN / 2
    leading.clock = lambda: later
    leading.beat()
    assert seen() == first
    leading.clock = lambda: later + AGAIN
    leading.beat()
    assert seen() == later + AGAIN


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
