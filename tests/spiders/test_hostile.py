"""Whatever a board answers, reading it ends in postings or in a ParseError, soon, and with text that can be stored."""

import importlib.util
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, note, settings
from hypothesis import strategies as st

from models import BoardEnd, BoardTask, RawPosting, Verdict
from spiders import SPIDERS, ParseError, parse
from spiders.base.listing import ListingSpider
from spiders.base.markup import read_script, without_stray_commas
from spiders.base.paged import DetailSpider
from spiders.base.sitemap import read_listing, read_sitemap
from spiders.base.values import digest, number, read_json, text
from spiders.base.visit import Visit

KEYS = sorted(
    {
        "id", "title", "text", "content", "location", "locations", "metadata", "offices", "departments", "name",
        "value",
        "pay_input_ranges", "min_cents", "max_cents", "categories", "allLocations", "salaryRange", "lists", "min",
        "max",
        "compensation", "compensationTiers", "components", "minValue", "address", "postalAddress", "secondaryLocations",
        "isListed", "status", "salary", "@type", "@graph", "url", "description", "hiringOrganization", "identifier",
        "jobLocation", "baseSalary", "employmentType", "applicantLocationRequirements", "jobLocationType", "createdAt",
    }
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just("JobPosting")
OBJECTS = st.dictionaries(st.sampled_from(KEYS), LEAVES, max_size=8)
VALUES = st.recursive(
    LEAVES | OBJECTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=30,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=12) | VALUES, max_size=4)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def body_of(source, rows):
    if issubclass(SPIDERS[source], ListingSpider):
        nodes = [row | {"@type": "JobPosting"} if isinstance(row, dict) else row for row in rows]
        return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'.encode()
    for name in reversed(getattr(SPIDERS[source], "list_key", "").split(".")):
        rows = {name: rows} if name else rows
    return json.dumps(rows).encode()


def samples():
    """The throw-away spiders, which lie beside this file and are in no package."""
    spec = importlib.util.spec_from_file_location("samples", Path(__file__).parent / "samples.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SPIDERS


SAMPLES = samples()


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif hasattr(value, "__slots__"):
        for name in value.__slots__:
            yield from strings(getattr(value, name))


def check_if_read(source, body):
    """What is read can be stored; what cannot be read is refused with a ParseError, and with nothing else."""
    try:
        result = parse(source, body, "board", "https://a.example/jobs")
    except ParseError:
        return
    check(result)


def check(result):
    for posting in result.postings:
        assert isinstance(posting, RawPosting)
        assert posting.native_id
        assert posting.title
        for found in strings(posting):
            found.encode()
            assert "\0" not in found
    ids = [posting.native_id for posting in result.postings]
    assert len(ids) == len(set(ids))


# What is made is shown to every source: making it takes far longer than reading it.


def check_all(bodies):
    for source, body in bodies:
        note(source)
        check_if_read(source, body)


@QUIET
@given(ROWS)
@example([{"id": float("nan"), "title": "x"}, {"id": 10**400, "title": "y"}])
@example([{"id": "\0", "title": "\ud800"}, {"id": "a\0b", "title": "\ud800\u202e", "text": "z"}])
def test_rows_of_any_shape(rows):
    check_all((source, body_of(source, rows)) for source in SPIDERS)


@QUIET
@given(st.binary(max_size=300))
@example(b"[" * 100_000)
@example(b'{"jobs":' + b'{"a":' * 50_000)
@example(b'{"jobs": [{"id": ' + b"9" * 5000 + b', "title": "t"}]}')
@example(b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>")
@example(b"\xff\xfe\x00{")
@example(b"")
def test_bytes_of_any_kind(body):
    check_all((source, body) for source in SPIDERS)


@QUIET
@given(st.floats(0, 1, exclude_max=True), st.binary(max_size=2), st.booleans())
def test_answers_cut_or_with_a_byte_changed(share, byte, is_cut):
    rows = [{"id": n, "title": "t", "text": "t", "description": "d" * 20} for n in range(5)]
    for source in SPIDERS:
        whole = body_of(source, rows)
        at = int(share * len(whole))
        check_all([(source, whole[:at] + byte + (b"" if is_cut else whole[at + 1 :]))])


@QUIET
@given(VALUES, ROWS, st.binary(max_size=2), st.integers(0, 400))
@example({}, [{"id": "\0", "title": "\ud800"}, {"id": 10**400, "title": "y"}], b"", 400)
def test_bases_read_answers_of_any_shape(data, items, byte, at):
    bodies = []
    for value in (data, {"data": {"jobs": items, "total": data, "next": data}}, {"jobs": items, "job": data}):
        whole = json.dumps(value).encode()
        bodies += [whole, whole[:at] + byte + whole[at + 1 :]]
    for spider in SAMPLES.values():
        note(spider.name)
        for body in bodies:
            check_reading(spider(), body, BoardTask(1, spider.name, "board"))


def test_a_digest_is_made_of_anything():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert len({digest(deep), digest("\ud800"), digest(float("nan")), digest({"b": 1, "a": 2}), digest(1, "")}) == 5
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


def check_reading(spider, body, task):
    try:
        data = read_json(body)
        pager = spider.pager(task)
        spider.take_page(data, spider.rows_in(data, body), pager)
        json.dumps(pager.state() if pager.at else {})
        visit = Visit(task, BoardEnd(task, Verdict.OK), 0.0, 0)
        for item in spider.rows_in(data, body) if isinstance(spider, DetailSpider) else ():
            spider.take_row(item, {}, visit)
        check(spider.read_saved(body, task))
    except ParseError:
        return


def test_a_poison_row_costs_only_itself():
    rows = [{"id": 1, "title": "a"}, {"id": 2, "title": ["b"]}, 7, {"id": 3, "title": "c", "metadata": {"x": 1}}]
    result = parse("greenhouse", body_of("greenhouse", rows))
    assert ([posting.native_id for posting in result.postings], result.skipped) == (["1", "3"], 2)
    assert len(result.problems) == 2


def test_an_id_is_listed_once():
    result = parse("ashby", body_of("ashby", [{"id": "a", "title": "first"}, {"id": "a", "title": "second"}]))
    assert [posting.title for posting in result.postings] == ["first"]


def test_a_row_a_place_is_one_posting_with_its_places():
    rows = [{"id": "a", "title": "t", "location": where} for where in ("Paris", "Berlin", "Paris")]
    result = parse("ashby", body_of("ashby", rows))
    assert [[place.text for place in posting.places] for posting in result.postings] == [["Paris", "Berlin"]]


@pytest.mark.parametrize("source", ["greenhouse", "lever", "ashby", "recruitee"])
def test_an_answer_of_another_source_is_refused(source):
    other = b'[{"id": "a"}]' if source != "lever" else b'{"ok": false, "error": "Document not found"}'
    with pytest.raises(ParseError, match=source):
        parse(source, other)
    with pytest.raises(ParseError, match="HTML"):
        parse(source, b"<!doctype html><html><body>hello</body></html>")


def test_an_unknown_source_is_named():
    with pytest.raises(ParseError, match="greenhouse"):
        parse("linkedin", b"{}")


@given(st.text(alphabet='",\\ {}[]:a\n', max_size=60))
def test_stray_commas_go_and_strings_stay(script):
    try:
        value = json.loads(script)
    except ValueError:
        return
    assert json.loads(without_stray_commas(script)) == value


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ('{"a": [1, 2, ], }', {"a": [1, 2]}), ('{"a": ",]"}', {"a": ",]"}), ('{"a": "x\ny"}', {"a": "x\ny"}),
        ("{&quot;a&quot;: 1}", {"a": 1}), ("<!-- {\"a\": 1} -->", {"a": 1}), ('{"a": 1};', {"a": 1}), ("{a: 1", None),
    ],
)  # fmt: skip
def test_broken_scripts_are_mended_or_left(script, value):
    assert read_script(script) == value


