"""Many stored postings, made quickly: the rows that ingest writes, in the order in which a daemon would see them.

Texts follow Zipf's law over the words of `benchmarks.market`; seven of ten postings carry a date of their own, the rest
were there when their board was first read. Half of all are closed.
"""

import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, func, insert, select

import database
from benchmarks.market import NOW, PLACES, SCOPES, SKILLS, Market
from database import table_of, transaction
from models import ROLES, SENIORITIES, Board, Link, Listing, Posting, PostingEvent, PostingPlace, PostingSkill

DAYS = 180
AT_ONCE = 2_000  # postings of a transaction
BOARDS = 50  # that were read in full before, and as many that are read for the first time
SOURCES = ("greenhouse", "lever", "ashby", "workday", "jsonld")
LEVELS = ("unspecified", "senior", "mid", "staff", "entry", "manager", *SENIORITIES)
Row = dict[str, Any]


class Maker:
    """Makes the rows of postings, the same for the same seed."""

    def __init__(self, words: int, most: int, seed: int = 11) -> None:
        self.market, self.pick = Market(seed), random.Random(seed)
        self.length, self.most = words, most
        self.numbers = np.random.default_rng(seed)
        shares = 1 / (np.arange(len(self.market.words)) + 2.7)
        self.shares = np.cumsum(shares / shares.sum())

    def texts(self, count: int) -> list[str]:
        """Made-up descriptions, with terms of the trade in them."""
        drawn = np.searchsorted(self.shares, self.numbers.random((count, self.length)))
        words = np.array([*self.market.words, ""], dtype=object)[drawn]
        for row in words:
            for _ in range(self.pick.randrange(4, 20)):
                row[self.pick.randrange(self.length)] = self.market.uneven(self.market.terms)
        return [" ".join(row) for row in words.tolist()]

    def rows(self, first: int, count: int) -> dict[Any, list[Row]]:
        """The rows of the postings from this number on, by table; under `str` the words."""
        found: dict[Any, list[Row]] = {
            model: [] for model in (Listing, Posting, Link, PostingPlace, PostingSkill, PostingEvent, str)
        }
        for number, text in enumerate(self.texts(count), first):
            self.add(found, number, text)
        return found

    def add(self, found: dict[Any, list[Row]], number: int, text: str) -> None:
        pick, market = self.pick, self.market
        seen = NOW - timedelta(days=DAYS * (1 - number / self.most), seconds=pick.random() * 600)
        is_dated = pick.random() < 0.7
        posted = seen - timedelta(hours=pick.expovariate(1 / 30)) if is_dated else seen
        role, level = market.uneven(ROLES), market.uneven(LEVELS)
        country, cities, currency = market.uneven(PLACES, 1.0)
        title, company = market._title(role, level), market.uneven(market.companies, 0.5)
        listing = {
            "id": number, "board_id": number % BOARDS + (1 if is_dated else BOARDS + 1),
            "source": SOURCES[number % BOARDS % 5], "board": f"board{number % BOARDS}", "native_id": str(number),
            "title": title, "company_key": company,
            "url": f"https://jobs.example/{number}", "canonical_url": f"jobs.example/{number}", "description": text,
            "raw": {"location": cities[0], "department": "Engineering"}, "first_seen_at": seen, "kind": "ats",
        }  # fmt: skip
        low = pick.choice((None, None, 60, 80, 100, 120, 140, 160, 180, 200, 240))
        is_remote, city = pick.random() < 0.35, market.uneven(cities)
        skills = sorted({market.uneven(SKILLS) for _ in range(pick.randrange(9))})
        tags = {
            "role": role, "seniority": level, "skills": skills, "language": "en", "employment_type": "full-time",
            "workplace": "remote" if is_remote else pick.choice(("onsite", "hybrid", None)),
            "remote_scope": market.uneven(SCOPES) if is_remote else None,
            "locations": [{"city": city, "region": None, "country": country}],
            "salary_annual_min": low and low * 1000.0, "salary_annual_max": low and low * 1300.0,
            "salary_currency": currency if low else None, "visa_sponsorship": pick.choice((None, None, True, False)),
        }  # fmt: skip
        posting = {
            "id": number, "public_id": f"p{number}", "primary_listing_id": number, "title": title, "company": company,
            "company_key": company, "posted_at": posted, "posted_at_quality": "stated" if is_dated else "first-seen",
            "first_seen_at": seen, "closed_at": _closed(pick, seen), "evidence": EVIDENCE, **tags,
        }  # fmt: skip
        found[Listing].append(_whole(Listing, listing))
        found[Posting].append(_whole(Posting, posting))
        link = {"listing_id": number, "posting_id": number, "reason": "only", "linked_at": seen}
        found[Link].append(_whole(Link, link))
        place = {"city": city.lower(), "region": "", "country": country}
        found[PostingPlace].append({"posting_id": number, "number": 0, **place})
        found[PostingSkill] += [{"posting_id": number, "skill": skill} for skill in skills]
        opened = {"kind": "opened", "at": seen, "changes": {}, "is_baseline": not is_dated, "origin": ""}
        found[PostingEvent].append(opened | {"posting_id": number})
        found[str].append({"posting_id": number, **database.token_strings(title, company, text)})


EVIDENCE = {
    name: {"basis": "stated", "rule": f"{name}/12", "field": "description", "span": [100, 140], "text": "words " * 6}
    for name in ("role", "seniority", "salary", "workplace", "skills")
}
_EMPTY: dict[Any, Row] = {}


def _whole(model: Any, row: Row) -> Row:
    """With all other columns as they are by default."""
    if model not in _EMPTY:
        _EMPTY[model] = model(**row).model_dump()
    return _EMPTY[model] | row


def _closed(pick: random.Random, seen: datetime) -> datetime | None:
    closed = seen + timedelta(days=pick.expovariate(1 / 60))
    return closed if closed < NOW else None


def grow(engine: Engine, maker: Maker, size: int) -> tuple[float, float]:
    """Store postings until there are so many; returns how many a second of time, and how many one of the processor."""
    passed, used, made = 0.0, 0.0, 0
    for count, rows in _missing(engine, maker, size):
        began, began_used = time.perf_counter(), time.process_time()
        with transaction(engine) as connection:
            write(connection, rows)
        passed, used = passed + time.perf_counter() - began, used + time.process_time() - began_used
        made += count
    return (made / passed, made / used) if made else (0.0, 0.0)


def _missing(engine: Engine, maker: Maker, size: int) -> Iterator[tuple[int, dict[Any, list[Row]]]]:
    with transaction(engine) as connection:
        held = connection.execute(select(func.max(table_of(Posting).c.id))).scalar_one() or 0
        if not held:
            connection.execute(insert(table_of(Board)), [_board(number) for number in range(2 * BOARDS)])
    for first in range(held + 1, size + 1, AT_ONCE):
        count = min(AT_ONCE, size + 1 - first)
        yield count, maker.rows(first, count)


def _board(number: int) -> Row:
    watched = {"baseline_at": NOW - timedelta(days=2 * DAYS) if number < BOARDS else None, "listed_at": NOW}
    return _whole(Board, {"id": number + 1, "source": SOURCES[number % 5], "board": f"board{number}", **watched})


def write(connection: Connection, rows: dict[Any, list[Row]]) -> None:
    """As ingest does: what a listing says, its posting, the tags, the words, how they belong together, the event."""
    for model in (Listing, Posting, PostingPlace, PostingSkill):
        connection.execute(insert(table_of(model)), rows[model])
    database.write_texts(connection, rows[str])
    for model in (Link, PostingEvent):
        connection.execute(insert(table_of(model)), rows[model])
