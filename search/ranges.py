"""Which of many bounds of pay and age a posting keeps: those up to a place in their order, or from it on."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.age import cutoff
from search.document import Document
from search.nodes import Age, Pay
from search.rates import in_force

Numbers = NDArray[np.int64]
_ANY_DAY = datetime(3000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Range:
    """Bounds of one kind in their order, and their numbers."""

    limits: list[Any] = field(default_factory=list)
    numbers: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))


class Ranges:
    """The bounds of a lexicon."""

    def __init__(self, bounds: Mapping[Pay | Age, int]) -> None:
        pay = [(one, number) for one, number in bounds.items() if isinstance(one, Pay)]
        ages = [(one, number) for one, number in bounds.items() if isinstance(one, Age)]
        self._pay = _grouped(((one.relation, one.currency), one.amount, number) for one, number in pay)
        spans = ((one.relation, _ANY_DAY - cutoff(one, _ANY_DAY), number) for one, number in ages)
        self._ages = {"<": Range(), ">": Range()} | _grouped(spans)

    def kept(self, document: Document, now: datetime) -> Iterator[Numbers]:
        """The numbers of the bounds that the posting keeps."""
        yield from self._paid(document)
        if document.posted_at is not None:
            age = now - document.posted_at
            younger, older = self._ages["<"], self._ages[">"]
            yield younger.numbers[bisect_right(younger.limits, age) :]
            yield older.numbers[: bisect_left(older.limits, age)]

    def _paid(self, document: Document) -> Iterator[Numbers]:
        low, high, paid = document.salary_annual_min, document.salary_annual_max, document.salary_currency or ""
        top, bottom = (low if high is None else high), (high if low is None else low)
        if top is None or bottom is None or isnan(top) or isnan(bottom):
            return
        for (relation, currency), held in self._pay.items():
            convert = _converter(currency, paid)
            if convert is None:
                continue
            if relation == ">=":
                yield held.numbers[: bisect_right(held.limits, top, key=convert)]
            else:
                yield held.numbers[bisect_left(held.limits, bottom, key=convert) :]


def _converter(currency: str, paid: str) -> Callable[[int], float] | None:
    """From a bound to the currency that is paid, as the matcher converts; None without a rate."""
    rates = in_force()
    if not currency:
        return float
    if rates.convert(1, currency, paid) is None:
        return None
    return lambda amount: rates.convert(amount, currency, paid) or 0.0


def _grouped(bounds: Iterable[tuple[Any, Any, int]]) -> dict[Any, Range]:
    """(kind, limit, number) by kind, in the order of the limits."""
    groups: dict[Any, list[tuple[Any, int]]] = {}
    for kind, limit, number in bounds:
        groups.setdefault(kind, []).append((limit, number))
    return {kind: _range(sorted(pairs)) for kind, pairs in groups.items()}


def _range(pairs: Sequence[tuple[Any, int]]) -> Range:
    return Range([limit for limit, _ in pairs], np.array([number for _, number in pairs], np.int64))
