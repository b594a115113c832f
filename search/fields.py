"""The fields that people ask for by other names, and the field in which a value is at home: what to write instead."""

import difflib
import re

from models import SENIORITIES
from search.ages import age_in, since_day
from search.cities import is_city, is_large, is_surely, regions
from search.habits import operator
from search.pay import pay_meant
from search.places import city_names, country_code, country_group, is_region, scope_name
from search.tokens import fold
from search.values import (
    ALIASES,
    CHECKS,
    FIELDS,
    RELATIONS,
    TEXT_FIELDS,
    canonical,
    is_value,
    known_skills,
    quoted,
    sources,
)

_FIELD_MEANT = {
    "location": "city: or country:", "loc": "city: or country:", "place": "city: or country:", "level": "seniority:",
    "experience": "seniority:", "job": "title:", "name": "title:", "employer": "company:", "org": "company:",
    "lang": "language:", "tag": "skill:", "tech": "skill:", "state": "region: or is:open", "date": "posted:<7d",
    "compensation": "salary>=180k", "wage": "salary>=180k", "income": "salary>=180k", "minsalary": "salary>=180k",
    "url": "source:", "link": "source:", "where": "city: or country:", "in": "city: or country:", "stack": "skill:",
    "near": "city: or country:", "framework": "skill:", "has": "salary>=0, for those that name their pay",
    "area": "region:", "province": "region:", "timezone": "remote:", "tz": "remote:", "notin": "-country:",
    "cadence": "a word before the search: weekly", "frequency": "a word before the search: weekly",
    "alert": "a word before the search: weekly", "notify": "a word before the search: weekly",
    "intitle": "title:", "allintitle": "title:", "intext": "text:", "contract": "type:contract",
    "age": "posted:<7d", "since": "posted:<7d", "pay": "salary>=180k", "description": "text:", "body": "text:",
    "newerthan": "posted:<7d", "olderthan": "posted:<7d", "user": "company:", "from": "company:", "label": "skill:",
    "topic": "skill:", "required": "skill:", "subject": "title:", "headline": "title:", "summary": "text:",
    "hourly": "salary>=180k",
    "status": "is:open", "employment": "type:", "board": "source:", "site": "source:", "sponsorship": "visa:",
}  # fmt: skip

_ELSEWHERE = """
company: firma unternehmen arbeitgeber entreprise empresa azienda organization|city: ort stadt ville ciudad citta lieu
lugar zip plz radius distance|country: land staat pays pais paese nation|salary>=180k gehalt lohn salaire salario sueldo
stipendio budget rate tc|language: sprache langue idioma lingua|title: titre titulo titolo puesto stelle beruf position
jobtitle inurl|posted:<7d during on seit depuis
desde after before newer older published created|role: rolle rol ruolo category
function|seniority: stufe niveau nivel livello years yoe grade rank|eligible:yes hours clearance citizenship relocation
|company: author|text: degree education requirements keywords keyword q query
"""  # what fields are called elsewhere
_FIELD_MEANT |= {name: meant for meant, *names in (one.split() for one in _ELSEWHERE.split("|")) for name in names}
_FIELD_MEANT |= dict.fromkeys(("sort", "order", "orderby", "sortby"), "an option beside the query, as in --sort pay")
_FIELD_MEANT |= dict.fromkeys(("limit", "page", "per", "count"), "an option beside the query, as in --limit 20")
_FIELD_MEANT |= dict.fromkeys(("not", "exclude", "without", "no"), 'a "-" before the word or field: -title:lead')
_PLACES = "city: or country:"
_OPEN = ("skill", "city", "region", "eligible")  # beside whose values words are words
_PLAIN = "de fr pt nl pl cz ch gb uk us dk fi jp cn kr sg en ja zh ko eu sv da ru"  # codes that are no words beside
_CODES = frozenset(_PLAIN.split())
_HOMES = ("workplace", "type", "skill", "role", "seniority", "language")
_NUMBER = re.compile(r"(\d{1,4})(?!\d)\s?([a-z]*)$")
_DAYS = {"today": "1d", "yesterday": "2d", "week": "7d", "month": "30d", "recent": "7d", "now": "1d", "last": "7d"}


def field_name(written: str) -> str:
    """The field that is called so, as in `level:`, under its own name."""
    name = written.removesuffix(":").rstrip().lower()
    return ALIASES.get(name, name)


def unknown_field(name: str, value: str = "") -> str:
    """What to say of a field that does not exist, before this value."""
    plain = re.sub(r"[\W_]", "", name)
    meant = _FIELD_MEANT.get(plain) or _FIELD_MEANT.get(plain.rstrip("s"))
    close = difflib.get_close_matches(name, FIELDS, n=1, cutoff=0.6)
    if close and not meant:
        meant = {"salary": "salary>=180k", "posted": "posted:<7d"}.get(close[0], close[0] + ":")
    if name[:1].isdigit():
        meant = f"salary>={name}"
    if meant and value:
        meant = _with_value(meant, value, is_old="old" in plain or "before" in plain)
    hint = (
        f"did you mean {meant}?" if meant else f"the fields are {', '.join(FIELDS)}; put words with a colon in quotes"
    )
    return f"unknown field {name}: — {hint}"


