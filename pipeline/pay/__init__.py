"""Pay from a board's own fields: base pay only, all tiers as one range, annualised in its own currency."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from models import Basis, Evidence, RawPay, Salary
from pipeline.pay.amounts import number
from pipeline.pay.bands import PER_YEAR, band, is_plausible
from pipeline.pay.words import AFTER, BEFORE, CODES, PERIODS
from pipeline.text.wordlists import words

_RULE = "pay.fields@2"
_PERIODS = (
    ("hour", ("hour", "hr", "stund", "heure", "hora", "ph", "uur", "h")),
    ("day", ("day", "daily", "tag", "jour", "día", "dia", "pd", "d")),
    ("week", ("week", "woche", "semaine", "semana", "bw", "w")),
    ("month", ("month", "monat", "mois", "mes", "mês", "maand", "pm", "mo", "m")),
    ("year", ("year", "annual", "annum", "annuel", "jahr", "yr", "an", "año", "ano", "anno", "jaar", "pa", "y", "a")),
)  # fmt: skip
_PERIOD_WORD = re.compile(r"[^\W\d_]+")
_BIWEEKLY = ("bi-week", "biweek", "fortnight", "every 2 week", "two week")
_AMOUNT = re.compile(r"(\d[\d.,'’ \u00a0\u202f]{0,24})\s*([kKmM])?")
_TARGET = re.compile(
    r"\bote\b|on[- ]?target|total (?:target )?(?:cash|comp|rewards|earn)|incentive|commission|bonus", re.I
)
_ONE_TIME = re.compile(r"one[-_ ]?time|lump|einmalig|unique|once\b", re.I)
_LARGEST_SLIP = 6  # ends in the wrong order are swapped if they can be of one range
# Codes that boards use; those of words.CODES have a band too.
CURRENCIES = CODES | frozenset(
    words("""ALL BAM BTN BWP ETB HNL HRK IQD KGS LBP MKD MMK MNT MOP MWK MZN NAD NIO PAB RWF TJS VES XAF YER ZMW""")
)


@dataclass(slots=True)
class _Tier:
    low: float | None
    high: float | None
    currency: str
    period: str
    pay: RawPay


def tag_pay(pays: list[RawPay], default_currency: str = "") -> tuple[Salary | None, Evidence, list[dict[str, object]]]:
    """The base pay, the overall range where there are tiers, its evidence,
    and the tiers as JSON where there are several.

    Zero means unknown; bonus, equity, commission and on-target earnings do not count.
    """
    tiers = [tier for pay in pays if pay.kind == "base" and (tier := _tier(pay, default_currency))]
    if not tiers:
        return None, Evidence(Basis.UNKNOWN, _RULE), []
    first = tiers[0]
    same = [tier for tier in tiers if (tier.currency, tier.period) == (first.currency, first.period)]
    salary = make_salary(
        min((tier.low for tier in same if tier.low is not None), default=None),
        max((tier.high for tier in same if tier.high is not None), default=None),
        first.currency,
        first.period,
        is_predicted=all(tier.pay.is_predicted for tier in same),
    )
    evidence = Evidence(
        Basis.INFERRED if salary and salary.is_predicted else Basis.STATED, _RULE, "pay", quote=_quote(first.pay)
    )
    return salary, evidence, [_as_json(tier) for tier in tiers] if len(tiers) > 1 else []


def make_salary(
    low: float | None, high: float | None, currency: str, period: str, is_predicted: bool = False, months: float = 12
) -> Salary | None:
    """A salary with its annual figures (2,080 hours, 260 days, 52 weeks, 12 `months`); None without an amount."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    if low is None and high is None:
        return None
    factor = months if period == "month" else PER_YEAR[period]
    annual = [None if value is None else round(value * factor, 2) for value in (low, high)]
    return Salary(low, high, currency, period, annual[0], annual[1], is_predicted)


@lru_cache(maxsize=500)  # boards have few words for it
def parse_period(interval: str) -> str | None:
    """`year`, `month`, `week`, `day` or `hour` for a board's word ("1 YEAR", "per-year-salary", "PA"), or None."""
    lower = interval.lower().strip()[:60]
    if lower in PERIODS:
        return PERIODS[lower]
    words = _PERIOD_WORD.findall(lower)
    for period, stems in _PERIODS:
        if any(word == stem or (len(stem) > 2 and word.startswith(stem)) for word in words for stem in stems):
            return period
    return None


def parse_currency(text: str) -> str:
    """An ISO 4217 code for a code, sign or word; empty if it is none."""
    text = text.strip()[:12]
    if text.upper() in CURRENCIES:
        return text.upper()
    forms = (text, text.upper(), text.lower(), text.capitalize())
    codes = next((table[form] for form in forms for table in (BEFORE, AFTER) if form in table), "?")
    return "" if codes[0] == "?" else codes.split("/")[0]


def parse_amount(text: str) -> float | None:
    """A positive amount from "120000.00", "120,000", "€55.000", "120k"; None for zero, junk and infinities."""
    match = _AMOUNT.search(text[:60])
    if not match or "-" in text[: match.start()]:
        return None
    value = number(match[1])
    if value is None:
        return None
    value *= {"k": 1e3, "m": 1e6}.get((match[2] or "").lower(), 1)
    return value if 0 < value < 1e12 and math.isfinite(value) else None


def _tier(pay: RawPay, default_currency: str) -> _Tier | None:
    """One row of a board's pay; None where it is no base pay or what nobody earns in such a time."""
    ends = _ends(pay)
    currency = parse_currency(pay.currency) or (default_currency if not pay.currency.strip() else "")
    if ends is None or not currency or _TARGET.search(pay.label) or _ONE_TIME.search(pay.interval):
        return None
    low, high = ends
    period = parse_period(pay.interval) or parse_period(pay.label)
    if any(word in pay.interval.lower() for word in _BIWEEKLY):
        period, low, high = "week", low and low / 2, high and high / 2
    period = period or _guess_period(high or low or 0.0, currency)
    if period is None or not is_plausible(high or low or 0.0, currency, period):
        return None
    return _Tier(low, high, currency, period, pay)


def _ends(pay: RawPay) -> tuple[float | None, float | None] | None:
    """The two ends; a least above the most is refused, unless the two are but in the wrong order."""
    low, high = parse_amount(pay.low), parse_amount(pay.high)
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        return (high, low) if low <= _LARGEST_SLIP * high else None
    return low, high


def _guess_period(amount: float, currency: str) -> str | None:
    """Without a word only sums that nobody earns in a month are taken, as annual."""
    return "year" if amount >= 2.5 * band(currency, "year")[0] else None


def _quote(pay: RawPay) -> str:
    amounts = "–".join(text for text in (pay.low, pay.high) if text)
    return " ".join(text for text in (amounts, pay.currency, pay.interval) if text)


def _as_json(tier: _Tier) -> dict[str, object]:
    return {
        "label": tier.pay.label, "min": tier.low, "max": tier.high, "currency": tier.currency, "period": tier.period,
    }  # fmt: skip
