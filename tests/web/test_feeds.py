"""Feeds of any query and of saved searches, and pages by another ending."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from alerts import mutes
from database import transaction
from models import Reuse, SourceTerms
from settings import Settings
from tests.web.sample import NOW
from tests.web.test_v1 import problem
from tests.web.test_v1_searches import person
from web import feeds
from web.app import create_app
from web.tables import safe_cell

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = 'Rag "Engineer" <b>&amp;</b>\x00\x0b\ufffe ]]> é 🤖'


def entries(response) -> list[ET.Element]:
    """The entries of an Atom feed, which must be well-formed and have what RFC 4287 asks for."""
    assert response.headers["content-type"] == "application/atom+xml"
    root = ET.fromstring(response.content)
    found = root.findall("a:entry", ATOM)
    for element in (root, *found):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"a:{name}", namespaces=ATOM)
    return found


@pytest.fixture
def three(add):
    for number in range(3):
        add(f"p{number}", title="Rag Engineer", first_seen_at=NOW - timedelta(days=number), role="ai-engineer",
            company=f"C{number}", company_key=f"c{number}")  # fmt: skip


def test_a_query_is_an_atom_feed_and_a_json_feed(client, three):
    found = entries(client.get("/api/v1/feed.atom", params={"q": "rag"}))
    assert [one.findtext("a:id", namespaces=ATOM) for one in found] == [
        f"http://testserver/postings/p{n}" for n in range(3)
    ]
    assert found[0].findtext("a:published", namespaces=ATOM) == "2026-11-20T12:00:00Z"
    told = client.get("/api/v1/feed.json", params={"q": "rag"})
    assert told.headers["content-type"] == "application/feed+json"
    feed = told.json()
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "rolewire: rag")
    assert feed["items"][0]["title"] == "Rag Engineer – C0"
    assert feed["items"][0]["external_url"] == "https://jobs.example/p0"
    assert client.get("/api/v1/feed.json?q=rag", headers={"If-None-Match": told.headers["etag"]}).status_code == 304
    problem(client.get("/api/v1/feed.rss"), 400, "bad-parameter")
    problem(client.get("/api/v1/feed.atom?q=roel:x"), 400, "bad-query")
    problem(client.get("/api/v1/feed.atom?after=x"), 404, "no-such-page")


def test_a_feed_leads_on_to_its_end(client, market, monkeypatch):
    monkeypatch.setattr(feeds, "ENTRIES", 50)
    seen, href = [], "/api/v1/feed.json?q=is:open"
    while href:
        feed = client.get(href.removeprefix("http://testserver")).json()
        seen += [one["id"] for one in feed["items"]]
        href = feed.get("next_url", "")
    assert len(seen) == len(set(seen)) == 104


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hostile_words_break_no_feed(client, add):
    add("bad", title=HOSTILE, company=HOSTILE, url="javascript:alert(1)", description=HOSTILE * 400, skills=["a\x01"])
    (one,) = entries(client.get("/api/v1/feed.atom"))
    assert one.findtext("a:title", namespaces=ATOM).startswith('Rag "Engineer" <b>&amp;</b>')
    assert len(one.findtext("a:content", namespaces=ATOM)) < feeds.TEXT + 5
    (item,) = client.get("/api/v1/feed.json").json()["items"]
    assert "external_url" not in item
    assert "javascript:" not in client.get("/api/v1/feed.atom").text


def test_a_saved_searchs_feed_opens_until_it_is_revoked(client, engine, three, add):
    add("closed", title="Rag Engineer", closed_at=NOW)
    key, header = person(engine, "Ada", "ada@example.org")
    at = client.post("/api/v1/searches", headers=header, json={"query": "weekly title:rag", "name": "mine"}).json()[
        "url"
    ]
    opened = client.post(f"{at}/feed", headers=header).json()
    assert client.post(f"{at}/feed", headers=header).json() == opened
    atom, feed = (opened[kind].removeprefix("http://testserver") for kind in ("atom", "json"))
    assert len(entries(client.get(atom))) == 3
    told = client.get(feed)
    assert (told.json()["title"], told.headers["cache-control"]) == ("rolewire: mine", "private, no-cache")
    with transaction(engine) as connection:
        mutes.mute_employer(connection, key, "c1", "C1", NOW)
    assert [one["id"][-2:] for one in client.get(feed).json()["items"]] == ["p0", "p2"]
    other = "y" if atom[-6] == "x" else "x"
    altered = f"{atom[:-6]}{other}.atom"
    for wrong in (altered, atom.replace("/feeds/", "/feeds/x"), "/feeds/x.atom", atom + "x", atom[:-5]):
        problem(client.get(wrong), 404, "not-found")
    problem(client.get(atom + "?q=all"), 400, "bad-parameter")
    assert client.delete(f"{at}/feed", headers=header).status_code == 204
    problem(client.get(atom), 404, "not-found")
    anew = client.post(f"{at}/feed", headers=header).json()
    assert anew != opened
    assert client.get(anew["atom"].removeprefix("http://testserver")).status_code == 200
    client.delete(at, headers=header)
    problem(client.get(anew["atom"].removeprefix("http://testserver")), 404, "not-found")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_may_not_be_passed_on_is_in_no_feed_and_no_table(client, engine, add):
    add("one", title="Rag Engineer", description="The very words.", role="ai-engineer")
    paths = [
        "/api/v1/feed.atom",
        "/api/v1/feed.json",
        *(f"/postings.{kind}" for kind in ("json", "csv", "ndjson", "atom", "feed")),
    ]
    for reuse, is_told in [(Reuse.LINK_ONLY, True), (Reuse.PRIVATE, False)]:
        with transaction(engine) as connection:
            connection.execute(delete(SourceTerms))
            connection.execute(
                SourceTerms.__table__.insert().values(name="lever", attribution="Via Lever", reuse=reuse)
            )
        for path in paths:
            text = client.get(path).text
            assert ("Rag Engineer" in text, "The very words" in text) == (is_told, False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_is_a_table_by_its_ending(client, market):
    shown = client.get("/postings.json?q=agents").json()
    assert shown["meta"]["query"] == "agents is:open -role:other"
    listed = client.get("/postings.ndjson?q=agents")
    rows = [json.loads(line) for line in listed.text.splitlines()]
    assert listed.headers["content-type"].startswith("application/x-ndjson")
    assert [row["id"] for row in rows] == [one["id"] for one in shown["postings"]]
    table = client.get("/postings.csv?is=any&roles=any")
    assert table.headers["content-disposition"] == 'attachment; filename="postings.csv"'
    found = list(csv.DictReader(io.StringIO(table.text)))
    assert len({row["id"] for row in found}) == len(found) == market  # more than a page
    assert len(entries(client.get("/postings.atom?q=agents&sort=company"))) == len(rows)
    assert len(client.get("/postings.feed?q=agents").json()["items"]) == len(rows)
    assert client.get("/postings/p001.json").json()["id"] == "p001"
    assert client.get("/employers/acme.json").json() == client.get("/api/v1/employers/acme").json()
    following = client.get("/postings.json?is=any&roles=any").json()
    assert len(client.get(following["next"]).json()["postings"]) == market - 80


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/postings.xls", 404, "not-found"), ("/postings/no.json", 404, "not-found"),
        ("/employers/no.json", 404, "not-found"),
        ("/postings.csv?colour=red", 400, "bad-parameter"), ("/postings/p001.json?a=b", 400, "bad-parameter"),
        ("/postings.csv?q=roel:x", 400, "bad-query"), ("/postings.json?after=x", 404, "no-such-page"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_table_cannot_be_asked_is_refused(client, market, path, status, kind):
    problem(client.get(path), status, kind)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＠A1"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell([text, "x"]).startswith("'")
    assert (safe_cell("a=1"), safe_cell(-1.5)) == ("a=1", "-1.5")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_where_reading_takes_a_key_only_the_signed_address_opens_without(engine, three):
    site = TestClient(create_app(Settings.model_validate({"api": {"reading": "keys"}}), engine, clock=lambda: NOW))
    for path in ("/api/v1/feed.atom", "/postings.csv", "/postings.json", "/postings/p1.json"):
        problem(site.get(path), 401, "no-key")
    header = person(engine, "Ada", "ada@example.org")[1]
    at = site.post("/api/v1/searches", headers=header, json={"query": "title:rag"}).json()["url"]
    opened = site.post(f"{at}/feed", headers=header).json()["atom"].removeprefix("http://testserver")
    assert len(entries(site.get(opened))) == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_address_of_a_feed_stands_in_no_log(client, engine, caplog, monkeypatch):
    def broken(*_given: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    caplog.set_level("DEBUG")
    monkeypatch.setattr("alerts.feeds.search_of", broken)
    assert client.get("/feeds/very-secret-token.atom").status_code == 503
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert any("/feeds/…" in record.getMessage() for record in ours)
    assert not any("very-secret-token" in record.getMessage() for record in ours)
