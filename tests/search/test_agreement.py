"""One meaning of "matches": SQL of both engines, matcher, explanation and a naive reading give the same postings."""

import os
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, literal, select, union_all

import database
import search
from models import Posting
from search import Document, Query
from search.index import Index
from search.packer import Packer
from tests.search.generated import NOW, Doc, Typed, documents, fresh, queries, store

PAIRS = int(os.environ.get("ROLEWIRE_PAIRS", "24000"))  # searches times postings
POSTINGS, SEARCHES = 150, 160  # of one round
AT_ONCE = 16  # searches in one statement
SEEDS = range(-(-PAIRS // (POSTINGS * SEARCHES)))
Round = tuple[list[Doc], list[Document], list[Typed], list[Query], list[set[int]]]


@pytest.fixture(scope="module")
def rounds() -> dict[int, Round]:
    return {}


@pytest.fixture
def made(rounds: dict[int, Round], seed: int) -> Round:
    """Postings, searches, and which of the postings each means, counted from 1."""
    if seed not in rounds:
        rng = Random(seed)
        docs, typed = documents(rng, POSTINGS), queries(rng, SEARCHES)
        asked = [search.parse(text) for text, _, _ in typed]
        meant = [{number for number, doc in enumerate(docs, 1) if meaning(doc)} for _, _, meaning in typed]
        rounds.clear()
        rounds[seed] = docs, [fresh(doc) for doc in docs], typed, asked, meant
    return rounds[seed]


@pytest.fixture
def engine(database_url: str) -> Iterator[Any]:
    engine = database.open_engine(database_url)
    yield engine
    engine.dispose()


def differing(texts: Sequence[str], found: Sequence[set[int]], meant: Sequence[set[int]]) -> list[Any]:
    return [
        (text, sorted(one ^ other)[:5]) for text, one, other in zip(texts, found, meant, strict=True) if one != other
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_matcher_explanation_index_and_packed_queries_give_what_is_meant(made: Round) -> None:
    _, read, typed, asked, meant = made
    texts = [text for text, _, _ in typed]
    numbered = list(enumerate(read, 1))
    matched = [{number for number, one in numbered if search.matches(query, one, NOW)} for query in asked]
    assert differing(texts, matched, meant) == []
    for query in asked:
        assert search.parse(str(query)) == query
        assert search.from_json(search.to_json(query)) == query
    for query, wanted in zip(asked, meant, strict=True):
        check_reasons(query, numbered, wanted)
    index: Index[int] = Index()
    for key, query in enumerate(asked):
        index.add(key, query)
    for number, one in numbered:
        candidates = index.candidates(one)
        assert [texts[key] for key, wanted in enumerate(meant) if number in wanted and key not in candidates] == []
    assert differing(texts, packed(asked, read), meant) == []


def packed(asked: Sequence[Query], read: Sequence[Document]) -> list[set[int]]:
    """What the packed queries match, all at once."""
    packer = Packer()
    for key, query in enumerate(asked):
        packer.add(key, str(key), query)
    found: list[set[int]] = [set() for _ in asked]
    for number, keys in enumerate(packer.pack(read[:20]).match(read, NOW), 1):
        for key in keys.tolist():
            found[key].add(number)
    return found


def check_reasons(query: Query, numbered: Sequence[tuple[int, Document]], wanted: set[int]) -> None:
    for number, one in numbered:
        reason = search.explain(query, one, NOW)
        assert reason.is_match == (number in wanted) == (not reason.first_failing), str(query)
        assert all(clause["text"] for clause in reason.clauses)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_database_gives_what_is_meant(engine: Any, made: Round) -> None:
    docs, read, typed, asked, meant = made
    with engine.connect() as connection, connection.begin() as transaction:
        store(connection, docs)
        stored = database.documents(connection, range(1, len(docs) + 1))
        assert [stored[number] for number in range(1, len(docs) + 1)] == read
        for public, one in zip(database.posting_json(connection, list(stored)), stored.values(), strict=True):
            assert Document.from_json(public) == one
        assert differing([text for text, _, _ in typed], list(found(connection, asked)), meant) == []
        transaction.rollback()


def found(connection: Connection, asked: Sequence[Query]) -> Iterator[set[int]]:
    """What the database finds for each search, many in one statement."""
    posting = database.table_of(Posting).c
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        wanted = [
            select(literal(number), posting.id).where(search.to_sql(query, connection.dialect.name, NOW))
            for number, query in enumerate(part)
        ]
        rows: list[set[int]] = [set() for _ in part]
        for number, key in connection.execute(union_all(*wanted)):
            rows[number].add(key)
        yield from rows
