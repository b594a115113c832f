"""Pay in the words of the world: what grammar, bands and lexicon say of single forms."""

import pytest

from models import RawPay
from pipeline.pay import make_salary, parse_currency, parse_period, tag_pay
from pipeline.pay.bands import band, is_plausible
from pipeline.pay.said import tag_pay_text
from pipeline.pay.words import BEFORE, CODES, PERIODS, hints


def read(text, *countries):
    salary, evidence, _ = tag_pay_text(text, set(countries))
    if salary is None:
        return None
    assert text[evidence.start : evidence.end] == evidence.quote
    return salary.min, salary.max, salary.currency, salary.period


def test_the_tables_know_the_world():
    assert len(CODES) >= 35
    assert {"per månad", "pro monat", "miesięcznie", "в месяц", "月給", "aylık", "μήνα"} <= set(PERIODS)
    assert all(
        code in CODES for codes in BEFORE.values() for code in codes.split("/") if len(code) == 3 and code in CODES
    )
    assert len(hints()) < 6_000


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_is_read_with_its_band(code):
    month = round(band(code, "month")[0] * 4)
    assert read(f"Salary: {code} {month} - {month * 2} per month") == (month, month * 2, code, "month")


@pytest.mark.parametrize(
    ("text", "countries", "expected"),
    [
        ("Lön: 45 000 - 52 000 kr i månaden", (), (45000, 52000, "SEK", "month")),
        ("Pay: 45 000 - 52 000 kr per month", ("NO",), (45000, 52000, "NOK", "month")),
        ("Pay: 45 000 - 52 000 kr per month", (), None),  # whose crowns nobody knows
        ("Salary: Rs 90,000 - 120,000 per month", ("PK",), (90000, 120000, "PKR", "month")),
        ("Salary: Rs 90,000 - 120,000 per month", (), (90000, 120000, "INR", "month")),
        ("年薪 ¥300,000 - ¥500,000", ("CN",), (300000, 500000, "CNY", "year")),
        ("Sueldo: $40,000 - $55,000 mensuales", ("MX",), (40000, 55000, "MXN", "month")),
        ("Salary: 2 - 3 Cr", ("IN",), (20000000, 30000000, "INR", "year")),
    ],
)
def test_an_ambiguous_sign_means_what_stands_near(text, countries, expected):
    assert read(text, *countries) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wynagrodzenie: 18 000 - 24 000 PLN", (18000, 24000, "PLN", "month")),  # nobody earns that in a year
        ("Gehalt: 3.200 € - 3.900 €", (3200, 3900, "EUR", "month")),
        ("Salary: $150,000 per hour", None),
        ("Gehalt 40 € im Jahr", None),
        ("Salary: 50 - 60 EUR", (50, 60, "EUR", "hour")),
        ("Salary: 450 - 500 EUR", None),  # an hour's, a day's or a month's: not said
    ],
)
def test_no_period_is_taken_that_the_amount_refuses(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Gehalt: 3.900 € brutto pro Monat (14x jährlich)", 14),
        ("Salario: 2.000 € brutos al mes en 14 pagas", 14),
        ("月薪 30-45K·15薪", 15),
        ("Lohn: CHF 7'500 pro Monat x 13", 13),
        ("Gehalt: 3.900 € brutto pro Monat", 12),
        ("Salaire : 2 800 € brut par mois, 13ème mois", 13),
    ],
)
def test_the_annual_sum_has_all_months(text, months):
    salary = tag_pay_text(text)[0]
    assert salary.period == "month"
    assert salary.annual_min == salary.min * months


@pytest.mark.parametrize(
    ("text", "countries", "basis", "rule"),
    [
        ("Salary: 120,000 - 150,000 a year", {"US"}, "inferred", "pay.text.currency-of-place@4"),
        ("Salary: 120,000 - 150,000 a year. 401(k)", set(), "inferred", "pay.text.currency-of-words@4"),
        ("年薪30万-50万", set(), "inferred", "pay.text.currency-of-words@4"),
        ("Salary: $120,000 - $150,000", set(), "stated", "pay.text@4"),
        ("Salary: 120,000 - 150,000 EUR", {"US"}, "stated", "pay.text@4"),
    ],
)
def test_a_currency_that_nothing_names_is_inferred_and_the_evidence_says_by_what(text, countries, basis, rule):
    _, evidence, _ = tag_pay_text(text, countries)
    assert (evidence.basis, evidence.rule) == (basis, rule)


