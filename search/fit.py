"""How well a posting fits the searches that it matches: for the order in a message, never for what stands in it. Pure.

Every match counts the same as a match. Beyond that it weighs where the words stand, what of several wished-for things
the posting has, whether it states its pay and how far that is above what was asked, and how new it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from search.document import Document
from search.grammar import parse
from search.matcher import matches
from search.profile import Profile
from search.rates import in_force
from search.tokens import fold

WEIGHTS = {"role": 3.0, "skills": 2.0, "level": 1.5, "pay": 1.5, "place": 1.5, "age": 1.0}
FRESH = 14  # days after which a posting is not new any more
MANY = 3  # skills that are as good as all
NAMED = 0.3  # of a part's weight that tells something at all
_PLACES = {"city": 1.0, "region": 0.8, "country": 0.6, "remote": 0.6}  # the nearer it was asked for
_AMOUNT = re.compile(r"salary>=(\d+)(k?)")
Clause = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fit:
    """`score`: from 0 up; `reasons`: what it rests on, the weightiest first."""

    score: float = 0.0
    reasons: tuple[str, ...] = ()


def fit(clauses: Sequence[Clause], posting: Mapping[str, Any], now: datetime, profile: Profile | None = None) -> Fit:
    """By the clauses that hold, as `search.explain` gives them, the posting's public JSON, and whose search it is."""
    wanted = [one for one in clauses if not one["text"].startswith("not ")]
    parts = {
        "role": _role(wanted), "skills": _skills(wanted), "level": _level(wanted, posting),
        "pay": _pay(wanted, posting), "place": _place(wanted), "age": _age(posting, now),
    }  # fmt: skip
    if profile is not None:
        own = _by_profile(profile, posting, now)
        parts = {name: max(part, own.get(name, 0.0)) for name, part in parts.items()}
    weighed = {name: WEIGHTS[name] * part for name, part in parts.items()}
    told = [name for name, part in parts.items() if part >= NAMED]
    return Fit(round(sum(weighed.values()), 3), tuple(sorted(told, key=lambda name: -weighed[name])))


def _by_profile(profile: Profile, posting: Mapping[str, Any], now: datetime) -> dict[str, float]:
    """How a posting goes with what its reader has said of themselves."""
    salary = posting.get("salary") or {}
    top = salary.get("annual_max") or salary.get("annual_min") or 0
    floor: float = profile.pay
    if floor and profile.currency and profile.currency != salary.get("currency"):
        floor = in_force().convert(floor, profile.currency, salary.get("currency") or "") or 0
    return {
        "role": 0.6 * (posting.get("role") in profile.roles),
        "skills": min(1.0, len(set(profile.skills).intersection(posting.get("skills") or ())) / MANY),
        "level": 1.0 * (posting.get("seniority") in profile.levels),
        "pay": min(1.0, 0.4 + top / floor - 1) if top and floor and top >= floor else 0.0,
        "place": 0.8 * _is_there(profile, posting, now),
    }


def _is_there(profile: Profile, posting: Mapping[str, Any], now: datetime) -> bool:
    """Whether it is at one of the places that are wished for."""
    places = tuple(
        (fold(one.get("city") or ""), fold(one.get("region") or ""), (one.get("country") or "").upper())
        for one in posting.get("locations") or ()
    )
    where = Document(" ", " ", " ", places=places, remote_scope=posting.get("remote_scope"),
                     workplace=posting.get("workplace"))  # fmt: skip
    return any(matches(parse(one), where, now) for one in profile.places)


def _of(clauses: Iterable[Clause], field: str) -> list[Clause]:
    return [one for one in clauses if one["field"] == field]


def _role(clauses: Sequence[Clause]) -> float:
    """Words in the title say most of what the job is; then a role that was asked for."""
    in_title = any(one["text"].startswith("title has ") for one in clauses)
    return 0.6 * in_title + 0.4 * bool(_of(clauses, "role"))


def _skills(clauses: Sequence[Clause]) -> float:
    """How many of the skills that were asked for it has."""
    return min(1.0, len({name for one in _of(clauses, "skill") for name in one["matched"]}) / MANY)


def _level(clauses: Sequence[Clause], posting: Mapping[str, Any]) -> float:
    return 1.0 if _of(clauses, "seniority") and posting.get("seniority") not in (None, "unspecified") else 0.0


def _pay(clauses: Sequence[Clause], posting: Mapping[str, Any]) -> float:
    """That it states its pay counts a little; how far its top is above what was asked, the rest."""
    salary = posting.get("salary") or {}
    top = salary.get("annual_max") or salary.get("annual_min") or salary.get("max") or salary.get("min")
    if not top:
        return 0.0
    floors = [_amount(one) for one in _of(clauses, "salary")]
    above = [top / floor - 1 for floor in floors if floor]
    return 0.2 + 0.8 * min(1.0, max(0.0, *above, 0.0) * 2) if above else 0.2


def _amount(clause: Clause) -> int:
    """The yearly amount that was asked for in the posting's own currency; else 0: what is converted is not compared."""
    match = _AMOUNT.fullmatch(clause["clause"])
    return int(match[1]) * (1000 if match[2] else 1) if match else 0


def _place(clauses: Sequence[Clause]) -> float:
    return max((_PLACES[one["field"]] for one in clauses if one["field"] in _PLACES), default=0.0)


def _age(posting: Mapping[str, Any], now: datetime) -> float:
    posted = posting.get("posted_at")
    moment = datetime.fromisoformat(posted) if isinstance(posted, str) else posted
    if moment is None:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(1.0, max(0.0, 1 - (now - aware).total_seconds() / 86_400 / FRESH))
