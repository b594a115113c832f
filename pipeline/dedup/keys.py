"""Under which keys a posting is looked for: what appearances of one opening have in common, as numbers for an index.

The most telling first. A key that many postings carry tells little: a reader takes its newest `BUCKET` and goes on.
"""

from hashlib import blake2b

from pipeline.dedup.facts import Facts

BUCKET = 64
_SPOTS = 4
_RUNS = 4


def blocking_keys(facts: Facts) -> tuple[int, ...]:
    """Signed 64-bit numbers, each once; postings that share none are not compared."""
    return tuple(dict.fromkeys(_number(*parts) for parts in _parts(facts)))


def _parts(facts: Facts) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    if facts.url:
        found.append(("url", facts.url))
    if facts.employer and not facts.is_agency:
        found += _of_employer(facts)
    found += [("run", str(run)) for run in sorted(facts.sketch, key=_spread)[:_RUNS]]
    return found


def _of_employer(facts: Facts) -> list[tuple[str, ...]]:
    """The requisition; the residue with each place; the residue alone; each word of it with each place."""
    employer, residue = facts.employer, " ".join(sorted(set(facts.words)))
    spots = sorted({spot[0] or spot[1] or spot[2] for spot in facts.spots} | ({"remote"} if facts.is_remote else set()))
    numbers = [("requisition", employer, facts.requisition)] if facts.requisition else []
    return [
        *numbers,
        *(("title-place", employer, residue, spot) for spot in spots[:_SPOTS]),
        ("title", employer, residue),
        *(("word-place", employer, word, spot) for word in sorted(set(facts.words)) for spot in spots[:_SPOTS]),
    ]


def _spread(run: int) -> int:
    """The runs in an order that is the same in every text, whatever the sampling left."""
    return (run * 0x9E3779B1) & 0xFFFFFFFF


def _number(*parts: str) -> int:
    digest = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
