"""What is written of a place, as a clause of the query language: lands, regions, cities, and work from anywhere."""

import re

from search.cities import Named, is_city, places_named, regions
from search.near import one_slip_from
from search.places import city_names, country_names, is_region, region_names, scope_name
from search.tokens import fold
from search.values import BadValueError, canonical

ANYWHERE = ("anywhere", "everywhere", "worldwide", "any", "all")
LARGE = 500  # thousand people: a city of this size is meant by a name that a region has too
MOST = 200  # places in one answer; a query holds hardly more
_LISTED = re.compile(r"\s*(?:[,;&|]|\s/\s|\bor\b|\band\b)\s*", re.IGNORECASE)
_REMOTE = re.compile(r"remote\s+(?:(?:in|from|within)\s+)?(.+)", re.IGNORECASE)
_BEHIND = re.compile(r"(\S.{0,60}?) (?:remote|\(remote\))", re.IGNORECASE)  # US remote
_FULLY = re.compile(r"(?:fully |100% ?)?remote(?: only| first)?", re.IGNORECASE)
_FIELDS = re.compile(r"\b(?:city|country|region):\s*|\b(remote:)\s*", re.IGNORECASE)
_ALONE = re.compile(r"remote\s*,\s*([^,;]+)", re.IGNORECASE)
_AROUND = re.compile(r"\b(?:greater|metro(?:politan)?|area|region|city of|bay)\b", re.IGNORECASE)
_WORKPLACES = {"remote": "remote", "hybrid": "hybrid", "onsite": "onsite", "on-site": "onsite", "on site": "onsite",
               "in office": "onsite", "office": "onsite"}  # fmt: skip
_OF_COUNTRIES = ("US", "CA", "AU", "DE")  # whose regions remote work is opened to by themselves
_SCOPES = {"europe": "EU"}  # few ads name more than the Union, and what is open to all of Europe is open to it too
Part = tuple[str, str]
_REMOTELY: list[Part] = [("workplace", "remote")]


class UnknownPlaceError(ValueError):
    """No place is called so; the message says what may be meant."""


def clause(text: str) -> str:
    """The clause of one place or of several: "Berlin, Austria or remote" is any of the three, "Austin, Texas" one.

    Raises UnknownPlaceError.
    """
    if country := named("country", text):  # whole: Trinidad and Tobago
        return f"country:{country}"
    if (match := _ALONE.fullmatch(text)) and (scope := named("remote", match[1])):  # Remote, US
        return f"remote:{_SCOPES.get(scope, scope)}"
    parts = [part.removeprefix("the ").removeprefix("The ") for part in _LISTED.split(text) if part]
    if len(parts) > MOST:
        raise UnknownPlaceError(f"no list of more than {MOST} places is known here; name fewer, or a land")
    found: list[list[Part]] = []
    for part in parts:
        one = _further(found, part) or _part(part)
        if found and _lies_in(found[-1], one):
            found[-1].append(one)
        else:
            found.append([one])
    return _joined(_opened(found))


def in_words(text: str) -> str:
    """A list of places of which some are written as fields, "Berlin, remote:US", without them; of a query nothing."""
    words = _FIELDS.sub(lambda match: "remote in " if match[1] else "", text)
    return "" if re.search(r'[:"()]|\b(?:OR|AND|NOT)\b', words) else words


def _further(found: list[list[Part]], name: str) -> Part | None:
    """A further scope after one: "remote in DACH, US"; a city or a state after a land is a place of its own."""
    if not found or found[0] == _REMOTELY or found[-1][0][0] != "remote":
        return None
    scope, before = _scope(name), found[-1][0][1]
    return ("remote", scope) if named("remote", name) or ("-" in before and "-" in scope) else None


def _opened(found: list[list[Part]]) -> list[list[Part]]:
    """Remote work beside places is that which is open to them, where it can be told which lands they are."""
    scopes = [_open_to(parts) for parts in found if parts != _REMOTELY]
    if len(scopes) == len(found) or not scopes or not all(scopes):
        return found
    listed = [("remote", scope) for scope in dict.fromkeys(scopes)]
    return [*(parts for parts in found if parts != _REMOTELY), *([one] for one in listed)]


