"""The page of an employer, postings like one, and which of one's own searches find it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

import database
from alerts import saving, searches
from alerts.subscribers import SUBSCRIBER
from tests.web.page import Page, page
from tests.web.sample import NOW
from web.similar import likeness
from web.site import Site
from web.visitor import Visitor

PAID = {"salary_currency": "USD", "salary_period": "year", "salary_min": 1.0, "salary_max": 2.0}


@pytest.fixture
def employer(add):
    """Three open, one of them of no AI role; four closed after 2, 4, 6 and 8 days."""
    kinds = ({"role": "ml-engineer", "skills": ["python", "pytorch"], "seniority": "senior"},
             {"role": "ml-engineer", "skills": ["python"]}, {"role": "other", "title": "Cook"})  # fmt: skip
    for number, kind in enumerate(kinds):
        paid = PAID | {"salary_annual_min": 100_000.0 + number * 20_000, "salary_annual_max": 200_000.0}
        add(f"o{number}", company="Big & Co", company_key="big co/x", **kind, **(paid if number < 3 else {}))
    for days in (2, 4, 6, 8):
        add(f"c{days}", company="Big & Co", company_key="big co/x", posted_at=NOW - timedelta(days=days), closed_at=NOW)
    add("else", company="Small", company_key="small")


def test_an_employers_page_says_what_it_has_and_asks_for(client, employer):
    found = page(client, "/employers/big%20co/x")
    assert found.one("h1").text == "Big & Co"
    assert "3 open 4 closed" in found.one("header .facts").text
    titles = [one.text for one in found.all(".posting h3")]
    assert titles[-1] == "Cook"  # AI roles come first
    assert len(titles) == 3
    aside = found.one("aside").text
    assert "$120,000–$200,000 a year typical of 3 openings" in aside
    assert "Half close within 5 days, a quarter within 4, three quarters within 6" in aside
    assert [one.text for one in found.all(".counted .value")][-2:] == ["python", "pytorch"]
    (search, save) = (one["href"] for one in found.all(".actions a"))
    assert page(client, search).total == 3
    assert "it would have sent" in client.get(save).text


def test_every_posting_of_a_list_leads_to_its_employer(client, employer):
    for one in page(client, "/?roles=any").all("a.company"):
        assert page(client, one["href"]).one("h1").text == one.text
    assert page(client, "/postings/o1").one("a.company")["href"] == "/employers/big%20co/x"


@pytest.mark.parametrize("key", ["nobody", "x" * 300, "%00", "small?color=red"])
def test_what_is_no_employer_is_not_found(client, employer, key):
    assert client.get(f"/employers/{key}").status_code == (400 if "?" in key else 404)


def test_similar_openings_are_the_likest(client, add):
    skills = {"near": ["python", "pytorch"], "far": ["sql"]}
    for name, has in skills.items():
        add(name, title=name, role="ml-engineer", skills=has)
    add("closed", role="ml-engineer", skills=["python", "pytorch"], closed_at=NOW)
    add("other", role="data-engineer", skills=["python", "pytorch"])
    add("this", role="ml-engineer", skills=["python", "pytorch"])
    assert [one.text for one in page(client, "/postings/this").all(".alike a")] == ["near"]
    assert page(client, "/postings/far").all(".alike") == []


def test_likeness_is_of_what_both_have():
    one = {"skills": ["python"], "seniority": "senior", "locations": [{"country": "DE"}], "workplace": "remote"}
    assert likeness(one, one) == pytest.approx(1.0)
    nothing = {"skills": [], "seniority": "unspecified", "locations": [], "workplace": None}
    assert likeness(nothing, nothing) == 0.0
    assert 0 < likeness(one, one | {"skills": ["python", "sql"], "seniority": "staff"}) < 1


def test_ones_own_searches_say_why_they_find_a_posting(client, engine, add):
    add("this", title="Agents Engineer", role="ai-engineer")
    assert "My searches" not in page(client, "/postings/this").one("aside").text
    with database.transaction(engine) as connection:
        own = searches.add_subscriber(connection, "Ada", NOW)
        searches.set_address(connection, own, "email", "ada@example.org", NOW)
    for query in ("title:agents role:ai-engineer", "role:ml-engineer"):
        saving.save(engine, lambda _: own, saving.read_wish(query), NOW)
    site: Site = client.app.state.site
    with database.read(engine) as connection:
        person = connection.execute(select(SUBSCRIBER)).mappings().one()
    response = Visitor(site, "number", person).page("digest.html", letters=[], at=NOW)
    client.cookies.set("rolewire", response.headers["set-cookie"].split("=", 1)[1].split(";")[0])
    found = Page(client.get("/postings/this").text)
    assert [one.text for one in found.all(".mine-why summary")] == ["title:agents role:ai-engineer"]
    assert "title has “agents”" in found.one(".mine-why").text
