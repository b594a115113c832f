"""Searches that no posting can match, whatever it says: only what can be proved, clause against clause.

A query is the branches that `search.forms` makes of it: it is impossible where each of them is. A branch is where a
need that is wanted leaves nothing beside those that are excluded, where what a posting has one of is asked to be two
things, or where it should be younger than it is old.
"""

from collections.abc import Iterator, Sequence

from search.age import span
from search.forms import Branch, Need, form
from search.matcher import needle, wanted_values
from search.nodes import Age, Clause, Pay, Query, Tagged, Words

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
    asked = [(need, one) for need in wanted if len(need.clauses) == 1 for one in _single(need.clauses[0])]
    for field in dict.fromkeys(one.field for _, one in asked):
        left = set.intersection(*(set(one.values) for _, one in asked if one.field == field))
        gone = [one for one in excluded if isinstance(one, Tagged) and one.field == field]
        if left <= {value for one in gone for value in one.values}:
            shown = [_shown(need) for need, one in asked if one.field == field] + [f"-{one}" for one in gone]
            return f"a posting has one {field}, and {' '.join(dict.fromkeys(shown))} leave none"
    return ""


def _single(clause: Clause) -> Iterator[Tagged]:
    if isinstance(clause, Tagged) and clause.field in _SINGLE:
        yield clause
    elif isinstance(clause, Tagged) and clause.field == "remote":
        yield _REMOTE


def _of_age(wanted: Sequence[Need], excluded: Sequence[Clause]) -> str:
    asked = [need.clauses[0] for need in wanted if len(need.clauses) == 1]
    ages = [(one, False) for one in asked if isinstance(one, Age)]
    if not ages:  # what names no day is neither younger nor older
        return ""
    ages += [(one, True) for one in excluded if isinstance(one, Age)]
    most = min(((span(one), is_out) for one, is_out in ages if (one.relation == "<") is not is_out), default=None)
    least = max(((span(one), not is_out) for one, is_out in ages if (one.relation == ">") is not is_out), default=None)
    if most is None or least is None or most[0] > least[0]:
        return ""
    if most[0] == least[0] and most[1] and not least[1]:  # neither bound leaves that moment out
        return ""
    shown = " ".join(f"{'-' if is_out else ''}{one}" for one, is_out in ages)
    return f"nothing is as young and as old as {shown}"
