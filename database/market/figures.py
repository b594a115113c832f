"""What a statistic is asked for, and what it answers: a flat table, and what stands behind it."""

from dataclasses import dataclass, field
from typing import Any

import search
from search import rates
from search.values import canonical

DIMENSIONS = ("role", "seniority", "workplace", "type", "country", "skill", "company", "all")
PER_YEAR = {"year": 1, "month": 12, "week": 52, "day": 260, "hour": 2080}  # as pay is made annual when it is tagged
DAYS = (2, 730)
MOST_SKILLS, LONGEST_NAME = 200, 100
Row = dict[str, Any]


class MarketError(ValueError):
    """The statistic cannot be asked for so; the message says what can."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `query`: of which postings; `by`: a dimension, for pay two with a comma; `days`: how far back.

    `skills`: those that somebody has. `for_all`: without what is kept for who runs this.
    """

    query: search.Query | None = None
    by: str = "role"
    days: int = 91
    currency: str = "USD"
    period: str = "year"
    skills: tuple[str, ...] = ()
    for_all: bool = True

    def checked(self) -> "Asked":
        """Itself. Raises MarketError."""
        for one in self.dimensions:
            _one_of("by", one, DIMENSIONS)
        _one_of("period", self.period, tuple(PER_YEAR))
        if self.currency not in rates.in_force().per_dollar:
            raise MarketError(f"currency: there is no rate for {self.currency!r}; write it as in EUR")
        if not DAYS[0] <= self.days <= DAYS[1]:
            raise MarketError(f"days: {self.days} is not within {DAYS[0]} and {DAYS[1]}")
        return self

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The parts of `by`."""
        return tuple(dict.fromkeys(self.by.split(",")))


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise MarketError(f"{name}: {value!r} is none of {', '.join(known)}")


def skills_named(words: str) -> tuple[str, ...]:
    """Skills, written with commas, by the names that postings have them under: `k8s` is kubernetes."""
    named = [one.strip() for one in words.replace("\0", " ").split(",") if one.strip()][:MOST_SKILLS]
    return tuple(dict.fromkeys(canonical("skill", one[:LONGEST_NAME]) for one in named))


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows of `columns`, each with the number of postings behind it. `basis`: what was counted, when, on which boards,
    and a `note` of what to keep in mind."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row]
    basis: Row = field(default_factory=dict)

    def as_json(self) -> Row:
        """As it is handed out."""
        return {"stat": self.name, "basis": self.basis, "columns": list(self.columns), "rows": self.rows}
