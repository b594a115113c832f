"""When a digest is due: local time of day and week, safe over clock changes. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ValueError saying what to give instead."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}; give an IANA name such as Europe/Berlin") from None


def read_time_of_day(text: str) -> time:
    """`08:00` as a time. Raises ValueError."""
    hour, colon, minute = text.partition(":")
    if colon and hour.isascii() and minute.isascii() and hour.isdigit() and len(minute) == 2 and minute.isdigit():
        return time(int(hour), int(minute))
    raise ValueError(f"cannot read the time of day {text!r}; write it as 08:00")


def read_weekday(text: str) -> str:
    """`Monday` or `mon` as `mon`. Raises ValueError."""
    day = text.strip().lower()[:3]
    if day not in WEEKDAYS:
        raise ValueError(f"unknown weekday {text!r}; one of {', '.join(WEEKDAYS)}")
    return day


def next_digest(now: datetime, timezone: str, weekday: str, time_of_day: str) -> tuple[datetime, str]:
    """(when the next weekly digest after `now` is due, in UTC; its key: weekday, time and local ISO week).

    A time that the clocks skip is read as that much later, one that they repeat as the first of the two.
    """
    tz, at = zone(timezone), read_time_of_day(time_of_day)
    day = now.astimezone(tz).date()
    day += timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7)
    due = datetime.combine(day, at, tz).astimezone(UTC)
    if due <= now:
        day += timedelta(days=7)
        due = datetime.combine(day, at, tz).astimezone(UTC)
    year, week, _ = day.isocalendar()
    return due, f"weekly:{weekday}:{at:%H:%M}:{year}-W{week:02d}"
