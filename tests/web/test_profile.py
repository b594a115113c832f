"""My profile on the page, and `eligible:` by the facts of whoever is signed in, or whose key it is."""

from urllib.parse import urlencode

import pytest

import database
from alerts import searches
from alerts.profiles import profile_of, save_profile
from search.profile import SAYINGS, Profile, said_so
from tests.web.page import Page
from tests.web.sample import NOW
from tests.web.test_mcp import call, client_for, refusal
from tests.web.test_signin import form_of, settings, sign_in  # noqa: F401 - a fixture
from tests.web.test_v1_searches import person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FACTS = "lives: DE\nmay-work: EU\nsponsorship: no"
ASKED = "role:ai-engineer eligible:yes"


@pytest.fixture
def two(add) -> None:
    """An opening that is open to who may work in the EU, and one that is not."""
    add("here", role="ai-engineer", workplace="remote", remote_scope="EU")
    add("there", role="ai-engineer", workplace="remote", remote_scope="US")


def held(engine, own: int = 1) -> dict[str, str]:
    with database.read(engine) as connection:
        return dict((profile_of(connection, own) or Profile()).lines)


def say(client, **said: str):
    return client.post("/profile", data={"form": form_of(client, "/profile"), **said})


def test_a_profile_is_said_changed_and_forgotten(client, engine):
    assert client.get("/profile").headers["location"] == "/signin"
    assert client.post("/profile", data={"role": "ai-engineer"}).status_code == 403
    sign_in(client, engine)
    shown = Page(client.get("/profile").text)
    assert {one["name"] for one in shown.all("form.card input:not([type])")} >= {*SAYINGS}
    assert (shown.all("details.sure"), shown.all(".proposed a")) == ([], [])
    assert Page(client.get("/searches").text).all("main a[href='/profile']")

    said = {"role": "ai engineer", "skill": "RAG, pytorch", "pay": "120k EUR", "lives": "DE", "time-zones": "CET ± 3"}
    assert say(client, **said).headers["location"] == "/profile?told=noted"
    assert say(client, skill="", **{"may-work": "EU"}).status_code == 303  # one is taken back; the others stay
    assert held(engine) == {"role": "ai-engineer", "pay": "120000 EUR", "lives": "DE", "may-work": "EU",
                            "time-zones": "UTC-2..UTC+4"}  # fmt: skip
    shown = Page(client.get("/profile?told=noted").text)
    assert (shown.one(".note").text, shown.one("#say-role")["value"]) == ("Noted.", "ai-engineer")
    again = {one["name"]: one["value"] for one in shown.all("form.card input:not([type])")}
    assert say(client, **again).status_code == 303
    assert Page(client.get("/profile").text).one("#say-time-zones")["value"] == "UTC-2..UTC+4"

    assert client.post("/profile/forget", data={}).status_code == 403
    assert held(engine)
    told = client.post("/profile/forget", data={"form": form_of(client, "/profile")}).headers["location"]
    assert (told, held(engine)) == ("/profile?told=forgotten", {})


def test_what_cannot_be_read_changes_nothing_and_is_told_at_its_place(client, engine):
    sign_in(client, engine)
    say(client, lives="DE")
    bad = say(client, lives="FR", skill="pytorhc", pay="<b>much</b>", colour="red")
    shown = Page(bad.text)
    assert (bad.status_code, held(engine)) == (400, {"lives": "DE"})
    assert [one["name"] for one in shown.all("[aria-invalid]")] == ["skill", "pay"]
    assert [shown.one(f"#say-{name}")["value"] for name in ("lives", "pay")] == ["FR", "<b>much</b>"]
    alert = shown.one("[role=alert]").text
    assert "pytorch" in alert
    assert "colour" in alert
    assert client.post("/profile", data={"form": form_of(client, "/profile"), "role": ["a", "b"]}).status_code == 400


