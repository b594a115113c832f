"""The list of postings: search, facets, chips, paging, what is said where nothing is found."""

import re
import shlex
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

import database
from tests.web.page import Page, page
from tests.web.sample import NOW
from web.facets import facets
from web.view import View, parsed, read_view

QUERIES = ["", "role:ml-engineer,nlp-engineer", "role:ai-engineer OR kernels", "country:DE,unknown seniority:senior",
           "skill:pytorch,python type:unknown visa:unknown", "company:acme posted:<3d",
           "is:closed retrieval"]  # fmt: skip


def shown(client, href: str) -> int:
    return page(client, href).total


def test_open_ai_roles_are_shown_by_default_with_chips_that_lift_it(client, market):
    found = page(client, "/")
    assert found.total == 99
    assert "99 of 130" in found.text
    chips = {chip.text: chip["href"] for chip in found.all("a.chip")}
    assert list(chips) == ["Remove open by default ✕", "Remove AI roles by default ✕"]
    assert shown(client, chips["Remove AI roles by default ✕"]) == 104
    everything = page(client, "/?is=any&roles=any")
    assert everything.total == market
    back = {chip.text: chip["href"] for chip in everything.all("a.chip")}
    assert shown(client, back["Remove all roles ✕"]) < market
    assert shown(client, back["Remove closed ones too ✕"]) == 104


def test_defaults_are_not_added_where_the_query_speaks_of_them(client, market):
    found = page(client, "/?q=is:closed&roles=any")
    assert found.total == 26
    assert [chip.text for chip in found.all("a.chip")] == ["Remove is:closed ✕", "Remove all roles ✕"]
    assert shown(client, "/?q=role:other") == 5
    assert "by default" not in page(client, "/?q=" + quote("is:open (role:other OR agents)")).one(".chips").text


@pytest.mark.parametrize("query", QUERIES)
def test_every_facets_number_is_what_clicking_it_shows(engine, market, query):
    view = parsed(View(q=query))
    with database.read(engine) as connection:
        found = facets(connection, view, NOW)
        for one in [one for facet in found for one in (*facet.choices, *facet.more)]:
            clicked = parsed(read_view(parse_qsl(urlsplit(one.href).query)))
            assert database.count_postings(connection, clicked.query, NOW, for_all=True) == one.count, one
            total = database.count_postings(connection, view.query, NOW, for_all=True)
            assert one.is_useful or one.count in (0, total), one
    assert sum(one.is_useful for facet in found for one in facet.choices) > 3


def test_the_numbers_of_a_page_are_those_of_its_facets(client, engine, market):
    found = page(client, "/?q=role:ml-engineer")
    with database.read(engine) as connection:
        counted = facets(connection, parsed(View(q="role:ml-engineer")), NOW)
    useful = [one for facet in counted for one in (*facet.choices, *facet.more) if one.is_useful]
    assert [one["href"] for one in found.all("a.choice")] == [one.href for one in useful]
    numbers = [one.one(".count").text.removeprefix("without it ") for one in found.all("a.choice")]
    assert numbers == [f"{one.count:,}" for one in useful]
    (chosen,) = found.all("a.choice.chosen")
    assert chosen.text == f"✓ chosen: ML engineer without it {shown(client, chosen['href'])}"
    assert {one.one(".count").text for one in found.all("span.choice")} <= {"0", "adds 0"}


def test_choosing_twice_leads_back(client, market):
    start = page(client, "/?q=agents")
    choice = next(one for one in start.all("a.choice") if one.text.startswith("AI engineer"))
    chosen = page(client, choice["href"])
    back = next(one for one in chosen.all("a.choice.chosen"))
    assert shown(client, back["href"]) == start.total


def test_pages_cover_everything_once(client, market):
    seen: list[str] = []
    href: str | None = "/?is=any&roles=any"
    while href:
        found = page(client, href)
        seen += [one["href"] for one in found.all(".posting h2 a, .fold a")]
        href = next((one["href"] for one in found.all("nav.pages a[rel=next]")), None)
    assert len(seen) == len(set(seen)) == market


def test_newest_first_and_other_sorts(client, market, add):
    add("rich", title="Z", role="ml-engineer", company="Zeta", company_key="zeta", salary_min=1.0, salary_max=900_000.0,
        salary_currency="USD", salary_period="year", salary_annual_max=900_000.0)  # fmt: skip
    newest = [one["href"] for one in page(client, "/").all(".posting h2 a")]
    assert newest[0] == "/postings/p001"
    assert page(client, "/?sort=salary").all(".posting h2 a")[0]["href"] == "/postings/rich"
    second = page(client, "/?sort=company&roles=any").one("nav.pages a[rel=next]")["href"]
    assert page(client, second).all(".posting h2 a")[-1]["href"] == "/postings/rich"


def test_bad_query_shows_its_place_and_what_was_meant(client, market):
    response = client.get("/", params={"q": "agents roel:ml-engineer"})
    assert response.status_code == 400
    found = Page(response.text)
    assert "did you mean role:" in found.one(".problem").text
    query, carets = found.one(".problem .query").raw.split("\n")[:2]
    assert carets.index("^") == query.index("roel")
    assert found.one("input[type=search]")["value"] == "agents roel:ml-engineer"


def test_long_query_is_refused_not_searched(client, market):
    assert client.get("/", params={"q": "a" * 5000}).status_code == 400
    assert client.get("/", params={"q": "(" * 300}).status_code == 400


