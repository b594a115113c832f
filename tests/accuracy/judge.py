"""Small cases with their right values, and whether the tags say so.

python -m tests.accuracy.judge [KIND ...] [--errors]
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from commands.data import raw_posting, tags_json
from pipeline.tagging import tag

CASES = Path(__file__).with_name("cases")
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
KEYS = {"kind", "field", "posting", "text", "expected", "why"}
Row = dict[str, Any]


class Kind(NamedTuple):
    """The cases of one kind, and the share of them that has been right."""

    name: str
    floor: float
    cases: list[Row]


def read_kind(path: Path) -> Kind:
    head, *cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return Kind(head["kind"], float(head["floor"]), cases)


def kinds() -> list[Kind]:
    return [read_kind(path) for path in sorted(CASES.glob("*.jsonl"))]


def tagged(case: Row) -> Row:
    """The output of `rolewire tag` for a case."""
    posting = case.get("posting") or {"description": case["text"]}
    return tags_json(tag(raw_posting({"title": "Position", **posting}), NOW))


def is_right(case: Row, got: Row) -> bool:
    field, expected = case["field"], case["expected"]
    if field == "locations":
        return all(_place_holds(name, value, got) for name, value in expected.items())
    value = got[field]
    if field == "salary":
        return any(_same_pay(value, one) for one in expected["any"])
    if field == "posted_at":
        value = value.date().isoformat() if value and got["posted_at_quality"] != "first-seen" else None
    return value in expected["any"]


def share_right(cases: list[Row]) -> tuple[float, list[tuple[Row, Row]]]:
    """The share of right cases, and the wrong ones with what the tags said."""
    wrong = [(case, got) for case in cases if not is_right(case, got := tagged(case))]
    return (len(cases) - len(wrong)) / len(cases), wrong


def _same_pay(got: Row | None, want: Row | None) -> bool:
    if got is None or want is None:
        return got is want
    return all(_same_part(got.get(name), value) for name, value in want.items())


def _same_part(got: Any, value: Any) -> bool:
    if isinstance(value, int | float) and got is not None:
        return abs(got - value) <= 0.011 * value
    return bool(got == value)


def _place_holds(name: str, value: Any, got: Row) -> bool:
    places = got["locations"]
    if name == "countries":
        return {place["country"] for place in places if place["country"]} == set(value)
    if name in ("no_city", "no_region"):
        return not any(place[name.removeprefix("no_")] for place in places)
    if name in ("city", "region"):
        return any(place[name] == value for place in places)
    return got[name] in (value if isinstance(value, list) else [value])


def shown(case: Row, got: Row) -> str:
    """A wrong case in one line."""
    names = ("locations", "remote_scope", "workplace") if case["field"] == "locations" else (case["field"],)
    said = ", ".join(f"{name} {got[name]!r}" for name in names)
    return f"{case.get('posting') or case['text']!r}: {said}, but right is {case['expected']} ({case['why']})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*")
    parser.add_argument("--errors", action="store_true", help="list what is wrong")
    arguments = parser.parse_args()
    for kind in kinds():
        if arguments.kinds and kind.name not in arguments.kinds:
            continue
        share, wrong = share_right(kind.cases)
        print(f"{kind.name:28s} {share:.3f} of {len(kind.cases):4d}, floor {kind.floor}")
        for case, got in wrong if arguments.errors else []:
            print("   ", shown(case, got))


if __name__ == "__main__":
    main()
