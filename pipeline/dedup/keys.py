"""Under which keys a posting is looked for: what appearances of one opening have in common, as numbers for an index.

The most telling first. A key that many postings carry tells little: a reader takes its newest `BUCKET` and goes on.
"""

from hashlib import blake2b

from pipeline.dedup.facts import Facts

BUCKET = 24
_SPOTS = 3
_RUNS = 6
_SHARE = 2**32 // 12  # of the runs: the same ones in every text that holds them


def blocking_keys(facts: Facts) -> tuple[int, ...]:
    """Signed 64-bit numbers, each once; postings that share none are not compared."""
    found: list[tuple[str, ...]] = [("url", facts.url)] if facts.url else []
    if facts.employer and not facts.is_agency:
        found += _of_employer(facts)
    return _numbers([*found, *(("run", str(run)) for run in _telling(facts.sketch))])


def wide_keys(facts: Facts) -> tuple[int, ...]:
    """Those, and each word of the title with the employer: for a batch, where all can be compared that may be one."""
    words = sorted(set(facts.words)) if facts.employer else []
    return blocking_keys(facts) + _numbers([("word", facts.employer, word) for word in words])


def _of_employer(facts: Facts) -> list[tuple[str, ...]]:
    """The requisition; the title's residue with each place; the residue alone."""
    employer, residue = facts.employer, " ".join(sorted(set(facts.words)))
    spots = sorted({spot[0] or spot[1] or spot[2] for spot in facts.spots})[:_SPOTS]
    numbers = [("requisition", employer, facts.requisition)] if facts.requisition else []
    return [*numbers, *(("place", employer, residue, spot) for spot in spots), ("title", employer, residue)]


def _telling(sketch: tuple[int, ...]) -> list[int]:
    """A few runs, the same ones in every text that holds them; of a short text at least two."""
    few = sorted((place, run) for run in sketch if (place := run * 0x9E3779B1 & 0xFFFFFFFF) < _SHARE)
    if len(few) < 2:
        few = sorted((run * 0x9E3779B1 & 0xFFFFFFFF, run) for run in sketch)[:2]
    return [run for _, run in few[:_RUNS]]


def _numbers(parts: list[tuple[str, ...]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_number(*each) for each in parts))


def _number(*parts: str) -> int:
    digest = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
