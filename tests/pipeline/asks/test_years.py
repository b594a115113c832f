import pytest

from pipeline.asks.years import tag_years


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("5+ years of experience in software", 5),
        ("3-5 years of experience", 3),
        ("Mindestens 4 Jahre Erfahrung", 4),
        ("BS with 6 years or PhD with 3 years of experience", 6),
        ("A firm of 45 years of experience seeks a clerk.\n• 3 years of experience in tax", 3),
        ("At least three (3-5) years of engineering experience", 3),
        ("Minimum of 3 (three) years' experience", 3),
        ("Vähintään 4 vuoden kokemus", 4),
        ("機械学習の実務経験3年以上", 3),
        ("Опыт работы от 3 лет", 3),
        ("Vi har 20 års erfaring", None),
        ("創業20年の経験豊富な会社", None),
        ("Ausbildungsdauer: 3 Jahre Erfahrung sammeln", None),
        ("Available 3-5 years sooner than any other experience", None),
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


def test_hostile_years_end():
    for text in (
        "3 years " * 12_000,
        "経験3年" * 20_000,
        "erfarenhet 3 " * 8_000,
        "3-5 лет опыт " * 8_000,
        "(3) " * 25_000,
    ):
        tag_years(text)
