"""Whether two postings are one opening: identities, vetoes, likeness; and that the index finds what is alike."""

from dataclasses import asdict, replace
from datetime import UTC, datetime

import orjson
import pytest

from models import Place, RawPosting, Tags
from pipeline import dedup
from pipeline.dedup import Answer, Facts

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = ("search", "ranking", "models", "pipelines", "evaluate", "ship", "retrieval", "latency", "customers", "quarry",
         "stone", "data", "features")  # fmt: skip
TEXT = " ".join(f"{WORDS[i % 13]} {WORDS[i * 5 % 13]} {WORDS[i * i % 13]} {i % 37}." for i in range(120))


def facts(source="greenhouse", board="quarry", native_id="1", company="Quarry", title="ML Engineer, Search",
          text="", city="Berlin", country="DE", url="", requisition="") -> Facts:  # fmt: skip
    raw = RawPosting(source, board, native_id, url, title, company=company, requisition_id=requisition)
    tags = Tags(title=title, company=company, description=text, places=[Place(city, "", country)])
    return dedup.facts_of(raw, tags)


def test_one_board_under_two_ids_is_never_one_opening():
    assert dedup.compare(facts(), facts(native_id="2")).answer is Answer.NEVER
    assert dedup.compare(facts(), facts()).layer == "board"


@pytest.mark.parametrize(
    ("other", "layer"),
    [
        ({"url": "https://quarry.example/jobs/ml-engineer"}, "url"),
        ({"requisition": "R-1042"}, "requisition"),
        ({"title": "ML Engineer - Search (m/w/d)"}, "likeness"),
        ({"title": "Machine Learning Engineering, Search", "company": "Quarry GmbH"}, "likeness"),
    ],
)
def test_what_joins(other, layer):
    one = facts(url="https://quarry.example/jobs/ml-engineer", requisition="r1042")
    found = dedup.compare(one, facts(source="lever", **other))
    assert (found.answer, found.layer) == (Answer.SAME, layer)
    assert found.sentence.startswith("One opening: ")


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Senior ML Engineer, Search", "text": TEXT},
        {"title": "Junior ML Engineer, Search"},
        {"title": "ML Engineer, Ads", "text": TEXT},
        {"city": "Paris", "country": "FR", "text": TEXT},
        {"company": "Mill"},
    ],
)
def test_what_parts(other):
    one = facts(title="Lead ML Engineer, Search" if "Junior" in other.get("title", "") else "ML Engineer, Search")
    one = replace(one, sketch=facts(text=TEXT).sketch) if "text" in other else one
    if other.get("title", "").startswith("Senior"):
        one = replace(one, level="mid")
    assert dedup.compare(one, facts(source="lever", **other)).answer is Answer.DIFFERENT


