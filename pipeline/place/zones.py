"""Time zones that remote work is bound to: "UTC-3..UTC+2", "CET +/- 2h", "US time zones"."""

import re

from pipeline.text.windows import WRITTEN, Hints, windows

_NAMED = r"(?:CES?T|EET|[ECMP][SD]?T|GMT|BST|IST|UTC|utc|gmt|cet)"
_SIGN = r"[+\-−–]"
_OFFSET = rf"{_SIGN}\s?\d{{1,2}}(?![\d/])(?::\d\d)?"
_RANGE = r"\s?(?:\.\.|to|and|through|–|-|until|/)\s?"
_AREA = (
    rf"(?:US|U\.S\.|USA|EU|UK|Europe(?:an)?|Americas?|American|EMEA|APAC|LATAM|Asia(?:n)?|Pacific|Eastern|Mountain|"
    rf"Atlantic|Central(?: European)?|North American|{_NAMED})"
)
_LINKED = r"(?:-? ?(?:based|friendly|compatible|aligned|overlapping|adjacent))?"
_UNIT = (
    r"(?:(?i:time[ -]?zones?)\b(?! (?:difference|database|support))"
    r"|(?i:(?:working |business |office )?hours)\b(?! (?:of|a|per)\b))"
)


def _zones(joint: str) -> re.Pattern[str]:
    """Zones, whose areas are joined so."""
    return re.compile(
        rf"\b{_NAMED}\s?{_OFFSET}(?:{_RANGE}(?:{_NAMED}\s?)?{_OFFSET})?(?:\s?(?:h|hrs?|hours?)\b)?"
        rf"|\b{_NAMED}\s?(?:\+/-|±)\s?\d{{1,2}}(?![\d:])(?:\s?(?:h|hrs?|hours?)\b)?"
        rf"|\b{_AREA}{_LINKED}(?:(?:{joint}){_AREA}{_LINKED}){{0,4}}[- ]{_UNIT}"
        rf"|(?<!\w)(?:\+/-|±)\s?\d{{1,2}}\s?(?:h|hrs?|hours?) (?:of|from|to) (?:the )?{_NAMED}\b"
    )


_IN_PLACE = _zones(r" (?:or|and|&) | ?/ ?")  # "Remote, US, EU hours": the comma ends a place
_IN_TEXT = _zones(r",? (?:or|and|&) |, ?| ?/ ?")
_HINTS = Hints(
    "ime zone|ime Zone|imezone|imeZone|ime-zone|UTC|utc|GMT|gmt|CET|CEST|EST|PST|hours|Hours|+/-|±",
    among=WRITTEN,
)
# who asks: a sentence about the person or the job, not about the team, the product or its support
_ASKED = re.compile(
    r"\b(?:you|must|overlap\w*|requir\w+|able to work|within|between|need|only|candidates?|based in|located|reside|"
    r"this (?:role|position|job)|the (?:role|position|job)|applicants?|fully remote|prefer\w*)\b",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:customers?|clients?|support is|our team|we are|spanning|users?|deadline|received|apply by)\b", re.I
)
_SENTENCE = re.compile(r"[.!?;] |\n|•")
Span = tuple[int, int]


def zone(text: str) -> Span | None:
    """Where a location or a title names the time zones of the work; None if it names none."""
    found = _IN_PLACE.search(text)
    return found.span() if found else None


def zone_asked(text: str) -> Span | None:
    """Where a description asks for time zones: a sentence that asks, not one that tells where the team sits."""
    for start, end in windows(text, _HINTS, 70, 70):
        for found in _IN_TEXT.finditer(text, start, end):
            before = _SENTENCE.split(text[max(0, found.start() - 120) : found.start()])[-1]
            sentence = before + " " + _SENTENCE.split(text[found.end() : found.end() + 60])[0]
            if _ASKED.search(sentence) and not _TOLD.search(sentence):
                return found.span()
    return None


def scope_of(words: str) -> str:
    """The zones as a part of a remote scope, which is a list with commas: "EU / US time zones", "UTC-3 to UTC+2"."""
    joint = " to " if re.search(r"\d", words) else " / "
    return re.sub(r",? (?:or|and|&) |, ?", joint, words.strip())
