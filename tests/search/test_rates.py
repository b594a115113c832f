from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Salary, Tags
from search import Document, QueryError, explain, matches, parse, rates
from search.rates import RatesError, load_rates

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def own_table(tmp_path):
    path = tmp_path / "rates.tsv"
    path.write_text("# mine\ndate\t2026-01-01\nEUR\t0.5\nGBP\t0.25\n")
    yield rates.use(path)
    rates.use(None)


def paid(low, high, currency):
    tags = Tags(title="x", company="y", description="", salary=Salary(low, high, currency, "year", low, high))
    return Document.from_tags(tags, ["lever"], True, NOW)


def test_the_shipped_table():
    shipped = load_rates()
    assert shipped.day >= date(2025, 1, 1)
    assert 1.0 < shipped.convert(1, "EUR", "USD") < 1.5
    assert shipped.convert(5, "USD", "USD") == 5
    assert shipped.convert(1, "XXX", "USD") is None


@given(st.floats(1, 1e7), st.sampled_from(["EUR", "GBP", "INR", "JPY"]), st.sampled_from(["USD", "CHF", "VND"]))
def test_there_and_back(amount, source, target):
    shipped = load_rates()
    assert shipped.convert(shipped.convert(amount, source, target), target, source) == pytest.approx(amount)


def test_own_table(own_table):
    assert rates.in_force() is own_table
    assert own_table.convert(1, "EUR", "USD") == 2


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("salary>=160kUSD", True), ("salary>=160,001USD", False), ("salary<=100kusd", True),
        ("salary<=99999usd", False),
        ("salary>=80k€", True), ("salary>=80001€", False), ("salary>=40kGBP", True), ("salary>=41kGBP", False),
        ("salary>=160k", False), ("salary>=160k currency:USD", True),
        ("salary>=160001 currency:USD", False), ("salary>=80k currency:USD currency:EUR", False),
            ("-salary>=161kUSD", True),
    ],
)  # fmt: skip
def test_pay_is_compared_in_the_currency_asked_for(own_table, query, is_found):
    assert matches(parse(query), paid(50_000, 80_000, "EUR"), NOW) is is_found


def test_pay_in_a_currency_without_a_rate_matches_neither_side(own_table):
    for query in ("salary>=1kUSD", "salary<=900mUSD"):
        assert not matches(parse(query), paid(50_000, 80_000, "CHF"), NOW)


def test_the_explanation_names_both_amounts_and_the_day(own_table):
    clause = explain(parse("salary>=120kUSD"), paid(50_000, 80_000, "EUR"), NOW).clauses[0]
    assert clause["text"] == "salary: 50,000–80,000 EUR ≈ 100,000–160,000 USD (rates of 2026-01-01)"
    assert explain(parse("salary>=60kEUR"), paid(50_000, 80_000, "EUR"), NOW).clauses[0]["text"] == (
        "salary: 50,000–80,000 EUR"
    )


def test_a_currency_without_a_rate_is_refused(own_table):
    with pytest.raises(QueryError, match="no exchange rate for CHF"):
        parse("salary>=150kCHF")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("EUR\t0.5\n", "no line 'date"), ("date\t2026-01-01\nEUR 0.5\n", "line 2"), ("date\tx\nEUR\t1", "line 1"),
        *[(f"date\t2026-01-01\n{row}\n", "line 2") for row in ("EUR\t-1", "euro\t1", "EUR\tnan", "EUR\t")],
    ],
)  # fmt: skip
def test_a_bad_table_says_where_and_changes_nothing(tmp_path, text, wanted):
    path = tmp_path / "bad.tsv"
    path.write_text(text)
    before = rates.in_force()
    with pytest.raises(RatesError, match=rf"bad\.tsv.*{wanted}"):
        rates.use(path)
    assert rates.in_force() is before


def test_an_absent_table_is_an_error(tmp_path):
    with pytest.raises(RatesError, match="no such file"):
        rates.use(tmp_path / "none.tsv")
