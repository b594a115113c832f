"""The grammar of money in a text: an amount or a range, its currency and period, wherever a sign or a code stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.pay import CURRENCIES, parse_amount, parse_currency
from pipeline.text.windows import windows
from pipeline.text.wordlists import words

_CODES = words("USD EUR GBP CAD AUD CHF INR PLN SGD SEK DKK NOK CZK PHP MXN BRL JPY AED ZAR NZD HKD ILS ARS COP")
_HINTS = ("$", "€", "£", "₹", "₱", "zł", "Euro", "euro", *_CODES)
_MOST = 100  # sums a text; real postings name 15 at most
_ANY_CODE = "|".join(_CODES)
_SIGN = rf"(?:US\$|CA\$|C\$|AU\$|A\$|S\$|NZ\$|HK\$|MX\$|R\$|(?:{_ANY_CODE})\s?[$€£]?|[$€£₹₱])"
_UNIT = rf"(?:(?:{_ANY_CODE})\b|€|£|zł|[Ee]uros?\b)"
_NUMBER = r"\d{1,3}(?:[.,'’ \u202f]\d{3}){1,2}(?!\d)(?:[.,]\d{2}(?!\d))?|\d{1,7}(?:[.,]\d{1,2}(?!\d))?"
_LARGE = r"\s?(?:MM|M|m|mm|mn|bn|B|b|T|[Mm]illion|[Bb]illion|[Tt]rillion|Mio|Mrd|crore|lakhs?|LPA|%)(?!\w)"
_SPAN = (
    r"(?i:year|yr|annum|hour|hr|month|mo|day|week|a|jahr|monat|stunde|std|an|mois|jour|heure|año|mes|hora|ano|mês"
    r"|h|y)\b"
)
_PERIOD = (
    rf"(?:\s?(?:/\s?|(?i:per|an?|pro|par|por|al|p\.|je|each)\s?)(?P<p#>{_SPAN})|\s?(?P<h#>(?i:hr|/hr|/h))\b"
    r"|\s(?P<q#>(?i:annually|yearly|hourly|monthly|annual|daily|weekly))\b)?"
)
_NOTE = r"(?:\s?\((?:min|mid|max|minimum|midpoint|maximum)\))?"
_THOUSAND = r"\s?[kK](?![a-z\d])"
_END = (
    rf"(?P<s#>{_SIGN})?\s?(?P<n#>{_NUMBER})(?P<k#>{_THOUSAND})?(?P<l#>{_LARGE})?\+?\s?(?P<u#>{_UNIT})?{_NOTE}{_PERIOD}"
)
_JOINT = r"\s{0,3}(?:-|–|—|−|‑|~|to|and|bis|à|a|up to|(?:and )?(?:goes )?up to|through|until)\s{0,3}"
_MONEY = re.compile(
    r"(?<![\w.,])"
    + _END.replace("#", "1")
    + rf"(?:{_JOINT}{_END.replace('#', '2')}(?:{_JOINT}{_END.replace('#', '3')})?)?"
)
_WORDS = {
    "hour": ("hour", "hr", "hourly", "stunde", "std", "heure", "hora", "h", "/hr", "/h"),
    "day": ("day", "daily", "jour"),
    "week": ("week", "weekly"),
    "month": ("month", "mo", "monthly", "monat", "mois", "mes", "mês"),
}
_PERIODS = {word: period for period, names in _WORDS.items() for word in names}
_DOLLARS = {"CA": "CAD", "AU": "AUD", "SG": "SGD", "NZ": "NZD", "HK": "HKD"}
_DOLLAR_CODES = ("USD", "CAD", "AUD", "SGD", "NZD", "MXN")


@dataclass(slots=True)
class Money:
    """An amount, or a range with `high`, as the text writes it; `period` is empty if it stands with none."""

    low: float
    high: float | None
    currency: str
    period: str
    start: int
    end: int


def find_money(text: str, countries: set[str]) -> Iterator[Money]:
    """The money of a text in order, sums of millions left out. Linear in the text's length.

    `countries` says whose dollar a bare "$" is, where they agree on one; else it is the US dollar.
    """
    count = 0
    for start, end in windows(text, _HINTS, 36, 70):
        for match in _MONEY.finditer(text, start, end):
            count += 1
            if count > _MOST:
                return
            if money := _read(match, text, countries):
                yield money


def _read(match: re.Match[str], text: str, countries: set[str]) -> Money | None:
    signs = [sign for name in ("s1", "s2", "s3", "u1", "u2", "u3") if (sign := match[name])]
    if not signs or match["l1"] or match["l2"] or match["l3"]:
        return None
    amounts = _amounts(match)
    currency = _currency(signs, match, text, countries)
    if amounts is None or not currency:
        return None
    said = next((word for kind in "phq" for end in "123" if (word := match[kind + end])), "")
    period = _PERIODS.get(said.lower(), "year") if said else ""
    return Money(*amounts, currency, period, match.start(), match.start() + len(match.group().rstrip()))


def _amounts(match: re.Match[str]) -> tuple[float, float | None] | None:
    """The least and the greatest of up to three amounts: "70–80k",
    "$100,000 (min) – $120,000 (mid) – $140,000 (max)"."""
    low = parse_amount(match["n1"])
    if low is None:
        return None
    last = next((end for end in "32" if parse_amount(match["n" + end] or "")), "2")
    high = parse_amount(match["n" + last] or "")
    if match["k1"] or (match["k" + last] and low < 1_000):
        low *= 1_000
    if high is not None and (match["k" + last] or (match["k1"] and high < 1_000)):
        high *= 1_000
    if high is not None and not low <= high <= 6 * low:
        return None
    return low, high


def _currency(signs: list[str], match: re.Match[str], text: str, countries: set[str]) -> str:
    for sign in signs:
        code = re.sub(r"[\s$€£]", "", sign).upper()
        if code in CURRENCIES:
            return code
        if sign != "$" and (known := parse_currency(sign)):
            return known
    nearby = text[max(0, match.start() - 12) : match.start()] + text[match.end() : match.end() + 12]
    for code in _DOLLAR_CODES:
        if code in nearby:
            return code
    return _DOLLARS.get(next(iter(countries)), "USD") if len(countries) == 1 else "USD"
