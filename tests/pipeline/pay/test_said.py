import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Salary
from pipeline.pay.grammar import find_money
from pipeline.pay.said import base_beside_target, tag_pay_text


def read(text, countries=()):
    salary, evidence, _ = tag_pay_text(text, set(countries))
    if salary is None:
        return None
    assert text[evidence.start : evidence.end] == evidence.quote
    return salary.min, salary.max, salary.currency, salary.period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The base salary range is $120,000 - $180,000.", (120000, 180000, "USD", "year")),
        ("Salary: $120K–$180K + equity", (120000, 180000, "USD", "year")),
        ("Base Salary Range $200-260K + equity", (200000, 260000, "USD", "year")),
        ("The pay range for this role is $190,000 USD and $258,000 USD.", (190000, 258000, "USD", "year")),
        ("Compensation\n\n$185K – $300K + Offers Equity", (185000, 300000, "USD", "year")),
        ("The salary for this position is between £70,000 to £90,000.", (70000, 90000, "GBP", "year")),
        ("The salary ranges from CA$190,000 - CA$220,000.", (190000, 220000, "CAD", "year")),
        ("Pay: $15.00 per hour", (15, 15, "USD", "hour")),
        ("Compensation: $45/HR - $50/HR", (45, 50, "USD", "hour")),
        ("The compensation range is $38- $43.00hr .", (38, 43, "USD", "hour")),
        ("Compensation: $65-78/hour", (65, 78, "USD", "hour")),
        ("Pay rate: PHP 550/hour", (550, 550, "PHP", "hour")),
        ("Gehalt: 60.000 – 80.000 € brutto pro Jahr", (60000, 80000, "EUR", "year")),
        ("Rémunération : 45 000 € à 55 000 € par an", (45000, 55000, "EUR", "year")),
        ("The monthly rate for this internship is $11,700 USD + housing", (11700, 11700, "USD", "month")),
        ("Salario: 2.500 EUR - 3.500 EUR al mes", (2500, 3500, "EUR", "month")),
        ("Base: $170,700 (min) — $213,400 (mid) — $256,100 (max)", (170700, 256100, "USD", "year")),
        ("Gross Annual Salary starting from €26,000, in addition", (26000, None, "EUR", "year")),
        ("salary up to $175,000 and more", (None, 175000, "USD", "year")),
        ("$200,000 - $400,000 a year", (200000, 400000, "USD", "year")),
        ("Base Salary: $130,000 - $160,000\nOn Target Earnings: $260,000-$320,000", (130000, 160000, "USD", "year")),
        (
            "OTE $115,000-$184,000, with the base salary ranging from $100,000-$160,000.",
            (100000, 160000, "USD", "year"),
        ),
        ("The base salary begins at $187,000.00 and goes up to $259,000.00.", (187000, 259000, "USD", "year")),
        ("We raised $50M. The salary is $100,000 - $120,000.", (100000, 120000, "USD", "year")),
    ],
)
def test_pay(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We raised $50M in a Series B, at a $1B valuation.",
        "A $1,000 stipend, up to $5,000 per year for learning, $300 per month for commuting.",
        "A sign-on bonus of $20,000 - $30,000.",
        "Equity worth $100,000 - $200,000.",
        "401(k) match up to $5,000",
        "The expected OTE range is $75,000 - $85,000.",
        "$160k - $200k OTE + equity",
        "Total cash compensation is between $80,000 and $120,000",
        "Monthly quotas range from $40K to $50K ARR",
        "$10-15k average deal value",
        "You manage accounts of $50,000 - $100,000.",
        "Competitive salary in USD, 5 to 10 days of leave",
        "We scaled from $1–500M in revenue",
        "Over $155,000 in household debt",
        "Salary: competitive",
        "Earn below the gross annual wage cap of £34,194.",
        "",
    ],
)
def test_no_pay(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$100K • Offers Equity", (100000, 100000)),
        ("$46K – $50K • Offers Equity • $1K Retention Bonus", (46000, 50000)),
        ("$2.4K per week • $10k Housing Stipend", (2400, 2400)),
        ("€90K OTE", None),
    ],
)
def test_a_summary_of_pay(text, expected):
    salary = tag_pay_text(text, is_about_pay=True)[0]
    assert (salary and (salary.min, salary.max)) == expected


