"""How long it takes to test a search backwards over many postings in SQLite, and to answer why: milliseconds a query.

.venv/bin/python -m benchmarks.backtest 100000
"""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import database
from alerts.backtest import backtest
from alerts.why import why
from models import Board, Link, Listing, Posting, PostingPlace, PostingSkill
from search import parse

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 180  # over which the postings came
WORDS = 40_000
COMMON = ["python", "agents", "rag", "pytorch", "engineer", "senior", "platform", "models", "remote", "kubernetes"]
QUERIES = [
    "role:ai-engineer country:DE", "title:agents remote:EU salary>=120kEUR", "python", "role:ml-engineer posted:>14d",
    '"python agents" -seniority:intern posted:<7d', "title:nothing-of-the-kind country:US role:ai-engineer",
]  # fmt: skip


def fill(engine, count: int) -> None:
    rng = Random(1)
    roles, levels = (
        ["ai-engineer", "ml-engineer", "data-scientist", "other"],
        ["senior", "staff", "intern", "unspecified"],
    )
    with database.transaction(engine) as connection:
        insert(connection, Board, [{"id": 1, "source": "x", "board": "x"}])
    for start in range(1, count + 1, 5_000):
        numbers = range(start, min(start + 5_000, count + 1))
        with database.transaction(engine) as connection:
            store(connection, rng, numbers, roles, levels)


def store(connection, rng: Random, numbers: range, roles: list[str], levels: list[str]) -> None:
    rows: dict = {Listing: [], Posting: [], Link: [], PostingPlace: [], PostingSkill: []}
    texts = []
    for number in numbers:
        at = NOW - timedelta(hours=rng.randrange(DAYS * 24))
        words = [rng.choice(COMMON) if rng.random() < 0.2 else f"w{int(WORDS * rng.random() ** 3)}" for _ in range(60)]
        rows[Listing].append({"id": number, "board_id": 1, "source": "x", "board": "x", "native_id": str(number),
                              "first_seen_at": at, "raw": {}, "description": ""})  # fmt: skip
        rows[Posting].append({
            "id": number, "public_id": str(number), "primary_listing_id": number, "title": " ".join(words[:4]),
            "role": rng.choice(roles), "seniority": rng.choice(levels), "posted_at": at, "first_seen_at": at,
            "workplace": rng.choice([None, "remote"]), "remote_scope": rng.choice([None, "EU", "US"]), "evidence": {},
            "closed_at": at + timedelta(days=40) if rng.random() < 0.5 else None, "skills": [], "locations": [],
            "salary_annual_max": rng.choice([None, 90_000.0, 150_000.0]), "salary_currency": "EUR",
        })  # fmt: skip
        rows[Link].append({"listing_id": number, "posting_id": number, "reason": "own", "linked_at": at})
        rows[PostingPlace].append({"posting_id": number, "number": 0, "country": rng.choice(["DE", "US", "FR", "GB"])})
        texts.append({"posting_id": number, "title": " ".join(words[:4]), "company": "acme", "text": " ".join(words)})
    for model, values in rows.items():
        insert(connection, model, values)
    database.write_texts(connection, texts)


def insert(connection, model, values: list[dict]) -> None:
    if values:
        connection.execute(database.table_of(model).insert(), [model(**value).model_dump() for value in values])


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        engine = database.open_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
        database.upgrade(engine)
        fill(engine, count)
        for text in QUERIES:
            start = time.perf_counter()
            tested = backtest(lambda: database.read(engine), parse(text), NOW)
            spent = (time.perf_counter() - start) * 1000
            print(
                f"{spent:8.0f} ms  {tested.total:7,} sent  {len(tested.wider)}/{len(tested.narrower)} proposals  {text}"
            )
        with database.read(engine) as connection:
            start = time.perf_counter()
            for key in range(1, 101):
                why(connection, key, parse(QUERIES[1]), NOW)
            print(f"{(time.perf_counter() - start) * 10:8.1f} ms  an answer to why")


if __name__ == "__main__":
    main()
