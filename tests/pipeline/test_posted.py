from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.posted import parse_posted, tag_posted

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "quality"),
    [
        ("2025-10-24T22:04:58.541+00:00", datetime(2025, 10, 24, 22, 4, 58, 541000, UTC), "exact"),
        ("2025-12-01 21:24:45 UTC", datetime(2025, 12, 1, 21, 24, 45, tzinfo=UTC), "exact"),
        ("2025-12-01T21:24:45Z", datetime(2025, 12, 1, 21, 24, 45, tzinfo=UTC), "exact"),
        ("2025-12-01T21:24:45-05:00", datetime(2025, 12, 2, 2, 24, 45, tzinfo=UTC), "exact"),
        ("2025-12-01T21:24:45+0530", datetime(2025, 12, 1, 15, 54, 45, tzinfo=UTC), "exact"),
        ("2025-12-01T00:00:00", datetime(2025, 12, 1, tzinfo=UTC), "day"),
        ("2025-12-01T00:00:00Z", datetime(2025, 12, 1, tzinfo=UTC), "day"),
        ("2025-8-26", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("2025-08-26", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("8/26/2025", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("26/8/2025", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("26.08.2025", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("August 26, 2025", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("26 Aug 2025", datetime(2025, 8, 26, tzinfo=UTC), "day"),
        ("1756166400", datetime(2025, 8, 26, tzinfo=UTC), "exact"),
        ("1756166400000", datetime(2025, 8, 26, tzinfo=UTC), "exact"),
        ("Tue, 26 Aug 2025 10:00:00 +0200", datetime(2025, 8, 26, 8, tzinfo=UTC), "exact"),
        ("Tue, 26 Aug 2025 10:00:00 GMT", datetime(2025, 8, 26, 10, tzinfo=UTC), "exact"),
        ("Posted 5 Days Ago", NOW - timedelta(days=5), "relative"),
        ("Posted 30+ Days Ago", NOW - timedelta(days=30), "relative"),
        ("Posted Yesterday", NOW - timedelta(days=1), "relative"),
        ("Posted Today", NOW, "relative"),
        ("just posted", NOW, "relative"),
        ("2 weeks ago", NOW - timedelta(weeks=2), "relative"),
        ("an hour ago", NOW - timedelta(hours=1), "relative"),
        ("3d ago", NOW - timedelta(days=3), "relative"),
    ],
)
def test_forms(text, moment, quality):
    assert parse_posted(text, NOW) == (moment, quality)


def test_a_little_ahead_is_now_and_far_ahead_is_refused():
    assert parse_posted("2026-01-16", NOW) == (NOW, "day")
    assert parse_posted("2026-03-01", NOW) is None
    assert parse_posted("9999999999999", NOW) is None


@pytest.mark.parametrize("text", ["", "soon", "2025-02-31", "99/99/2025", "0", "1999-01-01", "7654321", "inf", "1e400"])
def test_no_date_is_first_seen(text):
    moment, quality, evidence = tag_posted(text, NOW)
    assert (moment, quality) == (None, "first-seen")
    assert evidence.basis == "unknown"


@given(
    st.one_of(st.text(max_size=120), st.from_regex(r"[0-9]{1,20}([-/. :T][0-9]{1,6}){0,6}( ago| UTC|[+-][0-9]{4})?"))
)
def test_any_text_is_a_past_moment_or_nothing(text):
    found = parse_posted(text, NOW)
    assert found is None or (found[0] <= NOW and found[0].tzinfo is UTC and found[1] in ("exact", "day", "relative"))


@given(st.integers(978307200, 1767225600))
def test_iso_and_epoch_agree(seconds):
    moment = datetime.fromtimestamp(seconds, UTC)
    for text in (moment.isoformat(), str(int(moment.timestamp())), str(int(moment.timestamp()) * 1000)):
        assert parse_posted(text, NOW)[0] == moment
