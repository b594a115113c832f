"""Where the work is: places with ISO countries, and the scope of remote work. Fields of the board win over its text."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from models import Basis, Evidence, Place, RawPlace, RawPosting
from pipeline.place.beside import LARGE, settle
from pipeline.place.excluded import cut_excluded, scopes_left
from pipeline.place.gazetteer import Entity, cities, scan
from pipeline.place.names import countries, country_codes, fold, region_codes, regions
from pipeline.place.resolve import groups, resolve
from pipeline.place.shape import without_noise
from pipeline.place.zones import scope_of, zone, zone_asked
from pipeline.text.windows import WRITTEN, Hints, windows

_TEXT_RULE, _FIELD_RULE, _SCOPE_RULE = "place.gazetteer@1", "place.fields@1", "place.scope@2"
_ZONE_RULE, _EXCLUDED_RULE = "place.zone@1", "place.excluded@1"
_REMOTE = Hints("emote|EMOTE", among=WRITTEN)
_LIMIT = 2_000
_MOST = 60
_COUNT_ONLY = re.compile(r"\s*(?:\d+|multiple|various)\s+(?:locations?|offices?)\s*", re.I)
_SEVERAL = re.compile(r"[,;/|]|\s(?:or|and|&)\s")
_TITLE_SCOPE = re.compile(r"\bremote\b[ ,:|/–-]{1,4}(?P<where>[^()\[\]]{2,40})", re.I)
_TEXT_SCOPE = re.compile(
    r"\b[Rr]emote(?:ly)? (?:position |role |job |work )?(?:\(?(?:with)?in|from|across|anywhere in|only in) (?:the )?"
    r"(?P<where>(?:[A-Z][\w.&-]*|and|or|the|,)(?: (?:[A-Z][\w.&-]*|and|or|the))*)"
)


@dataclass(slots=True)
class PlaceTags:
    """What the location says: the places with their evidence, and the remote scope ("US", "EU, GB", "worldwide")."""

    places: list[Place] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    scope_evidence: Evidence | None = None
    is_remote: bool = False
    excluded: list[str] = field(default_factory=list)  # where remote work is not open to: "US-CA", "RU"
    homes: list[str] = field(default_factory=list)  # countries of the places that stand alone beside "remote"

    @property
    def remote_scope(self) -> str | None:
        """The scopes as one text, or None."""
        return scope_text(self.scopes, self.excluded)


def scope_text(scopes: list[str], excluded: list[str]) -> str | None:
    """Scopes and what they do not hold as one text: "US, not US-CA"; None for none."""
    return ", ".join([*scopes, *(f"not {code}" for code in excluded)]) or None


def tag_places(raw: RawPosting) -> PlaceTags:
    """All places of a posting, each once, in the board's order, and where remote work is open to."""
    tags = PlaceTags()
    for raw_place in map(_without_remote_city, raw.places[:_MOST]):
        read = parse_location(raw_place.text)
        _add_places(tags, _merge_fields(raw_place, read))
        tags.is_remote = tags.is_remote or read.is_remote
        _add_scopes(tags, read)
    if raw.remote_scope:
        read = parse_location("Remote " + raw.remote_scope)
        if read.scopes:
            tags.scopes, tags.excluded = list(read.scopes), list(read.excluded)
            tags.scope_evidence = _evidence(_SCOPE_RULE, "remote_scope", raw.remote_scope)
    return tags


def _without_remote_city(raw: RawPlace) -> RawPlace:
    """A field for the city that says "Remote" names none; its words are then the place's text."""
    if not raw.city or not parse_location(raw.city).is_remote:
        return raw
    written = ", ".join(text for text in (raw.city, raw.region, raw.country) if text)
    return RawPlace(raw.text if parse_location(raw.text).is_remote else written, "", raw.region, raw.country)


def _add_places(tags: PlaceTags, found: list[tuple[Place, Evidence]]) -> None:
    for place, evidence in found:
        if place not in tags.places and len(tags.places) < _MOST:
            tags.places.append(place)
            tags.evidence.append(evidence)


def _add_scopes(tags: PlaceTags, read: PlaceTags) -> None:
    tags.scopes += [scope for scope in read.scopes if scope not in tags.scopes]
    tags.excluded += [code for code in read.excluded if code not in tags.excluded]
    tags.scope_evidence = tags.scope_evidence or read.scope_evidence


def _merge_fields(raw: RawPlace, read: PlaceTags) -> list[tuple[Place, Evidence]]:
    """The fields count before the text, but a text of only a country or remote work is not narrowed to a city."""
    found = list(zip(read.places, read.evidence, strict=True))
    if _SEVERAL.search(raw.city):  # "San Francisco, Seattle" in the field of one city
        listed = parse_location(f"{raw.city}; {raw.country}")
        return found or list(zip(listed.places, listed.evidence, strict=True))
    given = _from_fields(raw)
    if given is None:
        return found
    if found and not given.city and not given.region:
        return _with_country(found, given.country)
    is_wide = read.is_remote or (bool(found) and not any(place.city for place in read.places))
    if is_wide and not any(place.city for place in read.places):
        if len(found) > 1 or (found and found[0][0].country == given.country):
            return found
        given = Place(country=given.country)
    elif len(found) > 1 and any(place.country == given.country for place in read.places):
        return found
    quote = ", ".join(text for text in (raw.city, raw.region, raw.country) if text)
    return [(given, _evidence(_FIELD_RULE, "location", quote))]


