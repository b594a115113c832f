"""What does one new posting cost against a full index? `python benchmarks/dedup.py [10000 100000 1000000]`.

The index is the database's: the keys and the facts of made-up postings, with the names of employers, the titles, places
and boilerplate in the mixture that real boards have: a few employers with thousands of alike ads, many with five. Half
of the new postings are copies, on another board, of one that stands: cut, decorated, with another foot; half stand
nowhere else. Prints per size: microseconds of the processor for the preparation (facts, keys), the look-up and the
comparison; how many were compared; precision and recall; what the process holds in memory and the file on disk; and how
long it took to make.
"""

import argparse
import random
import resource
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from models import Place, RawPlace, RawPosting, Tags
from pipeline import dedup
from pipeline.dedup import Facts
from pipeline.dedup.titles import read_title
from pipeline.level import tag_seniority

CITIES = (("Berlin", "DE"), ("London", "GB"), ("Paris", "FR"), ("New York City", "US"), ("San Francisco", "US"),
          ("Seattle", "US"), ("Toronto", "CA"), ("Bengaluru", "IN"), ("Singapore", "SG"), ("Warsaw", "PL"))  # fmt: skip
LEVELS = ("", "", "", "Senior ", "Senior ", "Staff ", "Junior ", "Principal ")
FIELDS = ("Software", "Machine Learning", "Data", "Backend", "Frontend", "Platform", "Security", "Research", "Mobile",
          "Infrastructure", "Sales", "Product", "Computer Vision", "NLP", "Robotics")  # fmt: skip
NOUNS = ("Engineer", "Scientist", "Manager", "Analyst", "Developer", "Architect")
TEAMS = (
    "",
    "",
    "",
    ", Search",
    ", Ads",
    ", Payments",
    ", Growth",
    ", Core",
    " - Risk",
    " (Checkout)",
    ", Maps",
    ", Identity",
)
QUERIES = 1_000
TABLES = """
CREATE TABLE listing_key (key BIGINT, listing_id INTEGER, PRIMARY KEY (key, listing_id)) WITHOUT ROWID;
CREATE TABLE listing_facts (listing_id INTEGER PRIMARY KEY, facts BLOB NOT NULL);
"""
NEWEST = """SELECT found.listing_id FROM json_each(?) wanted
    JOIN listing_key found ON found.key = wanted.value AND found.listing_id IN (
        SELECT newest.listing_id FROM listing_key newest WHERE newest.key = wanted.value
        ORDER BY newest.listing_id DESC LIMIT ?)"""


TEXT = " ".join(
    f"word{i * 7919 % 1009} and its {i % 83} neighbour{i % 41}" for i in range(160)
)  # about 4,000 characters


def sketch_of(employer: int, draw: random.Random) -> tuple[int, ...]:
    """Runs as of an ad in which a third is the employer's boilerplate."""
    about = random.Random(employer - 1_000_000)
    runs = [about.getrandbits(26) << 6 for _ in range(20)] + [draw.getrandbits(26) << 6 for _ in range(40)]
    return tuple(sorted(set(runs)))


@dataclass(frozen=True, slots=True)
class Opening:
    """One made-up opening by its number."""

    number: int
    employer: int
    title: str
    city: tuple[str, str]

    @classmethod
    def of(cls, number: int) -> "Opening":
        """A twentieth of all is of twenty large employers, the rest of ones with about eight each."""
        draw = random.Random(number)
        employer = draw.randrange(20) if draw.random() < 0.05 else 20 + number // 8
        title = draw.choice(LEVELS) + draw.choice(FIELDS) + " " + draw.choice(NOUNS) + draw.choice(TEAMS)
        return cls(number, employer, title, draw.choice(CITIES))

    def facts(self, source: str = "ats", title: str = "") -> Facts:
        """Its facts as ingest makes them, but for a made-up sketch."""
        city, country = self.city
        name, read = f"emp{self.employer}xworks", read_title(title or self.title)
        return Facts(
            source=source, board=name, native_id=f"{self.number}", kind="ats", employer=name, name=name,
            title=title or self.title, words=read.words, marks=read.marks, level=read.level,
            spots=((city.lower(), "", country),), place_words=tuple(city.lower().split()),
            url=f"https://{source}.example/{self.number}", language="en", posted_at=1.7e9 + self.number,
            sketch=sketch_of(self.employer, random.Random(self.number + 1)),
        )  # fmt: skip


