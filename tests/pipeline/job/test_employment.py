import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import EMPLOYMENT_TYPES
from pipeline.job.employment import employment_word, tag_employment


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("FullTime", "full-time"),
        ("Full-time", "full-time"),
        ("FULL_TIME", "full-time"),
        ("Regular", "full-time"),
        ("Permanent Employee", "full-time"),
        ("PartTime", "part-time"),
        ("PART_TIME", "part-time"),
        ("Teilzeit", "part-time"),
        ("Intern", "internship"),
        ("Internship, full-time", "internship"),
        ("Werkstudent", "internship"),
        ("Contract", "contract"),
        ("CONTRACTOR", "contract"),
        ("Temporary", "temporary"),
        ("Fixed-Term", "temporary"),
        ("Freelance", "freelance"),
        ("CDI", "full-time"),
        ("CDD", "temporary"),
        ("OTHER", None),
        ("UNAVAILABLE", None),
        ("", None),
    ],
)
def test_words_of_boards(word, value):
    assert employment_word(word) == value


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Machine Learning Intern", "internship"),
        ("AI Engineer (Contract)", "contract"),
        ("Working Student AI", "internship"),
        ("Contract Manager", None),
        ("Contracts Specialist", None),
        ("Data Scientist, 6-month contract", "contract"),
        ("Internal Tools Engineer", None),
        ("ML Engineer - Part-Time", "part-time"),
        ("Freelance AI Trainer", "freelance"),
        ("Contractor Operations Engineer", None),
    ],
)
def test_titles(title, value):
    assert tag_employment("", title, "")[0] == value


def test_internship_in_the_title_beats_the_field():
    assert tag_employment("FullTime", "ML Engineer Intern", "")[0] == "internship"
    assert tag_employment("FullTime", "ML Engineer (Contract)", "")[0] == "full-time"


def test_text():
    text = "About us.\nEmployment type: Full-time\nApply now."
    value, evidence = tag_employment("", "ML Engineer", text)
    assert value == "full-time"
    assert text[evidence.start : evidence.end] == evidence.quote
    assert tag_employment("", "ML Engineer", "We sign contracts of all types.")[0] is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Position Type\nRegular Full-Time\nApply", "full-time"),
        ("Pay schemeOtherContractPermanentWorking patternPart-timeReference", "part-time"),
        ("Type of Employment: Full-timeCareer Level: Professional", "full-time"),
        ("TYPE: Full time", "full-time"),
        ("The position will be offered on a full time and permanent basis.", "full-time"),
        ("Strong TypeScript. Experience as a freelance translator is a plus.", None),
        ("5+ years of industry experience as a full-time engineer. Type safety.", None),
        ("Whatever the employment type, full-time or part-time, does not matter.", None),
        ("Working pattern recognition and full-time monitoring", None),
    ],
)
def test_statements_of_a_text(text, value):
    assert tag_employment("", "ML Engineer", text)[0] == value


@pytest.mark.parametrize(
    "text",
    [
        "This internship may lead to a full-time position.", "A co-op with the option of a full-time role afterwards.",
        "Without committing to a full-time role", "Contract and compensation", "• B2B or enterprise-only portfolios",
        "Nach dem Praktikum ist eine Festanstellung in Vollzeit möglich.", "Stage: Series B", "Contract",
        "Full-time employees get a desk.", "Permanent storage of events", "Vollzeitnah arbeiten alle",
    ],
)  # fmt: skip
def test_the_employment_of_another_job_or_of_later_is_not_this_ones(text):
    assert tag_employment("", "ML Engineer", text)[0] is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Job Type: Independent Contractor position", "contract"), ("Type de contrat : CDD de 6 mois", "temporary"),
        ("Vertragsart:\nBefristet", "temporary"), ("• Full-time, on-site in Oslo", "full-time"),
        ("Contrato indefinido, en Madrid", "full-time"), ("Тип занятости: полная занятость", "full-time"),
        ("勤務形態: アルバイト", "part-time"), ("Rodzaj umowy: umowa B2B", "contract"),
        ("Stage de 6 mois, Paris", "internship"), ("Contract type: Contract", "contract"),
    ],
)  # fmt: skip
def test_the_words_of_the_world(text, value):
    found, evidence = tag_employment("", "ML Engineer", text)
    assert found == value
    assert text[evidence.start : evidence.end] == evidence.quote


def test_hostile_texts_end():
    for text in ("full-time " * 10_000, "\n" * 100_000, "contrat " * 12_000, "after " * 16_000 + "full-time role"):
        tag_employment("", "ML Engineer", text)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_any_text_gives_a_known_value_or_none(field, title, text):
    assert tag_employment(field, title, text)[0] in (*EMPLOYMENT_TYPES, None)
