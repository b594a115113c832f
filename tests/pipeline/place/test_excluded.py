from datetime import UTC, datetime

import pytest

from models import RawPlace, RawPosting
from pipeline.place import parse_location
from pipeline.place.excluded import excluded_in
from pipeline.tagging import tag

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("Remote - United States (not available in CA, NY, CO)", "US, not US-CA, not US-NY, not US-CO"),
        ("Remote, Canada (excluding Quebec)", "CA, not CA-QC"),
        ("Remote - Europe, except the UK", "Europe, not GB"),
        ("Anywhere except Russia and Belarus", "worldwide, not RU, not BY"),
        ("Remote - US only, no NYC", "US"),
        ("Remote - US. We do not hire in AK, HI.", "US, not US-AK, not US-HI"),
        ("Remote Deutschland (außer Bayern)", "DE, not DE-BY"),
        ("No Remote - Boston, MA", "US"),
        ("Not Remote", None),
        ("Remote – anywhere in the US but California", "US, not US-CA"),
        ("Remote EU (without Germany)", "EU, not DE"),
        ("Remote, US", "US"),
    ],
)
def test_locations(text, scope):
    read = parse_location(text)
    assert read.remote_scope == scope


def test_what_is_excluded_is_no_place():
    assert [place.as_json() for place in parse_location("US Remote (no CA, NY)").places] == [
        {"city": None, "region": None, "country": "US"}
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("This role is not available to residents of California or Colorado.", ["US-CA", "US-CO"]),
        ("We cannot hire in NY, and we say so.", ["US-NY"]),
        ("Fully remote within the US, excluding New York.", ["US-NY"]),
        ("We do not accept applications from agencies.", []),
        ("We are not able to sponsor visas in this role.", []),
        ("Remote work in a team without Excluding Filters", []),
    ],
)
def test_descriptions(text, codes):
    assert excluded_in(text, {"US"})[0] == codes


def test_the_description_narrows_a_remote_job_only():
    text = "<p>This role is not available to residents of California.</p>"
    places = [RawPlace("Remote, United States")]
    assert (
        tag(RawPosting("", "", "", "u", "Engineer", description=text, places=places), NOW).remote_scope
        == "US, not US-CA"
    )
    assert (
        tag(RawPosting("", "", "", "u", "Engineer", description=text, places=[RawPlace("Boston")]), NOW).remote_scope
        is None
    )


@pytest.mark.parametrize(
    "piece", ["cannot hire in A ", "remote excluding ", "not available to x y z in ", "Remote A, "]
)
def test_long_and_strange_texts_are_read(piece):
    excluded_in(piece * 6_000, {"US"})
