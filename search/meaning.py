"""The same search in other words: a text that is equal where two queries ask for the same."""

from dataclasses import replace

from search.eligibility import VERDICTS
from search.nodes import And, Eligible, Node, Not, Or, Query, Tagged, Words
from search.places import city_names, countries_of, region_names
from search.values import skill_names


def meaning(query: Query) -> str:
    """Equal for queries that differ in order, repetition, lists for OR, negations inside out, or a name's spelling."""
    return str(_settled(query.root, is_negated=False))


def _settled(node: Node, is_negated: bool) -> Node:
    """Negations at the clauses, joined clauses flat, single values apart, each once, in one order."""
    if isinstance(node, Not):
        return _settled(node.node, not is_negated)
    if isinstance(node, And | Or):
        return _joined(Or if isinstance(node, Or) is not is_negated else And, list(node.nodes), is_negated)
    if isinstance(node, Eligible):
        values = set(VERDICTS) - set(node.values) if is_negated else set(node.values)
        return replace(node, values=tuple(sorted(values)))
    if isinstance(node, Words | Tagged):
        single = _apart(node)
        if len(single) > 1:
            return _joined(And if is_negated else Or, single, is_negated)
        node = single[0]
    return Not(node) if is_negated else node


def _joined(kind: type[And] | type[Or], nodes: list[Node], is_negated: bool) -> Node:
    flat: dict[str, Node] = {}
    for part in nodes:
        settled = _settled(part, is_negated)
        for one in settled.nodes if isinstance(settled, And | Or) and isinstance(settled, kind) else (settled,):
            flat[str(one)] = one
    ordered = tuple(flat[text] for text in sorted(flat))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def _apart(node: Words | Tagged) -> list[Node]:
    """One clause a value, in the first of its spellings."""
    if isinstance(node, Words):
        return [Words(node.field, (one,)) for one in node.phrases]
    return [Tagged(node.field, (value,)) for value in dict.fromkeys(_spelled(node))]


def _spelled(node: Tagged) -> list[str]:
    names = {"city": city_names, "region": region_names, "skill": skill_names}
    if node.field == "country":
        return [code for value in node.values for code in countries_of(value)]
    spell = names.get(node.field)
    return [value if spell is None else min(spell(value)) for value in node.values]
