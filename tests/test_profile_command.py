"""`rolewire profile`: said, shown, read off a CV that is not kept, made searches of only with consent, and deleted."""

import json
import subprocess
import time
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

import database
from alerts import searches
from alerts.cv import from_resume, from_text
from alerts.profiles import Profile, profile_of
from cli import app
from commands import cv
from commands.common import FailureError, MisuseError
from database import read, transaction
from search.facts import facts_of

RESUME = {
    "basics": {"name": "Ada L.", "label": "Senior Machine Learning Engineer", "summary": "I build RAG with LangChain.",
               "location": {"city": "Berlin", "countryCode": "DE"}},
    "work": [{"position": "ML Engineer", "startDate": "2019-04", "endDate": "2021-01-31", "summary": "PyTorch, k8s"},
             {"position": "Staff AI Engineer", "startDate": "2021-02", "highlights": ["Fine-tuned models with vLLM"]}],
    "skills": [{"name": "Programming", "keywords": ["Python", "Go", "k8s"]}, {"name": "Cooking"}],
}  # fmt: skip
TODAY = date(2026, 11, 28)


def test_a_json_resume_says_roles_skills_level_and_home():
    found = from_resume(RESUME, Profile(), TODAY)
    assert found.roles == ("ml-engineer", "ai-engineer")
    assert found.skills[:3] == ("python", "go", "kubernetes")
    assert {"pytorch", "langchain"} <= set(found.skills)
    assert found.levels == ("senior",)
    assert (facts_of(found.facts).lives, facts_of(found.facts).city) == ("DE", "berlin")


@pytest.mark.parametrize("odd", [{}, {"basics": []}, {"work": "x", "skills": [1, None, {"keywords": {"a": 1}}]},
                                 {"basics": {"location": "Berlin", "label": 7}},
                                 {"work": [{"startDate": "soon"}]}])  # fmt: skip
def test_a_resume_of_another_shape_says_nothing(odd):
    assert from_resume(odd, Profile(), TODAY) == Profile()


def test_years_of_work_stand_for_a_level_that_no_title_says():
    work = [{"position": "Data Scientist", "startDate": "2023-01", "endDate": "2025-12"}]
    assert from_resume({"work": work}, Profile(), TODAY).levels == ("mid",)


def test_a_cv_in_words_says_them_too_and_short_names_count_only_in_lists():
    text = "Ada Lovelace\nPrincipal Research Engineer\n\nI go to R seminars.\nSkills: C++, R, PyTorch\nHugging Face"
    found = from_text(text, Profile(places=("city:berlin",)))
    assert (found.roles, found.levels, found.places) == (("research-engineer",), ("staff",), ("city:berlin",))
    assert {"c++", "r", "pytorch"} <= set(found.skills)
    assert "go" not in found.skills


def test_a_long_text_takes_linear_time():
    began = time.process_time()
    from_text(("skills " * 20_000) + ("(" * 100_000), Profile())
    assert time.process_time() - began < 5


def pdf(words: str) -> bytes:
    """A PDF of one line, as small as they come."""
    shown = words.replace("(", "").replace(")", "")
    stream = f"BT /F1 12 Tf 50 700 Td ({shown}) Tj ET".encode()
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
             b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]  # fmt: skip
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(made),
    )


def test_a_pdf_is_read_in_a_process_of_its_own(tmp_path):
    file = tmp_path / "cv.pdf"
    file.write_bytes(pdf("Senior Computer Vision Engineer, skills: PyTorch, OpenCV"))
    assert "pytorch" in cv.read_cv(file, Profile()).skills
    file.write_bytes(b"%PDF-1.4\n" + b"\x00[<<" * 1000)
    with pytest.raises(FailureError, match="no words"):
        cv.read_cv(file, Profile())


def test_a_pdf_that_takes_too_long_or_is_no_pdf_ends(tmp_path, monkeypatch):
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("python", 15)

    monkeypatch.setattr(cv.subprocess, "run", slow)
    with pytest.raises(FailureError, match="within 15 s"):
        cv.pdf_text(b"%PDF-")
    file = tmp_path / "cv.docx"
    for content, words in ((b"PK\x03\x04" + bytes(range(256)) * 9, "neither JSON"), (b"{" * 9, "no JSON"),
                           (b"[" * 200_000, "no JSON"), (b"x" * 5_000_001, "larger than 5 MB")):  # fmt: skip
        file.write_bytes(content)
        with pytest.raises(MisuseError, match=words):
            cv.read_cv(file, Profile())


def test_the_memory_of_its_process_is_bounded(monkeypatch):
    monkeypatch.setattr(cv, "_READER", "x = bytearray(3_000_000_000); print('words')")
    with pytest.raises(FailureError, match="no words"):
        cv.pdf_text(b"%PDF-")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/test.db"
    engine = database.open_engine(url)
    database.upgrade(engine)
    with transaction(engine) as connection:
        key = searches.add_subscriber(connection, "Ada", datetime.now(UTC))
        searches.set_address(connection, key, "email", "ada@example.org", datetime.now(UTC))

    def invoke(*words: str):
        done = CliRunner().invoke(app, [*words, "--database", url], catch_exceptions=True)
        return done, engine, key

    yield invoke
    engine.dispose()


def test_the_command_says_shows_reads_proposes_and_forgets(run, tmp_path, monkeypatch):
    monkeypatch.setattr("commands.profile.SECONDS", 900.0)
    done, engine, key = run(
        "profile", "set", "--subscriber", "Ada", "--skill", "pytorch,k8s", "--lives", "DE", "--may-work", "EU"
    )
    assert done.exit_code == 0, done.exception
    done, *_ = run("profile", "show", "--subscriber", "Ada", "--format", "json")
    assert {"name": "skill", "said": "pytorch, kubernetes"} in json.loads(done.stdout)
    (tmp_path / "resume.json").write_text(json.dumps(RESUME))
    done, *_ = run("profile", "import", "resume.json", "--subscriber", "Ada")
    assert isinstance(done.exception, MisuseError)
    assert "--yes" in str(done.exception)
    with read(engine) as connection:
        assert profile_of(connection, key).roles == ()
    run("profile", "import", "resume.json", "--subscriber", "Ada", "--yes")
    with read(engine) as connection:
        assert profile_of(connection, key).roles == ("ml-engineer", "ai-engineer")
    done, *_ = run("profile", "propose", "--subscriber", "Ada", "--format", "json")
    assert all("-eligible:no" in row["query"] and row["total"] == 0 for row in json.loads(done.stdout))
    assert searches_of(engine) == []
    run("profile", "propose", "--subscriber", "Ada", "--take", "2")
    [saved] = searches_of(engine)
    assert saved["query"].startswith("role:ml-engineer,ai-engineer")
    run("profile", "forget", "--subscriber", "Ada")
    with read(engine) as connection:
        assert profile_of(connection, key) is None
    assert searches_of(engine)[0]["paused_at"] is not None


def searches_of(engine):
    with read(engine) as connection:
        return searches.list_searches(connection)


def test_what_the_command_cannot_read_is_said(run):
    for words, said in (
        (("--lives", "Narnia"), "no country"),
        ((), "say what to set"),
        (("--role", "wizard"), "no value"),
    ):
        done, engine, key = run("profile", "set", "--subscriber", "Ada", *words)
        assert isinstance(done.exception, MisuseError)
        assert said in str(done.exception)
    with read(engine) as connection:
        assert profile_of(connection, key) is None
