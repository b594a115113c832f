"""What people say in several words, and would find nothing by if each were looked for: what to write instead.

Only for searches that are saved or tried: who looks once sees what is found.
"""

import re
from collections.abc import Sequence

from search.cities import is_large
from search.lexing import Token
from search.places import country_code

_SPAN = r"(?:hours?|days?|weeks?|months?|years?|stunden?|tagen?|tage|wochen?|monaten?|monate|jours|mois|días|semanas?)"
_QUANTITY = r"(?:\d{1,3}|few|two|three)"
_CODE = r"(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|francs?|[€$£])"
_AGE = "how old a posting may be is written posted:<7d"
_PAY = "pay is written salary>=180k, salary<=120k or salary>=150kEUR"
_REMOTE = "write workplace:remote, or remote:EU for from where one may work"
_SAYINGS = [
    (rf"(?:in |within |of )?(?:the )?(?:last|past|previous|letzten?r?|derni[eè]re?s?|últim[oa]s?)"
     rf" (?:{_QUANTITY} )?{_SPAN}", _AGE),
    (rf"{_QUANTITY} {_SPAN} (?:ago|old)|less than {_QUANTITY} {_SPAN}", _AGE),
    (r"(?:posted|published|added|new|only|since) (?:today|yesterday|this week|this month)", _AGE),
    (r"(?:order|sort|sorted|ordered|group) by \w+", "a query says what to look for; the order is said beside it"),
    (r"\d{1,4} ?(?:km|kms|kilometers?|miles?) (?:from|around|of|near|um|von|autour)\b|within \d{1,4} ?(?:km|miles?)",
     "there is no search around a place: name the cities, city:Berlin,Potsdam"),
    (r"remote only|only remote|100% remote|fully remote|full remote|remote ok|work from home|home office", _REMOTE),
    (r"\d{1,2}\+? (?:years?|yrs?|yoe|jahre|ans|años)(?: (?:of )?experience)?",
     "how long one has worked is asked for by its level: seniority:senior"),
    (r"(?:salary|pay|gehalt|salaire|sueldo) (?:of |from |above |over |at least |min |ab |> ?)?\d[\d.k-]*", _PAY),
    (r"\d{2,3}k(?:-|\.\.+)\d{2,3}k|\d{2,3}k? (?:to|bis|à) \d{2,3}k", _PAY),
    (rf"\d{{2,3}}[.k]?\d{{0,3}}k? {_CODE}(?!\w)", _PAY),
    (r"with (?:salary|pay)|(?:salary|pay) (?:listed|shown|disclosed|range)", "those that name their pay: salary>=0"),
    (r"no (?!code\b|sql\b|experience\b|degree\b)\w+", 'to exclude, write a "-" before it'),
    (r"(?:notify|alert|tell|email|mail|send) me", "a saved search tells by itself: it says only what to look for"),
]  # fmt: skip
_KNOWN = [(re.compile(rf"(?<!\S)(?:{saying})(?!\S)"), message) for saying, message in _SAYINGS]
_IN = re.compile(r"(?<!\S)(?:in|near|around|bei|nähe|à|en) (\w+(?: \w+)?)(?!\S)")
_BETWEEN = re.compile(r"(?<=\S )([yeio])(?= \S)")
_JOINS = {"y": "AND", "e": "AND", "i": "AND", "o": "OR"}


def saying(words: str) -> tuple[int, int, str] | None:
    """Where bare words say what is written in another way, and how; `words`: lower case, a blank between two."""
    for pattern, message in _KNOWN:
        if found := pattern.search(words):
            return found.start(), found.end(), message
    if found := _BETWEEN.search(words):
        return found.start(), found.end(), f"write {_JOINS[found[1]]} for the operator"
    for found in _IN.finditer(words):
        for name in (found[1], found[1].partition(" ")[0]):
            if is_large(name) or (len(name) > 2 and country_code(name)):
                field = "city" if is_large(name) else "country"
                quoted = f'"{name}"' if " " in name else name
                return found.start(), found.start(1) + len(name), f"where a job is, is written {field}:{quoted}"
    return None


def said(tokens: Sequence[Token]) -> tuple[Token, Token, str] | None:
    """The first and the last token of such words in a query, and what to write instead."""
    run: list[Token] = []
    for number, token in enumerate((*tokens, Token("", "", 0, 0))):
        is_value = number > 0 and tokens[number - 1].kind in ("FIELD", "COMMA", "RELATION")
        if token.kind == "WORD" and not is_value:
            run.append(token)
            continue
        if run and (found := _in_run(run[: -1 if token.kind == "RELATION" else None])):
            return found
        run = []
    return None


def _in_run(run: Sequence[Token]) -> tuple[Token, Token, str] | None:
    found = saying(" ".join(token.text.lower() for token in run))
    if found is None:
        return None
    start, end, message = found
    within, at = [], 0
    for token in run:
        if start < at + len(token.text) and at < end:
            within.append(token)
        at += len(token.text) + 1
    return within[0], within[-1], message
