"""Time zones that remote work is bound to."""

from datetime import UTC, datetime

import pytest

from models import RawPlace, RawPosting
from pipeline.place.zones import zone, zone_asked
from pipeline.tagging import tag

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("REMOTE (CET +/- 2h)", "CET +/- 2h"),
        ("Remote, UTC-3 to UTC+3", "UTC-3 to UTC+3"),
        ("Remote (US timezones)", "US timezones"),
        ("Remote (EST/PST hours)", "EST/PST hours"),
        ("Remote, +/- 3 hours of CET", "+/- 3 hours of CET"),
        ("between UTC−06:00 and UTC+01:00", "UTC−06:00 and UTC+01:00"),
        ("UTC +2 to UTC +5:30", "UTC +2 to UTC +5:30"),
        ("CET-3 to CET+3", "CET-3 to CET+3"),
        ("Remote - Eastern Time Zone", "Eastern Time Zone"),
        ("Remote (utc+2)", "utc+2"),
        ("REMOTE (GMT+1)", "GMT+1"),
        ("Remote, US, EU hours", "EU hours"),
        ("REMOTE(US, Pacific time zone)", "Pacific time zone"),
        ("Remote (US)", None),
        ("23:59 GMT 12 December", None),
        ("9:00 UTC 2026-01-10", None),
        ("UTC, 4 days a week", None),
        ("UTC A12", None),
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
        ("Applications must be received by 23:59 GMT 12 December.", None),
        ("Our customer support is available during European business hours.", None),
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


def test_a_scope_of_zones_is_one_part_of_a_list():
    text = "You must overlap with EU, US time zones."
    tags = tag(RawPosting("s", "b", "1", "u", "AI Engineer", places=[RawPlace("Remote")], description=text), NOW)
    assert tags.remote_scope == "EU / US time zones"
    assert tags.evidence["remote_scope"]["quote"] == "EU, US time zones"


def test_no_scope_without_remote_work():
    raw = RawPosting(
        "s", "b", "1", "u", "AI Engineer", places=[RawPlace("Berlin")], description="You must work CET hours."
    )
    assert tag(raw, NOW).remote_scope is None
