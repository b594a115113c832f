"""Digests over clock changes: one a local week in every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.cadence import WEEKDAYS, next_digest, read_time_of_day, read_weekday, zone

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


def test_every_zone_has_one_digest_a_week_around_each_clock_change():
    checked = 0
    for name in sorted(available_timezones()):
        for change in transitions(name):
            local = change.astimezone(ZoneInfo(name))
            for time_of_day in ("00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:59"):
                check_weeks(name, WEEKDAYS[local.weekday()], time_of_day, change - timedelta(days=10))
                checked += 1
    assert checked > 10_000


def check_weeks(name: str, weekday: str, time_of_day: str, start: datetime) -> None:
    """Three digests in a row: keys of three weeks in a row, each on the right local day, none twice."""
    now, days, keys = start, [], []
    for _ in range(3):
        due, key = next_digest(now, name, weekday, time_of_day)
        assert due > now
        again, same = next_digest(due - timedelta(seconds=1), name, weekday, time_of_day)
        assert (again, same) == (due, key)
        days.append(due.astimezone(ZoneInfo(name)))
        keys.append(key)
        now = due
    assert len(set(keys)) == 3
    assert [day.date() - days[0].date() for day in days] == [timedelta(days=7 * week) for week in range(3)]
    for day in days:
        assert day.weekday() == WEEKDAYS.index(weekday)
        asked = datetime.combine(day.date(), read_time_of_day(time_of_day), day.tzinfo)
        is_skipped = asked.astimezone(UTC).astimezone(day.tzinfo).time() != asked.time()
        assert day.time() > asked.time() if is_skipped else day.time() == asked.time()


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


@pytest.mark.parametrize("given", ["Monday", "mon", " MON "])
def test_weekdays_are_read_kindly(given):
    assert read_weekday(given) == "mon"


@pytest.mark.parametrize("given", ["", "8", "8:0", "08:00:00", "٠٨:٠٠", "24:00", "-1:00", "noon"])
def test_other_times_of_day_are_errors(given):
    with pytest.raises(ValueError):
        read_time_of_day(given)


@pytest.mark.parametrize("given", ["", "Mars/Olympus", "../etc/passwd", "\0"])
def test_unknown_zones_are_named(given):
    with pytest.raises(ValueError, match="IANA"):
        zone(given)
