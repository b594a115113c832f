"""One slip of the finger, and no more."""

import pytest

import search
from search.near import one_slip_from


@pytest.mark.parametrize("word", ["pytroch", "pytorh", "pytorrch", "pytorxh", "pytorchs"])
def test_a_slip_is_known(word: str) -> None:
    assert one_slip_from(word, ["keras", "pytorch"]) == "pytorch"


@pytest.mark.parametrize(
    "word", ["pytorch", "oytorch", "pytrhc", "pytorch2", "torch", "pyto", "pytorch++", "", "日本語日本語"]
)
def test_what_is_meant_stays(word: str) -> None:
    assert one_slip_from(word, ["pytorch", "pytorch++"]) in ("", "pytorch++")
    assert word == "pytorch++" or one_slip_from(word, ["pytorch"]) == ""


@pytest.mark.parametrize(
    "text", ["skill:langchain4j", "skill:rust", "skill:qdrant", "source:mine", "skill:c++", "remote:Benin"]
)
def test_what_is_no_slip_is_taken_as_it_is(text: str) -> None:
    assert str(search.parse(text)) == text.replace("Benin", "BJ")
