"""Pages and facet counts of postings, on both engines: nothing twice or skipped, and counts say what a click leaves."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

import database
import search
from database import CursorError, table_of
from models import Board, EventKind, Posting, PostingEvent, SourceTerms
from search.nodes import Tagged
from tests.search.generated import NOW, PEOPLE, documents, facts, queries, store

COUNT = 120
OWN = facts(PEOPLE[0])  # of who asks
UNDATED = range(10, 30)


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """Postings made by chance; some have no date of their own."""
    engine = database.open_engine(database_url)
    with engine.connect() as connection, connection.begin() as transaction:
        store(connection, documents(Random(5), COUNT))
        posting = table_of(Posting)
        for rest in range(7):
            named = {"company_key": f"company {rest}", "company": f"Company {rest}"}
            connection.execute(update(posting).where(posting.c.id % 7 == rest).values(named))
        ids = posting.c.id.in_([*UNDATED, 40])
        connection.execute(update(posting).where(ids).values(posted_at=NOW))  # newer than all that is dated
        opened = {"kind": EventKind.OPENED, "at": NOW, "changes": {}, "is_baseline": True, "origin": ""}
        rows = [opened | {"posting_id": number} for number in UNDATED]
        rows.append(opened | {"posting_id": 40, "is_baseline": False})  # came while we watched: this is its date
        connection.execute(insert(table_of(PostingEvent)), rows)
        yield connection
        transaction.rollback()
    engine.dispose()


def walked(connection: Connection, query: search.Query | None, sort: str, limit: int = 7) -> list[int]:
    found, after = [], ""
    while True:
        page = database.find_page(connection, query, NOW, sort=sort, limit=limit, after=after)
        found += page.ids
        if not page.next:
            return found
        assert len(page.ids) == limit
        after = page.next


def rows_of(connection: Connection) -> dict[int, dict[str, Any]]:
    rows = connection.execute(table_of(Posting).select()).mappings()
    return {row["id"]: dict(row) for row in rows}


ORDERS = {
    "posted": lambda row: 0 if row["id"] in UNDATED else -row["posted_at"].timestamp(),
    "first-seen": lambda row: -row["first_seen_at"].timestamp(),
    "salary": lambda row: -(row["salary_annual_max"] or -1),
    "company": lambda row: row["company_key"],
}


@pytest.mark.parametrize("sort", ORDERS)
def test_every_page_follows_the_one_before(connection: Connection, sort: str) -> None:
    rows = rows_of(connection)
    for text in ("", "is:open", "python OR skill:pytorch", "-role:other"):
        query = search.parse(text) if text else None
        meant = set(database.find_postings(connection, query, NOW, limit=None))
        found = walked(connection, query, sort)
        assert (len(found), set(found)) == (len(meant), meant)
        order = [(ORDERS[sort](rows[number]), -number) for number in found]
        assert order == sorted(order)


def test_what_is_undated_stands_last_and_the_newest_first_of_it(connection: Connection) -> None:
    assert walked(connection, None, "posted")[-len(UNDATED) :] == sorted(UNDATED, reverse=True)
    assert walked(connection, None, "posted")[0] == 40


def test_a_page_goes_on_where_it_was_while_postings_come_and_go(connection: Connection) -> None:
    before = walked(connection, None, "posted")
    page = database.find_page(connection, None, NOW, limit=20)
    posting = table_of(Posting)
    for number in (page.ids[19], page.ids[3]):  # the last one of the page moves to the top
        connection.execute(update(posting).where(posting.c.id == number).values(posted_at=NOW + timedelta(days=1)))
    found = database.find_page(connection, None, NOW, limit=COUNT, after=page.next).ids
    assert found == before[20:]


def test_a_cursor_is_of_its_order_and_of_nobodys_making(connection: Connection) -> None:
    cursor = database.find_page(connection, None, NOW, limit=3).next
    assert database.find_page(connection, None, NOW, limit=3, after=cursor).ids
    wrong = [cursor[:-1], cursor + "A", cursor[::-1], cursor.swapcase(), "x", "é", " ", "A" * 5_000, cursor[1:]]
    for text in [one for one in wrong if one != cursor]:
        with pytest.raises(CursorError):
            database.find_page(connection, None, NOW, after=text)
    with pytest.raises(CursorError, match="sorted by posted, not by salary"):
        database.find_page(connection, None, NOW, sort="salary", after=cursor)


CLICKS = 3  # of a field's values that are tried
CLICKED = {"age": "posted:<{}", "pay": "salary>={}USD"}


def clicked(field: str, value: str) -> search.Query:
    return search.parse(CLICKED[field].format(value)) if field in CLICKED else search.Query(Tagged(field, (value,)))


def test_a_facet_counts_what_a_click_leaves(connection: Connection) -> None:
    fields = [field for field in database.FACETS if field != "company"]
    dice = Random(9)
    for query in [None, *(search.parse(text, OWN) for text, _, _ in queries(dice, 12))]:
        counts = database.facet_counts(connection, query, NOW, fields)
        assert list(counts) == fields
        for field, found in counts.items():
            for value, count in dice.sample(found, min(CLICKS, len(found))):
                narrowed = query & clicked(field, value) if query else clicked(field, value)
                assert database.count_postings(connection, narrowed, NOW) == count, (field, value, str(query))


def test_each_value_there_is_is_counted(connection: Connection) -> None:
    counts = database.facet_counts(connection, None, NOW, database.FACETS)
    for field in ("role", "seniority", "workplace", "type", "visa", "language"):
        assert sum(count for _, count in counts[field]) == COUNT
        assert [count for _, count in counts[field]] == sorted((count for _, count in counts[field]), reverse=True)
    assert counts["company"][:2] == [("Company 1", 18), ("Company 0", 17)]
    assert {value for value, _ in counts["country"]} == {"DE", "US", "GB", "NA", "unknown"}
    assert [value for value, _ in counts["pay"]] == list(database.PAY)


def test_what_is_private_is_not_shown_to_all(connection: Connection) -> None:
    connection.execute(update(table_of(Board)).values(source="lever"))
    connection.execute(insert(table_of(SourceTerms)), {"name": "lever", "attribution": "", "reuse": "private"})
    shown = set(database.find_postings(connection, None, NOW, limit=None, for_all=True))
    assert 0 < len(shown) < COUNT
    assert set(database.find_page(connection, None, NOW, limit=COUNT, for_all=True).ids) == shown
    counts = database.facet_counts(connection, None, NOW, ["role"], for_all=True)
    assert sum(count for _, count in counts["role"]) == len(shown)
