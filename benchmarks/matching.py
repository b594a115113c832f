"""What it costs to match a posting against many saved searches, beside other ways to do it, with equal results.

    python -m benchmarks.matching [--sizes 1000,10000,100000,1000000] [--postgresql URL] [--tantivy]

Searches and postings are those of `benchmarks.market`. Times are of the processor, of this process alone (of a server
the time that passes), in microseconds a posting; the preparation of the text is part of each. Peers run a part of the
searches, or of the postings, where all would take too long: their rows say of how many, are multiplied up, and what
they found there must be the same. Bytes are all that the packed searches hold, their words included.

naive: each compiled matcher in turn. FTS5, tsquery: each search as SQL on 1,024 stored postings. tantivy: each search
as a prebuilt query on an index of 1,024 postings in memory (pip install tantivy).
"""

import argparse
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from sqlalchemy import select

import search
from benchmarks import tantivy_peer
from benchmarks.crowd import board, open_postings
from benchmarks.market import NOW, Draft, Market
from benchmarks.outbox import new_engine, settle
from database import read, table_of, transaction
from models import Posting
from search.packed import AT_ONCE, Packed
from search.packer import Packer

POSTINGS, SINGLE, SAMPLE = 1_024, 128, 200
BATCHES = (1, 64, 256, 1_024)
NAIVE, LOOP = 200_000, 100_000  # pairs, and searches, of the naive loop at most
SQL, TANTIVY = 1_000, 10_000  # searches that peers run
Found = list[set[int]]  # of each posting


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--postgresql", default="", help="the URL of an empty database")
    parser.add_argument("--tantivy", action="store_true")
    options = parser.parse_args()
    market = Market()
    earlier = [market.posting().document() for _ in range(SAMPLE)]
    drafts = [market.posting() for _ in range(POSTINGS)]
    asked: list[str] = []
    print(f"{'searches':>9s} {'how':34s} {'us a posting':>13s} {'x':>8s}")
    for size in map(int, options.sizes.split(",")):
        asked += [market.query() for _ in range(size - len(asked))]
        row(size, f"{np.mean([len(one.text.split()) for one in drafts]):.0f} words; selectivity below", 0, 0)
        measure(asked, drafts, earlier, options.postgresql, options.tantivy)


