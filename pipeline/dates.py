"""Dates and spans of time in the words of the world's languages (posted.tsv from CLDR, dates.tsv beside it). Pure."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
_WORD = re.compile(r"[^\W\d_]+")
_FIGURE = re.compile(r"\d+")
_CLOCK = re.compile(r"\d{1,2} ?[:h] ?\d{2}(?:[:m]\d{2})?")
_VIETNAMESE = re.compile(r"(\d{1,2}) (?:tháng|thg) (\d{1,2})(?:,? (?:năm )?(\d{4}))?(?!\d)")
_EASTERN = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号號]?")
_PARTLESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that part no words
_UNITS = ("minute", "hour", "day", "week", "month", "year")
_LEADING = 5  # words before the span: "Veröffentlicht vor 3 Tagen"
_BUDDHIST = 543
# English has both orders; what it means is the country's.
_MONTH_FIRST = frozenset(("US", "PH", "PR", "GU", "VI", "AS", "MP"))
_EITHER = frozenset(("CA", "KE", "GH"))
_MONTHS_OF = {"PL": "pl", "HR": "hr", "CZ": "cs"}  # listopad is November, and October in Croatia


class Words(NamedTuple):
    """What the tables say: months by word and language, orders by language, spans and near days by phrase."""

    months: dict[str, dict[str, int]]
    orders: dict[str, str]
    spans: dict[str, str]
    days: dict[str, int]
    ones: frozenset[str]
    more: list[str]


@cache
def _words() -> Words:
    found = Words({}, {}, {}, {}, _listed("one"), sorted(_listed("more"), key=len, reverse=True))
    for line in (_HERE / "posted.tsv").read_text(encoding="utf-8").splitlines():
        language, order, months, *spans = line.split("\t")
        found.orders[language] = order
        for number, names in enumerate(months.split(","), 1):
            for name in filter(None, names.split("|")):
                found.months.setdefault(name, {})[language] = number
        _add_spans(found, zip(_UNITS, spans, strict=True))
    _add_spans(found, ((value, "|".join(forms)) for kind, value, forms in _rows() if kind == "ago"))
    found.days.update({form: int(value) for kind, value, forms in _rows() if kind == "day" for form in forms})
    return found


def _add_spans(found: Words, spans: Iterator[tuple[str, str]]) -> None:
    for unit, phrases in spans:
        found.spans.update({_tight(phrase): unit for phrase in filter(None, phrases.split("|"))})


def _rows() -> Iterator[tuple[str, str, list[str]]]:
    for line in (_HERE / "dates.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, value, forms = line.split("\t")
            yield kind, value, forms.split("|")


def _listed(kind: str) -> frozenset[str]:
    return frozenset(form for name, _, forms in _rows() if name == kind for form in forms)


def _tight(phrase: str) -> str:
    return re.sub(r"[\s.]", "", phrase)


def order_of_page(stated: str, language: str, countries: set[str]) -> str:
    """The order by the language that a page states ("en-US") and by that of its text; empty where they differ."""
    primary, _, region = stated.replace("_", "-").upper().partition("-")
    at = {region} if len(region) == 2 else countries
    orders = {order_of(primary.lower(), at), order_of(language, at if language == primary.lower() else countries)}
    orders.discard("")
    return orders.pop() if len(orders) == 1 else ""


def order_of(language: str, countries: set[str]) -> str:
    """The order of day, month and year in figures: "dmy", "mdy", "ymd"; empty where that would be a guess."""
    if language != "en":
        return _words().orders.get(language, "")
    if not countries or countries & _EITHER:
        return ""
    orders = {"mdy" if country in _MONTH_FIRST else "dmy" for country in countries}
    return orders.pop() if len(orders) == 1 else ""


def worded_day(lower: str, languages: list[str], countries: set[str]) -> tuple[int | None, int, int] | None:
    """(year, month, day) of "3 de noviembre de 2026" or 2026年11月3日; the year is None where none is written."""
    if eastern := _EASTERN.search(lower):
        return int(eastern[1]), int(eastern[2]), int(eastern[3])
    if told := _VIETNAMESE.search(lower):
        return int(told[3]) if told[3] else None, int(told[2]), int(told[1])
    text = _CLOCK.sub(" ", lower)
    month = _month(text, [*languages, *(_MONTHS_OF[country] for country in countries if country in _MONTHS_OF)])
    figures = [int(figure) for figure in _FIGURE.findall(text)]
    years = [figure for figure in figures if figure > 1900]
    days = [figure for figure in figures if figure <= 31]
    if not month or len(days) != 1 or len(years) > 1 or len(figures) != len(days) + len(years):
        return None
    year = years[0] if years else None
    return (year - _BUDDHIST if year and year > 2400 else year), month, days[0]


def _month(text: str, languages: list[str]) -> int:
    """The month that the text names; 0 if none, or if languages differ on the word and the page's is not of them."""
    months = _words().months
    words = [word.removeprefix("ב") for word in _WORD.findall(text)]  # Hebrew: "in" is written with the month
    named = [months[word] for word in words if word in months]
    named += [months[word] for word in text.split() if word in months and not _WORD.fullmatch(word)]
    told = {by[language] for by in named for language in languages if language in by} or {
        month for by in named for month in by.values()
    }
    return told.pop() if len(told) == 1 else 0


def span_ago(lower: str) -> tuple[int, str] | None:
    """(count, unit) of "vor 3 Tagen", "il y a une semaine", "3日前", "wczoraj"."""
    words = _words()
    for phrase in words.more:
        lower = lower.replace(f"{phrase} ", "") if phrase in lower else lower
    counted = _FIGURE.search(lower)
    if counted:
        return _counted(lower, counted.start(), counted.end(), int(counted.group()))
    for word in re.finditer(r"\S+", lower):
        if word.group() in words.ones and (found := _counted(lower, word.start(), word.end(), 1)):
            return found
    return _near_day(lower)


def _counted(lower: str, start: int, end: int, count: int) -> tuple[int, str] | None:
    """The unit of a count that stands at the place, by the phrase that it makes with the words around it."""
    template = f"{lower[:start]}{{0}}{lower[end:].lstrip('+')}"
    spans = _words().spans
    if _PARTLESS.search(template):
        tight = _tight(template)
        found = (unit for phrase, unit in spans.items() if phrase in tight and _PARTLESS.search(phrase))
        return next(((count, unit) for unit in found), None)
    tokens = template.split()
    for first in range(min(_LEADING, len(tokens))):
        for last in range(len(tokens), first, -1):
            if unit := spans.get(_tight("".join(tokens[first:last]))):
                return count, unit
    return None


def _near_day(lower: str) -> tuple[int, str] | None:
    days = _words().days
    if _PARTLESS.search(lower):
        found = (count for phrase, count in days.items() if phrase in lower and _PARTLESS.search(phrase))
        return next(((count, "day") for count in found), None)
    tokens = [token.strip(".,:;!") for token in lower.split()]
    for length in (4, 3, 2, 1):
        for first in range(len(tokens) - length + 1):
            if (count := days.get(" ".join(tokens[first : first + length]))) is not None:
                return count, "day"
    return None
