"""What a person looks for and brings, as they say it: for proposed searches and for how well a posting fits. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from search.errors import QueryError
from search.facts import FactError, facts_of, read_fact
from search.grammar import parse
from search.nodes import Pay, quoted
from search.places import country_code, country_group
from search.values import BadValueError, canonical

Values = tuple[str, ...]
MOST = 60  # values of one kind
PLACES = ("city", "region", "country", "remote", "workplace")
FACTS = {"lives": "lives", "city": "city", "may-work": "may_work", "sponsorship": "sponsorship",
         "relocation": "relocation", "time-zones": "zones", "clearance": "clearances",
         "citizen": "citizen"}  # fmt: skip
SAYINGS = {  # what can be said, with an example of each
    "role": "ai-engineer, ml-engineer", "skill": "pytorch, rag, kubernetes", "level": "senior, staff",
    "place": "Berlin, DE, remote:EU", "pay": "120k EUR", "lives": "DE, or US-CA", "city": "Berlin",
    "may-work": "EU, CH: where I need no visa", "sponsorship": "yes, where I want a visa elsewhere; no",
    "relocation": "yes, if I would move; no", "time-zones": "CET ± 3, or UTC-5..UTC+1",
    "clearance": "none, or secret, ts-sci, sc …", "citizen": "DE",
}  # fmt: skip
_LISTS = {"role": "roles", "skill": "skills", "level": "levels", "place": "places"}
_FIELDS = {"role": "role", "skill": "skill", "level": "seniority"}
_OTHER_NAMES = {
    "roles": "role", "skills": "skill", "levels": "level", "seniority": "level", "places": "place", "salary": "pay",
    "work": "may-work", "visa": "sponsorship", "sponsor": "sponsorship", "move": "relocation", "relocate": "relocation",
    "zones": "time-zones", "timezones": "time-zones", "timezone": "time-zones", "time-zone": "time-zones",
    "clearances": "clearance", "citizenship": "citizen", "home": "lives", "country": "lives",
}  # fmt: skip
_BETWEEN = re.compile(r"\s*[,;]\s*")
_PAY = re.compile(r"(?:>=?\s*)?([\d.,]+\s?[km]?)\s*([a-z€£₹$]{0,3})", re.I)


@dataclass(frozen=True, slots=True)
class Profile:
    """`places`: clauses of the query language; `pay`: a year's at least; `facts`: as `search.facts` writes them."""

    roles: Values = ()
    skills: Values = ()
    levels: Values = ()
    places: Values = ()
    pay: int = 0
    currency: str = ""
    facts: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return self == Profile()

    def as_json(self) -> dict[str, Any]:
        """What is said, for people and for keeping."""
        said = {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self).items() if one}
        return said | ({"facts": json.loads(self.facts)} if self.facts else {})

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Profile":
        """From what `as_json` gave."""
        plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
        facts = facts_of(json.dumps(said.get("facts", {})))
        return cls(**(plain | {"facts": str(facts)}))

    @property
    def lines(self) -> Iterator[tuple[str, str]]:
        """(name, words) of what is said, as it can be said again."""
        for name, attribute in _LISTS.items():
            if values := getattr(self, attribute):
                yield name, ", ".join(values)
        if self.pay:
            yield "pay", f"{self.pay} {self.currency}".strip()
        facts = facts_of(self.facts)
        for name, attribute in FACTS.items():
            if value := getattr(facts, attribute):
                yield name, _shown(name, value)


def _shown(name: str, value: Any) -> str:
    if name == "time-zones":
        return f"UTC{value[0]:+d}..UTC{value[1]:+d}"
    return value if isinstance(value, str) else ", ".join(value)


# --- as people write it --------------------------------------------------------------------------------------------


def said(profile: Profile, name: str, words: str) -> Profile:
    """The profile with one thing said anew; empty words take it back. Raises FactError."""
    name = _named(name)
    words = "" if words.strip().casefold() in ("-", "off", "forget", "nothing") else " ".join(words.split())[:2_000]
    if name in _LISTS:
        values = tuple(dict.fromkeys(_value(name, one) for one in _BETWEEN.split(words) if one))[:MOST]
        changed: dict[str, Any] = {_LISTS[name]: values}
        return replace(profile, **changed)
    if name == "pay":
        pay = _pay(words) if words else Pay(">=", 0)
        return replace(profile, pay=pay.amount, currency=pay.currency)
    return replace(profile, facts=str(replace(facts_of(profile.facts), **{FACTS[name]: read_fact(FACTS[name], words)})))


def said_so(profile: Profile, text: str) -> Profile:
    """The same of several things, one a line: `skill: pytorch, rag`. Raises FactError."""
    for line in text.splitlines():
        name, colon, words = line.strip().lstrip("-•* ").partition(":")
        if not colon and line.strip():
            name, _, words = line.strip().partition(" ")
        if line.strip():
            profile = said(profile, name, words)
    return profile


def _named(name: str) -> str:
    plain = re.sub(r"[\s_]+", "-", name.strip().casefold())
    plain = _OTHER_NAMES.get(plain, plain)
    if plain not in SAYINGS:
        raise FactError(f"{name.strip()[:40]!r} is nothing that a profile holds: {', '.join(SAYINGS)}")
    return plain


def _value(name: str, words: str) -> str:
    if name == "place":
        return _place(words)
    try:
        return canonical(_FIELDS[name], words)
    except BadValueError as error:
        raise FactError(str(error)) from None


def _place(words: str) -> str:
    """As a clause: `Berlin` is a city, `DE` a country, `remote` from anywhere."""
    field, colon, value = words.partition(":")
    if not colon:
        is_country = country_code(words) or country_group(words)
        is_remote = words.casefold() == "remote"
        field, value = ("remote", "yes") if is_remote else ("country" if is_country else "city", words)
    field = field.strip().casefold()
    if field not in PLACES:
        raise FactError(f"{words!r} is no place: write a city, a country, or remote:EU")
    try:
        return str(parse(f'{field}:"{value.strip().replace(chr(34), "")}"'))
    except QueryError as error:
        raise FactError(error.message) from None


def _pay(words: str) -> Pay:
    found = _PAY.fullmatch(words)
    if not found:
        raise FactError(f"{words!r} is no pay of a year: write 120k EUR")
    try:
        query = parse(f"salary>={found[1].replace(' ', '')}{found[2]}")
    except QueryError as error:
        raise FactError(error.message) from None
    assert isinstance(query.root, Pay)
    return query.root


# --- searches that it proposes -------------------------------------------------------------------------------------


def proposed(profile: Profile) -> list[str]:
    """Searches that follow from it, the closest first; none where it names neither a role nor a skill."""
    role, level = _listed("role", profile.roles), _listed("seniority", profile.levels)
    place, skills = _either(profile.places), _listed("skill", profile.skills[:8])
    pay = f"(salary>={profile.pay}{profile.currency} OR -salary>=0)" if profile.pay else ""
    own = "-eligible:no" if profile.facts else ""
    wanted = [
        (role, skills, level, place, pay, own), (role, level, place, pay, own), (role, skills, place, own),
        (skills, level, place, own), (role, place, own), (skills, own),
    ]  # fmt: skip
    texts = (" ".join(part for part in parts if part) for parts in wanted if parts[0])
    return list(dict.fromkeys(texts))


def _listed(field: str, values: Values) -> str:
    return f"{field}:{','.join(map(quoted, values))}" if values else ""


def _either(clauses: Values) -> str:
    return clauses[0] if len(clauses) == 1 else f"({' OR '.join(clauses)})" if clauses else ""
