"""The API keeps what its OpenAPI says: Schemathesis asks every operation, with all its checks."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from alerts import keys, searches
from database import transaction
from settings import Settings
from tests.web.sample import NOW, of_all_kinds
from web.v1.problems import KINDS

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = os.environ.get("ROLEWIRE_API_EXAMPLES", "2")  # of an operation, beside those that cover its schema


@pytest.fixture
def settings() -> Settings:
    """Without limits: far more is asked here than a client may."""
    return Settings.model_validate({"web": {"port": 0}, "api": {"reads_per_minute": 0, "writes_per_minute": 0}})


@pytest.fixture
def key(engine) -> str:
    """A key of a person who can be written to."""
    with transaction(engine) as connection:
        ada = searches.add_subscriber(connection, "Ada", NOW)
        searches.set_address(connection, ada, "email", "ada@example.org", NOW)
        return keys.add_key(connection, ada, "test", NOW)[0]


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_operation_keeps_its_word(address, add, key):
    for number in range(1, 4):
        add(f"p{number}", **of_all_kinds(number))
    program = Path(sys.executable).parent / "schemathesis"
    done = subprocess.run(
        [program, "run", f"{address}/api/v1/openapi.json",
         "--checks", "all", "--max-examples", EXAMPLES, "--header", f"Authorization: Bearer {key}", "--no-color"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    selected = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", done.stdout)
    assert selected
    assert len(set(selected.groups())) == 1
    assert int(selected[1]) >= 15


def test_every_kind_of_problem_is_explained():
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert {kind for kind in KINDS if f"\n### {kind}\n" not in page} == set()
