"""Pay as people say it."""

import re

from search.currencies import CURRENCY_NAMES

_CODES = {**CURRENCY_NAMES, "$": "USD", "¥": "JPY"}
_SAID = "|".join(sorted(map(re.escape, _CODES), key=len, reverse=True))
CODE = rf"(?:{_SAID})(?![^\W\d_])"
_BEFORE = rf"(?:{_SAID})(?=[\s\d])"
_APART = r"[ .,'’\u00a0\u202f]"
NUMBER = rf"(?:\d{{1,3}}(?:{_APART}\d{{3}})+(?!\d)|\d{{1,18}}(?:[.,]\d{{1,2}})?)"
_SCALES = {"k": 1_000, "tsd": 1_000, "tys": 1_000, "m": 1_000_000, "万": 10_000, "lakh": 100_000, "lakhs": 100_000}
UNIT = rf"(?: ?(?:{'|'.join(sorted(_SCALES, key=len, reverse=True))})\.?)?"
AMOUNT = rf"(?:{_BEFORE} ?{NUMBER}{UNIT}|{NUMBER}{UNIT} ?{CODE})"  # with its currency
_ONE = rf"(?:({_BEFORE}) ?)?({NUMBER})({UNIT})(?: ?({CODE}))?"
_PAY = re.compile(rf"{_ONE}(?:\s?(?:-|–|\.\.+|\b(?:to|bis|à|a)\b)\s?{_ONE})?\+?", re.IGNORECASE)
AT_MOST = "under|below|up to|at most|max|maximum|bis|bis zu|unter|höchstens|maximal|moins de|jusqu'à|menos de|hasta|do"
_AT_MOST = re.compile(rf"(?<!\S)(?:{AT_MOST})\s", re.IGNORECASE)
_MOST = 10**12


def pay_meant(words: str) -> str:
    """`100k-150k` as the language says it; empty for what is no pay."""
    return _meant(_PAY.fullmatch(words.strip()), ">=")


def pay_in(words: str) -> str:
    """The same of the first amount in these words."""
    return _meant(_PAY.search(words), "<=" if _AT_MOST.search(words) else ">=")


def _meant(found: re.Match[str] | None, relation: str) -> str:
    if found is None:
        return ""
    before, number, unit, behind, before_most, most, most_unit, behind_most = found.groups()
    named = before or behind or before_most or behind_most
    code = _CODES[named.lower()] if named else ""
    bounds = [(relation, _amount(number, unit))] + ([("<=", _amount(most, most_unit))] if most else [])
    return (
        "" if not all(amount for _, amount in bounds) else " ".join(f"salary{one}{many}{code}" for one, many in bounds)
    )


def _amount(number: str, unit: str) -> str:
    """The amount in full, or in thousands; what is less than a year's pay is thousands without their k."""
    scale = _SCALES.get(unit.strip(" .").lower(), 0)
    if re.fullmatch(rf"\d{{1,3}}(?:{_APART}\d{{3}})+", number) and not (scale and number.count(".") == 1):
        amount = float(re.sub(r"\D", "", number))
    else:
        amount = float(number.replace(",", "."))
    if not scale:
        scale = 1_000 if amount < 1_000 else 1
    whole = round(amount * scale)
    if not 1_000 <= whole <= _MOST:
        return ""
    return f"{whole // 1_000}k" if whole % 1_000 == 0 else str(whole)
