"""Builds pipeline/place/abroad.tsv: `python -m pipeline.tools.abroad`.

Beside the hand-kept names.tsv and of its form: the names of countries in the languages of many boards, the codes and
names of the countries' subdivisions.
Sources: CLDR by way of Babel, ISO 3166 by way of pycountry.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from pipeline.place.names import fold, hand_kept, region_codes
from pipeline.text.wordlists import words
from pipeline.tools.places import towns

TARGET = Path(__file__).parents[1] / "place" / "abroad.tsv"
_LANGUAGES = words("""ar bg bn ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko lt lv mk ms nl nb pl
    pt ro ru sk sl sq sr sv ta th tr uk ur uz vi zh zh_Hant""")
_NO_COUNTRY_NAME = frozenset(words("""kongo kuba mali man oman gine jersey sen del guam ind java"""))
_BRACKETS = re.compile(r"\[(?P<other>[^\]]*)\]|\((?P<more>[^)]*)\)")
_KIND_OF_REGION = re.compile(
    r"(?:, (?:Comunidad|Principado|Región)[\w ]*| (?:län|Sheng|Shi|Zizhiqu|County|Province|kraj|megye|maakond)"
    r"|-(?:do|teukbyeolsi|gwangyeoksi))$"
)


def main() -> None:
    """Writes the table beside the module that reads it."""
    TARGET.write_text(build(), encoding="utf-8")


def build() -> str:
    """The table: countries in many languages, subdivisions by code and by name."""
    rows = sorted({*_countries(), *_subdivisions()})
    return "".join(f"{kind}\t{written}\t{meant}\n" for kind, written, meant in rows)


def _countries() -> Iterator[tuple[str, str, str]]:
    found: dict[str, set[str]] = defaultdict(set)
    codes = {country.alpha_2 for country in pycountry.countries}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in codes:
                found[fold(_BRACKETS.sub("", name))].add(code)
    known = {fold(written) for kind, written, _ in hand_kept() if kind in ("country", "region", "scope", "filler")}
    named_so = {fold(city["name"]) for city in towns()}
    official = {fold(country.name) for country in pycountry.countries}
    taken = known | _NO_COUNTRY_NAME | (named_so - official)
    for key, owners in found.items():
        if len(owners) == 1 and key not in taken and (len(key) > 3 or not key.isascii()):
            yield "country", key, owners.pop()


def _subdivisions() -> Iterator[tuple[str, str, str]]:
    """Codes of letters, and names; a subdivision of a region of ours means that region."""
    for one in pycountry.subdivisions:
        country, code = one.code.split("-")
        name = _our_region(one)
        known = region_codes().get(country, {})
        if code.isalpha() and code not in known and one.type != "Arctic region":
            yield "code", code, f"{country}|{name}"
        for written in {_BRACKETS.sub("", one.name), *_others(one.name)}:
            key = fold(_KIND_OF_REGION.sub("", written.strip()))
            if len(key) > 3:
                yield "also", key, f"{country}|{name}"


def _our_region(one: Any) -> str:
    """The first level's region by our name where we keep one, else as ISO writes it."""
    top = one
    while top.parent_code:
        top = _by_code()[top.parent_code]
    country, code = top.code.split("-")
    return region_codes().get(country, {}).get(code) or _KIND_OF_REGION.sub("", _BRACKETS.sub("", top.name).strip())


@cache
def _by_code() -> dict[str, Any]:
    return {one.code: one for one in pycountry.subdivisions}


def _others(name: str) -> list[str]:
    return [other for match in _BRACKETS.finditer(name) for other in match.groups() if other and "-" not in other]


if __name__ == "__main__":
    main()
