"""Remote, hybrid or on site in sentences of many languages, built from the words of `workplace_words.tsv`."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pipeline.text.windows import ABROAD, Hints, windows

_HYBRID, _ONSITE, _REMOTE = "hybrid", "onsite", "remote"
_UNPARTED = frozenset(("ja", "zh", "th", "ko"))  # a word may go on without a blank
_NONE = "(?!)"  # a kind of word that a language has none of
_GAP = r"[^.;!?•\n。]"
_Words = dict[str, str]


class _Language(NamedTuple):
    """One language: the hints of its sentences, and its words of each kind as a pattern."""

    hints: Hints
    words: _Words
    name: str


def said_of_workplace(text: str, lower: str) -> dict[str, tuple[int, int]]:
    """What the text says, each with the place of its first sentence; `lower` is the text in lower case."""
    found: dict[str, tuple[int, int]] = {}
    for language in _LANGUAGES:
        for start, end in windows(text, language.hints, 60, 60):
            for said, pattern in _patterns(language.name):
                if match := pattern.search(lower, start, end):
                    found.setdefault(said, match.span())
    return found


@cache
def _patterns(name: str) -> list[tuple[str, re.Pattern[str]]]:
    """The sentences of a language, built when a text first shows one of its hints."""
    words = next(language.words for language in _LANGUAGES if language.name == name)
    begin = r"(?=[\w%٪])" if name in _UNPARTED else r"(?<!\w)(?=[\w%٪])"
    built = ((_HYBRID, _hybrid(words)), (_ONSITE, _onsite(words)), (_REMOTE, _remote(words)))
    return [(said, re.compile(begin + "(?:" + "|".join(phrases) + ")")) for said, phrases in built]


def _hybrid(words: _Words) -> tuple[str, ...]:
    """Days of the week beside home or office, home beside office, a word of both beside one of work."""
    one, home, office = words["one"], words["home"], words["office"]
    days = rf"(?:(?<![\d.,月–-]){one}(?:\s?(?:[-–~〜～/]|\w{{1,3}})\s?{one})?[\s-]?{words['day']}|{words['pair']})"
    place = rf"(?:{home}|{office})"
    share = r"(?<![\d.,])[1-9][05] ?(?:%|％|prozent|процент\w*|por ciento|pour cent)"
    unless = rf"(?!{_GAP}{{0,12}}{words['no']})"
    edge = r"\b" if words["parted"] else ""
    beside = rf"(?:(?!{edge}{words['no']}){_GAP}){{0,20}}"
    return (
        rf"{days}{_GAP}{{0,30}}?{words['parted']}{place}",
        rf"{place}{_GAP}{{0,25}}?{days}",
        rf"{office}{beside}{home}{unless}",
        rf"{home}{beside}{office}{unless}",
        rf"{home}{_GAP}{{0,20}}?{share}",
        rf"{share}{_GAP}{{0,12}}?{place}",
        rf"{words['label']}\W{{0,3}}(?:\w{{1,12}} )?{words['hybrid']}",
        rf"{words['hybrid']}\W{{0,2}}(?:\w{{1,12}} )?{words['label']}",
    )


def _onsite(words: _Words) -> tuple[str, ...]:
    no, home, office, full = words["no"], words["home"], words["office"], words["full"]
    return (
        rf"{no}[^.,;:!?•\n。]{{0,10}}?{home}",
        rf"{home}[^.,;!?•\n。]{{0,12}}?{no}",
        rf"{full}[^.,;:!?•\n。]{{0,8}}?{office}",
        rf"{office}[^.,;!?•\n。]{{0,8}}?{full}",
        rf"{words['label']}\s?[:：–-]?\s?(?:\w{{1,3}} )?{office}",
        words["desk"],
    )


def _remote(words: _Words) -> tuple[str, ...]:
    home, full = words["home"], words["full"]
    return (
        rf"{full}[^.,;:!?•\n。]{{0,8}}?{home}",
        rf"{home}[^.,;!?•\n。]{{0,8}}?{full}",
        rf"{words['label']}\s?[:：–-]?\s?(?:\w{{1,3}} )?{home}",
        words["solo"],
    )


def _read_languages() -> list[_Language]:
    table: dict[str, _Words] = defaultdict(dict)
    for line in Path(__file__).with_name("workplace_words.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, kind, words = line.split("\t")
            table[name][kind] = words
    one = table.pop("*")
    return [_language(name, words | one) for name, words in table.items()]


def _language(name: str, words: _Words) -> _Language:
    hints = Hints(words.pop("hint"), among=ABROAD)
    end = "" if name in _UNPARTED else r"(?!\w)"
    closed = {kind: f"(?:{pattern}){end}" for kind, pattern in words.items()}
    closed["one"] = rf"(?:[1-4１-４](?![\d１-９])|{closed['one']})"
    return _Language(hints, defaultdict(lambda: _NONE, closed | {"parted": end and r"(?<!\w)"}), name)


_LANGUAGES = _read_languages()
