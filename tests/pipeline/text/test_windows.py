from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.windows import windows


def test_windows_merge_where_they_touch():
    text = "a" * 10 + "X" + "a" * 5 + "X" + "a" * 50 + "X"
    assert list(windows(text, ("X",), 3, 4)) == [(7, 20), (64, len(text))]
    assert list(windows("", ("X",), 3, 4)) == []


def test_a_text_of_nothing_but_hints_is_looked_at_in_part():
    spans = list(windows("X " * 50_000, ("X",), 20, 20))
    assert 900 < sum(end - start for start, end in spans) < 3_000


@given(st.text(alphabet="abX", max_size=200), st.integers(1, 9), st.integers(1, 9))
def test_every_hint_lies_in_a_window(text, before, after):
    found = list(windows(text, ("X", "ab"), before, after))
    for hint in ("X", "ab"):
        for position in range(len(text)):
            if text.startswith(hint, position):
                assert any(start <= position < end for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
