"""Words that would be looked for one by one, and were meant as something else; and how a query is written without."""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

from search.habits import CADENCE_WORDS, cadence_word
from search.lexing import Token, lex
from search.marked import Marked
from search.sayings import saying
from search.slips import slip
from search.tokens import tokenize

_VALUE_AFTER = ("FIELD", "COMMA", "RELATION")
_TAKES = (*_VALUE_AFTER, "NOT", "MINUS")  # whose own the word behind them is


def mistaken(tokens: Sequence[Token]) -> Marked | None:
    """The first such words of a query."""
    return slip(tokens) or said(tokens)


def said(tokens: Sequence[Token]) -> Marked | None:
    """Words side by side that are a saying."""
    run: list[Token] = []
    for number, token in enumerate((*tokens, Token("", "", 0, 0))):
        is_value = number > 0 and tokens[number - 1].kind in _VALUE_AFTER
        if token.kind == "WORD" and not is_value:
            run.append(token)
            continue
        if run and (found := _in_run(run[: -1 if token.kind == "RELATION" else None])):
            return found
        run = []
    return None


def _in_run(run: Sequence[Token]) -> Marked | None:
    lowered = [normalize("NFC", token.text.lower()) for token in run]  # not always as long: İ becomes two characters
    found = saying(" ".join(lowered))
    if found is None:
        return None
    start, end, message = found
    within, at = [], 0
    for token, words in zip(run, lowered, strict=True):
        if start < at + len(words) and at < end:
            within.append(token)
        at += len(words) + 1
    return Marked(within[0], within[-1], message, within)


def cadenced(tokens: Sequence[Token]) -> Marked | None:
    """Bare words at either end that say when to tell."""
    for size in range(1, 1 + min(len(tokens), CADENCE_WORDS)):
        for start in (0, len(tokens) - size):
            part = tokens[start : start + size]
            is_bare = all(token.kind == "WORD" for token in part) and not (start and tokens[start - 1].kind in _TAKES)
            words = " ".join(token.text for token in part)
            if is_bare and (message := cadence_word(words) or cadence_word(" ".join(tokenize(words)))):
                return Marked(part[0], part[-1], message)
    return None


@lru_cache(maxsize=4096)
def written(text: str) -> str:
    """The canonical text with the words in quotes that would be mistaken without."""
    if " " not in text:
        return text
    while found := mistaken(tokens := lex(text)) or cadenced(tokens):
        words = found.words or [token for token in tokens if found.first.start <= token.start <= found.last.start]
        for token in reversed([token for token in words if token.kind in ("WORD", "PHRASE")]):
            alone = f'"{token.text}"' if token.kind == "WORD" else f"({token.text})"
            text = text[: token.start] + alone + text[token.end :]
    return text
