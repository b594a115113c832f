"""XML as values, and the data that pages carry in their scripts."""

import pytest

from spiders.base.embedded import assigned, flight, flight_texts, next_data, page_of, resolved
from spiders.base.errors import ParseError
from spiders.base.values import many
from spiders.base.xml import read_xml


def test_elements_become_objects_texts_and_lists():
    body = b"<a xmlns:t='urn:t'><row><x> 1 </x><t:y><z>2</z><z>3</z></t:y><w/></row><row>none</row></a>"
    assert read_xml(body, "a") == {"row": [{"x": "1", "y": {"z": ["2", "3"]}, "w": ""}, "none"]}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"plain", b"{}", b"<html><body>gone</body></html>", b"<b><row><x>1</x></row></b>",
        b"<a><row><x>1</x></row><row><x>", b"<a><row><x>1</x></row>", b"\xff\xfe<a>",
        b'<?xml version="1.0" encoding="no-such"?><a><row>',
        b"<a>" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_whole_feed_is_refused(body):
    with pytest.raises(ParseError):
        read_xml(body, "a")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b"<a><row><x>1 & 2</x></row><row><x>3</x></row></a>", ["1  2", "3"]),
        (b"<a><row><x>\x01one</x></row></a>\n<!-- end -->", ["one"]),
        (b"\n<a><row><x><![CDATA[<p>&nbsp;</p>]]></x></row></a>", ["<p>&nbsp;</p>"]),
    ],
)
def test_faults_of_a_whole_feed_cost_themselves(body, texts):
    assert [row["x"] for row in many(read_xml(body, "a")["row"])] == texts


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f "ffff">]>'
    assert read_xml(bomb + b"<a><x>&e;&f;</x></a>", "a")["x"] == "&e;&f;"


@pytest.mark.parametrize(
    ("page", "value"),
    [
        ('window.data = {"a": "};"};', {"a": "};"}), ("data={'x': 1}; data = [1]", [1]),
        ('{"data": {"b": NaN}}', {"b": None}), ("mydata = {}", None), ("data = {", None), ("", None),
        ("data = " + "[" * 100_000, None),
    ],
)  # fmt: skip
def test_what_is_assigned_to_a_name(page, value):
    assert assigned(page, "data") == value


def test_the_data_of_a_page_made_by_next():
    script = '<script id="__NEXT_DATA__" type="application/json">{"props": {"a": 1}}</script>'
    assert next_data(page_of(script.encode())) == {"props": {"a": 1}}
    assert next_data(page_of(b"<html></html>")) is None


def test_a_flight_is_put_together_and_its_texts_are_found():
    page = r"""<script>self.__next_f.push([0])</script>
    <script>self.__next_f.push([1,"8:[\"$\",{\"text\":\"$2a\"}]\n2a:T8,<p>x"])</script>
    <script>self.__next_f.push([1,"</p>"])</script><script>self.__next_f.push([1,"b:Tff,kürzer"])</script>"""
    texts = flight_texts(flight(page))
    assert texts == {"2a": "<p>x</p>", "b": "kürzer"}
    assert (resolved("$2a", texts), resolved("$$5", texts), resolved("$9", texts)) == ("<p>x</p>", "$5", "")
