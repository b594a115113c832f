"""Finds the names of places in a location text: cities, regions, countries, scopes, and what stands between them."""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from pipeline.place.names import (
    city_aliases,
    countries,
    country_codes,
    filler,
    fold,
    home_codes,
    local_codes,
    qualifiers,
    regions,
    remote_words,
    scopes,
)
from pipeline.place.unspaced import MARKS, is_unspaced, stretch
from pipeline.text.wordlists import words

_DATA = Path(__file__).with_name("places.tsv")
_LETTERS = rf"[^\W_](?:[^\W_]|[{MARKS}])*"
_TOKEN = re.compile(
    rf"(?P<word>{_LETTERS}(?:[.'’׳״]{_LETTERS})*\.?)|(?P<hard>[;|/•\n+&·、／；｜])|(?P<soft>[,()\[\]:–—，（）【】：،־]|\s-\s|-)"
)
_HARD_WORDS = frozenset(("or", "and", "oder", "und", "ou", "et", "y", "o", "e"))
_LONGEST = 5
# Words that are cities somewhere, and nearly always something else in a location text.
_NO_CITY = frozenset(
    words("""centre center centro most same union university park mall plaza square bay data global home open man ho
    central beach lake island valley springs heights country field fields international corporate retail store warehouse
    plant factory airport tower bank market social commerce industry progress enterprise hope van best date split police
    male bath any the los san del new our all via per""")
)


@dataclass(slots=True, frozen=True)
class City:
    """One city of the gazetteer; `population` in thousands, 0 where an alias speaks."""

    name: str
    region: str
    country: str
    population: int


@dataclass(slots=True)
class Entity:
    """A stretch of the text. `kind`: name, code, scope, remote, filler, word or hard (a separator of places).

    A name or code may mean several things at once: cities, regions, a country; `also`: regions that it means only
    behind a town of theirs.
    """

    kind: str
    start: int
    end: int
    part: int  # how many soft separators stand before it
    text: str = ""
    cities: tuple[City, ...] = ()
    regions: list[tuple[str, str]] = field(default_factory=list)
    country: str = ""
    scope: str = ""
    also: tuple[tuple[str, str], ...] = ()


@cache
def _table() -> str:
    return _DATA.read_text(encoding="utf-8")


