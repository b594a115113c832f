"""What people write out of habit from elsewhere, and would find something else by: what to write instead."""

import re

_OPERATORS = {
    "AND": "and und et y e i och og ve oraz и й та και と および そして 和 与 그리고 ja sowie",
    "OR": "or oder ou eller veya lub albo или або ή または もしくは 或 或者 또는 tai oppure nebo vagy",
    "NOT": "not nicht kein ohne sans sauf senza sin inte ikke değil bez не без",
}
_ALONE = {"e", "i", "y", "ja"}  # they are words or letters just as well
_MEANT = {word: name for name, words in _OPERATORS.items() for word in words.split() if word not in _ALONE}
_HABITS = [
    (re.compile(r"&&?$"), "write AND, or nothing: words side by side are all wanted"),
    (re.compile(r"\|\|?$"), "write OR"),
    (re.compile(r".*[^|]\|[^|]"), "write OR between the two"),
    (re.compile(r"\+\w"), 'leave the "+" away: words side by side are all wanted'),
    (re.compile(r"!\w"), 'to exclude, write a "-" before it'),
    (re.compile(r".*\w~\d*$"), "there is no search for similar words; write the beginning of the word: engin*"),
    (re.compile(r".*\w\^\d"), 'words have no weights: leave the "^" and what follows away'),
    (
        re.compile(r"(?:NEAR|ADJ|WITHIN|ONEAR)(?:/\d+)?$|[wn]/\d+$"),
        'words one after the other go in quotes: "machine learning"',
    ),
    (re.compile(r"[\[{]"), "a range is written salary>=150k salary<=200k, or posted:<7d"),
    (re.compile(r"/.*\w.*/$"), "there are no regular expressions; write the beginning of the word: engin*"),
    (re.compile(r".*\w\?\w"), "no sign stands for one letter; write the beginning of the word: engin*"),
]


def habit(word: str) -> str:
    """What to write instead of a word that is meant as a sign; empty if it is a word."""
    meant = _MEANT.get(word.casefold())
    if meant and word not in _OPERATORS:
        return f'write {meant} for the operator, or "{word}" in quotes for the word'
    return next((message for pattern, message in _HABITS if pattern.match(word)), "")
