"""Searches that no posting can match are not saved; and only those."""

import re
from random import Random

import pytest

from search import Query, QueryError, matches, parse, parse_saved, parse_stored
from search.contradictions import impossible
from search.nodes import And, Not
from search.passing import clauses
from tests.search.generated import NOW, PEOPLE, documents, facts, fresh, queries

NEVER = [
    ("posted:<7d posted:>14d rag", "posted:<7d posted:>14d"),
    ("rag -posted:<7d posted:<5d", "as young and as old as posted:<5d -posted:<7d"),
    ("python -python", "python and -python exclude each other"),
    ('title:"senior engineer" -engineer', "exclude each other"),
    ("full-stack -fullstack", "exclude each other"),
    ("seniority:senior -seniority:senior,staff", "exclude each other"),
    ("seniority:senior,staff -seniority:senior -seniority:staff", "a posting has one seniority"),
    ("is:open is:closed python", "a posting has one is"),
    ("country:DE -country:DACH", "country:DE and -country:DACH"),
    ("skill:k8s -skill:kubernetes", "exclude each other"),
    ("city:Munich -city:München", "exclude each other"),
    ("remote:EU workplace:onsite", "a posting has one workplace"),
    ("remote:DE -remote:yes", "exclude each other"),
    ("salary>=100kEUR -salary>=80kEUR", "exclude each other"),
    ("(a -a) OR (b -b)", "exclude each other"),
    ("(rag OR agents) -rag -agents", "rag OR agents and -rag -agents"),
]


@pytest.mark.parametrize(("text", "said"), NEVER)
def test_what_can_never_match_is_not_saved(text: str, said: str) -> None:
    assert parse(text)
    with pytest.raises(QueryError, match="the search can never match: .*" + re.escape(said)):
        parse_saved(text)


@pytest.mark.parametrize(
    "text",
    [
        "posted:>7d posted:<14d rag", "posted:<30d -posted:>7d -posted:<7d rag", "country:DE,FR -country:DACH",
        "a OR b -b",
        "skill:python skill:rust", "country:DE country:FR", "salary>=200k salary<=100k", "salary>=80k -salary>=100k",
        "salary>=100kEUR -salary>=80kUSD", "engin* -engineer", "python -title:python", "remote:DE -remote:EU",
        "remote:yes,unknown workplace:remote", "(a -a) OR b", "-posted:<7d rag",
        "seniority:senior,staff -seniority:staff",
    ],
)  # fmt: skip
def test_what_may_match_is_saved(text: str) -> None:
    assert parse_saved(text)


def test_a_search_that_is_refused_matches_nothing() -> None:
    rng = Random(20)
    own, refused = facts(PEOPLE[0]), 0
    read = [fresh(doc) for doc in documents(rng, 150, PEOPLE[0])]
    asked = [parse_stored(text, own) for text, _, _ in queries(rng, 600)]
    for query in asked:
        parts = [node for one in (query, rng.choice(asked)) for node in clauses(one.root)]
        excluded = Not(rng.choice(parts)) if parts else Not(And(()))
        for one in (query, query & Query(excluded), query & rng.choice(asked) & Query(excluded)):
            if impossible(one):
                refused += 1
                assert not any(matches(one, document, NOW) for document in read), str(one)
    assert refused > 100
