"""What decides whether a person can take a job at all, as they say it of themselves: one small text, kept with them."""

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from search.places import ANYWHERE, countries_of, country_code, country_group, scope_name
from search.requirements import CLEARANCES, ZONES
from search.tokens import fold

Values = tuple[str, ...]
_BETWEEN = re.compile(r"\s*[,;/]\s*|\s+and\s+")
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−–]?\d{1,2})(?::?00)?", re.I)
_RANGE = re.compile(r"\s*(?:\.\.|to|–|until)\s*")
_AROUND = re.compile(r"(.+?)\s*(?:\+/-|±)\s*(\d{1,2})\s*h?(?:ours?)?")
_WINTER, _SUMMER = datetime(2026, 1, 1, 12), datetime(2026, 7, 1, 12)  # noqa: DTZ001 - of whatever zone is asked
_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}


class FactError(ValueError):
    """What a person says of themselves cannot be read; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Facts:
    """`lives`: a country or a part of one. `may_work`: countries and groups, without a visa. `sponsorship`: whether a
    visa is wanted elsewhere; `relocation`: whether to move. `zones`: the first and last hours from UTC."""

    lives: str = ""
    city: str = ""
    may_work: Values = ()
    sponsorship: str = ""
    relocation: str = ""
    zones: tuple[int, ...] = ()
    clearances: Values = ()
    citizen: Values = ()

    def __str__(self) -> str:
        """The text; empty where nothing is said."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, separators=(",", ":"), sort_keys=True) if said else ""


@lru_cache(maxsize=4096)
def facts_of(text: str) -> Facts:
    """The facts that a text holds."""
    said = json.loads(text or "{}")
    plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
    return Facts(**plain)


def countries(facts: Facts) -> frozenset[str]:
    """Where one may work without a visa; at home, where nothing else is said and no visa is needed."""
    home = {facts.lives.split("-")[0]} if facts.lives and not facts.may_work and facts.sponsorship != "yes" else set()
    return frozenset(code for name in facts.may_work for code in countries_of(name)).union(home)


# --- as people write it --------------------------------------------------------------------------------------------


def read_fact(name: str, words: str) -> Any:
    """The value of one of the facts; empty words take it back. Raises FactError."""
    words = " ".join(words.split())[:500]
    if not words:
        return () if name in ("may_work", "zones", "clearances", "citizen") else ""
    return _READERS[name](words)


def _lives(words: str) -> str:
    found = scope_name(words)
    if found is None or country_group(words) or found == ANYWHERE:
        raise FactError(f"{words!r} is no country that I know: write its name or code, or a state such as US-CA")
    return found


def _country(words: str) -> str:
    found = country_code(words) or country_group(words)
    if found is None:
        raise FactError(f"{words!r} is no country that I know: write names or codes, or a group such as EU or DACH")
    return found


def _listed(words: str) -> list[str]:
    return [one for one in _BETWEEN.split(words) if one][:60]


def _may_work(words: str) -> Values:
    return tuple(dict.fromkeys(map(_country, _listed(words))))


def _citizen(words: str) -> Values:
    found = [(one, country_code(one)) for one in _listed(words)]
    if unknown := [one for one, code in found if code is None]:
        raise FactError(f"{unknown[0]!r} is no country that I know: write its name or code")
    return tuple(dict.fromkeys(code for _, code in found if code))


def _yes_no(words: str) -> str:
    found = _YES_NO.get(words.lower())
    if found is None:
        raise FactError(f"{words!r} is neither yes nor no")
    return found


def _clearances(words: str) -> Values:
    found = []
    for one in _listed(words.replace("TS/SCI", "ts-sci").replace("ts/sci", "ts-sci")):
        name = fold(one).removesuffix(" clearance").replace(" ", "-")
        if name not in (*CLEARANCES, "none"):
            close = difflib.get_close_matches(name, CLEARANCES, n=1)
            hint = f"did you mean {close[0]}?" if close else f"it can be none, {', '.join(CLEARANCES)}"
            raise FactError(f"{one!r} is no clearance that I know: {hint}")
        found.append(name)
    return tuple(dict.fromkeys(found))


def _zones(words: str) -> tuple[int, ...]:
    """From the first to the last: `CET`, `UTC-1..UTC+3`, `CET ± 3`, `Europe/Berlin`, or several of them."""
    ends = [end for one in re.split(r"\s*[,;]\s*|\s+and\s+", words) if one for end in _zone_range(one)]
    return min(ends), max(ends)


def _zone_range(words: str) -> list[int]:
    if around := _AROUND.fullmatch(words):
        offsets, width = _offsets(around[1]), int(around[2])
        return [min(offsets) - width, max(offsets) + width]
    return [offset for end in _RANGE.split(words) for offset in _offsets(end)]


def _offsets(words: str) -> list[int]:
    """The hours from UTC of a zone, in winter and summer."""
    if (number := _OFFSET.fullmatch(words)) and -12 <= (offset := int(re.sub("[−–]", "-", number[1]))) <= 14:
        return [offset]
    if words.lower() in ZONES:
        return [ZONES[words.lower()]]
    name = next((one for one in available_timezones() if one.lower() == words.replace(" ", "_").lower()), "")
    if not name:
        raise FactError(f"{words!r} is no time zone that I know: write CET, UTC+1, UTC-1..UTC+3 or Europe/Berlin")
    apart = (moment.replace(tzinfo=ZoneInfo(name)).utcoffset() for moment in (_WINTER, _SUMMER))
    return [round(one.total_seconds() / 3600) for one in apart if one is not None]


_READERS: dict[str, Callable[[str], Any]] = {
    "lives": _lives, "city": fold, "may_work": _may_work, "sponsorship": _yes_no, "relocation": _yes_no,
    "zones": _zones, "clearances": _clearances, "citizen": _citizen,
}  # fmt: skip
