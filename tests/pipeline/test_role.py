"""Roles by the guide's rulings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Basis
from pipeline.role import tag_role

SLUGS = {
    "ai-engineer",
    "ml-engineer",
    "deep-learning-engineer",
    "nlp-engineer",
    "computer-vision-engineer",
    "mlops-engineer",
    "edge-ai-engineer",
    "robotics-engineer",
    "research-scientist",
    "research-engineer",
    "data-scientist",
    "data-engineer",
    "ai-safety",
    "ai-product-manager",
    "ai-architect",
    "ai-solutions-engineer",
    "ai-leader",
    "ai-trainer",
    "other",
}

CASES = [
    ("AI Engineer", "ai-engineer"),
    ("Senior LLM Engineer", "ai-engineer"),
    ("Applied AI Engineer", "ai-engineer"),
    ("AI/ML Engineer", "ml-engineer"),
    ("Software Engineer (Machine Learning)", "ml-engineer"),
    ("Deep Learning Engineer", "deep-learning-engineer"),
    ("Conversational AI Engineer", "nlp-engineer"),
    ("Speech Scientist", "nlp-engineer"),
    ("Perception Engineer", "computer-vision-engineer"),
    ("Staff ML Platform Engineer", "mlops-engineer"),
    ("GPU Kernel Engineer", "mlops-engineer"),
    ("Edge AI Engineer", "edge-ai-engineer"),
    ("Motion Planning Engineer", "robotics-engineer"),
    ("Research Scientist, Computer Vision", "research-scientist"),
    ("AI Research Engineer", "research-engineer"),
    ("Data Scientist, NLP", "data-scientist"),
    ("Analytics Engineer", "data-engineer"),
    ("Responsible AI Lead", "ai-safety"),
    ("Product Manager (ML Platform)", "ai-product-manager"),
    ("Generative AI Architect", "ai-architect"),
    ("Forward Deployed AI Engineer", "ai-solutions-engineer"),
    ("Engineering Manager, Machine Learning", "ai-leader"),
    ("Head of AI", "ai-leader"),
    ("AI Trainer - Freelance", "ai-trainer"),
    ("Software Engineer (Payments)", "other"),
    ("Account Executive, AI", "other"),
    ("Trust and Safety Team Lead", "other"),
    ("KI-Entwickler (m/w/d)", "ai-engineer"),
    ("Ingénieur Machine Learning H/F", "ml-engineer"),
    ("Científico de Datos", "data-scientist"),
    ("Engenheira de Dados Pleno", "data-engineer"),
]


@pytest.mark.parametrize(("title", "role"), CASES)
def test_role_of_title(title: str, role: str) -> None:
    assert tag_role(title, "")[0] == role


def test_company_name_is_no_subject() -> None:
    assert tag_role("Backend Engineer at Acme AI", "", "Acme AI")[0] == "other"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=20))
def test_any_text_gives_a_slug_and_true_evidence(title: str, text: str, company: str) -> None:
    role, evidence = tag_role(title, text, company)
    assert role in SLUGS
    source = {"title": title, "description": text, "": ""}[evidence.field]
    assert evidence.quote == source[evidence.start or 0 : evidence.end or 0]
    assert (evidence.basis is Basis.UNKNOWN) <= (role == "other")
