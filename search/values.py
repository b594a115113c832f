"""The fields and their values: what is typed becomes the canonical value, or an error that says what was meant."""

import difflib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

from models import EMPLOYMENT_TYPES, ROLES, SENIORITIES, WORKPLACES
from search.cities import city_meant, is_city, is_large, regions
from search.codes import COUNTRIES, CURRENCIES, LANGUAGES
from search.currencies import CURRENCY_NAMES
from search.near import one_slip_from
from search.places import (
    ANYWHERE,
    city_names,
    country_code,
    country_group,
    country_names,
    is_region,
    key,
    region_names_known,
    scope_name,
    scope_names,
)
from search.tokens import fold

UNKNOWN = "unknown"
_SPIDERS = Path(__file__).parents[1] / "spiders"
_PLACES = Path(__file__).parents[1] / "pipeline" / "place"
_ABROAD_FILES = (_PLACES / "abroad.tsv", _PLACES / "names.tsv")
_LANGUAGES_FILE = Path(__file__).parent / "data" / "languages.tsv"
_SKILLS_FILE = Path(__file__).parents[1] / "pipeline" / "asks" / "skills.tsv"  # one table for who tags and who asks
TEXT_FIELDS = ("title", "text", "company")
ALIASES = {  # what messages, pages and profiles call fields; the canonical text has the field's own name
    "level": "seniority", "employer": "company", "pay": "salary", "age": "posted", "skills": "skill",
    "employment": "type", "sponsorship": "visa",
}  # fmt: skip
PLACE = "place"  # stands for city:, region:, country:, remote: or workplace:, whichever a value is at home in
RELATIONS = {
    "salary": "write salary>=180k, salary<=120k or salary>=150kEUR",
    "posted": "write posted:<7d (h, d, w or m) or posted:>30d",
}

_WORDS: dict[str, dict[str, str]] = {}  # of the fields with few values: what is typed -> value
_LANGUAGE_CODES = {key(name): code for code, name in LANGUAGES.items()} | {code: code for code in LANGUAGES}
_YES_NO = {"yes": "yes", "true": "yes", "y": "yes", "no": "no", "false": "no", "n": "no", UNKNOWN: UNKNOWN}
_CITY_STATES = frozenset(("SG", "HK", "MO", "MC", "LU", "SM", "VA", "GI", "DJ", "KW", "PA", "GT", "BZ", "ST", "DM"))
_OWN_BOARD = "its jobs stand on the employers' own boards: leave source: out, and add a board with `boards add URL`"
_CLOSED_BOARDS = {  # as docs/sources.md says
    **dict.fromkeys(
        ("linkedin", "indeed", "glassdoor", "ziprecruiter", "hiringcafe", "xing", "stepstone", "monster", "dice",
         "seek", "naukri", "googlejobs", "simplyhired", "careerbuilder", "totaljobs", "infojobs", "otta",
         "tesla", "meta", "welcometothejungle", "builtin", "jobright", "handshake", "levelsfyi"), _OWN_BOARD),
    **dict.fromkeys(("wellfound", "angellist", "angelco"), "write source:ycombinator,hackernews,getro,consider"),
}  # fmt: skip
_SOURCES_MEANT = {"hn": "hackernews", "yc": "ycombinator", "gh": "greenhouse", "wwr": "weworkremotely"}
_VISA_MEANT = dict.fromkeys(("sponsorship", "sponsored", "sponsor", "required", "needed", "h1b", "offered"), "yes")
_ZONES = dict.fromkeys(("est", "edt", "pst", "pdt", "cst", "mst", "pt", "eastern", "pacific", "central"), "US")
_ZONES |= {"cet": "EU", "cest": "EU", "gmt": "GB", "bst": "GB", "ist": "IN", "aest": "AU", "jst": "JP"}
_SKILLS_ASKED = {  # as people ask for them; in texts that are read "ts" and "tf" are other things too
    "js": "javascript", "ts": "typescript", "tf": "tensorflow", "py": "python", "k8": "kubernetes", "np": "numpy",
    "pg": "postgresql", "gha": "github-actions", "cpp": "c++", "csharp": "c#", "rs": "rust", "rb": "ruby",
}  # fmt: skip
_METROS = {"bay area": '"San Francisco","San Jose",Oakland', "sf bay area": '"San Francisco","San Jose",Oakland',
           "san francisco bay area": '"San Francisco","San Jose",Oakland', "silicon valley": '"San Jose","Palo Alto"',
           "greater london": "London", "greater berlin": "Berlin", "greater boston": "Boston,Cambridge"}  # fmt: skip
