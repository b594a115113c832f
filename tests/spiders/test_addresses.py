"""Whose address is this: board, posting and canonical URL of what is known; anything else is nobody's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import BoardTask, RawPosting, SourceKind
from spiders import SPIDERS, canonical_url, recognise
from spiders.base.addresses import Addresses, Source
from spiders.base.board import BoardSpider, Reading
from spiders.base.elsewhere import SOURCES

ACME = Source("acme", SourceKind.ATS, ("acme.example",), (r"(?P<board>[^.]+)\.acme\.example/(?:j/(?P<id>\w+))?",),
              "https://acme.example/{board}/{id:upper}")  # fmt: skip
URLS = st.from_regex(r"https?://[a-z.]{1,20}(/[^\s]{0,30}){0,4}(\?[^\s]{0,40})?")


def test_a_group_of_another_name_is_an_option_of_the_board():
    found = recognise("https://jobs.eu.lever.co/acme")
    assert (found.source, found.board, found.options) == ("lever", "acme", {"region": "eu"})
    assert recognise("https://jobs.lever.co/acme").options == {}


def test_a_source_that_no_spider_reads_is_recognised():
    found = recognise("https://www.linkedin.com/jobs/view/ml-engineer-at-acme-4012345678?refId=x")
    assert (found.source, found.native_id) == ("linkedin", "4012345678")
    assert found.canonical_url == "https://www.linkedin.com/jobs/view/4012345678"


def test_a_requisition_of_workday_is_one_wherever_its_site_repeats_it():
    found = recognise("https://acme.wd5.myworkdayjobs.com/en-US/ext/job/Berlin/ML-Engineer_R149383-1")
    assert (found.source, found.board) == ("workday", "acme")
    assert found.options == {"host": "acme.wd5.myworkdayjobs.com", "site": "ext"}
    assert found.canonical_url == "https://acme.myworkdayjobs.com/job/R149383"


def test_a_spider_that_comes_to_own_a_source_replaces_what_was_known():
    addresses = Addresses([ACME])
    addresses.learn(
        [Source("acme", SourceKind.ATS, ("acme.example",), (r"acme\.example/(?P<id>\d+)",), "https://a/{id}")]
    )
    assert addresses.find("https://x.acme.example/j/1") is None
    assert addresses.canonical_url("https://acme.example/7") == "https://a/7"


def test_a_spider_finds_the_facts_of_a_board_in_its_url():
    task = BoardTask(1, "lever", "acme", url="https://jobs.eu.lever.co/acme", options={"team": 7})
    assert SPIDERS["lever"]().facts(task) == {"board": "acme", "region": "eu", "team": "7"}
    assert SPIDERS["lever"]().facts(BoardTask(1, "lever", "acme", url="https://acme.example/")) == {}


def test_on_a_strict_domain_what_is_unknown_is_no_posting():
    assert Addresses([ACME]).canonical_url("https://www.acme.example.org/about") is None
    assert Addresses([ACME]).canonical_url("https://acme.example/about") == ""
    assert Addresses([ACME]).canonical_url("https://x.acme.example/j/abc") == "https://acme.example/x/ABC"
    assert Addresses([ACME]).canonical_url("https://x.acme.example/") == ""


def test_a_canonical_url_needs_all_its_parts():
    part = Source("part", SourceKind.ATS, ("part.example",), (r"part\.example/(?:(?P<board>\w+)/)?j/(?P<id>\w+)",),
                  "https://part.example/{board}/{id}")  # fmt: skip
    assert Addresses([part]).canonical_url("https://part.example/j/1") == ""
    assert Addresses([part]).canonical_url("https://part.example/A/j/1") == "https://part.example/a/1"


def test_who_copies_ads_is_known_by_where_one_applies():
    class Copier(BoardSpider):
        name, kind = "copier", SourceKind.AGGREGATOR

    reading = Reading()
    theirs = "https://boards.greenhouse.io/acme/jobs/7070269"
    raw = RawPosting("copier", "all", "1", "https://copier.example/ads/1", "AI Engineer", apply_url=theirs)
    Copier().take(reading, 1, raw)
    assert (raw.kind, raw.canonical_url) == ("aggregator", "https://boards.greenhouse.io/jobs/7070269")
    Copier.kind = SourceKind.ATS
    assert Copier().canonical_of(raw) is None


@pytest.mark.parametrize("source", [*SOURCES, *(spider.source() for spider in SPIDERS.values())], ids=lambda s: s.name)
def test_every_source_says_what_it_is(source):
    assert isinstance(source.kind, SourceKind)
    assert bool(source.urls) == bool(source.domains)
    Addresses([source])


@given(st.one_of(st.text(max_size=200), URLS))
def test_any_text_gives_text_and_canonical_is_its_own_canonical(url):
    canonical = canonical_url(url)
    assert canonical is None or not canonical or canonical_url(canonical) in (canonical, "")
