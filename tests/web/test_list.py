"""The list of postings: search, facets, chips, paging, what is said where nothing is found."""

import re
import shlex
from html import unescape
from urllib.parse import quote

import pytest

import database
from tests.web.page import Page, page
from tests.web.sample import NOW
from web.facets import facets
from web.view import View, parsed

QUERIES = ["", "agents", "role:ml-engineer,nlp-engineer", "country:DE", "workplace:unknown -kernels",
           "role:ai-engineer OR kernels", "country:DE,unknown seniority:senior", "is:closed retrieval",
           "skill:pytorch country:US workplace:hybrid"]  # fmt: skip


def shown(client, href: str) -> int:
    return page(client, href).total


def test_open_postings_are_shown_by_default_with_a_chip_that_lifts_it(client, market):
    found = page(client, "/")
    assert found.total == 104
    assert "104 of 130" in found.text
    (chip,) = found.all("a.chip")
    assert "is:open" in chip.text
    assert shown(client, chip["href"]) == market


def test_default_is_not_added_where_the_query_speaks_of_it(client, market):
    found = page(client, "/?q=is:closed")
    assert found.total == 26
    assert [chip.text for chip in found.all("a.chip")] == ["Remove is:closed ✕"]


@pytest.mark.parametrize("query", QUERIES)
def test_every_facets_number_is_what_clicking_it_shows(client, market, query):
    found = page(client, "/?q=" + quote(query))
    choices = found.all("a.choice")
    assert len(choices) > 3
    for choice in choices:
        number = int(choice.one(".count").text.removeprefix("✕ ").replace(",", ""))
        assert shown(client, choice["href"]) == number, choice["title"]


@pytest.mark.parametrize("query", QUERIES)
def test_values_that_would_change_nothing_are_shown_without_a_link(client, engine, market, query):
    view = parsed(View(q=query))
    with database.read(engine) as connection:
        idle = [one for facet in facets(connection, view, NOW) for one in facet.choices if not one.is_useful]
    found = page(client, "/?q=" + quote(query))
    assert len(found.all("span.choice")) == len(idle)
    for one in idle:
        assert shown(client, one.href) == one.count
        assert one.count in (0, found.total)


def test_choosing_twice_leads_back(client, market):
    start = page(client, "/?q=agents")
    choice = next(one for one in start.all("a.choice") if one["title"].startswith("role:"))
    chosen = page(client, choice["href"])
    back = next(one for one in chosen.all("a.choice.chosen"))
    assert shown(client, back["href"]) == start.total


def test_pages_cover_everything_once(client, market):
    seen: list[str] = []
    href: str | None = "/?is=any"
    while href:
        found = page(client, href)
        seen += [one["href"] for one in found.all(".posting h2 a")]
        href = next((one["href"] for one in found.all("nav.pages a[rel=next]")), None)
    assert len(seen) == len(set(seen)) == market


def test_newest_first_and_other_sorts(client, market, add):
    add("rich", title="Z", company="Zeta", company_key="zeta", salary_min=1.0, salary_max=900_000.0,
        salary_currency="USD", salary_period="year", salary_annual_max=900_000.0)  # fmt: skip
    newest = [one["href"] for one in page(client, "/").all(".posting h2 a")]
    assert newest[0] == "/postings/p001"
    assert page(client, "/?sort=salary").all(".posting h2 a")[0]["href"] == "/postings/rich"
    assert page(client, "/?sort=company&page=3").all(".posting h2 a")[-1]["href"] == "/postings/rich"


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
    assert set(offers) == {"zebra"}
    (offer,) = offers.values()
    assert int(re.search(r": (\d+) posting", offer.text)[1]) == shown(client, offer.one("a")["href"]) > 0


def test_the_default_is_offered_too_where_only_closed_ones_match(client, add):
    add("old", closed_at=NOW)
    found = page(client, "/?q=machine")
    assert found.total == 0
    assert "without is:open: 1 posting" in found.one(".relaxed").text


def test_empty_database_and_page_past_the_end(client, market):
    assert "past the end" in page(client, "/?page=40").text


def test_nothing_stored(client):
    assert "Nothing is stored yet" in page(client, "/").text


@pytest.mark.parametrize(
    "pair", ["color=red", "page=0", "page=-1", "page=99999999999999999999", "sort=evil", "is=maybe", "page=١"]
)
def test_what_is_ignored_is_named(client, market, pair):
    found = page(client, "/?q=agents&" + pair)
    assert pair in found.one(".note").text
    assert found.total == shown(client, "/?q=agents")


def test_the_second_query_of_an_address_is_named(client, market):
    assert "q=vision" in page(client, "/?q=agents&q=vision").one(".note").text


def test_this_search_elsewhere_is_the_same_search(client, market):
    found = page(client, "/?q=" + quote("agents role:ml-engineer,ai-leader"))
    link, tried = (one["href"] for one in found.all(".copy a"))
    assert client.get(link).json()["total"] == found.total
    assert "it would have sent" in client.get(tried).text
    assert "rolewire search 'agents role:ml-engineer,ai-leader is:open'" in found.one(".copy").text


def test_query_text_is_escaped(client, market):
    text = client.get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script" not in text
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
