from hypothesis import given
from hypothesis import strategies as st

from pipeline.place.gazetteer import cities, scan


def kinds(text):
    return [(entity.kind, text[entity.start : entity.end]) for entity in scan(text)]


def test_the_longest_name_counts():
    assert kinds("New York City") == [("name", "New York City")]
    assert kinds("Bosnia and Herzegovina") == [("name", "Bosnia and Herzegovina")]


def test_separators_and_fillers():
    assert kinds("Remote or Berlin Office") == [
        ("remote", "Remote"),
        ("hard", "or"),
        ("name", "Berlin"),
        ("filler", "Office"),
    ]
    assert kinds("EMEA; Foobar") == [("scope", "EMEA"), ("hard", ";"), ("word", "Foobar")]


def test_codes_mean_several_things():
    entity = scan("CA")[0]
    assert (entity.kind, entity.regions, entity.country) == ("code", [("California", "US")], "CA")


def test_the_likeliest_city_stands_first():
    assert [city.country for city in cities("paris")][:2] == ["FR", "US"]
    assert cities("nowhere at all") == ()


@given(st.text(max_size=200))
def test_entities_lie_in_the_text_in_order(text):
    end = 0
    for entity in scan(text):
        assert end <= entity.start < entity.end <= len(text)
        end = entity.end
