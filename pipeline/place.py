"""Where the work is: places with ISO countries, and the scope of remote work. Fields of the board win over its text."""

import re
from dataclasses import dataclass, field

from models import Basis, Evidence, Place, RawPlace, RawPosting
from pipeline.gazetteer import City, Entity, cities, scan
from pipeline.place_names import countries, country_codes, fold, region_codes, regions

_TEXT_RULE, _FIELD_RULE, _SCOPE_RULE = "place.gazetteer@1", "place.fields@1", "place.scope@1"
_LIMIT = 2_000
_MOST = 60
_STATE_CITIES = ("new york", "washington")
_LARGE = 300  # thousand people: known well enough to be meant even beside words we do not know
_CLEAR = 3.0  # how many times larger the likeliest city must be than its namesake in another country
_COUNT_ONLY = re.compile(r"\s*(?:\d+|multiple|various)\s+(?:locations?|offices?)\s*", re.I)
_ZONES = re.compile(
    r"\b(?:UTC|GMT)\s?([+-−–]\s?\d{1,2})?(?:\s?(?:\.\.|to|–|-|until|/)\s?(?:UTC|GMT)?\s?([+-−–]\s?\d{1,2}))?", re.I
)


@dataclass(slots=True)
class PlaceTags:
    """What the location says: the places with their evidence, and the remote scope ("US", "EU, GB", "worldwide")."""

    places: list[Place] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    scope_evidence: Evidence | None = None
    is_remote: bool = False

    @property
    def remote_scope(self) -> str | None:
        """The scopes as one text, or None."""
        return ", ".join(self.scopes) or None


def tag_places(raw: RawPosting) -> PlaceTags:
    """All places of a posting, each once, in the board's order, and where remote work is open to."""
    tags = PlaceTags()
    for raw_place in raw.places[:_MOST]:
        read = parse_location(raw_place.text)
        _add_places(tags, _merge_fields(raw_place, read))
        tags.is_remote = tags.is_remote or read.is_remote
        _add_scopes(tags, read)
    if raw.remote_scope:
        read = parse_location("Remote " + raw.remote_scope)
        if read.scopes:
            tags.scopes, tags.scope_evidence = read.scopes, _evidence(_SCOPE_RULE, "remote_scope", raw.remote_scope)
    return tags


def _add_places(tags: PlaceTags, found: list[tuple[Place, Evidence]]) -> None:
    for place, evidence in found:
        if place not in tags.places and len(tags.places) < _MOST:
            tags.places.append(place)
            tags.evidence.append(evidence)


def _add_scopes(tags: PlaceTags, read: PlaceTags) -> None:
    tags.scopes += [scope for scope in read.scopes if scope not in tags.scopes]
    tags.scope_evidence = tags.scope_evidence or read.scope_evidence


def _merge_fields(raw: RawPlace, read: PlaceTags) -> list[tuple[Place, Evidence]]:
    """The fields say more than the text,
    but a text that names only a country or remote work is not narrowed to a city."""
    given = _from_fields(raw)
    found = list(zip(read.places, read.evidence, strict=True))
    if given is None:
        return found
    is_wide = read.is_remote or (bool(found) and not any(place.city for place in read.places))
    if is_wide and not any(place.city for place in read.places):
        if len(found) > 1 or (found and found[0][0].country == given.country):
            return found
        given = Place(country=given.country)
    elif len(found) > 1 and any(place.country == given.country for place in read.places):
        return found
    quote = ", ".join(text for text in (raw.city, raw.region, raw.country) if text)
    return [(given, _evidence(_FIELD_RULE, "location", quote))]


def _from_fields(raw: RawPlace) -> Place | None:
    country = parse_country(raw.country)
    city_name = raw.city.strip()[:100]
    if not country and not (city_name and (raw.region or not raw.text)):
        return None
    region = region_name(raw.region, country)
    known = [city for city in cities(fold(city_name)) if city.country == country or not country]
    known = [city for city in known if not region or city.region in ("", region)] or known
    if known and (country or len({city.country for city in known}) == 1 or known[0].population > _LARGE):
        best = known[0]
        return Place(best.name or "", region or best.region, country or best.country)
    if not country:
        read = parse_location(", ".join(text for text in (raw.city, raw.region) if text))
        return read.places[0] if read.places else None
    if fold(city_name) in countries():
        city_name = ""
    return Place(city_name if any(letter.isalpha() for letter in city_name) else "", region, country)


