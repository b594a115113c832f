"""Two titles over one text, of one employer and place, on two boards of its own: which are one opening, and which are
two whose texts were copied. And under whose names, and which copiers may leave out a part of a title.
"""

import random
from dataclasses import replace

import pytest
from cleanco.termdata import terms_by_country, terms_by_type

from models import Place, RawPosting, Salary, SourceKind, Tags
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
Data Analyst (Temp) | Data Analyst (Perm)
Data Analyst - 1099 | Data Analyst - W2
Data Analyst (Casual) | Data Analyst
Data Analyst, On-call | Data Analyst
Data Analyst (Volunteer) | Data Analyst
Data Analyst (Zero hours) | Data Analyst
Data Analyst, Job share | Data Analyst
Analista de datos (beca) | Analista de datos
Analista de dados PJ | Analista de dados CLT
Analista de dados (temporário) | Analista de dados (efetivo)
Analyste données CDD | Analyste données
Analyste données CDD 6 mois | Analyste données CDD 12 mois
Analyste données (intérim) | Analyste données (CDI)
Analista dati a tempo determinato | Analista dati a tempo indeterminato
Data Analyst umowa zlecenie | Data Analyst umowa o pracę
Data Analyst (na zastępstwo) | Data Analyst
Data Analist 24 uur | Data Analist 40 uur
Data Analist (parttime) | Data Analist (fulltime)
Data-analytiker vikariat | Data-analytiker
Data Analyst (deltid) | Data Analyst (heltid)
データアナリスト（契約社員） | データアナリスト（正社員）
데이터 분석가 (계약직) | 데이터 분석가 (정규직)
数据分析师（实习） | 数据分析师
数据分析师（兼职） | 数据分析师（全职）
Аналитик данных (стажер) | Аналитик данных
Data Analyst (40%) | Data Analyst (80%)
Data Analyst (20h/week) | Data Analyst (40h/week)
Data Analyst 20 hours | Data Analyst
Data Science Placement Year | Data Science Summer Internship
Data Science Industrial Placement | Data Science Internship, Summer
Data Analyst Praktikum | Data Analyst Vorpraktikum
Data Analyst Praktikum (6 Monate) | Data Analyst Praktikum (3 Monate)
Pflichtpraktikum Data | Freiwilliges Praktikum Data
Studentische Hilfskraft Data | Praktikant Data
Wissenschaftliche Mitarbeiter Data | Wissenschaftliche Hilfskraft Data
Doktorand Data Science | Postdoc Data Science
PhD Thesis Data Science | Master Thesis Data Science
PhD Intern Data | Intern Data
MBA Intern Data | Intern Data
Undergraduate Intern Data | Graduate Intern Data
Software Engineering Intern - MS | Software Engineering Intern - PhD
Research Intern | Research Fellow
Graduate Engineer | Engineer Apprentice
Management Trainee Data | Data Management Intern
Junior Professional Data | Trainee Data
Engineer I, Data | Engineer II, Data
Data Engineer L3 | Data Engineer L4
Data Engineer E5 | Data Engineer E6
Data Engineer IC3 | Data Engineer IC4
Data Engineer P4 | Data Engineer P5
Data Engineer Grade 7 | Data Engineer Grade 8
Engineer Level 7 Data | Engineer Level 8 Data
Data Engineer Band 6 | Data Engineer Band 7
Tier 1 Support Engineer | Tier 2 Support Engineer
Support Engineer T1 | Support Engineer T2
Support Engineer (1st line) | Support Engineer (2nd line)
Data Architect | Principal Data Architect
Senior Director, Data | Director, Data
Associate Director, Data | Director, Data
Deputy Director, Data | Director, Data
Group Product Manager | Product Manager
Senior Engineering Manager | Engineering Manager
Executive Director Data | Managing Director Data
Data Engineer - Squad Alpha | Data Engineer - Squad Beta
Data Engineer, Pod A | Data Engineer, Pod B
Data Engineer (Team Blue) | Data Engineer (Team Red)
Data Engineer (Team A) | Data Engineer
Technician (1st shift) | Technician (2nd shift)
Technician, A Shift | Technician, B Shift
Technician - Nights | Technician - Days
Technician - Mornings | Technician - Evenings
Technician (Weekdays) | Technician (Weekends)
Technician 6am-2pm | Technician 2pm-10pm
Support - Mandarin | Support - Cantonese
Support (with German) | Support (with French)
Support with Dutch | Support
Sales Manager (DACH) | Sales Manager (Nordics)
Sales Manager DACH | Sales Manager
Sales Manager - EMEA | Sales Manager - APAC
Sales Manager - Public Sector | Sales Manager - Healthcare
Sales Manager - New York | Sales Manager - Chicago
Data Engineer (US Citizens Only) | Data Engineer
Data Engineer (Secret Clearance) | Data Engineer (Top Secret Clearance)
Data Engineer - DV Cleared | Data Engineer - SC Cleared
Data Engineer - Project Kuiper | Data Engineer - Project Zephyr
Data Engineer (Client: Bank) | Data Engineer (Client: Telco)
Data Engineer - Gemini | Data Engineer - Claude
Machine Learning Engineer | Machine Learning Scientist
Data Engineer | Data Analyst
AI Engineer | AI Researcher
iOS Engineer | Android Engineer
C Engineer | C++ Engineer
C# Engineer | C++ Engineer
R Developer | Go Developer
Java Developer | JavaScript Developer
.NET Developer | Node Developer
React Developer | React Native Developer
Engineer, Hardware | Engineer, Software
H/W Engineer | S/W Engineer
Data Engineer, Python 2 | Data Engineer, Python 3
Intern 2026 | Intern 2027
Data Intern H1 2026 | Data Intern H2 2026
Data Intern Q1 | Data Intern Q3
Data Intern (January) | Data Intern (July)
Data Intern, May Start | Data Intern, September Start
Data Intern Été 2026 | Data Intern Hiver 2026
Praktikum Data Sommer 2026 | Praktikum Data Winter 2026
Praktikum Data WS 26/27 | Praktikum Data SS 26
Data Engineer 90k | Data Engineer 120k
Data Engineer (£50,000) | Data Engineer (£70,000)
Data Engineer - $45/hr | Data Engineer - $65/hr
Data Engineer (CHF 100'000) | Data Engineer (CHF 120'000)
Data Engineer (Home Office) | Data Engineer (vor Ort)
Data Engineer télétravail | Data Engineer présentiel
Data Engineer (Remote) | Data Engineer (In-Office)
Data Engineer (Remote US) | Data Engineer (Remote Canada)
Data Engineer (Night) | Data Engineer
Talent Pool: Data Engineer | Data Engineer
Future Opportunities - Data Engineer | Data Engineer
Speculative Application Data Engineer | Data Engineer
Head of Sales | VP of Sales
CTO Data | CIO Data
Co-Founder Data | Data
Founding Data Engineer | Data Engineer
Data Engineer - Backfill | Data Engineer
Assistant Data Manager | Data Manager
Deputy Data Manager | Data Manager
Interim Data Manager | Data Manager
Acting Data Manager | Data Manager
Data Annotator (Hindi) | Data Annotator (Tamil)
AI Trainer - Biology | AI Trainer - Chemistry
AI Trainer | AI Training Engineer
Post Sales Engineer | Pre Sales Engineer
Inbound Sales Rep | Outbound Sales Rep
ML Engineer (Befristet auf 12 Monate) | ML Engineer (Befristet auf 24 Monate)
ML Engineer (Consultant) | ML Engineer
ML Engineer (Seasonal Worker) | ML Engineer
ML Engineer - Agency Worker | ML Engineer
ML Engineer (Statutory Employee) | ML Engineer
ML Engineer (Corp to Corp) | ML Engineer
ML Engineer - Zeitvertrag | ML Engineer - Festanstellung
ML Engineer - Honorarbasis | ML Engineer
ML Engineer - Arbeitnehmerüberlassung | ML Engineer
ML Engineer - autónomo | ML Engineer - plantilla
ML Engineer, prestação de serviços | ML Engineer, CLT
ML Engineer (KTW) | ML Engineer
ML Engineer - VIE | ML Engineer - CDI
ML Engineer (Portage salarial) | ML Engineer
ML Engineer (ZZP) | ML Engineer (loondienst)
ML Engineer (sommarjobb) | ML Engineer
ML Engineer (Ferienjob) | ML Engineer
Sommerpraktikum ML | Ferialpraktikum ML
Traineeship ML | Internship ML
Trainee ML | Internship ML
Volontariat ML | Praktikum ML
Referendariat Recht | Praktikum Recht
Schülerpraktikum IT | Praktikum IT
Praktikum IT | Ausbildung IT 2027
Ausbildung 2026 IT | Ausbildung 2027 IT
BTS Alternance Data | Master Alternance Data
Stage de fin d'études Data | Stage Data
Contrat pro Data | Stage Data
Apprenti Ingénieur Data | Stagiaire Ingénieur Data
CIFRE Data | Stage Data
Doctorant Data | Post-doctorant Data
Dottorato Data | Tirocinio Data
Assegno di ricerca Data | Tirocinio Data
Stage curriculare Data | Stage extracurriculare Data
Prácticas Data | Contrato en prácticas Data
Beca Data | Formación Dual Data
Estágio Curricular Data | Estágio Profissional Data
Estagiário Data | Trainee Data
Praca magisterska Data | Praktyki Data
Diplomová práce Data | Stáž Data
Szakdolgozat Data | Gyakornok Data
Exjobb Data | Praktik Data
Examensarbete Data | Sommarjobb Data
Speciale Data | Praktikant Data
Bacheloropgave Data | Studentermedhjælper Data
Studentmedarbeider Data | Sommerjobb Data
Diplomityöntekijä Data | Harjoittelija Data
Kesätyö Data | Harjoittelija Data
Bitirme Data | Stajyer Data
Magang Data | Kerja Praktik Data
Thực tập sinh Data | Học việc Data
インターン データ | 新卒 データ
인턴 데이터 | 산학협력 데이터
实习生 数据 | 校招 数据
实习生 数据 | 博士后 数据
Стажер Data | Практикант Data Дипломник
Data Scientist (Postdoctoral Fellow) | Data Scientist (Research Fellow)
Research Assistant Data | Research Associate Data
Visiting Researcher Data | Researcher Data
Student Researcher Data | Research Intern Data
AI Resident | AI Intern
AI Fellow | AI Resident
Graduate Scheme Data | Data Apprenticeship
Returnship Data | Internship Data
Bootcamp Data | Internship Data
Data Science Co-op (4 months) | Data Science Co-op (8 months)
Data Science Co-op, Fall | Data Science Co-op, Spring
Summer Internship Data | Winter Internship Data
Off-cycle Internship Data | Summer Internship Data
Engineer, Station 3 | Engineer, Station 4
Engineer - Line 1 | Engineer - Line 2
Engineer - Plant A | Engineer - Plant B
Engineer - Site 2 | Engineer - Site 3
Engineer (Phase I) | Engineer (Phase II)
Engineer (Zone 1) | Engineer (Zone 2)
Engineer - Model X | Engineer - Model Y
Engineer - Area 51 | Engineer
Nurse, ICU | Nurse, ER
Teacher, Grade 5 | Teacher, Grade 6
Project Manager I | Project Manager III
Support L1 | Support L2
Support Level 1 | Support Level 2
QA Engineer - Manual | QA Engineer - Automation
Engineer (Python/Go) | Engineer (Python/Rust)
Engineer (English) | Engineer (English & German)
Native Arabic Speaker Analyst | Native Hebrew Speaker Analyst
Analyst (Level C1 German) | Analyst (Level B2 German)
Analyst, Buy-side | Analyst, Sell-side
Analyst (Oil) | Analyst (Gas)
ML Engineer, NLP | ML Engineer, CV
ML Engineer, Ads | ML Engineer, Feed
Data Engineer - Remote (EST) | Data Engineer - Remote (PST)
Data Engineer (Onsite) | Data Engineer (Hybrid)
Data Engineer 5 days onsite | Data Engineer Remote
Data Engineer (Évry, sur site) | Data Engineer (télétravail complet)
Data Engineer (Early Morning) | Data Engineer (Late Night)
Senior Data Engineer | Lead Data Engineer
Mid Data Engineer | Senior Data Engineer
Senior Consultant Data | Manager Consultant Data
Architect Data (Expert) | Architect Data
Data Engineer (All Levels) | Senior Data Engineer
Full Stack Engineer | Stack Engineer
Time Series Engineer | Series Engineer
New Grad Data Engineer | Data Engineer
IT Support | Support
US Tax Analyst | Tax Analyst UK
Summer Analyst Data | Summer Associate Data
Student Engineer Data | Undergraduate Researcher Data
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
Data Engineer | Data Engineer (w/m/d)
Data Engineer | Data Engineer (d/w/m)
Data Engineer | Data Engineer (m/w/divers)
Data Engineer | Data Engineer (f/m/div.)
Data Engineer | Data Engineer (M/F/X)
Data Engineer | Data Engineer (x/f/m)
Data Engineer | Data Engineer m/w/d
Data Engineer | Data Engineer (m|w|d)
Data Engineer | Data Engineer (m,w,d)
Data Engineer | Data Engineer (F/H)
Data Engineer | Data Engineer - H/F
Data Engineer | Data Engineer (H/F/X)
Data Engineer | Data Engineer (F/H/NB)
Data Engineer | Data Engineer (she/he/they)
Data Engineer | Data Engineer (any gender)
Data Engineer | Data Engineer (alle Geschlechter)
Data Engineer | Data Engineer (K/M)
Data Engineer | Data Engineer (M/V)
Data Engineer | Data Engineer (muž/žena)
Data Engineer | Data Engineer (m/ž)
Dateningenieur | Dateningenieur:in
Dateningenieur/-in | Dateningenieur
Dateningenieur(in) | Dateningenieur
DateningenieurIn | Dateningenieur
Développeur / Développeuse Data | Développeur Data
Développeur·se Data | Développeur Data
Développeur(se) Data | Développeur Data
Desarrollador/a de datos | Desarrollador de datos
Desarrollador(a) de datos | Desarrollador de datos
Data Engineer | ⭐ Data Engineer ⭐
Data Engineer | 🔥 HOT: Data Engineer
Data Engineer | *NEW* Data Engineer
Data Engineer | [Urgent] Data Engineer
Data Engineer | URGENT HIRING - Data Engineer
Data Engineer | Data Engineer - Immediate Start
Data Engineer | Data Engineer - ASAP
Data Engineer | Now Hiring: Data Engineer
Data Engineer | Become a Data Engineer
Data Engineer | We're looking for a Data Engineer
Data Engineer | Looking for Data Engineer
Data Engineer | Wanted: Data Engineer
Data Engineer | Opportunity: Data Engineer
Data Engineer | Data Engineer Job
Data Engineer | Data Engineer (Berlin)
Data Engineer | Data Engineer, Berlin, DE
Data Engineer | Data Engineer in Berlin
Data Engineer | Berlin - Data Engineer
Data Engineer | Data Engineer (Remote, Germany)
Data Engineer | Data Engineer | Remote | Full-time
Data Engineer | Data Engineer (Hybrid)
Data Engineer | Data Engineer (Hybrid, Berlin)
Data Engineer | Data Engineer (Remote OK)
Data Engineer | Data Engineer - Remote Possible
Data Engineer | Data Engineer (REQ-10231)
Data Engineer | Data Engineer - 10231
Data Engineer | Data Engineer (Ref. 4711-23)
Data Engineer | R0012345 Data Engineer
Data Engineer | Data Engineer (ID: 889921)
Data Engineer | Data Engineer [JOB-4412]
Data Engineer | Data Engineer (Job ID 99887)
Senior Data Engineer | Sr Data Engineer
Senior Data Engineer | Snr. Data Engineer
Senior Data Engineer | Data Engineer (Senior)
Senior Data Engineer | Data Engineer, Sr.
Junior Data Engineer | Jr. Data Engineer
Data Engineer II | Data Engineer 2
Data Engineer II | Data Engineer - II
VP, Data | Vice President, Data
Data Engineer | Data Engineer (Vollzeit)
Data Engineer | Data Engineer Vollzeit / Teilzeit
Data Engineer | Data Engineer (Voll- oder Teilzeit)
Data Engineer | Data Engineer 100%
Data Engineer | Data Engineer (80-100%)
Data Engineer | Data Engineer - 40h
Data Engineer | Data Engineer (40 hours per week)
Data Engineer | Data Engineer (unbefristet)
Data Engineer | Data Engineer - CDI
Data Engineer | Data Engineer CDI temps plein
Data Engineer | Data Engineer (Permanent, Full Time)
Data Engineer | Data Engineer (heltid)
Data Engineer | Data Engineer | Quarry
Data Engineer | Quarry - Data Engineer
Data Engineer | Data Engineer @ Quarry
Data Engineer | Data Engineer, Quarry GmbH
Data Engineer | Data Engineer at Quarry (m/w/d)
Data Engineer | Data Engineer ($120k–$150k)
Data Engineer | Data Engineer | up to €90k
Data Engineer | Data Engineer - Visa Sponsorship
Data Engineer | Data Engineer - Relocation Package
Data Engineer | Data Engineer, competitive pay
Data Engineer | Data Engineer - 2 positions
Data Engineer | Data Engineer (x3)
Data Engineer | Data Engineer (multiple openings)
Data Engineer | Data Engineers
Data Engineer | Data Engineer (3+ years)
R&D Engineer | R & D Engineer
AI/ML Engineer | ML/AI Engineer
Front-end Developer | Frontend Developer
Full-Stack Developer | Full Stack Developer
DevOps Engineer | Dev Ops Engineer
MLOps Engineer | ML Ops Engineer
Data Engineer & Analyst | Data Engineer and Analyst
Software Engineer (Data) | Software Engineer - Data
Software Engineer, Data | Data Software Engineer
Data Science Intern - Summer 2026 | Data Science Intern (Summer 2026)
Werkstudent Data (m/w/d) | Werkstudent:in Data
Werkstudent Data | Werkstudentin Data 20h
Praktikant Data | Praktikantin Data (m/w/d)
Data Contractor | Data - Contract
Stagiaire Data H/F | Stage Data
"""


def facts(title="ML Engineer", source="greenhouse", company="Quarry", text=TEXT, kind=SourceKind.ATS, salary=None,
          **given) -> Facts:  # fmt: skip
    raw = RawPosting(source, company.lower(), title, "", title, company=company, kind=kind, **given)
    place = Place("Berlin", "", "DE")
    tags = Tags(title=title, company=company, description=text, places=[place], salary=salary)
    return dedup.facts_of(raw, tags)


def pairs(table: str) -> list[tuple[str, ...]]:
    return [tuple(row.split(" | ", 1)) for row in table.strip().splitlines()]


def judged(one: Facts, other: Facts) -> set[bool]:
    return {dedup.compare(one, other).is_same, dedup.compare(other, one).is_same}


@pytest.mark.parametrize(("table", "is_one"), [(APART, False), (ONE, True)], ids=("two", "one"))
def test_titles_over_one_text(table, is_one):
    wrong = [pair for pair in pairs(table) if judged(facts(pair[0]), facts(pair[1], "lever")) != {is_one}]
    assert wrong == []


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


@pytest.mark.parametrize(
    ("mine", "its", "is_one"),
    [("R-1042", "R-1043", False), ("R-1042", "JR-10430", True), ("104211", "104312", True), ("R-1042", "", True)],
)
def test_requisitions_of_one_make_part(mine, its, is_one):
    assert judged(facts(requisition_id=mine), facts(source="lever", requisition_id=its)) == {is_one}


@pytest.mark.parametrize(
    ("mine", "its", "is_one"),
    [((100, 120), (150, 180), False), ((100, 160), (150, 180), True), ((100, 120), (None, None), True)],
)
def test_what_two_own_boards_pay_parts(mine, its, is_one):
    one, other = (
        facts(source=source, salary=Salary(*pay, "USD", "year", *pay) if any(pay) else None)
        for source, pay in (("greenhouse", mine), ("lever", its))
    )
    assert judged(one, other) == {is_one}
    assert judged(one, replace(other, kind=SourceKind.AGGREGATOR)) == {True}
    assert dedup.unpack(dedup.pack(one)) == one


def test_a_field_says_what_the_other_title_says():
    one, other = facts("ML Engineer (Contract)"), facts(source="lever", employment_type="Contractor")
    assert judged(one, other) == {True}


@pytest.mark.parametrize("copies", [1, 4])
def test_a_copy_with_a_cut_title_joins_the_likest_and_no_two(copies):
    own = [facts("ML Engineer (Contract)"), facts("ML Engineer (Permanent)", "lever"), facts(source="workday")]
    cut = [facts(source=f"copier{number}", kind=SourceKind.AGGREGATOR) for number in range(copies)]
    numbers, _ = dedup.group([*own, *cut])
    assert numbers == [0, 1, 1, *[1] * copies]
    numbers, _ = dedup.group([own[0], *cut])
    assert set(numbers) == {0}


@pytest.mark.parametrize(
    ("mine", "its"),
    [("Werkstudent Data", "Praktikum Data"), ("ML Engineer (Contract)", "ML Engineer"), ("Data, Team 2", "Data")],
)
def test_without_texts_kinds_part_as_well(mine, its):
    assert judged(facts(mine, text=""), facts(its, "lever", text="")) == {False}
    assert judged(facts(mine, text=""), facts(mine, "lever", text="")) == {True}


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
    assert found.reasons[-1] == "they stand under two names, Quarry and Millstream"


def test_a_text_that_names_each_its_own_is_no_one_opening():
    one = facts(text=f"{TEXT} So is Quarry.")
    other = facts(source="lever", company="Millstream", text=f"{TEXT} So is Millstream.")
    assert judged(one, replace(other, sketch=one.sketch)) == {False}


@pytest.mark.parametrize(("start", "is_one"), [("At Quarry we grind.", True), ("Here we grind.", False)])
def test_a_copier_under_another_name_copies_a_text_that_names_the_employer(start, is_one):
    text = f"{start} {TEXT}"
    copy = facts(source="adzuna", company="Millstream", kind=SourceKind.AGGREGATOR, text=text)
    assert judged(facts(text=text), copy) == {is_one}


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


def test_an_employer_is_one_with_and_without_its_legal_form():
    draw = random.Random(3)
    named = [(draw.choice(STEMS) + draw.choice(TAILS), form) for form in FORMS for _ in range(3)]
    assert [pair for pair in named if employer_key(" ".join(pair)) != employer_key(pair[0])] == []


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
