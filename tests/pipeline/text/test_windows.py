from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.tagging  # noqa: F401  # then all readers are known
from pipeline.text.windows import _PORTION, _SHARED, LOWER, WRITTEN, Hints, windows


def test_windows_merge_where_they_touch():
    text = "a" * 10 + "X" + "a" * 5 + "X" + "a" * 50 + "X"
    assert list(windows(text, Hints("X"), 3, 4)) == [(7, 20), (64, len(text))]
    assert list(windows("", Hints("X"), 3, 4)) == []


def test_a_text_of_nothing_but_hints_is_looked_at_in_part():
    spans = list(windows("X " * 50_000, Hints("X"), 20, 20))
    assert 900 < sum(end - start for start, end in spans) < 3_000


@given(st.text(alphabet="abX", max_size=200), st.integers(1, 9), st.integers(1, 9))
def test_every_hint_lies_in_a_window(text, before, after):
    found = list(windows(text, Hints("X|ab"), before, after))
    for hint in ("X", "ab"):
        for position in range(len(text)):
            if text.startswith(hint, position):
                assert any(start <= position < end for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def alone(hints):
    return Hints("|".join(hints.words))


@pytest.mark.parametrize("among", [WRITTEN, LOWER])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_readers_who_share_a_search_find_what_each_would_find_alone(among, data):
    readers = _SHARED[among]
    words = [word for hints in readers for word in hints.words if word]
    pieces = data.draw(st.lists(st.sampled_from(words) | st.sampled_from(["é", " ", "x", "1", "\n"]), min_size=300))
    text = "".join(pieces) + "." * 1_000
    for hints in readers:
        assert hints.starts(text) == alone(hints).starts(text)


def test_a_long_text_is_searched_in_portions_and_nothing_is_lost_between():
    text = "".join(f"{'.' * gap}work permit" for gap in range(150)) * 9
    hints = next(hints for hints in _SHARED[WRITTEN] if "work permit" in hints.words)
    assert len(text) > 3 * _PORTION
    assert hints.starts(text) == alone(hints).starts(text)
    assert len(hints.starts(text)) == 500


def test_a_reader_that_comes_later_is_found_for_too():
    text = "x" * 2_000 + "zebra"
    assert not _SHARED[WRITTEN][0].starts(text)
    late = Hints("zebra", among=WRITTEN)
    try:
        assert late.starts(text) == [2_000]
    finally:
        _SHARED[WRITTEN].remove(late)
