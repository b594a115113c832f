import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rates import RatesError, load_rates


def test_the_shipped_table():
    rates = load_rates()
    assert rates.date >= "2025"
    assert 1.0 < rates.convert(1, "EUR", "USD") < 1.5
    assert rates.convert(5, "USD", "USD") == 5
    assert rates.convert(1, "XXX", "USD") is None


@given(st.floats(1, 1e7), st.sampled_from(["EUR", "GBP", "INR", "JPY"]), st.sampled_from(["USD", "CHF", "VND"]))
def test_there_and_back(amount, source, target):
    rates = load_rates()
    assert rates.convert(rates.convert(amount, source, target), target, source) == pytest.approx(amount)


def test_own_table(tmp_path):
    path = tmp_path / "rates.tsv"
    path.write_text("# mine\ndate\t2026-01-01\nEUR\t0.5\n")
    assert load_rates(path).convert(1, "EUR", "USD") == 2


@pytest.mark.parametrize(
    "text", ["EUR\t0.5\n", "date\t2026-01-01\nEUR 0.5\n", "date\t2026-01-01\nEUR\t-1\n", "date\tx\neuro\t1"]
)
def test_a_bad_table_says_where(tmp_path, text):
    path = tmp_path / "bad.tsv"
    path.write_text(text)
    with pytest.raises(RatesError, match=r"bad\.tsv"):
        load_rates(path)
