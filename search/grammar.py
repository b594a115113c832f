"""Text to query: the grammar, the tree, and what to say of what cannot be read."""

import re
import unicodedata
from functools import lru_cache

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken

from search.compounds import parted
from search.errors import QueryError
from search.habits import habit
from search.nodes import Age, And, Node, Not, Or, Pay, Phrase, Query, Tagged, Words
from search.rates import in_force
from search.syntax import unexpected_character, unexpected_token
from search.tokens import tokenize
from search.values import CHECKS, RELATIONS, TEXT_FIELDS, BadValueError, canonical, unknown_field

MAX_LENGTH = 2_000  # characters
MAX_DEPTH = 20  # nested parentheses and negations; SQLite's parsers have small stacks
MAX_TERMS = 100  # words, phrases and values
MAX_CONVERTED = 5  # amounts of pay in a currency; each is compared in every currency there is
MIN_PREFIX = 2  # letters

GRAMMAR = r"""
start: _any
_any: any
any: all (OR all)*
all: _one (AND? _one)*
_one: not | group | words | tags | relation
not: (NOT | MINUS) _one
group: LPAR any RPAR
words: WORD | PHRASE
tags: FIELD value (COMMA value)*
value: WORD | PHRASE | OR | AND | NOT
relation: (WORD | FIELD) RELATION WORD (COMMA WORD)*

OR: "OR"
AND: "AND"
NOT: "NOT"
LPAR: "("
RPAR: ")"
COMMA: ","
MINUS: /-(?=\S)/
RELATION: />=|<=|[<>=≤≥]/
FIELD.2: /[^\W\d_][\w-]*\s*:/
PHRASE: /"[^"]*"\*?/
WORD: /[^\s()":,<>=≤≥-][^\s()":,<>=≤≥]*/
%ignore /\s+/
"""
_PARSER = Lark(GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)
# What phones and word processors make of the signs that we read, each one character long.
_TYPED = str.maketrans(
    dict.fromkeys("“”„‟″＂«»", '"') | dict.fromkeys("‐‑‒–—−－", "-") | {"：": ":", "（": "(", "）": ")", "，": ","}
)
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,3}))?([km]?)([a-z]{3}|[€£₹])?", re.ASCII)
_AGE = re.compile(r"(\d{1,4})(h|hours?|d|days?|w|weeks?|m|mo|months?)", re.ASCII)


def parse(text: str) -> Query:
    """The query that the text asks for; an empty text asks for everything. Raises QueryError."""
    return _parse(_checked(text))


def parse_saved(text: str) -> Query:
    """The same for a saved search, which must say what it wants. Raises QueryError."""
    query = parse(text)
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
    return query


