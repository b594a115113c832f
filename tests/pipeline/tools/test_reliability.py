"""The tables of reliability are made by the command, and again the same."""

import json
import subprocess
import sys
from pathlib import Path

from pipeline.job.reliability import Reliability, table_text, train

ROOT = Path(__file__).parents[3]
GOLD = [
    {"title": "ML Engineer", "company": "a", "description": None, "role": "ml-engineer", "seniority": "unspecified"},
    {"title": "Senior ML Engineer", "company": "b", "description": "", "role": "ml-engineer", "seniority": "senior"},
    {"title": "Cook", "company": "c", "description": "", "role": "other", "seniority": "unspecified"},
]


def make(gold: Path, into: Path) -> list[bytes]:
    command = [sys.executable, "-m", "pipeline.tools.reliability", str(gold), "--into", str(into)]
    subprocess.run(command, cwd=ROOT, check=True)
    return [(into / room / "reliability.tsv").read_bytes() for room in ("role", "level")]


def test_the_command_makes_the_same_tables_again(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(row) + "\n" for row in GOLD), encoding="utf-8")
    first = make(gold, tmp_path)
    assert make(gold, tmp_path) == first
    assert b"role.title.ml-engineer\t" in first[0]


def test_held_out_employers_count_above_all() -> None:
    seen = [("role.title.a@1", True, False)] * 50
    wrong = [("role.title.a@1", False, True)] * 50
    assert train(seen)["role.title.a"] > 0.9
    assert train(seen + wrong)["role.title.a"] < 0.2


def test_table_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text(table_text({"role.title.a": 0.9, "role.title.b": 0.5}), encoding="utf-8")
    read = Reliability(path)
    assert read("role.title.a@7") == 0.9
    assert read("role.title.unheard-of@1") == 0.7


def test_training_needs_no_library_that_running_lacks() -> None:
    code = "import sys, pipeline.role, pipeline.level; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
