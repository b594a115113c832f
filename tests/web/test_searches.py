"""Trying a search and asking why, as pages and as JSON."""

from datetime import timedelta

import pytest

from tests.web.page import Page
from tests.web.sample import NOW


@pytest.fixture
def three(add):
    for number, level in enumerate(("senior", "senior", "staff")):
        add(f"p{number}", title="AI Agent Engineer", seniority=level, first_seen_at=NOW - timedelta(days=3))


def test_a_search_is_tried(client, three):
    found = client.get("/api/searches/test", params={"q": "weekly title:agent seniority:senior"}).json()
    assert (found["total"], found["weeks"], found["warning"], found["cadence"]) == (2, [2, 0, 0, 0, 0], "", "weekly")
    assert found["query"] == "title:agent seniority:senior"
    assert found["parsed"] == {"and": [{"title": ["agent"]}, {"seniority": ["senior"]}]}
    assert {one["id"] for one in found["samples"]} == {"p0", "p1"}
    page = Page(client.get("/save", params={"q": "title:agent seniority:senior"}).text)
    assert page.one("p[role=status]").text.startswith("In the last 30 days it would have sent 2: 2 in the last 7 days")
    assert [one.text for one in page.all(".samples li a")] == ["AI Agent Engineer"] * 2
    assert "2 postings open now." in page.text


def test_what_keeps_all_out_is_named(client, three):
    page = Page(client.get("/save", params={"q": "title:agent country:FR"}).text)
    wider = page.one(".variants li a")
    assert (wider.text, wider["href"]) == ("without country:FR", "/save?q=title%3Aagent")
    assert client.get("/api/searches/test", params={"q": "title:agent country:FR"}).json()["wider"][0]["total"] == 3
    page = Page(client.get("/save", params={"q": "country:FR is:open"}).text)
    assert page.all(".variants li a") == []
    assert page.one(".variants li").text == "without country:FR: 3 in 30 days"


def test_why_and_why_not(client, three):
    found = client.get("/api/postings/p2/why", params={"q": "title:agent seniority:senior"}).json()
    assert not found["is_match"]
    assert found["failing"]["text"] == "seniority: staff, asked for: senior"
    page = Page(client.get("/postings/p2/why", params={"q": "title:agent seniority:senior"}).text)
    assert page.one("p[role=status]").text.startswith("It does not match.")
    assert [one.text for one in page.all("ul.why li")] == [
        "✗ seniority:senior: seniority: staff, asked for: senior", "✓ title:agent: title has “agent”",
    ]  # fmt: skip
    assert "It matches." in client.get("/postings/p1/why", params={"q": "agent"}).text


@pytest.mark.parametrize("path", ["/save", "/postings/p1/why"])
def test_a_page_without_a_query_asks_for_one(client, three, path):
    page = Page(client.get(path).text)
    assert page.one("search form")["action"] == path


@pytest.mark.parametrize("path", ["/save", "/postings/p1/why", "/api/searches/test", "/api/postings/p1/why"])
def test_a_bad_query_is_refused_with_its_place(client, three, path):
    response = client.get(path, params={"q": "agents roel:<b>"})
    assert response.status_code == 400
    assert "did you mean role:" in response.text
    assert "<b>" not in response.text or path.startswith("/api/")


def test_an_unfiltered_search_is_refused(client, three):
    for path in ("/save", "/api/searches/test"):
        response = client.get(path, params={"q": "is:open"})
        assert (response.status_code, "nearly everything" in response.text) == (400, True)
    assert client.get("/api/searches/test").status_code == 400
    assert client.get("/api/searches/test?q=a&q=b").status_code == 400
    for path in ("/postings/nosuch/why?q=a", "/api/postings/nosuch/why?q=a"):
        assert client.get(path).status_code == 404