def _open_to(parts: list[Part]) -> str:
    """The scope of remote work that whoever looks for this place may take; empty where none is known."""
    field, value = parts[-1]
    name = value.strip('"')
    if field in ("country", "remote"):
        return _SCOPES.get(value, "") or named("remote", name)
    if field == "region":
        return scope if (scope := _scope(name)) != value else ""
    largest = max(places_named(fold(name)), key=lambda one: one.size, default=None)
    return named("remote", largest.country) if largest else ""


def named(field: str, name: str) -> str:
    """How the query language writes the value of this name; empty where it knows none."""
    try:
        return quoted(canonical(field, name))
    except BadValueError:
        return ""


def quoted(value: str) -> str:
    """The value as a query holds it."""
    return value if re.fullmatch(r"[\w.'-]+", value) else f'"{value}"'


def _scope(name: str) -> str:
    """From where one works: a land, a group of lands, or a state by the name that it has among those of its land."""
    states = (scope_name(f"{land}-{code}") for code in region_names(fold(name)) for land in _OF_COUNTRIES)
    scope = named("remote", name) or next(filter(None, states), "") or quoted(name)
    return _SCOPES.get(scope, scope)


def _part(name: str) -> Part:
    if workplace := _WORKPLACES.get(name.lower()):
        return "workplace", workplace
    if _FULLY.fullmatch(name):
        return _REMOTELY[0]
    if (match := _BEHIND.fullmatch(name)) and named("remote", match[1]):
        return "remote", _scope(match[1])
    if match := _REMOTE.fullmatch(name):
        return "remote", _scope(match[1].removeprefix("the "))
    if country := named("country", name):
        return "country", country
    folded = fold(name)
    is_short = len(folded) < 4 and not name.isupper()  # "in" is a word, "IN" is Indiana
    size = max((one.size for one in places_named(folded)), default=0)
    if ((is_region(name) and not is_short) or folded in regions()) and size < LARGE:
        return "region", quoted(folded)
    if not _is_known(name, folded):
        raise UnknownPlaceError(_unknown(name, folded))
    return "city", quoted(name)


def _is_known(name: str, folded: str) -> bool:
    """A city, one with more words behind it, or what the query language has a suggestion for by itself."""
    head = fold(name.partition("/")[0])
    return is_city(folded) or len(city_names(folded)) > 1 or ("/" in name and is_city(head)) or not named("city", name)


def _unknown(name: str, folded: str) -> str:
    near = (one_slip_from(folded, sorted(regions())) or one_slip_from(folded, country_names())).title()
    bare = " ".join(_AROUND.sub(" ", name).split())
    meant = near or (bare if bare.lower() != name.lower() and is_city(fold(bare)) else "")
    hint = f"did you mean {meant}? " if meant else "give a city, a state or a country by its name. "
    return f"no place {name[:60]!r} is known; {hint}Where ads do write it so, answer city:{quoted(name[:60])}"


def _lies_in(inner: list[Part], outer: Part) -> bool:
    """Whether "Austin, Texas" says where the one before lies, and is no second place."""
    field, name = inner[0]
    if field not in ("city", "region") or outer[0] not in ("region", "country"):
        return False
    value, name = outer[1].strip('"'), fold(name.strip('"'))
    places = places_named(name) if field == "city" else _of_region(name)
    if outer[0] == "country":
        return any(one.country == value for one in places)
    return any(fold(one.region) in region_names(value) for one in places)


def _of_region(name: str) -> list[Named]:
    """A region as a place of its land, which its codes tell for those that are abbreviated."""
    lands = [land for code in region_names(name) for land in _OF_COUNTRIES if scope_name(f"{land}-{code}")]
    return [Named(name, name, land, 0) for land in lands]


def _joined(found: list[list[Part]]) -> str:
    """Any of them: those of one field as a list, those that are said twice over in brackets."""
    lists: dict[str, list[str]] = {}
    for (field, value), *beside in found:
        if not beside:
            lists.setdefault(field, []).append(value)
    clauses = [f"{field}:{','.join(values)}" for field, values in lists.items()]
    pairs = [" ".join(f"{field}:{value}" for field, value in parts) for parts in found if len(parts) > 1]
    if len(clauses) + len(pairs) == 1:
        return (clauses or pairs)[0]
    return f"({' OR '.join([*clauses, *(f'({pair})' for pair in pairs)])})"
