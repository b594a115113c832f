"""Digests over clock changes: one a local week or day in every zone; and quiet hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.cadence import (
    WEEKDAYS,
    digest_after,
    next_digest,
    quiet_until,
    read_quiet,
    read_time_of_day,
    read_weekday,
    zone,
)
from alerts.empty import last_period
from models import Cadence

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)


def transitions(name: str) -> list[datetime]:
    """UTC hours just before which the zone's offset changed."""
    tz, found, at = ZoneInfo(name), [], START
    step = timedelta(days=7)
    while at < END:
        if at.astimezone(tz).utcoffset() != (at + step).astimezone(tz).utcoffset():
            low, high = at, at + step
            while high - low > timedelta(minutes=15):
                middle = low + (high - low) / 2
                same = middle.astimezone(tz).utcoffset() == low.astimezone(tz).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        at += step
    return found


@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.WEEKLY])
def test_every_zone_has_one_digest_a_period_around_each_clock_change(cadence):
    checked = 0
    for name in sorted(available_timezones()):
        for change in transitions(name):
            local = (change - timedelta(hours=3)).astimezone(ZoneInfo(name))
            back = timedelta(days=10 if cadence == Cadence.WEEKLY else 2, hours=1)
            for time_of_day in ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:59"):
                check_periods(name, cadence, WEEKDAYS[local.weekday()], time_of_day, change - back)
                checked += 1
    assert checked > 10_000


def check_periods(name: str, cadence: Cadence, weekday: str, time_of_day: str, start: datetime) -> None:
    """Three digests in a row: keys of three periods in a row, each on the right local day, none twice."""
    now, days, keys = start, [], []
    for _ in range(3):
        due, key = next_digest(now, name, weekday, time_of_day, cadence)
        assert due > now
        again, same = next_digest(due - timedelta(seconds=1), name, weekday, time_of_day, cadence)
        assert (again, same) == (due, key)
        assert digest_after(due, name, key) == next_digest(due, name, weekday, time_of_day, cadence)
        days.append(due.astimezone(ZoneInfo(name)))
        keys.append(key)
        now = due
    step = 7 if cadence == Cadence.WEEKLY else 1
    asked = [day_of(key, weekday) for key in keys]
    assert [day - asked[0] for day in asked] == [timedelta(days=step * number) for number in range(3)]
    for found, day in zip(days, asked, strict=True):
        wished = datetime.combine(day, read_time_of_day(time_of_day), found.tzinfo)
        is_skipped = wished.astimezone(UTC).astimezone(found.tzinfo).replace(tzinfo=None) != wished.replace(tzinfo=None)
        shown = found.replace(tzinfo=None) - wished.replace(tzinfo=None)
        assert timedelta(0) < shown <= timedelta(days=1) if is_skipped else shown == timedelta(0)


def day_of(key: str, weekday: str) -> date:
    """The local day that a key names."""
    period = key.split(":")[-1]
    if "W" not in period:
        return date.fromisoformat(period)
    year, _, week = period.partition("-W")
    return date.fromisocalendar(int(year), int(week), WEEKDAYS.index(weekday) + 1)


def test_a_time_that_the_clocks_skip_is_read_as_later():
    due, key = next_digest(datetime(2026, 3, 25, tzinfo=UTC), "Europe/Berlin", "sun", "02:30")
    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Berlin
    assert key == "weekly:sun:02:30:2026-W13"


def test_a_time_that_the_clocks_repeat_is_the_first_of_the_two():
    due, key = next_digest(datetime(2026, 10, 24, tzinfo=UTC), "Europe/Berlin", "sun", "02:30")
    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    after, next_key = next_digest(due, "Europe/Berlin", "sun", "02:30")
    assert after == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    assert next_key != key


@given(
    st.floats(0, 15 * 365).map(lambda days: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]),
    st.sampled_from(WEEKDAYS),
    st.times(),
)
def test_the_next_digest_is_within_eight_days_and_after_now(now, name, weekday, time_of_day):
    due, _ = next_digest(now, name, weekday, f"{time_of_day:%H:%M}")
    assert now < due <= now + timedelta(days=7, hours=3)


