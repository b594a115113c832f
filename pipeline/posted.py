"""When a posting was posted, from any of the forms that boards use. UTC; never an exception, never in the future."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from models import Basis, Evidence
from pipeline.dates import order_of_page, span_ago, worded_day

EXACT, DAY, RELATIVE, FIRST_SEEN = "exact", "day", "relative", "first-seen"
_RULE = "posted.forms@2"
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_SLACK = timedelta(days=1)  # boards east of us name tomorrow's date
_MILLISECONDS = 10**11  # as seconds that is the year 5138
_NUMBER = re.compile(r"\d{9,16}(?:\.\d{1,9})?")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_WRAPPED = re.compile(r"/Date\((\d{9,16})\b")
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?: ?(UTC|GMT|Z|z)| ?([+-])(\d{2}):?(\d{2})?)?"
)
_RELATIVE = re.compile(r"\b(\d{1,4}|an?|one)\+? ?(minute|min|hour|hr|day|week|month|year|m|h|d|w|mo|y)s?\b")
_UNITS = {
    "m": "minute",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "d": "day",
    "w": "week",
    "mo": "month",
    "y": "year",
}
_LENGTHS = {
    "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1),
    "week": timedelta(weeks=1), "month": timedelta(days=30), "year": timedelta(days=365),
}  # fmt: skip


def tag_posted(
    posted: str, now: datetime, language: str | None = None, countries: set[str] | None = None, stated: str = ""
) -> tuple[datetime | None, str, Evidence]:
    """When it was posted, and how sure that is: `exact`, `day`, `relative`; None and `first-seen` if it is not said."""
    text = posted[:100].strip()
    found = parse_posted(text, now, language, countries, stated) if text else None
    if found is None:
        return None, FIRST_SEEN, Evidence(Basis.UNKNOWN, _RULE)
    moment, quality = found
    return moment, quality, Evidence(Basis.STATED, _RULE, "posted", 0, len(text), text)


def parse_posted(
    text: str, now: datetime, language: str | None = None, countries: set[str] | None = None, stated: str = ""
) -> tuple[datetime, str] | None:
    """The moment and its quality, or None for what is no date, lies before 2000 or more than a day ahead of `now`.

    `language` is the text's, `stated` what its page or board says it is ("fr", "en-US"), `countries` are the job's:
    they say whether 3/11 is in March or November.
    """
    lower = text.lower()
    at = countries or set()
    tongues = [language or "", stated.replace("_", "-").lower().partition("-")[0]]
    forms: tuple[Callable[[], tuple[datetime, str] | None], ...] = (
        lambda: _number(text), lambda: _time(text), lambda: _day(text),
        lambda: _figures(text, now, order_of_page(stated, language or "", at)),
        lambda: _mail_date(text), lambda: _worded(worded_day(lower, tongues, at), now, has_year=True),
        lambda: _relative(lower, now), lambda: _worded(worded_day(lower, tongues, at), now, has_year=False),
    )  # fmt: skip
    for form in forms:
        try:
            found = form()
        except (ValueError, OverflowError, IndexError, TypeError):  # a day of 31 February, a year of 99999
            continue
        if found is not None:
            return _plausible(*found, now)
    return None


def _plausible(moment: datetime, quality: str, now: datetime) -> tuple[datetime, str] | None:
    if not _OLDEST <= moment <= now + _SLACK:
        return None
    return min(moment, now), quality


def _number(text: str) -> tuple[datetime, str] | None:
    if wrapped := _WRAPPED.search(text):
        text = wrapped[1]
    if day := _COMPACT.fullmatch(text):
        return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=UTC), DAY
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return datetime.fromtimestamp(value / 1000 if value >= _MILLISECONDS else value, UTC), EXACT


def _time(text: str) -> tuple[datetime, str] | None:
    match = _TIME.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, offset_hours, offset_minutes = match.groups()
    microsecond = int((fraction or "0").ljust(6, "0")[:6])
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond, UTC)
    if sign:
        offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes or 0))
        moment = moment - offset if sign == "+" else moment + offset
    is_midnight = not (moment.hour or moment.minute or moment.second) and not sign
    return moment, DAY if is_midnight else EXACT


def _day(text: str) -> tuple[datetime, str] | None:
    if not (match := _DAY.search(text)):
        return None
    year, month, day = match.groups()
    return datetime(int(year), int(month), int(day), tzinfo=UTC), DAY


def _figures(text: str, now: datetime, order: str) -> tuple[datetime, str] | None:
    """ "26/8/2025", "8/26/2025", "03.11.2026": by the figures if they leave one reading, else by the page's order."""
    match = _FIGURES.search(text)
    if not match:
        return None
    one, mark, other, year = match.groups()
    if mark == "." or (order == "ymd" and len(year) == 4):
        order = order if order == "mdy" else "dmy"
    full = int(year) if len(year) == 4 else 2000 + int(year)
    readings = {"dmy": (full, int(other), int(one)), "mdy": (full, int(one), int(other))}
    moments = {name: _moment(*reading, now) for name, reading in readings.items()}
    left = {moment for moment in moments.values() if moment}
    moment = left.pop() if len(left) == 1 else moments.get(order)
    return (moment, DAY) if moment else None


def _moment(year: int, month: int, day: int, now: datetime) -> datetime | None:
    """The day if the calendar has it and it has come."""
    try:
        moment = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment <= now + _SLACK else None


def _mail_date(text: str) -> tuple[datetime, str] | None:
    if ":" not in text:
        return None
    moment = parsedate_to_datetime(text)
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)), EXACT


def _worded(found: tuple[int | None, int, int] | None, now: datetime, has_year: bool) -> tuple[datetime, str] | None:
    """A day with its month's name; without a year it is the last such day, which is no more than likely."""
    if found is None or (found[0] is not None) != has_year:
        return None
    year, month, day = found
    if year is not None:
        return datetime(year, month, day, tzinfo=UTC), DAY
    past = (_moment(now.year - back, month, day, now) for back in (0, 1))
    moment = next(filter(None, past), None)
    return (moment, RELATIVE) if moment else None


def _relative(text: str, now: datetime) -> tuple[datetime, str] | None:
    """ "Posted 30+ Days Ago", "gestern", "just posted"."""
    if match := _RELATIVE.search(text):
        count = 1 if match[1][0] in "ao" else int(match[1])
        unit = _UNITS.get(match[2], match[2])
        return max(now - count * _LENGTHS[unit], _OLDEST), RELATIVE
    if "just " in text:
        return now, RELATIVE
    if found := span_ago(text):
        count, unit = found
        return max(now - count * _LENGTHS[unit], _OLDEST), RELATIVE
    return None
