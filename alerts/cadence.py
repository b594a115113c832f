"""When a digest is due, and which hours are quiet: local time of day and week, safe over clock changes. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.wording import clean, quoted
from models import Cadence

DIGESTS = (Cadence.DAILY, Cadence.WEEKLY)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ValueError saying what to give instead."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from alerts.zones import unknown  # only here: few ask for what is none

        raise ValueError(unknown(name)) from None


def read_time_of_day(text: str) -> time:
    """`08:00` as a time. Raises ValueError."""
    hour, colon, minute = text.partition(":")
    is_written = colon and hour.isascii() and minute.isascii() and hour.isdigit() and minute.isdigit()
    if is_written and len(hour) <= 2 and len(minute) == 2 and int(hour) < 24 and int(minute) < 60:
        return time(int(hour), int(minute))
    what = f"{quoted(text)} is no time of day" if clean(text) else "a time of day is missing"
    raise ValueError(f"{what}; write it as 08:00")


def read_weekday(text: str) -> str:
    """`Monday` or `mon` as `mon`. Raises ValueError."""
    day = text.strip().lower().removesuffix("s")
    found = [short for short, full in zip(WEEKDAYS, _DAYS, strict=True) if len(day) > 2 and full.startswith(day)]
    if not found:
        raise ValueError(f"unknown weekday {quoted(text)}; one of {', '.join(WEEKDAYS)}")
    return found[0]


def read_quiet(text: str) -> tuple[time, time] | None:
    """`22:00-07:00` as its two ends; None for nothing. Raises ValueError."""
    if not text.strip():
        return None
    start, dash, end = text.replace("–", "-").partition("-")
    ends = read_time_of_day(start.strip()), read_time_of_day(end.strip() if dash else "")
    if ends[0] == ends[1]:
        raise ValueError(f"quiet hours from {start.strip()} to {end.strip()} are no time at all, or all of it")
    return ends


def next_digest(
    now: datetime, timezone: str, weekday: str, time_of_day: str, cadence: str = Cadence.WEEKLY, own_zone: str = ""
) -> tuple[datetime, str]:
    """(when the next digest after `now` is due, in UTC; its key: cadence, weekday, time, local day or ISO week).

    A time that the clocks skip is read as that much later, one that they repeat as the first of the two. `own_zone` is
    the search's own time zone, which stands in the key, instead of its owner's `timezone`.
    """
    tz, at = zone(own_zone or timezone), read_time_of_day(time_of_day)
    day, step = now.astimezone(tz).date() - timedelta(days=1), 1  # yesterday's 23:59 may be skipped until after now
    if cadence == Cadence.WEEKLY:
        day, step = day + timedelta(days=(WEEKDAYS.index(weekday) - day.weekday()) % 7), 7
    due = datetime.combine(day, at, tz).astimezone(UTC)
    while due <= now:
        day += timedelta(days=step)
        due = datetime.combine(day, at, tz).astimezone(UTC)
    year, week, _ = day.isocalendar()
    period = f"{weekday}:{at:%H:%M}:{year}-W{week:02d}" if cadence == Cadence.WEEKLY else f":{at:%H:%M}:{day}"
    return due, f"{cadence}:{period}" + (f":{own_zone}" if own_zone else "")


def digest_after(now: datetime, timezone: str, key: str) -> tuple[datetime, str]:
    """The next digest of the kind that a key names. Raises ValueError on what is no key."""
    cadence, weekday, hour, minute, _, *own_zone = key.split(":")
    return next_digest(now, timezone, weekday, f"{hour}:{minute}", cadence, "".join(own_zone))


def quiet_until(now: datetime, timezone: str, quiet: str) -> datetime | None:
    """When the quiet hours end that `now` falls into, in UTC; None outside of them."""
    ends = read_quiet(quiet)
    if ends is None:
        return None
    tz = zone(timezone)
    local = now.astimezone(tz)
    for day in (local.date() - timedelta(days=1), local.date()):
        start = datetime.combine(day, ends[0], tz).astimezone(UTC)
        last = day if ends[0] < ends[1] else day + timedelta(days=1)
        end = datetime.combine(last, ends[1], tz).astimezone(UTC)
        if start <= now < end:
            return end
    return None