_MEANT = {
    "seniority": {
        "junior": "entry", "jr": "entry", "graduate": "entry", "newgrad": "entry", "trainee": "entry",
        "intermediate": "mid", "middle": "mid", "medior": "mid", "sr": "senior", "experienced": "senior",
        "lead": "staff", "principal": "staff", "distinguished": "staff", "head": "director", "vp": "executive",
        "chief": "executive", "clevel": "executive", "internship": "intern", "unknown": "unspecified",
    },
    "role": {
        "ml": "ml-engineer", "machinelearning": "ml-engineer", "machinelearningengineer": "ml-engineer",
        "ai": "ai-engineer", "llmengineer": "ai-engineer", "nlp": "nlp-engineer", "vision": "computer-vision-engineer",
        "mlops": "mlops-engineer", "robotics": "robotics-engineer", "researcher": "research-scientist",
        "research": "research-scientist", "appliedscientist": "research-scientist", "safety": "ai-safety",
        "productmanager": "ai-product-manager", "architect": "ai-architect", "manager": "ai-leader",
    },
    "workplace": {"office": "onsite", "inoffice": "onsite", "home": "remote", "wfh": "remote"},
    "type": {"permanent": "full-time", "fulltimeemployee": "full-time", "contractor": "contract",
             "intern": "internship", "temp": "temporary"},
    "is": {"active": "open", "live": "open", "expired": "closed", "filled": "closed"},
}  # fmt: skip


class BadValueError(ValueError):
    """A value that a field does not have; the message says what was meant. Raised by `canonical`."""


@lru_cache(maxsize=8192)
def canonical(field: str, value: str) -> str:
    """The canonical form of a value of a tag field. Raises BadValueError."""
    value = " ".join(value.split())
    if not value:
        raise BadValueError(f"{field}: needs a value")
    if "*" in value:
        raise BadValueError(f"{field}: takes whole values; prefixes work on words, title:, text: and company:")
    return CHECKS[field](value)


def is_any(field: str, values: Iterable[str]) -> bool:
    """Whether these are all values that the field can have, so that nothing is left out."""
    known = {"yes", "no", UNKNOWN} if field == "visa" else set(_WORDS.get(field, {}).values())
    return bool(known) and known.issubset(values)


def _one_of(field: str, values: Iterable[str]) -> Callable[[str], str]:
    known = _WORDS[field] = {_squeezed(value): value for value in values}

    def check(value: str) -> str:
        found = known.get(_squeezed(value))
        if found is None:
            raise BadValueError(_unknown_value(field, value, list(known.values())))
        return found

    return check


def _squeezed(value: str) -> str:
    return key(value) or value


def _unknown_value(field: str, value: str, known: list[str]) -> str:
    others = _MEANT.get(field, {})
    close = _closest(value.lower(), [*known, *others])
    meant = others.get(_squeezed(value)) or others.get(close, close)
    elsewhere = next(
        (f"{name}:{_WORDS[name][_squeezed(value)]}" for name in _WORDS if _squeezed(value) in _WORDS[name]), ""
    )
    hint = elsewhere or (f"{field}:{meant}" if meant else "")
    hint = f"did you mean {hint}?" if hint else f"it can be {', '.join(known)}"
    return f"{field}: has no value {value!r} — {hint}"


