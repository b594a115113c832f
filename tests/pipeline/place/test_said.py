import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Basis, Place
from pipeline.place.said import country_said, with_country


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Applicants must be authorized to work in the U.S. Reasonable help is given.", ["US"]),
        ("You are eligible to work in Canada.", ["CA"]),
        ("You must be based in Germany or Austria.", ["DE", "AT"]),
        ("This role requires you to live permanently in the United States.", ["US"]),
        ("Open to candidates in the US and EU", ["US"]),
        ("This role is open to residents of Spain.", ["ES"]),
        ("We are hiring virtually in the US, near an airport.", ["US"]),
        ("100% remote within the USA", ["US"]),
        ("Work from anywhere in the U.S.", ["US"]),
        ("Job posted: today\nLocation: Remote - United States\nHi!", ["US"]),
        ("About you\n• Based in the U.S\n• Kind", ["US"]),
        ("Open to candidates located in AL, AZ, CT, FL, and GA.", ["US"]),
        ("We do not hire in the following states: AK, HI, RI", ["US"]),
        ("We serve customers across the United States and Canada.", []),
        ("The best place to work in Canada is our team.", []),
        ("The range for candidates in Canada is lower.", []),
        ("We pay $100,000. Our investors are based in Germany.", []),
        ("We use AI, ML, and NLP in many states: AI, ML, NLP", []),
        ("You must be based in the office.", []),
    ],
)
def test_statements(text, countries):
    found, evidence = country_said("Engineer", text, "Remote")
    assert found == countries
    if countries:
        assert text[evidence.start : evidence.end] == evidence.quote
        assert evidence.basis in (Basis.STATED, Basis.INFERRED)


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Engineer (Remote, Brazil)", ["BR"]),
        ("Account Executive - Poland", ["PL"]),
        ("Engineer (Georgia)", []),
        ("Nurse - Reading", []),
        ("Germany Lead", []),
        ("Engineer, Poland Payments", []),
    ],
)
def test_title(title, countries):
    found, evidence = country_said(title, "", "Remote")
    assert found == countries
    if countries:
        assert title[evidence.start : evidence.end] == evidence.quote


def test_offices_of_one_country_place_an_unknown_name():
    text = "We work in person across our Calgary, Winnipeg, and Toronto offices."
    found, evidence = country_said("Sales", text, "Quuxwood Mall")
    assert (found, evidence.basis) == (["CA"], Basis.INFERRED)
    assert country_said("Sales", text, "Remote")[0] == []
    assert country_said("Sales", text, "EMEA")[0] == []
    assert country_said("Sales", "Across our Paris and Toronto offices.", "Quuxwood Mall")[0] == []


def test_with_country():
    assert with_country([], ["US"]) == [Place("", "", "US")]
    assert with_country([Place("Springfield")], ["US"])[0].country == "US"
    assert with_country([Place("Quux")], ["CA"]) == [Place("Quux"), Place("", "", "CA")]


@given(st.text(max_size=80), st.text(max_size=400), st.text(max_size=40))
def test_any_text_gives_codes_with_spans(title, text, location):
    found, evidence = country_said(title, text, location)
    assert all(len(code) == 2 for code in found)
    if evidence:
        source = {"title": title, "description": text}[evidence.field]
        assert source[evidence.start : evidence.end] == evidence.quote
