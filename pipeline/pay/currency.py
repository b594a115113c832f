"""Whose money a sign means: the code beside it, the place, the words around it; nobody's where nothing says so."""

import re

from pipeline.pay.amounts import Amount
from pipeline.pay.words import CODES, COUNTRIES, near_finder

_REACH = 60
_CODE = re.compile(r"(?<![A-Z])[A-Z]{3}(?![A-Z])")
_INDIAN = (1e5, 1e7)
_MYRIADS = (1e4, 1e8)


def whose(signs: list[str], group: list[Amount], text: str, lower: str, countries: set[str]) -> str:
    """The currency of figures that name these, each a code or several to choose from; empty if it cannot be told."""
    start, end = group[0].start, group[-1].end
    if plain := next((sign for sign in signs if "/" not in sign), ""):
        return plain
    home = _home(countries)
    if not signs:
        return _unsaid(group, lower, home)
    choices = _in_common(signs)
    named = _CODE.findall(text[max(0, start - 12) : start] + " " + text[end : end + 12])
    told = next((code for code in named if code in choices), "") or (home if home in choices else "")
    told = told or _near(lower, start, end, choices)
    return told or (choices[0] if choices[0] != "?" else "")


def _in_common(signs: list[str]) -> list[str]:
    """What several signs agree on ("$ 40,000 pesos"), else what the first may mean."""
    first, *others = (sign.split("/") for sign in signs)
    common = [code for code in first if all(code in other for other in others)]
    is_unsure = any(other[0] == "?" for other in others)
    return (["?", *common] if is_unsure else common) if common else first


def home_of(countries: set[str]) -> str:
    """The currency of these countries if they have one in common, else empty."""
    return _home(countries)


def _home(countries: set[str]) -> str:
    codes = {COUNTRIES.get(country, "") for country in countries}
    return codes.pop() if len(codes) == 1 else ""


def _near(lower: str, start: int, end: int, choices: list[str]) -> str:
    around = lower[max(0, start - _REACH) : end + _REACH]
    return next((hit.value for hit in near_finder.hits(around) if hit.value in choices), "")


def _unsaid(group: list[Amount], lower: str, home: str) -> str:
    """The currency that goes without saying: of lakhs and crores, of 万 and 만, of "25K" beside 薪."""
    scales = {amount.scale for amount in group if amount.scale_word}
    words = {amount.scale_word for amount in group}
    if not scales:
        return ""
    if scales <= set(_INDIAN) and not words & {"천만", "천만원", "千万"}:
        return (
            home
            if home in ("INR", "PKR", "BDT", "NPR", "LKR")
            else _near(lower, group[0].start, group[-1].end, ["INR"])
            or ("" if words & {"L", "Cr", "CR", "cr", "Cr."} else "INR")
        )
    asian = ["JPY", "CNY", "KRW"]
    said = _near(lower, group[0].start, group[-1].end, asian)
    if said == "CNY" and home in ("TWD", "HKD", "SGD"):
        return home
    return said if said in CODES and (scales <= {*_MYRIADS, 1e3, 1e7}) else ""
