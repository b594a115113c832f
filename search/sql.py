"""Query to SQL: a condition on `models.Posting`, true for exactly the postings that the matcher takes.

SQL knows true, false and null; the matcher does not know null. So each leaf is written never to be null.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Exists,
    Float,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    true,
)
from sqlmodel import SQLModel

from models import Link, Listing, Posting, PostingPlace, PostingSkill
from search.age import cutoff, span
from search.engines import INDEXES, Condition, TextIndex
from search.nodes import Age, And, Eligible, Node, Not, Or, Pay, Query, Tagged, Words
from search.places import city_names, countries_of, covering, region_names, withholding
from search.rates import bounds
from search.requirements import signs
from search.values import UNKNOWN, skill_names


def to_sql(query: Query, dialect: str, now: datetime, age: ColumnElement[Any] | None = None) -> Condition:
    """The condition for `sqlite` or `postgresql`; `now` (UTC, aware) is what `posted:` counts from.

    `age`: how old each row is, in milliseconds, for whom `posted:` counts from another moment each.
    """
    return _Writer(INDEXES[dialect](), now, age).condition(query.root)


@dataclass(frozen=True, slots=True)
class Split:
    """A query in two: an expression for the text index, or none, and the clauses that have to hold besides."""

    expression: str
    rest: tuple[Node, ...]


def split(query: Query, dialect: str) -> Split:
    """The query as what its text index can be asked at once, and the rest."""
    writer, root = _Writer(INDEXES[dialect](), _ANY_TIME, None), query.root
    expression = writer.expression(root)
    if expression is not None:
        return Split(expression, ())
    if not isinstance(root, And):
        return Split("", (root,))
    wanted, unwanted, rest = writer.sorted_out(root)
    return Split(writer.index.all(wanted, unwanted), tuple(rest)) if wanted else Split("", root.nodes)


def words_of(node: Node, dialect: str) -> str:
    """A node as an expression for the text index; empty where it is not about words only."""
    return _Writer(INDEXES[dialect](), _ANY_TIME, None).expression(node) or ""


def _columns(model: type[SQLModel]) -> Any:
    return model.__table__.c  # type: ignore[attr-defined]


_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # for what is about words only
FEW = 2  # values of remote work that are asked one by one
_posting, _place, _skill = _columns(Posting), _columns(PostingPlace), _columns(PostingSkill)
_link, _listing = _columns(Link), _columns(Listing)
_NULLABLE = {"workplace": _posting.workplace, "type": _posting.employment_type, "language": _posting.language}


class _Writer:
    def __init__(self, index: TextIndex, now: datetime, age: ColumnElement[Any] | None) -> None:
        self.index, self.now, self.age = index, now, age

    def condition(self, node: Node) -> Condition:
        """The node as a condition that is never null."""
        expression = self.expression(node)
        if expression is not None:
            return self.index.condition(expression)
        if isinstance(node, Not):
            return not_(self.condition(node.node))
        if isinstance(node, And | Or):
            return self.joined(node)
        if isinstance(node, Pay):
            return _pay(node)
        if isinstance(node, Age):
            return _age(node, self.now, self.age)
        if isinstance(node, Eligible):
            return self.condition(node.rule)
        assert isinstance(node, Tagged)
        return self.tagged(node.field, node.values)

    def expression(self, node: Node) -> str | None:
        """The index expression of a node that is about words only and asks for at least one; else None."""
        if isinstance(node, Words):
            return self.index.any([self.index.phrase(node.field, phrase) for phrase in node.spelled])
        if isinstance(node, Or):
            parts = [self.expression(part) for part in node.nodes]
            known = [part for part in parts if part is not None]
            return self.index.any(known) if len(known) == len(parts) else None
        if isinstance(node, And):
            wanted, unwanted, rest = self.sorted_out(node)
            return self.index.all(wanted, unwanted) if wanted and not rest else None
        return None

    def sorted_out(self, node: And) -> tuple[list[str], list[str], list[Node]]:
        """The parts that the text index can answer, those it can exclude, and the rest."""
        wanted: list[str] = []
        unwanted: list[str] = []
        rest: list[Node] = []
        for part in node.nodes:
            expression = self.expression(part.node if isinstance(part, Not) else part)
            if expression is None:
                rest.append(part)
            else:
                (unwanted if isinstance(part, Not) else wanted).append(expression)
        return wanted, unwanted, rest

    def joined(self, node: And | Or) -> Condition:
        """One question to the text index where that keeps the meaning, and the other conditions."""
        if isinstance(node, Or):
            words = [expression for part in node.nodes if (expression := self.expression(part)) is not None]
            rest = [part for part in node.nodes if self.expression(part) is None]
            conditions = [self.index.condition(self.index.any(words))] if words else []
            return or_(*conditions, *map(self.condition, rest))
        wanted, unwanted, rest = self.sorted_out(node)
        if wanted:
            conditions = [self.index.condition(self.index.all(wanted, unwanted))]
        else:
            conditions = [not_(self.index.condition(self.index.any(unwanted)))] if unwanted else []
        return and_(true(), *conditions, *map(self.condition, rest))

    def tagged(self, field: str, values: tuple[str, ...]) -> Condition:
        """The posting has one of the values."""
        if field in ("role", "seniority"):
            condition: Condition = _posting[field].in_(values)
        elif field in _NULLABLE:
            condition = _one_of(_NULLABLE[field], values)
        elif field == "visa":
            known = [value == "yes" for value in values if value != UNKNOWN]
            condition = _one_of(_posting.visa_sponsorship, (*known, *(v for v in values if v == UNKNOWN)))
        elif field == "currency":
            condition = _one_of(_posting.salary_currency, values)
        elif field == "is":
            parts = [
                _posting.closed_at.is_(None) if value == "open" else _posting.closed_at.is_not(None) for value in values
            ]
            condition = or_(*parts)
        elif field == "remote":
            condition = self.remote(values)
        elif field == "hours":
            condition = self.hours(values)
        else:
            condition = _beside(field, values)
        return condition

    def remote(self, values: tuple[str, ...]) -> Condition:
        """Remote, and one part of the scope covers one of the values, which no part takes away."""
        is_remote = and_(_posting.workplace.is_not(None), _posting.workplace == "remote")
        if "yes" in values:
            return is_remote
        if UNKNOWN in values:
            known = tuple(value for value in values if value != UNKNOWN)
            unsaid = and_(is_remote, or_(_posting.remote_scope.is_(None), _posting.remote_scope == ""))
            return or_(unsaid, self.remote(known)) if known else unsaid
        scope = self.index.lower(_posting.remote_scope)
        for dropped in " -.":
            scope = func.replace(scope, dropped, "")
        commas = literal(",") + scope + ","

        def has(parts: tuple[str, ...]) -> Condition:
            return or_(*(commas.contains(f",{part},") for part in parts))

        if len(values) > FEW:
            return and_(is_remote, _posting.remote_scope.is_not(None), self.covered(commas, sorted(values)))
        covers = or_(*(and_(has(covering(value)), not_(has(withholding(value)))) for value in sorted(values)))
        return and_(is_remote, _posting.remote_scope.is_not(None), covers)

    def covered(self, commas: ColumnElement[Any], values: list[str]) -> Condition:
        """The same of many values: most scopes withhold nothing, so that they are asked once for all."""

        def has(parts: Iterable[str]) -> Condition:
            return self.index.has_any(commas, [f",{part}," for part in parts])

        each = (and_(has(covering(value)), not_(has(withholding(value)))) for value in values)
        withholds: Condition = commas.contains(",not")
        any_of_them = has(sorted({part for value in values for part in covering(value)}))
        return or_(and_(not_(withholds), any_of_them), and_(withholds, or_(*each)))

    def hours(self, values: tuple[str, ...]) -> Condition:
        """The scope shows hours that are one of these."""
        scope = literal(",") + func.replace(self.index.lower(_posting.remote_scope), " ", "") + ","
        is_said = and_(_posting.remote_scope.is_not(None), _posting.remote_scope != "")
        return and_(is_said, or_(*(self.shown(scope, value) for value in values)))

    def shown(self, scope: ColumnElement[Any], value: str) -> Condition:
        """By one sign, or by a beginning and an end."""
        one, begins, ends = signs(value)
        found = self.index.has_any(scope, one)
        return or_(found, and_(self.index.has_any(scope, begins), self.index.has_any(scope, ends))) if begins else found


def _exists(*conditions: Any) -> Exists:
    return exists().where(*conditions).correlate(Posting)


def _one_of(value: Any, wanted: tuple[Any, ...]) -> Condition:
    """The value is one of those wanted; `unknown` asks for null."""
    known = [one for one in wanted if one != UNKNOWN]
    is_known = and_(value.is_not(None), value.in_(known))
    return or_(value.is_(None), is_known) if UNKNOWN in wanted else is_known


def _age(node: Age, now: datetime, age: ColumnElement[Any] | None) -> Condition:
    if age is not None:
        limit = span(node) // timedelta(milliseconds=1)
        return age < limit if node.relation == "<" else age > limit
    then = cutoff(node, now)
    condition: Condition = _posting.posted_at > then if node.relation == "<" else _posting.posted_at < then
    return condition


def _pay(node: Pay) -> Condition:
    ends = (_posting.salary_annual_max, _posting.salary_annual_min)
    known = func.coalesce(*(ends if node.relation == ">=" else reversed(ends)))
    bound = _bound(node) if node.currency else literal(node.amount)
    return func.coalesce(known >= bound if node.relation == ">=" else known <= bound, false())


def _bound(node: Pay) -> ColumnElement[float]:
    """The amount in the posting's own currency; null where that has no rate."""
    amounts = {code: literal(amount, Float) for code, amount in bounds(node.amount, node.currency).items()}
    return case(amounts, value=_posting.salary_currency)


def _beside(field: str, values: tuple[str, ...]) -> Condition:
    """What stands in the side tables."""
    if field == "skill":
        names = [name for value in values for name in skill_names(value)]
        return _exists(_skill.posting_id == _posting.id, _skill.skill.in_(names))
    if field == "source":
        return _exists(_link.posting_id == _posting.id, _listing.id == _link.listing_id, _listing.source.in_(values))
    is_its = _place.posting_id == _posting.id
    if field == "country":
        codes = [code for value in values if value != UNKNOWN for code in countries_of(value)]
        known = _exists(is_its, _place.country.in_(codes))
        return or_(not_(_exists(is_its, _place.country != "")), known) if UNKNOWN in values else known
    names_of = city_names if field == "city" else region_names
    return _exists(is_its, _place[field].in_([name for value in values for name in names_of(value)]))
