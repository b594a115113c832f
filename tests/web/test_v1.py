"""The REST API: lists to their last page, what is refused and how, what is kept, limits, and who is let in."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from alerts import keys
from database import transaction
from models import Reuse, SourceTerms
from settings import Settings
from tests.web.sample import NOW, insert_posting
from web.app import create_app
from web.v1.limits import CLIENTS, SECONDS, Limiter, client_of


def problem(response, status: int, kind: str) -> dict:
    """The problem that a response tells, which must be of this kind."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    told = response.json()
    assert told["type"].endswith(f"/docs/api.md#{kind}")
    assert (told["status"], bool(told["title"]), bool(told["detail"])) == (status, True, True)
    return told


def pages(client, href, name="postings"):
    """What a list holds, page by page."""
    while href:
        found = client.get(href).json()
        yield found[name]
        href = found["next"]


# --- lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["posted", "first-seen", "salary", "company"])
def test_a_list_is_read_to_its_end_once(client, market, sort):
    found = [one["id"] for page in pages(client, f"/api/v1/postings?limit=40&sort={sort}&q=is:open") for one in page]
    assert len(found) == len(set(found)) == 104


def test_meta_repeats_the_question_as_it_was_understood(client, market):
    found = client.get("/api/v1/postings", params={"q": "agents  AND role:ml-engineer", "limit": 1}).json()
    assert found["meta"] == {
        "query": "agents role:ml-engineer", "parsed": {"and": [{"word": "agents"}, {"role": ["ml-engineer"]}]},
        "sort": "posted", "limit": 1, "total": found["meta"]["total"],
    }  # fmt: skip
    assert client.get("/api/v1/postings", params={"limit": 1}).json()["meta"]["total"] == market
    following = client.get("/api/v1/postings?limit=1")
    assert following.headers["link"] == f'<{following.json()["next"]}>; rel="next"'
    assert client.get(following.json()["next"]).json()["meta"]["total"] is None


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_nothing_is_shown_twice_or_skipped_while_rows_are_added(client, engine):
    """Whatever comes in between two pages, wherever it stands in the order."""
    made, employers = 0, set()

    def put(connection, hours: int) -> str:
        nonlocal made
        made += 1
        employers.add(f"c{hours % 5}")
        facts = {
            "first_seen_at": NOW - timedelta(hours=hours),
            "company": f"C{hours % 5}",
            "company_key": f"c{hours % 5}",
        }
        insert_posting(connection, f"row{made}", {**facts, "salary_annual_max": (hours % 3) * 1e5 or None})
        return f"row{made}"

    @with_settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.lists(st.integers(0, 40), max_size=6),
           st.integers(1, 4), st.sampled_from(["posted", "first-seen", "salary", "company"]))  # fmt: skip
    def hold(before, meanwhile, limit, sort):
        with transaction(engine) as connection:
            known = {put(connection, hours) for hours in before}
        seen, coming = [], iter(meanwhile)
        for page in pages(client, f"/api/v1/postings?limit={limit * 3}&sort={sort}"):
            seen += [one["id"] for one in page]
            with transaction(engine) as connection:
                _added = [put(connection, hours) for hours, _ in zip(coming, range(2), strict=False)]
        assert len(seen) == len(set(seen))
        assert known <= set(seen)

    hold()
    listed = [one["key"] for page in pages(client, "/api/v1/employers?limit=2", "employers") for one in page]
    assert listed == sorted(employers)


def test_facets_and_employers_count_what_matches(client, market):
    found = client.get("/api/v1/facets", params={"q": "is:open", "fields": "role,country"}).json()
    assert found["meta"]["fields"] == ["role", "country"] == list(found["facets"])
    roles = {one["value"]: one["count"] for one in found["facets"]["role"]}
    assert sum(roles.values()) == 104
    listed = client.get("/api/v1/postings", params={"q": "is:open role:ml-engineer"}).json()["meta"]["total"]
    assert roles["ml-engineer"] == listed
    (acme,) = client.get("/api/v1/employers").json()["employers"]
    assert (acme["key"], acme["open"]) == ("acme", 104)
    assert client.get(acme["postings"]).json()["meta"]["total"] == 104
    one = client.get("/api/v1/employers/acme").json()
    assert (one["open"], one["closed"]) == (104, 26)
    assert {row["value"]: row["count"] for row in one["role"]} == roles
    problem(client.get("/api/v1/employers/nosuch"), 404, "not-found")
    problem(client.get("/api/v1/employers/a%00b"), 404, "not-found")
    problem(client.get("/api/v1/employers?after=a%00b"), 404, "no-such-page")
    assert client.get("/api/v1/stats/missing?skills=a%00b").status_code == 200


