"""What a site adds to the ads that it copies goes; what the employer wrote stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders import SPIDERS, parse
from spiders.base.copied import ORIGINALLY, own_words, without_links, without_tail
from spiders.base.errors import ParseError
from spiders.base.xml import read_xml


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<p>You build.</p><p>Originally posted on Himalayas</p>", "<p>You build.</p>"),
        ('<p>You build.</p>\n<p><em>This job was originally published on <a href="https://x.example">X</a></em></p>',
         "<p>You build.</p>"),
        ("You build.\n\nOriginally posted on X", "You build."),
        ("<p>You build.<br>Originally posted at X</p>", "<p>You build."),
        ("<p>Originally posted on X " + "and then rewritten. " * 80 + "</p>",
         "<p>Originally posted on X " + "and then rewritten. " * 80 + "</p>"),
        ("<p>You build.</p>", "<p>You build.</p>"), ("", ""),
    ],
)  # fmt: skip
def test_closing_words_go_with_the_elements_around_them(text, left):
    assert without_tail(text, ORIGINALLY) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('<a href="https://board.example/c/acme">Acme</a> and <a href="https://acme.example">us</a>',
         'Acme and <a href="https://acme.example">us</a>'),
        ("<A class=x HREF='//www.board.example'>Acme</A>", "Acme"), ("<a href=https://board.example>Acme</a>", "Acme"),
        ('<a href="https://board.example.org/">Acme</a>', '<a href="https://board.example.org/">Acme</a>'),
        ('<a href="https://notboard.example/">Acme</a>', '<a href="https://notboard.example/">Acme</a>'),
        ('<abbr title="x">AI</abbr> a < b </a>', '<abbr title="x">AI</abbr> a < b </a>'),
    ],
)  # fmt: skip
def test_links_to_the_copying_site_are_words(text, left):
    assert without_links(text, "board.example") == left


def test_two_copies_of_one_ad_read_the_same():
    ad = "<p>You build agents.</p>"
    theirs = f'{ad}<p>Originally posted on <a href="https://himalayas.app/x">Himalayas</a></p>'
    assert own_words(theirs, "himalayas.app") == own_words(ad, "himalayas.app") == ad


@given(st.text(alphabet="<>/a hrefbo:.xyOriginally posted on\"'", max_size=400))
def test_any_text_reads_as_text_and_is_done_once(text):
    done = without_links(text, "board.example")
    assert len(done) <= len(text)
    assert len(own_words(text, "board.example")) <= len(text)


@pytest.mark.parametrize(
    "unit", ["<a ", "<a href=", "</a", "<p>", "<a href='//board.example'>", "originally posted on "]
)
def test_hostile_texts_are_read_in_time_that_grows_with_them(unit):
    own_words(unit * (400_000 // len(unit)), "board.example")


# --- RSS -----------------------------------------------------------------------------------------------------------


def test_xml_reads_as_objects_lists_and_texts():
    body = b"""<?xml version="1.0"?><rss xmlns:t="urn:t"><channel><!-- c -->
    <item><t:a>1</t:a><t:a>2</t:a><b><![CDATA[<p>x</p>]]></b></item></channel></rss>"""
    assert read_xml(body, "rss") == {"channel": {"item": {"a": ["1", "2"], "b": "<p>x</p>"}}}


def test_xml_expands_no_entity_and_fetches_none(tmp_path):
    (tmp_path / "secret").write_text("secret")
    evil = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{tmp_path}/secret"><!ENTITY y "inner">]><rss><a>&x;&y;</a></rss>'
    assert read_xml(evil.encode(), "rss") == {"a": "&x;&y;"}


def test_a_broken_name_in_xml_costs_only_itself():
    assert read_xml(b"<rss><channel><y:>1</y:><g::id>2</g::id><b>3</b></channel></rss>", "rss")["channel"]["b"] == "3"


@pytest.mark.parametrize("body", [b"", b"{}", b"<html><body>no</body></html>", b"<feed></feed>", b"\x00\xff", b"<rss"])
def test_what_is_no_rss_is_refused(body):
    with pytest.raises(ParseError):
        read_xml(body, "feed" if body == b"<rss" else "rss")


@pytest.mark.parametrize(
    ("items", "titles"),
    [("", []), ("<item><title>A: B</title><guid>1</guid></item>", ["B"]),
     ("<item><title>A: B</title><guid>1</guid></item><item><title>C</title><guid>2</guid></item>", ["B", "C"])],
)  # fmt: skip
def test_a_feed_of_none_of_one_and_of_two(items, titles):
    result = parse("weworkremotely", f"<rss><channel><title>x</title>{items}</channel></rss>".encode())
    assert [posting.title for posting in result.postings] == titles


def test_deep_xml_costs_no_stack():
    deep = b"<rss>" + b"<a>" * 100_000
    with pytest.raises(ParseError):
        parse("weworkremotely", deep)


# --- the terms that sources declare --------------------------------------------------------------------------------


@pytest.mark.parametrize("spider", SPIDERS.values(), ids=lambda spider: spider.name)
def test_who_copies_ads_says_on_what_terms(spider):
    if spider.kind == "aggregator":
        assert spider.attribution
        assert spider.reuse != "open"
