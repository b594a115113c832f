"""Places, remote scope and workplace as boards over the world print them: the cases of place_cases.tsv, by kind."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import RawPlace, RawPosting, Tags
from pipeline.tagging import tag

CASES = Path(__file__).with_name("place_cases.tsv")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FLOORS = {"foreign-code": 0.0, "native-script": 0.0, "county-or-state": 0.0, "country-named-town": 0.0,
          "exclusion": 0.0, "remote-scope": 0.0, "workplace": 0.0}  # fmt: skip


def cases() -> list[tuple[str, str, dict[str, str], str]]:
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = [(line.split("\t") + [""])[:4] for line in lines]
    return [(kind, location, _wanted(expected), text) for kind, location, expected, text in rows]


def _wanted(expected: str) -> dict[str, str]:
    """Words of "name=value", where a value may hold blanks, or a bare name."""
    wanted: dict[str, str] = {}
    for word in expected.split(" "):
        name, _, value = word.partition("=")
        if "=" in word or word in ("nocity", "noregion"):
            wanted[name] = value
        else:
            wanted[next(reversed(wanted))] += f" {word}"
    return wanted


def read(location: str, text: str) -> Tags:
    raw = RawPosting("", "", "", "Machine Learning Engineer", "", description=text or "Train and ship models.",
                     places=[RawPlace(location)])  # fmt: skip
    return tag(raw, NOW)


def is_right(tags: Tags, wanted: dict[str, str]) -> bool:
    scopes = (tags.remote_scope or "").split(", ")
    excluded = {scope.removeprefix("not ") for scope in scopes if scope.startswith("not ")}
    open_to = ", ".join(scope for scope in scopes if not scope.startswith("not "))
    found = {
        "countries": {place.country for place in tags.places if place.country}
        == set(wanted.get("countries", "").split(",")) - {""},
        "city": wanted.get("city") in {place.city for place in tags.places},
        "region": wanted.get("region") in {place.region for place in tags.places},
        "nocity": not any(place.city for place in tags.places),
        "noregion": not any(place.region for place in tags.places),
        "scope": open_to in wanted.get("scope", "").split("|"),
        "excluded": excluded == set(wanted.get("excluded", "").split(",")),
        "workplace": (tags.workplace or "") == wanted.get("workplace"),
    }
    return all(found[name] for name in wanted)


@pytest.mark.parametrize("kind", FLOORS)
def test_the_cases_of_a_kind_are_read_as_well_as_they_were(kind: str) -> None:
    judged = [
        (location, is_right(read(location, text), wanted)) for of, location, wanted, text in cases() if of == kind
    ]
    wrong = [location for location, right in judged if not right]
    assert len(judged) >= 50
    assert 1 - len(wrong) / len(judged) >= FLOORS[kind], wrong


def test_no_case_stands_twice() -> None:
    assert not [case for case, count in Counter((c[1], c[3]) for c in cases()).items() if count > 1]
