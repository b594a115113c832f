"""Columns in memory, cards and the text index say what the tables say of a posting, whatever happens to it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from alembic import command
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, insert, select, text, update

import database
import search
from database import answering, kept, read, table_of, transaction, words
from database.migrating import alembic_config
from models import Board, Card, EventKind, Posting, PostingEvent, PostingSkill, RawPlace, SourceTerms
from pipeline.ingest import merging
from pipeline.ingest.retag import retag
from settings import Settings
from tests.pipeline.house import House, raw
from tests.search.generated import NOW, PEOPLE, documents, facts, queries, store
from web.app import create_app

POSTINGS, SEARCHES = 80, 80
OWN = facts(PEOPLE[0])  # of who asks
FIELDS = database.FACETS
ASKED = [None, *map(search.parse, (
    "agents", "is:open", "engineer* -intern", "title:engineer is:open", "country:DE", "city:berlin OR senior",
    "remote:EU", "source:jsonld", "skill:python -country:unknown", "salary>=90k", "posted:<30d retrieval", "-agents",
))]  # fmt: skip


@pytest.fixture
def engines(database_url: str) -> Iterator[tuple[Engine, Engine]]:
    """One that keeps columns, and one that asks SQL."""
    both = database.open_engine(database_url), database.open_engine(database_url)
    yield both
    for engine in both:
        engine.dispose()


def sql_statements(engine: Engine) -> list[str]:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    return said


def test_columns_find_count_and_order_what_is_meant(engines: tuple[Engine, Engine]) -> None:
    memory, plain = engines
    docs, typed = documents(Random(31), POSTINGS), queries(Random(32), SEARCHES)
    with transaction(plain) as connection:
        store(connection, docs)
        opened = {"kind": EventKind.OPENED, "at": NOW, "changes": {}, "is_baseline": True, "origin": ""}
        connection.execute(insert(table_of(PostingEvent)), [opened | {"posting_id": number} for number in range(5, 60)])
    database.keep_columns(memory)
    kept.wait_for_columns(memory)
    said = sql_statements(memory)
    with read(memory) as connection:
        for number, (words, _, meaning) in enumerate(typed):
            query = search.parse_stored(words, OWN)
            meant = {number for number, doc in enumerate(docs, 1) if meaning(doc)}
            found = walked(connection, query, list(database.SORTS)[number % 4], 1 + number % 40)
            assert (set(found), len(found)) == (meant, len(meant)), words
            assert database.count_postings(connection, query, NOW) == len(meant), words
    assert not [sql for sql in said if "FROM posting " in sql or "posting_place" in sql]
    compared(engines, [search.parse_stored(words, OWN) for words, _, _ in typed[:12]])


def walked(connection: Any, query: search.Query | None, sort: str, limit: int) -> list[int]:
    found, after = [], ""
    while True:
        page = database.find_page(connection, query, NOW, sort=sort, limit=limit, after=after)
        found += page.ids
        if not page.next:
            return found
        after = page.next


def compared(engines: tuple[Engine, Engine], asked: Any = ASKED, now: Any = NOW) -> None:
    """Both ways give the same pages, counts and facets."""
    memory, plain = engines
    with read(memory) as one, read(plain) as other:
        for number, query in enumerate(asked):
            sort = list(database.SORTS)[number % 4]
            pages = [database.find_page(each, query, now, sort=sort, limit=20) for each in (one, other)]
            assert pages[0] == pages[1], (str(query), sort)
            cursor = pages[0].next
            if cursor:  # a cursor of the one is one of the other
                behind = [database.find_page(each, query, now, sort=sort, after=cursor) for each in (one, other)]
                assert behind[0] == behind[1], (str(query), sort)
            assert database.count_postings(one, query, now) == database.count_postings(other, query, now), str(query)
            told = [database.facet_counts(each, query, now, FIELDS, for_all=True) for each in (one, other)]
            assert told[0] == told[1], str(query)
        for query in asked[:6]:
            known = [database.employers(each, query, now, 9) for each in (one, other)]
            behind = [database.employers(each, query, now, 9, "b") for each in (one, other)]
            assert (known[0], behind[0]) == (known[1], behind[1]), str(query)
            counts = [database.count_employers(each, query, now) for each in (one, other)]
            assert counts[0] == counts[1], str(query)
        for row in known[0]:
            about = [database.employer(each, row["key"]) for each in (one, other)]
            assert about[0] == about[1]


def test_cards_columns_and_text_index_follow_a_posting_through_its_life(database_url: str) -> None:
    house = House(database_url)
    plain = database.open_engine(database_url)
    database.keep_columns(house.engine)
    for number, step in enumerate(life(house)):
        check(house, plain, step, [*ASKED, *ASKED][number:][:5])
    plain.dispose()
    house.engine.dispose()


def life(house: House) -> Iterator[str]:
    """What can happen to postings, one after the other."""
    undated = [raw(number, posted="", title=f"Senior Engineer {number}") for number in (7, 8)]
    house.crawl(raw(1), raw(2), *undated)
    yield "first crawl"
    house.crawl(raw(1), raw(2, description="<p>Robots, in Python.</p>"), *undated, raw(3, posted=""))
    yield "one changed, one new without a date"
    copy = {"source": "jsonld", "board": "copycat", "kind": "aggregator", "native_id": "x1"}
    house.crawl(raw(1, **copy, description="<p>Agents.</p>"), board="copycat")
    yield "a copy joined"
    house.crawl(raw(1), raw(3, posted=""), *undated)
    yield "one closed"
    house.crawl(raw(1), raw(2), raw(3, posted="2026-05-02", places=[RawPlace("Paris, France")]), *undated)
    yield "it is back; another has a date now, and another place"
    with transaction(house.engine) as connection:
        merging.merge(connection, 1, 2, "said so", {}, house.now)
    yield "two merged"
    with transaction(house.engine) as connection:
        merging.split(connection, 2, "all", house.now)
    yield "and came apart"
    for _ in retag(house.engine, "all", is_all=True):
        pass
    yield "tagged anew"
    house.crawl(raw(1))
    house.now += timedelta(days=4_000)
    while database.prune(house.engine, Settings(), house.now):
        pass
    yield "most closed, and their texts forgotten"


def check(house: House, plain: Engine, step: str, asked: list[search.Query | None]) -> None:
    rows = {row["id"]: row for row in house.rows(Posting)}
    cards = {row["posting_id"]: row for row in house.rows(Card)}
    assert {key for key, card in cards.items() if not card["is_gone"]} == set(rows), step
    same = set(Card.model_fields) & set(Posting.model_fields)
    for key, row in rows.items():
        card = cards[key]
        assert {name: card[name] for name in same} == {name: row[name] for name in same}, step
        assert card["is_open"] == (row["closed_at"] is None), step
        assert card["closed"] == (row["closed_at"] and microseconds(row["closed_at"])), step
        assert card["is_dated"] == (row["posted_at_quality"] != "first-seen"), step
        assert card["sorted_at"] % 10**18 == microseconds(row["posted_at"]), step
        assert card["first_seen"] == microseconds(row["first_seen_at"]), step
        assert (card["sorted_at"] < 0) == (
            row["title"].startswith("Senior") and row["posted_at_quality"] == "first-seen"
        )
    compared((house.engine, plain), asked, house.now)
    with read(plain) as connection:
        for query in filter(None, asked):
            told = database.documents(connection, list(rows))
            meant = {key for key, one in told.items() if search.matches(query, one, house.now)}
            assert set(database.find_postings(connection, query, house.now, limit=None)) == meant, (step, str(query))


def microseconds(moment: Any) -> int:
    return round(moment.timestamp() * 1_000_000)


def test_a_change_that_is_committed_late_is_not_missed(engines: tuple[Engine, Engine]) -> None:
    memory, plain = engines
    with transaction(plain) as connection:
        store(connection, documents(Random(1), 10))
    database.keep_columns(memory)
    is_open = search.parse("is:open")

    def close(engine: Engine, key: int, go_on: threading.Event | None, begun: threading.Event | None) -> None:
        with transaction(engine) as connection:
            posting = table_of(Posting)
            connection.execute(update(posting).where(posting.c.id == key).values(closed_at=NOW))
            if begun and go_on:
                begun.set()
                go_on.wait(20)

    if plain.dialect.name == "postgresql":  # SQLite has one writer at a time
        begun, go_on = threading.Event(), threading.Event()
        late = threading.Thread(target=close, args=(plain, 1, go_on, begun))
        late.start()
        assert begun.wait(20)
        close(plain, 2, None, None)
        compared(engines, [is_open])
        go_on.set()
        late.join()
    else:
        close(plain, 1, None, None)
        compared(engines, [is_open])
        close(plain, 2, None, None)
    compared(engines, [is_open])
    with read(memory) as connection:
        assert not {1, 2} & set(database.find_postings(connection, is_open, NOW))


def test_a_large_database_is_read_beside_and_sql_answers_meanwhile(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 20)
    memory, plain = engines
    with transaction(plain) as connection:
        store(connection, documents(Random(2), 60))
        connection.execute(update(table_of(Board)).values(source="lever"))
        connection.execute(insert(table_of(SourceTerms)), {"name": "lever", "attribution": "", "reuse": "private"})
    database.keep_columns(memory)
    compared(engines, ASKED[:5])
    kept.wait_for_columns(memory)
    compared(engines, ASKED[:5])
    with transaction(plain) as connection:
        connection.execute(update(table_of(Posting)).values(role="ml-engineer"))
    compared(engines, ASKED[:5])
    kept.wait_for_columns(memory)
    compared(engines, ASKED[:5])
    said = sql_statements(memory)
    with read(memory) as connection:
        assert database.count_postings(connection, search.parse("role:ml-engineer"), NOW, for_all=True) < 60
    assert not [sql for sql in said if "FROM posting " in sql]


def test_a_site_reads_its_columns_before_anybody_asks(engines: tuple[Engine, Engine]) -> None:
    memory, plain = engines
    with transaction(plain) as connection:
        store(connection, documents(Random(8), 30))
    with TestClient(create_app(Settings(), memory)):
        for thread in threading.enumerate():
            if thread.name == "columns":
                thread.join()
        said = sql_statements(memory)
        with read(memory) as connection:
            assert database.count_postings(connection, None, NOW) == 30
    assert not [sql for sql in said if "aggregate" in sql.lower() or "group_concat" in sql or "FROM posting " in sql]


def test_nothing_is_kept_of_what_was_not_committed(engines: tuple[Engine, Engine]) -> None:
    memory, _ = engines
    database.keep_columns(memory)
    with memory.connect() as connection, connection.begin() as undone:
        store(connection, documents(Random(3), 5))
        assert database.count_postings(connection, None, NOW) == 5
        undone.rollback()
    with read(memory) as connection:
        assert database.count_postings(connection, None, NOW) == 0


def test_what_was_stored_before_is_found_as_before(empty_database_url: str) -> None:
    engine = database.open_engine(empty_database_url)
    with transaction(engine) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0021")
    docs = documents(Random(4), 40)
    with transaction(engine) as connection:
        store_before(connection, docs)
        opened = {"kind": EventKind.OPENED, "at": NOW - timedelta(days=99), "changes": {}, "origin": ""}
        rows = [opened | {"posting_id": key, "is_baseline": key < 9} for key in range(1, 41)]
        connection.execute(insert(table_of(PostingEvent)), rows)
    database.upgrade(engine)
    with read(engine) as connection:
        for words, _, meaning in queries(Random(5), 60):
            meant = {number for number, doc in enumerate(docs, 1) if meaning(doc)}
            found = database.find_postings(connection, search.parse_stored(words, OWN), NOW, limit=None)
            assert set(found) == meant, words
        assert sorted(database.find_postings(connection, None, NOW, limit=None)[-8:]) == list(range(1, 9))
        stored = connection.execute(select(table_of(Card)).where(table_of(Card).c.sorted_at < 0)).all()
        assert len(stored) == 8
        posting, card = table_of(Posting).c, table_of(Card).c
        both = select(posting, card.closed, card.is_dated, card.salary_is_predicted.label("guessed"))
        rows = connection.execute(both.where(card.posting_id == posting.id)).mappings().all()
        assert len(rows) == 40
        for row in rows:
            assert row["closed"] == (row["closed_at"] and microseconds(row["closed_at"]))
            assert row["is_dated"] == (row["posted_at_quality"] != "first-seen")
            assert row["guessed"] == row["salary_is_predicted"]
    engine.dispose()


def store_before(connection: Any, docs: Any) -> None:
    """The rows, where there is no card yet by which to order their texts."""
    connection.execute(text("CREATE TABLE card (posting_id integer, sorted_at bigint)"))
    store(connection, docs)
    connection.execute(text("DROP TABLE card"))


@pytest.mark.parametrize("dear", ["READ", "STREAMED", "GIVEN"])
def test_words_are_read_streamed_or_found_with_the_same_answer(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch, dear: str
) -> None:
    for name in ("READ", "STREAMED", "GIVEN"):
        for module in (answering, words):
            monkeypatch.setattr(module, name, 1e9 if name == dear else 1e-9, raising=False)
    monkeypatch.setattr(words, "_NEEDLES", 2 if dear == "GIVEN" else 100)  # what looks for more is read one by one
    memory, plain = engines
    docs, typed = documents(Random(41), 50), queries(Random(42), 40)
    with transaction(plain) as connection:
        store(connection, docs)
    database.keep_columns(memory)
    for asked, _, meaning in typed:
        meant = {number for number, doc in enumerate(docs, 1) if meaning(doc)}
        with read(memory) as connection:  # the first page before the count, which remembers
            assert set(walked(connection, search.parse_stored(asked, OWN), "posted", 7)) == meant, asked
            assert database.count_postings(connection, search.parse_stored(asked, OWN), NOW) == len(meant), asked
        kept.forget(memory)


def test_words_that_are_read_again_and_again_are_found_once(
    engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the two ways to ask for them agree while it goes from the one to the other."""
    monkeypatch.setattr(words, "GIVEN", 20.0)
    memory, plain = engines
    with transaction(plain) as connection:
        store(connection, documents(Random(7), 60))
    database.keep_columns(memory)
    said, ways = sql_statements(memory), []
    for number in range(12):  # each is another question about the same word
        asked = search.parse(f"agents salary>={number}k")
        with read(memory) as one, read(plain) as other:
            assert database.count_postings(one, asked, NOW) == database.count_postings(other, asked, NOW)
        ways.append(
            "found"
            if any("MATCH" in sql or "@@" in sql for sql in said)
            else "read"
            if any("FROM posting_text" in sql and "agents" not in sql for sql in said)
            else "known"
        )
        said.clear()
    assert (ways[0], ways.count("found"), ways[-1]) == ("read", 1, "known")


