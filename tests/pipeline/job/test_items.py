"""The jobs that a text lists, one a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.job.items import item_spans


def names(text: str) -> list[str]:
    return [text[slice(*item.name)] for item in item_spans(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("- Senior ML Engineer (Remote): https://acme.example/1", ["Senior ML Engineer"]),
        ("[3] AI/ML Engineer – Noida (On site)", ["AI/ML Engineer"]),
        (">> Forward Deployed Engineer:\nhttps://acme.example/2", ["Forward Deployed Engineer"]),
        (
            "Open Roles: Fullstack Engineer (Senior) * Data Engineer (1-2 years)",
            ["Fullstack Engineer", "Data Engineer"],
        ),
        ("Backend: Senior Go Engineer", ["Backend", "Senior Go Engineer"]),
        ("Sr. Engineer, Tools", ["Sr. Engineer"]),
        ("- Cook - Data Engineer - AI Engineer", ["Cook", "Data Engineer", "AI Engineer"]),
        ("[1] Web Engineer – Noida [2] ML Engineer – Noida", ["Web Engineer", "ML Engineer"]),
        ("Roles: Backend Engineer; Forward Deployed Engineer", ["Backend Engineer", "Forward Deployed Engineer"]),
        ("- Software Engineer - Data Team", ["Software Engineer"]),
        ("- Experience as a data engineer", []),
        ("You will work with ML Engineers", []),
        ("We love maps. ML Engineer", []),
    ],
)
def test_names(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


@given(st.text(alphabet="aB -*•\n:(|,.1[h", max_size=200))
def test_spans_lie_in_their_line(text: str) -> None:
    for item in item_spans(text):
        assert item.whole[0] == item.name[0] < item.name[1] <= item.whole[1]
        assert "\n" not in text[slice(*item.whole)]
