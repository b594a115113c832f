"""What people write out of habit from elsewhere, and would find something else by: what to write instead."""

import re
from functools import lru_cache

from search.pay import pay_meant

_OPERATORS = {
    "AND": "and und et y e i och og ve oraz и й та και と および そして 和 与 그리고 ja sowie かつ",
    "OR": "or oder ou eller veya lub albo или або ή または もしくは 或 或者 또는 tai oppure nebo vagy や",
    "NOT": "nie oprócz menos w/o neither nor 以外 außer not nicht kein ohne without except"
    " excluding exclude minus sans sauf senza sin inte ikke değil bez не без",
}
_ALONE = {"e", "i", "y", "ja"}  # they are words or letters just as well
_MEANT = {word: name for name, words in _OPERATORS.items() for word in words.split() if word not in _ALONE}
_JOINING = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "/": "OR"}
_PREFIX = "write the beginning of the word: engin*"
_BETWEEN = "write a blank between words that are all wanted, OR where one of them is enough"
_SIGNS = [
    (re.compile(r"&$|.*&&"), "write AND, or nothing: words side by side are all wanted"),
    (re.compile(r"\|\|?$"), "write OR"),
    (re.compile(r".*\|"), "write OR between the two"),
    (re.compile(r"[/\\]$"), "write OR between the two"),
    (re.compile(r".*\w;(?:\w|$)"), _BETWEEN),
    (re.compile(r"\+(?:\w|$)"), 'leave the "+" away: words side by side are all wanted'),
    (re.compile(r"(?!\d)[^+]*[^\W_]\+$"), 'leave the "+" away; of levels each is named: seniority:senior,staff'),
    (
        re.compile(r"[^+]{2,}\+[^\W_]{2,}"),
        "write a blank between words that are all wanted, OR where one of them is enough",
    ),
    (re.compile(r".*\\"), 'no sign is taken for a letter by a backslash: such words go in quotes, "a-b"'),
    (re.compile(r"!\w"), 'to exclude, write a "-" before it'),
    (re.compile(r"~\d+$"), 'how near words stand cannot be asked for; one after the other they go in quotes: "a b"'),
    (re.compile(r".*\w~\d*$"), f"there is no search for similar words; {_PREFIX}"),
    (re.compile(r"\w+!?~\w|\w+!\w"), "a field and its value are joined by a colon: title:agent"),
    (re.compile(r"~\w"), f"there is no search for similar words; {_PREFIX}"),
    (re.compile(r"\^\w.*\w|\w+\$$"), "there is no sign for the begin or the end of a title; write its words in quotes"),
    (re.compile(r".*\w\^\d|\^\d"), 'words have no weights: leave the "^" and what follows away'),
    (re.compile(r"['‘‚`´]\S"), 'a phrase goes in double quotes: "machine learning"'),
    (re.compile(r"[\[{]"), "a range is written salary>=150k salary<=200k, or posted:<7d"),
    (re.compile(r"/.*\w.*/$"), f"there are no regular expressions; {_PREFIX}"),
    (re.compile(r".*\w\?\w"), f"no sign stands for one letter; {_PREFIX}"),
    (re.compile(r".*[^\W\d]%$|%\w"), f"% is no sign here; {_PREFIX}"),
    (re.compile(r"[$€£₹]\d|\d+[km]?[€£₹$+]$|\d+k\+"), "pay is written salary>=180k, salary<=120k or salary>=150kEUR"),
]
_WORD_SIGNS = [
    (
        re.compile(r"(?:NEAR|ADJ|WITHIN|ONEAR|AROUND|SAME|BEFORE)(?:/?\d+)?$|(?:[wn]|pre)/\d+$", re.ASCII),
        'words one after the other go in quotes: "machine learning"',
    ),
    (re.compile(r"(?:[WN]|PRE)/\d+$"), 'words one after the other go in quotes: "machine learning"'),
    (re.compile(r"(?:LIKE|ILIKE|CONTAINS|STARTSWITH)$"), "a field and its word are joined by a colon: title:agent"),
    (re.compile(r"BETWEEN$"), "a range is written salary>=150k salary<=200k"),
    (re.compile(r"XOR$"), "write (a OR b) -(a b)"),
    (re.compile(r"(?:ANDNOT|AND-NOT|BUTNOT|MINUS)$"), 'to exclude, write NOT, or a "-" before it'),
]
CADENCES = {
    "weekly": "weekly", "wöchentlich": "weekly", "daily": "daily", "täglich": "daily", "instant": "instant",
    "instantly": "instant", "immediately": "instant", "sofort": "instant",
    **dict.fromkeys(("hourly", "monthly", "biweekly", "fortnightly", "nightly", "monatlich"), ""),
}  # fmt: skip

_DAYS = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
CADENCE_PHRASES = {
    f"{each} {span}": cadence
    for each in ("every", "each", "jede", "jeden", "per", "once", "once a", "twice a")
    for span, cadence in (("week", "weekly"), ("day", "daily"), ("morning", "daily"), ("hour", ""), ("month", ""),
                          ("woche", "weekly"), ("tag", "daily"), *((f"{day}day", "weekly") for day in _DAYS))
}  # fmt: skip
CADENCE_WORDS = 3  # of one of them, at most


@lru_cache(maxsize=8192)
def habit(word: str) -> str:
    """What to write instead of a word that is meant as a sign; empty if it is a word."""
    if word in _OPERATORS:
        return ""
    meant = _MEANT.get(word.casefold())
    if meant:
        return f'write {meant} for the operator, or "{word}" in quotes for the word'
    return _first(word, _WORD_SIGNS) or sign(word)


def operator(word: str) -> str:
    """The operator that a word is in small letters or in another language, or a sign; empty for others."""
    return _MEANT.get(word.casefold()) or _JOINING.get(word, "")


def sign(word: str) -> str:
    """The same of what is no word at all: other engines' signs."""
    message = "" if word.isalnum() else _first(word, _SIGNS)
    return f"pay is written {meant}" if message.startswith("pay is") and (meant := pay_meant(word)) else message


def cadence_word(word: str) -> str:
    """What to say of words that tell when to send, at the begin or the end of a saved search; empty for others."""
    cadence = CADENCES.get(word.casefold(), CADENCE_PHRASES.get(word.casefold()))
    if cadence is None:
        return ""
    if cadence:
        how = f"it is the cadence, and stands before the search: {cadence} role:ai-engineer"
    else:
        how = "a search is told at once (instant), or in one digest a day (daily) or a week (weekly)"
    return f'{word} is no word to look for: {how}; the word itself goes in quotes: "{word}"'


def _first(word: str, signs: list[tuple[re.Pattern[str], str]]) -> str:
    return next((message for pattern, message in signs if pattern.match(word)), "")