def _cells(key: str) -> str:
    """What the line of a name says. The lines are sorted, and halved until it is found: who reads one place reads no
    other."""
    text = _table()
    low, high = 0, len(text)
    while low < high:
        start = text.rfind("\n", 0, (low + high) // 2) + 1
        end = text.index("\n", start)
        name, _, cells = text[start:end].partition("\t")
        if name == key:
            return cells
        low, high = (end + 1, high) if name < key else (low, start)
    return ""


@lru_cache(maxsize=20_000)
def cities(key: str) -> tuple[City, ...]:
    """The cities of a folded name, the likeliest first; an alias stands alone at the head."""
    found = []
    if record := city_aliases().get(key):
        name, region, country = record.split("|")
        found.append(City(name, region, country, 0))
    for cell in filter(None, _cells(key).split(";")):
        name, region, country, population = cell.split("|")
        found.append(City(name, region, country, int(population)))
    return tuple(found)


def scan(text: str) -> list[Entity]:
    """The entities of a location text, in order; longest names first. Linear in the text's length."""
    tokens = [(str(match.lastgroup), match) for match in _TOKEN.finditer(text)]
    found: list[Entity] = []
    index = part = 0
    while index < len(tokens):
        kind, match = tokens[index]
        if kind == "soft":
            part += 1
            index += 1
            continue
        if kind == "hard":
            found.append(Entity("hard", match.start(), match.end(), part))
            index += 1
            continue
        entity, used = _longest(text, tokens, index, part)
        found += _parts(entity) if entity.kind == "word" and is_unspaced(entity.text) else [entity]
        index += used
    return found


def _parts(word: Entity) -> list[Entity]:
    """The names in a word of a script without blanks: 東京都渋谷区. What stands behind its city is a district."""
    found: list[Entity] = []
    for start, end in stretch(word.text, lambda name: _entity(fold(name), name) is not None):
        entity = _entity(fold(word.text[start:end]), word.text[start:end]) or Entity("word", 0, 0, 0)
        if any(one.cities for one in found) and entity.kind == "name":
            entity = Entity("filler", 0, 0, 0)
        entity.start, entity.end, entity.part = word.start + start, word.start + end, word.part
        found.append(entity)
    return found or [word]


def _longest(text: str, tokens: list[tuple[str, re.Match[str]]], index: int, part: int) -> tuple[Entity, int]:
    start = tokens[index][1].start()
    if tokens[index][1].group().lower() in _HARD_WORDS and tokens[index][1].group() != "OR":
        return Entity("hard", start, tokens[index][1].end(), part), 1
    for used in range(min(_LONGEST * 2, len(tokens) - index), 0, -1):
        kind, last = tokens[index + used - 1]
        if kind != "word" or not _joins(tokens[index : index + used]):
            continue
        words = text[start : last.end()]
        entity = _entity(fold(words), words)
        if entity is not None:
            entity.start, entity.end, entity.part = start, last.end(), part
            return entity, used
    word = tokens[index][1].group()
    return Entity("word", start, tokens[index][1].end(), part, word), 1


def _joins(tokens: list[tuple[str, re.Match[str]]]) -> bool:
    """A name may hold blanks and bare hyphens, no other separator; "and" only where the whole name is known."""
    words = sum(kind == "word" for kind, _ in tokens)
    return words <= _LONGEST and all(kind == "word" or match.group() == "-" for kind, match in tokens)


def _entity(key: str, words: str) -> Entity | None:
    if key in remote_words():
        return Entity("remote", 0, 0, 0, words, scope=scopes().get(key, ""))
    if len(words) <= 3 and words.isupper() and (entity := _code(words, key)):
        return entity
    if key in scopes() and (len(key) > 3 or words.isupper()):
        return Entity("scope", 0, 0, 0, words, scope=scopes()[key])
    return _name(key, words) or _filler(key, words) or _local(key, words)


def _name(key: str, words: str) -> Entity | None:
    is_latin = key.isascii()
    is_long = len(key) > 3 or not is_latin
    country = countries().get(key, "") if is_long or words.isupper() or "." in words else ""
    named = regions().get(key, []) if is_long or key == "nrw" else []
    if "|" in country:
        country, nation = country.split("|")
        return Entity("name", 0, 0, 0, words, regions=[(nation, country)])
    is_short = is_latin and (len(key) < 3 or (len(key) == 3 and not words.istitle()))
    is_none = key in _NO_CITY or key in filler() or (is_short and key not in city_aliases())
    places = () if is_none else cities(key)
    if country:  # a town named as a country counts with its state only
        places = tuple(city for city in places if city.country == country)
    also = () if key in filler() else tuple(qualifiers().get(key, ()))
    if country or named or places:
        return Entity("name", 0, 0, 0, words, places, named, country, also=also)
    return None


def _filler(key: str, words: str) -> Entity | None:
    is_number = key.isdigit() or (words.isupper() and " " not in key and any(letter.isdigit() for letter in key))
    return Entity("filler", 0, 0, 0, words) if key in filler() or is_number else None


def _local(key: str, words: str) -> Entity | None:
    """What means something behind a town only: a county, the code of a region or province."""
    if key not in _NO_CITY and (also := qualifiers().get(key)):
        return Entity("local", 0, 0, 0, words, also=tuple(also))
    if len(words) <= 3 and words.isupper() and (also := local_codes().get(words)):
        return Entity("local", 0, 0, 0, words, also=tuple(also))
    return None


def _code(words: str, key: str) -> Entity | None:
    """A code such as "CA": California or Canada; what stands around it decides. Aliases such as SF, NYC,
    UK and scopes go first."""
    if key in city_aliases() and len(words) > 2:
        return None
    also = tuple(local_codes().get(words, ()))
    found = list(home_codes().get(words, ()))
    country = countries().get(key) or (words if words in country_codes() else "")
    if key in ("us", "uk") or not (found or country):
        return None
    places = cities(key) if key in city_aliases() else ()
    return Entity("code", 0, 0, 0, words, places, found, country.split("|")[0], also=also)
