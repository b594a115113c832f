import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asks.skills import find_mentions, lexicon, tag_skills


def skills(text):
    return tag_skills("", text)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python, R and SQL", ["python", "r", "sql"]),
        ("C/C++ or Go", ["c", "c++", "go"]),
        ("You know Go, Rust or Java.", ["go", "rust", "java"]),
        ("experience with Golang microservices", ["go", "microservices"]),
        ("fine-tuning LLMs with PyTorch and vLLM", ["fine-tuning", "llm", "pytorch", "vllm"]),
        ("retrieval-augmented generation (RAG)", ["rag"]),
        ("Hugging Face Transformers", ["huggingface"]),
        ("Kubernetes (k8s), Helm, Terraform", ["kubernetes", "helm", "terraform"]),
        ("Apache Spark, Airflow and dbt", ["spark", "airflow", "dbt"]),
        ("TypeScript/JavaScript and Node.js", ["typescript", "javascript", "nodejs"]),
        ("train with Ray and JAX on GPUs", ["ray", "jax", "gpu"]),
        ("Claude Code and Cursor", ["claude", "cursor"]),
        ("CI/CD, REST APIs, gRPC", ["ci-cd", "rest-api", "grpc"]),
        ("NLP/ML experience", ["nlp", "machine-learning"]),
        ("experience in ML/AI is a plus", ["machine-learning"]),
        ("ML/DL frameworks, DL/CV know-how", ["deep-learning", "computer-vision"]),
        ("React, NextJS, APIs (REST)", ["react", "nextjs", "rest-api"]),
    ],
)
def test_named(text, expected):
    assert skills(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a go-to-market plan; we go the extra mile. Go above and beyond.",
        "attention to detail, the rest of the team, R&D, C-level and Series C",
        "swift decisions, a spark of joy, at the helm, a ray of light, storage and drag",
        "We react to change. Rust never sleeps. Ruby is a great colleague.",
        "claude Monet, capgemini, x-ray, transformers and switchgear, power transformers",
        "cutting-edge AI, LL.M. degree, DBT therapy, payment rails",
        "Backed by the founders of Figma, Looker and Databricks.",
        "mailto: jobs@python.org see redis.io",
        "add 5 ml of water to a 250 ML bottle",
    ],
)
def test_not_named(text):
    assert skills(text) == []


NEEDS = """About us
We love Docker.

What you'll need:
• 5 years of Python
• Kafka is a plus

Nice to have
• Experience with Rust
• Kubernetes is required

Benefits
• Free Tableau training"""


def test_must_and_nice():
    found = tag_skills("", NEEDS)[1]
    needs = {slug: evidence["need"] for slug, evidence in found.items()}
    assert needs == {
        "docker": None,
        "python": "must",
        "kafka": "nice",
        "rust": "nice",
        "kubernetes": "must",
        "tableau": None,
    }


def test_the_strongest_need_counts():
    text = "You will use Python daily.\n\nRequirements:\nPython\n\nNice to have:\nPython 3"
    found = tag_skills("Python Engineer", text)[1]["python"]
    assert found["need"] == "must"
    assert text[found["start"] : found["end"]] == "Python"


def test_title_alone():
    found = tag_skills("Senior PyTorch Engineer", "")[1]["pytorch"]
    assert (found["field"], found["quote"]) == ("title", "PyTorch")


def test_lexicon_is_sound():
    known = lexicon()
    assert len(known) >= 400
    names = [name for skill in known.values() for name in skill.names]
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    assert all(name == name.lower().strip() and name for name in names)
    assert all(skill.names or skill.is_letter for skill in known.values())
    assert {skill.group for skill in known.values()} == {
        "languages", "frameworks", "llm", "methods", "mlops", "data", "cloud", "hardware", "maths", "software",
    }  # fmt: skip


@pytest.mark.parametrize("slug", sorted(slug for slug, skill in lexicon().items() if not skill.is_letter))
def test_every_name_is_found_in_a_list(slug):
    skill = lexicon()[slug]
    for name in skill.names:
        written = name.upper() if skill.is_upper and len(name) <= 4 else name.title() if skill.is_case else name
        assert slug in skills(f"LLM, API, model, labels, {written}, Python"), name


@given(st.text(max_size=60), st.text(max_size=400))
def test_any_text_gives_known_skills_with_spans(title, text):
    slugs, evidence = tag_skills(title, text)
    assert slugs == list(evidence)
    for slug, found in evidence.items():
        assert slug in lexicon()
        assert {"title": title, "description": text}[found["field"]][found["start"] : found["end"]] == found["quote"]


@given(
    st.lists(
        st.sampled_from(
            ["Python", "R", "C", "Go", "go", "Rust", ", ", "/", " and ", "&", "\n", "a plus", "İ", "Nice to have:"]
        )
    )
)
def test_spans_hold_in_any_mix(parts):
    text = "".join(parts)
    for found in tag_skills("", text)[1].values():
        assert text[found["start"] : found["end"]] == found["quote"]


def test_hostile_texts_end():
    for text in (
        "R, " * 40_000,
        "go/" * 40_000,
        "Nice to have: " * 8_000,
        "(" * 100_000,
        "rag " * 25_000,
        "İ" * 50_000,
    ):
        tag_skills("", text)


def test_the_work_on_a_hostile_text_is_bound():
    letters = find_mentions("Python, " + "R, C, " * 16_000)[0]
    assert 500 <= len(letters) <= 1_000
    assert 1_000 <= len(find_mentions("Python, Rust; " * 8_000)[0]) <= 1_300


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("SQL and relational databases (Postgres preferred)", {"sql": "must", "postgresql": "nice"}),
        ("Experience with Snowflake (highly desirable) or Redshift", {"snowflake": "nice"}),
        ("Experience with HTML and CSS, preferably following a guide", {"html": "must", "css": "must"}),
        ("Microservices, preferably on AWS", {"microservices": "must", "aws": "nice"}),
        ("Experience with gRPC is highly valued", {"grpc": "nice"}),
    ],
)
def test_a_preference_reaches_as_far_as_it_is_meant(line, needs):
    found = tag_skills("", f"Requirements:\n\n  • {line}\n")[1]
    assert {skill: found[skill]["need"] for skill in needs} == needs


def test_the_tools_of_the_house_are_not_demanded():
    text = "Requirements:\n\n  • Python\n\nTools we use:\n\n  • Version control: Git\n"
    found = tag_skills("", text)[1]
    assert (found["python"]["need"], found["git"]["need"]) == ("must", None)
