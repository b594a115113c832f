"""What the address of the list page says: query, sort, place. The query is the state; facets edit its tree; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import search
from database import SORTS
from search.nodes import Age, And, Node, Not, Or, Pay, Phrase, Query, Tagged, Words

PAGE_SIZE = 80  # postings, folded into fewer rows
MAX_QUERY = 10_000  # characters of an address's query that are looked at; the language itself takes fewer
OPEN = Tagged("is", ("open",))
AI = Not(Tagged("role", ("other",)))
DEFAULTS: dict[str, Node] = {"is": OPEN, "role": AI}  # field -> what the page asks for where the query says nothing
BEST = "fit"
PARAMETERS = ("q", "is", "roles", "sort", "after")


class AddressError(ValueError):
    """The address says what the page does not know; the message says what it knows. Raised by `read_view`."""


@dataclass(frozen=True)
class View:
    """State of the list page: `q` as typed and as parsed, and which of the defaults were lifted."""

    q: str = ""
    nodes: tuple[Node, ...] = ()
    lifted: frozenset[str] = frozenset()  # fields of DEFAULTS
    sort: str = "posted"
    after: str = ""  # the cursor of the page before

    @property
    def defaults(self) -> dict[str, Node]:
        """What the page narrows by itself: fields that the query does not speak of, and that were not lifted."""
        return {
            field: node
            for field, node in DEFAULTS.items()
            if field not in self.lifted and not any(speaks_of(field, one) for one in self.nodes)
        }

    @property
    def query(self) -> Query | None:
        """All that is asked, the defaults included; None if nothing is."""
        return joined((*self.nodes, *self.defaults.values()))

    def beside(self, facet: str) -> tuple[Node, ...]:
        """All that is asked but for what a facet says, by choice or by default."""
        own = self.clause(facet)
        others = [node for field, node in self.defaults.items() if field != facet]
        return (*(node for node in self.nodes if node is not own), *others)

    def clause(self, facet: str) -> Node | None:
        """The clause that a facet edits: the first of its own kind that must hold."""
        return next((node for node in self.nodes if _facet_of(node) == facet), None)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values of a facet that its clause names."""
        return values_of(self.clause(facet))

    def toggled(self, facet: str, value: str) -> "View":
        """The same with one value of a facet chosen, or no longer chosen; from the first page."""
        values = self.chosen(facet)
        if value in values:
            return self.with_values(facet, tuple(one for one in values if one != value))
        return self.with_values(facet, (value,) if facet in ("pay", "age") else (*values, value))

    def with_values(self, facet: str, values: tuple[str, ...]) -> "View":
        """The same with these values of a facet in its place, or without the facet; from the first page."""
        old, new = self.clause(facet), clause_of(facet, values) if values else None
        if old is None:
            return self._with_nodes((*self.nodes, new) if new else self.nodes)
        replaced = [new if node is old else node for node in self.nodes]
        return self._with_nodes(tuple(node for node in replaced if node is not None))

    def without(self, *nodes: Node) -> "View":
        """The same without some of its clauses, or without defaults, from the first page."""
        dropped = {id(node) for node in nodes}
        lifted = {field for field, node in self.defaults.items() if id(node) in dropped}
        kept = tuple(one for one in self.nodes if id(one) not in dropped)
        return replace(self._with_nodes(kept), lifted=self.lifted | lifted)

    def changed(self, **changes: Any) -> "View":
        """The same with other fields, from the first page unless a cursor is given."""
        return replace(self, **{"after": "", **changes})

    def with_default(self, field: str) -> "View":
        """The same with a default that was lifted."""
        return self.changed(lifted=self.lifted - {field})

    def _with_nodes(self, nodes: tuple[Node, ...]) -> "View":
        return self.changed(q=str(joined(nodes) or ""), nodes=nodes)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address's parameters but query and place: what the search form carries along."""
        lifted = [(name, "any") for name, field in _LIFTING.items() if field in self.lifted]
        return lifted + ([("sort", self.sort)] if self.sort != "posted" else [])

    @property
    def href(self) -> str:
        """The address, relative to the site."""
        pairs = ([("q", self.q)] if self.q else []) + self.pairs
        pairs += [("after", self.after)] if self.after else []
        return "/?" + urlencode(pairs) if pairs else "/"


_LIFTING = {"is": "is", "roles": "role"}  # parameter -> the default that `any` lifts
_SORTS = (*SORTS, BEST)


def read_view(pairs: Iterable[tuple[str, str]]) -> View:
    """The view that an address's parameters ask for; its query is not parsed yet, see `parsed`. Raises AddressError."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise AddressError(f"given more than once: {name}")
        given[name] = value
    if unknown := [name for name in given if name not in PARAMETERS]:
        raise AddressError(f"unknown parameter {unknown[0][:40]!r}; known here: {', '.join(PARAMETERS)}")
    sort = _one_of(given, "sort", _SORTS, "posted")
    lifted = {field for name, field in _LIFTING.items() if _one_of(given, name, ("any", _KEPT[name]), "") == "any"}
    q, after = given.get("q", "").strip()[:MAX_QUERY], given.get("after", "")
    return View(q, lifted=frozenset(lifted), sort=sort, after=after)


_KEPT = {"is": "open", "roles": "ai"}


def _one_of(given: Mapping[str, str], name: str, known: tuple[str, ...], default: str) -> str:
    value = given.get(name) or default
    if value not in (*known, default):
        raise AddressError(f"{name}: has no value {value[:40]!r}; it can be {', '.join(known)}")
    return value


def parsed(view: View, facts: str = "") -> View:
    """The view with its query's clauses; `facts`: of whoever asks, for `eligible:`. Raises search.QueryError."""
    root = search.parse(view.q, facts).root if view.q else And(())
    return replace(view, nodes=root.nodes if isinstance(root, And) else (root,))


def joined(nodes: tuple[Node, ...]) -> Query | None:
    """The query that asks for all of these; None where that is nothing."""
    return Query(nodes[0] if len(nodes) == 1 else And(nodes)) if nodes else None


def clause_of(facet: str, values: tuple[str, ...]) -> Node:
    """The clause that names these values of a facet."""
    if facet in ("pay", "age"):
        return search.parse(values[0]).root
    if facet == "company":
        return Words("company", tuple(Phrase(tuple(value.split())) for value in values))
    return Tagged(facet, values)


def values_of(node: Node | None) -> tuple[str, ...]:
    """The values that a facet's clause names."""
    if isinstance(node, Tagged):
        return node.values
    if isinstance(node, Words):
        return tuple(" ".join(phrase.tokens) for phrase in node.phrases)
    return (str(node),) if node is not None else ()


def _facet_of(node: Node) -> str:
    """The facet that a clause can be edited by; empty for none."""
    if isinstance(node, Tagged):
        return node.field
    if isinstance(node, Words):
        is_plain = node.field == "company" and not any(phrase.is_prefix for phrase in node.phrases)
        return "company" if is_plain else ""
    is_bound = (isinstance(node, Pay) and node.relation == ">=") or (isinstance(node, Age) and node.relation == "<")
    return ("pay" if isinstance(node, Pay) else "age") if is_bound else ""


def speaks_of(field: str, node: Node) -> bool:
    """Whether a clause of that field stands anywhere in it."""
    if isinstance(node, And | Or):
        return any(speaks_of(field, one) for one in node.nodes)
    if isinstance(node, Not):
        return speaks_of(field, node.node)
    return isinstance(node, Tagged | Words) and node.field == field
