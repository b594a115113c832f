"""What postings say they pay: quartiles, in one currency and for one period."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Select, and_, false, func, or_, select

from database.market.figures import PER_YEAR, Asked, Figures, Row
from database.market.held import held
from database.market.scope import POSTING, basis, condition, joined, key_of
from search import rates

FEW = 5  # postings: of fewer no quartiles are told
BANDS = 12
STEPS = (1, 2, 2.5, 5, 10)
Group = tuple[tuple[str, ...], int, list[float]]


def pay(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """Quartiles of base pay, by one dimension or two, with the numbers of postings and employers behind them."""
    found = _groups(connection, asked, now, asked.dimensions)
    rows = [_row(asked.dimensions, *group) for group in found]
    rows.sort(key=lambda row: (-row["postings"], [str(row[name]) for name in asked.dimensions]))
    columns = (*asked.dimensions, "postings", "employers", "low", "median", "high")
    return Figures("pay", columns, rows, _basis(connection, asked, now))


def pay_bands(connection: Connection, asked: Asked, now: datetime) -> Figures:
    """How many postings pay how much: from each bound up to the next."""
    found = [amount for group in _groups(connection, asked, now, ()) for amount in group[2]]
    rows: list[Row] = []
    if found:
        width = _width(quantile(found, 0.98) - found[0])
        first = found[0] // width * width
        bounds = [first + width * place for place in range(BANDS + 2)]
        bounds = [low for low in bounds if low <= quantile(found, 0.98)]
        places = [bisect_left(found, low) for low in bounds[1:]]
        counts = [b - a for a, b in pairwise([0, *places, len(found)])]
        rows = [{"from": a, "to": a + width, "postings": n} for a, n in zip(bounds, counts, strict=True)]
        rows[-1]["to"] = None if found[-1] >= rows[-1]["to"] else rows[-1]["to"]
    return Figures("pay-bands", ("from", "to", "postings"), rows, _basis(connection, asked, now))


def _width(span: float) -> float:
    """A round width that makes about BANDS of the span."""
    least = max(span / BANDS, 1e-9)
    power = 10.0 ** (len(f"{int(least)}") - 1) if least >= 1 else 1.0
    return next(power * step for step in STEPS if power * step >= least)


def _row(dimensions: Sequence[str], key: tuple[str, ...], employers: int, amounts: list[float]) -> Row:
    ends = [quantile(amounts, part) if len(amounts) >= FEW else None for part in (0.25, 0.5, 0.75)]
    told = dict(zip(("low", "median", "high"), ends, strict=True))
    return {**dict(zip(dimensions, key, strict=True)), "postings": len(amounts), "employers": employers, **told}


def quantile(ordered: Sequence[float], part: float) -> float:
    """Between the two nearest, as PostgreSQL's percentile_cont and spreadsheets do."""
    place = (len(ordered) - 1) * part
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (ordered[high] - ordered[low]) * (place - low), 2)


def _groups(connection: Connection, asked: Asked, now: datetime, dimensions: Sequence[str]) -> list[Group]:
    """The dimensions' values, how many employers, and the ordered pay of those who state it."""
    if (holder := held(connection, asked, now)) is not None:
        from database.market.counted import paid

        return holder.told(partial(paid, dimensions=dimensions, since=_since(asked, now), factors=_factors(asked)))
    groups: dict[tuple[str, ...], list[tuple[float, str]]] = {}
    for key, company, amount in _amounts(connection, asked, now, dimensions):
        groups.setdefault(key, []).append((amount, company))
    return [
        (key, len({company for _amount, company in found}), sorted(amount for amount, _company in found))
        for key, found in groups.items()
    ]


def _amounts(
    connection: Connection, asked: Asked, now: datetime, dimensions: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], str, float]]:
    """The dimensions' values, the employer and the middle of its pay, of each posting that states one."""
    middle = (
        func.coalesce(POSTING.c.salary_annual_min, POSTING.c.salary_annual_max)
        + func.coalesce(POSTING.c.salary_annual_max, POSTING.c.salary_annual_min)
    ) / 2
    columns = (*map(key_of, dimensions), POSTING.c.company_key, POSTING.c.salary_currency, middle)
    wanted = _paid(connection, select(*columns).select_from(joined(dimensions)), asked, now)
    factors = _factors(asked)
    for *key, company, currency, amount in connection.execute(wanted, execution_options={"yield_per": 2_000}):
        if (factor := factors.get(currency)) is not None:
            yield tuple(key), company, amount * factor


def _paid(connection: Connection, wanted: Select[Any], asked: Asked, now: datetime) -> Select[Any]:
    """Of postings that were open at some time of the last days."""
    lately = or_(POSTING.c.closed_at.is_(None), POSTING.c.closed_at > _since(asked, now))
    said = and_(POSTING.c.salary_currency.is_not(None), POSTING.c.salary_is_predicted == false())
    known = func.coalesce(POSTING.c.salary_annual_min, POSTING.c.salary_annual_max).is_not(None)
    return wanted.where(condition(connection, asked, now), lately, said, known)


def _since(asked: Asked, now: datetime) -> datetime:
    return now - timedelta(days=asked.days)


def _factors(asked: Asked) -> dict[str, float]:
    """From annual pay in each currency to what is asked for."""
    table = rates.in_force()
    worth = {code: table.convert(1.0, code, asked.currency) for code in table.per_dollar}
    return {code: one / PER_YEAR[asked.period] for code, one in worth.items() if one is not None}


def _basis(connection: Connection, asked: Asked, now: datetime) -> Row:
    stated, convertible = _counted(connection, asked, now)
    told = {
        "currency": asked.currency, "period": asked.period, "rates_of": rates.in_force().day, "days": asked.days,
        "without_a_rate": stated - convertible,
        "note": f"Base pay as postings state it, the middle of each range; quartiles from {FEW} postings up.",
    }  # fmt: skip
    return basis(asked, now, convertible, **told)


def _counted(connection: Connection, asked: Asked, now: datetime) -> tuple[int, int]:
    if (holder := held(connection, asked, now)) is not None:
        from database.market.counted import stated

        return holder.told(partial(stated, since=_since(asked, now), factors=_factors(asked)))
    counted = select(POSTING.c.salary_currency, func.count()).group_by(POSTING.c.salary_currency)
    found: dict[str, int] = dict(connection.execute(_paid(connection, counted, asked, now)).all())
    factors = _factors(asked)
    return sum(found.values()), sum(count for code, count in found.items() if code in factors)
