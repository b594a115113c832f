"""Names of countries, regions and scopes, other names of cities (names.tsv, abroad.tsv), and how names are folded."""

import unicodedata
from functools import cache
from pathlib import Path

import pycountry

from pipeline.text.wordlists import words

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"} | dict.fromkeys("’'.-‘`ʼ", " ")
)
_FILLER = frozenset(
    words("""office offices hq headquarters headquarter headquartered area metro metropolitan greater region city campus
    hub hybrid onsite site on in the office of based only or and near from within any multiple various locations
    location flexible first full time fully home work house preferred candidates residents possible optional
    available option options friendly time zone timezone timezones data building floor suite st street ave
    avenue th nd rd dc lab labs studio downtown wide nationwide all at our team teams must be able
    to also considered travel required days week per district county province state states country east west coast south
    north central eastern western northern southern upper de la et und oder y e a as is eligible contractor contract new
    other select worker workers""")
)
# Alpha-3 codes and first words of names that mean something else at least as often.
_BY_NAME = words("US CA AU GB DE IN")  # whose regions' names stand by themselves
_NO_COUNTRY = words("""can and are per pan mar nor fin bel lie cub pry sen tun hun sun ind bra mac vat
    som ton mus fra""")


def fold(name: str) -> str:
    """Lower case, no accents, no points, apostrophes or hyphens, single blanks."""
    name = name.casefold()
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name)
        name = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(name.translate(_LETTERS).split())


def hand_kept() -> list[tuple[str, str, str]]:
    """The rows of the table that is kept by hand: kind, what is written, what it means."""
    return _rows("names.tsv")


def _rows(name: str) -> list[tuple[str, str, str]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return [(kind, written, meant) for kind, written, meant in rows]


@cache
def _tables() -> dict[str, list[tuple[str, str]]]:
    """Kind to its rows: those of other sources first, so that ours win in a table by name."""
    tables: dict[str, list[tuple[str, str]]] = {}
    for kind, written, meant in _rows("abroad.tsv"):
        tables.setdefault(f"abroad {kind}", []).append((written, meant))
    for kind, written, meant in hand_kept():
        tables.setdefault(kind, []).append((written, meant))
    return tables


def _table(kind: str) -> list[tuple[str, str]]:
    return _tables().get(kind, [])


@cache
def region_codes() -> dict[str, dict[str, str]]:
    """Country to region code to region name: the countries whose cities bear their regions."""
    codes: dict[str, dict[str, str]] = {}
    for code, meant in (*_table("code"), *_table("local")):
        country, name = meant.split("|")
        codes.setdefault(country, {}).setdefault(code, name)
    return codes


@cache
def home_codes() -> dict[str, list[tuple[str, str]]]:
    """The codes that are read where nothing stands beside them, to (region, country)."""
    codes: dict[str, list[tuple[str, str]]] = {}
    for code, meant in _table("code"):
        country, name = meant.split("|")
        if country in ("US", "CA", "AU", "IN"):
            codes.setdefault(code, []).append((name, country))
    return codes


@cache
def local_codes() -> dict[str, list[tuple[str, str]]]:
    """A code of any country's subdivisions to (region, country): what it means behind a town of that country."""
    codes: dict[str, list[tuple[str, str]]] = {}
    for code, meant in (*_table("code"), *_table("local"), *_table("abroad code")):
        country, name = meant.split("|")
        codes.setdefault(code, []).append((name, country))
    return codes


@cache
def regions() -> dict[str, list[tuple[str, str]]]:
    """Folded region names to (name, country)."""
    table: dict[str, list[tuple[str, str]]] = {}
    for country in _BY_NAME:
        for name in dict.fromkeys(region_codes()[country].values()):
            table.setdefault(fold(name), []).append((name, country))
    for name in region_codes()["US"].values():
        table |= {f"{fold(name)} state": [(name, "US")], f"state of {fold(name)}": [(name, "US")]}
    for name, meant in _table("region"):
        country, _, ours = meant.partition("|")
        table.setdefault(fold(name), []).append((ours or name, country))
    return table


@cache
def qualifiers() -> dict[str, list[tuple[str, str]]]:
    """Folded names of regions, counties and provinces to (region, country): what they mean behind a town only."""
    table: dict[str, list[tuple[str, str]]] = {}
    own = [(name, f"{country}|{name}") for country, codes in region_codes().items() for name in codes.values()]
    for name, meant in (*own, *_table("also"), *_table("abroad also")):
        country, region = meant.split("|")
        rows = table.setdefault(fold(name), [])
        if country not in {known for _, known in rows}:
            rows.append((region, country))
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
    ours = {fold(written): code for written, code in _table("country")}
    return dict(_table("abroad country")) | names | ours


@cache
def country_codes() -> frozenset[str]:
    """The two-letter codes of ISO 3166-1."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def scopes() -> dict[str, str]:
    """Folded names of where remote work may be done to their short form: "european union" to "EU"."""
    return {fold(written): scope for written, scope in _table("scope")}


@cache
def remote_words() -> frozenset[str]:
    """Folded words and phrases of remote work."""
    return frozenset(fold(written) for written, _ in _table("remote"))


@cache
def filler() -> frozenset[str]:
    """Folded words of a location that name no place."""
    return _FILLER | {fold(written) for written, _ in _table("filler")}


@cache
def city_aliases() -> dict[str, str]:
    """Folded other names of cities to "City|Region|Country"; the city is empty for an area such as the Bay Area."""
    return {fold(written): city for written, city in _table("city")}
