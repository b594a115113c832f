"""How values read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import shown

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5, minutes=59), "5 hours ago"),
        (timedelta(days=20), "2 weeks ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(hours=-2), "in 2 hours"),
    ],
)
def test_ago(delta, words):
    assert shown.ago(NOW - delta, NOW) == words


@pytest.mark.parametrize(
    ("salary", "words"),
    [
        (None, ""),
        ({"min": 180000.0, "max": 240000.0, "currency": "USD", "period": "year"}, "$180,000–$240,000 a year"),
        ({"min": 62.5, "max": None, "currency": "EUR", "period": "hour"}, "from €62.50 an hour"),
        ({"min": None, "max": 90000.0, "currency": "CHF", "period": "year"}, "up to CHF 90,000 a year"),
        ({"min": 5000.0, "max": 5000.0, "currency": "GBP", "period": "month"}, "£5,000 a month"),
    ],
)
def test_pay(salary, words):
    assert shown.pay(salary) == words


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)",
        "data:text/html,x", "vbscript:x", "//evil.example/x", "/relative", "https:", "https://", "http:evil",
        "https://a b/", "", "https://ok.example/\nx", "https:\\\\evil.example", "https://[bad/",
        "file:///etc/passwd", None,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_no_link(url):
    assert shown.link(url) == ""


@pytest.mark.parametrize("url", ["https://jobs.example/1?a=b#c", "HTTP://jobs.example", "https://jobs.example/ä"])
def test_web_addresses_are_links(url):
    assert shown.link(url) == url


@given(st.text(max_size=60))
def test_a_link_always_has_a_host_and_a_web_scheme(url):
    linked = shown.link(url)
    assert linked in ("", url)
    assert not linked or (linked.lower().startswith(("http://", "https://")) and shown.host(linked))


def test_places_and_countries():
    assert shown.place({"city": "Berlin", "region": "Berlin", "country": "DE"}) == "Berlin, Germany"
    assert shown.place({"city": None, "region": None, "country": "GB"}) == "United Kingdom"
    assert shown.country_name("ZZ") == "ZZ"
    assert shown.country_name("KR") == "South Korea"


def test_changes_in_words():
    assert shown.change([None, "edited"], "description") == "the text was edited"
    assert shown.change([None, 180000.0], "salary_min") == "not said → 180,000"
    assert shown.change([[{"city": "Paris", "country": "FR"}], []], "locations") == "Paris, France → not said"