@settings(max_examples=300, deadline=None)
@given(
    now=st.datetimes(START.replace(tzinfo=None), END.replace(tzinfo=None), timezones=st.just(UTC)),
    name=st.sampled_from(sorted(available_timezones())),
    weekday=st.sampled_from(WEEKDAYS),
    minutes=st.integers(0, 24 * 60 - 1),
    cadence=st.sampled_from([Cadence.DAILY, Cadence.WEEKLY]),
)
def test_the_last_period_is_the_one_before_the_next(now, name, weekday, minutes, cadence):
    at = f"{minutes // 60:02}:{minutes % 60:02}"
    due, key = last_period({"weekday": weekday, "time_of_day": at, "cadence": cadence, "zone": ""}, name, now)
    later, other = next_digest(now, name, weekday, at, cadence)
    assert due <= now < later
    assert next_digest(due, name, weekday, at, cadence) == (later, other)
    assert key != other


@pytest.mark.parametrize("given", ["Monday", "mon", " MON "])
def test_weekdays_are_read_kindly(given):
    assert read_weekday(given) == "mon"


@pytest.mark.parametrize("given", ["", "8", "8:0", "08:00:00", "٠٨:٠٠", "24:00", "9:60", "-1:00", "noon"])
def test_other_times_of_day_are_errors(given):
    with pytest.raises(ValueError, match="write it as 08:00"):
        read_time_of_day(given)


@pytest.mark.parametrize("given", ["", "Mars/Olympus", "../etc/passwd", "\0"])
def test_unknown_zones_are_named(given):
    with pytest.raises(ValueError, match="IANA"):
        zone(given)


def test_a_search_in_its_own_zone_has_periods_of_its_own():
    now = datetime(2026, 5, 4, 11, tzinfo=UTC)  # a Monday, 13:00 in Berlin and 07:00 in New York
    berlin = next_digest(now, "Europe/Berlin", "mon", "08:00")
    york = next_digest(now, "Europe/Berlin", "mon", "08:00", own_zone="America/New_York")
    assert berlin == (datetime(2026, 5, 11, 6, tzinfo=UTC), "weekly:mon:08:00:2026-W20")
    assert york == (datetime(2026, 5, 4, 12, tzinfo=UTC), "weekly:mon:08:00:2026-W19:America/New_York")
    assert digest_after(york[0], "Europe/Berlin", york[1])[0] == datetime(2026, 5, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2026-05-04T21:59", None),
        ("2026-05-04T22:00", "2026-05-05T07:00"),
        ("2026-05-05T06:59", "2026-05-05T07:00"),
        ("2026-05-05T07:00", None),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # a night of one hour less
    ],
)
def test_quiet_hours_end_in_the_morning(at, until):
    berlin = ZoneInfo("Europe/Berlin")
    expected = datetime.fromisoformat(until).replace(tzinfo=berlin) if until else None
    assert quiet_until(datetime.fromisoformat(at).replace(tzinfo=berlin), "Europe/Berlin", "22:00-07:00") == expected


@given(
    st.floats(0, 15 * 365).map(lambda days: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]),
    st.times(),
    st.times(),
)
def test_quiet_hours_end_after_now_and_are_over_then(now, name, start, end):
    quiet = f"{start:%H:%M}-{end:%H:%M}"
    if f"{start:%H:%M}" == f"{end:%H:%M}":
        with pytest.raises(ValueError, match="no time at all"):
            read_quiet(quiet)
        return
    until = quiet_until(now, name, quiet)
    assert until is None or (now < until <= now + timedelta(hours=26) and quiet_until(until, name, quiet) is None)


@pytest.mark.parametrize("given", ["22:00", "22-7", "22:00-", "a-b", "22:00-07:00-08:00"])
def test_other_quiet_hours_are_errors(given):
    with pytest.raises(ValueError, match="write it as 08:00"):
        read_quiet(given)
