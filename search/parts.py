"""What a part of a query is about."""

from collections.abc import Iterator, Sequence

from search.nodes import Age, And, Eligible, Node, Not, Or, Words


def wanted(node: Node) -> Node:
    """The node that is asked for, or that is excluded."""
    return node.node if isinstance(node, Not) else node


def words_in(nodes: Sequence[Node]) -> Iterator[Words]:
    """The clauses of words in these nodes."""
    for node in nodes:
        if isinstance(node, Words):
            yield node
        elif isinstance(node, Not):
            yield from words_in([node.node])
        elif isinstance(node, And | Or):
            yield from words_in(node.nodes)
        elif isinstance(node, Eligible):
            yield from words_in([node.rule])


def has_age(node: Node) -> bool:
    """Whether it counts from the moment at which it is asked."""
    if isinstance(node, And | Or):
        return any(map(has_age, node.nodes))
    return has_age(node.node) if isinstance(node, Not) else isinstance(node, Age)


def has_prefix(node: Node) -> bool:
    """Whether it asks for beginnings of words: all that have them are sorted before the first is given."""
    return any(phrase.is_prefix for one in words_in([node]) for phrase in one.phrases)
