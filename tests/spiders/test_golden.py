"""A saved answer a case, beside what must be read from it. A spider without a case fails; so does a new expectation.

`meta.json` beside it may say whose board it was (`board`, `url`) and, in `addresses`, which addresses are the source's:
address -> [board, native id, canonical URL], as far as the address says them.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from packs import BoardRow
from spiders import SPIDERS, parse, recognise

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(case.parent for case in FIXTURES.glob("*/*/response.*"))


def stated(value):
    """The parts of a posting that say something."""
    if isinstance(value, dict):
        return {key: stated(part) for key, part in value.items() if part not in ("", None, [], False)}
    return [stated(part) for part in value] if isinstance(value, list) else value


def meta_of(case):
    return json.loads((case / "meta.json").read_text()) if (case / "meta.json").exists() else {}


def case_name(case):
    return f"{case.parent.name}/{case.name}"


def read(case):
    meta = meta_of(case)
    (response,) = case.glob("response.*")
    result = parse(case.parent.name, response.read_bytes(), meta.get("board", ""), meta.get("url", ""))
    return {
        "postings": [stated(asdict(replace(posting, kind=""))) for posting in result.postings],
        "problems": result.problems,
    }


@pytest.mark.parametrize("source", SPIDERS)
def test_every_spider_has_a_case(source):
    assert any(case.parent.name == source for case in CASES)


@pytest.mark.parametrize("source", [name for name in SPIDERS if SPIDERS[name].domains])
def test_every_source_of_its_own_domain_knows_its_addresses(source):
    known = [address for case in CASES if case.parent.name == source for address in meta_of(case).get("addresses", {})]
    assert any(not recognise(address).native_id for address in known), "no address of a board"
    assert any(recognise(address).canonical_url for address in known), "no address of a posting"


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_addresses_are_the_sources(case):
    for address, expected in meta_of(case).get("addresses", {}).items():
        found = recognise(address)
        assert found is not None, address
        assert (found.source, [found.board, found.native_id, found.canonical_url]) == (case.parent.name, expected)
        if found.board:
            assert BoardRow(source=found.source, board=found.board, url=address, options=found.options)


@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_a_saved_answer_reads_as_expected(case):
    expected, found = case / "expected.json", read(case)
    if not expected.exists():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{expected} was written: review it")
    assert found == json.loads(expected.read_text())