def test_one_posting_and_why(client, market):
    posting = client.get("/api/v1/postings/p001").json()
    assert (posting["id"], posting["history"]) == ("p001", [])
    assert client.get("/api/v1/postings/p001/why", params={"q": "role:ml-engineer"}).json()["is_match"]
    problem(client.get("/api/v1/postings/nosuch"), 404, "not-found")
    problem(client.get("/api/v1/postings/p001/why"), 400, "bad-parameter")


def test_ads_that_are_kept_private_are_nowhere(client, engine, add):
    add("open1", title="Rag Engineer", board="other")
    add("hidden", title="Rag Engineer", company="Hidden", company_key="hidden")
    with transaction(engine) as connection:
        connection.execute(SourceTerms.__table__.insert().values(name="lever", attribution="", reuse=Reuse.PRIVATE))
    for path in ("/api/v1/postings", "/api/v1/postings?q=rag"):
        found = client.get(path).json()
        assert (found["postings"], found["meta"]["total"]) == ([], 0)
    assert client.get("/api/v1/employers").json()["employers"] == []
    assert client.get("/api/v1/facets?fields=company").json()["facets"] == {"company": []}
    for path in ("postings/hidden", "postings/hidden/why?q=rag", "employers/hidden"):
        problem(client.get(f"/api/v1/{path}"), 404, "not-found")
    assert client.get("/api/v1/backtest?q=rag").json()["samples"] == []


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "kind", "named"),
    [
        ("postings?colour=red", "bad-parameter", "colour"), ("postings?q=a&q=b", "bad-parameter", "q"),
        ("postings?limit=201", "bad-parameter", "limit"), ("postings?limit=x", "bad-parameter", "limit"),
        ("postings?sort=evil", "bad-parameter", "sort"), ("postings?offset=5", "bad-parameter", "offset"),
        ("postings/p001?fields=title", "bad-parameter", "fields"), ("facets?fields=colour", "bad-parameter", "fields"),
        ("employers?q=roel:x", "bad-query", "role:"), ("facets?q=(", "bad-query", "never closed"),
        ("backtest?q=is:open", "bad-query", "nearly everything"), ("backtest", "bad-parameter", "q"),
        ("postings?after=nonsense", "no-such-page", "next"), ("nosuch", "not-found", "no such page"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_used_is_refused_by_name(client, market, asked, kind, named):
    told = problem(client.get(f"/api/v1/{asked}"), 404 if kind in ("no-such-page", "not-found") else 400, kind)
    assert named in told["detail"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_query_says_where_and_a_wrong_method_what_may_be(client, market):
    told = problem(client.get("/api/v1/postings", params={"q": "agents roel:x"}), 400, "bad-query")
    assert (told["position"], told["length"]) == (7, 5)
    assert told["shown"].endswith("agents roel:x\n         ^^^^^")
    cursor = client.get("/api/v1/postings?limit=1").json()["next"].partition("after=")[2]
    problem(client.get(f"/api/v1/postings?sort=salary&after={cursor}"), 404, "no-such-page")
    answer = client.put("/api/v1/searches")
    problem(answer, 405, "not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


# --- what is kept, and for whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_has_an_answer_already_is_told_so(client, market, add):
    first = client.get("/api/v1/postings?limit=2")
    for tag in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        again = client.get("/api/v1/postings?limit=2", headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.head("/api/v1/postings?limit=2").headers["etag"] == first.headers["etag"]
    add("newest", first_seen_at=NOW)
    changed = client.get("/api/v1/postings?limit=2", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_figures_that_are_the_same_are_not_sent_again(engine, add):
    """Though they were counted at another moment, which their basis says."""
    add("p1", role="ml-engineer")
    moments = iter(NOW + timedelta(seconds=number) for number in range(1_000))
    client = TestClient(create_app(Settings(), engine, clock=lambda: next(moments)))
    for path in ("/api/v1/stats/openings?days=7", "/api/v1/stats/pay", "/api/v1/stats/now", "/api/v1/stats"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    add("p2", role="ml-engineer")
    told = client.get("/api/v1/stats/now", headers={"If-None-Match": client.get(path).headers["etag"]})
    assert (told.status_code, told.json()["basis"]["postings"]) == (200, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_asks_too_much_waits(engine, market):
    site = create_app(Settings.model_validate({"api": {"reads_per_minute": 3, "writes_per_minute": 1}}), engine)
    client = TestClient(site)
    for left in (2, 1, 0):
        answer = client.get("/api/v1/postings?limit=1")
        assert answer.headers["ratelimit"].startswith(f'"read";r={left};t=')
        assert answer.headers["ratelimit-policy"] == '"read";q=3;w=60'
    refused = client.get("/api/v1/postings?limit=1", headers={"Authorization": "Bearer rw_made_up"})
    problem(refused, 429, "too-many-requests")
    assert 1 <= int(refused.headers["retry-after"]) <= SECONDS
    assert "default-src" in refused.headers["content-security-policy"]
    assert {client.post("/api/v1/searches").status_code for _ in range(3)} == {401}  # no key is no try
    shown = {"Authorization": "Bearer rw_made_up"}
    assert [client.post("/api/v1/searches", headers=shown).status_code for _ in range(2)] == [401, 429]
    assert client.get("/").status_code == 200  # people are not counted


def test_a_limit_ends_and_remembers_only_so_many():
    now = [0.0]
    limiter = Limiter("read", 2, clock=lambda: now[0])
    assert [limiter.take("a").is_over for _ in range(4)] == [False, False, True, True]
    now[0] += SECONDS
    assert not limiter.take("a").is_over
    for number in range(CLIENTS + 50):
        limiter.take(str(number))
    assert len(limiter._seen) == CLIENTS
    assert Limiter("read", 0).take("a") is None


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("192.0.2.7", 1), "192.0.2.7"), (("2001:db8:1:2:3:4:5:6", 1), "2001:0db8:0001:0002"),
        (("2001:db8:1:2::9", 1), "2001:0db8:0001:0002"), (("testclient", 1), "testclient"), (None, ""),
    ],
)  # fmt: skip
def test_a_client_is_an_address_or_its_network(client, counted):
    assert client_of({"client": client}) == counted


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_elsewhere_may_read_if_the_configuration_says_so_and_never_write(engine, market):
    site = TestClient(create_app(Settings.model_validate({"api": {"origins": ["https://a.example"]}}), engine))
    ours, other = {"Origin": "https://a.example"}, {"Origin": "https://b.example"}
    assert site.get("/api/v1/employers", headers=ours).headers["access-control-allow-origin"] == "https://a.example"
    assert "access-control-allow-origin" not in site.get("/api/v1/employers", headers=other).headers
    assert "access-control-allow-origin" not in site.post("/api/v1/searches", headers=ours).headers
    assert "access-control-allow-origin" not in site.get("/", headers=ours).headers
    wide = TestClient(create_app(Settings.model_validate({"api": {"origins": ["*"]}}), engine))
    assert wide.get("/api/v1/employers", headers=other).headers["access-control-allow-origin"] == "*"
    closed = TestClient(create_app(Settings(), engine))
    assert "access-control-allow-origin" not in closed.get("/api/v1/employers", headers=ours).headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reading_takes_a_key_where_the_configuration_says_so(engine, market):
    site = TestClient(create_app(Settings.model_validate({"api": {"reading": "keys"}}), engine, clock=lambda: NOW))
    with transaction(engine) as connection:
        key, row = keys.add_key(connection, None, "reader", NOW)
    shown = {"Authorization": f"Bearer {key}"}
    for path in ("postings", "postings/p001", "facets", "employers", f"backtest?q={quote('agents')}"):
        problem(site.get(f"/api/v1/{path}"), 401, "no-key")
        assert site.get(f"/api/v1/{path}", headers=shown).status_code == 200
    for path in ("postings", "postings/p001", "postings/p001/why?q=a", "searches/test?q=agents"):
        problem(site.get(f"/api/{path}"), 401, "no-key")  # at their first addresses
        assert site.get(f"/api/{path}", headers=shown).status_code == 200
    problem(site.get("/api/v1/searches", headers=shown), 403, "not-yours")
    with transaction(engine) as connection:
        keys.revoke_key(connection, row["public_id"], NOW)
    problem(site.get("/api/v1/postings", headers=shown), 401, "no-key")
    told = site.get("/api/v1/openapi.json").json()
    assert told["paths"]["/api/v1/postings"]["get"]["security"] == [{"HTTPBearer": []}]
