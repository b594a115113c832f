"""The order of what matches: by reasons that are told, and nothing is left out for it."""

from datetime import UTC, datetime, timedelta

import pytest

import search
from search.fit import fit
from search.profile import Profile, said_so

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BEST = search.Document(
    " senior ml engineer ", " acme ", " we build agents ", "ml-engineer", "senior",
    frozenset({"pytorch", "jax", "cuda"}), (("berlin", "", "DE"),), workplace="hybrid",
    salary_annual_max=200_000.0, salary_currency="EUR", posted_at=NOW,
)  # fmt: skip


def scored(query: str, document: search.Document = BEST, **facts):
    explained = search.explain(search.parse(query), document, NOW)
    assert explained.is_match
    public = {"seniority": document.seniority, "posted_at": (NOW - timedelta(days=30)).isoformat()} | facts
    return fit(explained.clauses, public, NOW)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("title:engineer", "agents"), ("role:ml-engineer agents", "agents"), ("engineer", "agents"),
        ("agents skill:pytorch,jax", "agents skill:pytorch"), ("agents seniority:senior", "agents"),
        ("agents city:Berlin", "agents country:DE"), ("agents country:DE", "agents"),
        ("agents -intern", "-intern agents"),
    ],
)  # fmt: skip
def test_what_was_asked_for_and_is_there_counts(better: str, worse: str) -> None:
    assert scored(better).score >= scored(worse).score
    assert (scored(better).score > scored(worse).score) == (set(better.split()) != set(worse.split()))


def test_pay_that_is_stated_counts_and_more_so_above_what_was_asked() -> None:
    def of(amount, query="agents salary>=100k"):
        return scored(query, salary={"annual_max": amount} if amount else None).score

    assert of(None) < of(100_000) < of(120_000) < of(150_000) == of(900_000)
    assert of(None, "agents salary>=100kUSD") < of(150_000, "agents salary>=100kUSD")
    assert of(None, "agents salary<=300k") < of(150_000, "agents salary<=300k")


def test_the_newer_counts_more_and_the_future_no_more_than_now() -> None:
    def of(days):
        return scored("agents", posted_at=NOW - timedelta(days=days)).score

    assert of(40) == of(14) < of(7) < of(0) == of(-3)
    assert scored("agents", posted_at=None).score == of(40)
    assert scored("agents", posted_at="2026-11-20T12:00:00").score == of(0)


def test_it_says_what_it_rests_on_the_weightiest_first() -> None:
    found = scored("engineer role:ml-engineer skill:pytorch,jax,cuda city:Berlin seniority:senior salary>=100k",
                   salary={"annual_max": 200_000}, posted_at=NOW)  # fmt: skip
    assert found.reasons == ("role", "skills", "level", "pay", "place", "age")
    assert scored("agents").reasons == ()
    assert scored("agents -title:intern").reasons == ()


def test_a_posting_that_says_nothing_has_its_place_too() -> None:
    assert fit([], {}, NOW).score == 0.0


def test_what_its_reader_said_of_themselves_counts_too_and_hides_nothing() -> None:
    own = said_so(Profile(), "role: ml-engineer\nskill: pytorch, rag\nlevel: senior\nplace: Berlin\npay: 100k EUR")
    suits = {"role": "ml-engineer", "seniority": "senior", "skills": ["pytorch", "rag"], "workplace": "onsite",
             "locations": [{"city": "Berlin", "country": "DE"}],
             "salary": {"annual_max": 150_000, "currency": "EUR"}}  # fmt: skip
    assert set(fit([], suits, NOW, own).reasons) == {"role", "skills", "level", "pay", "place"}
    other = suits | {"role": "other", "skills": [], "seniority": "intern", "locations": [], "salary": None}
    assert fit([], other, NOW, own).score == fit([], other, NOW).score == 0.0
    poor = suits | {"salary": {"annual_max": 90_000, "currency": "EUR"}}
    assert fit([], poor, NOW, own).score < fit([], suits, NOW, own).score
    dollars = suits | {"salary": {"annual_max": 300_000, "currency": "USD"}}
    assert "pay" in fit([], dollars, NOW, own).reasons
