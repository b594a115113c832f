"""Saved searches by the API, for who shows a key; and the page of documentation, run as it stands."""

import json
import re
import shlex
from pathlib import Path

import pytest

from alerts import keys, searches
from alerts.erase import erase
from alerts.holdings import holdings
from database import read, table_of, transaction
from models import ApiKey, SavedSearch, SearchFeed
from tests.web.sample import NOW
from tests.web.test_v1 import problem

DOCUMENTATION = Path(__file__).parent.parent.parent / "docs" / "api.md"
QUERY = "role:ml-engineer agents"


def person(engine, name: str, email: str = "") -> tuple[int, dict[str, str]]:
    """Somebody's id, and the header that shows their key."""
    with transaction(engine) as connection:
        key = searches.add_subscriber(connection, name, NOW)
        if email:
            searches.set_address(connection, key, "email", email, NOW)
        return key, {"Authorization": f"Bearer {keys.add_key(connection, key, name, NOW)[0]}"}


@pytest.fixture
def ada(engine) -> dict[str, str]:
    return person(engine, "Ada", "ada@example.org")[1]


def test_a_search_is_saved_changed_paused_and_removed(client, market, ada):
    made = client.post("/api/v1/searches", headers=ada, json={"query": f"weekly {QUERY}", "name": "a\nb\x00c"})
    row = made.json()
    assert (made.status_code, made.headers["location"], row["cadence"]) == (201, row["url"], "weekly")
    assert (row["query"], row["name"], row["channels"]) == (QUERY, "a b c", ["email"])
    assert client.get("/api/v1/searches", headers=ada).json() == {"next": None, "searches": [row]}
    at = row["url"]
    changed = client.patch(at, headers=ada, json={"cadence": "daily", "time_of_day": "07:30", "quiet": None}).json()
    assert changed == row | {"cadence": "daily", "time_of_day": "07:30"}
    assert client.patch(at, headers=ada, json={}).json() == changed
    assert client.post(f"{at}/pause", headers=ada).json()["paused_at"] == "2026-11-20T12:00:00+00:00"
    assert client.post(f"{at}/resume", headers=ada).json() == changed == client.get(at, headers=ada).json()
    assert client.get(f"{at}/test?days=7", headers=ada).json()["days"] == 7
    assert client.delete(at, headers=ada).status_code == 204
    problem(client.delete(at, headers=ada), 404, "not-found")


def test_what_cannot_be_saved_is_refused(client, engine, market, ada):
    row = client.post("/api/v1/searches", headers=ada, json={"query": QUERY}).json()
    again = client.post("/api/v1/searches", headers=ada, json={"query": "agents AND role:ml-engineer"})
    assert problem(again, 409, "conflict")["search"] == row["url"]
    nowhere = client.post("/api/v1/searches", headers=person(engine, "Bea")[1], json={"query": QUERY})
    assert "address" in problem(nowhere, 409, "conflict")["detail"]
    for body, kind in [({"query": "is:open"}, "bad-query"), ({"query": "a", "colour": "red"}, "bad-parameter"),
                       ({"query": "\ud800"}, "bad-parameter"), ({"query": "a", "zone": "Mars/X"}, "bad-parameter"),
                       ({"query": "a", "time_of_day": "24:00"}, "bad-parameter"), ({}, "bad-parameter"),
                       ({"query": "a", "quiet": "07:00-07:00"}, "conflict"), ([], "bad-parameter")]:  # fmt: skip
        text = json.dumps(body)
        answer = client.post("/api/v1/searches", headers=ada | {"Content-Type": "application/json"}, content=text)
        problem(answer, 409 if kind == "conflict" else 400, kind)
    huge = client.post("/api/v1/searches", headers=ada, json={"query": "a", "name": "x" * 70_000})
    problem(huge, 413, "too-large")
    assert len(client.get("/api/v1/searches", headers=ada).json()["searches"]) == 1


