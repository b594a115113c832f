"""Which places a location text means: cities with the regions and countries that stand beside them."""

from models import Place
from pipeline.place.beside import LARGE
from pipeline.place.gazetteer import City, Entity
from pipeline.place.names import fold
from pipeline.text.wordlists import words

_CLEAR = 3.0  # how many times larger the likeliest city must be than its namesake in another country
_LONGEST_GROUP = 150
_HOME = 4
_HOME_COUNTRIES = frozenset(words("US CA GB IE DE FR ES IT NL BE CH AT SE DK NO FI PL PT AU NZ SG JP IL KR"))
_STATE_CITIES = ("new york", "washington")
_PARTICLES = frozenset(
    words("nad pod am an der den de del di da do du la le las los les sur sous upon on in im ob bei")
)
_CITY_CODES = ("NY", "DC", "LA", "SF")  # "SF, NY": two cities
# By themselves these codes are states of the US; others are countries as often ("Remote - CO", "Remote - DE").
_STATES_RATHER = frozenset(words("AL AZ GA KY LA MA MD ME MN MO MS MT NC NE NJ PA SC SD TN VA VT"))
Found = tuple[Place, int, int]  # with its span in the text


def groups(entities: list[Entity]) -> list[list[Entity]]:
    groups: list[list[Entity]] = [[]]
    for entity in entities:
        if entity.kind == "hard":
            groups.append([])
        else:
            groups[-1].append(entity)
    return [group for group in groups if group]


def resolve(group: list[Entity], text: str, around: set[str]) -> list[Found]:
    """The places of one group: each city with the regions and countries that qualify it."""
    group = group[:_LONGEST_GROUP]
    names = [entity for entity in group if entity.kind in ("name", "code")]
    heads = [entity for entity in names if _is_city(entity, group)]
    if not heads:
        return _without_city(group, names, text)
    found = []
    for number, head in enumerate(heads):
        after = _between(names, head.start, heads[number + 1].start if number + 1 < len(heads) else len(text) + 1)
        before = _between(names, heads[number - 1].start if number else -1, head.start)
        around_it = [entity for entity in names if entity not in heads]
        if not after and before and text[before[-1].end : head.start] == "-":
            after = before  # "Kansas-Burlington"
        choices = [around_it, after, before] if len(heads) == 1 else [after, before, around_it]
        place = _best_place(head, choices, after, around)
        found.append((place, head.start, max(head.end, after[-1].end) if after else head.end))
    return found


def _between(names: list[Entity], start: int, stop: int) -> list[Entity]:
    return [entity for entity in names if start < entity.start < stop]


def _best_place(head: Entity, choices: list[list[Entity]], behind: list[Entity], around: set[str]) -> Place:
    """The city by the first qualifiers that fit it; else what stands behind it is believed."""
    for qualifiers in choices:
        wanted = [pair for entity in qualifiers for pair in _meanings(entity)]
        fitting = [city for city in head.cities if wanted and _fits(city, qualifiers)]
        if fitting:
            return Place(fitting[0].name, _region_of(fitting[0], wanted), fitting[0].country)
    wanted = [pair for entity in behind for pair in _meanings(entity)]
    return _misfit(head, wanted) if wanted else _unqualified(head, around)


def _misfit(head: Entity, wanted: list[tuple[str, str]]) -> Place:
    """A town that the gazetteer knows elsewhere only: what stands behind it is believed."""
    half = [city for city in head.cities if any(city.country == country for _, country in wanted)]
    region, country = next(((r, c) for r, c in wanted if r), wanted[0])
    if half and not region:
        return Place(half[0].name, half[0].region, half[0].country)
    return Place(head.text.strip(), region, country)


def _is_city(entity: Entity, group: list[Entity]) -> bool:
    """Whether an entity names a city here: not if it qualifies the city before it, nor beside words we do not know."""
    if not entity.cities:
        return False
    before = [city for other in group if other.start < entity.start for city in other.cities]
    owners = {(city.region, city.country) for city in before}
    if any(region in owners for region in entity.regions) or entity.country in {country for _, country in owners}:
        return False
    if entity.kind == "code":
        return _stands_as_city(entity, group, bool(before))
    best = entity.cities[0]
    is_large = best.population >= LARGE
    if entity.country and not is_large and entity.country != best.country:
        return False
    if entity.regions and not is_large and fold(entity.text) not in _STATE_CITIES and not _is_of_its_name(entity):
        return False
    is_strange = any(other.kind == "word" and other.part == entity.part for other in group)
    return not is_strange or is_large or not best.population


