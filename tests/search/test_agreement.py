"""One meaning of "matches": SQL of both engines, matcher, explanation and a naive reading give the same postings."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, literal, select, union_all

import database
import search
from alerts import backtest
from alerts.backtest import came_to_match
from models import Posting
from search import Document, Query, grammar
from search.age import span
from search.contradictions import impossible
from search.nodes import Age
from search.packer import Packer
from search.passing import clauses, speaks_of_closed
from search.standing import Standing
from tests.search.generated import (
    NOW,
    PEOPLE,
    Doc,
    Typed,
    closed_at,
    documents,
    facts,
    fresh,
    opened_at,
    queries,
    store,
)

PAIRS = int(os.environ.get("ROLEWIRE_PAIRS", "24000"))  # searches times postings
POSTINGS, SEARCHES = 250, 96  # of one round
AT_ONCE = 16  # searches in one statement
DAYS = 30
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
        person = PEOPLE[seed % len(PEOPLE)]
        docs, typed = documents(rng, POSTINGS, person), queries(rng, SEARCHES)
        asked = [search.parse_stored(text, facts(person)) for text, _, _ in typed]
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
    own = facts(made[0][0]["person"])
    for query in asked:
        assert_its_text_is_understood(query, own)
        assert search.from_json(search.to_json(query), own) == query
    for query, wanted in zip(asked, meant, strict=True):
        check_reasons(query, numbered, wanted)
        assert not (impossible(query) and wanted), str(query)
    standing = Standing()
    for key, query in enumerate(asked):
        standing.add(key, texts[key], query)
    told = standing.match(read, NOW)
    at_once = [{number for number, keys in enumerate(told, 1) if key in keys} for key in range(len(asked))]
    assert differing(texts, at_once, meant) == []
    assert differing(texts, packed(asked, read), meant) == []


def assert_its_text_is_understood(query: Query, own: str) -> None:
    """The canonical text is no saying, slip or cadence: it is read, and saved, as the same query."""
    assert search.parse(str(query), own) == query
    if not query.is_empty and grammar._wants(query.root, is_negated=False) and not impossible(query):
        assert search.parse_saved(str(query), own) == query
    else:
        with pytest.raises(
            search.QueryError, match=r"the search (is empty|would match nearly everything|can never match)"
        ):
            search.parse_saved(str(query), own)


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
        for query in asked:
            assert (came := came_to_match(connection, query, NOW, DAYS)) == coming(query, docs, read), str(query)
            assert backtest._count(connection, query, NOW, DAYS) == len(came)
        transaction.rollback()


def coming(query: Query, docs: Sequence[Doc], read: Sequence[Document]) -> dict[int, datetime]:
    """When each posting came to match within the days, as the matcher says: it opened, grew older, or closed."""
    limits = [span(one) for one in clauses(query.root) if isinstance(one, Age)]
    found: dict[int, datetime] = {}
    for number, (doc, one) in enumerate(zip(docs, read, strict=True), 1):
        opened, closed = opened_at(doc), closed_at(doc)
        aged = [at for limit in limits if (at := NOW - doc["age"] + limit) < NOW]  # just now is not older yet
        moments = [opened] + [at for at in aged if at >= opened and (closed is None or closed > at)]
        as_open = replace(one, is_open=True)
        when = [at for at in moments if comes(query, as_open, at, is_grown=at is not opened)]
        if not when and closed is not None and speaks_of_closed(query):
            is_new = search.matches(query, replace(one, is_open=False), closed)
            when = [closed] if is_new and not search.matches(query, as_open, closed) else []
        if when and is_within(min(when)):
            found[number] = min(when)
    return found


def comes(query: Query, one: Document, at: datetime, is_grown: bool) -> bool:
    """Whether it matches then; of what has grown so old: just after."""
    just = timedelta(milliseconds=1)
    if not is_grown:
        return search.matches(query, one, at)
    return search.matches(query, one, at + just)


def is_within(at: datetime) -> bool:
    return NOW - timedelta(days=DAYS) <= at <= NOW


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
