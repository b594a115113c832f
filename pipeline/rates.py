"""Exchange rates for filtering and charts only: a dated table (data/rates.tsv) that its user may replace."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "rates.tsv"


class RatesError(Exception):
    """The table of rates cannot be read; the message names the file, the line and what is expected there."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Units of each currency for one US dollar, as of `date` (ISO)."""

    date: str
    per_dollar: dict[str, float]

    def convert(self, amount: float, source: str, target: str) -> float | None:
        """`amount` of the currency `source` in `target` (ISO 4217); None where a rate is missing."""
        given, wanted = self.per_dollar.get(source), self.per_dollar.get(target)
        return None if given is None or wanted is None else amount / given * wanted


@lru_cache(maxsize=4)
def load_rates(path: Path = _DATA) -> Rates:
    """The table of a file: a line `date<TAB>YYYY-MM-DD`, then lines `code<TAB>units for one US dollar`.

    Raises RatesError on anything else.
    """
    date, per_dollar = "", {"USD": 1.0}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, value = line.partition("\t")
        if name == "date":
            date = value.strip()
            continue
        per_dollar[name] = _rate(path, number, name, value)
    if not date:
        raise RatesError(f"{path}: there is no line 'date<TAB>YYYY-MM-DD'")
    return Rates(date, per_dollar)


def _rate(path: Path, number: int, name: str, value: str) -> float:
    try:
        rate = float(value)
    except ValueError:
        rate = 0.0
    if not (len(name) == 3 and name.isupper() and 0 < rate < 1e9):
        raise RatesError(f"{path}, line {number}: expected a currency code, a tab and units for one US dollar")
    return rate
