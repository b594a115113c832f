"""Why a posting matches, or the first clause that keeps it out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models import Place, Salary, Tags
from search import Document, explain, matches, parse

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def document(**changes: Any) -> Document:
    tags = Tags(
        title="Senior AI-Agent Engineer",
        company="Acme Robotics",
        description="Build agents and an agentic platform in Python, in Zürich or remote. No PHP.",
        role="ai-engineer",
        seniority="senior",
        skills=["python", "computer-vision"],
        places=[Place("Zürich", "", "CH")],
        workplace="remote",
        remote_scope="EU, CH",
        salary=Salary(150_000, 180_000, "CHF", "year", 150_000, 180_000),
    )
    for name, value in changes.items():
        setattr(tags, name, value)
    return Document.from_tags(tags, ["lever"], True, NOW - timedelta(days=2))


REASONS = [
    ("title:agent", "title", ["agent"], "title has “agent”"),
    ("agen*", "", ["agent", "agents", "agentic"], "title has “agent”, “agents”, “agentic”"),
    ("text:agen*", "text", ["agents", "agentic"], "text has “agents”, “agentic”"),
    ('"ai agent"', "", ["ai agent"], "title has “ai agent”"),
    ('"agentic plat"*', "", ["agentic platform"], "text has “agentic platform”"),
    ("acme", "", ["acme"], "company has “acme”"),
    ("ZÜRICH", "", ["zurich"], "text has “zurich”"),
    ("company:acme,globex", "company", ["acme"], "company has “acme”"),
    ("role:ai-engineer,ml-engineer", "role", ["ai-engineer"], "role: ai-engineer"),
    ('skill:"computer vision",php', "skill", ["computer-vision"], "skills: computer-vision"),
    ("country:CH,DE", "country", ["CH"], "country: CH"),
    ("city:Zuerich", "city", ["zurich"], "city: zurich"),
    ("remote:DE", "remote", ["EU, CH"], "remote: EU, CH"),
    ("visa:unknown", "visa", ["unknown"], "visa sponsorship: unknown"),
    ("salary>=170k", "salary", ["150,000–180,000 CHF"], "salary: 150,000–180,000 CHF"),
    ("posted:<7d", "posted", ["2026-11-18"], "posted: 2026-11-18"),
    ("-text:java", "text", [], "not text:java"),
]


@pytest.mark.parametrize(("query", "field", "matched", "text"), REASONS)
def test_reason(query: str, field: str, matched: list[str], text: str) -> None:
    explanation = explain(parse(query), document(), NOW)
    assert explanation.is_match
    assert explanation.clauses == [{"clause": str(parse(query)), "field": field, "matched": matched, "text": text}]
    assert explanation.first_failing == ""


def test_all_that_hold_are_named() -> None:
    explanation = explain(parse("(title:agent OR title:java) role:ai-engineer -php OR python"), document(), NOW)
    assert [clause["clause"] for clause in explanation.clauses] == ["title:agent", "role:ai-engineer", "python"]


FAILING = [
    ("python java", "java"),
    ("python (java OR scala)", "java OR scala"),
    ("python -php", "-php"),
    ("python -(a OR php) role:other", "-(a OR php)"),
    ("seniority:senior salary>=200k", "salary>=200k"),
    ("java OR scala", "java OR scala"),
    ("-(python zurich)", "-(python zurich)"),
]


@pytest.mark.parametrize(("query", "failing"), FAILING)
def test_first_failing(query: str, failing: str) -> None:
    explanation = explain(parse(query), document(), NOW)
    assert (explanation.is_match, explanation.first_failing) == (False, failing)


@pytest.mark.parametrize(
    ("scope", "query", "expected"),
    [
        ("EU", "remote:DE", True), ("EU", "remote:EU", True), ("DE", "remote:EU", False), ("EU", "remote:GB", False),
        ("Europe", "remote:EU", True), ("European Union", "remote:FR", True), ("EMEA", "remote:ZA", True),
        ("US, CA", "remote:CA", True), ("US, CA", "remote:NA", False), ("North America", "remote:NA", True),
        ("u.s.", "remote:US", True), ("Asia-Pacific", "remote:JP", True), ("worldwide", "remote:LATAM", True),
        ("Namibia", "remote:Namibia", True), ("UTC+1 to UTC+3", "remote:DE", False), (None, "remote:DE", False),
        (None, "remote:yes", True), ("EU", "-remote:DE", False), (None, "-remote:DE", True),
        ("Europe, not GB", "remote:GB", False), ("Europe, not GB", "remote:DE", True),
        ("Europe, not GB", "remote:EU", True), ("Europe, not DE", "remote:EU", False),
        ("worldwide, not EU", "remote:FR", False), ("worldwide, not RU", "remote:worldwide", False),
        ("US, not US-CA", "remote:US", True), ("US, not US-CA", "remote:US-CA", False),
        ("US, not US-CA", "remote:us-tx", True), ("US-TX", "remote:US-TX", True), ("US-TX", "remote:US", False),
        ("not US", "remote:US-TX", False), ("US, not US-CA", "remote:US-CA,yes", True),
    ],
)  # fmt: skip
def test_remote_scope_covers(scope: str | None, query: str, expected: bool) -> None:
    assert matches(parse(query), document(remote_scope=scope), NOW) is expected


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ('"Node.js"', "nodejs"), ("node-js", "nodejs"), ("Node.js", "node-js"), ("hugging-face", "hugging face"),
        ('"computer vision"', "computer-vision"), ("C++", "c++"), (".NET", ".net"),
    ],
)  # fmt: skip
def test_spellings_of_a_skill(typed: str, stored: str) -> None:
    assert matches(parse(f"skill:{typed}"), document(skills=[stored]), NOW)
    assert not matches(parse(f"skill:{typed}"), document(skills=["java", "c", "vision"]), NOW)


def test_remote_needs_remote_work() -> None:
    assert not matches(parse("remote:EU,yes"), document(workplace="hybrid"), NOW)


def test_one_end_of_a_pay_range() -> None:
    open_top = document(salary=Salary(150_000, None, "USD", "year", 150_000, None))
    assert matches(parse("salary>=140k salary<=150k currency:USD"), open_top, NOW)
    assert not matches(parse("salary>=160k"), open_top, NOW)
    assert not matches(parse("salary>=0 OR salary<=900k"), document(salary=None), NOW)


def test_the_age_is_exact() -> None:
    assert not matches(parse("posted:<2d OR posted:>2d"), document(), NOW)
    assert matches(parse("posted:<2d"), document(), NOW - timedelta(microseconds=1))


def test_phrases_do_not_cross_fields() -> None:
    assert not matches(parse('"engineer acme"'), document(), NOW)


def test_what_holds_twice_is_said_once() -> None:
    explanation = explain(parse("(senior agent engineer) OR (senior python engineer)"), document(), NOW)
    assert [clause["clause"] for clause in explanation.clauses] == ["senior", "agent", "engineer", "python"]


@pytest.mark.parametrize(("typed", "shown"), [
    ("pytorch mlops", "pytorch mlops"), ('"senior ml-ops engineer"', '"senior mlops engineer"'), ("llmops*", "llmops*"),
    ('title:"py torch",fullstack', 'title:pytorch,"full stack"'), ("Node.js", "node.js"),
])  # fmt: skip
def test_words_are_shown_as_people_write_them(typed: str, shown: str) -> None:
    assert str(parse(typed)) == shown
    assert parse(shown) == parse(typed)
    assert explain(parse(typed), document(), NOW).first_failing in shown


@pytest.mark.parametrize("query", ["salary>=100k", "salary>=100kUSD", "salary<=90k currency:EUR"])
def test_pay_that_is_not_said_is_not_converted(query: str) -> None:
    found = explain(parse(query), document(salary=None), NOW)
    assert found.failing["value"] == ""
    assert "salary: not said" in found.failing["text"]
