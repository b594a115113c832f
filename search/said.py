"""A query's words as a condition on the token strings of `posting_text`, for a few rows: no index is asked."""

from search.matcher import needle
from search.nodes import And, Node, Not, Or, Words

_PLACES = {"sqlite": "instr({}, ?) > 0", "postgresql": "strpos({}, %s) > 0"}
_APART = " || ' | ' || "  # no token holds it, so no phrase reaches from one field into the next


def said(node: Node, dialect: str) -> tuple[str, list[str]]:
    """The condition, and what it looks for, of a node that is about words only."""
    if isinstance(node, Not):
        condition, needles = said(node.node, dialect)
        return f"NOT {condition}", needles
    if isinstance(node, And | Or):
        parts = [said(part, dialect) for part in node.nodes]
        joined = (" AND " if isinstance(node, And) else " OR ").join(condition for condition, _ in parts)
        return f"({joined})", [needle for _, needles in parts for needle in needles]
    assert isinstance(node, Words)
    named = node.field or _APART.join(("title", "company", "text"))
    needles = [needle(phrase) for phrase in node.spelled]
    places = [_PLACES[dialect].format(f"' ' || {named} || ' '")] * len(needles)
    return f"({' OR '.join(places)})", needles
