"""Pay from a board's own fields: base pay only, all tiers as one range, annualised in its own currency."""

import math
import re
from dataclasses import dataclass

from models import Basis, Evidence, RawPay, Salary
from pipeline.text.wordlists import words

_RULE = "pay.fields@1"
PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.0, "day": 260.0, "hour": 2080.0}
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
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "us$": "USD", "c$": "CAD",
            "ca$": "CAD", "a$": "AUD", "au$": "AUD", "s$": "SGD", "hk$": "HKD", "r$": "BRL", "₪": "ILS", "₩": "KRW",
            "₱": "PHP", "₺": "TRY", "chf": "CHF", "nz$": "NZD", "mx$": "MXN", "₴": "UAH", "฿": "THB", "kč": "CZK",
            "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD"}  # fmt: skip
CURRENCIES = frozenset(
    words("""AED ALL AMD ARS AUD AZN BAM BDT BGN BHD BOB BRL BYN CAD CHF CLP CNY COP CRC CZK DKK
DOP DZD EGP ETB EUR GBP GEL GHS
    GTQ HKD HNL HRK HUF IDR ILS INR IQD ISK JMD JOD JPY KES KRW KWD KZT LBP LKR MAD MDL MKD MUR MXN MYR NGN NIO NOK
    NPR NZD
    OMR PAB PEN PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SEK SGD THB TND TRY TTD TWD TZS UAH UGX USD UYU UZS VND ZAR
    ZMW""")
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
    low: float | None, high: float | None, currency: str, period: str, is_predicted: bool = False
) -> Salary | None:
    """A salary with its annual figures (2,080 hours, 260 days, 52 weeks, 12 months); None without an amount."""
    if low is not None and high is not None and low > high:
        low, high = high, low
    if low is None and high is None:
        return None
    factor = PER_YEAR[period]
    annual = [None if value is None else round(value * factor, 2) for value in (low, high)]
    return Salary(low, high, currency, period, annual[0], annual[1], is_predicted)


def parse_period(interval: str) -> str | None:
    """`year`, `month`, `week`, `day` or `hour` for a board's word ("1 YEAR", "per-year-salary", "PA"), or None."""
    lower = interval.lower()[:60]
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
    return _SYMBOLS.get(text.lower(), "")


def parse_amount(text: str) -> float | None:
    """A positive amount from "120000.00", "120,000", "€55.000", "120k"; None for zero, junk and infinities."""
    match = _AMOUNT.search(text[:60])
    if not match or "-" in text[: match.start()]:
        return None
    value = _number(match[1])
    if value is None:
        return None
    value *= {"k": 1e3, "m": 1e6}.get((match[2] or "").lower(), 1)
    return value if 0 < value < 1e12 and math.isfinite(value) else None


def _number(text: str) -> float | None:
    """Reads both 1,234.56 and 1.234,56: the last mark is the decimal one unless three digits follow it."""
    digits = re.sub(r"['’ \u00a0\u202f]", "", text).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark, rest = digits[last], digits[last + 1 :]
        is_decimal = len(rest) != 3 or (mark == "." and digits.count(".") == 1 and last > 3)
        whole = re.sub(r"[.,]", "", digits[:last])
        digits = f"{whole}.{rest}" if is_decimal and digits.count(mark) == 1 else re.sub(r"[.,]", "", digits)
    try:
        return float(digits)
    except ValueError:
        return None


def _tier(pay: RawPay, default_currency: str) -> _Tier | None:
    low, high = parse_amount(pay.low), parse_amount(pay.high)
    period = parse_period(pay.interval)
    if low is None and high is None:
        return None
    if any(word in pay.interval.lower() for word in _BIWEEKLY):
        period, low, high = "week", low and low / 2, high and high / 2
    period = period or _guess_period(high or low or 0.0)
    currency = parse_currency(pay.currency) or (default_currency if not pay.currency.strip() else "")
    if period is None or not currency:
        return None
    if low is not None and high is not None and low > high:
        low, high = high, low
    return _Tier(low, high, currency, period, pay)


def _guess_period(amount: float) -> str | None:
    """Without a word only sums that nobody earns in a month are taken, as annual."""
    return "year" if amount >= 20_000 else None


def _quote(pay: RawPay) -> str:
    amounts = "–".join(text for text in (pay.low, pay.high) if text)
    return " ".join(text for text in (amounts, pay.currency, pay.interval) if text)


def _as_json(tier: _Tier) -> dict[str, object]:
    return {
        "label": tier.pay.label, "min": tier.low, "max": tier.high, "currency": tier.currency, "period": tier.period,
    }  # fmt: skip
