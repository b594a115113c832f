"""When a posting was posted, from any of the forms that boards use. UTC; never an exception, never in the future."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from models import Basis, Evidence

EXACT, DAY, RELATIVE, FIRST_SEEN = "exact", "day", "relative", "first-seen"
_RULE = "posted.forms@1"
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_SLACK = timedelta(days=1)  # boards east of us name tomorrow's date
_MILLISECONDS = 10**11  # as seconds that is the year 5138
_NUMBER = re.compile(r"\d{9,16}(?:\.\d{1,9})?")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?: ?(UTC|GMT|Z|z)| ?([+-])(\d{2}):?(\d{2})?)?"
)
_WORDED_DAY = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%b. %d, %Y", "%d-%b-%Y")
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


def tag_posted(posted: str, now: datetime) -> tuple[datetime | None, str, Evidence]:
    """When it was posted, and how sure that is: `exact`, `day`, `relative`; None and `first-seen` if it is not said."""
    text = posted[:100].strip()
    found = parse_posted(text, now) if text else None
    if found is None:
        return None, FIRST_SEEN, Evidence(Basis.UNKNOWN, _RULE)
    moment, quality = found
    return moment, quality, Evidence(Basis.STATED, _RULE, "posted", 0, len(text), text)


def parse_posted(text: str, now: datetime) -> tuple[datetime, str] | None:
    """The moment and its quality, or None for what is no date, lies before 2000 or more than a day ahead of `now`."""
    for form in (_number, _time, _day, _mail_date, _worded_day):
        try:
            found = form(text)
        except (ValueError, OverflowError, IndexError, TypeError):  # a day of 31 February, a year of 99999
            continue
        if found is not None:
            return _plausible(*found, now)
    found = _relative(text.lower(), now)
    return None if found is None else _plausible(*found, now)


def _plausible(moment: datetime, quality: str, now: datetime) -> tuple[datetime, str] | None:
    if not _OLDEST <= moment <= now + _SLACK:
        return None
    return min(moment, now), quality


def _number(text: str) -> tuple[datetime, str] | None:
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
    if match := _DAY.match(text):
        year, month, day = match.groups()
    elif match := _US_DAY.match(text):
        month, day, year = match.groups()
        if int(month) > 12:
            month, day = day, month
    elif match := _GERMAN_DAY.match(text):
        day, month, year = match.groups()
    else:
        return None
    return datetime(int(year), int(month), int(day), tzinfo=UTC), DAY


def _mail_date(text: str) -> tuple[datetime, str] | None:
    if ":" not in text:
        return None
    moment = parsedate_to_datetime(text)
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)), EXACT


def _worded_day(text: str) -> tuple[datetime, str] | None:
    for form in _WORDED_DAY:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC), DAY
        except ValueError:
            continue
    return None


def _relative(text: str, now: datetime) -> tuple[datetime, str] | None:
    """ "Posted 30+ Days Ago", "yesterday", "just posted"."""
    if match := _RELATIVE.search(text):
        count = 1 if match[1][0] in "ao" else int(match[1])
        unit = _UNITS.get(match[2], match[2])
        return max(now - count * _LENGTHS[unit], _OLDEST), RELATIVE
    if "yesterday" in text:
        return now - timedelta(days=1), RELATIVE
    if "today" in text or "just " in text or text in ("new", "now"):
        return now, RELATIVE
    return None
