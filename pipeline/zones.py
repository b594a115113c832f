"""Time zones that remote work is bound to: "UTC-3..UTC+2", "CET +/- 2h", "US time zones"."""

import re

from pipeline.windows import windows

_NAMED = r"CES?T|EET|[ECMP][SD]?T|GMT|BST|IST|UTC"
_OFFSET = r"[+-−–]\s?\d{1,2}"
_AREA = (
    rf"(?:US|U\.S\.|USA|EU|UK|Europe(?:an)?|Americas?|American|EMEA|APAC|LATAM|Asia(?:n)?|Pacific|Eastern|Mountain|"
    rf"Atlantic|Central(?: European)?|North American|{_NAMED})"
)
_LINKED = r"(?:-? ?(?:based|friendly|compatible|aligned|overlapping|adjacent))?"
_ZONES = re.compile(
    rf"\b(?:UTC|GMT)\s?{_OFFSET}(?:\s?(?:\.\.|to|and|–|-|until|/)\s?(?:UTC|GMT)?\s?{_OFFSET})?"
    rf"|\b(?:{_NAMED})\s?(?:\+/-|±|\+|-|−)\s?\d{{1,2}}(?![\d:])\s?(?:h|hrs?|hours?)?\b"
    rf"|\b{_AREA}{_LINKED}(?:(?:,? (?:or|and|&) |, ?| ?/ ?){_AREA}{_LINKED}){{0,4}}[- ]"
    r"(?:time[ -]?zones?(?! (?:difference|database|support))|(?:working |business |office )?hours\b(?! (?:of|a|per)\b))"
    r"|(?<!\w)(?:\+/-|±)\s?\d{1,2}\s?(?:h|hrs?|hours?) (?:of|from|to) (?:the )?" + rf"(?:{_NAMED})\b"
)
_HINTS = ("ime zone", "imezone", "ime-zone", "UTC", "GMT", "CET", "EST", "PST", "hours", "+/-", "±")
_ASKED = re.compile(
    r"\b(?:must|overlap\w*|requir\w+|able to work|available|availability|within|between|need|only|candidates?|based|"
    r"located|location|remote|working in|work in|role is|hours)\b",
    re.I,
)
_SENTENCE = re.compile(r"[.!?;] |\n|•")


def zone(text: str) -> tuple[int, int] | None:
    """Where a location or a title names the time zones of the work; None if it names none."""
    found = _ZONES.search(text)
    return found.span() if found else None


def zone_asked(text: str) -> tuple[int, int] | None:
    """Where a description asks for time zones: a sentence that asks, not one that tells where the team sits."""
    for start, end in windows(text, _HINTS, 60, 60):
        for found in _ZONES.finditer(text, start, end):
            before = _SENTENCE.split(text[max(0, found.start() - 120) : found.start()])[-1]
            after = _SENTENCE.split(text[found.end() : found.end() + 60])[0]
            if _ASKED.search(before + " " + after):
                return found.span()
    return None
