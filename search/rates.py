"""Exchange rates, for comparing pay and for nothing else: a dated table (data/rates.tsv) that its user may replace.

The table in force is the process's own, like its log: `use` sets it once, before the first search.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "rates.tsv"


class RatesError(Exception):
    """The table of rates cannot be read; the message names the file, the line and what is expected there."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Units of each currency (ISO 4217) for one US dollar, as of `day`."""

    day: date
    per_dollar: dict[str, float]

    def convert(self, amount: float, source: str, target: str) -> float | None:
        """`amount` of the currency `source` in `target`; None where a rate is missing."""
        if source == target:
            return amount
        given, wanted = self.per_dollar.get(source), self.per_dollar.get(target)
        return None if given is None or wanted is None else amount / given * wanted


class _InForce:
    rates: Rates | None = None  # none yet: the shipped table, read when it is first asked for


def use(path: Path | None) -> Rates:
    """Puts a table in force, the shipped one for None, and returns it. Raises RatesError, and changes nothing then."""
    _InForce.rates = rates = load_rates(path or _DATA)
    bounds.cache_clear()
    return rates


def in_force() -> Rates:
    """The table that searches go by."""
    return _InForce.rates or use(None)


@lru_cache(maxsize=1024)
def bounds(amount: int, currency: str) -> dict[str, float]:
    """What `amount` of `currency` is in each currency with a rate; SQL and matcher compare with the same numbers."""
    rates = in_force()
    codes = {currency, *rates.per_dollar}
    return {code: found for code in sorted(codes) if (found := rates.convert(amount, currency, code)) is not None}


def load_rates(path: Path = _DATA) -> Rates:
    """The table of a file: a line `date<TAB>YYYY-MM-DD`, then lines `code<TAB>units for one US dollar`.

    Raises RatesError on anything else.
    """
    day, per_dollar = None, {"USD": 1.0}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, value = line.partition("\t")
        if name == "date":
            day = _day(path, number, value)
        else:
            per_dollar[name] = _rate(path, number, name, value)
    if day is None:
        raise RatesError(f"{path}: there is no line 'date<TAB>YYYY-MM-DD'")
    return Rates(day, per_dollar)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise RatesError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RatesError(f"{path}: cannot be read: {error}") from None


def _day(path: Path, number: int, value: str) -> date:
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise RatesError(f"{path}, line {number}: expected a date as YYYY-MM-DD, not {value.strip()!r}") from None


def _rate(path: Path, number: int, name: str, value: str) -> float:
    try:
        rate = float(value)
    except ValueError:
        rate = 0.0
    if not (len(name) == 3 and name.isascii() and name.isupper() and 1e-6 < rate < 1e9):
        raise RatesError(f"{path}, line {number}: expected a currency code, a tab and units for one US dollar")
    return rate