def _with_country(found: list[tuple[Place, Evidence]], country: str) -> list[tuple[Place, Evidence]]:
    """The text's places in the field's country; all of them where none is, for the field is a placeholder then."""
    same = [(place, evidence) for place, evidence in found if place.country in ("", country)]
    return [(Place(place.city, place.region, country), evidence) for place, evidence in same] or found


def _from_fields(raw: RawPlace) -> Place | None:
    country = parse_country(raw.country)
    city_name = raw.city.strip()[:100]
    if not country and not (city_name and (raw.region or not raw.text)):
        return None
    region = _known_region(raw.region, country)
    known = [city for city in cities(fold(city_name)) if city.country == country or not country]
    known = [city for city in known if not region or city.region in ("", region)] or known
    if known and (country or len({city.country for city in known}) == 1 or known[0].population > LARGE):
        best = known[0]
        return Place(best.name or "", region or best.region, country or best.country)
    if not country:
        read = parse_location(", ".join(text for text in (raw.city, raw.region) if text))
        return read.places[0] if read.places else None
    if fold(city_name) in countries():
        city_name = ""
    region = region or (region_name(raw.region, country) if parse_country(raw.region) != country else "")
    return Place(city_name if any(letter.isalpha() for letter in city_name) else "", region, country)


def _known_region(text: str, country: str) -> str:
    """A region of the country by name or code; empty for what we do not know, as a misspelt one."""
    name = region_name(text, country)
    return name if any(owner == country or not country for _, owner in regions().get(fold(name), [])) else ""


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


@lru_cache(maxsize=4_000)
def parse_location(text: str) -> PlaceTags:
    """The places and the remote scope that a location text names; never an exception.

    Boards repeat their locations, so that answers are kept: treat them as read-only.
    """
    text = text[:_LIMIT]
    tags = PlaceTags()
    if not text.strip() or _COUNT_ONLY.fullmatch(text):
        return tags
    bound = zone(text)
    words, tags.excluded = cut_excluded(_without(text, bound))  # "US time zones" is no place
    words = without_noise(words)
    entities = settle(scan(words), words)
    tags.is_remote = any(entity.kind == "remote" for entity in entities)
    around = {entity.country for entity in entities if entity.country and entity.kind == "name"}
    for group in groups(entities):
        found = resolve(group, words, around)
        if len(found) == 1 and any(entity.kind == "remote" for entity in group):
            tags.homes.append(found[0][0].country)
        for place, start, end in found:
            if place not in tags.places and len(tags.places) < _MOST:
                tags.places.append(place)
                tags.evidence.append(Evidence(Basis.STATED, _TEXT_RULE, "location", start, end, text[start:end]))
    _scope(tags, entities, text, bound)
    return tags


def _without(text: str, span: tuple[int, int] | None) -> str:
    return text if span is None else text[: span[0]] + " " * (span[1] - span[0]) + text[span[1] :]


def scope_of_words(title: str, text: str) -> tuple[list[str], Evidence | None]:
    """The remote scope that the title ("Engineer (Remote, US)") or the text ("remote within the EU") names."""
    for source, pattern, words in (("title", _TITLE_SCOPE, title[:300]), ("description", _TEXT_SCOPE, text)):
        for start, end in windows(words, _REMOTE, 40, 90):
            for match in pattern.finditer(words, start, end):
                scopes = parse_location(f"Remote, {match['where']}").scopes
                if scopes:
                    return scopes, Evidence(Basis.STATED, _SCOPE_RULE, source, *match.span(), match.group())
    for source, words, span in (("title", title, zone(title[:300])), ("description", text, zone_asked(text))):
        if span:
            quote = words[slice(*span)]
            return [scope_of(quote)], Evidence(Basis.STATED, _ZONE_RULE, source, *span, quote)
    return [], None


def said_excluded(text: str, span: tuple[int, int]) -> Evidence:
    """Where a description excludes places."""
    return Evidence(Basis.STATED, _EXCLUDED_RULE, "description", *span, text[slice(*span)])


def _scope(tags: PlaceTags, entities: list[Entity], text: str, bound: tuple[int, int] | None) -> None:
    """Scopes named, the countries beside the word remote, and the time zones."""
    scopes = [entity.scope for entity in entities if entity.kind == "scope"]
    if tags.is_remote:
        scopes += [place.country for place in tags.places if place.country and not place.city]
        scopes += [scope_of(text[slice(*bound)])] if bound else []
        scopes = scopes or [entity.scope for entity in entities if entity.kind == "remote" and entity.scope]
        scopes = scopes or [country for country in tags.homes if country]
    tags.scopes = list(dict.fromkeys(scopes)) or scopes_left(text, tags.excluded)
    if tags.scopes or tags.excluded:
        tags.scope_evidence = _evidence(_SCOPE_RULE, "location", text.strip())


def _evidence(rule: str, source: str, quote: str) -> Evidence:
    return Evidence(Basis.STATED, rule, source, quote=quote[:200])
