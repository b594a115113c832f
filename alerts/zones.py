"""Time zones as people write them: which IANA name is taken, and which one is meant by a city, a land or letters."""

import difflib
import re
from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

from alerts.wording import quoted
from search.cities import places_named
from search.places import country_code
from search.tokens import fold

MOST = 3
_LETTERS = {  # what clocks are called by where none says whose summer time is meant -> the zones that are
    "CET": "Europe/Berlin Europe/Paris Europe/Warsaw", "MET": "Europe/Berlin", "CEST": "Europe/Berlin Europe/Paris",
    "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon",
    "EET": "Europe/Athens Europe/Helsinki Europe/Kyiv", "EEST": "Europe/Athens Europe/Helsinki Europe/Kyiv",
    "BST": "Europe/London", "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York",
    "EST5EDT": "America/New_York", "EASTERN": "America/New_York", "CST": "America/Chicago Asia/Shanghai",
    "CDT": "America/Chicago", "CT": "America/Chicago", "CST6CDT": "America/Chicago", "CENTRAL": "America/Chicago",
    "MST": "America/Denver America/Phoenix", "MDT": "America/Denver", "MT": "America/Denver",
    "MST7MDT": "America/Denver", "MOUNTAIN": "America/Denver", "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles", "PST8PDT": "America/Los_Angeles",
    "PACIFIC": "America/Los_Angeles", "HST": "Pacific/Honolulu", "IST": "Asia/Kolkata Europe/Dublin Asia/Jerusalem",
    "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong",
    "AEST": "Australia/Sydney Australia/Brisbane", "AEDT": "Australia/Sydney", "AWST": "Australia/Perth",
    "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland", "BRT": "America/Sao_Paulo", "MSK": "Europe/Moscow",
}  # fmt: skip
_WIDE = {  # lands of many clocks: those of most of their people
    "US": "America/New_York America/Chicago America/Los_Angeles", "CA": "America/Toronto America/Vancouver",
    "AU": "Australia/Sydney Australia/Perth", "BR": "America/Sao_Paulo America/Manaus", "MX": "America/Mexico_City",
    "RU": "Europe/Moscow Asia/Yekaterinburg",
}  # fmt: skip
_CONTINENTS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_HALVES = {"+3": "Asia/Tehran", "+5": "Asia/Kolkata", "+9": "Australia/Adelaide", "-3": "America/St_Johns"}
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-\u2212\u2013])\s*(\d{1,2})(?::?(00|30))?", re.IGNORECASE)
_TIME = re.compile(r"\s+(?:standard |daylight |summer )?time$", re.IGNORECASE)


def read_zone(written: str) -> str:
    """The IANA name that is written, its letters large or small. Raises ValueError saying which is meant."""
    name = written.strip()
    found = _names().get(_key(name), "")
    if is_taken(found):
        return found
    raise ValueError(unknown(name))


def is_taken(name: str) -> bool:
    """Whether an IANA name is taken; letters that clocks are called by are not, though some are such names."""
    return bool(name) and name.upper() not in _LETTERS


def unknown(name: str) -> str:
    """What is said of a name that is none, with those that are meant."""
    near = meant(name)
    what = f"did you mean {' or '.join(near)}?" if near else "give an IANA name such as Europe/Berlin"
    return f"unknown time zone {quoted(name)}; {what}"


def meant(name: str) -> list[str]:
    """The zones that a name stands for: letters, hours from UTC, a city, a land, or a slip of the finger."""
    bare = _TIME.sub("", name.strip()[:60])
    if letters := _LETTERS.get(bare.upper()):
        return letters.split()
    if hours := _OFFSET.fullmatch(bare):
        return _at(hours[1] == "+", int(hours[2]), hours[3] == "30")
    if whole := _names().get(_key(bare)):
        return [whole]
    if places := _cities().get(_key(bare)):
        return places[:MOST]
    code = country_code(bare)
    lands = [code] if code else [place.country for place in places_named(fold(bare))]
    if found := _of_countries().get(next(iter(lands), ""), []):
        return _WIDE[code].split() if code in _WIDE else found[:1] if code or len(found) <= MOST else []
    near = difflib.get_close_matches(_key(bare).rpartition("/")[2], _cities(), n=1, cutoff=0.8)
    return _cities()[near[0]][:MOST] if near else []


def of_city(name: str) -> str:
    """The zone that is called after this city, where it is one alone; else empty."""
    found = [one for one in _cities().get(_key(name[:60]), []) if one.partition("/")[0] in _CONTINENTS]
    return found[0] if len(found) == 1 and places_named(fold(name[:60])) else ""


def _at(is_ahead: bool, hours: int, is_half: bool) -> list[str]:
    """The zone so many hours from UTC, whose own sign is turned round."""
    if is_half:
        return list(filter(None, [_HALVES.get(f"{'+' if is_ahead else '-'}{hours}")]))
    name = f"Etc/GMT{'-' if is_ahead else '+'}{hours}" if hours else "UTC"
    return [f"{name} (the sign is right so; a city knows summer time)"] if name in available_timezones() else []


def _key(name: str) -> str:
    return "_".join(name.casefold().split())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, list[str]]:
    """The last words of the names -> the names, those of continents first."""
    found: dict[str, list[str]] = {}
    for name in sorted(_names().values(), key=lambda name: (name.startswith(("Etc/", "US/", "posix", "right")), name)):
        if "/" in name:
            found.setdefault(name.rpartition("/")[2].casefold(), []).append(name)
    return found


@lru_cache(maxsize=1)
def _of_countries() -> dict[str, list[str]]:
    """The zones of each country, the one with most people first, as tzdata lists them."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, name = line.split("\t")[:3]
            found.setdefault(code, []).append(name)
    return found
