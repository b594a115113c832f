import pytest

from pipeline.asks.years import tag_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("5+ years of experience in software", 5),
        ("3-5 years of experience", 3),
        ("Mindestens 4 Jahre Erfahrung", 4),
        ("BS with 6 years or PhD with 3 years of experience", 6),
        ("We have grown for 12 years in a row.", None),
        ("A team with 40+ years of experience", None),
        ("Join us this year.", None),
        ("", None),
    ],
)
def test_years(text, years):
    found, evidence = tag_years(text)
    assert found == years
    if years is not None:
        assert text[evidence.start : evidence.end] == evidence.quote
