import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asks.visa import tag_visa


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We sponsor visas and help you move.", True),
        ("Visa sponsorship available", True),
        ("$20K relocation assistance and visa sponsorship", True),
        ("Based in London (we can sponsor a visa)", True),
        ("Relocation and immigration support", True),
        ("We do sponsor visas! However, we are not able to sponsor visas for every role.", True),
        ("Wir unterstützen dich beim Visum.", True),
        ("We are unable to sponsor work visas at this time.", False),
        ("We do not sponsor visas.", False),
        ("Visa sponsorship is not available for this position.", False),
        ("No visa sponsorship.", False),
        ("You must be able to work in the US without requiring sponsorship.", False),
        ("This position is not eligible for Company sponsorship of a visa", False),
        ("Candidates must not require visa sponsorship now or in the future.", False),
        ("Visa Sponsorship\n\n• At this time, we are unable to provide visa sponsorship.", False),
        ("Will you now or in the future require visa sponsorship?", None),
        ("Must be authorized to work in the US.", None),
        ("Mentorship, event sponsorships and executive sponsorship", None),
        ("Investors include Visa, Mastercard and others who sponsor us", None),
        ("Company-sponsored benefits", None),
        ("", None),
    ],
)
def test_statements(text, said):
    found, evidence = tag_visa(text)
    assert found is said
    if said is not None:
        assert text[evidence.start : evidence.end] == evidence.quote


@given(
    st.lists(
        st.sampled_from(
            ["we ", "do ", "not ", "sponsor ", "visas", ". ", "?", "\n", "no ", "available", "Visa ", "is "]
        )
    )
)
def test_any_text_gives_a_statement_with_its_span_or_none(parts):
    text = "".join(parts)
    found, evidence = tag_visa(text)
    assert found is None or text[evidence.start : evidence.end] == evidence.quote


def test_hostile_texts_end():
    for text in ("no visa " * 12_000, "sponsor" * 14_000, "we can sponsor " * 7_000, "not " * 25_000 + "sponsor"):
        tag_visa(text)


@pytest.mark.parametrize(
    "text",
    [
        "Support visa and immigration processes for new hires.", "Provide Tier 2 support to clients.",
        "We run the ads and sponsorship business.", "You'll help visitors with visas and vaccinations.",
        "Green card holders and US citizens only.", "Must hold a valid work permit.",
        "H-1B experience is a plus in this law firm.",
    ],
)  # fmt: skip
def test_duties_and_conditions_are_no_offer(text):
    assert tag_visa(text)[0] is None


def test_a_refusal_in_the_sentence_of_an_offer_is_a_refusal():
    found, evidence = tag_visa("We would love to sponsor visas one day, but for this role we are unable to.")
    assert found is False
    assert evidence.quote
    assert tag_visa("We sponsor visas. Not every perk is listed here.")[0] is True
    assert tag_visa("Not in the EU yet? No problem, we arrange your Blue Card.")[0] is True


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Wir kümmern uns um dein Visum.", "de", True), ("Ein Visum können wir nicht sponsern.", "de", False),
        ("Gültige Arbeitserlaubnis erforderlich.", "de", None), ("Benötigst du ein Visum?", "de", None),
        ("Nie wspieramy w uzyskaniu wizy.", "pl", False), ("Vize desteği sağlıyoruz.", "tr", True),
        ("Vize desteği sağlamıyoruz.", "tr", False), ("لا نوفر تأشيرة عمل.", "ar", False),
        ("Ofrecemos no solo visado, también mudanza.", "es", True),
        ("Il visto di lavoro non è un problema per noi: ti aiutiamo.", "it", True),
        ("Punto di vista tecnico: ti aiutiamo.", "it", None),
    ],
)  # fmt: skip
def test_permits_in_other_languages(text, language, said):
    found, evidence = tag_visa(text, language)
    assert found is said
    if said is not None:
        assert text[evidence.start : evidence.end] == evidence.quote


def test_hostile_texts_in_other_languages_end():
    for text in ("visum visa виза " * 7_000, "виза не " * 12_000, "wizy, " * 17_000, "تأشيرة " * 14_000):
        tag_visa(text, "de")


def test_hostile_schemes_end():
    for text in (
        "visa " * 20_000,
        "Blue Card," * 10_000,
        "visa not, " * 10_000,
        "we visa;" * 12_000,
        "виза не " * 12_000,
    ):
        tag_visa(text)
