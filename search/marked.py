"""A place in a query of which something is to be said."""

from collections.abc import Sequence
from typing import NamedTuple

from search.lexing import Token


class Marked(NamedTuple):
    """The tokens from first to last, what to write instead, and the words in them that are words in quotes."""

    first: Token
    last: Token
    message: str
    words: Sequence[Token] = ()
