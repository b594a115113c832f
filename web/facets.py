"""Facets of a list page: each value's number is how many postings the page shows after clicking it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations

from sqlalchemy import Connection

import search
from database import count_postings, facet_counts
from models import EMPLOYMENT_TYPES, ROLES, SENIORITIES, WORKPLACES
from search.nodes import Not, Query
from search.values import UNKNOWN
from web.view import View, joined

LABELS = {
    "role": "Role", "seniority": "Seniority", "workplace": "Workplace", "country": "Country", "skill": "Skills",
    "company": "Employer", "pay": "Yearly pay", "age": "Posted", "type": "Employment", "visa": "Visa sponsorship",
}  # fmt: skip
VALUES = {
    "role": ROLES, "seniority": SENIORITIES, "workplace": (*WORKPLACES, UNKNOWN),
    "type": (*EMPLOYMENT_TYPES, UNKNOWN), "visa": ("yes", "no", UNKNOWN),
}  # fmt: skip
SHOWN = {"country": 8, "skill": 10, "company": 8}
LISTED = 100
EMPLOYERS = 16
CLAUSES = {"pay": "salary>={}USD", "age": "posted:<{}"}  # of facets whose values hold one another
BOUNDS = {
    "pay": [f"salary>={thousands}kUSD" for thousands in (50, 100, 150, 200, 250, 300, 400)],
    "age": ["posted:<1d", "posted:<3d", "posted:<7d", "posted:<30d"],
}
PAIRS = 15  # of constraints that are dropped together, where none alone helps


@dataclass(frozen=True)
class Choice:
    """A facet's value. `count` is the number of postings after clicking, which chooses it or drops it.

    `is_useful`: clicking changes the list.
    """

    value: str
    count: int
    href: str
    is_chosen: bool
    is_useful: bool


@dataclass(frozen=True)
class Facet:
    """A facet with its values in their lasting order; `more` are those folded away."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice]
    names: Mapping[str, str] = field(default_factory=dict)  # of values that are written otherwise

    @property
    def is_chosen(self) -> bool:
        """Whether one of its values is."""
        return any(one.is_chosen for one in (*self.choices, *self.more))

    @property
    def bands(self) -> list[int]:
        """Of bounds each of which holds the next: how many lie between each and the next."""
        found = [one.count for one in self.choices]
        return [count - after for count, after in zip(found, [*found[1:], 0], strict=True)]


@dataclass(frozen=True)
class Constraint:
    """Something that narrows the list, and the list without it. `is_default`: the page added it."""

    label: str
    view: View
    is_default: bool = False


def constraints(view: View) -> list[Constraint]:
    """All that narrows the list, the defaults included."""
    found = [Constraint(str(node), view.without(node)) for node in view.nodes]
    return found + [Constraint(str(node), view.without(node), True) for node in view.defaults.values()]


def relaxed(connection: Connection, view: View, now: datetime) -> list[tuple[Constraint, int]]:
    """For an empty list: what dropping each constraint yields, most first; where none alone helps, pairs that do."""
    single = _counted(connection, constraints(view), now)
    if any(count for _, count in single):
        return single
    nodes = [*view.nodes, *view.defaults.values()]
    pairs = list(combinations(nodes, 2))[:PAIRS] if len(nodes) > 2 else []
    double = [Constraint(" and ".join(map(str, pair)), view.without(*pair)) for pair in pairs]
    return [(one, count) for one, count in _counted(connection, double, now) if count] or single


def _counted(connection: Connection, found: list[Constraint], now: datetime) -> list[tuple[Constraint, int]]:
    counted = [(one, count_postings(connection, one.view.query, now, for_all=True)) for one in found]
    return sorted(counted, key=lambda pair: -pair[1])


def facets(connection: Connection, view: View, now: datetime) -> list[Facet]:
    """All facets of the view."""
    added = _added(connection, view, now)
    return [_facet(connection, view, name, added[name], now) for name in LABELS]


def _added(connection: Connection, view: View, now: datetime) -> dict[str, dict[str, int]]:
    """By facet: value -> postings that it adds to those of the values chosen already, most first.

    Facets that ask the same are counted in one go.
    """
    asked = {name: _beside(view, name) for name in LABELS}
    found: dict[str, list[tuple[str, int]]] = {}
    for query in {str(query): query for query in asked.values()}.values():
        names = [name for name, own in asked.items() if str(own) == str(query)]
        found |= facet_counts(connection, query, now, names, for_all=True)
    return {name: {CLAUSES.get(name, "{}").format(value): count for value, count in found[name]} for name in LABELS}


def _beside(view: View, name: str) -> Query | None:
    """What is asked beside a facet; where its values may be chosen together, without those that are."""
    own = None if name in CLAUSES else view.clause(name)
    return joined((*view.beside(name), *([Not(own)] if own is not None else [])))


def _facet(connection: Connection, view: View, name: str, added: Mapping[str, int], now: datetime) -> Facet:
    if name in CLAUSES:
        return _bounds(connection, view, name, added, now)
    if name == "company":
        return _employers(connection, view, list(added), now)
    chosen = view.chosen(name)
    total = count_postings(connection, view.query, now, for_all=True) if chosen else 0
    found = {value: total + extra for value, extra in added.items()} | _without(connection, view, name, now)
    values = [*VALUES.get(name, ())] or [*chosen, *(value for value in added if value not in chosen)]
    useful = {*(value for value, extra in added.items() if extra), *chosen}
    return _folded(name, [_choice(view, name, value, found.get(value, total), useful) for value in values], chosen)


def _without(connection: Connection, view: View, name: str, now: datetime) -> dict[str, int]:
    """Each value chosen, with how many there are when it is not."""
    asked = {value: view.toggled(name, value).query for value in view.chosen(name)}
    return {value: count_postings(connection, query, now, for_all=True) for value, query in asked.items()}


def _choice(view: View, name: str, value: str, count: int, useful: set[str]) -> Choice:
    return Choice(value, count, view.toggled(name, value).href, value in view.chosen(name), value in useful)


def _folded(name: str, choices: list[Choice], chosen: Sequence[str]) -> Facet:
    shown = max(SHOWN.get(name, len(choices)), len(chosen))
    return Facet(name, LABELS[name], choices[:shown], choices[shown:LISTED])


def _employers(connection: Connection, view: View, names: Sequence[str], now: datetime) -> Facet:
    """By the words of their names, as the query asks for them: that may be other postings than an employer's own."""
    chosen = view.chosen("company")
    written = {" ".join(search.tokenize(name)): name for name in names[:EMPLOYERS]}
    values = [*chosen, *(value for value in written if value and value not in chosen)]
    asked = {value: view.toggled("company", value) for value in values}
    found = {value: count_postings(connection, one.query, now, for_all=True) for value, one in asked.items()}
    choices = [Choice(value, found[value], one.href, value in chosen, True) for value, one in asked.items()]
    return replace(_folded("company", choices, chosen), names=written)


def _bounds(connection: Connection, view: View, name: str, found: Mapping[str, int], now: datetime) -> Facet:
    """A facet whose values hold one another, so that one of them is chosen."""
    chosen = view.chosen(name)
    values = [*(value for value in BOUNDS[name] if value in found), *(one for one in chosen if one not in BOUNDS[name])]
    counted = {**found, **_without(connection, view, name, now)}
    useful = {value for value, count in found.items() if count} | set(chosen)
    return _folded(name, [_choice(view, name, value, counted[value], useful) for value in values], chosen)
