"""The country that title or description state where the location names none: who may apply, where one must live."""

import re
from collections.abc import Iterator

from models import Basis, Evidence, Place, RawPosting
from pipeline.place import PlaceTags, parse_location
from pipeline.place.gazetteer import cities, scan
from pipeline.place.names import fold, region_codes
from pipeline.text.windows import Hints, windows

_STATED, _STATES, _OFFICES = "place.said@1", "place.states@1", "place.offices@1"
_HINTS = Hints(
    "to work in|to work from|authorization in|uthorization:|andidates|pplicants|esidents of|ust be |ust currently"
    "|ust already|ust reside|ust live|emote|REMOTE|iring |nywhere|eside in|to live |ased in|ocated in|states"
    "|States:|ocation:",
)
_OFFICE_HINTS = Hints(" offices")
_NAME = r"(?:[A-Z][\w.&'’/-]*[,)]?|and|or|the|of|-|–)"
_WHERE = rf"(?:either )?(?:the )?(?:continental |contiguous |mainland )?(?P<where>{_NAME}(?: {_NAME}){{0,8}})"
_LIVING = r"(?:based|located|living|residing|reside|live|resident|residents|a resident)"
_CUES = (
    r"(?:authori[sz]ed|eligible|eligibility|entitled|permitted|able|right|permission) (?:to )?(?:legally |lawfully )?"
    r"(?:to )?work (?:legally |lawfully |permanently )?(?:in|from|within)",
    r"work authori[sz]ation (?:in|for|within)",
    rf"must (?:also )?(?:currently |already |physically |permanently )?(?:be )?(?:currently |already |physically )?"
    rf"{_LIVING} (?:permanently |full-time )?(?:in|of|within|anywhere in)",
    r"requires you to (?:live|reside|be based|be located) (?:permanently |full-time )?in",
    rf"(?:open (?:only )?to|only (?:considering|accepting|hiring|for)|seeking|looking for|considering only) "
    rf"(?:all )?(?:candidates|applicants|residents|people|individuals)(?: who are)?(?: currently)?(?: {_LIVING})? "
    r"(?:in|of|from|across|within|anywhere in)",
    r"hiring (?:virtually |remotely |only )?(?:in|within|across|anywhere in)",
    r"remote(?:ly)? (?:position |role |job |work )?\(?(?:with)?(?:in|from|across|anywhere in|anywhere within|only in)",
    r"remote,? anywhere (?:with)?in",
    r"(?:work|located|based|live) (?:remotely )?(?:from )?anywhere (?:with)?in",
    r"location ?: ?(?:fully |100% )?remote ?[(,:|–—-]{1,2}",
    r"•\s{1,3}(?:must be )?(?:based|located) in",
)
_SAID = re.compile(rf"(?:\b|(?=•))(?i:{'|'.join(_CUES)}) ?{_WHERE}")
_STATE = r"[A-Z]{2}(?: \([^()\n]{0,20}\))?"
_LIST = re.compile(
    rf"(?i:states|candidates|applicants|residents|located|reside)[^.\n]{{0,40}}[: ]"
    rf"(?P<where>{_STATE}(?:, (?:and |or )?{_STATE}){{2,60}})"
)
_CAPITAL = r"[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,2}"
_OUR_OFFICES = re.compile(rf"\bour (?P<where>{_CAPITAL}(?:(?:, and |, | and | & ){_CAPITAL}){{1,5}}) offices\b")
_QUOTED, _MOST = 200, 20
_SENTENCE = re.compile(r"(?<![A-Z])\.(?: |$)")
_TITLE_PART = re.compile(r"[()\[\]|,–—]|\s-\s")


def add_country_said(found: PlaceTags, title: str, text: str, raw: RawPosting) -> tuple[list[str], Evidence | None]:
    """Adds the countries that the words state where the location names none; gives them and their evidence."""
    if any(place.country for place in found.places):
        return [], None
    said, evidence = country_said(title, text, " ; ".join(place.text for place in raw.places[:_MOST]))
    if evidence:
        known = list(zip(found.places, found.evidence, strict=True))
        found.places = with_country(found.places, said)
        found.evidence = [next((words for old, words in known if old == place), evidence) for place in found.places]
    return said, evidence


def country_said(title: str, text: str, location: str) -> tuple[list[str], Evidence | None]:
    """The countries of the first statement that names one, title first; inferred for lists of states and offices.

    `location`: the location's text. The offices of an employer count only for one that is a name unknown to us, such as
    a mall's, and only if they are of one country.
    """
    for found in (_of_title(title[:300]), _stated(text), _listed(text), _of_offices(text, location)):
        if found:
            return found
    return [], None


def with_country(places: list[Place], said: list[str]) -> list[Place]:
    """The places, none of which has a country, in the countries said; a city there is known or stands as it was."""
    found = list[Place]()
    for place in places:
        homes = [city for city in cities(fold(place.city)) if city.country in said]
        found.append(Place(homes[0].name, homes[0].region, homes[0].country) if homes else place)
    return found + [Place(country=code) for code in said if code not in {place.country for place in found}]


_Said = tuple[list[str], Evidence] | None


def _of_title(title: str) -> _Said:
    """A part of the title that is nothing but a country and remote work: "Engineer (Remote, Brazil)"."""
    start = 0
    for index, part in enumerate(re.split(f"({_TITLE_PART.pattern})", title)):
        entities = scan(part) if index else []
        named = [one for one in entities if one.kind == "name" and one.country and not one.regions and not one.cities]
        if named and all(one in named or one.kind in ("remote", "hard", "filler") for one in entities):
            codes = list(dict.fromkeys(one.country for one in named))
            return codes, Evidence(Basis.STATED, _STATED, "title", start, start + len(part), part)
        start += len(part)
    return None


def _stated(text: str) -> _Said:
    for match in _found(_SAID, text, _HINTS):
        where = _SENTENCE.split(match["where"])[0]
        if codes := _countries(where):
            end = max(evidence.end or 0 for evidence in parse_location(where).evidence)
            return codes, _evidence(Basis.STATED, _STATED, text, match.start(), match.start("where") + end)
    return None


def _listed(text: str) -> _Said:
    """A list of American states, hired in or not: the country is theirs."""
    known = region_codes()["US"]
    for match in _found(_LIST, text, _HINTS):
        codes = re.findall(r"\b[A-Z]{2}\b", match["where"])
        if len(codes) > 2 and sum(code in known for code in codes) > len(codes) * 0.9:
            return ["US"], _evidence(Basis.INFERRED, _STATES, text, *match.span())
    return None


def _of_offices(text: str, location: str) -> _Said:
    entities = scan(location[:300])
    if not any(one.kind == "word" for one in entities) or any(one.kind in ("remote", "scope") for one in entities):
        return None
    for match in _found(_OUR_OFFICES, text, _OFFICE_HINTS):
        codes = _countries(match["where"])
        if len(codes) == 1 and len(parse_location(match["where"]).places) > 1:
            return codes, _evidence(Basis.INFERRED, _OFFICES, text, *match.span())
    return None


def _found(pattern: re.Pattern[str], text: str, hints: Hints) -> Iterator[re.Match[str]]:
    for start, end in windows(text, hints, 120, 320):
        yield from pattern.finditer(text, start, end)


def _countries(where: str) -> list[str]:
    return list(dict.fromkeys(place.country for place in parse_location(where).places if place.country))


def _evidence(basis: Basis, rule: str, text: str, start: int, end: int) -> Evidence:
    end = min(end, start + _QUOTED)
    return Evidence(basis, rule, "description", start, end, text[start:end])