def _with_value(meant: str, value: str, is_old: bool) -> str:
    """The field with its value, where the value is one of its own or of another field's."""
    if meant == "source:":
        return next((f"source:{one}" for one in sorted(sources()) if one in value.lower().split(".")), meant)
    if meant == _PLACES:
        placed = [place_meant(one) for one in value.split(",")]
        return " OR ".join(placed) if all(placed) else meant
    if meant.endswith(":") and " " not in meant:
        return field_meant(meant[:-1], value)
    if meant.startswith("salary>="):
        return pay_meant(value) or meant
    return (age_meant(value, is_old) or meant) if meant.startswith("posted:") else meant


def field_meant(name: str, value: str) -> str:
    """The field with the value, or the field in which the value is at home."""
    value = value.strip("\"'‘’%")
    if name == "salary":
        return pay_meant(value) or "salary>=180k"
    if name == "posted":
        return age_meant(value) or "posted:<7d"
    if name in TEXT_FIELDS or all(holds(name, one) for one in value.split(",")):
        return f"{name}:" + ",".join(map(quoted, value.split(",")))
    return value_meant(value) or f"{name}:"


def value_meant(value: str) -> str:
    """The field in which a value is at home, with it."""
    home = next((f"{name}:{canonical(name, value)}" for name in _HOMES if holds(name, value)), "")
    return home or place_meant(value)


def amount_meant(value: str) -> str:
    """What to write for an amount of pay that is none."""
    if meant := pay_meant(value):
        behind = "" if value[:1].isdigit() or " " in meant else "the currency goes behind: "
        return f"{behind}write {meant}"
    if value[:1].isdigit():
        return RELATIONS["salary"]
    return "the currency goes apart, salary>=180k currency:USD, or behind to convert: salary>=180kUSD"


def age_meant(value: str, is_old: bool = False) -> str:
    """`7days`, `today`: the age as the language says it; empty for what is none."""
    if meant := since_day(value, is_old):
        return meant
    plain = value.lower().strip("<>=- ")
    if meant := age_in(plain):
        return meant.replace("<", ">") if is_old else meant
    if (found := _NUMBER.match(plain)) and int(found[1]):
        return f"posted:{'>' if is_old else '<'}" + ("1h" if found[2].startswith("min") else f"{found[1]}d")
    day = next((age for word, age in _DAYS.items() if word in value.lower()), "")
    return f"posted:<{day}" if day else ""


def levels_meant(relation: str, value: str) -> str:
    """`seniority>=senior` as a list; empty for what is no level."""
    if not holds("seniority", value):
        return ""
    at = SENIORITIES.index(canonical("seniority", value))
    levels = SENIORITIES[at:-1] if ">" in relation else SENIORITIES[: at + 1]
    return "seniority:" + ",".join(levels)


def place_meant(words: str, is_sure: bool = False) -> str:
    """The clause that asks for the place; empty for what is none. `is_sure`: nor for what is a word just as well."""
    words = words.strip("\"'")
    if is_sure and (words.islower() or words in ("AI", "ML", "IT")) and len(words) < 4 and words not in _CODES:
        return ""
    if words in ("AI", "ai", "ml", "it"):
        return ""
    folded = fold(words)
    if code := country_code(words) or country_group(words):
        return f"country:{quoted(code)}"
    is_named = is_surely(folded) or (words[:1].isupper() and is_large(folded)) or len(city_names(folded)) > 1
    if not is_sure and is_named:
        return f"city:{quoted(folded)}"
    if is_region(words) or (" " in folded and folded in regions()):
        return f"region:{quoted(folded)}"
    if not is_sure and (holds("workplace", words) or scope_name(words)):
        return f"workplace:{words.lower()}" if holds("workplace", words) else f"remote:{scope_name(words)}"
    return ""


def region_meant(words: str) -> str:
    """The clause that asks for a state or province by its name or, in capitals, its code; empty for what is none."""
    is_one = is_region(words) and (len(words) > 3 or words.isupper()) and words not in ("IN", "OR")
    return f"region:{quoted(fold(words))}" if is_one else ""


def holds(name: str, words: str) -> bool:
    """Whether the field has the value, as far as its values are known."""
    if operator(words) or name in TEXT_FIELDS or name not in CHECKS or "*" in words or not words.strip():
        return False
    folded = fold(words)
    if name == "skill":
        return words.lower() in known_skills()
    if name == "city":
        is_named = len(city_names(folded)) > 1 or (words[:1].isupper() and is_city(folded))
        return is_named or is_surely(folded)
    if name == "region":
        return is_region(words) or folded in regions()
    return is_value(name, words)


def holds_surely(name: str, words: str) -> bool:
    """The same of words beside a value, that could be words to look for."""
    if name == "city":
        return words[:1].isupper() and not operator(words) and is_surely(fold(words))
    if name == "visa":
        return words.lower() in ("yes", "no", "unknown")
    return (len(words) > 3 or words.lower() in _CODES) and name not in _OPEN and holds(name, words)
