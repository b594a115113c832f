"""Two titles over one text, of one employer and place, on two boards of its own: which are one opening, and which are
two whose texts were copied. And under whose names, and which copiers may leave out a part of a title.
"""

import random
from dataclasses import replace

import pytest
from cleanco.termdata import terms_by_country, terms_by_type

from models import Place, RawPosting, SourceKind, Tags
from pipeline import dedup
from pipeline.dedup import Facts
from pipeline.dedup.employers import employer_key

WORDS = ("search", "ranking", "models", "pipelines", "evaluate", "ship", "retrieval", "latency", "customers", "quarry",
         "stone", "data", "features")  # fmt: skip
TEXT = " ".join(f"{WORDS[i % 13]} {WORDS[i * 5 % 13]} {WORDS[i * i % 13]} {i % 37}." for i in range(120))
APART = """
ML Engineer (Contract) | ML Engineer (Permanent)
ML Engineer (Contract) | ML Engineer
ML Engineer (Contract) | ML Engineer - Full-time
ML Engineer - Freelance | ML Engineer
ML Engineer (Fixed-term) | ML Engineer (Permanent)
ML Engineer (12 month FTC) | ML Engineer
ML Engineer, Teilzeit | ML Engineer, Vollzeit
ML Engineer (befristet) | ML Engineer (unbefristet)
ML Engineer (befristet) | ML Engineer
ML Engineer CDD | ML Engineer CDI
ML Engineer - temps partiel | ML Engineer - temps plein
ML Engineer - Minijob | ML Engineer
ML Engineer (Maternity Cover) | ML Engineer
ML Engineer, Elternzeitvertretung | ML Engineer
Ingeniero ML - medio tiempo | Ingeniero ML - tiempo completo
Analyst - temporal | Analyst - indefinido
ML Engineer (tijdelijk) | ML Engineer (vast)
ML Engineer - Part time | ML Engineer
ML Engineer (B2B) | ML Engineer (UoP)
Werkstudent Data Science (m/w/d) | Praktikum Data Science (m/w/d)
Werkstudent Data Science | Masterarbeit Data Science
Praktikum Data Science | Abschlussarbeit Data Science
Bachelorarbeit Data Science | Masterarbeit Data Science
Ausbildung Fachinformatiker | Duales Studium Fachinformatiker
Trainee Data Science | Duales Studium Data Science
Ausbildung Data Science | Praktikum Data Science
Stage Data Science | Alternance Data Science
Alternance Data Science | Apprentissage Data Science
Data Science Internship | Data Science Working Student
Data Science Intern | Data Science Thesis
Data Science Internship | Data Science Apprenticeship
Data Science Internship | Data Science Graduate Programme
Data Science Apprentice | Data Science Graduate Program
Data Science Intern | Data Science PhD
Data Science Postdoc | Data Science Graduate Programme
Postdoc Data Science | Data Science Trainee
Data Science PhD Position | Data Science Postdoc
Becario Data Science | Aprendiz Data Science
Tirocinio Data Science | Tesi Data Science
Estágio Data Science | Jovem Aprendiz Data Science
Stage Data Science | Afstudeerstage Data Science
インターン データサイエンス | アルバイト データサイエンス
Junior Data Scientist | Data Scientist Trainee
Staff Engineer, Search | Principal Engineer, Search
Senior Staff Engineer, Search | Senior Principal Engineer, Search
Lead Engineer, Search | Staff Engineer, Search
L6 Engineer, Search | L7 Engineer, Search
Software Engineer IV | Software Engineer V
L4 Engineer, Search | L5 Engineer, Search
Director of Data | Head of Data
VP of Data | SVP of Data
Team Lead Data | Manager Data
Software Engineer, Team 1 | Software Engineer, Team 2
Software Engineer, Team 2 | Software Engineer
Technician Shift A | Technician Shift B
Technician, Night Shift | Technician, Day Shift
Technician, Night Shift | Technician
German-speaking Support Agent | French-speaking Support Agent
German-speaking Support Agent | Support Agent
ML Engineer (TS/SCI) | ML Engineer
ML Engineer (TS/SCI) | ML Engineer (Secret)
ML Engineer (Remote) | ML Engineer (On-site)
ML Engineer, Remote | ML Engineer, Hybrid
ML Engineer, Vision | ML Engineer, Speech
ML Engineer (Growth) | ML Engineer (Core)
Backend Engineer | Frontend Engineer
ML Engineer | MLOps Engineer
Software Engineer Intern, Summer 2026 | Software Engineer Intern, Summer 2027
Software Engineer Intern, Summer | Software Engineer Intern, Fall
Software Engineer Intern, Summer 2026 | Software Engineer Intern
ML Engineer ($100k-$120k) | ML Engineer ($150k-$180k)
US Payroll Specialist | UK Payroll Specialist
Equity Research Analyst | Research Analyst
Visa Specialist | Specialist
Options Trader | Trader
Product Engineer | Production Engineer
Market Analyst | Marketing Analyst
Account Manager | Accounting Manager
Customer Engineer | Custom Engineer
Process Engineer | Processor Engineer
Reaction Engineer | Reactor Engineer
ML Engineer, Early Shift | ML Engineer, Late Shift
Data Analyst, Weekend | Data Analyst
Product Manager, Team Growth | Product Manager
Account Executive, Mid-Market | Account Executive, Enterprise
Account Executive, East | Account Executive, West
Data Engineer, AWS | Data Engineer, Azure
Engineer, Python | Engineer, Java
Go Engineer | Engineer
Data Engineer (2 positions, 60%) | Data Engineer (2 positions, 100%)
Sales Manager (Interim) | Sales Manager
Summer Analyst | Analyst
Working Student Marketing | Working Student Sales
Evangelist, AI | Evangelist
Warehouse Associate - Seasonal | Warehouse Associate
Data Scientist W2 | Data Scientist C2C
ML Engineer (evergreen) | ML Engineer (Night)
ML Engineer (6 month contract) | Contract - ML Engineer
Data Intern, 4 months | Data Intern, 8 months
New Business Manager | Business Manager
"""
ONE = """
ML Engineer | ML Engineer (m/f/d)
ML Engineer | ML Engineer (all genders)
ML Engineer (gn) | ML Engineer (f/m/x)
ML-Entwickler (m/w/d) | ML-Entwickler*in
ML-Entwickler/in | ML-Entwickler (w/m/d)
Ingénieur ML (H/F) | Ingénieur ML F/H
Ingénieur(e) ML | Ingénieur ML
ML Engineer (k/m) | ML Engineer
ML Engineer m/v/x | ML Engineer
ML Engineer | 🚀 ML Engineer
ML Engineer | ML Engineer - Berlin
ML Engineer | ML Engineer (Berlin, Germany)
ML Engineer | ML Engineer - Remote
ML Engineer | ML Engineer (100% Remote)
ML Engineer | ML Engineer - R12345
ML Engineer | ML Engineer (JR-0012345)
ML Engineer | ML Engineer #48812
Sr ML Engineer | Senior ML Engineer
Sr. ML Engineer | Senior ML Engineer (Remote)
ML Engineer | NEW! ML Engineer
ML Engineer | Join us as ML Engineer
ML Engineer | We are hiring: ML Engineer
ML Engineer | Hiring ML Engineer - Apply now!
ML Engineer | ML Engineer (Full-time)
ML Engineer | ML Engineer (Permanent)
ML Engineer (Permanent) | ML Engineer - Full-time
ML Engineer in Vollzeit | ML Engineer
ML Engineer CDI | ML Engineer
ML Engineer unbefristet | ML Engineer
ML Engineer 80-100% | ML Engineer
ML Engineer (Contract) | Contract ML Engineer
ML Engineer Freelance | ML Engineer (Freelancer)
ML Engineer Part-Time | ML Engineer (Teilzeit)
Werkstudent Data Science | Working Student Data Science
Praktikum Data Science | Data Science Internship
Data Science Co-op | Data Science Intern
Masterarbeit Data Science | Master Thesis Data Science
Stage - Data Science | Stagiaire Data Science
Alternance - Data Science | Alternant Data Science
Ausbildung Data Science | Azubi Data Science
Apprentice Data Science | Data Science Apprenticeship
Principal Engineer, Search | Principal Engineer - Search (Remote)
Tech Lead, Search | Lead, Search
Head of Data | Head of Data (f/m/d)
ML Engineer (Quarry) | ML Engineer
ML Engineer at Quarry | ML Engineer
ML Engineer | ML Engineer | Competitive salary + equity
ML Engineer | ML Engineer ($150k - $180k)
ML Engineer (€70k-€90k) | ML Engineer (€ 70.000 - € 90.000)
Machine Learning Engineer | ML Engineer
Full Stack Engineer | Fullstack Engineer
Back-end Engineer | Backend Engineer
ML Engineer | Machine Learning Engineering
ML Engineer, Search & Ads | ML Engineer - Search and Ads
ML Engineer II | ML Engineer 2
ML ENGINEER | ml engineer
ML Engineer | ML Engineer, visa sponsorship
ML Engineer | ML Engineer (urgent)
Software Engineer Intern, Summer 2026 | 2026 Summer Intern - Software Engineer
Graduate Programme Data Science | Data Science Graduate Program
Duales Studium Informatik | Dualer Student Informatik
"""