def test_an_agency_s_ad_needs_the_text():
    one = facts(text=TEXT)
    ad = facts(source="adzuna", company="Randstad", text="Our client is hiring. " + TEXT[: len(TEXT) // 2])
    assert ad.is_agency
    assert dedup.compare(one, ad).is_same
    bare = replace(ad, sketch=())
    assert not dedup.compare(bare, replace(bare, source="reed")).is_same


def test_what_is_alike_shares_a_key():
    one, other = facts(text=TEXT), facts(source="lever", title="Machine Learning Engineer (Search)")
    assert set(dedup.blocking_keys(one)) & set(dedup.blocking_keys(other))
    assert all(-(2**63) <= key < 2**63 for key in dedup.blocking_keys(one))
    assert not set(dedup.blocking_keys(one)) & set(dedup.blocking_keys(facts(company="Mill")))


def test_facts_are_kept_as_bytes():
    one = facts(text=TEXT, requisition="R-1042")
    assert dedup.unpack(dedup.pack(one)) == one


def test_facts_that_an_older_version_packed_are_read():
    one = facts(text=TEXT, requisition="R-1042")
    older = orjson.dumps(list(asdict(one).values()))
    assert dedup.unpack(older) == one
    with pytest.raises(ValueError):
        dedup.unpack(orjson.dumps(list(asdict(one).values())[:-2]))


def test_facts_of_the_version_before_are_read_by_what_they_kept():
    one = facts(title="Werkstudent ML (m/w/d)", company="Quarry AI GmbH", text=TEXT)
    values = list(asdict(one).values())
    older = orjson.dumps([*values[:-4], values[-1]]).replace(b'"trainee:student"', b'"level:intern"')
    assert dedup.unpack_any(older.replace(b'"quarry"', b'"quarryai"', 2)) == replace(one, board="quarryai")
    assert dedup.unpack_any(dedup.pack(one)) == one
    with pytest.raises(ValueError):
        dedup.unpack(older)


@pytest.mark.parametrize(
    ("text", "sketch"),
    [
        ("Build the search of Quarry\u2019s stone\u00a0markets \u2014 \u00abnow\u00bb, don\u2019t wait",
         (45027474, 889748442, 2188856804, 2443423674, 2448800575, 2645528403, 2727036489, 3894712346, 4181956133)),
        ("検索 エンジニア を募集", (61969245, 294243161, 2333618250, 2478395443, 2631408606, 3015478589, 3617220140)),
        ("\u0130stanbul ölçek mühendisi arıyor şimdi", (3074385063, 3117502478)),
        ("three words only", ()),
    ],
)  # fmt: skip
def test_a_text_s_sample_is_the_same_for_ever(text, sketch):
    assert facts(text=text).sketch == sketch  # what is stored was made by it


@pytest.mark.parametrize(
    "title", ["ML Engineer, Search (Berlin)", "Hiring now: ML Engineer, Search", "ML Engineer, Search | Quarry"]
)
def test_a_copy_may_be_decorated_and_cut(title):
    copy = facts(source="adzuna", title=title, text="Found by our editors. " + TEXT[len(TEXT) // 2 :])
    assert dedup.compare(facts(text=TEXT), copy).layer == "text"
    assert dedup.compare(facts(text=TEXT), copy).is_same


@pytest.mark.parametrize(
    "title", ["Senior ML Engineer, Search", "ML Engineer, Ads", "ML Engineer, Search, Mobile", "ML Engineer"]
)
def test_another_title_over_the_same_text_is_another_opening(title):
    other = facts(source="lever", title=title, text=TEXT)
    assert not dedup.compare(facts(text=TEXT), other).is_same


def test_two_ads_of_one_site_are_two():
    one, other = (facts(source=name, url=f"https://jobs.quarry.example/ad/{name}", text=TEXT) for name in ("a", "b"))
    assert dedup.compare(one, other).answer is Answer.NEVER


def test_two_jobs_of_one_comment_are_two():
    one, other = (
        facts(
            source="hackernews", board="whoishiring", native_id=name, title=name, url="https://news.example/item?id=7"
        )
        for name in ("Senior Backend Engineer", "Staff Backend Engineer")
    )
    assert dedup.compare(one, other).answer is Answer.NEVER


def test_a_text_told_anew_is_weighed_by_its_title():
    title = "Software Engineer, Geometric Modelling and Kernels"
    told = facts(source="hackernews", title=title, text=" ".join(reversed(TEXT.split())))
    own = facts(title=title, text=TEXT)
    assert dedup.compare(own, replace(told, kind="board")).layer == "likeness"
    assert dedup.compare(own, replace(told, kind="ats")).layer == "text"


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("AI Engineer 1", "AI Engineer 2"),
        ("Senior AI Engineer", "Staff AI Engineer"),
        ("AI Engineer", "AI Engineer, Intern"),
        ("AI Engineer", "Senior AI Engineer"),
    ],
)
def test_two_levels_without_texts_are_two_openings(title, other):
    said = dedup.compare(facts(title=title), facts(source="lever", title=other))
    assert (said.layer, said.is_same) == ("veto", False)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("ML Intern, Summer 2027", "ML Intern, Fall 2027"),
        ("ML Intern 2027, Team 1", "ML Intern 2027, Team 2"),
        ("Engineer", "AI Engineer"),
    ],
)
@pytest.mark.parametrize(("company", "region"), [("Quarry", "Arizona"), ("Airquarry", ""), ("Quarry AI", "")])
def test_one_text_under_titles_of_two_openings_is_two(title, other, company, region):
    one, two = (
        replace(
            facts(source=name, title=each, text=TEXT, company=company), spots=(("phoenix", region.casefold(), "US"),)
        )
        for name, each in (("greenhouse", title), ("adzuna", other))
    )
    assert not dedup.compare(one, two).is_same


