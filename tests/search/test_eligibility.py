"""Whether a person can take a job: what a posting says rules them out, or is enough, or leaves it open."""

from dataclasses import replace
from typing import Any

import pytest

import search
from search import Document, QueryError
from search.facts import FactError, Facts, countries, facts_of, read_fact
from search.meaning import meaning
from tests.search.generated import NOW

BERLIN = {"lives": "Germany", "may_work": "EU", "sponsorship": "no", "zones": "CET ± 2", "clearances": "none"}
AUSTIN = {"lives": "US-TX", "may_work": "US", "relocation": "no", "zones": "UTC-7..UTC-5", "clearances": "secret"}
LAGOS = {"lives": "Nigeria", "may_work": "Nigeria", "sponsorship": "yes", "relocation": "yes"}


def facts(said: dict[str, str]) -> str:
    return str(Facts(**{name: read_fact(name, words) for name, words in said.items()}))


def ad(text: str = "", **tags: Any) -> Document:
    title, company, tokens = search.token_strings("ML Engineer", "Acme", text)
    return replace(Document(f" {title} ", f" {company} ", f" {tokens} "), **tags)


def at(country: str, workplace: str | None = "onsite", city: str = "", **tags: Any) -> Document:
    return ad(places=((city, "", country),), workplace=workplace, **tags)


def remote(scope: str | None, text: str = "", **tags: Any) -> Document:
    return ad(text, remote_scope=scope, workplace="remote", **tags)


