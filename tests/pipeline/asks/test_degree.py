import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asks.degree import tag_degree
from pipeline.asks.skills import find_mentions


@pytest.mark.parametrize(
    ("text", "degree", "equivalent"),
    [
        ("Bachelor's degree in Computer Science or equivalent practical experience", "bachelor", True),
        ("BS/MS in Computer Science", "bachelor", False),
        ("Master’s or PhD in Machine Learning", "master", False),
        ("PhD in Machine Learning, or equivalent experience", "phd", True),
        ("A PhD (or Master's degree + 7 years) in biophysics", "master", False),
        ("Degree in Finance or a related field", "bachelor", False),
        ("Advanced degree (MSc or PhD) in a quantitative field", "master", False),
        ("Bachelor's degree required; MBA or PhD preferred", "bachelor", False),
        ("Abgeschlossenes Studium der Informatik", "bachelor", False),
        ("Bac+5 en informatique, formation d’ingénieur", "master", False),
        ("Juris doctor (J.D.) degree from a law school", None, False),
        ("PhD preferred", None, False),
        ("No degree required", None, False),
        ("We work with PhDs from MIT", None, False),
        ("Scrum master and a high degree of ownership", None, False),
        ("Proficient in MS Office and MS SQL, in AK, ME, MS, OK", None, False),
        ("", None, False),
    ],
)
def test_degrees(text, degree, equivalent):
    found, evidence = tag_degree(text)
    assert found == degree
    assert bool(evidence.get("or_equivalent")) is equivalent
    if degree:
        assert text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_nice_to_have_does_not_count():
    text = "Requirements:\n• Python\n\nNice to have:\n• PhD in Machine Learning"
    assert tag_degree(text, find_mentions(text)[1])[0] is None


@given(
    st.lists(
        st.sampled_from(
            ["BS", "MS", "PhD", " in ", "Computer Science", "/", ", ", "\n", ". ", "Master's ", "degree ", "or "]
        )
    )
)
def test_any_text_gives_a_degree_with_its_span_or_none(parts):
    text = "".join(parts)
    found, evidence = tag_degree(text)
    assert found in (None, "bachelor", "master", "phd")
    assert found is None or text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_hostile_texts_end():
    for text in ("degree " * 14_000, "BS/" * 33_000, "Master's " * 11_000, "PhD or MS in A " * 7_000):
        tag_degree(text)


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("Bachelor's degree from a top university, preferably in hospitality", "bachelor"),
        ("Bachelor's degree (business or finance specialization preferred)", "bachelor"),
        ("A degree in Finance - a Master's degree is not required", "bachelor"),
        ("A Masters with 6 years, or a PhD with 2 years in computer science", "master"),
        ("A relevant degree is required", "bachelor"), ("Degree educated (2:1 or above)", "bachelor"),
        ("Requisitos: Grado en Ingeniería Química", "bachelor"), ("Formation : BAC+5 en informatique", "master"),
        ("Diplôme d'État d'infirmier requis", "bachelor"), ("Abgeschlossenes Jurastudium", "bachelor"),
        ("Abgeschlossenes Studium im Bereich Informatik", "bachelor"),
        ("Ausbildung oder Studium im Bereich Finanzen", None),
        ("Studium der Informatik oder eine vergleichbare Ausbildung", None), ("Duales Studium möglich", None),
        ("Ein Studium ist ein klarer Vorteil", None), ("A Master's degree (not strictly required)", None),
        ("We don't expect you to have an engineering degree", None),
        ("Nous formons nos étudiants du Bac+2 au Bac+5", None),
    ],
)  # fmt: skip
def test_the_degree_that_is_asked_and_no_other(text, degree):
    assert tag_degree(text)[0] == degree


def test_hostile_degrees_end():
    for text in (
        "Studium oder " * 8_000,
        "degree (" * 12_000,
        "Bachelor's degree not required " * 4_000,
        "Ausbildung " * 9_000,
    ):
        tag_degree(text)


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("Maintenance of master data and licences", None), ("Training subscriptions; a licence in force", None),
        ("Formación Profesional Grado Medio", None), ("硕士优先", None), ("修士号歓迎", None),
        ("Master 2 : un plus", None),
        ("Wykształcenie wyższe, mile widziany doktorat", "bachelor"), ("本科及以上学历,硕士优先", "bachelor"),
        ("Nos équipes : docteurs, doctorat en IA", None), ("Laurea magistrale o dottorato", "master"),
        ("BA/BS required, MS preferred", "bachelor"), ("Ph.D. preferred; M.S. required", "master"),
    ],
)  # fmt: skip
def test_degrees_in_the_words_of_other_languages(text, degree):
    found, evidence = tag_degree(text)
    assert found == degree
    assert found is None or text[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_an_english_text_is_not_read_in_other_languages():
    text = "We are looking for an engineer who works with the team. " * 12 + "Wykształcenie wyższe"
    assert (tag_degree(text, None, "en")[0], tag_degree(text, None, "pl")[0]) == (None, "bachelor")


def test_hostile_degrees_of_other_languages_end():
    for text in ("本科" * 50_000, "min a b c s1 " * 8_000, "üniversite a a a a a a " * 4_500, "высшее а " * 11_000):
        tag_degree(text)
