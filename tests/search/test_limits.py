"""The largest queries that the parser lets through are answered by every engine."""

from datetime import UTC, datetime

import pytest

import database
import search
from search.clauses import MAX_CONVERTED, MAX_TERMS
from search.codes import COUNTRIES
from search.grammar import MAX_DEPTH, MAX_LENGTH

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def nested(opening: str, closing: str, depth: int = MAX_DEPTH) -> str:
    return "".join(opening.format(n) for n in range(depth)) + "z" + closing * depth


LARGEST = {
    "words": " ".join(f"w{n}" for n in range(MAX_TERMS)),
    "alternatives": " OR ".join(f"w{n}*" for n in range(MAX_TERMS)),
    "exclusions": " ".join(f"-w{n}" for n in range(MAX_TERMS)),
    "phrase": '"' + "a " * (MAX_LENGTH // 2 - 1) + '"',
    "nested or": nested("(a{0} OR (b{0} ", "))", MAX_DEPTH // 2),
    "nested not": nested("-(a{0} OR ", ")", MAX_DEPTH // 2),
    "nested mix": nested("(role:other OR a{0} -(b{0} ", "))", MAX_DEPTH // 3),
    "list": "title:" + ",".join(f"t{n}" for n in range(MAX_TERMS)),
    "remote": "remote:" + ",".join([code for code in COUNTRIES if code != "NA"][:MAX_TERMS]),
    "countries": "country:" + ",".join(list(COUNTRIES)[:MAX_TERMS]),
    "cities": "city:" + ",".join(f"munich,c{n}" for n in range(MAX_TERMS // 2)),
    "pay": " OR ".join(f"salary>={n}k" for n in range(MAX_TERMS)),
    "converted pay": " OR ".join(f"salary>={n}kEUR" for n in range(MAX_CONVERTED)),
    "largest pay": "salary>=1000000m",
    "oldest": "posted:>9999m OR posted:<9999w",
}


def test_converted_pay_is_limited() -> None:
    with pytest.raises(search.QueryError, match="converts pay more than"):
        search.parse(" OR ".join(f"salary>={n}kEUR" for n in range(MAX_CONVERTED + 1)))


@pytest.mark.parametrize("query", LARGEST.values(), ids=LARGEST.keys())
def test_largest_queries_are_answered(database_url: str, query: str) -> None:
    engine = database.open_engine(database_url)
    database.upgrade(engine)
    with database.read(engine) as connection:
        assert database.count_postings(connection, search.parse(query), NOW) == 0
    engine.dispose()
