"""No figure on the sets beside the repository falls below what was reached; `floors.tsv` has what was reached."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.accuracy.judge import is_right, tagged

FLOORS = Path(__file__).with_name("floors.tsv")
ROLEWIRE = Path(sys.executable).with_name("rolewire")


def floors(part: str) -> dict[str, float]:
    rows = [line.split("\t") for line in FLOORS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: float(floor) for name, floor in rows if name.startswith(f"{part}.")}


def fallen(part: str, reached: dict[str, float]) -> list[str]:
    return [
        f"{name}: {reached[name]:.4f} < {floor}"
        for name, floor in floors(part).items()
        if round(reached[name], 3) < floor
    ]


def scored(shared: Path, scorer: str, *arguments: str) -> Any:
    """The last line of a scorer, which is JSON."""
    command = [sys.executable, str(shared / "eval" / scorer), *arguments, "--json", "--command", f"{ROLEWIRE} tag"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_role_and_seniority(shared: Path) -> None:
    found = scored(shared, "score_tags.py", str(shared / "eval" / "gold_tags_dev.jsonl"))
    reached = {f"tags.{tag}.{name}": found[tag][name] for tag in ("role", "seniority") for name in found[tag]}
    assert not fallen("tags", reached | {"tags.other_kept": 1 - found["other_false_positive"]})


def test_fields_of_the_open_corpora(shared: Path) -> None:
    reached = {}
    for field, languages in scored(shared, "score_fields.py").items():
        for language, found in languages.items():
            name = f"fields.{field}.{language}"
            reached |= {f"{name}.recall": found["recall"] or 0.0, f"{name}.precision": found["precision"]}
            reached[f"{name}.kept_silent"] = 1 - found["invented"] / found["silent"] if found["silent"] else 1.0
    assert not fallen("fields", reached)


def test_cases_from_the_field(shared: Path) -> None:
    right: dict[str, list[bool]] = {}
    for line in (shared / "eval" / "field_cases" / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if case["command"] == "tag":
            right.setdefault(f"cases.{case['kind']}", []).append(is_right(case, tagged(case)))
    assert not fallen("cases", {name: sum(found) / len(found) for name, found in right.items()})


@pytest.mark.parametrize("part", ["tags", "fields", "cases"])
def test_every_part_has_floors(part: str) -> None:
    assert floors(part)