def test_it_proposes_searches_which_are_saved_on_the_page_that_tries_them(client, engine, two):
    sign_in(client, engine)
    say(client, role="ai-engineer", lives="DE", **{"may-work": "EU"})
    links = [one["href"] for one in Page(client.get("/profile").text).all(".proposed a")]
    assert links == ["/save?" + urlencode({"q": "role:ai-engineer -eligible:no"})]
    assert "would have sent 1" in client.get(links[0]).text
    with database.read(engine) as connection:
        assert searches.list_searches(connection, 1) == []
    client.post("/save", data={"form": form_of(client, links[0]), "q": "role:ai-engineer -eligible:no"})
    assert "1 open now" in Page(client.get("/searches").text).one(".search-row").text
    edit = Page(client.get("/searches").text).one(".acts a")["href"]
    assert [one.text for one in Page(client.get(f"{edit}?q={ASKED}").text).all(".two strong")] == ["1", "1"]
    assert "-eligible:no" in client.get("/postings/here").text  # which of one's searches find it
    assert "-eligible:no" not in client.get("/postings/there").text
    told = client.post("/profile/forget", data={"form": form_of(client, "/profile")}).headers["location"]
    assert told == "/profile?told=forgotten-paused"
    assert "are paused" in client.get(told).text


def test_pages_and_files_go_by_the_facts_of_whoever_is_signed_in(client, engine, two):
    for path in ("/", "/postings.json", "/postings.csv", "/postings/here/why", "/trends", "/stats/now.csv"):
        assert (got := client.get(path, params={"q": ASKED})).status_code == 400, path
        assert "goes by your profile" in got.text
    sign_in(client, engine)
    assert client.get("/", params={"q": ASKED}).status_code == 400  # known, but nothing is said
    say(client, lives="DE", **{"may-work": "EU"})
    shown = Page(client.get("/", params={"q": ASKED}).text)
    assert shown.total == 1
    assert any("eligible" in one["href"] for one in shown.all("aside a, form a, nav a, main a") if "q=" in one["href"])
    for path in ("/postings.json", "/api/v1/postings", "/api/postings"):
        assert [one["id"] for one in client.get(path, params={"q": ASKED}).json()["postings"]] == ["here"], path
    assert client.get("/postings.csv", params={"q": ASKED}).text.count("\n") == 2
    assert client.get("/trends", params={"q": ASKED, "roles": "any"}).status_code == 200
    assert client.get("/stats/now.json", params={"q": ASKED}).json()["basis"]["postings"] == 1
    assert "you may work from where you are" in client.get("/postings/here/why", params={"q": ASKED}).text


def test_the_api_goes_by_the_facts_of_the_person_whose_key_it_is(client, engine, two):
    (ada, key), (_bob, other) = person(engine, "Ada", "ada@example.org"), person(engine, "Bob")
    with database.transaction(engine) as connection:
        save_profile(connection, ada, said_so(Profile(), FACTS), NOW)

    def ask(path: str, header: dict[str, str]):
        return client.get(f"/api/v1/{path}", params={"q": ASKED}, headers=header)

    for path in ("postings", "facets", "employers", "backtest", "feed.atom", "postings/here/why", "stats/now"):
        assert ask(path, key).status_code == 200, path
        for stranger in ({}, other, {"Authorization": "Bearer rw_none_ofours"}, {"Authorization": "Basic YTpi"}):
            assert (got := ask(path, stranger)).status_code == 400, path
            assert "goes by your profile" in got.json()["detail"]
    assert [one["id"] for one in ask("postings", key).json()["postings"]] == ["here"]
    assert (ask("employers", key).json()["meta"]["total"], ask("backtest", key).json()["total"]) == (1, 1)
    row = client.post("/api/v1/searches", headers=key, json={"query": ASKED}).json()
    feed = client.post(f"{row['url']}/feed", headers=key).json()["json"]
    read = client.get(feed.removeprefix("http://testserver"))
    assert [one["id"].rpartition("/")[2] for one in read.json()["items"]] == ["here"]


async def test_the_tools_go_by_the_facts_of_whom_they_act_for(engine, two):
    with database.transaction(engine) as connection:
        ada = searches.add_subscriber(connection, "Ada", NOW)
        searches.set_address(connection, ada, "email", "ada@example.org", NOW)
        save_profile(connection, ada, said_so(Profile(), FACTS), NOW)
    async with client_for(engine) as stranger:
        assert "goes by your profile" in await refusal(stranger, "search_postings", query=ASKED)
    async with client_for(engine, ada) as client:
        found = await call(client, "search_postings", query=ASKED)
        assert [one["id"] for one in found["postings"]] == ["here"]
        assert (await call(client, "count_postings", query=ASKED))["meta"]["total"] == 1
        assert (await call(client, "test_search", query=ASKED))["total"] == 1
        assert (await call(client, "market_stats", query=ASKED))["basis"]["postings"] == 1
        assert not (await call(client, "why_posting", posting="there", query=ASKED))["is_match"]
        assert (await call(client, "save_search", query=ASKED))["query"] == ASKED