def fill(path: Path, size: int) -> float:
    """An index of so many postings; returns the seconds of the processor that it took."""
    began = time.process_time()
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;" + TABLES)
    numbers = iter(range(size))
    while part := list(islice(numbers, 5_000)):
        facts = [(number, Opening.of(number).facts()) for number in part]
        connection.executemany("INSERT INTO listing_facts VALUES (?, ?)", ((n, dedup.pack(one)) for n, one in facts))
        keys = sorted((key, number) for number, one in facts for key in dedup.blocking_keys(one))
        connection.executemany("INSERT OR IGNORE INTO listing_key VALUES (?, ?)", keys)
    connection.commit()
    connection.close()
    return time.process_time() - began


def copied(opening: Opening, draw: random.Random) -> Facts:
    """A copy on another board: cut, or with other runs for a third of its own, under a trimmed title."""
    facts = opening.facts("copier", draw.choice(("{}", "{} (m/f/d)", "Hiring: {}")).format(opening.title))
    kept = draw.sample(facts.sketch, len(facts.sketch) * draw.choice((2, 3)) // 3)
    return replace(facts, sketch=tuple(sorted({*kept, *(draw.getrandbits(26) << 6 for _ in range(10))})))


def posting_of(opening: Opening) -> tuple[RawPosting, Tags]:
    """What ingest makes facts of."""
    city, country = opening.city
    raw = RawPosting(
        "copier", "b", "1", "", opening.title, company="Works", places=[RawPlace(text=f"{city}, {country}")]
    )
    text = f"{opening.number} {TEXT}"
    return raw, Tags(title=opening.title, company="Works", description=text, places=[Place(city, "", country)])


def measure(path: Path, size: int) -> None:
    """Ask the index for new postings, one at a time."""
    connection = sqlite3.connect(path)
    draw = random.Random(2)
    first = copied(Opening.of(0), draw)  # tables that are read once, at the first title with another word
    dedup.compare(first, replace(first, board="", url="", requisition="", words=(*first.words, "germany")))
    spent = [0.0, 0.0, 0.0]
    compared = found = wrong = copies = 0
    for number in range(QUERIES):
        is_copy = number % 2 == 0
        opening = Opening.of(draw.randrange(size) if is_copy else size * 2 + number)
        facts = copied(opening, draw)
        raw, tags = posting_of(opening)
        tag_seniority(tags.title, "")  # as ingest, which tags before it compares
        began = time.process_time()
        dedup.facts_of(raw, tags)
        keys = dedup.blocking_keys(facts)
        prepared = time.process_time()
        wanted = f"[{','.join(map(str, keys))}]"
        ids = list(dict.fromkeys(row[0] for row in connection.execute(NEWEST, (wanted, dedup.BUCKET))))
        marks = ",".join("?" * len(ids))
        wanted = f"SELECT listing_id, facts FROM listing_facts WHERE listing_id IN ({marks})"
        rows = connection.execute(wanted, ids)
        packed = rows.fetchall()
        read = time.process_time()
        judged = ((dedup.compare(facts, dedup.unpack(data)), key) for key, data in packed)
        best = max(((said.score, key) for said, key in judged if said.is_same), default=None)
        ended = time.process_time()
        spent = [a + b for a, b in zip(spent, (prepared - began, read - prepared, ended - read), strict=True)]
        compared, copies = compared + len(packed), copies + is_copy
        found += is_copy and best is not None and best[1] == opening.number
        wrong += best is not None and (not is_copy or best[1] != opening.number)
    each = [one / QUERIES * 1e6 for one in spent]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    quality = f"precision {found / max(1, found + wrong):.4f} recall {found / copies:.4f}"
    times = f"{sum(each):4.0f} us = prepare {each[0]:.0f} + look up {each[1]:.0f} + compare {each[2]:.0f}"
    room = f"memory {peak:.0f} MB, file {path.stat().st_size / 2**20:.0f} MB"
    print(f"{size:9,d}: {times}; {compared / QUERIES:.1f} compared; {quality}; {room}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    with tempfile.TemporaryDirectory() as folder:
        for size in parser.parse_args().sizes:
            path = Path(folder) / f"{size}.db"
            seconds = fill(path, size)
            measure(path, size)
            print(f"           made in {seconds:.0f} s", flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
