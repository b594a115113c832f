"""Figures out of the columns in memory are those that SQL counts, whatever happened to the market before."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Connection, Engine, delete, event, text, update

import database
import search
from database import kept, market, read, table_of, transaction
from database.market import Asked
from models import Board, Link, Listing, Posting
from search import groups
from tests.market.past import NOW, SEED

QUERIES = (None, *map(search.parse, ("role:ai-engineer,ml-engineer -country:DE", "is:open skill:python salary>=60k")))
SINGLE = ("role", "workplace", "country", "skill", "company", "all")
ASKED = [
    *((name, by) for name, by in product(("now", "openings", "remote", "closing", "pay"), SINGLE)),
    ("pay", "role,seniority"), ("pay", "country,skill"), ("pay", "company,type"), ("pay-bands", "all"),
    ("skills", "all"), ("asked", "all"), ("missing", "all"),
]  # fmt: skip


@pytest.fixture
def memory(fresh: Engine) -> Iterator[Engine]:
    """An engine that keeps columns, beside the plain one."""
    engine = database.open_engine(fresh.url.render_as_string(hide_password=False))
    database.keep_columns(engine)
    yield engine
    engine.dispose()


def compared(memory: Engine, plain: Engine, days: int = 60, queries: Sequence[search.Query | None] = QUERIES) -> None:
    said: list[str] = []
    event.listen(memory, "before_cursor_execute", lambda *given: said.append(given[2]))
    with read(memory) as one, read(plain) as other:
        for (name, by), query in product(ASKED, queries):
            asked = Asked(query, by, days, "EUR", "month", ("python", "sql"))
            mine, theirs = (market.figures(each, name, asked, NOW) for each in (one, other))
            assert mine.as_json() == theirs.as_json(), (name, by, str(query), SEED)
    assert not [sql for sql in said if "GROUP BY" in sql and "group_concat" not in sql and "string_agg" not in sql]


def test_figures_are_those_of_sql_through_the_life_of_a_market(memory: Engine, fresh: Engine) -> None:
    compared(memory, fresh)
    pick = random.Random(SEED)
    listing, link, posting, board = (table_of(model) for model in (Listing, Link, Posting, Board))
    ids = pick.sample(range(1, 161), 40)
    with transaction(fresh) as connection:  # what is open closes, or is seen by itself; its posting says nothing of it
        of_some = listing.c.id.in_([10 * key + at for key in ids[:20] for at in range(1, 8)])
        connection.execute(update(listing).where(of_some).values(closed_at=NOW, close_reason="not listed any more"))
        seen = listing.c.id.in_([10 * key + at for key in ids[20:] for at in range(1, 8)])
        connection.execute(update(listing).where(seen).values(last_seen_at=NOW - timedelta(days=9)))
    compared(memory, fresh, queries=QUERIES[:1])
    with transaction(fresh) as connection:
        some = posting.c.id.in_(ids)
        changed = {"closed_at": NOW - timedelta(days=1), "salary_is_predicted": True, "posted_at_quality": "first-seen"}
        connection.execute(update(posting).where(some).values(changed))
        connection.execute(update(link).where(link.c.posting_id.in_(ids[:5])).values(posting_id=ids[6]))
        connection.execute(delete(link).where(link.c.posting_id == ids[8]))
        connection.execute(update(board).where(board.c.id == 2).values(baseline_at=NOW - timedelta(days=3)))
    compared(memory, fresh, 30, QUERIES[:1])


def test_figures_of_a_large_market_that_is_read_beside_are_those_of_sql(
    memory: Engine, fresh: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "AT_ONCE", 20)
    monkeypatch.setattr(groups, "_MOST", 30)
    kept.wait_for_columns(memory)
    compared(memory, fresh, 90, QUERIES[1:2])


def test_what_is_kept_private_is_in_no_figure_of_the_columns(memory: Engine, fresh: Engine) -> None:
    with transaction(fresh) as connection:
        connection.execute(update(table_of(Board)).values(source="hush"))
        connection.execute(update(table_of(Listing)).values(source="hush"))
    kept.wait_for_columns(memory)
    with read(memory) as connection:
        for name in market.STATS:
            asked = Asked(by="all", skills=("sql",))
            assert market.figures(connection, name, asked, NOW).basis["postings"] == 0, name


def test_a_listing_that_lives_otherwise_is_noticed_by_its_posting(fresh: Engine) -> None:
    """And one that is written as it was is not: an unchanged crawl makes no card new."""
    listing = table_of(Listing)

    def revision(connection: Connection) -> int:
        return connection.execute(text("SELECT revision FROM card WHERE posting_id = 3")).scalar_one()

    with transaction(fresh) as connection:
        of_three = listing.c.id.in_([31, 32, 33, 34, 35, 36, 37])
        before = revision(connection)
        connection.execute(update(listing).where(of_three).values(first_seen_at=listing.c.first_seen_at, title="Other"))
    with transaction(fresh) as connection:
        assert revision(connection) == before
        connection.execute(update(listing).where(of_three).values(last_seen_at=NOW))
    with transaction(fresh) as connection:
        assert revision(connection) > before
