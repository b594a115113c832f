"""How postings, changes and reasons read: a table for each rule."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search
from alerts.changes import closed, lines
from alerts.channels import keyboard
from alerts.proposals import BECAUSE
from alerts.wording import because, clean, day, given_name, pay, place, shorten
from search.fit import WEIGHTS
from search.profile import _LISTS
from web.facets import LABELS

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def town(city=None, country=None, region=None):
    return {"city": city, "region": region, "country": country}


def salary(low, high, currency="USD", period="year", **more):
    return {"min": low, "max": high, "currency": currency, "period": period} | more


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (salary(185_000, 240_000), "$185k–240k"),
        (salary(97_500, 97_500), "$97.5k"),
        (salary(5500, 6800, "EUR", "month"), "€5,500–6,800/month"),
        (salary(60.5, None, "USD", "hour"), "from $60.50/hour"),
        (salary(18.0, 18.0, "EUR", "hour"), "€18/hour"),
        (salary(None, 90_000, "GBP"), "up to £90k"),
        (salary(135_000, 170_000, "CHF"), "CHF 135k–170k"),
        (salary(2_500_000, 4_250_000, "INR"), "₹2.5M–4.25M"),
        (salary(900_000, 1_200_000, "JPY", "month"), "¥900,000–1,200,000/month"),
        (salary(123_456, 234_567), "$123,456–234,567/year"),
        (salary(8000, 12_000, "EUR"), "€8,000–12,000/year"),
        (salary(20_000, 30_000, "PLN", "month"), "PLN 20k–30k/month"),
        (salary(50_000, 60_000, None, None), "50k–60k"),
        (salary(50_000, 60_000, is_predicted=True), "$50k–60k (estimated)"),
        (salary(None, None), ""),
        (None, ""),
    ],
)
def test_pay_reads_as_people_print_it(given, words):
    assert pay({"salary": given}) == words


@pytest.mark.parametrize(
    ("locations", "workplace", "scope", "words"),
    [
        ([town(country="US")], "remote", "US", "remote in US"),
        ([town("Austin", "US", "Texas")], "remote", "US", "Austin · remote in US"),
        ([town("Austin", "US"), town(country="US")], "remote", "US", "Austin · remote in US"),
        ([town("Berlin", "DE")], "remote", "EU", "Berlin, DE · remote in EU"),
        ([town(country="US"), town(country="CA")], "remote", "US, CA", "US / CA · remote in US, CA"),
        ([], "remote", "worldwide", "remote worldwide"),
        ([], None, "US", "remote in US"),
        ([], "remote", None, "remote"),
        ([town("Paris", "FR")], "hybrid", None, "Paris, FR · hybrid"),
        ([town("Paris", "FR")], "hybrid", "FR", "Paris, FR · hybrid (FR)"),
        ([town("San Francisco", "US"), town("New York City", "US")], None, None, "San Francisco / New York City, US"),
        ([town("London", "GB"), town("Paris", "FR"), town("Lyon", "FR")], None, None, "London, GB / Paris / Lyon, FR"),
        ([town(f"T{number}", "DE") for number in range(5)], None, None, "T0 / T1 / T2, DE +2"),
        ([town(region="Bavaria", country="DE"), town()], None, None, "Bavaria, DE"),
        ([], None, None, ""),
    ],
)
def test_a_place_is_said_once(locations, workplace, scope, words):
    assert place({"locations": locations, "workplace": workplace, "remote_scope": scope}) == words


LONDON, PARIS = town("London", "GB", "England"), town("Paris", "FR")
NEW_PAY = {"salary_min": [None, 95_000.0], "salary_max": [None, 120_000.0], "salary_currency": [None, "GBP"],
           "salary_period": [None, "year"]}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ["ML Engineer", "Senior ML Engineer"]}, ["title changed: ML Engineer → Senior ML Engineer"]),
        ({"description": [None, "edited"]}, ["text edited"]),
        (NEW_PAY, ["salary added: £95k–120k"]),
        ({"description": [None, "edited"]} | NEW_PAY, ["salary added: £95k–120k", "text edited"]),
        ({name: pair[::-1] for name, pair in NEW_PAY.items()}, ["salary removed (was £95k–120k)"]),
        ({"salary_max": [110_000, 120_000]}, ["salary: £95k–110k → £95k–120k"]),
        ({"salary_period": [None, "year"]}, ["salary edited"]),
        ({"locations": [[LONDON], [LONDON, PARIS]]}, ["also in Paris"]),
        ({"locations": [[LONDON, PARIS], [LONDON]]}, ["no longer in Paris"]),
        ({"workplace": [None, "remote"]}, ["now remote"]),
        ({"locations": [[], [PARIS]]}, ["location: none → Paris"]),
        ({"locations": [[town(country="US")], [town(region="Texas", country="US")]]}, ["location: US → Texas"]),
        ({"locations": [[town("Cambridge", "GB")], [town("Cambridge", "US")]]},
         ["location: Cambridge, GB → Cambridge, US"]),
        ({"remote_scope": [None, "EU"], "workplace": ["onsite", "remote"]},
         ["remote scope: none → EU", "now remote (was onsite)"]),
        ({"employment_type": ["contract", "full-time"]}, ["employment: contract → full-time"]),
        ({"visa_sponsorship": [None, True]}, ["visa sponsorship: none → yes"]),
        ({f"f{number}": [1, 2] for number in range(9)}, [f"f{number}: 1 → 2" for number in range(5)]),
        ({}, []),
    ],
)  # fmt: skip
def test_a_change_is_one_line(changes, said):
    posting = {"salary": salary(95_000, 120_000, "GBP")}
    assert lines(changes, posting) == said


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["city", "country", "x"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["title", "locations", "workplace", "x_y"]), st.tuples(JSON, JSON)))
def test_no_change_reads_as_data(changes):
    for line in lines(changes, {"salary": None}):
        assert line.isprintable()
        assert len(line) <= 500
    for structure in ([{"city": "a"}], {"city": "a"}, ["a", {"b": 1}]):
        [line] = lines({"x": [None, structure]}, {})
        assert not set("{}[]'") & set(line)


@pytest.mark.parametrize(
    ("at", "changes", "words"),
    [
        (
            NOW - timedelta(days=2),
            {"reason": [None, "not listed any more"]},
            "closed on 21 November: not listed any more",
        ),
        (NOW - timedelta(days=365), {}, "closed on 23 November 2025"),
        (None, {"reason": [None, "not listed any more"]}, "closed: not listed any more"),
        (None, {}, "closed"),
    ],
)
def test_what_closed_says_when_and_why(at, changes, words):
    assert closed(at, changes, NOW) == words


def test_a_day_is_that_of_the_reader():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert day(late, late) == "31 December"
    assert day(late, late.astimezone(ZoneInfo("Asia/Tokyo"))) == "1 January"


def clause(query, text, field=""):
    return {"clause": query, "field": field, "matched": [], "text": text}


@pytest.mark.parametrize(
    ("clauses", "words"),
    [
        ([clause("agents", "title has “agents”"), clause("role:x", "role: x", "role")], "title has “agents” · role: x"),
        ([clause("agents", "title has “agents”"), clause("llm", "title has “llm”")], "title has “agents”, “llm”"),
        ([clause("a", "title has “a”"), clause("b", "text has “b”")], "title has “a” · text has “b”"),
        ([clause("role:x", "role: x", "role"), clause("-seniority:intern", "not seniority:intern")], "role: x"),
        ([clause("-role:other", "not role:other", "role")], ""),
        ([clause("salary>=1k", "salary: 5 USD", "salary"), clause("currency:USD", "currency: USD", "currency")],
         "salary: 5 USD"),
        ([clause("currency:USD", "currency: USD", "currency")], "currency: USD"),
        ([clause("is:open", "is: open", "is"), clause("role:x", "role: x", "role")], "role: x"),
        ([clause("is:closed", "is: closed", "is")], "is: closed"),
        ([clause("role:x", "role: x", "role")] * 2, "role: x"),
        ([], ""),
    ],
)  # fmt: skip
def test_a_reason_is_what_holds_once(clauses, words):
    assert because(clauses) == words


@pytest.mark.parametrize(
    ("name", "query", "given"),
    [
        ("agents EU", "agent region:EU", "agents EU"),
        ("agent region:EU", "agent  region:EU ", ""),
        ("agent region:EU 2", "agent region:EU", ""),
        ("agent region:EU now", "agent region:EU", "agent region:EU now"),
        ("a" * 60, "a" * 90, ""),
        ("a" * 60 + " 13", "a" * 90, ""),
        ("2", "rag", "2"),
    ],
)
def test_a_name_made_of_the_query_is_none(name, query, given):
    assert given_name(name, query) == given


@pytest.mark.parametrize(
    ("text", "limit", "words"),
    [
        ("short", 10, "short"),
        ("title:agent region:EU remote:EU", 25, "title:agent region:EU…"),
        ("role:a-long-one,b-long-one,c", 20, "role:a-long-one…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("x yyyyyyyyyyyyyyyy", 10, "x yyyyyyy…"),
    ],
)
def test_a_long_text_ends_at_a_word(text, limit, words):
    assert shorten(text, limit) == words


@given(st.text(), st.integers(2, 80))
def test_a_shortened_text_is_clean_and_fits(text, limit):
    made = shorten(text, limit)
    assert len(made) <= limit
    assert made == clean(made, limit)


def test_what_our_texts_call_fields_are_fields_of_a_search():
    """What messages say that a posting fits by, what /not and /profile take, and what facets and reasons are called."""
    shown = {LABELS[name].lower() for name in ("role", "seniority", "workplace", "country", "skill", "company")}
    words = {*WEIGHTS, *BECAUSE, *(label.lower() for _, label in keyboard.BECAUSE), *_LISTS, *shown} - {"word"}
    assert {"level", "place", "pay", "age", "employer", "skills"} <= words
    values = {"pay": ">=90k", "age": "<7d", "place": "Berlin", "country": "DE", "level": "senior",
              "seniority": "senior", "role": "ml-engineer", "workplace": "remote"}  # fmt: skip
    for word in words:
        query = search.parse(f"{word}:{values.get(word, 'python')}")
        assert search.parse(str(query)) == query
        assert not str(query).startswith((f"{word} ", f'"{word}"')), query
