"""The figures of a text that may be money: number, scale ("k", lakh, 万), currency before or behind."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TypeVar

from pipeline.pay.numerals import MYRIADS, lettered
from pipeline.pay.words import AFTER, BEFORE, SCALES, joins

_MOST = 60  # figures a window
_NUMBER = re.compile(  # begins with a figure, so that it is tried at figures only
    r"\d(?<!\d\d)(?<!\d[.,]\d)(?:"
    r"\d{0,2}(?P<mark>[ .,'’٬])\d{3}(?:(?P=mark)\d{3}){0,3}(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d?(?:,\d{2}){1,3},\d{3}(?!\d)(?:\.\d{1,2}(?!\d))?"
    r"|\d{0,9}(?:[.,]\d{1,2}(?!\d))?)"
)
_TAIL = re.compile(r"\s?[.,:/]\s?[-–—]{1,2}(?!\s?\d)|\+(?![\u3040-\u9fff])")
_NOTE = re.compile(r"\s?\((?:min|mid|max|minimum|midpoint|maximum)\)")
_LONGEST = 16
_Value = TypeVar("_Value")


@dataclass(slots=True)
class Amount:
    """A figure as written: its bare number, what it is scaled by, the currencies it names, and its place."""

    number: float
    scale: float
    signs: list[str]
    start: int
    end: int
    is_open: bool = False
    scale_word: str = ""

    @property
    def value(self) -> float:
        """What the figure says."""
        return round(self.number * self.scale, 2)


def amounts(text: str) -> list[Amount]:
    """The figures of a stretch of text, percentages left out, "1억 5천만" as one."""
    found: list[Amount] = []
    for amount in _read(text):
        if found and _continues(found[-1], amount, text):
            amount = _joined(found.pop(), amount)
        found.append(amount)
        if len(found) == _MOST:
            break
    return found


def _read(text: str) -> Iterable[Amount]:
    """The figures one by one, those in letters first where both are read."""
    worded = [] if text.isascii() else [_worded(text, *one) for one in islice(lettered(text), _MOST)]
    read = (
        _amount(text, match)
        for match in _NUMBER.finditer(text)
        if not any(one.start <= match.start() < one.end for one in worded)
    )
    figures = (amount for amount in read if amount)
    return merge(worded, figures, key=lambda amount: amount.start) if worded else figures


def _worded(text: str, value: float, myriad: str, start: int, end: int) -> Amount:
    scale = MYRIADS.get(myriad, 1.0)
    low, signs = _signs_before(text, start)
    amount = Amount(value / scale, scale, signs, low, end, scale_word=myriad)
    _read_tail(text, amount)
    return amount


def number(text: str) -> float | None:
    """Reads 1,234.56, 1.234,56 and 12,34,567: the last mark is the decimal one unless three digits follow it."""
    digits = re.sub(r"['’٬ \u00a0\u202f]", "", text).rstrip(".,")
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


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    value = number(match.group())
    if not value or text.startswith(("%", " %"), match.end()):
        return None
    start, signs = _signs_before(text, match.start())
    if start and (joins(text[start - 1], "a") or text[start - 1].isdigit()) and text[start - 1] < "\u0e00":
        return None
    amount = Amount(value, 1.0, signs, start, match.end())
    _read_scale(text, amount)
    _read_tail(text, amount)
    return None if text.startswith("%", amount.end) else amount


def _signs_before(text: str, start: int) -> tuple[int, list[str]]:
    signs: list[str] = []
    for _ in range(2):
        end = start - 1 if text[start - 1 : start] == " " else start
        low = max(0, end - 8)
        form = next((text[at:end] for at in range(low, end) if text[at:end] in BEFORE and _parts(text, at)), "")
        if not form:
            break
        start = end - len(form)
        signs.append(BEFORE[form])
    return start, signs


def _parts(text: str, at: int) -> bool:
    return not at or not joins(text[at - 1], text[at])


def _read_scale(text: str, amount: Amount) -> None:
    found = _longest(text, amount.end, SCALES)
    if found:
        (scale, code), amount.end, amount.scale_word = found
        amount.scale = scale
        amount.signs += [code] if code else []


def _read_tail(text: str, amount: Amount) -> None:
    """Marks (",-", "+") and currencies behind the figure, in any order that is written."""
    for _ in range(4):
        if tail := _TAIL.match(text, amount.end):
            amount.end = tail.end()
            amount.is_open = amount.is_open or tail.group().endswith("+")
            if amount.scale == 1:
                _read_scale(text, amount)  # "25+ LPA"
        elif found := _longest(text, amount.end, AFTER):
            sign, amount.end, _ = found
            amount.signs.append(sign)
        elif note := _NOTE.match(text, amount.end):
            amount.end = note.end()
        else:
            return


def _longest(text: str, at: int, forms: dict[str, _Value]) -> tuple[_Value, int, str] | None:
    """The longest form that begins here, or after a blank, and ends with its word."""
    start = at + 1 if text[at : at + 1] == " " else at
    for end in range(min(len(text), start + _LONGEST), start, -1):
        form = text[start:end]
        if form in forms and (end == len(text) or not joins(form[-1], text[end])) and not text[end : end + 1].isdigit():
            return forms[form], end, form
    return None


def _continues(one: Amount, other: Amount, text: str) -> bool:
    return one.scale >= 1e8 and 1e3 < other.scale < one.scale and text[one.end : other.start].strip() == ""


def _joined(one: Amount, other: Amount) -> Amount:
    value = one.value + other.value
    return Amount(value, 1.0, [*one.signs, *other.signs], one.start, other.end, other.is_open, other.scale_word)
