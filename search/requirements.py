"""What postings ask of a person besides skills: clearances, citizenship and hours, and by which words they do."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from pathlib import Path

from search.compounds import parted
from search.nodes import And, Node, Not, Phrase, Tagged, Words
from search.tokens import tokenize

_FILE = Path(__file__).parent / "data" / "eligibility.tsv"
_BEFORE = (
    "active", "current", "existing", "must have a", "must have an active", "must hold a", "must possess a",
    "requires a", "requires an active", "require a", "require an active", "required to have a", "hold a current",
)  # fmt: skip
_AFTER = ("required", "is required", "is mandatory", "is a must", "is needed", "required for this role")
_NOT_ASKED = ("no security clearance", "no clearance", "without a security clearance", "without security clearance",
              "clearance is not required", "clearance not required", "clearance is a plus", "clearance preferred",
              "clearance is preferred")  # fmt: skip
_UNITS = ("timezone", "time-zone", "hour", "workinghour", "businesshour", "officehour")
_SIGNS = ("utc+", "utc-", "utc±", "gmt+", "gmt-", "gmt±", "+/-", "±")
_UTC = ("utc", "gmt")
JOINTS = ("..", "to", "–", "/")
FIRST, LAST = -12, 14  # hours from UTC
Strings = tuple[str, ...]


def _rows(kind: str) -> list[list[str]]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1:] for line in lines if line.startswith(f"{kind}\t")]


def _range(words: str) -> tuple[int, int]:
    first, last = words.split("..")
    return int(first), int(last)


_CLEARANCES = [(set(held.split(",")), names.split("|")) for _, held, names in _rows("clearance")]
CLEARANCES = tuple(sorted(set().union(*(held for held, _ in _CLEARANCES))))
_CITIZENS = {country: names.split("|") for country, names in _rows("citizen")}
_AREAS = [(*_range(hours), names.split("|")) for hours, names in _rows("area")]
ZONES = {name: int(hours) for name, hours in _rows("zone")}


def _words(texts: list[str]) -> Words:
    phrases = (Phrase(tuple(parted(tokenize(text)))) for text in texts)
    return Words("", tuple(dict.fromkeys(phrases)))


WAIVED = Not(_words(list(_NOT_ASKED)))

# --- clearances and citizenship ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def clearances_spoken_of(held: frozenset[str]) -> Node | None:
    """It speaks of a clearance beyond these; None where none is."""
    names = [name for needed, names in _CLEARANCES if not needed & held for name in names]
    return And((_words(names), WAIVED)) if names else None


@lru_cache(maxsize=256)
def clearances_asked(held: frozenset[str]) -> Node | None:
    """It asks for a clearance beyond these."""
    names = [name for needed, names in _CLEARANCES if not needed & held for name in names]
    if not names:
        return None
    said = [f"{before} {name}" for before, name in product(_BEFORE, names)]
    said += [f"{name} {after}" for name, after in product(names, _AFTER)]
    return And((_words(names), _words(said), WAIVED))


@lru_cache(maxsize=256)
def citizens_asked(but: frozenset[str]) -> Words | None:
    """It asks for a citizen of a country, but for these countries."""
    names = [name for country, said in _CITIZENS.items() if country not in but for name in said]
    return _words(names) if names else None


CITIZENS = frozenset(_CITIZENS)


# --- hours ---------------------------------------------------------------------------------------------------------


def compact(scope: str) -> str:
    """A remote scope as hours are looked for in it: in lower case, without blanks, between commas."""
    return f",{scope.lower().replace(' ', '')},"


NAMES_HOURS = Tagged("hours", ("any",))  # the scope names hours


def hours_apart(first: int, last: int) -> Node:
    """The hours that the scope names are others than these."""
    return Tagged("hours", (f"apart {first}..{last}",))


def hours_shared(first: int, last: int) -> Node:
    """Some of the hours that the scope names are among these."""
    return Tagged("hours", (f"shared {first}..{last}",))


@lru_cache(maxsize=1024)
def signs(value: str) -> tuple[Strings, Strings, Strings]:
    """How a scope shows such a value of `hours`: by one of the first, or by one of the second and one of the third."""
    if value == "any":
        return (*_UNITS, *_SIGNS), (), ()
    how, _, hours = value.partition(" ")
    first, last = _range(hours)
    is_shared, every = how == "shared", range(FIRST, LAST + 1)
    areas = [names for low, high, names in _AREAS if (high >= first and low <= last) is is_shared]
    found = {sign for names in areas for name in names for sign in _area_signs(name)}
    found |= _alone([hour for hour in every if (first <= hour <= last) is is_shared])
    found |= _around(first, last, is_shared)
    if is_shared:
        return _sorted(found), _sorted(_begins(range(FIRST, last + 1))), _sorted(_ends(range(first, LAST + 1)))
    return _sorted(found | _begins(range(last + 1, LAST + 1)) | _ends(range(FIRST, first))), (), ()


@lru_cache(maxsize=16_384)
def shows(value: str, remote_scope: str) -> bool:
    """Whether a remote scope shows the value."""
    scope, (one, begins, ends) = compact(remote_scope), signs(value)
    return any(sign in scope for sign in one) or (
        any(sign in scope for sign in begins) and any(sign in scope for sign in ends)
    )


def _sorted(found: set[str]) -> Strings:
    return tuple(sorted(found))


def _area_signs(name: str) -> Strings:
    units = [f"{before}{name}{unit}" for before, unit in product((",", "/"), _UNITS)]
    return (*units, f",{name}/")


def _begins(hours: Iterable[int]) -> set[str]:
    """Of `UTC-3..UTC+2` the beginning."""
    return {f"{zone}{hour:+d}{joint}" for zone in _UTC for hour in hours for joint in JOINTS}


def _ends(hours: Iterable[int]) -> set[str]:
    parts = product(JOINTS, (*_UTC, ""), hours, (",", "h", "timezone"))
    return {f"{joint}{zone}{hour:+d}{end}" for joint, zone, hour, end in parts}


def _alone(hours: Iterable[int]) -> set[str]:
    return {f",{zone}{hour:+d}{end}" for zone in _UTC for hour in hours for end in (",", "h,", "hours,", "timezone")}


def _around(first: int, last: int, is_shared: bool) -> set[str]:
    """`CET ± 2 hours`, in its several ways."""
    found = set()
    for (zone, hour), width in product(ZONES.items(), range(13)):
        if (hour + width >= first and hour - width <= last) is is_shared:
            found |= {f",{zone}{sign}{width}{end}" for sign in ("+/-", "±") for end in (",", "h")}
            found |= {f",{sign}{width}h{rest}{zone}," for sign in ("+/-", "±") for rest in ("of", "oursof", "ourof")}
    return found
