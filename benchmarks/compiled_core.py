"""What an optional compiled core would buy: the stages from marks to keys in C, beside the same in numpy.

    python -m benchmarks.compiled_core [--sizes 10000,100000]

A prototype, in no wheel: the C below is built by `cc` as this runs and works on the arrays of the packed searches as
they are. Both ways get the same postings and searches (those of `benchmarks.matching`) and must find the same keys for
each posting. Text to tokens and marks are Python in both. Times: of the processor, the best of three, µs a posting.
"""

import argparse
import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import search
from benchmarks.market import NOW, Market
from benchmarks.matching import POSTINGS, SAMPLE, SINGLE, packing, timed
from search.packed import AT_ONCE, Packed

SOURCE = r"""
#include <stdint.h>
typedef struct { const int32_t *needs, *below, *starts, *numbers; } Level;

/* the row of each need: which of the postings bear one of its marks */
void fill(const int64_t *codes, const int64_t *owners, int64_t marks, const int32_t *starts, const int32_t *numbers,
          const int32_t *negated, int64_t count, int64_t negations, uint64_t everyone, uint64_t *rows) {
    for (int64_t i = 0; i < marks; i++)
        for (int32_t at = starts[codes[i]]; at < starts[codes[i] + 1]; at++)
            rows[numbers[at]] |= 1ull << owners[i];
    for (int64_t i = 0; i < negations; i++) rows[count + i] = ~rows[negated[i]] & everyone;
}

typedef struct { uint64_t *bits; int32_t *touched; int64_t size; } Found;

static void take(Found *found, int32_t query, uint64_t bits) {
    if (!found->bits[query]) found->touched[found->size++] = query;
    found->bits[query] |= bits;
}

static void down(const Level *levels, int depth, int64_t at, uint64_t bits, const uint64_t *rows, Found *found) {
    const Level *level = levels + depth;
    bits &= rows[level->needs[at]];
    if (!bits) return;
    for (int32_t i = level->starts[at]; i < level->starts[at + 1]; i++) take(found, level->numbers[i], bits);
    for (int32_t next = level->below[at]; next < level->below[at + 1]; next++)
        down(levels, depth + 1, next, bits, rows, found);
}

/* the queries that match some posting, each once: their number; bits[query] says which postings, and stays set */
int64_t walk(const Level *levels, int64_t roots, const uint64_t *rows, uint64_t everyone, const int32_t *always,
             int64_t alwayses, uint64_t *bits, int32_t *touched) {
    Found found = {bits, touched, 0};
    for (int64_t i = 0; i < alwayses; i++) take(&found, always[i], everyone);
    for (int64_t at = 0; at < roots; at++) down(levels, 0, at, everyone, rows, &found);
    return found.size;
}

/* the keys of each posting, one posting after the other from ends[n] on; clears the bits. -1: there is no more room */
int64_t deliver(uint64_t *bits, const int32_t *touched, int64_t queries, const int32_t *starts, const int64_t *keys,
                const uint8_t *held, int64_t *out, int64_t room, int64_t *ends) {
    for (int64_t i = 0; i < queries; i++) {
        int64_t many = starts[touched[i] + 1] - starts[touched[i]];
        for (uint64_t left = bits[touched[i]]; left; left &= left - 1) ends[__builtin_ctzll(left) + 1] += many;
    }
    for (int n = 0; n < 64; n++) ends[n + 1] += ends[n];
    if (ends[64] > room) return -1;
    int64_t next[64], total = 0;
    for (int n = 0; n < 64; n++) next[n] = ends[n];
    for (int64_t i = 0; i < queries; i++) {
        for (uint64_t left = bits[touched[i]]; left; left &= left - 1)
            for (int32_t at = starts[touched[i]]; at < starts[touched[i] + 1]; at++)
                if (held[at]) { out[next[__builtin_ctzll(left)]++] = keys[at]; total++; }
        bits[touched[i]] = 0;
    }
    return total;
}
"""
POINTERS = ctypes.c_void_p * 4


