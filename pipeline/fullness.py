"""How full the fields of a board's postings are, crawl after crawl: one that falls silent is seen at once. Pure.

What a crawl read is compared with what crawls before it read of the same board, older ones counting less. A fall must
be larger than chance makes it in so many postings; a field that few postings ever had does not fall.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from types import MappingProxyType
from typing import Any

from models import RawPosting

MEMORY = 0.95  # what a crawl before counts beside the one after it
LEAST_SHARE = 0.1  # that had a field, for its fall to be one
FALL = 0.5  # of the share before
LEAST_READ = 4
CHANCE = 3.5  # standard deviations
LEAST_USUAL = 5  # postings that a board lists, for too few to be too few
FEW = 0.7  # of what it usually lists
PREFIX = "field:"  # in counts, beside those of events
READ, UNREAD = "read", "unread"


FIELDS: dict[str, Callable[[RawPosting], object]] = {
    "url": lambda raw: raw.url,
    "apply_url": lambda raw: raw.apply_url,
    "description": lambda raw: raw.description,
    "places": lambda raw: raw.places,
    "requisition_id": lambda raw: raw.requisition_id,
    "opening_id": lambda raw: raw.opening_id,
    "posted": lambda raw: raw.posted,
    "updated": lambda raw: raw.updated,
    "valid_through": lambda raw: raw.valid_through,
    "employment_type": lambda raw: raw.employment_type,
    "workplace": lambda raw: raw.workplace,
    "is_remote": lambda raw: raw.is_remote is not None,
    "remote_scope": lambda raw: raw.remote_scope,
    "pay": lambda raw: raw.pay_text or any(pay.low or pay.high for pay in raw.pay),
    "department": lambda raw: raw.department,
    "language": lambda raw: raw.language,
}


@dataclass(frozen=True, slots=True)
class Fall:
    """A field that fewer postings have than did: `now` and `before` are shares, `read` how many were read."""

    field: str
    now: float
    before: float
    read: int

    def __str__(self) -> str:
        what = "could be read" if self.field == READ else f"have {self.field}"
        return f"{self.now:.0%} of {self.read} postings {what}, before {self.before:.0%}"


def counted(postings: Iterable[RawPosting], company: str = "") -> Counter[str]:
    """How many postings there are, and how many have each field; `company` is what a board is called anyway."""
    counts: Counter[str] = Counter()
    for raw in postings:
        counts[PREFIX + READ] += 1
        for name, has in FIELDS.items():
            if has(raw):
                counts[PREFIX + name] += 1
        if raw.company not in ("", company):
            counts[PREFIX + "company"] += 1
    return counts


def filled(counts: Mapping[str, int], unread: int = 0) -> dict[str, int]:
    """The part of a crawl's counts that says how full its postings were; `unread` postings could not be read at all."""
    held = {name.removeprefix(PREFIX): count for name, count in counts.items() if name.startswith(PREFIX)}
    return held | ({UNREAD: unread} if unread else {})


def remembered(usual: Mapping[str, float], fill: Mapping[str, int], fallen: Collection[str] = ()) -> dict[str, float]:
    """What is usual after one more crawl; of what is newly `fallen`, as if it had not."""
    read, once = fill.get(READ, 0), usual.get(READ, 0.0)
    counts = dict(fill) | {name: read * usual[name] / once for name in fallen if name != READ and once}
    return {name: round(usual.get(name, 0.0) * MEMORY + counts.get(name, 0), 3) for name in sorted({*usual, *counts})}


def before(
    usual: Mapping[str, float], fill: Mapping[str, int], falls: Mapping[str, Sequence[float]] = MappingProxyType({})
) -> dict[str, float]:
    """What was usual before a crawl that is remembered by now. `falls`: field -> the shares now and before, of it."""
    found = {name: max(count - fill.get(name, 0), 0.0) for name, count in usual.items()}
    return found | {name: fall[1] * found.get(READ, 0.0) for name, fall in falls.items() if name != READ}


def falls(usual: Mapping[str, float], fill: Mapping[str, int]) -> list[Fall]:
    """The fields that fell with this crawl, the deepest fall first."""
    read, once = fill.get(READ, 0), usual.get(READ, 0.0)
    found = [fall for name in usual if (fall := _fall(name, fill.get(name, 0), read, usual[name], once))]
    whole, whole_once = read + fill.get(UNREAD, 0), once + usual.get(UNREAD, 0.0)
    if fall := _fall(READ, read, whole, once, whole_once):
        found.append(fall)
    return sorted(found, key=lambda fall: (fall.now - fall.before, fall.field))


def _fall(name: str, count: int, read: int, usual: float, usual_read: float) -> Fall | None:
    if read < LEAST_READ or usual_read < LEAST_READ or name == UNREAD:
        return None
    now, once = count / read, min(usual / usual_read, 1.0)
    spread = sqrt(read * once * (1 - once) + 0.25)
    is_deep = once >= LEAST_SHARE and now < FALL * once and (read * once - count) / spread > CHANCE
    return Fall(name, now, once, read) if is_deep else None


def usual_count(counts: Iterable[int]) -> int:
    """What a board usually lists: the median of its last complete crawls."""
    held = list(counts)
    return round(median(held)) if held else 0


def is_few(found: int, usual: int) -> bool:
    """Whether a board lists too few postings for what it usually lists."""
    return usual >= LEAST_USUAL and found < FEW * usual


def described(health: Mapping[str, Any]) -> dict[str, str]:
    """Each field's share in the last crawl that read any, and what it usually is, for people."""
    fill, usual = health.get("fill", {}), health.get("usual", {})
    read, once = fill.get(READ, 0), usual.get(READ, 0)
    names = [name for name in usual if name not in (READ, UNREAD)] if read and once else []
    return {name: f"{fill.get(name, 0) / read:.0%} ({min(usual[name] / once, 1):.0%})" for name in names}
