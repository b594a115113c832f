"""What the address of the list page says: query, sort, page. The query is the state; facets edit its tree; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import search
from database import SORTS
from search.nodes import And, Node, Not, Or, Query, Tagged

FACETS = ("role", "seniority", "workplace", "country")
PAGE_SIZE = 50
MAX_PAGE = 2_000
OPEN = Tagged("is", ("open",))


@dataclass(frozen=True)
class View:
    """State of the list page: `q` as typed and as parsed, and whether the default of open postings was lifted."""

    q: str = ""
    nodes: tuple[Node, ...] = ()
    is_any: bool = False
    sort: str = "posted"
    page: int = 1

    @property
    def has_default(self) -> bool:
        """Whether the page narrows to open postings by itself: the query does not speak of that, nor was it lifted."""
        return not self.is_any and not any(_speaks_of("is", node) for node in self.nodes)

    @property
    def query(self) -> Query | None:
        """All that is asked, the default included; None if nothing is."""
        nodes = (*self.nodes, OPEN) if self.has_default else self.nodes
        return _joined(nodes) if nodes else None

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values of a facet that the query names in a clause of its own."""
        node = self._clause(facet)
        return node.values if node else ()

    def toggled(self, facet: str, value: str) -> "View":
        """The same with one value of a facet chosen, or no longer chosen; from the first page."""
        values = self.chosen(facet)
        wanted = tuple(one for one in values if one != value) if value in values else (*values, value)
        return self.with_values(facet, wanted)

    def with_values(self, facet: str, values: tuple[str, ...]) -> "View":
        """The same with these values of a facet in its place, or without the facet; from the first page."""
        old, new = self._clause(facet), Tagged(facet, values) if values else None
        if old is None:
            return self._with_nodes((*self.nodes, new) if new else self.nodes)
        replaced = [new if node is old else node for node in self.nodes]
        return self._with_nodes(tuple(node for node in replaced if node is not None))

    def without(self, node: Node) -> "View":
        """The same without one of its clauses, from the first page."""
        return self._with_nodes(tuple(one for one in self.nodes if one is not node))

    def changed(self, **changes: Any) -> "View":
        """The same with other fields, from the first page unless a page is named."""
        return replace(self, **{"page": 1, **changes})

    def _clause(self, facet: str) -> Tagged | None:
        return next((node for node in self.nodes if isinstance(node, Tagged) and node.field == facet), None)

    def _with_nodes(self, nodes: tuple[Node, ...]) -> "View":
        return self.changed(q=str(_joined(nodes)) if nodes else "", nodes=nodes)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The address's parameters but query and page: what the search form carries along."""
        return ([("is", "any")] if self.is_any else []) + ([("sort", self.sort)] if self.sort != "posted" else [])

    @property
    def href(self) -> str:
        """The address, relative to the site."""
        pairs = ([("q", self.q)] if self.q else []) + self.pairs
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return "/?" + urlencode(pairs) if pairs else "/"


def read_view(pairs: Iterable[tuple[str, str]]) -> tuple[View, list[str]]:
    """The view that an address's parameters ask for, and what else they said, which is ignored and shown.

    The query is not parsed yet: see `parsed`.
    """
    fields: dict[str, Any] = {}
    ignored: list[str] = []
    for name, value in pairs:
        read = _read_field(name, value) if name not in fields else None
        if read is not None:
            fields |= read
        elif value:
            ignored.append(f"{name}={value}"[:80])
    return View(**fields), ignored[:5]


def _read_field(name: str, value: str) -> dict[str, Any] | None:
    if name == "q":
        return {"q": value.strip()}
    if name == "sort" and value in SORTS:
        return {"sort": value}
    if name == "is" and value in ("any", "open"):
        return {"is_any": value == "any"}
    if name == "page" and re.fullmatch(r"[0-9]{1,6}", value) and 1 <= int(value) <= MAX_PAGE:
        return {"page": int(value)}
    return None


def parsed(view: View) -> View:
    """The view with its query's clauses. Raises search.QueryError."""
    root = search.parse(view.q).root if view.q else And(())
    return replace(view, nodes=root.nodes if isinstance(root, And) else (root,))


def _joined(nodes: tuple[Node, ...]) -> Query:
    return Query(nodes[0] if len(nodes) == 1 else And(nodes))


def _speaks_of(field: str, node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(_speaks_of(field, one) for one in node.nodes)
    if isinstance(node, Not):
        return _speaks_of(field, node.node)
    return isinstance(node, Tagged) and node.field == field
