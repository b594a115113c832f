"""Roles by the guide's rulings."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import Basis, Evidence
from pipeline.job.title import TITLE_LIMIT, fold, read_lexicon
from pipeline.role import tag_role
from pipeline.role.rules import RULES, read_rules
from pipeline.role.signs import TEXT_LIMIT, read_signs
from pipeline.tools.reliability import read_titles

DATA = Path(__file__).parents[3] / "pipeline" / "role"
SLUGS = {
    "ai-engineer", "ml-engineer", "deep-learning-engineer", "nlp-engineer", "computer-vision-engineer",
    "mlops-engineer", "edge-ai-engineer", "robotics-engineer", "research-scientist", "research-engineer",
    "data-scientist", "data-engineer", "ai-safety", "ai-product-manager", "ai-architect", "ai-solutions-engineer",
    "ai-leader", "ai-trainer", "other",
}  # fmt: skip

# the guide's rows
TYPICAL = [
    ("AI Engineer", "ai-engineer"),
    ("Senior LLM Engineer", "ai-engineer"),
    ("Applied AI Engineer", "ai-engineer"),
    ("Software Engineer (AI Products)", "ai-engineer"),
    ("Machine Learning Engineer", "ml-engineer"),
    ("Recommendation Engineer", "ml-engineer"),
    ("Deep Learning Engineer", "deep-learning-engineer"),
    ("Conversational AI Engineer", "nlp-engineer"),
    ("Computational Linguist", "nlp-engineer"),
    ("Perception Engineer", "computer-vision-engineer"),
    ("Staff ML Platform Engineer", "mlops-engineer"),
    ("GPU Kernel Engineer", "mlops-engineer"),
    ("Distributed Training Engineer", "mlops-engineer"),
    ("TinyML Engineer", "edge-ai-engineer"),
    ("Robot Learning Engineer", "robotics-engineer"),
    ("SLAM Engineer", "robotics-engineer"),
    ("Applied Scientist", "research-scientist"),
    ("Postdoc (ML)", "research-scientist"),
    ("Member of Technical Staff (Pretraining)", "research-engineer"),
    ("Decision Scientist", "data-scientist"),
    ("Analytics Engineer", "data-engineer"),
    ("AI Red Teamer", "ai-safety"),
    ("AI Governance Analyst", "ai-safety"),
    ("Product Manager (ML Platform)", "ai-product-manager"),
    ("ML Solutions Architect", "ai-architect"),
    ("Forward Deployed Engineer (AI)", "ai-solutions-engineer"),
    ("AI Consultant", "ai-solutions-engineer"),
    ("Engineering Manager (ML)", "ai-leader"),
    ("Chief AI Officer", "ai-leader"),
    ("LLM Evaluator", "ai-trainer"),
    ("Prompt Writer (freelance)", "ai-trainer"),
    ("Software Engineer (Payments)", "other"),
    ("Data Entry Clerk", "other"),
    ("Machine Operator", "other"),
]

# its rulings
RULINGS = [
    ("AI/ML Engineer", "ml-engineer"),
    ("Research Scientist, Computer Vision", "research-scientist"),
    ("Data Scientist, NLP", "data-scientist"),
    ("Data Scientist, AI Safety", "data-scientist"),
    ("Data Analyst / Data Scientist", "other"),
    ("AI / Data Engineer", "ai-engineer"),
    ("GenAI & Data Engineer", "ai-engineer"),
    ("ML/Data Engineer", "ml-engineer"),
    ("Data & AI Platform Engineer", "data-engineer"),
    ("AI Enablement Intern", "ai-solutions-engineer"),
    ("Data Scientist / Machine Learning Engineer", "data-scientist"),
    ("Frontend Engineer, ML Engineer, Data Engineer", "ml-engineer"),
    ("Machine Learning Infrastructure Engineer, Safety", "mlops-engineer"),
    ("Interpretability Researcher", "research-scientist"),
    ("Trust and Safety Team Lead", "other"),
    ("Quantum Research Scientist", "other"),
    ("Behavior Planning Engineer, Autonomous Driving", "robotics-engineer"),
    ("Perception Engineer, Autonomous Driving", "computer-vision-engineer"),
    ("Machine Learning Engineer - Autonomous Driving", "ml-engineer"),
    ("Director of Product, AI", "ai-product-manager"),
    ("Technical Program Manager, AI", "other"),
    ("Manager - Generative AI Consulting", "ai-solutions-engineer"),
    ("Lecturer in Machine Learning", "research-scientist"),
    ("Machine Learning Mentor", "other"),
    ("Robot Data Collection Operator", "ai-trainer"),
    ("Game AI Programmer", "other"),
    ("Director of Analytics", "other"),
    ("Account Executive, AI Platform", "other"),
    ("Head of AI Safety", "ai-leader"),
    ("Data & ML Platform Engineer", "data-engineer"),
    ("Manager, Agent Product Management", "ai-product-manager"),
    ("AI Product Manager / Product Designer", "ai-product-manager"),
]

LANGUAGES = [
    ("Thèse CIFRE - Modèles génératifs (F/H)", "research-scientist"),
    ("Arquiteto(a) de Soluções de IA", "ai-architect"),
    ("Lead Data Engineer - Manager d'équipe F/H", "ai-leader"),
    ("Tutor/a online del Máster en Inteligencia Artificial", "other"),
    ("Operador/a de recogida de datos con robot humanoide", "ai-trainer"),
    ("Desarrollador Full Stack (Node / Vue) - Startup IA", "other"),
    ("Ingénieur d'affaires senior - Data & IA (F/H)", "other"),
    ("Cientista de Datos Jr.", "data-scientist"),
    ("Investigador/a postdoctoral en aprendizaje profundo", "research-scientist"),
    ("Research Engineer - Préentraînement de modèles de langue", "research-engineer"),
    ("Director, Data Center Operations", "other"),
    ("Inżynier/Inżynierka NLP", "nlp-engineer"),
    ("Freelance beoordelaar AI-antwoorden (Nederlands)", "ai-trainer"),
    ("Adviseur Verantwoorde AI", "ai-safety"),
    ("Research Engineer – trenowanie modeli językowych", "research-engineer"),
    ("Analista de MLOps Júnior", "mlops-engineer"),
    ("Masterarbeit: Few-Shot-Objekterkennung (m/w/d)", "computer-vision-engineer"),
    ("Sr.AI Engineer", "ai-engineer"),
    ("Lead/Sr.AI Developer", "ai-engineer"),
    ("Software Development Engineer in Test, AI Gateway", "other"),
    ("Stage 2026 - Ingénieur Data Analyst - H/F", "other"),
    ("KI-Entwickler (m/w/d)", "ai-engineer"),
    ("Teamleiter Data Science (m/w/d)", "ai-leader"),
    ("Ingénieur Machine Learning H/F", "ml-engineer"),
    ("Chef de produit IA", "ai-product-manager"),
    ("Ingénieur·e de données", "data-engineer"),
    ("Développeur.euse Big Data", "data-engineer"),
    ("Ingeniero/a de investigación en IA", "research-engineer"),
    ("Cheffe de projet IA", "other"),
    ("Científico de Datos", "data-scientist"),
    ("Arquitecto/a de Datos", "ai-architect"),
    ("Engenheira de Dados Pleno", "data-engineer"),
    ("Ingegnere Visione Artificiale", "computer-vision-engineer"),
    ("Onderzoeker Kunstmatige Intelligentie", "research-scientist"),
    ("Inżynier MLOps", "mlops-engineer"),
    ("生成AIエンジニア", "ai-engineer"),
    ("Spécialiste des requêtes et du langage de l'IA - Grec", "ai-trainer"),
    ("Especialista en prompts de IA", "ai-trainer"),
    ("Especialista en IA", "ai-engineer"),
    ("Responsable de projets IA", "other"),
    ("Abogado - Entrenamiento de modelos de IA", "ai-trainer"),
    ("Développeur, plateforme d'apprentissage automatique", "mlops-engineer"),
]

SCRIPTS = [
    ("Инженер машинного обучения", "ml-engineer"),
    ("Разработчик ИИ-агентов", "ai-engineer"),
    ("Руководитель отдела машинного обучения", "ai-leader"),
    ("Руководитель проекта ИИ", "other"),
    ("Системный аналитик", "other"),
    ("Разметчик данных", "ai-trainer"),
    ("Інженер з машинного навчання", "ml-engineer"),
    ("大模型应用开发工程师", "ai-engineer"),
    ("推荐算法工程师", "ml-engineer"),
    ("AI产品经理", "ai-product-manager"),
    ("视觉设计师", "other"),
    ("自动驾驶感知算法工程师", "computer-vision-engineer"),
    ("数据标注员", "ai-trainer"),
    ("機械学習エンジニア", "ml-engineer"),
    ("AIプロダクトマネージャー", "ai-product-manager"),
    ("営業マネージャー（AI）", "other"),
    ("データ基盤エンジニア", "data-engineer"),
    ("AI 엔지니어", "ai-engineer"),
    ("데이터 사이언티스트", "data-scientist"),
    ("컴퓨터 비전 연구원", "research-scientist"),
    ("مهندس تعلم الآلة", "ml-engineer"),
    ("محلل بيانات", "other"),
    ("מהנדס/ת למידת מכונה", "ml-engineer"),
    ("Μηχανικός Μηχανικής Μάθησης", "ml-engineer"),
    ("Yapay Zeka Mühendisi", "ai-engineer"),
    ("Kỹ sư Dữ liệu", "data-engineer"),
    ("วิศวกรปัญญาประดิษฐ์", "ai-engineer"),
    ("𝗔𝗜 𝗘𝗻𝗴𝗶𝗻𝗲𝗲𝗿", "ai-engineer"),
    ("ＡＩ Ｅｎｇｉｎｅｅｒ", "ai-engineer"),
    ("🅰🅸 Engineer", "ai-engineer"),
    ("IN_Senior Associate_AI Backend Engineer_Bangalore", "ai-engineer"),
]

ALIKE = [
    ("Linear Accelerator Engineer", "other"),
    ("Startup Accelerators Manager", "other"),
    ("AI Accelerator Engineer", "mlops-engineer"),
    ("Machine Learning Experts: Linear Algebra Exam Audit", "ai-trainer"),
    ("Rust Engineer - AI Code Evaluation", "ai-trainer"),
    ("Physics PhD - Evaluate AI Responses", "ai-trainer"),
    ("Physics Experts: Lab Safety", "other"),
    ("Computer Vision & Edge AI Engineer", "computer-vision-engineer"),
    ("Edge AI / Computer Vision Engineer", "edge-ai-engineer"),
]

HEADERS = [
    ("Acme AI | Backend Engineer | Berlin | Remote", "other"),
    ("acme.ai | Software Engineer, ML Engineer | NYC | Full-time", "ml-engineer"),
    ("Acme Robotics (YC S25) is hiring a founding ML engineer", "ml-engineer"),
    ("Acme | AI in healthcare | Account Executive | Remote", "other"),
    ("Acme | Staff ML, Staff Infra, FDE | NYC | Full-time", "ml-engineer"),
    ("Acme is new. We are hiring full stack engineers, ai/ml engineers and growth", "ml-engineer"),
    (
        "Acme | Software Engineer | NYC | Full-time Acme is a startup building an agentic platform for engineers",
        "other",
    ),
    ("Acme (https://acme.example)| Backend Engineer | Data Engineer | NYC", "data-engineer"),
]


@pytest.mark.parametrize(("title", "role"), TYPICAL + RULINGS + LANGUAGES + SCRIPTS + ALIKE + HEADERS)
def test_role_of_title(title: str, role: str) -> None:
    assert tag_role(title, "")[0] == role


def test_company_name_is_no_subject() -> None:
    assert tag_role("Backend Engineer at Acme AI", "", "Acme AI")[0] == "other"
    assert tag_role("AI Engineer", "", "AI")[0] == "ai-engineer"


ABOUT_US = "We are Acme, the leading AI platform for law firms. Our AI agents and LLMs serve thousands of customers.\n"
BUILDS = ABOUT_US + (
    "What you will do:\n- Build AI agents that draft contracts\n- Design prompts and evals for our agents\n"
    "- Ship LLM features with retrieval\n"
)


def test_firms_words_about_itself_make_no_ai_engineer() -> None:
    assert tag_role("Software Engineer", ABOUT_US)[0] == "other"
    assert tag_role("Accountant", BUILDS)[0] == "other"


def test_duties_decide_a_silent_title() -> None:
    role, evidence = tag_role("Software Engineer", BUILDS)
    assert role == "ai-engineer"
    assert evidence.basis is Basis.INFERRED
    assert evidence.field == "description"


def test_technical_staff_by_text() -> None:
    research = (
        "AI lab. You will design novel pretraining experiments, train models and write research papers on LLMs. " * 3
    )
    serving = (
        "AI lab for LLMs. You will build the inference engine, optimize GPU kernels and scale ML training runs. " * 3
    )
    assert tag_role("Member of Technical Staff", research)[0] == "research-engineer"
    assert tag_role("Member of Technical Staff", serving)[0] == "mlops-engineer"
    assert tag_role("Member of Technical Staff", "We sell shoes.")[0] == "other"


def test_forward_deployed_counts_where_the_product_is_ai() -> None:
    assert tag_role("Forward Deployed Engineer", ABOUT_US * 20)[0] == "ai-solutions-engineer"
    assert tag_role("Forward Deployed Engineer", "Issue cards and move money between banks. " * 60)[0] == "other"


def test_a_header_of_another_job_is_no_open_call() -> None:
    text = "Acme helps AI engineers test their agents. We need someone to talk to them."
    assert tag_role("Acme | Founding GTM Lead | Remote | Full-time", text)[0] == "other"


def test_product_manager_of_a_firm_whose_product_is_ai() -> None:
    text = (
        "Acme is an applied AI startup. We build an AI platform with a team of AI experts. "
        + "You own a product. " * 90
    )
    assert tag_role("Product Manager", text)[0] == "ai-product-manager"
    assert tag_role("Product Manager", "We sell shoes. " * 20 + text)[0] == "other"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Acme is building AI agents for clinics. Agents and LLMs everywhere. Bring your taste.", "ai-engineer"),
        ("Acme makes infrastructure for AI agents. Agents and LLMs everywhere. Bring your taste.", "other"),
        ("Acme sells insurance through agents. We use AI tools.", "other"),
    ],
)
def test_short_comment_tells_what_is_built(text: str, role: str) -> None:
    assert tag_role("Acme | Founding Engineer | NYC | Onsite", text)[0] == role


def test_staff_of_a_laboratory() -> None:
    text = "Our researchers do research on AI. Research and scientists shape AI. You choose: AI, research or AI."
    assert tag_role("Member of Technical Staff", text)[0] == "research-engineer"


def test_listing_skips_what_is_told_of_the_firm() -> None:
    text = "Acme builds AI-native incident management.\nWe are heavy users of agentic coding, want engineers."
    assert tag_role("Acme | Multiple roles | Remote", text)[0] == "other"


def test_header_that_goes_on_as_prose_names_no_ai_job() -> None:
    title = "Hiring Tech Lead and SRE - Remote - We build AI tools that help law firms manage more and more caseloads"
    assert tag_role(title, "")[0] == "other"


@pytest.mark.parametrize(
    ("title", "text", "role", "quote"),
    [
        ("Acme | Senior Software Engineers | NYC", "Roles:\n- Software Engineer\n- Engineer, Agent Orchestration",
         "ai-engineer", "Engineer, Agent"),
        ("Acme | Platform Engineers | Remote", "Open roles: Frontend Engineer * ML Engineer (2+ years) * Cook",
         "ml-engineer", "ML Engineer"),
        ("Acme | NYC | Hybrid", "We deploy AI agents. AI sells.\n>> Forward Deployed Engineer:\n>> Data Engineer:",
         "ai-solutions-engineer", "AI"),
        ("Acme | NYC | Hybrid", "- All Levels: AI Platform Engineers\n- Lead Product Designer", "mlops-engineer",
         "AI Platform"),
    ],
)  # fmt: skip
def test_first_ai_job_of_header_and_list(title: str, text: str, role: str, quote: str) -> None:
    found, evidence = tag_role(title, text)
    assert (found, evidence.field, text[evidence.start : evidence.end]) == (role, "description", evidence.quote)
    assert evidence.quote.startswith(quote)


@pytest.mark.parametrize(
    "text",
    [
        "What we ask:\n- Experience as a data scientist\n- You work with ML engineers\n- AI tools",  # no jobs
        "We are hiring one person.\n- ML Engineer experience is a plus",
    ],
)
def test_requirements_are_no_list_of_jobs(text: str) -> None:
    assert tag_role("Acme | Software Engineer | Remote", text)[0] == "other"


def test_employers_name_is_no_job_of_a_header() -> None:
    assert tag_role("Data Science Consulting | Software Engineer | Remote", "")[0] == "other"
    assert tag_role("Robotics Consulting | Data Engineer | Remote", "")[0] == "data-engineer"


def test_open_call_takes_the_first_ai_job_of_the_text() -> None:
    text = "We are growing.\n- Office Manager\n- Senior ML Engineer\n- Data Engineer"
    role, evidence = tag_role("Acme | Multiple roles | Remote", text)
    assert role == "ml-engineer"
    assert evidence.quote == "ML Engineer"


@pytest.mark.parametrize("title", [title for title, _ in TYPICAL + RULINGS])
@pytest.mark.parametrize("decorated", ["{} (m/f/d)", "{} - Berlin", "{} (Remote)", "{} - Full-time", "Senior {}"])
def test_decoration_changes_nothing(title: str, decorated: str) -> None:
    assert tag_role(decorated.format(title), "")[0] == tag_role(title, "")[0]


@pytest.mark.parametrize("title", [title for title, _ in TYPICAL + RULINGS + LANGUAGES])
def test_case_changes_nothing(title: str) -> None:
    assert tag_role(title.upper(), "")[0] == tag_role(title.lower(), "")[0] == tag_role(title, "")[0]


def test_hand_labelled_titles() -> None:
    rows = list(read_titles())
    right = sum(tag_role(row["title"], "", row["company"])[0] == row["role"] for row in rows)
    assert len(rows) > 2000
    assert right / len(rows) > 0.97


COMMENT = """Acme AI | Several roles | Berlin | Full-time
Acme builds AI agents on large language models. We ship agents, LLM pipelines and RAG for banks.
- Senior AI Engineer: build agents with LLMs, prompts and evals
- Senior Frontend Engineer: build our web application in React
- Product Engineer: build agentic workflows, LLM tool calling and RAG pipelines
- Account Executive"""


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Senior Frontend Engineer", "other"),
        ("3] Senior Frontend Engineer", "other"),
        ("Product Engineer", "ai-engineer"),
        ("Backend Engineer", "other"),
    ],
)
def test_of_several_jobs_in_a_comment_only_what_is_said_of_this_one_counts(title: str, role: str) -> None:
    found, evidence = tag_role(title, COMMENT, "Acme AI")
    assert found == role
    assert holds(evidence, title, COMMENT)


def test_a_comment_about_one_job_is_read_whole() -> None:
    text = "Acme | Software Engineer | Berlin | Full-time\nYou build AI agents on LLMs.\nYou ship RAG and evals."
    assert tag_role("Software Engineer", text)[0] == "ai-engineer"


FILLER = "You keep the product in order and talk with customers, sales and support about what comes next. " * 40


@pytest.mark.parametrize(
    ("title", "text", "role"),
    [
        (
            "Controls Engineer",
            "You program robots.\nYou design motion planning for robotic cells.",
            "robotics-engineer",
        ),
        ("Controls Engineer", "You program robots in robotic cells.\nYou know PLC and PROFINET.", "other"),
        ("Electrical Controls Engineer", "You program robots.\nYou design robotic cells.", "other"),
        ("Product Manager", f"In the age of AI we use AI, and AI again. {FILLER}", "other"),
        (
            "Product Manager",
            "Our AI agents answer calls with LLMs and RAG. You own the roadmap.",
            "ai-product-manager",
        ),
        (
            "Data QA Engineer",
            "You build AI models, train ML models and LLMs.\nYou ship AI agents, RAG, LLM evals.",
            "other",
        ),
        (
            "Software Engineer, Internal Infrastructure",
            "Researchers do research with our scientists.\nYou build GPU clusters, model serving and inference.",
            "mlops-engineer",
        ),
    ],
)
def test_role_by_the_text(title: str, text: str, role: str) -> None:
    found, evidence = tag_role(title, text)
    assert found == role
    assert holds(evidence, title, text)


WORK = "You build AI agents with LLMs.\nYou ship RAG and LLM evals.\nYou design agents and prompts for our AI product."
AI_FIRM = "We make AI: LLMs, RAG, AI agents, chatbots and voice AI for machine learning teams."


@pytest.mark.parametrize("title", ["Software Engineer", "Full Stack Engineer (Frontend leaning)", "Backend Engineer"])
def test_the_text_makes_an_ai_engineer(title: str) -> None:
    assert tag_role(title, WORK)[0] == "ai-engineer"


@pytest.mark.parametrize("title", ["Senior Frontend Engineer", "React Native Developer", "Software Engineer, Front-End",
                                   "iOS Engineer", "Senior Systems Architect (Backend)"])  # fmt: skip
def test_who_builds_the_screens_or_has_another_field_is_none_by_the_text(title: str) -> None:
    assert tag_role(title, WORK)[0] == "other"


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Consultant", "ai-solutions-engineer"), ("Senior Compensation Consultant", "other"),
        ("Strategy Consultant", "other"), ("Director of Support & Implementation", "other"),
        ("Product Manager", "ai-product-manager"), ("Staff Product Manager, Product Operations", "other"),
        ("Director of Product, Product Security", "other"),
    ],
)  # fmt: skip
def test_a_field_of_its_own_in_the_title_keeps_the_firms_ai_out(title: str, role: str) -> None:
    assert tag_role(title, AI_FIRM)[0] == role


NOTICE = (
    "We use AI and machine learning (ML) tools, LLMs and generative AI among them, to review applications and resumes."
)


def test_how_a_firm_reads_applications_says_nothing_of_the_work() -> None:
    text = "You help customers to set up our payroll software.\n" + FILLER * 3
    assert tag_role("Implementation Engineer", f"{text}\n{NOTICE}")[0] == "other"
    assert tag_role("Implementation Engineer", f"{NOTICE[:-28]}build payrolls.\n{text}")[0] == "ai-solutions-engineer"


@pytest.mark.parametrize("title", ["Founding Engineer / Founding GTM", "Founding Engineers & GTM", "Engineers & Sales"])
def test_another_job_at_the_end_of_a_list_bars_nothing(title: str) -> None:
    assert tag_role(title, WORK)[0] == "ai-engineer"
    assert tag_role("GTM Engineer", WORK)[0] == "other"


def test_an_attribute_with_a_stroke_is_no_job_of_its_own() -> None:
    assert tag_role("Acme | Lead iOS/AI Engineer | Berlin | hybrid", "")[0] == "ai-engineer"
    assert tag_role("Acme | Staff ML, Staff Infra | Berlin", "")[0] == "ml-engineer"


def test_a_text_that_names_a_team_alone_tells_nothing() -> None:
    assert tag_role("Research Scientist, Reasoning", "Team: Research")[0] == "research-scientist"


def holds(evidence: Evidence, title: str, text: str) -> bool:
    source = {"title": title, "description": text, "": ""}[evidence.field]
    return evidence.quote == source[evidence.start or 0 : evidence.end or 0]


@pytest.mark.parametrize(("title", "_"), TYPICAL + LANGUAGES)
def test_evidence_points_at_its_quote(title: str, _: str) -> None:
    evidence = tag_role(title, "")[1]
    assert holds(evidence, title, "")
    assert evidence.rule.startswith("role.")
    assert evidence.rule.partition("@")[2].isdigit()


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=20))
def test_any_text_gives_a_slug_and_true_evidence(title: str, text: str, company: str) -> None:
    role, evidence = tag_role(title, text, company)
    assert role in SLUGS
    assert holds(evidence, title, text)
    assert (evidence.basis is Basis.UNKNOWN) <= (role == "other")
    assert 0 <= (evidence.probability or 0) <= 1
    assert tag_role(title, text, company) == (role, evidence)


WORDS = (
    "ai", "ml", "engineer", "data", "scientist", "research", "|", "/", ",", "-", "&", "lead", "manager", "İ", "ß",
    "ki-entwickler", "llm", "robotics", "intern", "深", "\n", "agent", "of",
)  # fmt: skip
words = st.sampled_from(WORDS)


@given(st.lists(words, max_size=30).map(" ".join), st.lists(words, max_size=60).map(" ".join))
def test_any_words_of_the_lexicon_give_true_evidence(title: str, text: str) -> None:
    role, evidence = tag_role(title, text)
    assert role in SLUGS
    assert holds(evidence, title, text)


@given(st.text(max_size=200))
def test_folding_keeps_places(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_what_is_read_is_bounded() -> None:
    far = "x " * TEXT_LIMIT + "You will build AI agents. " * 20
    assert read_signs(far).length == TEXT_LIMIT
    assert tag_role("Software Engineer", far)[0] == "other"
    assert tag_role("x" * TITLE_LIMIT + " AI Engineer", "")[0] == "other"


def test_every_rule_names_known_concepts_and_roles() -> None:
    known = set()
    for line in (DATA / "lexicon.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            known.add(line.split("\t")[0])
    assert read_lexicon(DATA / "lexicon.tsv").find("ai engineer")
    for rule in RULES:
        assert rule.role in SLUGS
        assert set().union(*rule.anywhere, *rule.main, rule.unless, rule.nowhere) <= known, rule.name
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_row_that_is_no_rule_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "rules.tsv"
    path.write_text("name\tother\tai\n", encoding="utf-8")
    with pytest.raises(ValueError, match="unpack"):
        read_rules(path)
