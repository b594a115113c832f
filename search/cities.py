"""Whether a place is there, and which one is meant by a name with a slip: by the table that postings are read with."""

import re
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from search.near import one_slip_from
from search.tokens import fold

_TABLE = Path(__file__).parents[1] / "pipeline" / "place" / "places.tsv"  # one table for who tags and who asks
LARGE = 100  # thousand people: what is one slip from a smaller place may be a place of its own
_SAID = (
    "mobile reading nice split orange bath tours surprise enterprise independence man van male sale hub bush perm oral"
)
_WORDS = frozenset(_SAID.split())  # that are cities too
_REGION = re.compile(r"[\t;][^|\n]*\|([^|\n]+)\|")


class _Names:
    """The names at the beginning of the lines, which are sorted by them: asked for where they stand."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, place: int) -> str:
        """The name of the line that holds this place."""
        start = self.text.rfind("\n", 0, place) + 1
        return self.text[start : self.text.index("\t", start)] if start < len(self.text) else ""


@lru_cache(maxsize=1)
def _names() -> _Names:
    return _Names(_TABLE.read_text(encoding="utf-8").rstrip("\n") + "\n")


def is_city(name: str) -> bool:
    """Whether a place has this folded name."""
    names = _names()
    found = bisect_left(names, name)
    return found < len(names) and names[found] == name


class Named(NamedTuple):
    """A place: how it is shown, its region if it is told, its country's code, its people in thousands."""

    shown: str
    region: str
    country: str
    size: int


def places_named(name: str) -> list[Named]:
    """The places that have this folded name, the largest first."""
    names = _names()
    found = bisect_left(names, name)
    if not name or found == len(names) or names[found] != name:
        return []
    start = names.text.rfind("\n", 0, found) + 1
    places = names.text[start : names.text.index("\n", start)].partition("\t")[2].split(";")
    return [Named(one[0], one[1], one[2], int(one[3] or 0)) for one in (place.split("|") for place in places)]


@lru_cache(maxsize=4096)
def shown_as(name: str) -> tuple[str, ...]:
    """What postings call the city that has this name among others, where that is another: `mailand` is `milan`."""
    names = _names()
    found = bisect_left(names, name)
    if found == len(names) or names[found] != name:
        return ()
    start = names.text.rfind("\n", 0, found) + 1
    places = names.text[start : names.text.index("\n", start)].partition("\t")[2]
    shown = [fold(place.partition("|")[0]) for place in places.split(";")]
    return () if name in shown else (shown[0],)


def city_meant(name: str) -> str:
    """The large city that a folded name which no place has is one slip from; empty where there is none."""
    return "" if is_city(name) else one_slip_from(name, _large().get(name[:1], ()))


@lru_cache(maxsize=1)
def _large() -> dict[str, list[str]]:
    """The names of large cities by their first letters, the largest first, and of one city its own name first."""
    found: list[tuple[int, bool, str]] = []
    for line in _names().text.splitlines():
        name, _, places = line.partition("\t")
        size, shown = max((int(one.rpartition("|")[2] or 0), one.partition("|")[0]) for one in places.split(";"))
        if size >= LARGE:
            found.append((-size, shown.casefold() != name, name))
    by_letter: dict[str, list[str]] = {}
    for _, _, name in sorted(found):
        by_letter.setdefault(name[:1], []).append(name)
    return by_letter


def is_large(name: str) -> bool:
    """Whether a large city has this folded name."""
    return name in _large().get(name[:1], ())


def is_surely(name: str) -> bool:
    """Whether a large city has this folded name, and it is no word that postings have."""
    return name not in _WORDS and is_large(name)


@lru_cache(maxsize=1)
def regions() -> frozenset[str]:
    """The folded names of all regions."""
    return frozenset(map(fold, set(_REGION.findall(_names().text))))
