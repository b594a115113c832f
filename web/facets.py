"""Facets of a list page: each value's number is how many postings the page shows after clicking it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

import search
from database import count_postings, for_everyone, table_of
from models import ROLES, SENIORITIES, WORKPLACES, Posting, PostingPlace
from search.places import countries_of, country_code
from search.values import UNKNOWN
from web.view import FACETS, View

LABELS = {"role": "Role", "seniority": "Seniority", "workplace": "Workplace", "country": "Country"}
VALUES = {"role": ROLES, "seniority": SENIORITIES, "workplace": (*WORKPLACES, UNKNOWN)}
COUNTRIES_SHOWN = 10
COUNTRIES_LISTED = 100
_POSTING, _PLACE = table_of(Posting).c, table_of(PostingPlace).c


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


@dataclass(frozen=True)
class Constraint:
    """Something that narrows the list, and the list without it. `is_default`: the page added it."""

    label: str
    view: View
    is_default: bool = False


def constraints(view: View) -> list[Constraint]:
    """All that narrows the list, the default included."""
    found = [Constraint(str(node), view.without(node)) for node in view.nodes]
    if view.has_default:
        found.append(Constraint("is:open", view.changed(is_any=True), is_default=True))
    return found


def relaxed(connection: Connection, view: View, now: datetime) -> list[tuple[Constraint, int]]:
    """For an empty list: what dropping one constraint yields, most first; without those that yield nothing."""
    counted = [(one, count_postings(connection, one.view.query, now, for_all=True)) for one in constraints(view)]
    return sorted(((one, count) for one, count in counted if count), key=lambda pair: -pair[1])


def facets(connection: Connection, view: View, now: datetime) -> list[Facet]:
    """All facets of the view."""
    return [_facet(connection, view, name, now) for name in FACETS]


def _facet(connection: Connection, view: View, name: str, now: datetime) -> Facet:
    chosen = view.chosen(name)
    total = count_postings(connection, view.query, now, for_all=True) if chosen else 0
    added = _added(connection, view, name, now)
    counts = {value: total + extra for value, extra in added.items()}
    for value in chosen:
        counts[value] = count_postings(connection, view.toggled(name, value).query, now, for_all=True)
    values = list(VALUES.get(name, ())) or [*chosen, *(value for value in counts if value not in chosen)]
    choices = [
        Choice(
            value, counts.get(value, total), view.toggled(name, value).href, value in chosen, value in {*added, *chosen}
        )
        for value in values
    ]
    shown = max(COUNTRIES_SHOWN, len(chosen)) if name == "country" else len(choices)
    return Facet(name, LABELS[name], choices[:shown], choices[shown:])


def _added(connection: Connection, view: View, name: str, now: datetime) -> dict[str, int]:
    """Value -> postings that it adds to those of the values chosen already; most first."""
    others = view.with_values(name, ()).query
    condition = for_everyone(connection)
    if others is not None:
        condition &= search.to_sql(others, connection.dialect.name, now)
    count = _added_countries if name == "country" else _added_values
    return count(connection, condition, name, view.chosen(name))


def _added_values(
    connection: Connection, condition: ColumnElement[bool], name: str, chosen: Collection[str]
) -> dict[str, int]:
    value = func.coalesce(_POSTING[name], UNKNOWN)
    statement = select(value, func.count()).where(condition, value.not_in(chosen)).group_by(value)
    return {row[0]: row[1] for row in connection.execute(statement)}


def _added_countries(
    connection: Connection, condition: ColumnElement[bool], _name: str, chosen: Collection[str]
) -> dict[str, int]:
    other = table_of(PostingPlace).alias()
    codes = [code for value in chosen for code in countries_of(value)]
    is_chosen = _POSTING.id.in_(select(other.c.posting_id).where(other.c.country.in_(codes)))
    number = func.count(_PLACE.posting_id.distinct())
    statement = (
        select(_PLACE.country, number)
        .join(table_of(Posting), _POSTING.id == _PLACE.posting_id)
        .where(condition, _PLACE.country != "", ~is_chosen)
        .group_by(_PLACE.country)
        .order_by(number.desc(), _PLACE.country)
        .limit(COUNTRIES_LISTED)
    )
    added = {value: count for value, count in connection.execute(statement) if country_code(value) == value}
    if UNKNOWN not in chosen:
        is_nowhere = _POSTING.id.not_in(select(other.c.posting_id).where(other.c.country != ""))
        unknown = connection.execute(select(func.count(_POSTING.id)).where(condition, is_nowhere)).scalar_one()
        added |= {UNKNOWN: unknown} if unknown else {}
    return added
