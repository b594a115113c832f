"""A query as branches: it matches where all needs of one of its branches do. What the packed queries are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product

from search.nodes import Age, And, Clause, Eligible, Node, Not, Or, Pay, Query, Tagged, Words

MAX_BRANCHES = 16  # of one query
MAX_NEEDS = 12  # of one branch
_PLAIN, _NESTS = (Words, Tagged, Pay, Age), (And, Or)  # made once: each query asks


@dataclass(frozen=True, slots=True)
class Need:
    """Any of the clauses holds; or, where it is negated, none."""

    clauses: tuple[Clause, ...]
    is_negated: bool = False


Branch = tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The branches; where they are not exact, what they let through is still to be matched."""

    branches: tuple[Branch, ...]
    is_exact: bool = True


class _TooManyError(Exception):
    """The query has more branches than are held."""


def form(query: Query) -> Form:
    """The query's branches. Raises TypeError on a kind of node that is not known here."""
    try:
        branches, is_exact = _branches(query.root, False), True
    except _TooManyError:
        branches, is_exact = [tuple(_plain(query.root, False))], False
    short = tuple(branch[:MAX_NEEDS] for branch in branches)
    if len(short) > 1:  # comparing costs more than all else here, and most queries have one
        short = tuple(dict.fromkeys(short))
    return Form(short, is_exact and all(len(branch) <= MAX_NEEDS for branch in branches))


def _branches(node: Node, is_negated: bool) -> list[Branch]:
    if isinstance(node, _PLAIN):
        return [(Need((node,), is_negated),)]
    if isinstance(node, Not):
        return _branches(node.node, not is_negated)
    if isinstance(node, Eligible):
        return _branches(node.rule, is_negated)
    if isinstance(node, _NESTS):
        is_all = isinstance(node, And) is not is_negated
        return _all(node.nodes, is_negated) if is_all else _any(node.nodes, is_negated)
    raise TypeError(f"a query of nodes that are not known: {node!r}")


def _all(nodes: tuple[Node, ...], is_negated: bool) -> list[Branch]:
    parts = [_branches(part, is_negated) for part in nodes]
    count = 1
    for part in parts:
        count *= len(part)
        if count > MAX_BRANCHES:
            raise _TooManyError
    if count == 1:
        needs = tuple(chain.from_iterable(part for [part] in parts))
        return [needs if len(needs) <= MAX_NEEDS else tuple(dict.fromkeys(needs))]
    return [tuple(dict.fromkeys(sum(chosen, ()))) for chosen in product(*parts)]


def _any(nodes: tuple[Node, ...], is_negated: bool) -> list[Branch]:
    """Clauses side by side are one need; whatever else is among them makes a branch of its own."""
    found = [branch for part in nodes for branch in _branches(part, is_negated)]
    plain = [branch[0] for branch in found if len(branch) == 1 and not branch[0].is_negated]
    rest = [branch for branch in found if len(branch) != 1 or branch[0].is_negated]
    clauses = tuple(dict.fromkeys(clause for need in plain for clause in need.clauses))
    branches = ([(Need(clauses),)] if clauses else []) + rest
    if len(branches) > MAX_BRANCHES:
        raise _TooManyError
    return branches


def _plain(node: Node, is_negated: bool) -> Iterator[Need]:
    """Of what must all hold, the needs that can be told without branches."""
    if isinstance(node, Not):
        yield from _plain(node.node, not is_negated)
    elif isinstance(node, Eligible):
        yield from _plain(node.rule, is_negated)
    elif isinstance(node, And | Or) and isinstance(node, And) is not is_negated:
        for part in node.nodes:
            yield from _plain(part, is_negated)
    else:
        yield from _if_one(node, is_negated)


def _if_one(node: Node, is_negated: bool) -> Branch:
    try:
        branches = _branches(node, is_negated)
    except _TooManyError:
        return ()
    return branches[0] if len(branches) == 1 else ()
