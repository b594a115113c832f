from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from models import RawPay, RawPlace, RawPosting
from pipeline.content import content_hash

RAW = RawPosting(
    "ashby",
    "acme",
    "1",
    "https://jobs.example.com/1",
    "ML Engineer",
    description="<p>Build.</p>",
    places=[RawPlace("Berlin")],
    pay=[RawPay("1", "2", "EUR", "1 YEAR")],
    updated="2026-01-01",
)


def test_equal_content_equal_hash():
    assert content_hash(RAW) == content_hash(replace(RAW))
    assert content_hash(RAW) == content_hash(replace(RAW, updated="2026-02-02", posted="x", url="y", native_id="2"))


def test_what_a_reader_sees_counts():
    changed = [
        replace(RAW, title="ML Engineer II"),
        replace(RAW, description="<p>Build!</p>"),
        replace(RAW, places=[]),
        replace(RAW, pay=[]),
        replace(RAW, workplace="Remote"),
        replace(RAW, employment_type="Contract"),
        replace(RAW, is_remote=True),
        replace(RAW, places=[RawPlace(city="Berlin")]),
        replace(RAW, remote_scope="EU"),
    ]
    assert len({content_hash(raw) for raw in [RAW, *changed]}) == len(changed) + 1


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=50))
def test_any_text_can_be_hashed(text):
    assert len(content_hash(replace(RAW, description=text))) == 32
