"""Where remote work is not open to: "US (excluding California)", "worldwide, except Russia"."""

import re
from collections.abc import Iterator

from pipeline.place.beside import settle
from pipeline.place.gazetteer import Entity, scan
from pipeline.place.names import region_codes
from pipeline.text.windows import WRITTEN, Hints, windows

_HIRE = r"(?:hire|hiring|employ|accept|consider|support|sponsor|recruit)"
_CUE = re.compile(
    r"\b(?:excluding|excludes?|excluded|excl\b\.?|exclusive of|except(?:ing)?(?: for)?|with the exception of|other than"
    r"|outside(?: of)?|apart from|(?:all|any) (?:us )?(?:states|countries|provinces|locations) but|but not"
    rf"|not (?:currently |yet )?(?:available|eligible|open|possible|permitted|allowed|{_HIRE})(?: for| to| in)?"
    rf"|(?:cannot|can't|can not|unable to|not able to|do not|don't|will not|won't) {_HIRE}(?: \w+){{0,2}} (?:in|from)"
    r"|ineligible(?: states| locations| countries)?|excepto|salvo|excluyendo|exceto|excluindo|sauf|hors|excepté"
    r"|à l['’]exception d[eu]s?|außer|ausgenommen|mit ausnahme (?:von|der|des)|esclus[oaie]|tranne|eccetto"
    r"|z wyjątkiem|oprócz|behalve|uitgezonderd|кроме|за исключением)(?!\w)[: ]{0,2}(?:of )?"
    r"|(?P<bare>\b(?:no|not|but|without)(?: in| from)? (?=(?:the )?[A-Z])|\bnon[- ]|\bex[-.] ?(?=[A-Z]{2}))",
    re.I,
)
_ALL_STATES = re.compile(r"\b(?:all|any|every|most) (?:us |other )?states?\b", re.I)
_END = re.compile(r"[;|()\[\]\n]|\.(?=\s|$)|\s[-–]\s|$")
_MOST, _LONGEST = 60, 200
_NAME = r"(?:[A-Z][\w.&'’/-]*,?)"
_NAMES = rf"(?:the )?{_NAME}(?: (?:and |or |& |the |of )?{_NAME}){{0,14}}"
_SAID = re.compile(
    r"\b(?=[ACDEIJNPRUWacdeijnpruw])"  # most characters begin nothing, and this is told at once
    rf"(?:(?i:(?:not (?:currently |yet )?(?:available|open|eligible|offered|able to {_HIRE}|{_HIRE})"
    rf"|(?:cannot|can't|can’t|unable to|do not|don't|don’t) (?:currently )?{_HIRE})"
    r"(?: \w+){0,4}? (?:residents of|living in|located in|based in|residing in|reside in|from|in|to)"
    rf"(?: the)?(?: following)?(?: us)?(?: states?)?(?: of)?:?) (?P<where>{_NAMES})"
    r"|(?i:\b(?:remote(?:ly)?|(?:all|any|every) (?:us )?states?|anywhere)\b)[^.\n]{0,60}?\b"
    r"(?i:excluding|except(?:ing)?(?: for| in)?|with the exception of|other than|outside of|but)"
    rf"(?i: (?:candidates|applicants|residents)(?: in| from| of)?)? (?P<but>{_NAMES})"
    rf"|(?i:\b(?:ineligible|excluded) (?:us )?(?:states|locations|countries)\b ?(?:are|include)?:?) "
    rf"(?P<listed>{_NAMES})"
    r"|(?i:\b(?:applicants|candidates|residents) (?:must not|may not|cannot|can't|can’t|should not) "
    rf"(?:live|reside|be based|be located) in) (?P<living>{_NAMES})"
    r"|(?i:\b(?:job|role|position|work) (?:cannot|can't|can’t|may not) be (?:performed|done|filled|based) (?:in|from)) "
    rf"(?P<done>{_NAMES})"
    rf"|(?i:\b(?:applicants|candidates|residents) (?:from|in|of)) (?P<those>{_NAMES})(?i: (?:are|is) "
    r"(?:not eligible|ineligible|not (?:currently )?(?:considered|accepted)|excluded)))"
)
_HINTS = Hints(
    "not |Not |neligible|xcluded|states but|annot |an't |an’t |nable to|on't |on’t |xcluding|xcept|ther than"
    "|outside of",
    among=WRITTEN,
)


def cut_excluded(text: str) -> tuple[str, list[str]]:
    """A location's text, as long as it was, with blanks for what it excludes, and this as codes: US-CA, RU, EU."""
    parts: list[str] = []
    for cue in _CUE.finditer(text):
        opened = text.startswith("(", cue.end())
        start = cue.end() + opened
        end = min(_END.search(text, start).start(), start + _LONGEST)  # type: ignore[union-attr]  # "$" always matches
        if cue["bare"] is None or _begins_with_place(text[start:end]):
            parts.append(text[start:end])
            text = text[: cue.start()] + " " * (end - cue.start()) + text[end:]
    around = _countries(text) if parts else set()
    return text, list(dict.fromkeys(code for part in parts for code in codes_of(part, around)))


def excluded_in(text: str, around: set[str]) -> tuple[list[str], tuple[int, int] | None]:
    """What a description excludes, and where it says so."""
    for start, end in windows(text, _HINTS, 80, 200):
        for match in _SAID.finditer(text, start, end):
            named = next(filter(None, match.groups())).rstrip(".,")
            if found := codes_of(named, around):
                return found, match.span()
    return [], None


def scopes_left(text: str, excluded: list[str]) -> list[str]:
    """What a text is open to that withholds some of "all states"."""
    is_american = bool(excluded) and all(code.startswith("US-") for code in excluded)
    return ["US"] if is_american and _ALL_STATES.search(text) else []


def codes_of(part: str, around: set[str]) -> list[str]:
    """The regions, countries and scopes that a text names, by what a code means in the countries around."""
    entities = settle(scan(part), part)
    if not around and any(_is_state(entity) for entity in entities):
        around = {"US"}  # "Georgia, Florida or Texas"
    found = [_code(entity, around) for entity in entities]
    return list(dict.fromkeys(code for code in found if code))[:_MOST]


def _begins_with_place(part: str) -> bool:
    entities = scan(part)
    return bool(entities) and entities[0].kind in ("name", "code", "scope", "local")


def _countries(text: str) -> set[str]:
    entities = settle(scan(text), text)
    return {one.country for one in entities if one.country} | {"" for one in entities if one.kind == "scope"}


def _code(entity: Entity, around: set[str]) -> str:
    if entity.kind == "scope":
        return entity.scope
    if entity.kind not in ("name", "code"):
        return ""
    pairs = [pair for pair in (*entity.regions, *entity.also) if not around or pair[1] in around]
    is_region = bool(pairs) and (entity.kind == "code" or bool(around - {""} and entity.country not in around))
    if entity.country and not is_region:
        return entity.country
    return next(filter(None, (_region_code(*pair) for pair in pairs)), "")


def _is_state(entity: Entity) -> bool:
    return not entity.country and any(country == "US" for _, country in entity.regions)


def _region_code(region: str, country: str) -> str:
    codes: Iterator[str] = (code for code, name in region_codes().get(country, {}).items() if name == region)
    code = next(codes, "")
    return f"{country}-{code}" if code else ""
