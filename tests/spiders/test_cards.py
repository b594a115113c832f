"""Lists that are web pages: what belongs to which posting, whatever the page."""

import re

import pytest

from models import RawPlace
from spiders import parse
from spiders.base.cards import cards, classes, first_told
from spiders.base.embedded import page_of
from spiders.base.values import distinct

JOB = re.compile(r"/job/(\w+)")


def part(element):
    return next((name for name in ("place", "date") if f" {name} " in classes(element)), "")


def read(page, **more):
    return cards(page_of(page.encode()), JOB, part, **more)


def test_what_follows_a_link_is_its():
    page = """<p class="place">nobody's</p><a href="/job/1">One <i>icon</i><!-- x --> more</a><p class="place">Rome</p>
    <a href="/job/2"><span>Two</span> <b class="date">today</b></a><a href="/about">About</a>
    <p class="place big">Oslo</p>
    <a href="/job/1"></a><p class="date">late</p><a href="/job/3"></a>"""
    assert read(page) == [
        {"id": "1", "title": "One more", "path": "/job/1", "place": "Rome", "date": "late"},
        {"id": "2", "title": "Two today", "path": "/job/2", "date": "today", "place": "Oslo"},
    ]


def test_a_title_may_be_the_first_words():
    assert (
        read('<a href="/job/1"><h3> ML  Engineer </h3><p>Berlin</p></a>', title=first_told)[0]["title"] == "ML Engineer"
    )


@pytest.mark.parametrize(
    "page", ["", "\x00", "<a =x href='/job/1'", '<a 1:="" href="/job/1">x</a>', "<a href=" + "/" * 9000]
)
def test_any_page_gives_rows(page):
    assert all(set(row) >= {"id", "title", "path"} for row in read(page))


def test_each_place_once():
    rome, oslo = RawPlace("Rome"), RawPlace("", "Oslo")
    assert distinct([rome, RawPlace(), oslo, RawPlace("Rome")]) == [rome, oslo]


@pytest.mark.parametrize("source", ["jobvite", "jazzhr"])
def test_a_list_of_thousands_in_one_element_is_read(source):
    link = '<a href="/b/job/oJob{0}">T</a><a href="/apply/abcdef{0}/x">T</a><b class="jv-job-list-location">P</b>'
    body = f"<html jazzhr><ul><li>{''.join(link.format(n) for n in range(3000))}</li></ul></html>".encode()
    assert len(parse(source, body, "b").postings) == 3000
