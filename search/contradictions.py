"""Searches that no posting can match, whatever it says: only what can be proved, clause against clause.

A query is the branches that `search.forms` makes of it: it is impossible where each of them is. A branch is where a
need that is wanted leaves nothing beside those that are excluded, where what a posting has one of is asked to be two
things, or where it should be younger than it is old.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from search.age import span
from search.forms import Branch, Need, form
from search.matcher import needle, wanted_values
from search.nodes import Age, Clause, Pay, Query, Tagged, Words
from search.values import UNKNOWN

_SINGLE = ("role", "seniority", "workplace", "type", "visa", "language", "currency", "is")  # of which each has one
_REMOTE = Tagged("workplace", ("remote",))  # only what is remote is worked from anywhere


def impossible(query: Query) -> str:
    """What of the query excludes what else of it; empty where some posting may match."""
    reasons = [_contradiction(branch) for branch in form(query).branches]
    return reasons[0] if reasons and all(reasons) else ""


def _contradiction(branch: Branch) -> str:
    wanted = [need for need in branch if not need.is_negated]
    excluded = [clause for need in branch if need.is_negated for clause in need.clauses]
    for need in wanted:
        if all(any(_kills(other, one) for other in excluded) for one in need.clauses):
            others = [other for other in excluded if any(_kills(other, one) for one in need.clauses)]
            return f"{_shown(need)} and {' '.join(f'-{one}' for one in dict.fromkeys(others))} exclude each other"
    return _of_one(wanted, excluded) or _of_age(wanted, excluded)


def _shown(need: Need) -> str:
    return " OR ".join(map(str, need.clauses))


def _kills(excluded: Clause, wanted: Clause) -> bool:
    """Whether all that has the wanted has the excluded too."""
    if isinstance(excluded, Words) and isinstance(wanted, Words):
        return excluded.field in ("", wanted.field) and _holds_words(excluded, wanted)
    if isinstance(excluded, Tagged) and isinstance(wanted, Tagged):
        return _holds_values(excluded, wanted)
    if isinstance(excluded, Pay) and isinstance(wanted, Pay):
        is_wider = excluded.amount <= wanted.amount if excluded.relation == ">=" else excluded.amount >= wanted.amount
        return (excluded.relation, excluded.currency) == (wanted.relation, wanted.currency) and is_wider
    return excluded == wanted


def _holds_words(excluded: Words, wanted: Words) -> bool:
    needles = [needle(one) for one in excluded.spelled]
    return all(any(one in needle(phrase) for one in needles) for phrase in wanted.spelled)


def _holds_values(excluded: Tagged, wanted: Tagged) -> bool:
    if excluded.field != wanted.field:
        return excluded.field == "workplace" and "remote" in excluded.values and wanted.field == "remote"
    if excluded.field == "remote":  # its values hold each other in ways of their own
        return "yes" in excluded.values or set(wanted.values) <= set(excluded.values)
    return wanted_values(wanted) <= wanted_values(excluded)


def _of_one(wanted: Sequence[Need], excluded: Sequence[Clause]) -> str:
    """A field of which a posting has one value, asked to have two."""
    asked = [one for need in wanted if len(need.clauses) == 1 for one in _single(need.clauses[0])]
    for field in dict.fromkeys(one.field for one in asked):
        parts = [one for one in asked if one.field == field]
        left = set.intersection(*(set(one.values) for one in parts))
        gone = {value for one in excluded if isinstance(one, Tagged) and one.field == field for value in one.values}
        if len(parts) > 1 and not left - gone:
            return f"a posting has one {field}, and {' '.join(_names(wanted, field))} leave none"
    return ""


def _single(clause: Clause) -> Iterator[Tagged]:
    if isinstance(clause, Tagged) and clause.field in _SINGLE:
        yield clause
    elif isinstance(clause, Tagged) and clause.field == "remote":
        yield _REMOTE


def _names(wanted: Sequence[Need], field: str) -> Iterator[str]:
    return (_shown(need) for need in wanted if any(one.field == field for one in _single(need.clauses[0])))


def _of_age(wanted: Sequence[Need], excluded: Sequence[Clause]) -> str:
    ages = [need.clauses[0] for need in wanted if len(need.clauses) == 1 and isinstance(need.clauses[0], Age)]
    gone = [one for one in excluded if isinstance(one, Age)]
    if not ages:  # what names no day is neither younger nor older
        return ""
    younger = [span(one) for one in ages if one.relation == "<"] + [span(one) for one in gone if one.relation == ">"]
    older = [span(one) for one in ages if one.relation == ">"] + [span(one) for one in gone if one.relation == "<"]
    is_one_moment = min(younger, default=timedelta.max) == max(older, default=timedelta.min)
    if min(younger, default=timedelta.max) > max(older, default=timedelta.min):
        return ""
    is_shut = is_one_moment and all(one not in (ages) for one in ())
    shown = [*map(str, ages), *(f"-{one}" for one in gone)]
    return f"nothing is as young and as old as {' '.join(shown)}" if not is_shut else ""
