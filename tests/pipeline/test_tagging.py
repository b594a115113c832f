import json
import sys
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from models import RawPay, RawPlace, RawPosting
from pipeline import tagging
from pipeline.tagging import TAGS_VERSION, tag, tag_all
from pipeline.text import remembered

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
HTML = """<h2>About</h2><p>Acme builds language models for the public good.</p><h3>You will</h3>
<ul><li>Train models in PyTorch</li><li>Serve them on Kubernetes</li></ul><p>This role is fully remote.</p>"""


def posting(**fields):
    values = {"title": "Senior ML Engineer", "company": "Acme, Inc.", "description": HTML} | fields
    return RawPosting("ashby", "acme", "1", "https://jobs.example.com/1", **values)


def test_the_whole_of_a_posting():
    tags = tag(
        posting(
            places=[RawPlace("Remote - EU"), RawPlace("Berlin", "Berlin", "", "Germany")],
            pay=[RawPay("100000", "140000", "EUR", "1 YEAR")],
            posted="2026-01-10T08:00:00Z",
            employment_type="FullTime",
        ),
        NOW,
    )
    assert (tags.company, tags.company_key, tags.language) == ("Acme, Inc.", "acme", "en")
    assert (tags.role, tags.seniority) == ("ml-engineer", "senior")
    assert (tags.workplace, tags.remote_scope, tags.employment_type) == ("remote", "EU", "full-time")
    assert [place.as_json() for place in tags.places] == [{"city": "Berlin", "region": "Berlin", "country": "DE"}]
    assert (tags.salary.annual_min, tags.salary.annual_max) == (100000, 140000)
    assert (tags.posted_at, tags.posted_at_quality) == (datetime(2026, 1, 10, 8, tzinfo=UTC), "exact")
    assert TAGS_VERSION


def test_the_employers_name_is_no_skill():
    text = "<p>Databricks builds Spark. You know Databricks, Spark and Python.</p>"
    assert "databricks" in tag(posting(description=text), NOW).skills
    tags = tag(posting(title="Engineer", company="Databricks, Inc.", description=text), NOW)
    assert tags.skills == list(tags.evidence["skills"]) == ["spark", "python"]


def test_nothing_said_is_null():
    tags = tag(posting(title="x", company="", description=""), NOW)
    assert tags.language is None
    assert tags.workplace is None
    assert tags.employment_type is None
    assert tags.salary is None
    assert tags.posted_at is None
    assert tags.places == []


def test_the_country_is_read_from_the_words_where_the_location_names_none():
    text = "<p>This is a fully remote role. You must be based in Canada.</p>"
    tags = tag(posting(description=text, places=[RawPlace("Remote")]), NOW)
    assert ([place.country for place in tags.places], tags.remote_scope) == (["CA"], "CA")
    assert tags.evidence["locations"][0]["quote"] == "must be based in Canada"
    tags = tag(posting(description=text, places=[RawPlace("Berlin")]), NOW)
    assert [place.country for place in tags.places] == ["DE"]


def test_text_wins_over_a_pay_field_that_it_calls_on_target():
    pay = [RawPay("90000", "120000", "USD", "1 YEAR")]
    tags = tag(posting(description="Base salary: $45,000 - $60,000\n\nOTE: $90,000 - $120,000", pay=pay), NOW)
    assert (tags.salary.min, tags.salary.max) == (45_000, 60_000)
    assert tags.evidence["salary"]["field"] == "description"


def test_unstorable_characters_in_short_fields():
    dirty = "a\x00\ud800\u202e"
    tags = tag(
        posting(
            title=f"ML{dirty}",
            company=dirty,
            places=[RawPlace("Berlin\x00\ud800", "Berlin\ud800", dirty, "Germany\u202e")],
            pay=[RawPay("100000\x00", "140000", "EUR\ud800", "1 YEAR", label=dirty)] * 2,
            posted="2026-01-10\x00",
            employment_type="FullTime\ud800",
            workplace="Remote\x00",
            remote_scope="EU\ud800",
        ),
        NOW,
    )
    text = json.dumps(
        [tags.evidence, [place.as_json() for place in tags.places], tags.title, tags.company], ensure_ascii=False
    )
    text.encode()
    assert not {"\\u0000", "\x00", "\u202e"} & {text[i : i + n] for n in (1, 6) for i in range(len(text))}
    assert tags.places[0].city == "Berlin"
    assert (tags.salary.min, tags.workplace, tags.employment_type, tags.remote_scope) == (
        100000,
        "remote",
        "full-time",
        "EU",
    )


def spans(evidence):
    if isinstance(evidence, dict):
        if "start" in evidence:
            yield evidence
        for value in evidence.values():
            yield from spans(value)
    elif isinstance(evidence, list):
        for value in evidence:
            yield from spans(value)


@given(st.text(max_size=80), st.text(max_size=400), st.text(max_size=60), st.text(max_size=30))
def test_any_posting_is_tagged_and_spans_point_at_their_quotes(title, description, place, posted):
    tags = tag(posting(title=title, description=description, places=[RawPlace(place)], posted=posted), NOW)
    json.dumps(tags.evidence)
    fields = {"title": tags.title, "description": tags.description}
    for evidence in spans(tags.evidence):
        if evidence["field"] in fields and "quote" in evidence:
            assert fields[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["quote"]


def test_postings_tagged_together_have_the_tags_that_each_has_alone():
    words = ["ML", "Data", "Robotics", "AI", "Sales"] * 15
    raws = [
        posting(title=f"{word} Engineer", description=f"{n + 2}+ years of {word}. " * n) for n, word in enumerate(words)
    ]
    assert list(tag_all(raws, NOW)) == [tag(raw, NOW) for raw in raws]
    assert list(tag_all([], NOW)) == []


def test_postings_taken_together_are_few_where_their_texts_are_long(monkeypatch):
    """What is remembered of the texts is bounded by their length, not by their number alone."""
    sizes = []
    together = tagging._tag_together
    monkeypatch.setattr(tagging, "_tag_together", lambda raws, now: sizes.append(len(raws)) or together(raws, now))
    raws = [posting(description="word " * length) for length in (50_000, 50_000, *[1] * 42)]
    assert len(list(tag_all(raws, NOW))) == 44
    assert sizes == [2, 32, 10]


def test_no_text_is_kept_once_it_was_tagged():
    text = f"{datetime.now(UTC)}: you build AI agents, remotely, with five years of experience. " * 40
    before = sys.getrefcount(text)
    assert tag(posting(title="Acme | Engineer | Berlin | remote", description=text), NOW).description
    assert sys.getrefcount(text) == before
    assert not any(kept.cache_info().currsize for kept in remembered._KEPT)
