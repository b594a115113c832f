"""The text of a location without what only looks like a place: postcodes, streets in brackets, time zones, layout."""

import re

_NO_PLACE = re.compile(
    r"\(\d{1,6} [A-Z][^()\n]{0,80}\)"  # a street
    r"|\((?:the )?[\w' ]{0,30}\b(?:[Rr]epublic|[Ss]tate) of\)"  # Korea (Republic of)
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"
    r"|(?<=, )\d{4} ?[A-Z]{2}(?=\s*$)|^\d{4} [A-Z]{2}(?= [A-Z][a-z])|\bAZ\d{4}\b"
    r"|(?<!\w)(?:D|A|CH|F|L|B|SE|FI|DK|NO|LV|LT|EE|SK|CZ)-\d{4,5}\b"
    r"|\b\d{5}-\d{3}\b|\b\d{3}-\d{4}\b|\b\d{4}-\d{3}\b|\b\d{2}-\d{3}\b"
)
_ZONE = r"(?:[ECMP][SD]T|CES?T|EES?T|WET|GMT|UTC|BST|AES?T|AEDT|NZST|JST|KST|MSK)"
_LETTERS = r"(?:[ECMP]T)"  # Portugal, Ethiopia, Connecticut and Malta too
_ZONES = re.compile(
    rf"\b{_ZONE}\b|\b{_LETTERS}(?:\s?(?:/|,|&|-|or|and)\s?(?:{_LETTERS}|{_ZONE})\b)+"
    rf"|\b{_LETTERS}(?= (?:time|hours|zone|only)\b)|(?<=Remote - )[EP]T$|(?<=Remote \()[EP]T(?=\))|(?<=Remote, )[EP]T$"
    r"|\b(?i:(?:eastern|central|mountain|pacific) (?:standard |daylight )?time)\b"
)
_AMERICAN = re.compile(r"\b(?:USA?|U\.S\.A?\.?|United States)(?!\w)")
_LONE_ZONE = re.compile(r"(?<=\()[EP]T(?=\))|(?<= )[EP]T$")
_PIPES = re.compile(r"^\s*[A-Z]{2} ?\| ?(?![A-Z]{2,3} ?(?:\||$))")


def without_noise(text: str) -> str:
    """The text, as long as it was, with blanks for what names no place; "TX | Frisco" is one place, as "TX, Frisco"."""
    for pattern in (_NO_PLACE, _ZONES):
        text = pattern.sub(_blank, text)
    if _AMERICAN.search(text):
        text = _LONE_ZONE.sub(_blank, text)  # "USA (PT)" is no Portugal
    if _PIPES.match(text) and text.count("|") <= 3:
        text = text.replace("|", ",")
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