def measure(
    asked: list[str], drafts: list[Draft], earlier: list[search.Document], server: str, has_tantivy: bool
) -> None:
    """All ways for one number of searches."""
    size = len(asked)
    packed = packing(asked, earlier)
    took, found = {}, []
    for batch in BATCHES:
        some = drafts[:SINGLE] if batch == 1 else drafts
        spent, found = timed(lambda some=some, batch=batch: matched(packed, some, batch))
        took[batch] = spent / len(some)
        row(size, f"packed, {batch} at once" if batch > 1 else "packed, one at a time", took[batch], 0)
    counts = np.bincount(np.concatenate([list(one) for one in found if one] or [[0]]).astype(int), minlength=size)
    shares = np.percentile(counts / POSTINGS * 100, [25, 50, 75, 90, 99])
    print(f"{'':9s} selectivity in %: mean {counts.mean() / POSTINGS * 100:.3f}, 25, 50, 75, 90, 99: {shares.round(3)}")
    split(packed, drafts)
    best = min(took.values())
    some, few = list(range(min(size, LOOP))), max(2, min(POSTINGS, NAIVE // size))
    compare(size, f"naive loop, {few} postings", naive(asked[:LOOP], drafts[:few]), few, found, best, some)
    some = np.random.default_rng(7).permutation(size)[:SQL].tolist()
    compare(size, f"SQLite FTS5, {len(some)} searches", by_sql("", asked, some, drafts), POSTINGS, found, best, some)
    if server:
        ran = by_sql(server, asked, some, drafts)
        compare(size, f"PostgreSQL, {len(some)} searches", ran, POSTINGS, found, best, some)
    if has_tantivy:
        some = np.random.default_rng(8).permutation(size)[:TANTIVY].tolist()
        peer = tantivy_peer.run(
            [search.parse_stored(asked[key]) for key in some], [one.document() for one in drafts], NOW
        )
        compare(size, f"tantivy, {len(some)} searches", peer, POSTINGS, found, best, some)


def compare(
    size: int, name: str, ran: tuple[float, Found], postings: int, found: Found, best: float, some: Sequence[int] = ()
) -> None:
    """A peer's row; what it found must be the same. Of a part of the searches it knows the places in `some`."""
    spent, theirs = ran
    part = set(some)
    for ours, of_peer in zip(found, theirs, strict=False):
        meant = {some[key] for key in of_peer} if some else of_peer
        different = (ours & part if some else ours) ^ meant
        assert not different, (name, sorted(different)[:5])
    each = spent / postings * (size / len(some) if some else 1)
    row(size, name, each, each / best)


def row(size: int, name: str, each: float, ratio: float) -> None:
    """A line of the table."""
    shown = f"{each * 1e6:13,.0f}" if each else " " * 13
    print(f"{size:9,d} {name:34s} {shown} {f'{ratio:8,.1f}' if ratio else ''}", flush=True)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The best of three, in seconds of the processor; and the result."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        result = work()
        best = min(best, time.process_time() - began)
    return best, result


# --- ours ----------------------------------------------------------------------------------------------------------


def packing(asked: list[str], earlier: list[search.Document]) -> Packed:
    """The searches packed; says what that costs and what they take."""
    began, packer = time.process_time(), Packer()
    for key, words in enumerate(asked):
        packer.add(key, words, None if packer.knows(words) else search.parse_stored(words))
    added = time.process_time()
    packed = packer.pack(earlier)
    ended = time.process_time()
    each = (added - began) / len(asked) * 1e6
    del packer
    print(f"{len(asked):9,d} parsed and taken in: {each:.0f} us each; packed in {ended - added:.2f} s; "
          f"{memory(packed) / len(asked):.0f} bytes a search", flush=True)  # fmt: skip
    return packed


def memory(thing: Any) -> int:
    """The bytes of all that is reached from it, code aside."""
    seen: set[int] = set()
    ahead, total = [thing], 0
    while ahead:
        one = ahead.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one) if not isinstance(one, np.ndarray) or one.base is None else 0
        ahead += gc.get_referents(one) + ([one.base] if isinstance(one, np.ndarray) and one.base is not None else [])
    return total


def matched(packed: Packed, drafts: Sequence[Draft], batch: int) -> Found:
    """From the text to whom it matches."""
    found: Found = []
    for start in range(0, len(drafts), batch):
        documents = [draft.document() for draft in drafts[start : start + batch]]
        found += [set(keys.tolist()) for keys in packed.match(documents, NOW)]
    return found


def split(packed: Packed, drafts: Sequence[Draft]) -> None:
    """Where the time goes, in batches of 64: what a compiled core could save."""
    documents = [draft.document() for draft in drafts]
    batches = [documents[start : start + AT_ONCE] for start in range(0, len(documents), AT_ONCE)]
    prepared, _ = timed(lambda: [draft.document() for draft in drafts])
    marks, _ = timed(lambda: [packed.reader.codes(one, NOW) for one in batches])
    rows, made = timed(lambda: [packed.needs.rows(packed.reader, one, NOW) for one in batches])
    tree, _ = timed(lambda: [packed._down(*one) for one in made])
    whole, _ = timed(lambda: [list(packed.match(one, NOW)) for one in batches])
    each = [1e6 * one / len(documents) for one in (prepared, marks, rows - marks, tree, whole - rows - tree)]
    named = zip(("text to tokens", "marks", "needs", "tree", "keys"), each, strict=True)
    print(" " * 10 + "of which in batches of 64: " + ", ".join(f"{name} {one:.0f}" for name, one in named), flush=True)


# --- peers ---------------------------------------------------------------------------------------------------------


def naive(asked: list[str], drafts: Sequence[Draft]) -> tuple[float, Found]:
    """Every matcher on every posting."""
    matchers = [search.compile_matcher.__wrapped__(search.parse_stored(words)) for words in asked]
    began = time.process_time()
    documents = [draft.document() for draft in drafts]
    found = [{key for key, matches in enumerate(matchers) if matches(one, NOW)} for one in documents]
    return time.process_time() - began, found


def by_sql(url: str, asked: list[str], some: Sequence[int], drafts: list[Draft]) -> tuple[float, Found]:
    """Some searches as SQL on the stored postings."""
    engine = new_engine(url)
    board_id = board(engine)
    with transaction(engine) as connection:
        open_postings(connection, board_id, 0, drafts, NOW)
    settle(engine)
    conditions = [search.to_sql(search.parse_stored(asked[key]), engine.dialect.name, NOW) for key in some]
    found: Found = [set() for _ in drafts]
    clock = time.perf_counter if url else time.process_time
    with read(engine) as connection:
        statements = [str(_compiled(connection, one)) for one in conditions]
        began = clock()
        for key, statement in enumerate(statements):
            for (posting,) in connection.exec_driver_sql(statement):
                found[posting - 1].add(key)
        spent = clock() - began
    engine.dispose()
    return spent, found


def _compiled(connection: Any, condition: Any) -> Any:
    ids = select(table_of(Posting).c.id).where(condition)
    options = {"literal_binds": True}
    return str(ids.compile(connection.engine, compile_kwargs=options)).replace("%", "%%")


def parts(values: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """In parts."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


if __name__ == "__main__":
    main()
