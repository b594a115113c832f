"""Seniority by the guide's rulings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.level import tag_seniority
from pipeline.level.marks import LEVELS
from pipeline.level.said import TEXT_LIMIT, leads_people, years_asked
from pipeline.tools.reliability import read_titles

TITLES = [
    ("Software Engineering Intern", "intern"),
    ("Senior Apprentice Engineer", "intern"),
    ("Werkstudent Data Science (m/w/d)", "intern"),
    ("Praktikant KI", "intern"),
    ("Alternance - Data Engineer", "intern"),
    ("Stage 2026 - Ingénieur IA", "intern"),
    ("Estagiário em IA", "intern"),
    ("Prácticas Ciencia de Datos", "intern"),
    ("Tirocinio Machine Learning", "intern"),
    ("Staż - Data Science", "intern"),
    ("Masterarbeit Large Language Models", "intern"),
    ("Junior AI Engineer", "entry"),
    ("Software Engineer, New Grad", "entry"),
    ("Associate Data Scientist", "entry"),
    ("AI Engineer, Senior Associate", "senior"),
    ("Research Engineer I", "entry"),
    ("Software Engineer (L3)", "entry"),
    ("Junior/Mid ML Engineer", "entry"),
    ("Postdoctoral Researcher", "entry"),
    ("Trainee Data Analyst", "entry"),
    ("Software Engineer 2", "mid"),
    ("Data Scientist II", "mid"),
    ("Cientista de Dados Pleno", "mid"),
    ("Engineer II - Senior", "mid"),
    ("Sr. Data Engineer", "senior"),
    ("ML Engineer III", "senior"),
    ("Software Engineer Level 3", "senior"),
    ("Senior/Staff ML Engineer", "senior"),
    ("Data Engineer (L5/L6)", "senior"),
    ("(Senior) Data Engineer (m/w/d)", "senior"),
    ("Senior Staff Engineer", "staff"),
    ("Principal Scientist", "staff"),
    ("Software Engineer Level 4", "staff"),
    ("Lead Generative AI Engineer", "staff"),
    ("Engineering Manager", "manager"),
    ("Senior Manager, Data Science", "manager"),
    ("Teamleiter Data Science", "manager"),
    ("Accounts Supervisor", "manager"),
    ("Senior Product Manager", "senior"),
    ("Product Manager", "unspecified"),
    ("Account Manager", "unspecified"),
    ("Technical Program Manager", "unspecified"),
    ("Customer Success Manager", "unspecified"),
    ("Associate Director, AI", "director"),
    ("Head of AI", "director"),
    ("VP of Engineering", "executive"),
    ("Chief AI Officer", "executive"),
    ("Chief of Staff", "unspecified"),
    ("Assistant to the CEO", "unspecified"),
    ("Member of Technical Staff", "unspecified"),
    ("Solutions Architect", "unspecified"),
    ("Engineer, early-stage startup", "unspecified"),
    ("Account Executive, Mid-Market", "unspecified"),
    ("Lead Generation Specialist", "unspecified"),
    ("Internal Auditor", "unspecified"),
    ("Fuhrparkleiter", "manager"),
    ("Filialleitung Nord", "manager"),
    ("Projektleiter Halbleiter", "unspecified"),
    ("Customer Education Manager", "unspecified"),
    ("Responsable de la conformité", "unspecified"),
    ("Responsable de tienda", "manager"),
    ("Service Chapter Lead", "manager"),
    ("Software Engineer (All Levels)", "unspecified"),
]
# what is said of the boss, an office, a product, a phase, a trade, the employment; and the same words of the job
OTHERS = [
    ("Assistant to the Head of AI", "unspecified"),
    ("Chief of Staff to the CFO", "unspecified"),
    ("Engineer reporting to the VP of Data", "unspecified"),
    ("Senior Engineer, reporting to the CTO", "senior"),
    ("Assistante de direction auprès du Directeur IA", "unspecified"),
    ("Data Scientist, CEO Dashboard", "unspecified"),
    ("CEO Dashboard Engineer", "unspecified"),
    ("CTO", "executive"),
    ("CTO & Founding Engineer", "executive"),
    ("Founding Engineer / CTO", "executive"),
    ("Growth Data Scientist, CRO", "unspecified"),
    ("Data Scientist, Chief Data Office", "unspecified"),
    ("Chief Data Officer", "executive"),
    ("Director, Office of the CDO", "director"),
    ("Machine Learning Engineer, Senior Living", "unspecified"),
    ("Senior Care Coordinator", "senior"),
    ("Data Scientist, Staff Scheduling", "unspecified"),
    ("Data Scientist, Staff Productivity Tools", "unspecified"),
    ("Staff Productivity Tools Engineer", "staff"),
    ("Software Engineer, Password Manager", "unspecified"),
    ("Warehouse Manager", "manager"),
    ("Internship Program Manager", "unspecified"),
    ("Summer Internship Program", "intern"),
    ("Data Scientist, Phase II/III Trials", "unspecified"),
    ("Data Scientist II, Type 2 Diabetes", "mid"),
    ("Engineer, L4 autonomous driving", "unspecified"),
    ("Software Engineer L4", "mid"),
    ("Data Scientist (Regular Full-time)", "unspecified"),
    ("Data Engineer (Regular)", "mid"),
    ("Model Risk, SR 11-7", "unspecified"),
    ("Junior Fellow", "entry"),
    ("Solution Architect L2", "mid"),
    ("Planning Spec 2", "mid"),
    ("Embedded Software Student, Labs", "intern"),
    ("Junior to Mid-level ML Engineer", "mid"),
    ("Data Engineer (Junior bis Senior)", "senior"),
    ("IN_Senior Associate_AI Backend Engineer_Bangalore", "senior"),
    ("US_Senior_ML_Engineer", "senior"),
    ("𝗦𝗲𝗻𝗶𝗼𝗿 Engineer", "senior"),
    ("Ｓｅｎｉｏｒ Engineer", "senior"),
    ("Engineer Ⅱ", "mid"),
]
SCRIPTS = [
    ("シニア機械学習エンジニア", "senior"),
    ("シニア向けサービスのエンジニア", "unspecified"),
    ("プロダクトマネージャー", "unspecified"),
    ("エンジニアリングマネージャー", "manager"),
    ("ソフトウェアエンジニア（インターン）", "intern"),
    ("インターナショナル営業", "unspecified"),
    ("インターンナショナル", "unspecified"),
    ("テックリード", "staff"),
    ("新卒エンジニア", "entry"),
    ("高级算法工程师", "senior"),
    ("算法实习生", "intern"),
    ("产品经理", "unspecified"),
    ("技术总监", "director"),
    ("首席技术官", "executive"),
    ("주니어 데이터 엔지니어", "entry"),
    ("제품 매니저", "unspecified"),
    ("데이터팀 팀장", "manager"),
    ("Старший инженер", "senior"),
    ("Стажёр", "intern"),
    ("Интернет-маркетолог", "unspecified"),
    ("Руководитель проекта", "unspecified"),
    ("Ведущий разработчик", "staff"),
    ("مهندس متدرب", "intern"),
    ("מפתח בכיר", "senior"),
]
TEXTS = [
    ("You have 3-5 years of experience with Python.", "mid"),
    ("5+ years of professional experience", "senior"),
    ("At least five years in industry", "senior"),
    ("10 or more years of experience", "staff"),
    ("BS with 6 years of experience or PhD with 3", "senior"),
    ("Experience: 2 years", "entry"),
    ("Mindestens 5 Jahre Berufserfahrung", "senior"),
    ("3 ans d'expérience", "mid"),
    ("Expérience de 5 à 7 ans", "senior"),
    ("al menos 2 años de experiencia", "entry"),
    ("mínimo de 3 anos de experiência", "mid"),
    ("almeno 3 anni di esperienza", "mid"),
    ("minimaal 5 jaar ervaring", "senior"),
    ("Over the past 20 years we have grown. We ask for 3+ years of experience.", "mid"),
    ("Best place to work 13 years in a row!", "unspecified"),
    ("26 days of leave after three years of service", "unspecified"),
    ("A 4 year degree. 1 - 5 years of experience in support", "entry"),
    ("Patients of ages 6-99 years", "unspecified"),
    ("Years of experience: 4", "mid"),
    ("over 5 years' experience in sales", "senior"),
    ("A degree is needed.", "unspecified"),
    ("Bachelor's degree\n- 2+ years in sales", "entry"),
    ("Tu as entre 3 et 5 ans d'expérience", "mid"),
    ("Experiência mínima de 3 anos", "mid"),
    ("Una empresa con 30 años de experiencia", "unspecified"),
    ("Type de contrat : Alternance", "intern"),
    ("Indispensable 3 años en DevOps o MLOps, Terraform y AWS.", "mid"),
    ("Vous justifiez de six ans en gestion de projets.", "senior"),
    ("Tu as déjà passé trois ans comme Product Manager.", "mid"),
    ("Il te faut quatre ans de recrutement tech derrière toi.", "mid"),
    ("É preciso ter 3 anos de desenvolvimento de software.", "mid"),
    ("Buscamos a alguien con más de 5 años programando.", "senior"),
    ("Requisitos: Excel básico, 18 a 40 años.", "unspecified"),
    ("Empresa de autotransporte con 35 años de experiencia solicita ingeniero.", "unspecified"),
    ("Vous rejoindrez un groupe présent depuis 20 ans.", "unspecified"),
    ("Contrato posdoctoral de dos años, prorrogable.", "unspecified"),
    ("Une thèse de trois ans vous attend.", "unspecified"),
    ("We are looking for a senior engineer who loves maps.", "senior"),
    ("We are looking for a senior engineer. 3+ years of experience.", "mid"),
    ("We are hiring mid to senior software engineers.", "mid"),
    ("You will report to the senior engineers.", "unspecified"),
    ("We are looking for an experienced engineer.", "unspecified"),
    ("New grads welcome!", "entry"),
    ("Inglés: nivel intermedio.", "unspecified"),
    ("Anglais niveau intermédiaire requis.", "unspecified"),
    ("English level: intermediate.", "unspecified"),
    ("You will need to present to senior leadership.", "unspecified"),
    ("For somebody who wants to work alongside senior engineers.", "unspecified"),
    ("You are responsible for hiring and mentoring junior engineers.", "unspecified"),
    ("You will mentor early-career engineers.", "unspecified"),
    ("We don't need a senior engineer.", "unspecified"),
    ("No prior experience is required in finance.", "unspecified"),
    ("Requisitos: ser mayor de 18 años.", "unspecified"),
    ("Vous avez au moins 18 ans.", "unspecified"),
    ("Precisa ter 18 anos.", "unspecified"),
    ("Le candidat rejoint une équipe avec 20 ans de savoir-faire.", "unspecified"),
    ("20+ years of experience", "staff"),
    ("Einschlägige Berufspraxis von mind. 4 Jahren.", "mid"),
    ("Eine mindestens fünfjährige berufliche Praxis.", "senior"),
    ("Drei Jahre oder mehr in Analytics Engineering.", "mid"),
    ("Berufseinsteiger willkommen!", "entry"),
    ("Unser Familienunternehmen feiert sein 30-jähriges Bestehen.", "unspecified"),
    ("Ten minste zeven jaar ervaring als engineer.", "senior"),
    ("Je brengt 3 tot 5 jaar ervaring mee.", "mid"),
    ("Wij zoeken iemand die drie jaar of langer als developer werkt.", "mid"),
    ("Wymagamy 5-letniego doświadczenia w prowadzeniu wdrożeń.", "senior"),
    ("Oczekujemy co najmniej dwuletniego doświadczenia.", "entry"),
    ("Oczekujemy przynajmniej pięciu lat pracy z infrastrukturą.", "senior"),
    ("Oczekujemy minimum roku doświadczenia w podobnej roli.", "entry"),
    ("Un'esperienza almeno quinquennale nello sviluppo.", "senior"),
    ("Servono dai 3 ai 5 anni di esperienza.", "mid"),
    ("Experiência mínima de uma década em obra pública.", "staff"),
    ("Berufseinsteigerinnen und Berufseinsteiger sind ausdrücklich willkommen.", "entry"),
    ("Jemand, der seit wenigstens drei Jahren Software entwickelt.", "mid"),
    ("Unsere Firma besteht seit drei Jahren.", "unspecified"),
    ("Ervaring is niet nodig.", "entry"),
    ("Een tweejarige werkervaring als ontwikkelaar.", "entry"),
    ("Przynajmniej czteroletnią praktykę w testowaniu.", "mid"),
    ("No hace falta experiencia previa.", "entry"),
    ("Firma obecna na rynku ponad 20 lat.", "unspecified"),
    ("Débutants acceptés, autodidactes compris.", "entry"),
    ("No se requiere experiencia, nosotros te capacitamos.", "entry"),
    ("Livello ricercato: senior.", "senior"),
    ("Busca perfil de nivel senior para su equipo.", "senior"),
    ("Nous recherchons un stagiaire pour 6 mois", "intern"),
    ("Our developers have an average experience of 14+ years.", "unspecified"),
]
HEADERS = [
    ("Coop (https://coop.example)| Founding Engineer | iOS Engineer | Austin", "unspecified"),
    ("Acme | Senior Backend Engineer, Applied AI Engineer | Remote", "unspecified"),
    ("Acme | Senior Fullstack Engineer, Junior AI Engineer | Berlin", "entry"),
    ("Acme | Staff ML, Senior Infra | NYC", "staff"),
    ("Acme | Developers, Data Scientists, Engineering Managers | Dallas", "unspecified"),
    ("Senior Partner Manager | Marketing | Strategies", "senior"),
    ("Acme | Software Engineers (Senior, Staff, Principal) | Remote", "senior"),
    ("Acme | Software Engineers (All levels), Senior Product Designer | Paris", "unspecified"),
    ("Acme | Senior Engineer (CTO-track) | Munich | Onsite", "senior"),
    ("Acme | Senior Engineers (Backend), Staff/Lead iOS Engineer | NYC", "senior"),
]


@pytest.mark.parametrize(("title", "level"), TITLES + OTHERS + SCRIPTS)
def test_level_of_title(title: str, level: str) -> None:
    assert tag_seniority(title, "")[0] == level


@pytest.mark.parametrize(("text", "level"), TEXTS)
def test_level_of_text_where_the_title_is_silent(text: str, level: str) -> None:
    assert tag_seniority("Data Engineer", text)[0] == level


@pytest.mark.parametrize(("title", "level"), HEADERS)
def test_level_of_the_job_that_the_role_is_of(title: str, level: str) -> None:
    assert (
        tag_seniority(title, "" if level != "unspecified" else "5+ years of experience as an iOS engineer")[0] == level
    )


def test_level_of_a_job_that_only_the_text_names() -> None:
    text = "Open roles:\n- Office Manager\n- Sr. / Principal Software Engineer (GenAI)\n- Data Engineer, 3+ years\n"
    level, evidence = tag_seniority("Acme | Multiple roles | Remote", text, "ai-engineer")
    assert (level, evidence.field, evidence.quote) == ("senior", "description", "Sr.")
    assert tag_seniority("Acme | Multiple roles | Remote", "- ML Engineer: 3+ years experience\n- Nurse")[0] == "mid"
    assert tag_seniority("Acme | Multiple roles | Remote", "- ML Engineer\n- Data Engineer, 3+ years experience")[
        0
    ] == ("unspecified")


def test_level_of_a_job_that_the_text_lists_under_a_header() -> None:
    title = "Acme | Hiring Eng & Sales | Remote"
    assert tag_seniority(title, "- Senior Backend Engineer | Remote\n- Account Executive | Paris")[0] == "senior"
    text = "We build maps.\n- ML Engineer\n- Cook\nAll: minimum 2 years experience"
    assert tag_seniority("Acme | Multiple roles | Remote", text)[0] == "entry"
    text = "- Backend Engineer, 2-4 years of experience\n- ML Engineer, 5+ years of experience"
    level, evidence = tag_seniority("Acme | Software Engineers | Remote", text)
    assert (level, evidence.quote) == ("senior", "5+ years")


def test_a_headers_level_is_that_of_the_jobs_it_heads() -> None:
    text = "Roles:\n- Backend Engineer\n- AI Engineer"
    level, evidence = tag_seniority("Acme | Senior Engineers | Remote", text)
    assert (level, evidence.field, evidence.quote) == ("senior", "title", "Senior")
    assert tag_seniority("Acme | Senior Engineers, Junior Designer | Remote", text)[0] == "unspecified"


def test_the_writer_of_a_comment_is_not_hired() -> None:
    assert tag_seniority("Hey HN, this is Ann, co-founder at Acme. We are hiring.", "")[0] == "unspecified"


def test_the_employers_name_is_no_level() -> None:
    title = "Senior AI Engineers | Junior Data Scientist | Remote | Full-time"
    assert tag_seniority(title, "", "data-scientist", "Senior AI Engineers")[0] == "entry"


def test_a_manager_of_product_managers() -> None:
    assert tag_seniority("Manager, Agent Product Management", "", "ai-product-manager")[0] == "manager"
    assert tag_seniority("Senior Manager, AI Product", "", "ai-product-manager")[0] == "senior"


def test_a_lead_who_is_said_to_manage_nobody() -> None:
    assert tag_seniority("Lead MLOps Engineer", "Eine Personalverantwortung besteht nicht.")[0] == "staff"
    assert (
        tag_seniority("Lead MLOps Engineer", "Die disziplinarische Führung bleibt beim Abteilungsleiter.")[0] == "staff"
    )
    assert tag_seniority("Lead Entwickler", "Sie führen fünf Leute fachlich und disziplinarisch.")[0] == "manager"


def test_the_title_leads() -> None:
    assert tag_seniority("Junior Data Engineer", "10+ years of experience")[0] == "entry"


def test_lead_who_manages_people() -> None:
    assert tag_seniority("Lead AI Engineer", "")[0] == "staff"
    assert tag_seniority("Lead AI Engineer", "You will have five direct reports.")[0] == "manager"
    assert tag_seniority("Lead AI Engineer", "You will lead the team technically.")[0] == "staff"
    assert tag_seniority("Growth Lead", "You will lead a team of six.")[0] == "manager"
    assert tag_seniority("Growth Lead", "You build, grow and mentor a team.")[0] == "manager"
    assert tag_seniority("Growth Lead", "Build something impactful with a talented team.")[0] == "staff"
    assert tag_seniority("Growth Lead", "We are building a founding team.")[0] == "staff"
    assert tag_seniority("Technical Lead", "Vas a liderar un equipo de 6 personas.")[0] == "manager"


def test_a_product_manager_manages_a_product() -> None:
    assert tag_seniority("Manager, AI Products", "", "ai-product-manager")[0] == "unspecified"


def test_preferred_years_are_not_asked_for() -> None:
    text = "Minimum Qualifications:\n- PhD\nPreferred Qualifications:\n- 2+ years of work experience"
    assert years_asked(text) is None


@pytest.mark.parametrize(("title", "level"), TITLES + OTHERS + SCRIPTS)
@pytest.mark.parametrize("decorated", ["{} (m/f/d)", "{} - Berlin", "{} (Remote)"])
def test_decoration_and_case_change_nothing(title: str, level: str, decorated: str) -> None:
    assert tag_seniority(decorated.format(title), "")[0] == level


def test_hand_labelled_titles() -> None:
    rows = [row for row in read_titles() if row["seniority"] != "-"]
    right = sum(tag_seniority(row["title"], "", row["role"])[0] == row["seniority"] for row in rows)
    assert right / len(rows) > 0.97


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_level_and_true_evidence(title: str, text: str) -> None:
    level, evidence = tag_seniority(title, text)
    assert level in LEVELS
    source = {"title": title, "description": text, "": ""}[evidence.field]
    assert evidence.quote == source[evidence.start or 0 : evidence.end or 0]
    assert tag_seniority(title, text) == (level, evidence)


WORDS = (
    "5", "3+", "10", "five", "to", "-", "years", "ans", "jahre", "of", "experience", "at", "least", "mindestens", "in",
    "a", "row", ".", "\n", "over", "last", "İ",
)  # fmt: skip
counts = st.sampled_from(WORDS)


@given(st.lists(counts, max_size=40).map(" ".join))
def test_years_stand_at_their_place(text: str) -> None:
    found = years_asked(text)
    if found:
        years, start, end = found
        assert 0 <= years <= 99
        assert text[start:end].strip()


def test_what_is_read_is_bounded() -> None:
    far = "x " * TEXT_LIMIT
    assert years_asked(far + "5+ years of experience") is None
    assert leads_people(far + "direct reports") is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Vous justifiez d'au moins un an d'expérience.", 1), ("Expérience : 1 an minimum, 2 ans appréciés", 1),
        ("Au moins 1 (un) an d'expérience requis.", 1), ("minimum un-an d'expérience", 1),
        ("You have an open mind and 3 years of experience.", 3), ("one of an engineer's plans, an experience", None),
    ],
)  # fmt: skip
def test_a_french_year_is_one_only_behind_a_number(text, years):
    found = years_asked(text)
    assert (found and found[0]) == years