def test_nothing_found_says_what_dropping_each_thing_gives(client, market):
    found = page(client, "/?q=" + quote("agents role:ml-engineer zebra"))
    assert found.total == 0
    offers = {one.one("code").text: one for one in found.all(".relaxed li")}
    assert list(offers) == ["zebra", "agents", "role:ml-engineer", "is:open"]
    assert (
        int(re.search(r": (\d+) posting", offers["zebra"].text)[1])
        == shown(client, offers["zebra"].one("a")["href"])
        > 0
    )
    assert offers["agents"].text == "without agents: still none"
    assert offers["agents"].all("a") == []


def test_where_dropping_one_thing_helps_nothing_two_are_dropped(client, market):
    found = page(client, "/?q=" + quote("zebra quagga role:ml-engineer"))
    (offer,) = found.all(".relaxed li")
    assert offer.text == f"without zebra and quagga: {shown(client, offer.one('a')['href'])} postings"


def test_the_default_is_offered_too_where_only_closed_ones_match(client, add):
    add("old", closed_at=NOW)
    found = page(client, "/?q=machine")
    assert found.total == 0
    assert "without is:open and -role:other: 1 posting" in found.one(".relaxed").text


def test_nothing_stored(client):
    assert "Nothing is stored yet" in page(client, "/").text


@pytest.mark.parametrize(
    "pair", ["color=red", "page=2", "sort=evil", "is=maybe", "roles=none", "after=AAAA", "q=vision", "is=any&is=any"]
)
def test_what_the_page_does_not_know_is_refused_as_in_the_api(client, market, pair):
    response = client.get("/?q=agents&" + pair)
    assert response.status_code == 400
    assert pair.partition("=")[0] in Page(response.text).one(".empty").text


@pytest.mark.parametrize("path", ["/health", "/postings/p001", "/postings/p001/why", "/save", "/signin"])
def test_other_pages_refuse_it_too(client, market, path):
    assert client.get(path).status_code == 200
    response = client.get(path + "?color=red")
    assert (response.status_code, "unknown parameter &#39;color&#39;" in response.text) == (400, True)
    assert client.get(path + "?q=a&q=b").status_code == 400


def test_undated_postings_never_lead(client, add):
    add("undated", role="ml-engineer", first_seen_at=NOW, posted_at=NOW, posted_at_quality="first-seen",
        events=[{"kind": "opened", "at": NOW, "is_baseline": True}])  # fmt: skip
    add("dated", role="ml-engineer", posted_at=NOW - timedelta(days=90), posted_at_quality="exact")
    assert [one["href"] for one in page(client, "/").all(".posting h2 a")] == ["/postings/dated", "/postings/undated"]


def test_many_of_one_employer_are_one_row(client, add):
    for number in range(13):
        add(f"m{number:02}", title=f"ML Engineer {number}", role="ml-engineer", company="Many", company_key="many",
            posted_at=NOW - timedelta(hours=number))  # fmt: skip
    for number in range(2):
        add(f"f{number}", role="ml-engineer", company="Few", company_key="few",
            posted_at=NOW - timedelta(hours=5))  # fmt: skip
    found = page(client, "/")
    assert [one["href"] for one in found.all(".posting h2 a")] == ["/postings/m00", "/postings/f1", "/postings/f0"]
    assert found.one(".fold summary").text == "12 more at Many"
    assert len(found.all(".fold li")) == 12
    for href in ("/?q=company:many", "/?sort=company"):
        assert page(client, href).all(".fold") == []


def test_the_best_fit_comes_first_where_that_is_asked(client, add):
    add("text", title="Engineer", role="ml-engineer", description="You work on agents.", posted_at=NOW)
    add("title", title="Agents Engineer", role="ml-engineer", posted_at=NOW - timedelta(days=1))
    for sort, first in (("posted", "text"), ("fit", "title")):
        assert page(client, f"/?q=agents&sort={sort}").all(".posting h2 a")[0]["href"] == f"/postings/{first}"


def test_this_search_elsewhere_is_the_same_search(client, market):
    found = page(client, "/?q=" + quote("agents role:ml-engineer,ai-leader"))
    here, link, feed, table, saved = (one["href"] for one in found.all(".copy a"))
    assert page(client, here).total == client.get(link).json()["meta"]["total"] == found.total
    assert found.one("link[rel=alternate]")["href"] == feed
    assert client.get(feed).text.count("<entry>") == len(client.get(table).text.splitlines()) - 1 == found.total
    assert "it would have sent" in client.get(saved).text
    assert "rolewire search 'agents role:ml-engineer,ai-leader is:open'" in found.one(".copy").text
    assert page(client, "/").one("a.save")["href"] == "/save"
    assert page(client, "/?q=agents").one("a.save")["href"] == "/save?q=agents+-role%3Aother"


def test_query_text_is_escaped(client, market):
    text = client.get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text
    assert 'value="&#34;&gt;&lt;script&gt;' in text
    assert unescape(Page(text).one("input[type=search]")["value"]).startswith('">')


@pytest.mark.parametrize("query", ["-title:lead", "agents -title:lead"])
def test_command_to_copy_is_one_that_the_command_line_takes(client, market, query):
    found = page(client, f"/?q={quote(query)}&sort=salary")
    (command,) = [part.text for part in found.all("code") if part.text.startswith("rolewire search")]
    words = shlex.split(command)
    assert words[:4] == ["rolewire", "search", "--sort", "salary"]
    assert words[4] == "--" or not words[4].startswith("-")
    assert "title:lead" in words[-1]
