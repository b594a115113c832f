"""The query against one posting in memory: simple and exact."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from search.age import cutoff
from search.document import Document
from search.nodes import Age, And, Clause, Eligible, Node, Not, Or, Pay, Phrase, Query, Tagged, Words
from search.places import city_names, countries_of, covering, region_names, scope_parts, withholding
from search.rates import bounds
from search.requirements import shows
from search.values import UNKNOWN, skill_names

Matcher = Callable[[Document, datetime], bool]


def matches(query: Query, document: Document, now: datetime) -> bool:
    """Whether the posting matches; `now` (UTC, aware) is what `posted:` counts from."""
    return compile_matcher(query)(document, now)


@lru_cache(maxsize=4096)
def compile_matcher(query: Query) -> Matcher:
    """A function of a posting and the time: made once, it is faster than `matches` over many postings."""
    return _compile(query.root)


def _compile(node: Node) -> Matcher:
    if isinstance(node, Not):
        inner = _compile(node.node)
        return lambda document, now: not inner(document, now)
    if isinstance(node, And | Or):
        parts = [_compile(part) for part in sorted(node.nodes, key=_cost)]
        return _all(parts) if isinstance(node, And) else _any(parts)
    return compile_clause(node)


def _cost(node: Node) -> int:
    """Cheap parts first: tags before words."""
    return 0 if isinstance(node, Tagged | Pay | Age) else 1


def _all(parts: list[Matcher]) -> Matcher:
    def check(document: Document, now: datetime) -> bool:
        for part in parts:  # noqa: SIM110 - all() over a generator costs twice as much
            if not part(document, now):
                return False
        return True

    return check


def _any(parts: list[Matcher]) -> Matcher:
    def check(document: Document, now: datetime) -> bool:
        for part in parts:  # noqa: SIM110
            if part(document, now):
                return True
        return False

    return check


def compile_clause(clause: Clause) -> Matcher:
    """A function for one clause."""
    if isinstance(clause, Words):
        return _words(clause)
    if isinstance(clause, Pay):
        return lambda document, _now: _pays(clause, document)
    if isinstance(clause, Age):
        return lambda document, now: _is_of_age(clause, document, now)
    if isinstance(clause, Eligible):
        return _compile(clause.rule)
    if clause.field in SCOPED:
        return SCOPED[clause.field](clause)
    wanted = wanted_values(clause)
    values_of = VALUES[clause.field]
    return lambda document, _now: not wanted.isdisjoint(values_of(document))


def _remote(clause: Tagged) -> Matcher:
    if "yes" in clause.values:
        return lambda document, _now: document.workplace == "remote"
    known = [value for value in clause.values if value != UNKNOWN]
    asked = [(frozenset(covering(value)), frozenset(withholding(value))) for value in known]
    is_unknown, covered = len(known) < len(clause.values), frozenset[str]().union(*(covers for covers, _ in asked))

    def check(document: Document, _now: datetime) -> bool:
        if is_unknown and document.workplace == "remote" and not document.remote_scope:
            return True
        parts = _scopes(document)
        if not any(part.startswith("not") for part in parts):
            return not covered.isdisjoint(parts)
        return any(not covers.isdisjoint(parts) and taken.isdisjoint(parts) for covers, taken in asked)

    return check


def _hours(clause: Tagged) -> Matcher:
    return lambda document, _now: (
        bool(document.remote_scope) and any(shows(one, document.remote_scope or "") for one in clause.values)
    )


SCOPED: dict[str, Callable[[Tagged], Matcher]] = {"remote": _remote, "hours": _hours}  # by what a remote scope says


def needle(phrase: Phrase) -> str:
    """What to look for in a padded token string."""
    return " " + " ".join(phrase.tokens) + ("" if phrase.is_prefix else " ")


def _words(clause: Words) -> Matcher:
    needles = [needle(phrase) for phrase in clause.spelled]
    field = clause.field
    if field == "title":
        return lambda document, _now: any(one in document.title for one in needles)
    if field == "company":
        return lambda document, _now: any(one in document.company for one in needles)
    if field == "text":
        return lambda document, _now: any(one in document.text for one in needles)
    if len(needles) == 1:
        (only,) = needles
        return lambda document, _now: only in document.title or only in document.text or only in document.company
    return lambda document, _now: any(
        one in document.title or one in document.text or one in document.company for one in needles
    )


def _pays(clause: Pay, document: Document) -> bool:
    low, high = document.salary_annual_min, document.salary_annual_max
    currency = document.salary_currency or ""
    bound = bounds(clause.amount, clause.currency).get(currency) if clause.currency else clause.amount
    if bound is None:
        return False
    if clause.relation == ">=":
        top = low if high is None else high
        return top is not None and top >= bound
    bottom = high if low is None else low
    return bottom is not None and bottom <= bound


def _is_of_age(clause: Age, document: Document, now: datetime) -> bool:
    then = cutoff(clause, now)
    if document.posted_at is None:
        return False
    return document.posted_at > then if clause.relation == "<" else document.posted_at < then


def wanted_values(clause: Tagged) -> frozenset[str]:
    """The values, in all their spellings, one of which a posting must have."""
    spellings: dict[str, Callable[[str], tuple[str, ...]]] = {
        "skill": skill_names,
        "country": countries_of,
        "city": city_names,
        "region": region_names,
        "remote": covering,
    }
    spell = spellings.get(clause.field)
    return frozenset(clause.values if spell is None else (name for value in clause.values for name in spell(value)))


def _or_unknown(value: str | None) -> tuple[str]:
    return (UNKNOWN if value is None else value,)


def _scopes(document: Document) -> list[str]:
    return scope_parts(document.remote_scope) if document.workplace == "remote" and document.remote_scope else []


def _countries(document: Document) -> list[str]:
    return [place[2] for place in document.places if place[2]] or [UNKNOWN]


def _visa(document: Document) -> tuple[str]:
    return ({None: UNKNOWN, True: "yes", False: "no"}[document.visa_sponsorship],)


VALUES: dict[str, Callable[[Document], "list[str] | tuple[str, ...] | frozenset[str]"]] = {
    "role": lambda document: (document.role,),
    "seniority": lambda document: (document.seniority,),
    "skill": lambda document: document.skills,
    "country": _countries,
    "city": lambda document: [place[0] for place in document.places],
    "region": lambda document: [place[1] for place in document.places],
    "remote": _scopes,
    "workplace": lambda document: _or_unknown(document.workplace),
    "type": lambda document: _or_unknown(document.employment_type),
    "visa": _visa,
    "language": lambda document: _or_unknown(document.language),
    "currency": lambda document: (document.salary_currency or "",),
    "source": lambda document: document.sources,
    "is": lambda document: ("open" if document.is_open else "closed",),
}
