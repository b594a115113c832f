"""One slip of the finger, and no more."""

from datetime import UTC, datetime

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
    "text", ["skill:langchain4j", "skill:rust", "skill:qdrant", "source:ashby", "skill:c++", "remote:Benin"]
)
def test_what_is_no_slip_is_taken_as_it_is(text: str) -> None:
    assert str(search.parse(text)) == text.replace("Benin", "BJ")


@pytest.mark.parametrize(
    ("text", "marked", "meant"),
    [
        ("city:Berln", "Berln", "city:berlin"),
        ('a city:Berlin,"New Yrok"', '"New Yrok"', 'city:"new york"'),
        ("city:Stutgart", "Stutgart", "city:stuttgart"),
        ("city:Hambrug", "Hambrug", "city:hamburg"),
        ("city:Germany", "Germany", "country:DE"),
        ("city:DACH", "DACH", "country:DACH"),
        ('city:"north rhine-westphalia"', '"north rhine-westphalia"', 'region:"north rhine westphalia"'),
        ("city:remote", "remote", "workplace:remote"),
        ("city:anywhere", "anywhere", "remote:worldwide"),
        ('city:"San Francisco, CA"', '"San Francisco, CA"', 'city:"san francisco", with'),
        ('city:"berlin germany"', '"berlin germany"', "city:berlin, with"),
        ("region:califronia", "califronia", "region:california"),
        ("city:new york python", "new york", 'city:"new york"'),
        ("-city:Berlin,San Francisco", "San Francisco", 'city:"San Francisco"'),
        ("skill:machine learning", "machine learning", 'skill:"machine learning"'),
    ],
)
def test_a_place_with_a_slip_is_told_with_the_one_meant(text: str, marked: str, meant: str) -> None:
    with pytest.raises(search.QueryError) as refused:
        search.parse(text)
    error = refused.value
    assert text[error.position : error.position + error.length] == marked
    assert meant in error.message


@pytest.mark.parametrize(
    "text", ["city:wallisellen", "city:nyc", "city:lond", 'city:"palo alto"', "city:york software", "region:hessen",
             "city:london python", "skill:python learning", 'region:"south moravian"', "city:xyzzyville",
             "city:singapore", 'city:"hong kong"', "city:luxembourg", "city:monaco"],
)  # fmt: skip
def test_a_place_that_is_there_or_is_like_none_is_taken_as_it_is(text: str) -> None:
    assert str(search.parse(text)) == text


def test_a_city_is_found_by_its_name_in_other_languages() -> None:
    there = search.Document.from_json({"title": "x", "locations": [{"city": "Milan", "country": "IT"}]})
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert search.matches(search.parse("city:Mailand"), there, now)
    assert not search.matches(search.parse("city:Moskau"), there, now)