def test_whose_dollar():
    text = "Base Salary Range: $146,000 - $198,800"
    assert read(text, ["CA"])[2] == "CAD"
    assert read(text, ["CA", "US"])[2] == "USD"
    assert read(text)[2] == "USD"
    assert read("Salary in Toronto: $146,000 - $198,800 USD", ["CA"])[2] == "USD"


def test_tiers_by_place():
    text = (
        "For candidates in NYC or SF, the pay range is $120,300 - $165,450. "
        "For candidates elsewhere, the pay range is $108,300 - $148,900."
    )
    salary, _, tiers = tag_pay_text(text)
    assert (salary.min, salary.max) == (108300, 165450)
    assert [(tier["min"], tier["max"]) for tier in tiers] == [(120300, 165450), (108300, 148900)]
    assert all(text[tier["start"] : tier["end"]] == tier["quote"] for tier in tiers)


def test_hourly_pay_is_annualised():
    salary = tag_pay_text("Pay: $50 - $60 per hour")[0]
    assert (salary.annual_min, salary.annual_max) == (104000, 124800)


@given(st.text(alphabet="$€£0123456789kKM.,-–/ \nabcdehopryslUSDE", max_size=200))
def test_any_text_gives_pay_with_a_span_or_none(text):
    salary, evidence, _ = tag_pay_text(text)
    if salary is not None:
        assert text[evidence.start : evidence.end] == evidence.quote
        assert salary.min is None or salary.max is None or 0 < salary.min <= salary.max


@given(
    st.integers(20, 900),
    st.integers(1, 300),
    st.sampled_from(["${},000 - ${},000", "${}k–${}k", "${}K to ${}K", "${}-{}K"]),
)
def test_a_stated_range_is_read_as_written(low, more, form):
    text = f"The base salary range is {form.format(low, low + more)} a year."
    if low + more <= min(999, 6 * low):
        assert read(text) == (low * 1000, (low + more) * 1000, "USD", "year")


def test_hostile_texts_end():
    for text in (
        "$1" * 50_000,
        "salary $" * 12_000,
        "$100,000 - " * 9_000,
        "1,000" * 20_000,
        "€" * 100_000,
        "$1 to " * 16_000,
    ):
        tag_pay_text(text)


def test_the_work_on_a_hostile_text_is_bound():
    for text in ("$100,000 - " * 9_000, "up to $5,000 " * 8_000):
        found = list(find_money(text, set()))
        assert len(found) <= 100
        assert found[-1].end < 5_000


TARGET_FIELD = Salary(90_000, 120_000, "USD", "year", 90_000, 120_000)


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("Base salary: $45,000 - $60,000\n\nOn-target earnings: $90,000 - $120,000", (45_000, 60_000)),
        ("Base salary: $60,000 - $95,000. OTE: $90,000 - $120,000.", (60_000, 95_000)),
        ("Base salary: $60,000 - $90,000. On-target earnings: $90,000 - $120,000.", (60_000, 90_000)),
        ("OTE starts at $95,000, uncapped.\n\n  • $45,000 base salary from day one", (45_000, 45_000)),
    ],
)
def test_a_field_that_the_text_calls_on_target_is_told_from_base(text, base):
    salary, evidence, _ = base_beside_target(TARGET_FIELD, text)
    assert (salary.min, salary.max) == base
    assert text[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize(
    "text",
    [
        "Base salary: $45,000 - $60,000",  # the two contradict each other, and nothing says which is what
        "Base salary: $95,000 - $110,000. OTE: $190,000 - $240,000",  # the field is the base
        "Base salary: €45,000 - €60,000\n\nOTE: $90,000 - $120,000",  # another market's
        "On-target earnings: $90,000 - $120,000",
    ],
)
def test_a_field_is_kept_where_the_text_does_not_say_so(text):
    assert base_beside_target(TARGET_FIELD, text) is None
