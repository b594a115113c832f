"""What a code or a name means beside its neighbours: "Recife-PE" is no place in Peru, "Lebanon, NH" none in Asia."""

import re
from collections.abc import Iterator

from pipeline.place.gazetteer import City, Entity, cities
from pipeline.place.names import fold
from pipeline.place.zips import is_of_state
from pipeline.text.wordlists import words

Meaning = tuple[str, str]  # region and country; the region is empty where the country speaks
LARGE = 300  # thousand people: known well enough to be meant even beside words we do not know
_ALIAS = 1_000  # what an alias counts as where cities are compared
_MOST = 60
_DIVISIONS = frozenset(words("""county counties province provincia prefecture region regione oblast lan kraj megye
    judet urban rural governorate voivodeship"""))  # fmt: skip
_RATHER_COUNTRIES = ("CA", "DE")  # "Poland, DE": a list of countries, unless the town is known
_WITH_CANADA = frozenset(words("US MX GB IE FR DE ES IT NL BE CH AT SE DK NO FI PL PT AU NZ SG JP IL KR IN BR"))
_GONE = frozenset(words("avon cleveland cumberland"))  # counties of the past, as names less known than the towns
_COUNTED = 60  # thousand people: a town that a namesake among the counties of Britain leaves in doubt
_ZIP = re.compile(r"\W{1,4}(\d{5})(?!\d)")
_REVERSED = re.compile(r"\s?[-|–,]\s?")


def settle(entities: list[Entity], text: str) -> list[Entity]:
    """The entities with what their neighbours make of them; what means nothing here is a plain word again."""
    entities = list(_joined(entities, text))
    for group in _groups(entities):
        _read_zips(group, text)
        _read_named_town(group, text)
        stated = _stated(group)
        for index, entity in enumerate(group):
            if entity.kind == "code" and entity.country and entity.country == stated and len(_named(group)) == 2:
                entity.regions = []  # "Malta, MT"
            if entity.also:
                joined = _town_behind(group, index, text)
                _settle(entity, joined or _town_before(group, index), "" if joined else stated)
        _read_divisions(group)
        _read_lone_county(group)
    for entity in entities:
        entity.kind = "word" if entity.kind == "local" else entity.kind
    return entities


def _named(group: list[Entity]) -> list[Entity]:
    return [one for one in group if one.kind in ("name", "code", "local")]


def _read_lone_county(group: list[Entity]) -> None:
    """ "Hampshire", "Remote, Kent": of Britain, unless a larger town elsewhere has the name too; then it is unknown."""
    named = _named(group)
    if len(named) != 1 or any(one.kind == "word" for one in group):
        return
    county = named[0]
    meaning = next((pair for pair in county.also if pair[1] == "GB"), None)
    is_home = county.country or county.regions or any(city.country == "GB" for city in county.cities)
    if meaning is None or is_home or county.kind == "code" or fold(county.text) in _GONE:
        return
    if any(city.population >= _COUNTED or not city.population for city in county.cities):
        county.cities, county.also = (City(county.text.strip(), "", "", 0),), ()
    else:
        _mean(county, meaning)


def _joined(entities: list[Entity], text: str) -> Iterator[Entity]:
    """Without the stroke between a town and its region's code: "Rio de Janeiro/RJ" is one place."""
    for index, entity in enumerate(entities):
        is_stroke = entity.kind == "hard" and text[entity.start] == "/" and 0 < index < len(entities) - 1
        if not (is_stroke and _is_code_of(entities[index + 1], entities[index - 1])):
            yield entity


def _is_code_of(code: Entity, town: Entity) -> bool:
    if code.kind not in ("code", "local") or len(code.text) != 2 or not town.cities:
        return False
    return _meaning_for(code, town.cities[0]) not in (None, ("", town.cities[0].country))


def _groups(entities: list[Entity]) -> Iterator[list[Entity]]:
    group: list[Entity] = []
    for entity in entities:
        if entity.kind == "hard":
            yield group
            group = []
        elif len(group) < _MOST:
            group.append(entity)
    yield group


def _stated(group: list[Entity]) -> str:
    """The country that the group names, or that its last code means for the part before it: "Pune, MH, IN"."""
    named = {one.country for one in group if one.kind == "name" and one.country and not one.regions}
    if named:
        return named.pop() if len(named) == 1 else ""
    codes = [one for one in group if one.kind in ("code", "local")]
    if not codes or codes[-1].kind != "code" or not codes[-1].country:
        return ""
    last = codes[-1]
    if not last.regions and len(codes) > 1:
        return last.country
    is_region = len(codes) > 1 and any(country == last.country for _, country in codes[-2].also)
    is_behind = len(codes) > 1 and any(city.country == last.country for one in group for city in one.cities)
    return last.country if is_region or is_behind else ""


def _read_zips(group: list[Entity], text: str) -> None:
    """ "DE, 68789": the number is no postcode of Delaware, so that the code means the country."""
    for entity in group:
        if entity.kind == "code" and entity.country and (number := _ZIP.match(text, entity.end)):
            states = [pair for pair in entity.regions if pair[1] == "US"]
            if states and is_of_state(number[1], entity.text):
                _mean(entity, states[0])
            elif states:
                entity.regions = []


def _read_named_town(group: list[Entity], text: str) -> None:
    """A town named as a country or a state, beside its state: Lebanon, NH; TN | Lebanon; Nevada, MO, US."""
    named = [one for one in group if one.kind in ("name", "code", "local") and (one.country != "US" or one.cities)]
    if len(named) != 2 or any(one.kind in ("word", "remote", "scope") for one in group):
        return
    for town, state in (named, named[::-1]):
        is_reversed = town is named[1]
        if is_reversed and not _REVERSED.fullmatch(text[state.end : town.start]):
            return
        if city := _named_town(town, state):
            town.cities, town.country, town.regions, town.also = (city,), "", [], ()
            return


