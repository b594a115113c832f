"""Time zones that remote work is bound to."""

from datetime import UTC, datetime

import pytest

from models import RawPlace, RawPosting
from pipeline.tagging import tag
from pipeline.zones import zone, zone_asked

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("REMOTE (CET +/- 2h)", "CET +/- 2h"),
        ("Remote, UTC-3 to UTC+3", "UTC-3 to UTC+3"),
        ("Remote (US timezones)", "US timezones"),
        ("Remote (EST/PST hours)", "EST/PST hours"),
        ("Remote, +/- 3 hours of CET", "+/- 3 hours of CET"),
        ("Remote (US)", None),
        ("40 hours a week", None),
        ("24 hours", None),
        ("UTC", None),
    ],
)
def test_zone_of_a_location(text, wanted):
    span = zone(text)
    assert (span and text[slice(*span)]) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("You must overlap four hours with Pacific time zone.", "Pacific time zone"),
        ("The ability to operate in ET, CT, MT, or PT timezones is required.", "ET, CT, MT, or PT timezones"),
        ("Candidates within European time zones only.", "European time zones"),
        ("You are located between UTC-3 and UTC+3.", "UTC-3 and UTC+3"),
        ("Our product serves European time zones.", None),
        ("We close at 5 PM EST.", None),
        ("The scheduler knows US time zones. You must love Go.", None),
    ],
)
def test_zone_that_a_text_asks_for(text, wanted):
    span = zone_asked(text)
    assert (span and text[slice(*span)]) == wanted


def test_scope_of_a_remote_posting_and_no_place():
    raw = RawPosting("s", "b", "1", "u", "AI Engineer (Remote, US time zones)", places=[RawPlace("Remote")])
    tags = tag(raw, NOW)
    assert (tags.remote_scope, tags.places) == ("US time zones", [])
    raw = RawPosting("s", "b", "1", "u", "AI Engineer", places=[RawPlace("Remote - US time zones")])
    tags = tag(raw, NOW)
    assert (tags.remote_scope, tags.places) == ("US time zones", [])


def test_no_scope_without_remote_work():
    raw = RawPosting(
        "s", "b", "1", "u", "AI Engineer", places=[RawPlace("Berlin")], description="You must work CET hours."
    )
    assert tag(raw, NOW).remote_scope is None
