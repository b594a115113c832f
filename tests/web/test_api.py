"""The JSON at its first addresses, which goes on working."""

from urllib.parse import quote

import pytest

PUBLIC = {
    "id", "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "locations",
    "remote_scope", "salary", "visa_sponsorship", "language", "posted_at", "posted_at_quality", "first_seen_at",
    "last_seen_at", "closed_at", "url", "apply_url", "listings", "description", "evidence",
}  # fmt: skip


def test_postings_have_the_documented_fields(client, market):
    posting = client.get("/api/postings?limit=1").json()["postings"][0]
    assert set(posting) >= PUBLIC
    assert client.get("/api/postings/" + posting["id"]).json() == posting | {"history": []}
    assert posting["posted_at"] == "2026-11-20T12:00:00+00:00"


def test_paging_by_next_covers_everything_once(client, market):
    seen, href = [], "/api/postings?limit=48&q=" + quote("is:open")
    while href:
        found = client.get(href).json()
        assert found["total"] == 104
        seen += [one["id"] for one in found["postings"]]
        href = found["next"]
    assert len(seen) == len(set(seen)) == 104


def test_closed_ones_are_included_unless_the_query_says_otherwise(client, market):
    assert client.get("/api/postings").json()["total"] == market


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("colour=red", "colour"), ("q=a&q=b", "q"), ("limit=201", "limit"), ("limit=0", "limit"), ("limit=x", "limit"),
        ("offset=-1", "offset"), ("offset=99999999999999999999", "offset"), ("sort=evil", "sort"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(client, market, asked, named):
    response = client.get("/api/postings?" + asked)
    assert response.status_code == 400
    assert named in response.json()["error"]["message"]


def test_one_posting_takes_no_parameters(client, market):
    assert client.get("/api/postings/p001?fields=title").status_code == 400


def test_bad_query_says_where(client, market):
    error = client.get("/api/postings", params={"q": "agents roel:x"})
    assert error.status_code == 400
    assert error.json()["error"]["position"] == 7
    assert "did you mean role:" in error.json()["error"]["message"]


def test_unknown_posting_and_path_are_json_too(client, market):
    for path in ("/api/postings/nosuch", "/api/nosuch"):
        response = client.get(path)
        assert response.status_code == 404
        assert response.json()["error"]["message"]
    assert client.delete("/api/postings/p001").status_code == 405


def test_schema_is_served_without_a_page_that_loads_from_elsewhere(client):
    for address in ("/api/v1/openapi.json", "/api/openapi.json"):
        assert "/api/v1/postings" in client.get(address).json()["paths"]
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_these_addresses_say_that_they_have_a_successor(client, market):
    for path in ("/api/postings", "/api/postings/p001", "/api/searches/test?q=agents", "/api/postings/p001/why?q=a"):
        answer = client.get(path)
        assert answer.headers["deprecation"].startswith("@")
        assert answer.headers["link"] == '</api/v1/openapi.json>; rel="successor-version"'
