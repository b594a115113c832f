"""The page of one posting: everything with its evidence, and nothing that its author should be able to do."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

import database
from models import EventKind, Link, Redirect
from tests.web.page import page
from tests.web.sample import NOW

TEXT = "About the role\n\nYou train models with PyTorch.\n\n- 5+ years of experience\n- Visa sponsorship is available"


def span(words: str, rule: str = "rule@1", basis: str = "stated") -> dict[str, object]:
    start = TEXT.index(words)
    end = start + len(words)
    return {"basis": basis, "rule": rule, "field": "description", "start": start, "end": end, "quote": words}


EVIDENCE = {
    "role": {"basis": "stated", "rule": "role.title@1", "field": "title", "start": 0, "end": 7, "quote": "Machine"},
    "seniority": span("5+ years", "seniority.years@1", "inferred"),
    "skills": {"pytorch": span("PyTorch")},
    "visa_sponsorship": [span("Visa sponsorship is available")],
}


@pytest.fixture
def posting(add) -> str:
    add(
        "abc", description=TEXT, evidence=EVIDENCE, seniority="senior", skills=["pytorch"], visa_sponsorship=True,
        role="ml-engineer", workplace="remote", remote_scope="EU", employment_type="full-time", years_asked=5,
        salary_min=180000.0, salary_max=240000.0, salary_currency="USD", salary_period="year",
        locations=[{"city": "Berlin", "region": None, "country": "DE"}], apply_url="https://apply.example/abc",
        events=[
            {"kind": EventKind.OPENED, "at": NOW - timedelta(days=3), "is_baseline": True},
            {"kind": EventKind.CHANGED, "at": NOW - timedelta(days=1),
             "changes": {"salary_min": [None, 180000.0], "description": [None, "edited"]}},
        ],
    )  # fmt: skip
    return "/postings/abc"


def test_all_that_is_known_is_shown(client, posting):
    text = page(client, posting).one("article").text
    for words in ("Machine Learning Engineer", "Acme", "Berlin, Germany", "$180,000–$240,000 a year", "3 days ago",
                  "ML engineer", "Remote (EU)", "Full time", "5 years or more", "lever/acme", "pytorch",
                  "not said → 180,000", "the text was edited", "on the board’s first crawl"):  # fmt: skip
        assert words in text


def test_each_tag_shows_the_words_it_rests_on_and_leads_to_them(client, posting):
    found = page(client, posting)
    facts = {one.one("dt").text: one for one in found.all(".fact")}
    assert facts["Role"].one("q").text == "Machine"
    assert "concluded" in facts["Seniority"].one("summary").text
    for label, words in (("Seniority", "5+ years"), ("Skills", "PyTorch"), ("Visa sponsorship", TEXT[-29:])):
        why = facts[label].one("details li")
        assert why.one("q").text == words
        assert found.one(why.one("a")["href"]).text == words


def test_pay_by_place_and_what_a_skill_is_needed_for_are_shown(client, add):
    tier = {"min": 180000.0, "max": 240000.0, "currency": "USD", "period": "year"}
    add("tiers", skills=["python"], salary_min=180000.0, salary_currency="USD", salary_period="year", evidence={
        "salary": {"basis": "stated", "rule": "pay@1", "field": "pay", "quote": "180-240", "tiers": [
            {"label": "US", **tier}, {"label": "Germany", **tier, "currency": "EUR"}, "odd", {"label": "half"}]},
        "skills": {"python": {"basis": "stated", "rule": "r", "field": "title", "quote": "Python", "need": "must"}},
    })  # fmt: skip
    facts = {one.one("dt").text: one for one in page(client, "/postings/tiers").all(".fact")}
    assert [one.text for one in facts["Pay by place or level"].all("p")] == [
        "US: $180,000–$240,000 a year", "Germany: €180,000–€240,000 a year",
    ]  # fmt: skip
    assert "in the board’s field “pay”" in facts["Pay"].text
    assert "python (must): Python in the title" in facts["Skills"].text


def test_description_has_paragraphs_and_bullets_and_marks(client, posting):
    prose = page(client, posting).one(".prose")
    assert [one.text for one in prose.all("h3")] == ["About the role"]
    assert [one.text for one in prose.all("li")] == ["5+ years of experience", "Visa sponsorship is available"]
    assert [(one.text, one["title"]) for one in prose.all("mark")] == [
        ("PyTorch", "skills: pytorch"), ("5+ years", "seniority"),
        ("Visa sponsorship is available", "visa sponsorship"),
    ]  # fmt: skip


def test_links_out_are_marked_and_say_where_they_lead(client, posting):
    found = page(client, posting)
    links = {one["href"]: one for one in found.all("a[href^=http]")}
    assert set(links) == {"https://jobs.example/abc", "https://apply.example/abc"}
    for link in found.all("a[href^=http]"):
        assert {"nofollow", "noopener", "noreferrer"} <= set(link["rel"].split())
    assert "jobs.example" in links["https://jobs.example/abc"].text


def test_closed_posting_says_so_with_its_date(client, add):
    add("gone", closed_at=NOW - timedelta(days=2))
    found = page(client, "/postings/gone")
    assert "Closed since 18 Nov 2026" in found.one(".note.is-closed").text
    assert "closed 18 Nov 2026" in found.one(".listings").text


def test_times_have_an_exact_title(client, posting):
    times = page(client, posting).all("time")
    assert times
    for one in times:
        assert one["title"].endswith("UTC")
        assert one["datetime"].endswith("+00:00")


def test_merged_id_leads_to_the_posting_it_became(client, engine, add):
    key = add("now")
    with database.transaction(engine) as connection:
        connection.execute(insert(database.table_of(Redirect)).values(public_id="before", posting_id=key))
    for path in ("/postings/", "/api/postings/"):
        response = client.get(path + "before")
        assert (response.status_code, response.headers["location"]) == (301, path + "now")


@pytest.mark.parametrize(
    "bad", ["nosuch", "%00", "a%00b", "..%2f..%2fetc", "%F0%9F%92%A9", "'%20OR%201=1--", "x" * 300, "%0d%0aX:1"]
)
def test_bad_ids_are_not_found(client, posting, bad):
    response = client.get("/postings/" + bad)
    assert response.status_code == 404
    assert "<h1>" in response.text
    assert client.get("/api/postings/" + bad).status_code == 404


def test_evidence_out_of_bounds_or_of_no_known_shape_is_no_error(client, add):
    evidence = {"role": {"basis": "stated", "rule": "r", "field": "description", "start": 5, "end": 10_000},
                "seniority": {"basis": "odd", "start": "1", "end": None}, "skills": [1, "x", None, [[]], {}],
                "salary": "text",
                "language": {"basis": "stated", "field": "description", "start": -3, "end": 2}}  # fmt: skip
    add("odd", evidence=evidence, language="en")
    assert page(client, "/postings/odd").all("mark") == []


def test_text_that_was_not_kept_is_said(client, add):
    add("bare", description="", role="other")
    assert "not kept" in page(client, "/postings/bare").one(".text").text


def test_very_long_text_is_cut_and_says_so(client, add):
    add("long", description="word " * 30_000)
    found = page(client, "/postings/long")
    assert "The text is longer" in found.text
    assert len(found.one(".prose").text) <= 60_000


def test_what_joined_and_what_to_weigh_are_shown(client, engine, add):
    key = add("many", first_seen_at=NOW - timedelta(days=90), events=[
        {"kind": EventKind.OPENED, "at": NOW - timedelta(days=90)}, {"kind": EventKind.REOPENED, "at": NOW},
        {"kind": EventKind.CHANGED, "at": NOW, "changes": {}},
        {"kind": EventKind.CLOSED, "at": NOW, "changes": {"reason": [None, "not listed any more"]}},
    ])  # fmt: skip
    other = add("other", board="copycat")
    with database.transaction(engine) as connection:
        link = database.table_of(Link)
        moved = {"posting_id": key, "reason": "same canonical URL", "origin": "many"}
        connection.execute(link.update().where(link.c.posting_id == other).values(moved))
    text = page(client, "/postings/many").one("article").text
    for words in ("Seen on", "lever/copycat", "Also listed as lever/copycat/other: both lead to the same ad",
                  "Closed: not listed any more", "listed for 90 days, since 22 August 2026",
                  "closed and opened again once, on 20 November 2026"):  # fmt: skip
        assert words in text
    assert "Changed" not in text
    told = client.get("/api/postings/many").json()
    assert [one["kind"] for one in told["history"]].count("joined") == 1
    assert {one["signal"] for one in told["signals"]} == {"age", "reopened"}
