"""A text in pieces that mean the same wherever they stand: most queries are such, and are read piece by piece.

A piece is a word, a phrase, a field with its values or a comparison; each is wanted, as words side by side are. Such
in parentheses, with OR between them, are one piece too. Of other texts nothing is said here.
"""

import re

_VALUE = r"""(?: "[^"]*+" \*? | [^\s()":,<>=-][^\s()":,<>=]*+ )"""
_PIECE = re.compile(
    rf"""-? (?: salary [<>]= \d{{2,9}} k? (?:[A-Z]{{3}})? | posted: [<>] \d{{1,3}} [hdwm]
              | {_VALUE} | [a-z]+: {_VALUE} (?: , {_VALUE} )*+ )""",
    re.VERBOSE,
)
_SPLIT = re.compile(r'(?:[^\s"()]|"[^"]*+"|\((?:[^()"]|"[^"]*+")*+\))++')
_OPERATORS = frozenset(("OR", "AND", "NOT"))


def pieces(text: str) -> list[str] | None:
    """The pieces of a text; None where it may not consist of such."""
    if '"' not in text and "(" not in text:
        return text.split()
    return None if _SPLIT.sub("", text).strip() else _SPLIT.findall(text)


def is_piece(text: str) -> bool:
    """Whether it means the same wherever it stands: neither an operator nor a currency, which goes with others."""
    return text not in _OPERATORS and "currency" not in text.lower() and _PIECE.fullmatch(text) is not None