def facts(title="ML Engineer", source="greenhouse", company="Quarry", text=TEXT, kind=SourceKind.ATS, **given) -> Facts:
    raw = RawPosting(source, company.lower(), title, "", title, company=company, kind=kind, **given)
    return dedup.facts_of(raw, Tags(title=title, company=company, description=text, places=[Place("Berlin", "", "DE")]))


def pairs(table: str) -> list[tuple[str, ...]]:
    return [tuple(row.split(" | ", 1)) for row in table.strip().splitlines()]


def judged(one: Facts, other: Facts) -> set[bool]:
    return {dedup.compare(one, other).is_same, dedup.compare(other, one).is_same}


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_titles_of_two_openings_that_share_a_text(one, other):
    assert judged(facts(one), facts(other, "lever")) == {False}


@pytest.mark.parametrize(("one", "other"), pairs(ONE))
def test_titles_of_one_opening(one, other):
    assert judged(facts(one), facts(other, "lever")) == {True}


@pytest.mark.parametrize(
    ("own", "copied"),
    [
        ("ML Engineer (Contract)", "ML Engineer"),
        ("ML Engineer, Teilzeit", "ML Engineer"),
        ("ML Engineer, Team 2", "ML Engineer"),
        ("Data Science Intern, Summer 2027", "Data Science Intern"),
    ],
)
def test_a_copier_may_cut_a_title_and_an_employer_does_not(own, copied):
    assert judged(facts(own), facts(copied, "adzuna", kind=SourceKind.AGGREGATOR)) == {True}
    assert judged(facts(own), facts(copied, "lever")) == {False}
    assert judged(facts(copied), facts(own, "adzuna", kind=SourceKind.AGGREGATOR)) == {False}


