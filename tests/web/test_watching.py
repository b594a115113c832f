"""Adding boards on the page: for who runs it, after a look; nobody else, and nothing that was not looked into."""

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

import database
from alerts.searches import add_address
from alerts.subscribers import ADDRESS, SUBSCRIBER
from demo.boardserver import BoardServer
from models import Board
from settings import Settings
from tests.web.test_signin import form_of, sign_in

MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
ROW = json.dumps({"source": "ashby", "board": "acme"})


@pytest.fixture
def database_url(copied: Callable[[str, str], str]) -> str:
    """SQLite alone: nothing here depends on the engine."""
    return copied("sqlite", "migrated")


@pytest.fixture
def boards() -> Iterator[BoardServer]:
    with BoardServer(MONDAY) as server:
        yield server


@pytest.fixture
def settings(boards: BoardServer) -> Settings:
    return Settings.model_validate(
        {
            "web": {"port": 0, "public_url": "http://testserver"}, "access": {"mode": "open"},
            "email": {"host": "127.0.0.1", "sender": "rolewire <alerts@rolewire.example>"},
            "network": {"replay": boards.url}, "operator": {"addresses": ["email:boss@example.org"]},
        }
    )  # fmt: skip


def watched(engine) -> list[tuple[str, str]]:
    with database.read(engine) as connection:
        return [tuple(row) for row in connection.execute(select(database.table_of(Board).c["source", "board"]))]


@pytest.fixture
def operator(client, engine):
    """Signed in at an address of the configuration; no trouble was told of yet, which marks who is told."""
    sign_in(client, engine, "Boss@example.org")
    return client


def test_strangers_and_other_people_add_nothing(client, engine):
    assert client.get("/boards/add").headers["location"] == "/signin"
    assert client.post("/boards/add", data={"row": ROW}).status_code in (303, 403)
    sign_in(client, engine)
    assert client.get("/boards/add").status_code == 403
    form = form_of(client, "/searches")
    assert client.post("/boards/add", data={"form": form, "row": ROW}).status_code == 403
    assert client.post("/boards/look", data={"form": form, "urls": "ashby/acme"}).status_code == 403
    assert watched(engine) == []


def test_who_is_an_operator_no_more_adds_nothing(client, engine):
    sign_in(client, engine)
    with database.transaction(engine) as connection:
        connection.execute(update(SUBSCRIBER).values(is_operator=True))  # from before the configuration was changed
    assert client.get("/boards/add").status_code == 403


@pytest.mark.parametrize(("state", "status"), [("active", 200), ("unconfirmed", 403), ("disabled", 403)])
def test_a_chat_of_the_operator_counts_once_it_is_theirs(client, engine, settings, state, status):
    settings.operator.addresses[:] = ["telegram:4003"]
    sign_in(client, engine)
    with database.transaction(engine) as connection:
        person, now = connection.execute(select(SUBSCRIBER.c.id)).scalar(), MONDAY
        add_address(connection, person, "telegram", "4003", now)
        connection.execute(update(ADDRESS).where(ADDRESS.c.channel == "telegram").values(state=state))
    assert client.get("/boards/add").status_code == status


def test_an_operator_looks_and_watches(operator, engine):
    form = form_of(operator, "/boards/add")
    shown = operator.post("/boards/look", data={"form": form, "urls": "greenhouse/northlight"})
    assert "Northlight AI" in shown.text
    assert watched(engine) == []
    row = re.search(r'name="row" value="([^"]+)"', shown.text)
    assert row is not None
    for told in ("added", "known"):
        done = operator.post("/boards/add", data={"form": form, "row": html.unescape(row[1])})
        assert (done.status_code, done.headers["location"]) == (303, f"/boards/add?told={told}")
    assert watched(engine) == [("greenhouse", "northlight")]
    assert "watched already" in operator.get("/boards/add?told=known").text


@pytest.mark.parametrize(
    "row", ["", "{}", "[]", "x" * 5000, '{"source": "nosuch", "board": "a"}', '{"source": "ashby"}']
)
def test_what_was_not_looked_into_is_not_watched(operator, engine, row):
    form = form_of(operator, "/boards/add")
    assert operator.post("/boards/add", data={"form": form, "row": row}).status_code == 400
    assert operator.post("/boards/add", data={"row": ROW}).status_code == 403  # no form of ours
    assert watched(engine) == []


def test_an_address_without_a_board_is_said_to_be(operator, engine):
    form = form_of(operator, "/boards/add")
    for urls, words in (("greenhouse/nosuchboard", "nosuchboard"), ("", "needed")):
        refused = operator.post("/boards/look", data={"form": form, "urls": urls})
        assert (refused.status_code, words in refused.text) == (400, True)
