from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.plain import MAX_CHARACTERS, clean_characters, one_line, plain_text


def test_html_keeps_bullets_and_paragraphs():
    text = plain_text("<p>What you do</p><ul><li>Train models</li><li>Ship them</li></ul><p>R&amp;D&nbsp;team</p>")
    assert text.splitlines()[0] == "What you do"
    assert "• Train models" in text
    assert "• Ship them" in text
    assert "R&D team" in text


def test_bare_list_items_are_lines():
    assert "• One" in plain_text("<li>One</li><li>Two</li>").replace("*", "•")


def test_escaped_html_is_unescaped_once():
    assert plain_text("&lt;p&gt;Salary &amp;amp; more&lt;/p&gt;") == "Salary & more"


def test_plain_text_passes_through():
    text = "Latency < 5 ms\n\n- a <b c> d\n- x & y"
    assert plain_text(text) == text


def test_markdown_escapes_are_resolved():
    assert plain_text("R\\&D, $138,000\\.00 \\- $190,000\\.00") == "R&D, $138,000.00 - $190,000.00"
    assert plain_text("C:\\new") == "C:\\new"


def test_scripts_and_styles_are_not_text():
    assert plain_text("<p>Hi</p><script>alert(1)</script><style>p{}</style>") == "Hi"


def test_unwanted_characters_go():
    assert clean_characters("a\x00b\u202ec\u200bd\ufeff\ud800e") == "abcde"
    assert clean_characters("\ud83d\ude00") == "😀"


def test_mojibake_is_repaired_only_where_certain():
    assert clean_characters("weâ€™re in MÃ¼nchen") == "we’re in München"
    assert clean_characters("SÃO PAULO, Âge d’or, Ærø") == "SÃO PAULO, Âge d’or, Ærø"


def test_one_line():
    assert one_line("  Senior\n ML &amp; AI <b>Engineer</b>\t ") == "Senior ML & AI Engineer"
    assert len(one_line("x" * 9_000)) == 1_000


def test_size_is_bounded_and_hostile_html_survives():
    assert len(plain_text("<p>" + "x" * (MAX_CHARACTERS * 2))) <= MAX_CHARACTERS
    plain_text("<div>" * 60_000)
    plain_text("<" * 200_000)
    plain_text("&" * 200_000)


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_text_gives_storable_text(text):
    cleaned = plain_text(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert cleaned == cleaned.strip()


@given(st.text(alphabet="<>&;pbrlivuo/ ='\"#xé\ud800\x00\n", max_size=300))
def test_any_markup_gives_storable_text(text):
    assert "\x00" not in plain_text(text)
    one_line(text).encode()