CASES: list[tuple[dict[str, str], Document, str, str]] = [
    (BERLIN, remote("EU"), "yes", "remote: EU"), (BERLIN, remote("worldwide"), "yes", "worldwide"),
    (BERLIN, remote("US"), "no", "not open to where you may work (remote: US)"),
    (BERLIN, remote("worldwide, not DE"), "maybe", ""), (BERLIN, remote("FR"), "maybe", "move"),
    (BERLIN, remote(None), "maybe", "from where"), (BERLIN, remote(""), "maybe", "from where"),
    (BERLIN, remote(None, places=(("", "", "DE"),)), "yes", "your country"),
    (BERLIN, at("DE"), "yes", "country: DE"), (BERLIN, at("FR"), "maybe", "move"),
    (BERLIN, at("US"), "no", "without a visa (country: US)"), (BERLIN, at("US", visa_sponsorship=True), "maybe", ""),
    (BERLIN, at("US", None), "no", "country: US"), (BERLIN, at(""), "maybe", "no country"),
    (BERLIN, ad(places=(("", "", "US"), ("", "", "DE"))), "yes", "country: DE, US"),
    (BERLIN, remote("EU, CET +/- 3h"), "yes", ""), (BERLIN, remote("EU, EST +/- 2h"), "no", "other hours"),
    (BERLIN, remote("US time zones"), "no", "other hours than yours (remote: US time zones)"),
    (BERLIN, remote("EU / US time zones"), "maybe", "from where"), (BERLIN, remote("EU, UTC-3..UTC+2"), "yes", ""),
    (BERLIN, remote("EU, UTC-8 to UTC-5"), "no", "hours"), (BERLIN, remote("EU, GMT+1 to GMT+3 hours"), "yes", ""),
    (BERLIN, remote("EU", "An active security clearance is needed."), "no", "clearance that you do not have"),
    (BERLIN, remote("EU", "No security clearance required."), "yes", ""),
    (BERLIN, remote("EU", "You can obtain a secret clearance."), "maybe", "speaks of a clearance"),
    (BERLIN, remote("worldwide", "US citizenship is required."), "no", "“us citizenship is required”"),
    (BERLIN | {"citizen": "US"}, remote("worldwide", "US citizenship is required."), "yes", ""),
    (AUSTIN, remote("US"), "yes", ""), (AUSTIN, remote("US, not US-TX"), "no", "not US-TX"),
    (AUSTIN, remote("US-CA"), "no", ""), (AUSTIN, at("US"), "yes", ""), (AUSTIN, at("DE"), "no", ""),
    (AUSTIN, at("DE", None), "maybe", ""), (AUSTIN, at("DE", visa_sponsorship=True), "no", "you do not move"),
    (AUSTIN | {"city": "Austin"}, at("US", city="austin"), "yes", ""),
    (AUSTIN | {"city": "Austin"}, at("US", city="dallas"), "maybe", ""),
    (AUSTIN, at("US") and ad("Active Secret clearance required", workplace="remote", remote_scope="US"), "yes", ""),
    (AUSTIN, remote("US", "Must hold a TS/SCI clearance."), "no", "“ts sci"),
    (AUSTIN, remote("US", "You must be a US citizen."), "maybe", "citizenship"),
    (LAGOS, at("DE", visa_sponsorship=True), "yes", "sponsors a visa (visa sponsorship: yes; country: DE)"),
    (LAGOS, at("DE"), "maybe", "visa"), (LAGOS, at("DE", visa_sponsorship=False), "no", "visa sponsorship: no"),
    (LAGOS, remote("US"), "maybe", ""), (LAGOS, remote("EMEA"), "yes", ""),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_clause_of_the_posting_decides(number: int) -> None:
    said, posting, verdict, words = CASES[number]
    for value in ("yes", "maybe", "no"):
        query = search.parse(f"eligible:{value}", facts(said))
        found = search.explain(query, posting, NOW)
        assert found.is_match == (value == verdict), found
        assert words in (found.clauses[0] if found.is_match else found.failing)["text"]
    assert search.matches(search.parse("-eligible:no", facts(said)), posting, NOW) == (verdict != "no")


def test_without_facts_it_is_refused_with_what_to_do() -> None:
    with pytest.raises(QueryError, match="/profile") as caught:
        search.parse("python -eligible:no")
    assert (caught.value.position, caught.value.length) == (8, 9)
    with pytest.raises(QueryError, match="did you mean eligible:yes"):
        search.parse("eligible:yess", facts(BERLIN))


def test_what_may_be_is_no_search_by_itself() -> None:
    for text in ("eligible:yes,maybe", "-eligible:no", "eligible:yes,maybe,no", "-eligible:yes,no"):
        with pytest.raises(QueryError, match="nearly everything"):
            search.parse_saved(text, facts(BERLIN))
    assert str(search.parse_saved("eligible:yes", facts(BERLIN))) == "eligible:yes"


def test_the_same_in_other_words_is_the_same() -> None:
    own = facts(BERLIN)
    assert meaning(search.parse("-eligible:no", own)) == meaning(search.parse("eligible:maybe,yes", own))
    assert meaning(search.parse("eligible:yes", own)) != meaning(search.parse("eligible:maybe", own))


def test_facts_are_read_as_people_write_them() -> None:
    assert read_fact("zones", "Europe/Berlin") == (1, 2)
    assert read_fact("zones", "UTC-1 to UTC+3") == (-1, 3)
    assert read_fact("zones", "CET, EST") == (-5, 1)
    assert read_fact("clearances", "TS/SCI, SC") == ("ts-sci", "sc")
    assert read_fact("may_work", "EU, uk and Switzerland") == ("EU", "GB", "CH")
    assert read_fact("lives", "us-ca") == "US-CA"
    assert read_fact("city", " São  Paulo ") == "sao paulo"
    assert [read_fact(name, " ") for name in ("lives", "may_work", "zones")] == ["", (), ()]
    assert countries(facts_of(facts(BERLIN))) >= {"DE", "FR"}
    assert str(Facts()) == ""
    assert facts_of(facts(AUSTIN)).zones == (-7, -5)


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("lives", "EU", "no country"), ("lives", "Atlantis", "no country"), ("may_work", "DE, Mordor", "Mordor"),
        ("sponsorship", "perhaps", "neither yes nor no"), ("zones", "Mars", "no time zone"),
        ("zones", "UTC+99", "no time zone"), ("clearances", "secrt", "did you mean secret"),
        ("clearances", "q", "it can be none"), ("citizen", "EU", "no country"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(name: str, words: str, said: str) -> None:
    with pytest.raises(FactError, match=said):
        read_fact(name, words)
