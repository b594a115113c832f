import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import RawPay
from pipeline.pay import make_salary, parse_amount, parse_currency, parse_period, tag_pay


@pytest.mark.parametrize(
    ("word", "period"),
    [
        ("1 YEAR", "year"),
        ("per-year-salary", "year"),
        ("YEAR", "year"),
        ("PA", "year"),
        ("annually", "year"),
        ("yearly", "year"),
        ("1 HOUR", "hour"),
        ("hourly", "hour"),
        ("PH", "hour"),
        ("per-hour-wage", "hour"),
        ("HOUR", "hour"),
        ("1 MONTH", "month"),
        ("month", "month"),
        ("Monatlich", "month"),
        ("WEEK", "week"),
        ("daily", "day"),
        ("", None),
        ("NONE", None),
        ("one-time", None),
    ],
)
def test_periods(word, period):
    assert parse_period(word) == period


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("120000", 120000),
        ("120000.00", 120000),
        ("120,000", 120000),
        ("€55.000", 55000),
        ("55.000,50", 55000.5),
        ("120k", 120000),
        ("1,234.56", 1234.56),
        ("45.5", 45.5),
        ("0", None),
        ("0.0", None),
        ("", None),
        ("n/a", None),
        ("-5", None),
        ("inf", None),
        ("1'200", 1200),
        ("120 000", 120000),
        ("1.2M", 1200000),
        ("9" * 5000, None),
        ("30.125", 30125),
    ],
)
def test_amounts(text, amount):
    assert parse_amount(text) == amount


def test_currencies():
    assert [parse_currency(text) for text in ("usd", "$", "€", "", "XXX", "EUR ")] == [
        "USD",
        "USD",
        "EUR",
        "",
        "",
        "EUR",
    ]


def test_one_range():
    salary, evidence, tiers = tag_pay([RawPay("120000", "180000", "USD", "1 YEAR")])
    assert (salary.min, salary.max, salary.currency, salary.period) == (120000, 180000, "USD", "year")
    assert (salary.annual_min, salary.annual_max) == (120000, 180000)
    assert evidence.basis == "stated"
    assert not tiers


def test_hourly_pay_is_annualised():
    salary = tag_pay([RawPay("50", "60", "USD", "1 HOUR")])[0]
    assert (salary.min, salary.period, salary.annual_min, salary.annual_max) == (50, "hour", 104000, 124800)


def test_tiers_give_the_whole_range():
    pays = [
        RawPay("150000", "200000", "USD", "1 YEAR", label="SF"),
        RawPay("120000", "170000", "USD", "1 YEAR", label="Austin"),
    ]
    salary, _, tiers = tag_pay(pays)
    assert (salary.min, salary.max) == (120000, 200000)
    assert [tier["label"] for tier in tiers] == ["SF", "Austin"]


def test_only_base_pay_counts():
    pays = [RawPay("1", "2", "USD", "NONE", kind="equity"), RawPay("300000", "400000", "USD", "1 YEAR", kind="ote")]
    assert tag_pay(pays)[0] is None


def test_unknown_and_swapped():
    assert tag_pay([RawPay("0", "0", "USD", "1 YEAR")])[0] is None
    assert tag_pay([RawPay("100000", "150000", "ZZZ", "1 YEAR")])[0] is None
    assert tag_pay([RawPay("10", "20", "USD", "")])[0] is None
    swapped = tag_pay([RawPay("180000", "120000", "USD", "1 YEAR")])[0]
    assert (swapped.min, swapped.max) == (120000, 180000)
    half = tag_pay([RawPay("0", "120000", "USD", "1 YEAR")])[0]
    assert (half.min, half.max, half.annual_min) == (None, 120000, None)


def test_predicted_pay_is_marked():
    salary, evidence, _ = tag_pay([RawPay("50000", "60000", "GBP", "PA", is_predicted=True)])
    assert salary.is_predicted
    assert evidence.basis == "inferred"


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=12), st.text(max_size=20))
def test_any_fields_give_a_salary_or_none(low, high, currency, interval):
    salary = tag_pay([RawPay(low, high, currency, interval)])[0]
    assert salary is None or salary.min is None or salary.max is None or 0 < salary.min <= salary.max


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.sampled_from(["year", "month", "week", "day", "hour"]))
def test_annual_pay_keeps_the_order(low, high, period):
    salary = make_salary(low, high, "USD", period)
    assert salary.annual_min <= salary.annual_max
