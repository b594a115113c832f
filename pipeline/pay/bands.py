"""What pay can be: a band for each currency and period (bands.tsv); what nobody earns is not read as pay."""

from pathlib import Path

_DATA = Path(__file__).with_name("bands.tsv")
PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.0, "day": 260.0, "hour": 2080.0}
# The least of a period as a share of the least of a year (part-time is paid too), and the most in dollars.
_SHARE = {"year": 1.0, "month": 1 / 27, "week": 1 / 80, "day": 1 / 200, "hour": 1 / 2080}
_MOST = {"year": 3_000_000, "month": 80_000, "week": 20_000, "day": 6_000, "hour": 600}
_MOST_WORDED = 30_000  # a larger sum near "monthly", but not beside it, is a year's
_ELSEWHERE = (1.0, 1_000.0)  # a currency of no band: anything that is pay in some money


def _read() -> dict[str, tuple[float, float]]:
    rows = [line.split("\t") for line in _DATA.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return {code: (float(worth), float(least)) for code, worth, least in rows}


_BANDS = _read()


def worth(currency: str) -> float:
    """What a dollar's worth of the currency is, roughly."""
    return _BANDS.get(currency, _ELSEWHERE)[0]


def band(currency: str, period: str) -> tuple[float, float]:
    """The least and the most that is paid in a period."""
    if currency not in _BANDS:
        return 1.0, float("inf")
    of_dollar, least = _BANDS[currency]
    return least * _SHARE[period], _MOST[period] * of_dollar


def is_plausible(amount: float, currency: str, period: str) -> bool:
    """Whether somebody is paid so much in such a time."""
    least, most = band(currency, period)
    return least <= amount <= most


def fits_word(amount: float, currency: str, period: str) -> bool:
    """The same, for a word of time that stands near the amount rather than with it."""
    return is_plausible(amount, currency, period) and (period == "year" or amount <= _MOST_WORDED * worth(currency))


def likely_period(amount: float, currency: str, is_range: bool) -> str:
    """The period of pay that names none: a year if that can be; else, of a range, the only other that can; else ""."""
    if is_plausible(amount, currency, "year"):
        return "year"
    others = [period for period in ("hour", "month") if is_plausible(amount, currency, period)]
    return others[0] if is_range and len(others) == 1 and currency in _BANDS else ""
