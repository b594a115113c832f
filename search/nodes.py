"""The parsed query: a tree of small frozen values. `str()` of each is its canonical text, which parses to itself."""

import re
from dataclasses import dataclass, field

from search.compounds import joined, spellings
from search.currencies import CURRENCY_WORDS
from search.habits import CADENCES, habit
from search.mistaken import written

TEXT_FIELDS = ("title", "text", "company")
_OPERATORS = ("and", "or", "not")
_PLAIN_VALUE = re.compile(r"[\w.][\w.+#&/-]*")
_PLAIN = re.compile(r"[^\s()\":,<>=≤≥*-][^\s()\":,<>=≤≥*]*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand one after the other; with `is_prefix` the last one need only start so."""

    tokens: tuple[str, ...]
    is_prefix: bool = False

    def __str__(self) -> str:
        words = joined(self.tokens)
        is_meant = words in CADENCES or words in CURRENCY_WORDS or bool(habit(words))
        return (f'"{words}"' if is_meant else quoted(words)) + ("*" if self.is_prefix else "")


@dataclass(frozen=True, slots=True)
class Words:
    """Any of the phrases stands in the field; without a field: in title, company or text."""

    field: str
    phrases: tuple[Phrase, ...]

    def __hash__(self) -> int:  # of a list of hundreds some are enough
        return hash((self.field, len(self.phrases), self.phrases[:4]))

    @property
    def spelled(self) -> list[Phrase]:
        """The phrases in all their spellings: "full stack" and "fullstack" are one."""
        return [Phrase(way, one.is_prefix) for one in self.phrases for way in spellings(one.tokens)]

    def __str__(self) -> str:
        return (f"{self.field}:" if self.field else "") + ",".join(map(str, self.phrases))


@dataclass(frozen=True, slots=True)
class Tagged:
    """The field has any of the values, which are in their canonical form."""

    field: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}:" + ",".join(map(_quoted_value, self.values))


@dataclass(frozen=True, slots=True)
class Pay:
    """Annual pay: the top of the range is at least (`>=`), or its bottom at most (`<=`), so many units of currency.

    Without a `currency` the units are of the posting's own; with one, pay in other currencies is converted.
    """

    relation: str
    amount: int
    currency: str = ""

    def __str__(self) -> str:
        shown = f"{self.amount // 1000}k" if self.amount and self.amount % 1000 == 0 else str(self.amount)
        return f"salary{self.relation}{shown}{self.currency}"


@dataclass(frozen=True, slots=True)
class Age:
    """Posted less (`<`) or more (`>`) than so many hours, days, weeks or months of 30 days ago."""

    relation: str
    amount: int
    unit: str

    def __str__(self) -> str:
        return f"posted:{self.relation}{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Eligible:
    """The posting is one of these (`yes`, `maybe`, `no`) to the person of the facts; `rule`: what that means."""

    values: tuple[str, ...]
    facts: str
    rule: "Node" = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"eligible:{','.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Not:
    """The node does not match."""

    node: "Node"

    def __str__(self) -> str:
        return "-" + _nested(self.node, (And, Or))


@dataclass(frozen=True, slots=True)
class And:
    """All nodes match; without nodes: everything matches."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        return " ".join(_nested(node, (Or, And)) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one node matches."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(_nested(node, (Or,)) for node in self.nodes)


Clause = Words | Tagged | Pay | Age | Eligible
Node = Clause | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A checked query; `str()` is its canonical text."""

    root: Node

    def __str__(self) -> str:
        return written(str(self.root))

    def __and__(self, other: "Query") -> "Query":
        """What both ask for; past the limits of a typed query, so that a long saved search can be narrowed too."""
        parts = [node for query in (self, other) for node in _conjuncts(query.root)]
        return Query(parts[0] if len(parts) == 1 else And(tuple(parts)))

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing, and so matches everything."""
        return self.root == And(())


def _conjuncts(node: Node) -> tuple[Node, ...]:
    return node.nodes if isinstance(node, And) else (node,)


def quoted(value: str) -> str:
    """The value as a query can hold it: in quotes where it is more than a word, or reads as an operator."""
    is_plain = _PLAIN.fullmatch(value) is not None and value.lower() not in _OPERATORS
    return value if is_plain else f'"{value}"'


def _quoted_value(value: str) -> str:
    """The same of a tag's value, which could be read as a sign or as `any` of several."""
    is_plain = _PLAIN_VALUE.fullmatch(value) is not None and value.lower() not in (*_OPERATORS, "any", "all", "none")
    return value if is_plain else f'"{value}"'


def _nested(node: Node, kinds: tuple[type, ...]) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)