def _closest(value: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    return next(iter(difflib.get_close_matches(value[:60], known, n=1, cutoff=cutoff)), "")


def _skill(value: str) -> str:
    """By its own name: `k8s` is kubernetes. What is no skill that postings are tagged with stays as it is."""
    slugs, other_names = _skills()
    spellings = skill_names(_SKILLS_ASKED.get(value.casefold(), value.casefold()))
    if slugs.isdisjoint(spellings):
        found = next((other_names[name] for name in spellings if name in other_names), "")
        if not found and (meant := one_slip_from(spellings[0], (*slugs, *other_names))):
            known = other_names.get(meant, meant)
            raise BadValueError(
                f"skill: does not know {value!r} — did you mean skill:{known}? What is no skill is looked for as a word"
            )
        return found or spellings[0]
    return spellings[0]


@lru_cache(maxsize=1)
def _skills() -> tuple[frozenset[str], dict[str, str]]:
    """The skills' names in postings, and what else texts call them."""
    lines = _SKILLS_FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return frozenset(row[0] for row in rows), {name: row[0] for row in rows for name in row[2].split("|") if name}


@lru_cache(maxsize=1)
def known_skills() -> dict[str, str]:
    """Each name of a skill that postings are tagged with -> its slug, for whoever reads skills elsewhere."""
    slugs, other_names = _skills()
    return {**other_names, **{name: slug for slug in slugs for name in (slug, slug.replace("-", " "))}}


def _country(value: str) -> str:
    found = UNKNOWN if value.lower() == UNKNOWN else _country_named(value)
    if found is None:
        close = _country_named(_closest(key(value), country_names(), 0.8))
        near = (
            f"remote:{scope_name(value)}" if scope_name(value) else f"region:{fold(value)}" if is_region(value) else ""
        )
        hint = f"did you mean {near}?" if near and not close else _or_code(close)
        raise BadValueError(f"country: does not know {value!r} — {hint}")
    return found


def _country_named(value: str) -> str | None:
    return country_code(value) or country_group(value) or _countries_abroad().get(_unvoiced(key(value)))


def _unvoiced(name: str) -> str:
    """Without the marks of kana, as that table has them."""
    return name if name.isascii() else normalize("NFC", re.sub("[\u3099\u309a]", "", normalize("NFD", name)))


@lru_cache(maxsize=1)
def _countries_abroad() -> dict[str, str]:
    """Countries in other languages: the table by which postings are read."""
    rows = [line.split("\t") for path in _ABROAD_FILES for line in path.read_text(encoding="utf-8").splitlines()]
    found = {row[1].replace(" ", ""): row[2] for row in rows if row[0] == "country"}
    return {name: code for name, code in found.items() if code in COUNTRIES}


def _or_code(close: str | None) -> str:
    if close:
        return f"did you mean country:{close}?"
    return "write an ISO code such as DE, the English name, or a group such as EU, DACH, nordics; a city goes to city:"


def _remote(value: str) -> str:
    if _YES_NO.get(value.lower()) == "no" and value != "NO":  # Norway, in capitals
        raise BadValueError(
            "remote: says from where one can work — did you mean -remote:yes, or workplace:onsite,hybrid?"
        )
    plain = UNKNOWN if value.lower() == UNKNOWN else scope_name(value)
    found = "yes" if _YES_NO.get(value.lower()) == "yes" else plain
    if found is None:
        zone = _ZONES.get(value.lower())
        close = zone or scope_name(_closest(key(value), scope_names(), 0.8))
        write = f"write yes, a country, EU, EMEA, APAC … or {ANYWHERE}; a city goes to city:"
        hint = f"did you mean remote:{close}?" if close else write
        raise BadValueError(f"remote: does not know {value!r} — {hint}")
    return found


def _visa(value: str) -> str:
    found = _YES_NO.get(value.lower())
    if found is None:
        meant = f"did you mean visa:{_VISA_MEANT[key(value)]}? It" if key(value) in _VISA_MEANT else "it"
        raise BadValueError(f"visa: has no value {value!r} — {meant} can be yes, no, {UNKNOWN}")
    return found


def _language(value: str) -> str:
    found = (
        UNKNOWN if value.lower() == UNKNOWN else _LANGUAGE_CODES.get(key(value)) or _languages_abroad().get(key(value))
    )
    if found is None:
        close = _LANGUAGE_CODES.get(_closest(key(value), _LANGUAGE_CODES, 0.7))
        meant = f"skill:{value.lower()}" if value.lower() in known_skills() else f"language:{close}" if close else ""
        hint = f"did you mean {meant}?" if meant else "write an ISO 639-1 code such as en, or the English name"
        raise BadValueError(f"language: does not know {value!r} — {hint}")
    return found


@lru_cache(maxsize=1)
def _languages_abroad() -> dict[str, str]:
    """Languages as they and the larger ones call them."""
    lines = _LANGUAGES_FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {name: row[0] for row in rows for name in row[1].split("|")}


def _currency(value: str) -> str:
    found = CURRENCY_NAMES.get(value.casefold(), value.upper())
    if found not in CURRENCIES:
        close = "USD" if value == "$" or found.startswith("DOLLAR") else _closest(found, CURRENCIES)
        hint = f"did you mean currency:{close}?" if close else "write an ISO 4217 code such as USD, EUR, GBP"
        raise BadValueError(f"currency: does not know {value!r} — {hint}")
    return found


def _city(value: str) -> str:
    folded = _place_name("city", value)
    if len(city_names(folded)) == 1 and not is_city(folded) and (meant := _place_meant(value, folded)):
        raise BadValueError(f"city: does not know {value!r} — did you mean {meant}?")
    return folded


def _place_meant(value: str, folded: str) -> str:
    """The field with the value that is meant by what is no city."""
    if folded in _METROS:
        return f"city:{_METROS[folded]}"
    if code := _country_named(value):
        return "" if code in _CITY_STATES else f"country:{code}"
    if is_region(value) or folded in regions():
        return f"region:{quoted(folded)}"
    if folded in _WORDS["workplace"] or scope_name(value):
        return f"workplace:{folded}" if folded in _WORDS["workplace"] else f"remote:{scope_name(value)}"
    words = folded.split()
    for size in range(len(words) - 1, 0, -1):
        city, beside = " ".join(words[:size]), " ".join(words[size:])
        if is_city(city) and (_country_named(beside) or is_region(beside)):
            return f"city:{quoted(city)}, with country: or region: beside it"
    return f"city:{quoted(city)}" if (city := city_meant(folded)) else ""


def _region(value: str) -> str:
    folded = _place_name("region", value)
    if not is_region(value) and folded not in regions() and (meant := one_slip_from(folded, region_names_known())):
        raise BadValueError(f"region: does not know {value!r} — did you mean region:{quoted(meant)}?")
    return folded


def is_split(field: str, value: str, following: str) -> bool:
    """Whether a city or skill is the begin of one that is written in two words: city:new york."""
    whole = fold(f"{value} {following}")
    if field == "city":
        return len(city_names(whole)) > 1 or whole in _METROS or (is_city(whole) and not is_large(fold(value)))
    if field == "skill":
        slugs, others = _skills()
        is_known = not slugs.isdisjoint(skill_names(whole)) or whole in others
        return is_known and slugs.isdisjoint(skill_names(value.lower()))
    if field == "region":
        return is_region(whole) and not is_region(value)
    return not is_value(field, value) and is_value(field, f"{value} {following}")


def is_value(field: str, value: str) -> bool:
    """Whether a field whose values are all known has this one; without looking for what else is meant."""
    if field in _WORDS:
        return _squeezed(value) in _WORDS[field]
    return value.lower() == UNKNOWN or _HOLDS[field](value)


def _place_name(field: str, value: str) -> str:
    folded = fold(value)
    if not folded:
        raise BadValueError(f"{field}: needs a name with letters, not {value!r}")
    return folded


def quoted(name: str) -> str:
    """The name as a value can be written."""
    return f'"{name}"' if " " in name else name


def _source(value: str) -> str:
    if (board := re.sub(r"[\s._-]|(?:com|org|io|de|uk|fr)$", "", value.lower())) in _CLOSED_BOARDS:
        raise BadValueError(f"source: rolewire does not read {value} — {_CLOSED_BOARDS[board]}")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", value.lower(), re.ASCII):
        raise BadValueError(f"source: needs a spider's name, as in the list of sources, not {value!r}")
    name = value.lower()
    if name not in sources():
        plain = re.sub(r"[-_.]|\.(?:com|io|co|org|ai)$", "", name)
        meant = _SOURCES_MEANT.get(plain) or next((one for one in name.split(".") if one in sources()), "")
        meant = meant or one_slip_from(name, sorted(sources())) or _closest(name, sources(), 0.8)
        hint = f"did you mean source:{meant}?" if meant else "docs/sources.md lists what is read"
        raise BadValueError(f"source: does not know {value!r} — {hint}")
    return name


@lru_cache(maxsize=1)
def sources() -> frozenset[str]:
    """The names of the spiders, which their files have too."""
    return frozenset(path.stem for path in _SPIDERS.glob("[a-z]*.py")) - {"scrapy_settings"}


CHECKS: dict[str, Callable[[str], str]] = {
    "role": _one_of("role", ROLES),
    "seniority": _one_of("seniority", SENIORITIES),
    "skill": _skill,
    "country": _country,
    "city": _city,
    "region": _region,
    "remote": _remote,
    "workplace": _one_of("workplace", (*WORKPLACES, UNKNOWN)),
    "type": _one_of("type", (*EMPLOYMENT_TYPES, UNKNOWN)),
    "visa": _visa,
    "language": _language,
    "currency": _currency,
    "source": _source,
    "is": _one_of("is", ("open", "closed")),
    "eligible": _one_of("eligible", ("yes", "maybe", "no")),
}
_HOLDS: dict[str, Callable[[str], bool]] = {
    "country": lambda value: _country_named(value) is not None,
    "remote": lambda value: _YES_NO.get(value.lower()) == "yes" or scope_name(value) is not None,
    "visa": lambda value: value.lower() in _YES_NO,
    "language": lambda value: key(value) in _LANGUAGE_CODES or key(value) in _languages_abroad(),
    "currency": lambda value: CURRENCY_NAMES.get(value.casefold(), value.upper()) in CURRENCIES,
    "source": lambda value: value.lower() in sources(),
}
FIELDS = (*TEXT_FIELDS, *CHECKS, "salary", "posted")


def skill_names(skill: str) -> tuple[str, ...]:
    """How a skill can stand in the database: `computer vision` is `computer-vision` too, and `node.js` is `nodejs`."""
    blanks = skill.replace("-", " ").replace(".", " ").strip()
    spellings = (skill, skill.replace(" ", "-"), blanks, blanks.replace(" ", "-"), blanks.replace(" ", ""))
    return tuple(dict.fromkeys(spellings))
