"""The degree asked for in other languages' words (`degree_words.tsv`), for texts where the English forms say none."""

import re
from collections import defaultdict
from pathlib import Path

from pipeline.text.plain import lower_case
from pipeline.text.windows import ABROAD, Hints, windows

_RANK = ("bachelor", "some", "master", "phd")
_END = re.compile(r"[.;!?](?=\s)|[\n。；]")
_REACH = 120  # characters of a sentence before and after the degree
_CLOSE = 40  # characters from "higher education" to the degree that it is
_NICE_BEFORE, _NICE_AFTER = 20, 30
_Found = tuple[str, int, int]


def degree_abroad(text: str) -> _Found | None:
    """The least degree of the first sentence that asks for one, with its place."""
    lower = lower_case(text)
    for start, end in windows(text, _HINTS, 60, 60):
        for match in _DEGREES.finditer(lower, start, end):
            if found := _least(lower, *_sentence(lower, match.start(), match.end())):
                return found
    return None


def _least(lower: str, low: int, high: int) -> _Found | None:
    if _TOLD.search(lower, low, high) or _NONE.search(lower, low, high):
        return None
    wanted = [match for match in _DEGREES.finditer(lower, low, high) if not _is_nice(lower, match, high)]
    named = [match for match in wanted if not _is_told_closer(lower, match, wanted)]
    least = min(named, key=lambda match: _RANK.index(str(match.lastgroup)), default=None)
    if least is None:
        return None
    degree = str(least.lastgroup)
    return "bachelor" if degree == "some" else degree, least.start(), least.end()


def _is_told_closer(lower: str, match: re.Match[str], wanted: list[re.Match[str]]) -> bool:
    """Whether "higher education" is followed by which: "wykształcenie wyższe magisterskie"."""
    after = [other.start() for other in wanted if match.end() <= other.start() <= match.end() + _CLOSE]
    return bool(after and _GENERIC.search(match.group()) and not _OR.search(lower, match.end(), min(after)))


def _is_nice(lower: str, match: re.Match[str], high: int) -> bool:
    """Preferred as such; of a list the word counts for the degree before it, up to the next comma."""
    after = re.split("[,，、]", lower[match.end() : min(high, match.end() + _NICE_AFTER)])[0]
    before = re.split("[,，、.\n]", lower[max(0, match.start() - _NICE_BEFORE) : match.start()])[-1]
    return bool(_NICE.search(after) or _NICE.search(before))


def _sentence(lower: str, start: int, end: int) -> tuple[int, int]:
    low = max(0, start - _REACH)
    ends = [mark.end() for mark in _END.finditer(lower, low, start)]
    stop = _END.search(lower, end, end + _REACH)
    return (ends[-1] if ends else low), (stop.start() if stop else min(len(lower), end + _REACH))


def _table() -> dict[str, list[str]]:
    table: dict[str, list[str]] = defaultdict(list)
    for line in Path(__file__).with_name("degree_words.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            _, kind, expression = line.split("\t")
            table[kind].append(expression)
    return table


_KINDS = _table()
_HINTS = Hints(_KINDS["hint"][0], among=ABROAD)
_DEGREES = re.compile("|".join(f"(?P<{degree}>{'|'.join(_KINDS[degree])})" for degree in reversed(_RANK)))
_NICE, _TOLD, _NONE, _GENERIC, _OR = (re.compile(_KINDS[kind][0]) for kind in ("nice", "told", "no", "generic", "or"))