def test_months_count_for_monthly_pay_only():
    assert make_salary(35000, 35000, "EUR", "year", months=14).annual_min == 35000


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Salary from €70,000", (70000, None)), ("Salary: €70,000+", (70000, None)), ("年収600万円以上", (6e6, None)),
        ("Salary up to €70,000 or more", (None, 70000)), ("Minimum salary: $95,000", (95000, None)),
        ("Salary: $95,000 + equity", (95000, 95000)), ("Salary: €70,000 plus bonus", (70000, 70000)),
        ("Wynagrodzenie do 28 000 PLN miesięcznie", (None, 28000)), ("Palkka alkaen 4000 € kuukaudessa", (4000, None)),
    ],
)  # fmt: skip
def test_open_ends_are_no_points(text, ends):
    assert read(text)[:2] == ends


@pytest.mark.parametrize(
    "text",
    [
        "Zuschuss von 500 € pro Monat", "Budżet 100 000 - 200 000 PLN", "Prime de 1 500 € par mois",
        "売上 500万円〜900万円",
        "Budget: $100,000 - $200,000", "Deal size: $100,000 - $150,000.", "A $5/hour shift differential",
        "Ciro 5.000.000 TL", "投资 500万-800万元", "AI团队获得投资500万-800万元",
    ],
)  # fmt: skip
def test_other_money_is_no_pay(text):
    assert read(text) is None


def test_levels_are_joined_and_kept():
    salary, _, tiers = tag_pay_text("Compensation\nLevel 1: $28–$32/hour + equity\nLevel 2: $34.50–$39/hour + equity")
    assert (salary.min, salary.max, salary.period) == (28, 39, "hour")
    assert [(tier["min"], tier["max"]) for tier in tiers] == [(28, 32), (34.5, 39)]


def test_pay_without_a_currency_is_that_of_the_place():
    text = "Salary: 120,000 - 140,000"
    assert read(text, "GB") == (120000, 140000, "GBP", "year")
    assert read(text) is None
    assert read(f"{text}\n\n401(k) match") == (120000, 140000, "USD", "year")


@pytest.mark.parametrize(
    ("pay", "expected"),
    [
        (RawPay("150000", "180000", "USD", "DAY"), None),
        (RawPay("45", "65", "USD", "", label="Hourly range"), (45, 65, "hour")),
        (RawPay("200000", "250000", "USD", "1 YEAR", label="On-target earnings"), None),
        (RawPay("20000", "20000", "USD", "one-time"), None),
        (RawPay("18000", "24000", "PLN", ""), None),
        (RawPay("18000", "24000", "PLN", "miesięcznie"), (18000, 24000, "month")),
        (RawPay("150000", "150", "USD", "1 YEAR"), None),
    ],
)
def test_the_pay_of_a_board_passes_the_same_bands(pay, expected):
    salary = tag_pay([pay])[0]
    assert (salary and (salary.min, salary.max, salary.period)) == expected


def test_words_of_boards():
    assert parse_period("mensuel") == "month"
    assert parse_period("pro Tag") == "day"
    assert parse_currency("zł") == "PLN"
    assert parse_currency("kr") == ""
    assert parse_currency("Rs.") == "INR"


def test_bands_hold_what_is_paid():
    assert is_plausible(1_200_000, "RUB", "year")
    assert not is_plausible(1_500_000, "USD", "month")
    assert is_plausible(1_500_000, "CLP", "month")


def test_hostile_money_ends():
    for text in (
        "5 000 kr - " * 9_000,
        "万" * 100_000,
        "1억 5천만 " * 12_000,
        "9 " * 50_000,
        "€1" * 50_000,
        "薪25K-" * 16_000,
    ):
        tag_pay_text(text, {"SE"})
