"""What sources ask of whoever shows their ads is obeyed: by the page, the API, exports and messages."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

import database
from alerts.digest import _facts
from database import read, transaction, write_terms
from models import BoardEnd, BoardPage, Verdict
from settings import Settings
from spiders import SPIDERS
from tests.pipeline.house import House, raw
from web.app import create_app
from worker import note_terms


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.engine.dispose()


def asked(house: House, reuse: str) -> None:
    with transaction(house.engine) as connection:
        write_terms(connection, [{"name": "jsonld", "attribution": "Source: Copycat", "reuse": reuse}])


def listed(house: House, *boards: str) -> None:
    """A posting on each of these boards; the same one."""
    house.now = house.now.replace(hour=13)
    for name in boards:
        task = house.task(name)
        one = replace(raw(1), source=task.source, board=name, kind="ats" if name == "acme" else "board")
        house.ingest.take(BoardPage(task, [one]))
        house.ingest.take(BoardEnd(house.task(name), Verdict.OK, seen={"1"}))


def shown(house: House, is_passed_on: bool) -> list[dict]:
    with read(house.engine) as connection:
        ids = database.find_postings(connection, None, house.now, sort="first-seen", limit=None)
        return database.posting_json(connection, ids, is_passed_on)


def test_a_source_that_asks_for_nothing_is_passed_on_whole(house: House) -> None:
    listed(house, "acme")
    (posting,) = shown(house, is_passed_on=True)
    assert (posting["attribution"], "agents" in posting["description"]) == ([], True)


def test_a_text_that_may_not_leave_stays_and_its_source_is_named(house: House) -> None:
    asked(house, "link-only")
    listed(house, "copycat")
    (here,), (there,) = shown(house, is_passed_on=False), shown(house, is_passed_on=True)
    assert "agents" in here["description"]
    assert (there["description"], there["attribution"]) == ("", ["Source: Copycat"])
    assert not any(one.get("field") == "description" for one in there["evidence"].values() if isinstance(one, dict))
    assert there["url"]


def test_what_is_private_is_not_passed_on(house: House) -> None:
    asked(house, "private")
    listed(house, "copycat")
    assert (len(shown(house, is_passed_on=False)), shown(house, is_passed_on=True)) == (1, [])


def test_the_employers_own_words_may_leave_though_a_copy_may_not(house: House) -> None:
    asked(house, "private")
    listed(house, "acme", "copycat")
    own = [one for one in shown(house, is_passed_on=True) if one["listings"][0]["source"] == "greenhouse"]
    assert "agents" in own[0]["description"]


def test_a_message_names_the_source(house: House) -> None:
    asked(house, "link-only")
    listed(house, "copycat")
    with read(house.engine) as connection:
        ids = database.find_postings(connection, None, house.now, sort="first-seen", limit=None)
        (posting,) = database.posting_facts(connection, ids).values()
    assert "Source: Copycat" in _facts(posting, house.now)


def test_the_worker_writes_down_what_every_spider_asks(house: House) -> None:
    note_terms(house.engine)
    note_terms(house.engine)
    with read(house.engine) as connection:
        held = database.terms(connection)
    assert held["himalayas"] == ("Source: Himalayas", "link-only")
    assert set(held) == {name for name, one in SPIDERS.items() if one.attribution or one.reuse != "open"}


def test_an_export_obeys(run, tmp_path) -> None:
    house = House("sqlite:///rolewire.db")
    asked(house, "link-only")
    listed(house, "copycat")
    run("export", "all.jsonl")
    row = json.loads((tmp_path / "all.jsonl").read_text())
    assert (row["description"], row["attribution"]) == ("", ["Source: Copycat"])
    assert "agents" in json.loads(run("search", "agents").stdout)["description"]
    house.engine.dispose()


def test_what_is_private_is_not_on_the_page_and_not_counted(house: House) -> None:
    asked(house, "private")
    listed(house, "copycat")
    with read(house.engine) as connection:
        (posting,) = database.posting_json(connection, [1])
    app = create_app(Settings(), house.engine, clock=lambda: house.now)
    with TestClient(app, follow_redirects=False) as client:
        page = client.get("/").text
        assert posting["title"] not in page
        assert client.get(f"/postings/{posting['id']}").status_code == 404
        told = client.get("/api/postings").json()
        assert (told["total"], told["postings"]) == (0, [])
        asked(house, "link-only")
        assert posting["title"] in client.get("/").text
        assert client.get(f"/postings/{posting['id']}").status_code == 200
