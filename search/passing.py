"""What time does to a search: the ages that postings grow into, and what is asked with age and state given."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from search.age import span
from search.nodes import Age, And, Clause, Eligible, Node, Not, Or, Query, Tagged

ALWAYS, NEVER = And(()), Not(And(()))


def grown_into(query: Query) -> list[timedelta]:
    """The ages at which a posting can come to match, with nothing else happening to it: 14 days of `posted:>14d`."""
    return sorted(set(_limits(query.root, is_negated=False)))


def crossed(query: Query, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """When a posting must have been posted to grow into one of these ages between two moments."""
    return [(since - limit, until - limit) for limit in grown_into(query)]


def _limits(node: Node, is_negated: bool) -> Iterator[timedelta]:
    if isinstance(node, And | Or):
        for part in node.nodes:
            yield from _limits(part, is_negated)
    elif isinstance(node, Not):
        yield from _limits(node.node, not is_negated)
    elif isinstance(node, Age) and (node.relation == ">") is not is_negated:
        yield span(node)


def speaks_of_closed(query: Query) -> bool:
    """Whether it names closed postings."""
    return any(isinstance(one, Tagged) and one.field == "is" and "closed" in one.values for one in clauses(query.root))


def facts_in(query: Query) -> str:
    """The facts of the person whose query it is, where it asks for `eligible:`."""
    return next((one.facts for one in clauses(query.root) if isinstance(one, Eligible)), "")


def assuming(query: Query, *, is_open: bool) -> Query:
    """The query as it is of postings that are all open, or all closed."""
    state = "open" if is_open else "closed"

    def known(clause: Clause) -> Node:
        if isinstance(clause, Tagged) and clause.field == "is":
            return ALWAYS if state in clause.values else NEVER
        return clause

    return Query(_replaced(query.root, known))


def just_older_than(query: Query, age: timedelta) -> Query:
    """The query as it is of postings that have just become older than so much."""

    def known(clause: Clause) -> Node:
        if isinstance(clause, Age):
            return ALWAYS if (span(clause) > age if clause.relation == "<" else span(clause) <= age) else NEVER
        return clause

    return Query(_replaced(query.root, known))


def clauses(node: Node) -> Iterator[Clause]:
    """Every clause, wherever it stands."""
    if isinstance(node, And | Or):
        for part in node.nodes:
            yield from clauses(part)
    elif isinstance(node, Not):
        yield from clauses(node.node)
    else:
        yield node


def _replaced(node: Node, known: Callable[[Clause], Node]) -> Node:
    if isinstance(node, And | Or):
        return type(node)(tuple(_replaced(part, known) for part in node.nodes))
    return Not(_replaced(node.node, known)) if isinstance(node, Not) else known(node)