def parse_country(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country's name or code; empty if it is none."""
    key = fold(text[:80])
    if len(key) == 2 and key.upper() in country_codes():
        return key.upper()
    return countries().get(key, "").split("|")[0] if key else ""


def region_name(text: str, country: str = "") -> str:
    """The full name of a region given by name or code ("CA" in the US: "California"), as is where we know none."""
    text = text.strip()[:80]
    code = region_codes().get(country, {}).get(text.upper())
    if code:
        return code
    for name, owner in regions().get(fold(text), []):
        if owner == country or not country:
            return name
    return text if len(text) > 3 else ""


def parse_location(text: str) -> PlaceTags:
    """The places and the remote scope that a location text names; never an exception."""
    text = text[:_LIMIT]
    tags = PlaceTags()
    if not text.strip() or _COUNT_ONLY.fullmatch(text):
        return tags
    entities = scan(text)
    tags.is_remote = any(entity.kind == "remote" for entity in entities)
    groups = _groups(entities)
    around = {entity.country for entity in entities if entity.country and entity.kind == "name"}
    for group in groups:
        for place, start, end in _resolve(group, text, around):
            if place not in tags.places and len(tags.places) < _MOST:
                tags.places.append(place)
                tags.evidence.append(Evidence(Basis.STATED, _TEXT_RULE, "location", start, end, text[start:end]))
    _scope(tags, entities, text)
    return tags


def _groups(entities: list[Entity]) -> list[list[Entity]]:
    groups: list[list[Entity]] = [[]]
    for entity in entities:
        if entity.kind == "hard":
            groups.append([])
        else:
            groups[-1].append(entity)
    return [group for group in groups if group]


def _resolve(group: list[Entity], text: str, around: set[str]) -> list[tuple[Place, int, int]]:
    """The places of one group: each city with the regions and countries that qualify it."""
    names = [entity for entity in group if entity.kind in ("name", "code")]
    heads = [entity for entity in names if _is_city(entity, group)]
    if not heads:
        return _without_city(group, names, text)
    found = []
    before = [entity for entity in names if entity.start < heads[0].start]
    for number, head in enumerate(heads):
        stop = heads[number + 1].start if number + 1 < len(heads) else len(text) + 1
        after = [entity for entity in names if head.start < entity.start < stop]
        later = [entity for entity in names if entity.start > head.start and entity not in heads]
        place = _place(head, after or before or later, around)
        if place is not None:
            last = after[-1] if after else head
            found.append((place, head.start, last.end))
    return found


def _is_city(entity: Entity, group: list[Entity]) -> bool:
    """Whether an entity names a city here: not if it qualifies the city before it, nor beside words we do not know."""
    if not entity.cities:
        return False
    best = entity.cities[0]
    is_large = best.population >= _LARGE
    if entity.country and not is_large and entity.country != best.country:
        return False
    before = [city for other in group if other.start < entity.start for city in other.cities]
    owners = {(city.region, city.country) for city in before}
    if any(region in owners for region in entity.regions) or entity.country in {country for _, country in owners}:
        return False
    if entity.regions and not is_large and fold(entity.text) not in _STATE_CITIES:
        return False
    if entity.kind == "code" and before:
        return False
    is_strange = any(other.kind == "word" and other.part == entity.part for other in group)
    return not is_strange or is_large or not best.population


def _place(head: Entity, qualifiers: list[Entity], around: set[str]) -> Place | None:
    wanted = [pair for entity in qualifiers for pair in _meanings(entity)]
    if not wanted:
        return _unqualified(head, around)
    fitting = [city for city in head.cities if _fits(city, qualifiers)]
    if fitting:
        return Place(fitting[0].name, _region_of(fitting[0], wanted), fitting[0].country)
    half = [city for city in head.cities if any(city.country == country for _, country in wanted)]
    region, country = next(((r, c) for r, c in wanted if r), wanted[0])
    if half and not region:
        return Place(half[0].name, half[0].region, half[0].country)
    return Place(head.text.strip(), region, country)


def _region_of(city: City, wanted: list[tuple[str, str]]) -> str:
    return city.region or next((region for region, country in wanted if region and country == city.country), "")


def _meanings(entity: Entity) -> list[tuple[str, str]]:
    return [*entity.regions, *([("", entity.country)] if entity.country else [])]


def _fits(city: City, qualifiers: list[Entity]) -> bool:
    return all(
        any(
            city.country == country and (not region or city.region in ("", region))
            for region, country in _meanings(entity)
        )
        for entity in qualifiers
        if _meanings(entity)
    )


def _unqualified(head: Entity, around: set[str]) -> Place:
    first = head.cities[0]
    near = [city for city in head.cities if city.country in around]
    if near and first.country not in around:
        first = near[0]
    elif first.population:
        rivals = [city for city in head.cities[1:] if city.population * _CLEAR > first.population]
        if any(city.country != first.country for city in rivals):
            return Place(first.name)
        if rivals:
            return Place(first.name, "", first.country)
    return Place(first.name, first.region, first.country)


def _without_city(group: list[Entity], names: list[Entity], text: str) -> list[tuple[Place, int, int]]:
    found: list[tuple[Place, int, int]] = []
    codes = {country for entity in names for _, country in entity.regions} & {e.country for e in names if e.country}
    for entity in names:
        if entity.kind == "code" and len(names) == 1 and not (entity.start and entity.part):
            pairs = _lone_code(entity)
        else:
            pairs = [pair for pair in entity.regions if not codes or pair[1] in codes][:1]
            if len(entity.regions) and entity.country and entity.country not in codes and len(names) == 1:
                continue  # Georgia: a state or a country
            pairs = pairs or ([("", entity.country)] if entity.country else [])
        found += [(Place("", region, country), entity.start, entity.end) for region, country in pairs]
    regional = {place.country for place, _, _ in found if place.region}
    found = [item for item in found if item[0].region or item[0].country not in regional]
    town = _unknown_town(group, names, text)
    return (
        [(Place(town, place.region, place.country), group[0].start, end) for place, _, end in found[:1]]
        if town
        else found
    )


def _lone_code(entity: Entity) -> list[tuple[str, str]]:
    """A code by itself is read only where it can mean one thing."""
    meanings = _meanings(entity)
    return meanings if len(meanings) == 1 else []


def _unknown_town(group: list[Entity], names: list[Entity], text: str) -> str:
    """A town that the gazetteer lacks: the whole first part, plain words, then a comma and its region or country."""
    if not names or names[0].part != group[0].part + 1 or "," not in text[group[0].start : names[0].start]:
        return ""
    first = [entity for entity in group if entity.part == group[0].part]
    is_plain = all(entity.kind == "word" and entity.text[:1].isupper() for entity in first)
    return text[first[0].start : first[-1].end] if is_plain and len(first) <= 3 else ""


def _scope(tags: PlaceTags, entities: list[Entity], text: str) -> None:
    """Scopes named, and the countries beside the word remote."""
    scopes = [entity.scope for entity in entities if entity.kind == "scope"]
    if tags.is_remote:
        zones = _ZONES.search(text)
        scopes += [place.country for place in tags.places if place.country and not place.city]
        scopes += [zones.group().strip()] if zones else []
        scopes = scopes or [entity.scope for entity in entities if entity.kind == "remote" and entity.scope]
    tags.scopes = list(dict.fromkeys(scopes))
    if tags.scopes:
        tags.scope_evidence = _evidence(_SCOPE_RULE, "location", text.strip())


def _evidence(rule: str, source: str, quote: str) -> Evidence:
    return Evidence(Basis.STATED, rule, source, quote=quote[:200])