@pytest.mark.parametrize("unit", ['"', '"\\"', ",", ", ", '{"a":', "\\", "<", "&quot;", "/*", "//", "[,"])
def test_reading_stays_linear_on_hostile_scripts(unit):
    read_script(unit * (200_000 // len(unit)))


@QUIET
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda part: f"<urlset><url><loc>{part}</loc></url></urlset>".encode())
)
@example(b"\x1f\x8b\x08\x00garbage")
def test_sitemaps_of_any_kind(body):
    try:
        links = read_sitemap(body)
    except ParseError:
        return
    assert all(url.startswith(("http://", "https://")) for url in links.pages)


def test_a_sitemap_expands_no_entity_and_fetches_none(tmp_path):
    (tmp_path / "secret").write_text("https://a.example/secret")
    evil = (
        f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{tmp_path}/secret"><!ENTITY y "https://a.example/inner">]>'
        "<urlset><url><loc>&x;</loc></url><url><loc>&y;</loc></url><url><loc>https://a.example/ok</loc></url></urlset>"
    )
    assert list(read_sitemap(evil.encode()).pages) == ["https://a.example/ok"]


def test_a_listing_leads_nowhere_but_to_its_site():
    from parsel import Selector

    hrefs = ["/jobs/1", "https://evil.example/jobs", "http://a.example/jobs/2", "file:///etc/passwd", "//[x", "?page=2"]
    page = Selector(text="".join(f'<a href="{href}">x</a>' for href in hrefs))
    assert list(read_listing(page, "https://a.example/jobs").pages) == [
        "https://a.example/jobs/1", "https://a.example/jobs?page=2",
    ]  # fmt: skip


@given(st.floats() | st.integers() | st.text() | st.booleans() | st.none() | st.lists(st.integers()))
def test_text_is_always_storable(value):
    text(value).encode()
    assert "\0" not in text(value)


@pytest.mark.parametrize(
    ("said", "meant"),
    [(310, 310), ("310", 310), ("1,732", 1732), (310.0, 310), (0, 0),
     (True, None), (None, None), ("many", None), (-1, None), ("9" * 5000, None)],
)  # fmt: skip
def test_a_count_is_read_however_it_is_written(said, meant):
    """A total that is taken for none lets a short page end the list without a word."""
    assert number(said) == meant
    assert SPIDERS["smartrecruiters"]().total({"totalFound": said}) == meant
    assert SPIDERS["greenhouse"]().total({"meta": {"total": said}}) == meant
