"""No kind of case falls below the share that was right before."""

import pytest

from tests.accuracy.judge import KEYS, Kind, is_right, kinds, share_right, shown, tagged


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_share_right_does_not_fall(kind: Kind) -> None:
    share, wrong = share_right(kind.cases)
    assert share >= kind.floor, "\n".join(shown(case, got) for case, got in wrong)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_cases_are_well_formed(kind: Kind) -> None:
    assert kind.cases
    for case in kind.cases:
        assert case["kind"] == kind.name
        assert set(case) <= KEYS
        assert case["why"]
        assert ("posting" in case) != ("text" in case)
    told = [str(case.get("posting") or case["text"]) + case["field"] for case in kind.cases]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("seniority", {"any": ["staff"]}), ("salary", {"any": [None]}), ("salary", {"any": [{"min": 1.0}]}),
        ("salary", {"any": [{"period": "month"}]}), ("locations", {"countries": ["FR"]}),
        ("locations", {"no_city": True}), ("locations", {"city": "Paris"}), ("posted_at", {"any": ["2026-01-01"]}),
    ],
)  # fmt: skip
def test_a_wrong_value_is_not_right(field: str, expected: dict) -> None:
    posting = {"title": "Senior ML Engineer", "location": "Berlin, Germany", "description": "Salary: $150,000 a year"}
    case = {"kind": "x", "field": field, "posting": posting, "expected": expected, "why": "planted"}
    assert not is_right(case, tagged(case))
