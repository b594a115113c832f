"""Places read from the location's text alone, against the address that the same posting states in its ATS fields.

    python benchmarks/place.py [--errors]

Set: the first location of every captured Ashby posting whose address names a country. A country is right if the text's
places name the address's country, wrong if they name only others. City: right, other, or none given, where the address
states a city that the gazetteer knows. The addresses have faults of their own (a head office for remote jobs): the
errors are printed to be judged. Each posting counts; "distinct" counts each pair of text and address once.
"Whole postings": what `tag` gives for the same postings with all their locations' texts, title and description, still
without the address fields.
"""

import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import captures

from models import Place, RawPlace, RawPosting
from pipeline.place import parse_country, parse_location, tag_places
from pipeline.place.gazetteer import cities, scan
from pipeline.place.names import fold
from pipeline.tagging import tag


def main() -> None:
    raws = [raw for raw in captures.postings("ashby") if raw.places and _is_addressed(raw.places[0])]
    firsts = [raw.places[0] for raw in raws]
    pairs = Counter((place.text, place.city, place.region, place.country) for place in firsts)
    start = time.process_time()
    read = {pair: parse_location(pair[0]).places for pair in pairs}
    took = (time.process_time() - start) / len(pairs) * 1e6
    print(f"{sum(pairs.values())} postings, {len(pairs)} texts with their addresses, {took:.0f} us a text")
    _score("postings", pairs, read)
    placed = Counter({pair: count for pair, count in pairs.items() if _names_something(pair[0])})
    _score("texts of more than remote or a continent", placed, read)
    _score("distinct", Counter(dict.fromkeys(pairs, 1)), read)
    _score_cities(pairs, read)
    _score_whole(raws)


def _is_addressed(place: RawPlace) -> bool:
    return bool(place.text.strip() and parse_country(place.country))


def _names_something(text: str) -> bool:
    return any(entity.kind in ("name", "code", "word") for entity in scan(text))


def _score(name: str, pairs: Counter, read: dict[tuple, list[Place]]) -> None:
    tally, errors = Counter(), []
    for pair, count in pairs.items():
        countries = {place.country for place in read[pair] if place.country}
        said = "none" if not countries else "right" if parse_country(pair[3]) in countries else "wrong"
        tally[said] += count
        errors.append((said, count, pair, countries))
    right, wrong, none = tally["right"], tally["wrong"], tally["none"]
    precision, recall = right / (right + wrong), right / (right + wrong + none)
    print(
        f"country, {name}: precision {precision:.4f}, recall {recall:.4f} (right {right}, wrong {wrong}, none {none})"
    )
    if "--errors" in sys.argv and name == "postings":
        for said, count, pair, countries in sorted(errors, key=lambda item: (item[0], -item[1])):
            if said != "right":
                print(f"    {said} {count}: {pair[0]!r} address {pair[1]}, {pair[3]} read {sorted(countries)}")


def _score_whole(raws: list[RawPosting]) -> None:
    """Each posting with its addresses withheld, tagged as a whole."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    tally: Counter = Counter()
    for raw in raws:
        bare = replace(raw, places=[RawPlace(place.text) for place in raw.places], remote_scope="")
        countries = {place.country for place in tag(bare, now).places if place.country}
        wanted = parse_country(raw.places[0].country)
        tally["none" if not countries else "right" if wanted in countries else "wrong"] += 1
    right, wrong, none = tally["right"], tally["wrong"], tally["none"]
    precision, recall = right / (right + wrong), right / (right + wrong + none)
    print(f"country, whole postings: precision {precision:.4f}, recall {recall:.4f} ({dict(tally)})")


def _score_cities(pairs: Counter, read: dict[tuple, list[Place]]) -> None:
    tally: Counter = Counter()
    for pair, count in pairs.items():
        text, city, _, country = pair
        if not any(known.country == parse_country(country) for known in cities(fold(city))):
            continue
        stated = tag_of(city, country)
        named = {place.city for place in read[pair] if place.city}
        said = "none" if not named else "right" if stated in named else "other"
        tally[said] += count
        if "--errors" in sys.argv and said == "other":
            print(f"    city {count}: {text!r} address {city} read {sorted(named)}")
    print(f"city: right {tally['right']}, other {tally['other']}, none {tally['none']}")


def tag_of(city: str, country: str) -> str:
    """The gazetteer's name of an address's city."""
    return tag_places(RawPosting("", "", "", "", "", places=[RawPlace("", city, "", country)])).places[0].city


if __name__ == "__main__":
    main()
