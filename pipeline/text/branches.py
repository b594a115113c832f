"""Many phrases as one pattern that looks at a position's first letter once, instead of trying phrase after phrase."""

import re
from collections.abc import Iterable

_GROUP, _EDGE = "(?:", r"\b"
_BEGINNING = re.compile(r"[^\W_](?![*+?{])|\[[\d-]+\]|\\[^\w]|\\n|[^\w\\\[(.^$*+?{]")


def by_first_letter(phrases: Iterable[tuple[str, str]]) -> str:
    """The phrases, each with its name, as one pattern that finds what they find in their order where words begin.

    The name of what was found is `name_of(match)`. No phrase has a capturing group of its own.
    """
    letters: dict[str, list[tuple[str, str]]] = {}
    for name, phrase in phrases:
        for form in _forms(phrase):
            is_letter = form[0].isalpha()  # what begins otherwise is few: marks, digits and sets of them
            letters.setdefault(form[0] if is_letter else "", []).append((name, form[1:] if is_letter else form))
    return "|".join(_branch(letter, forms, number) for number, (letter, forms) in enumerate(letters.items()))


def _branch(letter: str, forms: list[tuple[str, str]], number: int) -> str:
    """The forms behind a letter, an empty group behind those of a name: it costs nothing where they do not fit."""
    runs: list[tuple[str, list[str]]] = []
    for name, form in forms:
        if not runs or runs[-1][0] != name:
            runs.append((name, []))
        runs[-1][1].append(form)
    said = (f"(?:{'|'.join(found)})(?P<{name}__{number}_{run}>)" for run, (name, found) in enumerate(runs))
    return f"{letter}(?:{'|'.join(said)})"


def name_of(group: str | None) -> str:
    """The name of the phrase behind the last group of a match."""
    return str(group).partition("__")[0]


def _forms(phrase: str) -> list[str]:
    """The phrase as alternatives that begin with a character, or with a set of characters that are no letters."""
    return [form for part in _alternatives(phrase) for form in _unfolded(part)]


def _unfolded(part: str) -> list[str]:
    if part.startswith(_EDGE):  # holds wherever a word begins
        return _unfolded(part.removeprefix(_EDGE))
    if part.startswith(_GROUP):
        end = _end_of_group(part)
        inner, rest = part[len(_GROUP) : end], part[end + 1 :]
        is_optional = rest.startswith("?")
        forms = [form + rest.removeprefix("?") for form in _alternatives(inner)]
        return [one for form in [*forms, *([rest[1:]] if is_optional else [])] for one in _unfolded(form)]
    if part[1:2] == "?" and part[0].isalpha():
        return [part[0] + part[2:], *_unfolded(part[2:])]
    if not _BEGINNING.match(part):
        raise ValueError(f"{part!r} begins with no letter, figure or mark")
    return [part]


def _end_of_group(part: str) -> int:
    return next(at for at, depth in _depths(part) if depth == 0 and at)


def _alternatives(pattern: str) -> list[str]:
    """The pattern's alternatives, as "|" parts them outside of all brackets."""
    bars = [at for at, depth in _depths(pattern) if depth == 0 and pattern[at] == "|"]
    starts = [0, *(bar + 1 for bar in bars)]
    return [pattern[start:end] for start, end in zip(starts, [*bars, len(pattern)], strict=True)]


def _depths(pattern: str) -> Iterable[tuple[int, int]]:
    """Each character's place and how many brackets are open behind it; what is escaped or in a set is left out."""
    depth, is_set, is_escaped = 0, False, False
    for at, mark in enumerate(pattern):
        if is_escaped or mark == "\\":
            is_escaped = not is_escaped
        elif is_set:
            is_set = mark != "]"
        elif mark == "[":
            is_set = True
        else:
            depth += (mark == "(") - (mark == ")")
            yield at, depth
