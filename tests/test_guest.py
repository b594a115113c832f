"""The database's part of being a good guest: robots.txt kept, and the ledger of requests."""

import json
from datetime import UTC, date, datetime, timedelta

import database
from database import open_engine, read, transaction, upgrade
from spiders.base.ledger import Ledger
from spiders.base.robots import RobotsFile
from worker import KeptRobots

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = date(2026, 5, 4)


def test_a_robots_file_is_read_as_it_was_kept(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    kept = KeptRobots(engine)
    assert kept.load("https://a.example") is None
    for body in ("User-agent: *", "User-agent: * # änders"):
        kept.save("https://a.example", RobotsFile(body, NOW, NOW + timedelta(days=1), '"e"', "yesterday"))
    assert kept.load("https://a.example") == RobotsFile(body, NOW, NOW + timedelta(days=1), '"e"', "yesterday")


def test_a_database_without_the_table_is_no_reason_to_fail(tmp_path) -> None:
    kept = KeptRobots(open_engine(f"sqlite:///{tmp_path / 'empty.db'}", must_exist=False))
    assert kept.load("https://a.example") is None
    kept.save("https://a.example", RobotsFile("", NOW, NOW))


def test_requests_are_added_up_by_host_and_day_and_old_days_are_forgotten(database_url: str) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    ledger = Ledger()
    for status in (200, 304, 403, 0, 503):
        ledger.note("a.example", status, 100)
    ledger.note("a.example", 200, 10, is_robots=True)
    ledger.note("b.example", 200, 5)
    counts = ledger.take()
    assert ledger.take() == {}
    with transaction(engine) as connection:
        database.add_requests(connection, DAY - timedelta(days=40), counts)
        database.add_requests(connection, DAY, counts)
        database.add_requests(connection, DAY, counts)
        database.add_requests(connection, DAY, {})
    with read(engine) as connection:
        first, second = database.requests_by_host(connection, date(2000, 1, 1))
    assert first == {"host": "a.example", "days": 1, "requests": 12, "unchanged": 2, "refused": 2, "failed": 4,
                     "robots": 2, "size": 1020}  # fmt: skip
    assert (second["host"], second["requests"]) == ("b.example", 2)


def test_status_shows_the_ledger(run) -> None:
    engine = open_engine("sqlite:///rolewire.db", must_exist=False)
    upgrade(engine)
    ledger = Ledger()
    ledger.note("a.example", 200, 7)
    with transaction(engine) as connection:
        database.add_requests(connection, datetime.now(UTC).date(), ledger.take())
    assert json.loads(run("status", "--requests").stdout)["requests"] == 1
