"""The kind of employment that a text states in the world's languages (employment.tsv): plain phrases, lines, labels."""

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import ahocorasick_rs

from pipeline.text.plain import folded_lower

_DATA = Path(__file__).with_name("employment.tsv")
_MOST = 200  # phrases a text; real ones have a few
_LINE = 70  # characters of a line that is about the employment and nothing else
# "Full-time, fixed-term contract" is temporary; of full-time and part-time the first counts.
_PARTICULAR = {"internship": 0, "freelance": 1, "temporary": 2, "contract": 3}
_BULLET = " \t•*-–—·▪●✅:：|,"
# The kind of another job, or of the same one later: an internship "may lead to a full-time position".
_NOT_THIS = re.compile(
    r"\b(?:lead\w*|convert\w*|transition\w*|potential\w*|possib\w+|becom\w+|commit\w*|eventual\w*|other|future|after|experience|years?"
    r"|previous|former|degree|stud\w+|while|towards?|into|from|not|no|isn['’]t|instead|nach|später|option\w*|übernahme"
    r"|möglich\w*|aussicht\w*|perspektive|anschließend\w*|vers|déboucher|évoluer|après|possibilité|posibilidad|posible"
    r"|possibilità|mogelijkheid|außerhalb|neben|besides|equivalent|all|our|any)\b[^.\n]{0,28}$"
)
_LATER = re.compile(
    r"[^.\n]{0,20}\b(?:after|possible(?! (?:extension|renewal|prolong))|möglich|option|afterwards|envisageable"
    r"|posible|possibile|mogelijk|equivalent)\b"
)
# What may follow the head of a line that is about the employment: nothing, a mark, a joint, its length.
_GOES_ON = re.compile(
    r"$|[,.|/(;•·–!-]|(?:and|und|or|et|y|e|en|och|oder|ou|o) |(?:de|von|di|of|for|ab|van|för|på|i) \d|\d"
)


class _Table(NamedTuple):
    forms: list[tuple[str, str]]  # where it counts ("said", "alone", "labelled"), and the value
    finder: Any
    labels: frozenset[str]


@cache
def _table() -> _Table:
    rows = [line.split("\t") for line in _DATA.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    told = [(kind, value, form) for kind, value, forms in rows if kind != "label" for form in forms.split("|")]
    finder = ahocorasick_rs.AhoCorasick(
        [form for _, _, form in told],
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.ContiguousNFA,
    )
    labels = frozenset(form for kind, _, forms in rows if kind == "label" for form in forms.split("|"))
    return _Table([(kind, value) for kind, value, _ in told], finder, labels)


def employment_said(text: str) -> tuple[str, int, int] | None:
    """The first kind of employment that the text states of this job and its place; of a line the most particular."""
    lower = folded_lower(text)
    forms, finder, _ = _table()
    told: list[tuple[str, int, int]] = []
    for index, start, end in finder.find_matches_as_indexes(lower)[:_MOST]:
        kind, value = forms[index]
        if told and "\n" in lower[told[0][2] : start]:
            break
        if _is_whole(lower, start, end) and _counts(lower, kind, start, end):
            told.append((value, start, end))
    return min(told, key=lambda found: _PARTICULAR.get(found[0], len(_PARTICULAR)), default=None)


def _is_whole(lower: str, start: int, end: int) -> bool:
    return not (_is_letter(lower[start - 1 : start]) and _is_letter(lower[start])) and not (
        _is_letter(lower[end : end + 1]) and _is_letter(lower[end - 1])
    )


def _is_letter(character: str) -> bool:
    """A letter of a script that parts words."""
    return character.isalpha() and character < "\u0e00"


def _counts(lower: str, kind: str, start: int, end: int) -> bool:
    return _is_plain(lower, start, end) if kind == "said" else _is_alone(lower, kind, start, end)


def _is_plain(lower: str, start: int, end: int) -> bool:
    before = lower[max(0, start - 60) : start]
    return _NOT_THIS.search(before) is None and _LATER.match(lower, end, end + 40) is None


def _is_alone(lower: str, kind: str, start: int, end: int) -> bool:
    """Whether the phrase stands behind a label, or heads a short line that goes on with no more than a mark."""
    line_start = lower.rfind("\n", max(0, start - 200), start) + 1
    line_end = lower.find("\n", end, end + 200)
    line_end = line_end if line_end >= 0 else min(len(lower), end + 200)
    head = lower[line_start:start].strip(_BULLET + "(")
    if head in _table().labels or _is_labelled(lower, line_start, head):
        return True
    if kind == "labelled":
        return False
    follows = lower[end:line_end].lstrip()
    is_head = not head and _GOES_ON.match(follows) is not None
    return is_head and line_end - line_start <= _LINE and not follows.startswith((":", "(m", "- ", "– "))


def _is_labelled(lower: str, line_start: int, head: str) -> bool:
    """Whether the line above is a label, or the words before the phrase end with one and a colon."""
    if head:
        tail = re.split(r"[.;|•\n]", head)[-1].strip(_BULLET + "(")
        return tail in _table().labels
    above = lower[max(0, line_start - 40) : max(0, line_start - 1)].rstrip("\n").rsplit("\n", 1)[-1]
    return above.strip(_BULLET) in _table().labels
