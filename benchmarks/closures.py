"""Faults of boards against closings: how many postings are closed that are listed still, and how late those that go.

    python -m benchmarks.closures [--crawls 200] [--seed 7]

Each fault of the catalogue meets a board of its own over many crawls, for one or two crawls at a time, while the
employer goes on opening and closing. What the fault makes of an answer is given to ingest as the spiders give it.
"""

import argparse
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

import boards
import database
from models import Board, BoardEnd, BoardPage, Link, Listing, Posting, RawPlace, RawPosting, Verdict
from pipeline.ingest.shell import Ingest
from settings import Settings

START = datetime(2026, 5, 4, tzinfo=UTC)
Answer = tuple[list[RawPosting], dict[str, Any]]  # what reaches ingest, and what its end says
Fault = Callable[[random.Random, list[RawPosting]], Answer]


def failed(verdict: Verdict, share: float = 0.0, **end: Any) -> Fault:
    """A crawl that ends so, after a share of the list was read."""
    return lambda _, listed: (listed[: int(len(listed) * share)], {"verdict": verdict, **end})


def capped(_: random.Random, listed: list[RawPosting]) -> Answer:
    """A list that stops at a cap and says that it is whole."""
    return listed[: len(listed) * 5 // 14], {}


def of_another(_: random.Random, listed: list[RawPosting]) -> Answer:
    """The board's name is another employer's now."""
    others = [replace(one, native_id=f"o{one.native_id}", title=f"Payroll Clerk {one.native_id}", company="Globex",
                      description="<p>At Globex you keep books.</p>") for one in listed]  # fmt: skip
    return others, {}


def under_new_ids(_: random.Random, listed: list[RawPosting]) -> Answer:
    """All ids are exchanged at once."""
    return [replace(one, native_id=f"n{one.native_id}") for one in listed], {}


def unreadable(rng: random.Random, listed: list[RawPosting]) -> Answer:
    """Some rows cannot be read; their ids stand there still, or their lack is told."""
    lost = set(rng.sample(range(len(listed)), min(3, len(listed))))
    kept = [one for number, one in enumerate(listed) if number not in lost]
    if rng.random() < 0.5:
        return kept, {"seen": {one.native_id for one in listed}, "skipped": len(lost)}
    return kept, {"skipped": len(lost), "unsure": f"{len(lost)} of its rows have no id"}


def torn(rng: random.Random, listed: list[RawPosting]) -> Answer:
    """A page that lacks some of its postings for once, and says nothing of it."""
    lost = set(rng.sample(range(len(listed)), min(2, len(listed))))
    return [one for number, one in enumerate(listed) if number not in lost], {}


FAULTS: dict[str, list[Fault]] = {
    "6 partial crawl": [failed(Verdict.TRUNCATED, 0.4), failed(Verdict.ERROR, 0.7), capped],
    "7 empty, schema, login": [failed(Verdict.EMPTY), failed(Verdict.ERROR), failed(Verdict.BLOCKED)],
    "12 hang": [failed(Verdict.ERROR, 0.5)],
    "34 bomb": [failed(Verdict.ERROR)],
    "35 deep JSON, odd numbers": [failed(Verdict.ERROR), unreadable],
    "36 XML entities": [failed(Verdict.ERROR)],
    "37 large board": [failed(Verdict.PARTIAL, 0.5), failed(Verdict.TRUNCATED, 0.9)],
    "38 slow drip": [failed(Verdict.ERROR, 0.2)],
    "39 redirects": [failed(Verdict.ERROR), failed(Verdict.GONE)],
    "40 robots": [failed(Verdict.BLOCKED)],
    "41 Retry-After": [failed(Verdict.BLOCKED, retry_after=86400.0)],
    "42 wrong 304": [failed(Verdict.OK, is_not_modified=True)],
    "43 reused name": [of_another],
    "44 ids exchanged": [under_new_ids],
    "46 broken JSON-LD": [unreadable],
    "a page that lacks some for once": [torn],
}
MARKUP = {"46 broken JSON-LD", "a page that lacks some for once"}


@dataclass
class Employer:
    """A board with what it really lists; `gone` says in which crawl a posting went."""

    ingest: Ingest
    rng: random.Random
    is_loose: bool
    listed: list[int] = field(default_factory=lambda: list(range(1, 31)))
    next: int = 31
    number: int = 0
    now: datetime = START
    gone: dict[int, int] = field(default_factory=dict)
    false: int = 0
    late: list[int] = field(default_factory=list)  # complete crawls that true closings took

    def posting(self, number: int) -> RawPosting:
        words = f"<p>Acme builds agents, team {number}: retrieval, ranking and tools for them.</p>"
        return RawPosting(
            "greenhouse", "acme", str(number), f"https://boards.greenhouse.io/acme/jobs/{number}",
            f"AI Engineer {number}", company="Acme", description=words, kind="ats",
            places=[RawPlace("Berlin, Germany")],
        )  # fmt: skip

    def live(self) -> None:
        """What the employer does between two crawls: one goes, one comes, mostly neither."""
        if self.rng.random() < 0.3 and len(self.listed) > 20:
            went = self.listed.pop(self.rng.randrange(len(self.listed)))
            self.gone[went] = 0
        if self.rng.random() < 0.3:
            self.listed.append(self.next)
            self.next += 1

    def crawl(self, fault: Fault | None) -> None:
        """One crawl, with a fault or without; then what is closed is held against what is listed."""
        self.now += timedelta(hours=6)
        self.number += 1
        real = [self.posting(number) for number in self.listed]
        raws, said = fault(self.rng, real) if fault else (real, {})
        end = {"verdict": Verdict.OK, "seen": {raw.native_id for raw in raws}, "is_loose": self.is_loose, **said}
        with database.read(self.ingest.engine) as connection:
            task = boards.task(connection, connection.execute(select(database.table_of(Board).c.id)).scalar_one())
        if raws:
            self.ingest.take(BoardPage(task, raws))
        self.ingest.take(BoardEnd(task, **end))
        self.compare(is_complete=fault is None)

    def compare(self, is_complete: bool) -> None:
        closed = self.closed()
        self.false += len(closed & set(self.listed))
        for number in [one for one in self.gone if one in closed]:
            self.late.append(self.gone.pop(number) + is_complete)
        for number in self.gone:
            self.gone[number] += is_complete

    def closed(self) -> set[int]:
        """The numbers of the postings that are closed."""
        posting, link, listing = (database.table_of(model) for model in (Posting, Link, Listing))
        wanted = (
            select(listing.c.native_id).join(link, link.c.listing_id == listing.c.id)
            .join(posting, posting.c.id == link.c.posting_id).where(posting.c.closed_at.is_not(None))
        )  # fmt: skip
        with database.read(self.ingest.engine) as connection:
            return {int(name) for name in connection.execute(wanted).scalars() if name.isdecimal()}


def run(engine: Engine, name: str, crawls: int, rng: random.Random) -> Employer:
    """So many crawls in which the fault stands, in runs of one or two, each followed by two without."""
    settings = Settings.model_validate({"pipeline": {"keep": "all"}, "boards": [
        {"source": "greenhouse", "board": "acme", "company": "Acme"}]})  # fmt: skip
    with database.transaction(engine) as connection:
        boards.sync(connection, settings.boards)
    employer = Employer(Ingest(engine, settings), rng, name in MARKUP)
    employer.ingest.clock = lambda: employer.now
    for _ in range(3):
        employer.crawl(None)
    struck = 0
    while struck < crawls:
        fault = rng.choice(FAULTS[name])
        # a page that lacks some for two crawls in a row cannot be told from one whose postings went
        for _ in range(1 if fault is torn else rng.choice((1, 2))):
            employer.live()
            employer.crawl(fault)
            struck += 1
        for _ in range(3):
            employer.live()
            employer.crawl(None)
    return employer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crawls", type=int, default=200, help="with each fault")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    print(f"{'fault':34s} {'crawls':>6s} {'closed falsely':>14s} {'closed':>7s} {'complete crawls at most':>24s}")
    for name in FAULTS:
        with tempfile.TemporaryDirectory(prefix="rolewire-closures-") as folder:
            engine = database.open_engine(f"sqlite:///{Path(folder) / 'closures.db'}")
            database.upgrade(engine)
            found = run(engine, name, options.crawls, random.Random(f"{options.seed} {name}"))
            engine.dispose()
        most = max(found.late, default=0)
        print(f"{name:34s} {found.number:6d} {found.false:14d} {len(found.late):7d} {most:24d}", flush=True)


if __name__ == "__main__":
    main()
