"""A saved answer a case, beside what must be read from it. A spider without a case fails; so does a new expectation."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from spiders import SPIDERS, parse

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(case.parent for case in FIXTURES.glob("*/*/response.*"))


def stated(value):
    """The parts of a posting that say something."""
    if isinstance(value, dict):
        return {key: stated(part) for key, part in value.items() if part not in ("", None, [], False)}
    return [stated(part) for part in value] if isinstance(value, list) else value


def read(case):
    meta = json.loads((case / "meta.json").read_text()) if (case / "meta.json").exists() else {}
    (response,) = case.glob("response.*")
    result = parse(case.parent.name, response.read_bytes(), meta.get("board", ""), meta.get("url", ""))
    return {"postings": [stated(asdict(posting)) for posting in result.postings], "problems": result.problems}


@pytest.mark.parametrize("source", SPIDERS)
def test_every_spider_has_a_case(source):
    assert any(case.parent.name == source for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_saved_answer_reads_as_expected(case):
    expected, found = case / "expected.json", read(case)
    if not expected.exists():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{expected} was written: review it")
    assert found == json.loads(expected.read_text())
