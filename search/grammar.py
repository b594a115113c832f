"""Text to query: the grammar, and the tree that it makes.

    any:      all (OR all)*
    all:      one (AND? one)*
    one:      (NOT | -) one  |  "(" any ")"  |  word  |  "phrase"  |  tags  |  relation
    tags:     field: value (, value)*  |  field:any(value, …)  |  field:all(value, …)
    relation: name (>= | <= | < | >) value

Read from left to right in one pass; the nesting is bounded, and so is the depth of the calls.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from search.clauses import MAX_CONVERTED, Clauses
from search.contradictions import impossible
from search.currencies import is_currency
from search.errors import QueryError
from search.lexing import Token, lex, typed
from search.mistaken import cadenced, mistaken
from search.nodes import Age, And, Eligible, Node, Not, Or, Query, Tagged
from search.pieces import is_piece, pieces
from search.syntax import unexpected
from search.values import is_any

MAX_LENGTH = 2_000  # characters
GROWS_FROM = MAX_LENGTH // 10  # a shorter text of ASCII is not that long written out: company:all(a,b) grows fivefold
MAX_DEPTH = 20  # nested parentheses and negations; SQLite's parsers have small stacks

_UNSEARCHABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # controls, halves of surrogates
_MAY_SPLIT = re.compile(r"(?:city|skill):[^\s\"]+\s+\w")  # a value, and what may belong to it
_VALUES = ("WORD", "PHRASE", "OR", "AND", "NOT")
_BEGINS = ("NOT", "MINUS", "LPAR", "WORD", "PHRASE", "FIELD")


def parse(text: str, facts: str = "") -> Query:
    """The query that the text asks for; an empty text asks for everything. Raises QueryError.

    `facts`: of whoever asks, as `search.facts` writes them: by them goes `eligible:`, which is refused without.
    """
    if mistaken := _mistaken(_checked(text)):
        raise QueryError(mistaken[0], text, *mistaken[1:])
    return parse_stored(text, facts)


def parse_stored(text: str, facts: str = "") -> Query:
    """The same of a canonical text that was asked about when it was first read: its words are words."""
    return _parse(_checked(text), facts if "eligible" in text.lower() else "")


def parse_saved(text: str, facts: str = "") -> Query:
    """The same for a saved search, which must say what it wants. Raises QueryError."""
    _refuse_cadence(_checked(text))
    query = parse(text, facts)
    if query.is_empty:
        raise QueryError("the search is empty: say what to look for, for example: role:ai-engineer remote:EU")
    if not _wants(query.root, is_negated=False):
        raise QueryError(
            "the search would match nearly everything: beside what it excludes, and beside is: and posted:,"
            " it must name something wanted — a word, a role:, a country:, a salary …",
            text,
            0,
            len(text),
        )
    _refuse_impossible(query, text)
    return query


def _refuse_impossible(query: Query, text: str) -> None:
    """What can never match would be saved for nothing, and never say so."""
    if reason := impossible(query):
        raise QueryError(f"the search can never match: {reason}", text, 0, len(text))


def _refuse_cadence(text: str) -> None:
    """Bare words at either end that say when to tell are no words to look for."""
    if found := cadenced(lex(typed(text))):
        raise QueryError(found.message, text, found.first.start, found.last.end - found.first.start)


def _checked(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters", text, MAX_LENGTH)
    if found := _UNSEARCHABLE.search(text):
        code = ord(found.group())
        message = f"the query holds a character that cannot be searched for (U+{code:04X})"
        raise QueryError(message, text, found.start())
    return text


@lru_cache(maxsize=4096)
def _mistaken(text: str) -> tuple[str, int, int] | None:
    """What to write instead of words that were meant as something else, and the place."""
    found = mistaken(lex(typed(text)))
    if found is None:
        return None
    words = text[found.words[0].start : found.words[-1].end] if found.words and found.words[0].kind == "WORD" else ""
    alone = f'; {"the words alone" if " " in words else "the word alone"}: "{words}"' if words else ""
    return found.message + alone, found.first.start, found.last.end - found.first.start


@lru_cache(maxsize=4096)
def _parse(text: str, facts: str) -> Query:
    if (query := _in_pieces(text)) is not None:
        return query
    query = _Reader(typed(text), facts).query()
    may_grow = len(text) > GROWS_FROM or not text.isascii()
    if may_grow and len(str(query)) > MAX_LENGTH:  # the canonical text must parse too
        raise QueryError(f"written out, the query is longer than {MAX_LENGTH:,} characters", text, 0, len(text))
    return query


def _in_pieces(text: str) -> Query | None:
    """The query of a short and plain text, as the grammar would read it; None where that has to."""
    if len(text) > GROWS_FROM or not text.isascii() or text.count("salary") > MAX_CONVERTED:
        return None
    if _MAY_SPLIT.search(text):
        return None
    nodes = [_group(piece) if piece[0] == "(" else _piece(piece) for piece in pieces(text) or ()]
    return None if None in nodes or not nodes else Query(_joined(And, [node for node in nodes if node is not None]))


def _group(text: str) -> Node | None:
    """Pieces with OR between them."""
    inside = pieces(text[1:-1]) if text[-1] == ")" else None
    if not inside or any(operator != "OR" for operator in inside[1::2]) or len(inside) % 2 == 0:
        return None
    nodes = [_piece(piece) for piece in inside[::2]]
    return None if None in nodes else _joined(Or, [node for node in nodes if node is not None])


@lru_cache(maxsize=16_384)
def _piece(text: str) -> Node | None:
    if not is_piece(text) or is_currency(text):
        return None
    try:
        return _Reader(text, "").query().root
    except QueryError:  # it is said by whoever reads the whole, with the place
        return None


def _wants(node: Node, is_negated: bool) -> bool:
    """Whether the node leaves out what does not have something; `is_negated` turns its meaning round."""
    if isinstance(node, Not):
        return _wants(node.node, not is_negated)
    if isinstance(node, And | Or):
        enough = any if isinstance(node, And) is not is_negated else all
        return enough(_wants(part, is_negated) for part in node.nodes)
    if isinstance(node, Eligible):  # what may be is nearly everything
        return "maybe" in node.values if is_negated else "maybe" not in node.values
    is_wide = isinstance(node, Tagged) and (node.field == "is" or is_any(node.field, node.values))
    return not (is_negated or isinstance(node, Age) or is_wide)


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, text: str, facts: str) -> None:
        self.text = text
        self.tokens = lex(text)
        self.kinds = [*(token.kind for token in self.tokens), "", ""]
        self.at = 0
        self.opened: list[int] = []  # where the open parentheses stand
        self.clauses = Clauses(text, facts)

    def query(self) -> Query:
        if not self.tokens:
            return Query(And(()))
        root = self.any(0)
        if self.at < len(self.tokens):
            raise self.unexpected()
        return Query(root)

    # --- the grammar -----------------------------------------------------------------------------------------------

    def any(self, depth: int) -> Node:
        nodes = [self.all(depth)]
        while self.kind == "OR":
            self.at += 1
            nodes.append(self.all(depth))
        return _joined(Or, nodes)

    def all(self, depth: int) -> Node:
        nodes = [self.one(depth)]
        while self.kind == "AND" or self.kind in _BEGINS:
            self.at += self.kind == "AND"
            nodes.append(self.one(depth))
        node = _joined(And, nodes)
        return _joined(And, self.clauses.in_currency(list(node.nodes))) if isinstance(node, And) else node

    def one(self, depth: int) -> Node:
        kind = self.kind
        if kind in ("NOT", "MINUS", "LPAR"):
            return self.nested(depth + 1)
        if kind in ("WORD", "FIELD") and self.next_kind == "RELATION":
            return self.relation()
        if kind == "FIELD":
            return self.tags()
        if kind in ("WORD", "PHRASE"):
            return self.clauses.words(self.take())
        raise self.unexpected()

    def nested(self, depth: int) -> Node:
        opening = self.take()
        if depth > MAX_DEPTH:
            raise self.clauses.error(f"the query is nested more than {MAX_DEPTH} deep", opening)
        if opening.kind != "LPAR":
            node = self.one(depth)
            return node.node if isinstance(node, Not) else Not(node)
        self.opened.append(opening.start)
        node = self.any(depth)
        self.expect("RPAR")
        self.opened.pop()
        return node

    def tags(self) -> Node:
        field = self.take()
        how = self.tokens[self.at].text.lower() if self.kind == "WORD" else ""
        if how in ("any", "all") and self.next_kind == "LPAR" and self.tokens[self.at + 1].start == self.peek.end:
            return self.clauses.tags(field, self.enclosed(), is_all=how == "all")
        values = self.listed(_VALUES)
        if self.kind == "WORD":
            self.clauses.check_split(field, values[-1], self.peek)
        more = " ".join(token.text for token in self.tokens[self.at : self.at + 2] if token.kind == "WORD")
        return self.clauses.tags(field, values, more=more)

    def enclosed(self) -> list[Token]:
        """The values of `any(…)` and `all(…)`: with commas or blanks between them."""
        self.opened.append(self.tokens[self.at + 1].start)
        self.at += 2
        values = self.listed(_VALUES)
        while self.kind in _VALUES:
            values += self.listed(_VALUES)
        self.expect("RPAR")
        self.opened.pop()
        return values

    def relation(self) -> Node:
        name, comparison = self.take(), self.take()
        values = self.listed(("WORD", "PHRASE"))
        currency = self.take() if self.kind == "WORD" and is_currency(self.peek.text) else None
        unit = self.peek.text if self.kind == "WORD" and values[-1].text.isdecimal() else ""
        return self.clauses.relation(name, comparison, values, currency, unit)

    def listed(self, kinds: tuple[str, ...]) -> list[Token]:
        values = [self.expect(*kinds)]
        while self.kind == "COMMA":
            self.at += 1
            values.append(self.expect(*kinds))
        return values

    # --- tokens ----------------------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        return self.kinds[self.at]

    @property
    def next_kind(self) -> str:
        return self.kinds[self.at + 1]

    @property
    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, *kinds: str) -> Token:
        if self.kind not in kinds:
            raise self.unexpected()
        return self.take()

    def unexpected(self) -> QueryError:
        before = self.tokens[self.at - 1] if self.at else None
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return unexpected(self.text, before, token, self.opened[-1] if self.opened else None)


def _joined(kind: Callable[[tuple[Node, ...]], And | Or], nodes: list[Node]) -> Node:
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, And | Or) and type(node) is kind else [node]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))
