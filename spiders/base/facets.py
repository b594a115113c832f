"""What splits a list that is longer than its source gives: the values of its facets, a few of them to a part.

A facet of which each posting has one value parts the list: its counts add up to what the list holds. Where a posting
may have several, they add up to more, and where some have none, to less. So a facet that parts the list goes before
one that covers it, and one that covers it before one that does not.
"""

from collections.abc import Collection, Mapping
from typing import Any

MAX_VALUES = 100  # that one question may name

Facets = Mapping[str, Mapping[str, int]]  # name -> value -> how many postings have it
Part = dict[str, list[str]]  # name -> the values that are asked for


def split(facets: Facets, part: Part | None, cap: int, sole: Collection[str] = (), most: int = MAX_VALUES) -> list[Any]:
    """The parts of a list, or of a part of it. `sole`: the facets of which a posting has one value."""
    used = dict(part or {})
    for name, values in used.items():
        if len(values) > 1:  # together they were too many
            return [{**used, name: [value]} for value in values]
    left = {name: counts for name, counts in facets.items() if name not in used and len(counts) > 1}
    if not left:
        return []
    whole = at_least(left, sole)
    name = min(left, key=lambda name: rank(left[name], whole, cap, name in sole))
    return [{**used, name: group} for group in packed(left[name], cap, most)]


def at_least(facets: Facets, sole: Collection[str]) -> int:
    """How many postings a list holds at least, by the facets of which a posting has one value."""
    return max((sum(counts.values()) for name, counts in facets.items() if name in sole), default=0)


def rank(counts: Mapping[str, int], whole: int, cap: int, is_sole: bool) -> tuple[bool, bool, bool, int]:
    """How a facet ranks, the best first: it covers the list, it parts it, no value is capped, its values are small."""
    total, largest = sum(counts.values()), max(counts.values())
    return total < whole, not (is_sole and total == whole), largest >= cap, largest


def packed(counts: Mapping[str, int], cap: int, most: int = MAX_VALUES) -> list[list[str]]:
    """Values in groups that stay below the cap together; what reaches it alone stands alone."""
    groups: list[list[str]] = []
    room = 0
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        if not groups or counts[value] >= room or len(groups[-1]) >= most:
            groups.append([])
            room = cap
        groups[-1].append(value)
        room -= counts[value]
    return groups