def test_two_employers_may_write_the_same_two_lines():
    lines = "We are looking for an engineer of search and ranking to join our growing team in the middle of Berlin."
    assert not dedup.compare(facts(text=lines), facts(source="adzuna", company="Mill", text=lines)).is_same
    assert dedup.compare(facts(text=lines), facts(source="adzuna", text=lines)).is_same


@pytest.mark.parametrize("number", ["2027", "0000", "TBD"])
def test_what_is_written_instead_of_a_requisition_joins_nothing(number):
    one, other = facts(requisition=number), facts(source="lever", title="ML Engineer, Ads", requisition=number)
    assert not dedup.compare(one, other).is_same


def test_a_requisition_of_two_levels_names_no_opening():
    one = facts(title="Senior ML Engineer", requisition="R-1042", text=TEXT)
    other = facts(source="adzuna", title="Staff ML Engineer", requisition="R-1042", text=TEXT)
    assert not dedup.compare(one, other).is_same


def test_two_long_texts_of_two_employers_are_not_called_short():
    title = "Software Engineer, Geometric Modelling and Kernels"
    one = facts(title=title, text=TEXT)
    other = facts(source="hackernews", company="Mill", title=title, text=" ".join(reversed(TEXT.split())))
    said = dedup.compare(one, replace(other, kind="board")).sentence
    assert said == "Two openings: two employers, whose texts have little in common."
    short = replace(other, kind="board", sketch=other.sketch[:5])
    assert "too little text" in dedup.compare(one, short).sentence


@pytest.mark.parametrize(
    "title",
    ["ML Engineer, Search - R10421", "ML Engineer, Search (Req ID: 10421)", "ML Engineer, Search (€90k-€110k)",
     "ML Engineer, Search | $60/hr", "ML Engineer, Search (Full-time)"],
)  # fmt: skip
def test_number_pay_and_hours_in_a_copy_s_title_part_nothing(title):
    assert dedup.compare(facts(text=TEXT), facts(source="adzuna", title=title, text=TEXT)).is_same


@pytest.mark.parametrize(
    ("title", "other", "word"),
    [
        ("ML Engineer (R-10421)", "ML Engineer (R-10555)", "requisitions"),
        ("AI Trainer (Part-time)", "AI Trainer, full time", "working times"),
    ],
)
def test_numbers_and_hours_that_both_titles_name_part_them(title, other, word):
    found = dedup.compare(facts(title=title, text=TEXT), facts(source="lever", title=other, text=TEXT))
    assert not found.is_same
    assert word in found.sentence


def test_without_texts_a_requisition_that_one_title_names_parts_them():
    assert dedup.compare(facts(), facts(source="lever")).is_same
    assert not dedup.compare(facts(), facts(source="lever", title="ML Engineer, Search - R10421")).is_same


def test_a_text_that_two_employers_use_with_their_own_names_in_it_is_two_openings():
    one, other = (f"At {name} {TEXT} Come to {name} and see." for name in ("Quarry", "Mill"))
    assert not dedup.compare(facts(text=one), facts(source="lever", company="Mill", text=other)).is_same
    assert dedup.compare(
        facts(text=one), facts(source="adzuna", company="Stoneworks", text=one.rpartition(" Come")[0])
    ).is_same
