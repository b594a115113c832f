"""Seniority by the guide's rulings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.seniority import tag_seniority
from pipeline.seniority_marks import LEVELS

TITLES = [
    ("Software Engineering Intern", "intern"),
    ("Werkstudent Data Science (m/w/d)", "intern"),
    ("Alternance - Data Engineer", "intern"),
    ("Estagiário em IA", "intern"),
    ("Junior AI Engineer", "entry"),
    ("Software Engineer, New Grad", "entry"),
    ("Associate Data Scientist", "entry"),
    ("Research Engineer I", "entry"),
    ("Junior/Mid ML Engineer", "entry"),
    ("Software Engineer 2", "mid"),
    ("Data Scientist II", "mid"),
    ("Sr. Data Engineer", "senior"),
    ("ML Engineer III", "senior"),
    ("Senior/Staff ML Engineer", "senior"),
    ("Senior Staff Engineer", "staff"),
    ("Principal Scientist", "staff"),
    ("Engineering Manager", "manager"),
    ("Senior Manager, Data Science", "manager"),
    ("Senior Product Manager", "senior"),
    ("Associate Director, AI", "director"),
    ("Head of AI", "director"),
    ("VP of Engineering", "executive"),
    ("Member of Technical Staff", "unspecified"),
    ("Solutions Architect", "unspecified"),
    ("Engineer II - Senior", "mid"),
    ("Postdoctoral Researcher", "entry"),
]
TEXTS = [
    ("You have 3-5 years of experience with Python.", "mid"),
    ("5+ years of professional experience", "senior"),
    ("BS with 6 years of experience or PhD with 3", "senior"),
    ("Mindestens 5 Jahre Berufserfahrung", "senior"),
    ("3 ans d'expérience", "mid"),
    ("al menos 2 años de experiencia", "entry"),
    ("Over the past 20 years we have grown.", "unspecified"),
]


@pytest.mark.parametrize(("title", "level"), TITLES)
def test_level_of_title(title: str, level: str) -> None:
    assert tag_seniority(title, "")[0] == level


@pytest.mark.parametrize(("text", "level"), TEXTS)
def test_level_of_text_where_the_title_is_silent(text: str, level: str) -> None:
    assert tag_seniority("Data Engineer", text)[0] == level


def test_lead_who_manages_people() -> None:
    assert tag_seniority("Lead AI Engineer", "")[0] == "staff"
    assert tag_seniority("Lead AI Engineer", "You will have five direct reports.")[0] == "manager"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_level_and_true_evidence(title: str, text: str) -> None:
    level, evidence = tag_seniority(title, text)
    assert level in LEVELS
    source = {"title": title, "description": text, "": ""}[evidence.field]
    assert evidence.quote == source[evidence.start or 0 : evidence.end or 0]