class Core:
    """The compiled stages over the arrays of packed searches, of which none is inexact and none discarded."""

    def __init__(self, packed: Packed, library: ctypes.CDLL) -> None:
        assert not packed.inexact, "what a matcher has to look at again is left to Python"
        assert packed.holders.is_held.all()
        self.packed, self.library = packed, library
        self.levels = (POINTERS * len(packed.levels))(*(
            POINTERS(*map(_address, (one.needs, one.below, one.ending.starts, one.ending.numbers)))
            for one in packed.levels
        ))  # fmt: skip
        queries = len(packed.holders.starts) - 1
        self.bits, self.touched = np.zeros(queries, np.uint64), np.empty(queries, np.int32)
        self.out = np.empty(1 << 22, np.int64)

    def match(self, documents: Sequence[search.Document]) -> list[np.ndarray[Any, Any]]:
        """The keys of each posting, 64 of them at most."""
        needs = self.packed.needs
        codes, owners = self.packed.reader.codes(documents, NOW)
        everyone = ctypes.c_uint64((1 << len(documents)) - 1)
        rows = np.zeros(needs.count + len(needs.negated), np.uint64)
        by_code = needs.by_code
        self._call("fill", codes, owners, len(codes), by_code.starts, by_code.numbers, needs.negated, needs.count,
                   len(needs.negated), everyone, rows)  # fmt: skip
        always, roots = self.packed.always, len(self.packed.levels[0].needs)
        count = self._call("walk", self.levels, roots, rows, everyone, always, len(always), self.bits, self.touched)
        ends, holders = np.zeros(65, np.int64), self.packed.holders
        total = self._call("deliver", self.bits, self.touched, count, holders.starts, holders.keys, holders.is_held,
                           self.out, len(self.out), ends)  # fmt: skip
        assert total >= 0
        return [self.out[ends[number] : ends[number + 1]].copy() for number in range(len(documents))]

    def _call(self, name: str, *given: Any) -> int:
        function = getattr(self.library, name)
        function.restype = ctypes.c_int64
        return int(function(*map(_passed, given)))


def _address(array: np.ndarray[Any, Any]) -> int:
    assert array.flags.c_contiguous
    return array.ctypes.data


def _passed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(_address(value))
    return ctypes.c_int64(value) if isinstance(value, int) else value


def built(folder: str) -> ctypes.CDLL:
    """The C, compiled. Ends where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise SystemExit("there is no C compiler (cc) here")
    source, library = Path(folder, "core.c"), Path(folder, "core.so")
    source.write_text(SOURCE)
    subprocess.run([compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source], check=True)
    return ctypes.CDLL(str(library))


def measure(packed: Packed, core: Core, documents: Sequence[search.Document], batch: int) -> str:
    """A line of the table: marks, all in numpy, all in C, and what is left of each without the marks."""
    batches = [documents[start : start + batch] for start in range(0, len(documents), batch)]
    ways: list[Callable[[], Any]] = [
        lambda: [packed.reader.codes(one, NOW) for one in batches],
        lambda: [keys for one in batches for keys in packed.match(one, NOW)],
        lambda: [keys for one in batches for keys in core.match(one)],
    ]
    (marks, _), (ours, found), (theirs, same) = map(timed, ways)
    for mine, other in zip(found, same, strict=True):
        assert np.array_equal(np.sort(mine), np.sort(other)), "the two ways differ"
    marks, ours, theirs = (each / len(documents) * 1e6 for each in (marks, ours, theirs))
    return f"{batch:6d} {marks:8.0f} {ours:10.0f} {theirs:8.0f} {ours - marks:12.0f} {theirs - marks:8.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    sizes = parser.parse_args().sizes
    market = Market()
    earlier = [market.posting().document() for _ in range(SAMPLE)]
    drafts = [market.posting() for _ in range(POSTINGS)]
    documents = [draft.document() for draft in drafts]
    tokens = timed(lambda: [draft.document() for draft in drafts])[0] / POSTINGS * 1e6
    with tempfile.TemporaryDirectory() as folder:
        library, asked = built(folder), list[str]()
        for size in map(int, sizes.split(",")):
            asked += [market.query() for _ in range(size - len(asked))]
            packed = packing(asked, earlier)
            core = Core(packed, library)
            print(f"{size:,} searches; text to tokens, beside all of it: {tokens:.0f}")
            print(f"{'batch':>6s} {'marks':>8s} {'+ numpy':>10s} {'+ C':>8s} {'numpy alone':>12s} {'C alone':>8s}")
            print(measure(packed, core, documents[:SINGLE], 1))
            print(measure(packed, core, documents, AT_ONCE), flush=True)


if __name__ == "__main__":
    main()