def _named_town(town: Entity, state: Entity) -> City | None:
    if town.kind != "name" or not (town.country or town.regions) or town.text == state.text:
        return None
    namesakes = cities(fold(town.text))
    if state.country and not state.regions and town.country:
        return next((city for city in namesakes if city.country == state.country), None)
    pairs = [pair for pair in (*state.regions, *state.also) if pair not in town.regions]
    if known := next((city for city in namesakes if (city.region, city.country) in pairs), None):
        return known
    is_own = town.country in ({country for _, country in pairs} | {state.country}) - {""}
    return None if is_own else _unknown_town(town, state)


def _unknown_town(town: Entity, state: Entity) -> City | None:
    """A small American town: believed where its state's code leaves no doubt."""
    pair = next((pair for pair in state.regions if pair[1] == "US" and pair not in town.regions), None)
    is_small = not any(city.population >= LARGE or not city.population for city in town.cities)
    is_rare = state.text == "CA" and bool(town.country) and town.country not in _WITH_CANADA
    is_sure = state.kind == "code" and (is_rare or state.text not in _RATHER_COUNTRIES)
    return City(town.text.strip(), *pair, 0) if pair and is_small and is_sure else None


def _town_before(group: list[Entity], index: int) -> Entity | None:
    """The town that an entity may qualify: the name or word before it, with nothing but codes and filler between."""
    for entity in reversed(group[:index]):
        if entity.kind in ("remote", "scope"):
            return None
        if entity.cities or entity.kind == "word":
            return entity if entity.part < group[index].part or group[index].kind in ("code", "local") else None
    return None


def _town_behind(group: list[Entity], index: int, text: str) -> Entity | None:
    """The town joined to a code before it: "CA-Toronto"."""
    behind = group[index + 1] if index + 1 < len(group) else None
    is_joined = behind is not None and behind.cities and text[group[index].end : behind.start] == "-"
    return behind if is_joined and group[index].kind != "name" else None


def _settle(entity: Entity, town: Entity | None, stated: str) -> None:
    if town is None:
        return
    meaning = _fitting(entity, town, stated) or _by_statement(entity, stated) or _as_county(entity, town, stated)
    if meaning:
        _mean(entity, meaning)
    elif entity.kind == "code" and stated not in ("", entity.country, *(city.country for city in entity.cities)):
        entity.kind, entity.regions, entity.country, entity.cities = "filler", [], "", ()


def _fitting(entity: Entity, town: Entity, stated: str) -> Meaning | None:
    """The meaning by which the largest of the town's namesakes fits."""
    if entity.kind == "code" and any(country == entity.country for _, country in town.regions):
        return "", entity.country  # "Ontario, CA"
    found: dict[Meaning, int] = {}
    for city in town.cities:
        meaning = _meaning_for(entity, city) if stated in ("", city.country) else None
        if meaning:
            found.setdefault(meaning, city.population or _ALIAS)
    return max(found, key=lambda meaning: found[meaning], default=None)


def _meaning_for(entity: Entity, city: City) -> Meaning | None:
    if entity.kind == "name" and (entity.country or any(country == city.country for _, country in entity.regions)):
        return None  # it is a region or a country anyway: nothing to settle
    for region, country in (*entity.regions, *entity.also):
        if country == city.country and (not city.region or not region or region == city.region):
            return region, country
    return ("", city.country) if entity.kind == "code" and entity.country == city.country else None


def _by_statement(entity: Entity, stated: str) -> Meaning | None:
    """What a code means in the country stated."""
    if not stated or entity.kind == "name" or any(city.country == stated for city in entity.cities):
        return None
    if entity.kind == "code" and entity.country == stated:
        return "", stated
    return next((pair for pair in (*entity.regions, *entity.also) if pair[1] == stated), None)


def _as_county(entity: Entity, town: Entity, stated: str) -> Meaning | None:
    """A name behind a town that the gazetteer lacks there is its county, where it is no city as likely."""
    pairs = [pair for pair in entity.also if stated in ("", pair[1])]
    is_name = len(entity.text) > 3 and not entity.country and not entity.regions
    if not (is_name and len({country for _, country in pairs}) == 1) or (entity.cities and town.kind != "word"):
        return None
    is_city = any(city.population >= LARGE or city.country == pairs[0][1] for city in entity.cities)
    return pairs[0] if not is_city or (stated and town.kind == "word") else None


def _read_divisions(group: list[Entity]) -> None:
    """ "Fairfax County, Virginia", "Cluj County": what stands before such a word is no town."""
    for index, word in enumerate(group):
        if word.kind == "filler" and fold(word.text) in _DIVISIONS:
            before = [one for one in group[:index] if one.part == word.part and one.kind in ("name", "word")]
            others = [one for one in group if one.kind in ("name", "code") and one not in before]
            for one in before if others else []:
                if one.also and one.cities:
                    _mean(one, one.also[0])
                elif not one.regions or one.cities:
                    one.kind, one.cities, one.regions = "filler", (), []


def _mean(entity: Entity, meaning: Meaning) -> None:
    region, country = meaning
    entity.cities, entity.also = (), ()
    entity.regions, entity.country = ([meaning], "") if region else ([], country)
    entity.kind = "code" if entity.kind == "code" else "name"