def _checked(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters", text, MAX_LENGTH)
    for position, char in enumerate(text):
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n\r":
            raise QueryError(
                f"the query holds a character that cannot be searched for (U+{ord(char):04X})", text, position
            )
    return text


@lru_cache(maxsize=512)
def _parse(text: str) -> Query:
    typed = text.translate(_TYPED)
    if not typed.strip():
        return Query(And(()))
    try:
        tree = _PARSER.parse(typed)
    except (UnexpectedCharacters, UnexpectedToken) as error:
        raise _unexpected(typed, error) from None
    query = Query(_Builder(typed).node(tree.children[0], 0))
    if len(str(query)) > MAX_LENGTH:  # the canonical text must parse too
        raise QueryError(f"written out, the query is longer than {MAX_LENGTH:,} characters", text, 0, len(text))
    return query


def _unexpected(typed: str, error: UnexpectedCharacters | UnexpectedToken) -> QueryError:
    """What to say of text that is no query; a character that means nothing is told of first."""
    try:
        tokens = list(_PARSER.lex(typed))
    except UnexpectedCharacters as wrong:
        return unexpected_character(typed, wrong.pos_in_stream or 0)
    assert isinstance(error, UnexpectedToken)
    return unexpected_token(typed, error.token, tokens)


def _wants(node: Node, is_negated: bool) -> bool:
    """Whether the node leaves out what does not have something; `is_negated` turns its meaning round."""
    if isinstance(node, Not):
        return _wants(node.node, not is_negated)
    if isinstance(node, And | Or):
        enough = any if isinstance(node, And) is not is_negated else all
        return enough(_wants(part, is_negated) for part in node.nodes)
    return not (is_negated or isinstance(node, Age) or (isinstance(node, Tagged) and node.field == "is"))


class _Builder:
    """Turns Lark's tree into nodes, checking fields, values and limits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.terms = 0
        self.converted = 0

    def node(self, tree: "Tree[Token] | Token", depth: int) -> Node:
        assert isinstance(tree, Tree)
        if tree.data in ("any", "all"):
            return self.joined(tree, depth)
        if tree.data in ("not", "group"):
            return self.nested(tree, depth + 1)
        return {"words": self.words, "tags": self.tags, "relation": self.relation}[tree.data](_tokens(tree))

    def joined(self, tree: "Tree[Token]", depth: int) -> Node:
        kind = Or if tree.data == "any" else And
        nodes: list[Node] = []
        for part in tree.children:
            if isinstance(part, Tree):
                node = self.node(part, depth)
                nodes += node.nodes if isinstance(node, kind) else [node]
        return nodes[0] if len(nodes) == 1 else kind(tuple(nodes))

    def nested(self, tree: "Tree[Token]", depth: int) -> Node:
        if depth > MAX_DEPTH:
            opening = next(part for part in tree.children if isinstance(part, Token))
            raise self.error(f"the query is nested more than {MAX_DEPTH} deep", opening)
        node = self.node(next(part for part in tree.children if isinstance(part, Tree)), depth)
        if tree.data == "group":
            return node
        return node.node if isinstance(node, Not) else Not(node)

    def words(self, tokens: list[Token]) -> Node:
        (token,) = tokens
        if token.type == "WORD" and (message := habit(token)):
            raise self.error(message, token)
        return Words("", (self.phrase(token),))

    def tags(self, tokens: list[Token]) -> Node:
        name, values = _field(tokens[0]), [token for token in tokens[1:] if token.type != "COMMA"]
        for token in values:
            if token.type in ("OR", "AND", "NOT") and name != "region":  # region:OR is Oregon
                raise self.error(f'{name}: needs a value; the word itself goes in quotes: {name}:"{token}"', token)
        if name in TEXT_FIELDS:
            return Words(name, tuple(dict.fromkeys(self.phrase(token) for token in values)))
        if name in RELATIONS:
            raise self.error(f"{name}: compares — {RELATIONS[name]}", *tokens)
        if name not in CHECKS:
            raise self.error(unknown_field(name), tokens[0])
        return Tagged(name, tuple(dict.fromkeys(self.value(name, token) for token in values)))

    def value(self, field: str, token: Token) -> str:
        self.count(token)
        try:
            return canonical(field, token.strip('"') if token.type == "PHRASE" else str(token))
        except BadValueError as error:
            raise self.error(str(error), token) from None

    def phrase(self, token: Token) -> Phrase:
        self.count(token)
        text = token.replace('"', "")
        is_prefix, text = text.endswith("*"), text.removesuffix("*")
        if "*" in text or (is_prefix and text != text.rstrip()):
            raise self.error("a * stands only at the end of a word, and makes it a prefix: engineer*", token)
        tokens = tuple(parted(tokenize(text)))
        if not tokens:
            raise self.error(f"{token} has no letters or digits to search for", token)
        if is_prefix and len("".join(tokens)) < MIN_PREFIX:
            raise self.error(f"a prefix needs at least {MIN_PREFIX} letters", token)
        return Phrase(tokens, is_prefix)

    def relation(self, tokens: list[Token]) -> Node:
        name, relation, value = _field(tokens[0]), str(tokens[1]), "".join(tokens[2:])
        self.count(tokens[0])
        relation = {"≤": "<=", "≥": ">="}.get(relation, relation)
        if name not in RELATIONS:
            known = name in TEXT_FIELDS or name in CHECKS
            raise self.error(
                f"only salary and posted compare; write {name}:value" if known else unknown_field(name), tokens[0]
            )
        return self.pay(tokens, relation, value) if name == "salary" else self.age(tokens, relation, value)

    def pay(self, tokens: list[Token], relation: str, value: str) -> Node:
        match = _AMOUNT.fullmatch(value.lower())
        if relation not in (">=", "<="):
            raise self.error(f"salary compares by >= and <= — {RELATIONS['salary']}", tokens[1])
        if not match:
            raise self.error(f"{value!r} is no yearly amount — {_meant_amount(value)}", *tokens[2:])
        whole, decimals, unit, currency = match.groups()
        scale = {"": 1, "k": 1_000, "m": 1_000_000}[unit]
        thousandths = (int(whole.replace(",", "")) * 1_000 + int((decimals or "").ljust(3, "0"))) * scale
        if thousandths % 1_000 or thousandths > 10**15:
            raise self.error(f"{value!r} is no whole amount up to 1,000,000m", *tokens[2:])
        return Pay(relation, thousandths // 1_000, self.rated(currency, tokens) if currency else "")

    def rated(self, currency: str, tokens: list[Token]) -> str:
        """The code of a currency to convert to. The table of rates must know it."""
        token = tokens[-1]
        self.converted += 1
        if self.converted > MAX_CONVERTED:
            raise self.error(f"the query converts pay more than {MAX_CONVERTED} times", *tokens)
        try:
            code = canonical("currency", currency)
        except BadValueError as error:
            raise self.error(str(error), token) from None
        if code not in in_force().per_dollar:
            raise self.error(f"there is no exchange rate for {code}: add one to your table of [search] rates", token)
        return code

    def age(self, tokens: list[Token], relation: str, value: str) -> Node:
        match = _AGE.fullmatch(value.lower())
        if relation not in ("<", ">") or not match or int(match[1]) == 0:
            raise self.error(f"posted{relation}{value} is no age — {RELATIONS['posted']}", *tokens[1:])
        return Age(relation, int(match[1]), match[2][0])

    def count(self, token: Token) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.error(f"the query has more than {MAX_TERMS} words and values", token)

    def error(self, message: str, *tokens: Token) -> QueryError:
        start, end = tokens[0].start_pos or 0, tokens[-1].end_pos or 0
        return QueryError(message, self.text, start, end - start)


def _meant_amount(value: str) -> str:
    if value[:1].isdigit():
        return RELATIONS["salary"]
    return "the currency goes apart, salary>=180k currency:USD, or behind to convert: salary>=180kUSD"


def _tokens(tree: "Tree[Token]") -> list[Token]:
    return list(tree.scan_values(lambda value: isinstance(value, Token)))


def _field(token: Token) -> str:
    return token.rstrip(":").rstrip().lower() if token.type == "FIELD" else token.lower()
