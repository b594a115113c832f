"""Where a text is missing on a side, or both: what titles, names and numbers say parts, and what joins all the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from models import Place, RawPosting, SourceKind, Tags
from pipeline import dedup
from pipeline.dedup import Facts
from pipeline.dedup.employers import employer_key
from spiders import whose
from tests.pipeline.house import House, raw

TEXT = " ".join(f"word{number} and {number * 7 % 31} more" for number in range(120))
APART = """
Research Scientist Intern, Summer 2026 | Research Scientist Intern, Fall 2026
Machine Learning Intern 2026 | Machine Learning Intern 2027
AI Engineer #1 | AI Engineer #2
AI Safety Fellow - Cohort 3 | AI Safety Fellow - Cohort 4
Wiss. Mitarbeiter (E 13 TV-L) | Wiss. Mitarbeiter (E 14 TV-L)
Data Scientist, Series A | Data Scientist, Series B
Software Engineer (On-site) | Software Engineer (Remote)
Data Engineer | Data Engineer (Contract)
Data Engineer | Data Engineer (Fixed term)
Data Engineer | Data Engineer, Part-time
Desenvolvedor Backend CLT | Desenvolvedor Backend PJ
Programista Python (umowa o pracę) | Programista Python (B2B)
Data Engineer | Data Engineer - Maternity Cover
Ingeniero de datos | Ingeniero de datos (sustitución por maternidad)
Dataanalytiker | Dataanalytiker, barselsvikariat
Translator | Freelance Translator
Data Scientist | Volunteer Data Scientist
Software Engineer | Software Engineer (Weekend shift)
Head of Data | Deputy Head of Data
Teamleiter | Stellvertretender Teamleiter
Data Analyst | Data Analyst - categorie protette
Analista de dados | Analista de dados - exclusiva para PCD
Machine Learning Engineer | Machine Learning Co-op Engineer
"""
PAIRS = [tuple(line.split(" | ")) for line in APART.strip().splitlines()]


def facts(title: str, company: str = "Quarry", source: str = "lista", text: str = "", **more: str) -> Facts:
    place = Place("London", "", "GB")
    tags = Tags(title=title, company=company, description=text, places=[place])
    return dedup.facts_of(RawPosting(source, source, "1", "", title, company=company, **more), tags)


@pytest.mark.parametrize(("title", "other"), PAIRS)
@pytest.mark.parametrize(("text", "kind"), [("", ""), (TEXT, ""), ("", "aggregator")])
def test_what_parts_two_of_one_text_parts_two_without(title: str, other: str, text: str, kind: str) -> None:
    one, another = facts(title, text=text), replace(facts(other, source="listb"), kind=kind)
    assert not dedup.compare(one, another).is_same


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Data Engineer", "Data Engineer (m/w/d)"),
        ("Data Engineer, Search", "Data Engineer - Search (Full-time)"),
        ("Data Engineer, Search", "Data Engineer, Search (Permanent)"),
        ("Volunteer Coordinator", "Volunteer Coordinator"),
    ],
)
def test_what_is_as_good_as_unsaid_joins(title: str, other: str) -> None:
    assert dedup.compare(facts(title), facts(other, source="listb")).is_same


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Nova Labs", "Nova Group"),
        ("Nova Labs", "Nova AI"),
        ("Mercury Group", "Mercury Technologies"),
        ("Atlas Holdings GmbH", "Atlas Labs"),
    ],
)
def test_names_of_which_other_words_are_dropped_join_by_a_text_alone(name: str, other: str) -> None:
    title = "Machine Learning Engineer, Search"
    found = dedup.compare(facts(title, name), facts(title, other, "listb"))
    assert (found.is_same, found.reasons) == (False, (f"two names, {name} and {other}",))
    assert dedup.compare(facts(title, name, text=TEXT), facts(title, other, "listb", TEXT)).is_same


@pytest.mark.parametrize(
    ("name", "other"), [("Nova Labs", "Nova"), ("Nova Labs", "Nova Lab Ltd"), ("Nova Technologies", "Nova Tech")]
)
def test_a_name_may_leave_out_what_names_often_drop(name: str, other: str) -> None:
    title = "Machine Learning Engineer, Search"
    assert dedup.compare(facts(title, name), facts(title, other, "listb")).is_same


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Stormgate (YC S21)", "Stormgate"),
        ("Stormgate | YC W24", "Stormgate"),
        ("Stormgate (acquired by Foo)", "Stormgate"),
        ("Stormgate - Remote", "Stormgate"),
        ("ООО «Ладога»", "Ладога"),
        ('АО "Ладога"', "ЛАДОГА"),
        ("Ладога, ООО", "ООО Ладога"),
        ("深圳市星河科技有限公司", "星河科技"),
        ("上海星河信息技术有限公司", "星河"),
        ("Amazon Web Services (AWS)", "Amazon"),
        ("Amazon Development Center U.S., Inc.", "AWS"),
        ("Open AI", "OpenAI"),
    ],
)
def test_an_employer_under_two_spellings_is_one(name: str, other: str) -> None:
    assert employer_key(name) == employer_key(other) != ""


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("University of Quarry (North)", "University of Quarry (South)"),
        ("上海银行股份有限公司", "北京银行股份有限公司"),
        ("Аовал", "Вал"),
        ("Open Systems", "OpenAI"),
    ],
)
def test_names_that_share_a_part_are_two(name: str, other: str) -> None:
    assert employer_key(name) != employer_key(other)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("データエンジニア", "【急募】データエンジニア"),
        ("算法工程师", "算法工程师 - 急聘"),
        ("데이터 엔지니어", "[급구] 데이터 엔지니어"),
        ("Data Scientist", "Vacancy: Data Scientist"),
        ("Data Scientist", "Quarry is hiring a Data Scientist in London"),
        ("Data Engineer", "Data Engineer $150k-$200k + equity"),
    ],
)
def test_a_copy_s_trimmings_part_nothing(title: str, other: str) -> None:
    assert dedup.compare(facts(title, text=TEXT), facts(other, source="listb", text=TEXT)).is_same


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Data Scientist", "Data Scientist, Equity"),
        ("担当", "採用 担当"),
        ("Analyst", "IS Analyst"),
    ],
)
def test_words_of_the_work_are_no_trimmings(title: str, other: str) -> None:
    assert not dedup.compare(facts(title, text=TEXT), facts(other, source="listb", text=TEXT)).is_same


def test_greater_london_is_london() -> None:
    one, other = facts("ML Engineer", text=TEXT), facts("ML Engineer", source="listb", text=TEXT)
    tags = Tags(
        title="ML Engineer", company="Quarry", description=TEXT, places=[Place("Greater London", "England", "GB")]
    )
    greater = dedup.facts_of(RawPosting("listb", "listb", "1", "", "ML Engineer", company="Quarry"), tags)
    assert other.spots == (("london", "", "GB"),)
    assert dedup.compare(one, greater).is_same


@pytest.mark.parametrize(
    "url",
    [
        "https://jobs.example/out?url=https%3A%2F%2Fjobs.lever.co%2Fquarry%2F3c708fbc-3ef1-437f-b45b-7277ed2e3adf",
        "https://t.example/r?id=7&redirect=https://jobs.lever.co/quarry/3c708fbc-3ef1-437f-b45b-7277ed2e3adf",
    ],
)
def test_a_redirect_leads_to_its_goal(url: str) -> None:
    said, board = whose(url)
    assert (said, board) == (whose("https://jobs.lever.co/quarry/3c708fbc-3ef1-437f-b45b-7277ed2e3adf"))
    assert whose("https://t.example/r?url=https://t.example/jobs/1")[0] is None


def test_what_is_weighed_reads_like_a_sentence() -> None:
    one = facts("Machine Learning Engineer, Search")
    told = dedup.compare(one, facts("Machine Learning Engineer, Search", source="listb")).sentence
    assert told == (
        "One opening: by title, place and date they are 79% likely to be one, as the titles share their words and the "
        "titles read alike, though the employer may have several ads like them."
    )
    apart = dedup.compare(one, facts("Machine Learning Engineer, Ads", source="listb")).sentence
    assert apart.startswith("Two openings: by title, place and date they are only ")


HIDDEN = """A client of Hays; Our Client; Company Confidential; Confidentiel; Confidenziale; Azienda riservata
Riservato; Empresa confidencial; Confidencial; 非公開; 非公開求人; 비공개; 某知名互联网公司; 某上市公司; N/A; n.a.
Not disclosed; Name withheld; Importante azienda; Société confidentielle; Vertraulich; Undisclosed; Stealth Startup
Nieujawniony; Gizli; Конфиденциально; Gi Group; パーソルキャリア; パーソルキャリア株式会社; Oho Group; Hidden Company
Firma poufna; Notre client; Unser Kunde; Klient; TBD"""


@pytest.mark.parametrize("name", HIDDEN.replace("\n", "; ").split("; "))
def test_a_name_that_hides_the_employer_joins_nothing(name: str) -> None:
    one, other = facts("Data Engineer", name), facts("Data Engineer", name, "listb")
    assert not dedup.compare(one, other).is_same


@pytest.mark.parametrize(
    "name", ["Clientela", "Confident AI", "Client Savvy", "Naver", "Narvar", "某某文化", "Stealthbits"]
)
def test_a_name_that_begins_so_is_a_name(name: str) -> None:
    assert not facts("Data Engineer", name).is_agency


NUMBER = "https://boards.greenhouse.io/jobs/4412345008"


@pytest.mark.parametrize(
    ("company", "kind", "url", "is_one"),
    [
        ("Plumbago", "ats", NUMBER, False),
        ("Plumbago", "ats", "https://jobs.ashbyhq.com/3c708fbc-3ef1-437f-b45b-7277ed2e3adf", True),  # a new name
        ("Quarry GmbH", "ats", NUMBER, True),
        ("Plumbago", "aggregator", NUMBER, True),  # who copies ads may err
    ],
)
def test_the_board_is_part_of_a_number(company: str, kind: str, url: str, is_one: bool) -> None:
    one = replace(facts("Machine Learning Engineer", source="greenhouse"), kind="ats", url=url)
    other = facts("Machine Learning Engineer II", company, "greenhouse")
    other = replace(other, board="plumbago", kind=kind, url=url)
    assert dedup.compare(one, other).is_same is is_one


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Requisition ID: R-20931.", "Requisition ID: R-20977.", False),
        ("Job ID: JR0020931", "Job ID: JR0020977", False),
        ("Req # AB-2093", "Req # AB-2097", False),
        ("Requisition ID: R-20931.", "Requisition ID: R-20931.", True),
        ("Requisition ID: R-20931.", "Ref 8812.", True),
        ("Job ID: 20931", "Job ID: 77123", True),  # of a board of copies perhaps
    ],
)
def test_requisitions_that_texts_state_part(one: str, other: str, is_one: bool) -> None:
    pair = (
        facts("Data Engineer", text=f"{one} {TEXT}"),
        facts("Data Engineer", source="listb", text=f"{other} {TEXT}"),
    )
    assert dedup.compare(*pair).is_same is is_one


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path):
    path = tmp_path / "untold.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    house = House(f"sqlite:///{path}")
    yield house
    house.engine.dispose()


@pytest.mark.parametrize(("company", "count"), [("Plumbago", 2), ("Acme GmbH", 1)])
def test_two_employers_with_one_number_are_two_postings(house: House, company: str, count: int) -> None:
    url = "https://boards.greenhouse.io/jobs/4412345008"
    house.crawl(raw(1, title="Machine Learning Engineer", company="Acme", canonical_url=url, kind=SourceKind.ATS))
    there = {"source": "greenhouse", "board": "copycat", "native_id": "1", "kind": SourceKind.ATS}
    house.crawl(raw(1, title="Machine Learning Engineer", company=company, canonical_url=url, **there), board="copycat")
    assert len(house.postings()) == count
