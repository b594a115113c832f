"""Text to tokens, each with its place: what the grammar reads."""

import re
from typing import NamedTuple

from search.syntax import unexpected_character

_TOKEN = re.compile(
    r"""
    (?: (?P<FIELD> [^\W\d_][\w-]*+ \s*+ : )
      | (?P<PHRASE> "[^"]*+" \*? )
      | (?P<LPAR> \( )
      | (?P<RPAR> \) )
      | (?P<COMMA> , )
      | (?P<MINUS> - (?=\S) )
      | (?P<RELATION> >= | <= | => | =< | == | != | <> | [<>=≤≥] )
      | (?P<WORD> [^\s()":,<>=≤≥-][^\s()":,<>=≤≥]*+ )
    ) \s*+
    """,
    re.VERBOSE,
)
_OPERATORS = ("OR", "AND", "NOT")
# What phones and word processors make of the signs that we read, each one character long.
_TYPED = str.maketrans(
    dict.fromkeys("“”„‟″＂«»‹›「」『』", '"')
    | dict.fromkeys("‐‑‒–—−－", "-")
    | {"♯": "#", "：": ":", "（": "(", "）": ")", "，": ",", "、": ","}
)


class Token(NamedTuple):
    """A piece of a query. `start` and `end` count characters of the text."""

    kind: str
    text: str
    start: int
    end: int


def typed(text: str) -> str:
    """The text with the signs that a keyboard has, in the same places."""
    return text if text.isascii() else text.translate(_TYPED)


def lex(text: str) -> list[Token]:
    """The tokens of a text. Raises QueryError where a character begins none."""
    tokens: list[Token] = []
    position = len(text) - len(text.lstrip())
    for match in _TOKEN.finditer(text, position):
        if match.start() != position:
            break
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        found = match[kind]
        tokens.append(Token(found if found in _OPERATORS else kind, found, start, end))
        position = match.end()
    if position < len(text):
        raise unexpected_character(text, position)
    return tokens
