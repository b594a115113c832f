"""Names of countries, regions and scopes, other names of cities (names.tsv), and how names are folded."""

import unicodedata
from functools import cache
from pathlib import Path

import pycountry

from pipeline.text.wordlists import words

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"} | dict.fromkeys("’'.-‘`ʼ", " ")
)
FILLER = frozenset(
    words("""office offices hq headquarters headquarter headquartered area metro metropolitan greater region city campus
    hub remote hybrid onsite site on in the office of based only or and near from within any multiple various locations
    location flexible first full time fully home work house wfh preferred candidates residents possible optional
    available option options friendly time zone timezone timezones data building floor suite st street ave
    avenue th nd rd dc lab labs studio downtown wide nationwide distributed virtual all at our team teams must be able
    to also considered travel required days week per district county province state states country east west coast south
    north central eastern western northern southern upper de la et und oder y e a as is eligible contractor contract new
    other select worker workers""")
)
REMOTE_WORDS = frozenset(
    words("remote remotely wfh anywhere telecommute virtual homeoffice remoto teletrabajo teletrabalho")
)
# Alpha-3 codes and first words of names that mean something else at least as often.
_NO_COUNTRY = words("""can and are per pan mar nor fin bel lie cub pry sen tun hun sun ind bra mac vat
    som ton mus fra""")


def fold(name: str) -> str:
    """Lower case, no accents, no points, apostrophes or hyphens, single blanks."""
    name = name.casefold()
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(name.translate(_LETTERS).split())


@cache
def _table(kind: str) -> tuple[tuple[str, str], ...]:
    text = Path(__file__).with_name("names.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple((written, meant) for name, written, meant in rows if name == kind)


@cache
def region_codes() -> dict[str, dict[str, str]]:
    """Country to region code to region name."""
    codes: dict[str, dict[str, str]] = {}
    for code, meant in _table("code"):
        country, name = meant.split("|")
        codes.setdefault(country, {})[code] = name
    return codes


@cache
def regions() -> dict[str, list[tuple[str, str]]]:
    """Folded region names to (name, country)."""
    table: dict[str, list[tuple[str, str]]] = {}
    for country, codes in region_codes().items():
        for name in codes.values():
            table.setdefault(fold(name), []).append((name, country))
    for name, country in _table("region"):
        table.setdefault(fold(name), []).append((name, country))
    return table


@cache
def countries() -> dict[str, str]:
    """Folded country names to ISO codes; the nations of the United Kingdom as "GB|England"."""
    names = {}
    for country in pycountry.countries:
        for field in ("name", "common_name", "official_name"):
            if value := getattr(country, field, ""):
                names[fold(value.split(",")[0])] = country.alpha_2
        names[country.alpha_3.casefold()] = country.alpha_2
    for ambiguous in _NO_COUNTRY:
        names.pop(ambiguous, None)
    return names | dict(_table("country"))


@cache
def country_codes() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def scopes() -> dict[str, str]:
    """Folded names of where remote work may be done to their short form: "european union" to "EU"."""
    return dict(_table("scope"))


@cache
def city_aliases() -> dict[str, str]:
    """Folded other names of cities to "City|Region|Country"; the city is empty for an area such as the Bay Area."""
    return dict(_table("city"))
