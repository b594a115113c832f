"""Words by which an ad says that it is for no one vacancy, and words that only look like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evergreen import tag_evergreen


@pytest.mark.parametrize(
    ("title", "text", "quote"),
    [
        ("ML Engineer (Evergreen)", "", "Evergreen"),
        ("General Application - Engineering", "", "General Application"),
        ("Initiativbewerbung KI", "", "Initiativbewerbung"),
        ("Join our Talent Pool: Data Science", "", "Talent Pool"),
        ("ML Engineer", "This is an evergreen requisition.", "evergreen req"),
        ("ML Engineer", "Note: this posting is for our talent pool.", "this posting is for our talent pool"),
        ("ML Engineer", "We're always looking for people who build.", "We're always looking for"),
        ("ML Engineer", "The role is part of a pipeline for future openings in May.",
         "The role is part of a pipeline for future openings"),
        ("ML Engineer", "We do not currently have a specific opening.", "do not currently have a specific opening"),
        ("ML Engineer", "You will build the future of data pipelines.", ""),
        ("ML Engineer, Pipelines", "We always look after our people. Not a fit? See our other roles.", ""),
        ("Talent Partner", "You run our talent community and its events.", ""),
        ("Applications Engineer", "Applications are reviewed on a rolling basis.", ""),
    ],
)  # fmt: skip
def test_evergreen_words(title: str, text: str, quote: str) -> None:
    found = tag_evergreen(title, text)
    assert (found.quote if found else "").startswith(quote)
    assert bool(found) == bool(quote)


@given(st.text(max_size=60), st.text(max_size=300))
def test_evidence_points_at_its_quote(title: str, text: str) -> None:
    found = tag_evergreen(title, text)
    assert found is None or {"title": title, "description": text}[found.field][found.start : found.end] == found.quote
