"""Descriptions as blocks: nothing is lost, nothing is invented, spans are marked where they are."""

from hypothesis import given
from hypothesis import strategies as st

from web.prose import Block, Span, blocks

LINES = st.text(alphabet=st.sampled_from("ab .:-•*1\n\n"), max_size=120)
SPANS = st.lists(st.tuples(st.integers(-5, 130), st.integers(-5, 130)), max_size=6)


def shape(found: list[Block]) -> list[tuple[str, list[str]]]:
    return [(block.kind, ["".join(piece.text for piece in line) for line in block.lines]) for block in found]


def test_paragraphs_headings_and_bullets():
    text = "About us\n\nWe build things.\nAnd ship them.\n\nYou will:\n• train models\n• serve them\n1. in order"
    assert shape(blocks(text)) == [
        ("heading", ["About us"]),
        ("paragraph", ["We build things.", "And ship them."]),
        ("heading", ["You will:"]),
        ("list", ["train models", "serve them", "1. in order"]),
    ]


def test_span_is_marked_with_its_label_and_place():
    text = "First line.\n\n- You know PyTorch well"
    start = text.index("PyTorch")
    (_, line) = (block.lines[0] for block in blocks(text, [Span(start, start + 7, "skills: pytorch", "why-1")]))
    assert [(piece.text, piece.labels, piece.anchors) for piece in line] == [
        ("You know ", (), ()),
        ("PyTorch", ("skills: pytorch",), ("why-1",)),
        (" well", (), ()),
    ]


def test_span_over_two_lines_is_marked_in_both_and_placed_once():
    marked = [piece for block in blocks("one two\nthree", [Span(4, 13, "role", "why-1")]) for line in block.lines
              for piece in line if piece.labels]  # fmt: skip
    assert [(piece.text, piece.anchors) for piece in marked] == [("two", ("why-1",)), ("three", ())]


@given(LINES, SPANS)
def test_every_character_is_shown_once(text, pairs):
    spans = [Span(start, end, "role") for start, end in pairs]
    shown = "".join(line for _, lines in shape(blocks(text, spans)) for line in lines)
    unbulleted = "".join(char for char in text if char not in " \n-•*")
    assert "".join(char for char in shown if char not in " \n-•*") == unbulleted


@given(LINES, SPANS)
def test_marks_change_no_text(text, pairs):
    assert shape(blocks(text)) == shape(blocks(text, [Span(start, end, "role") for start, end in pairs]))


@given(LINES, SPANS)
def test_marked_text_is_the_spans_text(text, pairs):
    spans = [Span(start, end, "role") for start, end in pairs]
    covered = "".join(
        char for place, char in enumerate(text)
        if any(0 <= span.start <= place < span.end <= len(text) for span in spans)
    )  # fmt: skip
    pieces = [piece for block in blocks(text, spans) for line in block.lines for piece in line]
    marked = "".join(piece.text for piece in pieces if piece.labels)
    blanks = " \n-•*"
    assert [char for char in marked if char not in blanks] == [char for char in covered if char not in blanks]