def test_of_two_kinds_of_traineeship_a_copier_may_leave_out_one():
    both, one = "Data Science Internship / Werkstudent", "Data Science Internship"
    assert judged(facts(both), facts(one, "adzuna", kind=SourceKind.AGGREGATOR)) == {True}
    assert judged(facts(both), facts(one, "lever")) == {False}


def test_a_copier_that_names_another_kind_did_not_cut_it():
    copy = facts("ML Engineer - Full-time", "adzuna", kind=SourceKind.AGGREGATOR)
    assert judged(facts("ML Engineer (Contract)"), copy) == {False}


@pytest.mark.parametrize(
    ("mine", "its", "is_one"),
    [
        ("Contract", "Full-time", False),
        ("part_time", "FULL_TIME", False),
        ("Permanent", "FULL_TIME", True),
        ("Contract", "", True),
        ("Internship", "Full-time", True),
    ],
)
def test_what_the_boards_say_of_employment(mine, its, is_one):
    assert judged(facts(employment_type=mine), facts(source="lever", employment_type=its)) == {is_one}


def test_a_field_says_what_the_other_title_says():
    one, other = facts("ML Engineer (Contract)"), facts(source="lever", employment_type="Contractor")
    assert judged(one, other) == {True}


def test_without_texts_kinds_part_as_well():
    assert judged(facts("Werkstudent Data", text=""), facts("Praktikum Data", "lever", text="")) == {False}


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [50, 360])
def test_two_employers_own_boards_are_not_joined_by_a_text_that_names_neither(words):
    text = " ".join(TEXT.split()[:words])
    one, other = facts(text=text), facts(source="lever", company="Millstream", text=text)
    assert judged(one, other) == {False}
    assert dedup.compare(one, other).sentence == "Two openings: two employers, Quarry and Millstream."