def test_hits_are_kept_up_with_what_changes(engines: tuple[Engine, Engine]) -> None:
    memory, plain = engines
    with transaction(plain) as connection:
        store(connection, documents(Random(6), 40))
    database.keep_columns(memory)
    asked = [search.parse(one) for one in ("agents", "-agents", "skill:python", "country:DE", "is:open retrieval")]
    compared(engines, asked)
    said = sql_statements(memory)
    with transaction(plain) as connection:
        posting = table_of(Posting)
        connection.execute(update(posting).where(posting.c.id < 30).values(role="nlp-engineer"))
        rows = [{"posting_id": key, **database.token_strings("Agents", "Acme", "retrieval")} for key in range(1, 20, 2)]
        database.write_texts(connection, rows)
        skill = table_of(PostingSkill)
        connection.execute(skill.delete().where(skill.c.posting_id < 30))
        connection.execute(insert(skill), [{"posting_id": key, "skill": "python"} for key in (3, 4)])
    compared(engines, asked)
    assert not [sql for sql in said if "MATCH" in sql or "@@" in sql]
    with transaction(plain) as connection:  # a text alone, which tells the cards nothing on SQLite
        database.write_texts(connection, [{"posting_id": 20, **database.token_strings("Agents", "Acme", "new")}])
    compared(engines, asked)
