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


@pytest.mark.parametrize(
    ("text", "language", "stated", "countries", "day"),
    [
        ("05/11/2025", None, "fr", set(), (2025, 11, 5)), ("11/05/2025", None, "en-US", {"DE"}, (2025, 11, 5)),
        ("05/11/2025", "en", "en_GB", {"US"}, (2025, 11, 5)), ("05/11/2025", "fr", "en-US", set(), None),
        ("05/11/2025", "en", "", set(), None), ("05/11/2025", "en", "Deutsch", {"GB"}, (2025, 11, 5)),
        ("10 listopada 2025", None, "pl", set(), (2025, 11, 10)), ("10 listopada 2025", None, "", set(), None),
        ("5 tháng 11, 2025", None, "vi", set(), (2025, 11, 5)),
        ("ngày 5 tháng 11 năm 2025", "vi", "", set(), (2025, 11, 5)),
        ("5 בנובמבר 2025", None, "he", set(), (2025, 11, 5)), ("5 tháng 13, 2025", "vi", "", set(), None),
    ],
)  # fmt: skip
def test_the_language_that_a_page_states_orders_its_dates(text, language, stated, countries, day):
    found = parse_posted(text, NOW, language, countries, stated)
    assert found == ((datetime(*day, tzinfo=UTC), "day") if day else None)


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


@pytest.mark.parametrize(
    ("text", "language", "countries", "day"),
    [
        ("03/11/2025", "fr", (), (2025, 11, 3)), ("03/11/2025", "en", ("US",), (2025, 3, 11)),
        ("03/11/2025", "en", ("GB",), (2025, 11, 3)), ("3-11-2025", "nl", (), (2025, 11, 3)),
        ("03.11.2025", None, (), (2025, 11, 3)), ("03.11.25", "de", (), (2025, 11, 3)),
        ("3 listopada 2025", "pl", (), (2025, 11, 3)), ("3 listopada 2025", "hr", (), (2025, 10, 3)),
        ("Le 3 novembre 2025 à 14 h 30", "fr", (), (2025, 11, 3)), ("2025年11月3日", "ja", (), (2025, 11, 3)),
        ("2025. november 3.", "hu", (), (2025, 11, 3)), ("20251103", None, (), (2025, 11, 3)),
        ("Tue, 4 Nov 2025", "en", (), (2025, 11, 4)),
        ("3 พฤศจิกายน 2568", "th", (), (2025, 11, 3)),
    ],
)  # fmt: skip
def test_a_day_is_read_in_the_order_and_words_of_the_page(text, language, countries, day):
    assert parse_posted(text, NOW, language, set(countries)) == (datetime(*day, tzinfo=UTC), "day")


@pytest.mark.parametrize("text", ["3 listopada 2025", "03/11/2025", "November 2025", "3 or 4 November 2025"])
def test_a_day_is_never_guessed(text):
    assert parse_posted(text, NOW) is None


def test_the_reading_that_has_come_is_taken():
    assert parse_posted("11/12/2026", NOW) is None
    assert parse_posted("10/01/2026", NOW) == (datetime(2026, 1, 10, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("Veröffentlicht vor 3 Tagen", timedelta(days=3)), ("vor einer Woche", timedelta(weeks=1)),
        ("vor mehr als 30 Tagen", timedelta(days=30)), ("il y a plus de 30 jours", timedelta(days=30)),
        ("Publié il y a une semaine", timedelta(weeks=1)), ("Publicado hace 2 semanas", timedelta(weeks=2)),
        ("há 30+ dias", timedelta(days=30)), ("2 giorni fa", timedelta(days=2)), ("een dag geleden", timedelta(days=1)),
        ("5 dagar sedan", None), ("för 5 dagar sedan", timedelta(days=5)), ("3 dager siden", timedelta(days=3)),
        ("2 päivää sitten", timedelta(days=2)), ("5 dni temu", timedelta(days=5)), ("před 2 dny", timedelta(days=2)),
        ("2 napja", None), ("5 дней назад", timedelta(days=5)), ("2 дні тому", timedelta(days=2)),
        ("3 gün önce", timedelta(days=3)), ("πριν από 2 ημέρες", timedelta(days=2)),
        ("掲載日:3日前", timedelta(days=3)),
        ("3天前发布", timedelta(days=3)), ("2주 전", timedelta(weeks=2)), ("2 hari yang lalu", timedelta(days=2)),
        ("Gestern", timedelta(days=1)), ("avant-hier", timedelta(days=2)), ("Вчера", timedelta(days=1)),
        ("Publicado ayer", timedelta(days=1)), ("昨天", timedelta(days=1)), ("오늘", timedelta()),
        ("i dag", timedelta()),
    ],
)  # fmt: skip
def test_spans_in_the_words_of_the_world(text, ago):
    found = parse_posted(text, NOW)
    assert found == (None if ago is None else (NOW - ago, "relative"))


def test_a_day_without_a_year_is_the_last_such_day():
    assert parse_posted("12 mars", NOW) == (datetime(2025, 3, 12, tzinfo=UTC), "relative")
    assert parse_posted("Jan 3", NOW) == (datetime(2026, 1, 3, tzinfo=UTC), "relative")


def test_a_hostile_date_ends():
    for text in ("vor 3 " * 20_000, "9" * 100_000, "ago " * 25_000, "年1月" * 30_000, "3/" * 50_000):
        tag_posted(text, NOW)


def test_a_wrapped_moment_is_exact():
    assert parse_posted("/Date(1762128000000)/", NOW) == (datetime(2025, 11, 3, tzinfo=UTC), "exact")
    assert parse_posted("03/11/2025", NOW, "en") is None