def _is_of_its_name(entity: Entity) -> bool:
    """A city in the region of its own name: Hamburg."""
    return any((city.region, city.country) in entity.regions for city in entity.cities)


def _stands_as_city(code: Entity, group: list[Entity], is_behind_city: bool) -> bool:
    """ "SF, NY" are two cities; behind an unknown town, or beside "remote", the code is a state."""
    others = {other.kind for other in group if other.start < code.start}
    if sum(other.kind == "code" and bool(other.regions) and not other.cities for other in group) > 1:
        return False  # one of a list of states
    return not others & {"word", "remote"} and (not is_behind_city or code.text in _CITY_CODES)


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
    """A city with nothing beside it: the country that the text names elsewhere, else the likeliest if it is clear."""
    near = [city for city in head.cities if city.country in around]
    ranked = near or sorted(head.cities, key=_weight, reverse=True)
    first = ranked[0] if head.cities[0].population else head.cities[0]
    rivals = [
        city for city in ranked if first.population and city is not first and _weight(city) * _CLEAR > _weight(first)
    ]
    if any(city.country != first.country for city in rivals):
        return Place(first.name)
    return Place(first.name, "" if rivals else first.region, first.country)


def _weight(city: City) -> int:
    """Population, counted up where the boards' jobs are."""
    return city.population * (_HOME if city.country in _HOME_COUNTRIES else 1)


def _without_city(group: list[Entity], names: list[Entity], text: str) -> list[Found]:
    strange = {entity.part for entity in group if entity.kind == "word"}
    names = [entity for entity in names if entity.kind != "code" or entity.part not in strange]
    town = _unknown_town(group, names, text)
    codes = {country for entity in names for _, country in entity.regions} & {e.country for e in names if e.country}
    found: list[Found] = []
    for entity in names:
        pairs = _region_or_country(entity, codes, is_alone=len(names) == 1, is_behind_town=bool(town))
        found += [(Place("", region, country), entity.start, entity.end) for region, country in pairs]
    regional = {place.country for place, _, _ in found if place.region}
    found = [item for item in found if item[0].region or item[0].country not in regional]
    if town and found:
        place, start, end = found[0]
        name, first, last = town
        return [(Place(name, place.region, place.country), min(first, start), max(last, end))]
    return found


def _region_or_country(entity: Entity, codes: set[str], is_alone: bool, is_behind_town: bool) -> list[tuple[str, str]]:
    """What a name or code without a city means; nothing where it may mean two things (Georgia, CA)."""
    meanings = _meanings(entity)
    if is_alone and not is_behind_town and len(meanings) > 1:
        is_state = entity.kind == "code" and entity.text in _STATES_RATHER
        return meanings[:1] if is_state else [] if entity.kind == "code" or entity.country else meanings[:1]
    regions = [pair for pair in entity.regions if not codes or pair[1] in codes]
    return regions[:1] or ([("", entity.country)] if entity.country else [])


def _unknown_town(group: list[Entity], names: list[Entity], text: str) -> tuple[str, int, int] | None:
    """A town that the gazetteer lacks, and where it stands: the whole first part, plain words, then a comma and its
    region or country; or behind a hyphen: "USA-AL-Castleberry"."""
    if not names:
        return None
    first = [entity for entity in group if entity.part == group[0].part]
    between = [entity for entity in group if first[-1].start < entity.start < names[0].start]
    if names[0].start > first[-1].start and all(entity.kind == "filler" for entity in between):
        return _plain(first, text) if "," in text[first[-1].end : names[0].start] else None
    last = [entity for entity in group if entity.start > names[-1].start]
    is_behind = bool(last and names[-1].regions) and text[names[-1].end : last[0].start] == "-"
    return _plain(last, text) if is_behind else None


def _plain(town: list[Entity], text: str) -> tuple[str, int, int] | None:
    """The words of a town: up to three, with capitals but for such as "nad" and "sur"."""
    is_plain = all(one.kind == "word" and (one.text[:1].isupper() or one.text in _PARTICLES) for one in town)
    start, end = town[0].start, town[-1].end
    return (text[start:end], start, end) if is_plain and len(town) <= 3 else None
