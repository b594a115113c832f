import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.job.employer import company_key, display_name


@pytest.mark.parametrize(
    "names",
    [
        ("Hugging Face", "HuggingFace", "Hugging Face, Inc.", "hugging face"),
        ("Zebra GmbH & Co. KG", "Zebra", "ZEBRA GmbH"),
        ("BLUETAB, an IBM Company", "Bluetab"),
        ("Acme Corp (via TopTal)", "Acme", "Acme Corporation"),
        ("Scale AI", "Scale", "Scale AI, Inc."),
        ("Facebook", "Meta Platforms", "Meta"),
        ("Société Générale", "Societe Generale"),
        ("Stripe Careers", "Stripe"),
        ("Booking.com", "Booking.com B.V."),
        ("Procter & Gamble", "Procter and Gamble"),
    ],
)
def test_one_employer_one_key(names):
    assert len({company_key(name) for name in names}) == 1


@pytest.mark.parametrize(("one", "other"), [("Cohere", "Cohere Health"), ("Lambda", "Lambda School"), ("x", "xAI")])
def test_other_employers_stay_apart(one, other):
    assert company_key(one) != company_key(other)


def test_display_name():
    assert display_name("  Hugging\n Face  ") == "Hugging Face"
    assert display_name("Stripe Careers") == "Stripe"
    assert display_name("Careers") == "Careers"
    assert display_name("R&amp;D Labs") == "R&D Labs"


def test_no_name_has_no_key():
    assert company_key("") == ""


@given(st.text(max_size=200))
def test_any_name_gives_a_key(name):
    key = company_key(name)
    assert key == company_key(name)
    assert " " not in key