def test_nobody_sees_or_changes_another_persons(client, engine, market, ada):
    at = client.post("/api/v1/searches", headers=ada, json={"query": QUERY}).json()["url"]
    bea = person(engine, "Bea", "bea@example.org")[1]
    assert client.get("/api/v1/searches", headers=bea).json()["searches"] == []
    for method, path in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/resume"),
                         ("GET", "/test"), ("POST", "/feed"), ("DELETE", "/feed")]:  # fmt: skip
        body = {"json": {}} if method == "PATCH" else {}
        problem(client.request(method, at + path, headers=bea, **body), 404, "not-found")
        problem(client.request(method, at + path, **body), 401, "no-key")


def test_only_a_whole_key_that_was_not_revoked_opens(client, engine, market):
    _, header = person(engine, "Ada", "ada@example.org")
    key = header["Authorization"].removeprefix("Bearer ")
    assert client.get("/api/v1/searches", headers={"Authorization": f"bearer {key}"}).status_code == 200
    for wrong in (key[:-1], key + "x", key[:-1] + ("A" if key[-1] != "A" else "B"), "rw_", "", "é" * 20):
        shown = client.get("/api/v1/searches", headers={"Authorization": f"Bearer {wrong}".encode()})
        problem(shown, 401, "no-key")
        assert shown.headers["www-authenticate"].startswith("Bearer")
    problem(client.get("/api/v1/searches", headers={"Authorization": f"Basic {key}"}), 401, "no-key")
    with read(engine) as connection:
        (row,) = keys.list_keys(connection)
        stored = connection.execute(table_of(ApiKey).select()).mappings().one()
    assert key.rpartition("_")[2] not in str(dict(stored))
    assert "hash" not in row
    with transaction(engine) as connection:
        keys.revoke_key(connection, row["public_id"], NOW)
    problem(client.get("/api/v1/searches", headers=header), 401, "no-key")


def test_who_is_forgotten_leaves_no_key_and_no_feed(client, engine, market):
    key, header = person(engine, "Ada", "ada@example.org")
    at = client.post("/api/v1/searches", headers=header, json={"query": QUERY}).json()["url"]
    client.post(f"{at}/feed", headers=header)
    with read(engine) as connection:
        held = holdings(connection, key)
    assert [(one["name"], set(one) & {"hash", "nonce", "id"}) for one in held["keys"] + held["feeds"]] == [
        ("Ada", set()), (QUERY, set()),
    ]  # fmt: skip
    erase(engine, key, NOW, is_thorough=False)
    with read(engine) as connection:
        for model in (ApiKey, SearchFeed):
            assert connection.execute(table_of(model).select()).all() == []
    problem(client.get("/api/v1/searches", headers=header), 401, "no-key")


def curls(text: str) -> list[list[str]]:
    """The commands of a page's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [shlex.split(line)[1:] for block in blocks for line in block.splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_documentation_runs_as_it_stands(client, market, ada):
    """Every command of docs/api.md, in its order, with the ids that the ones before gave."""
    commands = curls(DOCUMENTATION.read_text(encoding="utf-8"))
    known = {"POSTING": "p001", "SEARCH": "", "$KEY": ada["Authorization"].removeprefix("Bearer ")}
    assert len(commands) >= 18
    for words in commands:
        method, headers, body, url = "", {}, None, ""
        asked = iter(words)
        for word in asked:
            if word == "-X":
                method = next(asked)
            elif word == "-H":
                name, _, value = next(asked).partition(": ")
                headers[name] = value.replace("$KEY", known["$KEY"])
            elif word == "-d":
                body = next(asked)
            else:
                url = word.removeprefix("http://127.0.0.1:8000")
        for name in ("POSTING", "SEARCH", "$FEED"):
            url = url.replace(name, known.get(name, name))
        answer = client.request(method or ("POST" if body else "GET"), url, headers=headers, content=body)
        assert answer.status_code in (200, 201, 204), (words, answer.text)
        if answer.status_code == 201:
            known["SEARCH"] = answer.json()["id"]


def test_a_search_that_an_upgrade_made_unreadable_says_why(client, engine, market, ada):
    row = client.post("/api/v1/searches", headers=ada, json={"query": QUERY}).json()
    assert row["trouble"] == ""
    with transaction(engine) as connection:
        connection.execute(table_of(SavedSearch).update().values(query="city:Germany"))
    [shown] = client.get("/api/v1/searches", headers=ada).json()["searches"]
    assert shown["trouble"] == "city: does not know 'Germany' — did you mean country:DE?"