def test_a_text_that_names_one_of_the_two_is_its_opening():
    text = f"At Millstream we grind. {TEXT}"
    found = dedup.compare(facts(text=text), facts(source="lever", company="Millstream", text=text))
    assert found.is_same
    assert found.reasons[-1] == "under two names, Quarry and Millstream"


def test_a_text_that_names_each_its_own_is_no_one_opening():
    one = facts(text=f"{TEXT} So is Quarry.")
    other = facts(source="lever", company="Millstream", text=f"{TEXT} So is Millstream.")
    assert judged(one, replace(other, sketch=one.sketch)) == {False}


def test_a_copier_under_another_name_still_copies_the_whole_text():
    copy = facts(source="adzuna", company="Millstream", kind=SourceKind.AGGREGATOR)
    assert judged(facts(), copy) == {True}


FORMS = sorted(
    {form for forms in (*terms_by_type.values(), *terms_by_country.values()) for form in forms if "\x99" not in form}
    - {"sm pte ltd.", "s. en c.", "t:mi"}
    | set("""
        K.K.|KK|Kabushiki Kaisha|GmbH|GmbH & Co. KG|GmbH & Co. KGaA|AG & Co. KGaA|SE|SAS|SASU|S.A.S|S.à r.l.|SL
        |S.L.U.|BV|SpA|Pvt Ltd|Private Limited|Pvt Limited|Pty Limited|Proprietary Limited|Pte. Ltd.|Sdn. Bhd.|PBC
        |P.B.C.|Inc|Public Benefit Corporation|, a Public Benefit Corporation|, Inc.|, LLC|Co., Ltd.|Co.,Ltd.
        |UG (haftungsbeschränkt)
        |gGmbH|mbH|Sp. z o. o.|Spółka z o.o.|spol. s r.o.|S. de R.L. de C.V.|SAPI de CV|SAB de CV|EIRELI|S/A|ULC|Tbk
        |Ltd. Şti.|株式会社|有限会社|合同会社|有限公司|股份有限公司|주식회사|(주)
    """.replace("\n", "").replace("        ", "").split("|"))
)  # fmt: skip
STEMS = ("Quarry", "Two Words", "7shifts", "M&S", "Sakana", "Møller")
TAILS = ("", " AI", " Labs", " Technologies", " Tech", " Software Group", " AI Labs", " Systems")


@pytest.mark.parametrize("tail", TAILS)
def test_an_employer_is_one_with_and_without_its_legal_form(tail):
    names = [stem + tail for stem in STEMS]
    assert {name: {employer_key(f"{name} {form}") for form in FORMS} for name in names} == {
        name: {employer_key(name)} for name in names
    }


def test_an_employer_is_one_however_its_forms_pile_up():
    draw = random.Random(4)
    for _ in range(200):
        name = draw.choice(STEMS) + draw.choice(TAILS)
        assert employer_key(f"{name} {draw.choice(('GmbH', 'Inc.', 'SAS', 'K.K.'))}, Germany") == employer_key(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [("Scale AI, Inc.", "scaleai"), ("株式会社クオリー", "クオリー"), ("AI", "ai"), ("Inc", "inc"), ("SE", "se"),
     ("Limited Run Games", "limitedrungames"), ("Hulu, LLC", "disney"), ("", "")],
)  # fmt: skip
def test_names_that_are_left_what_they_are(name, key):
    assert employer_key(name) == key
