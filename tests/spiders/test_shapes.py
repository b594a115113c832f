"""What another board of a source may write otherwise and mean the same: each saved answer reshaped, read alike.

A flag as a word, a number as digits, a blank key or none at all, a text escaped twice: what differs from board to board
and from year to year.
"""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models import RawPay, RawPlace, RawPosting
from pipeline.posted import parse_posted
from spiders import parse

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/response.json"))
NOW = datetime(2026, 11, 28, tzinfo=UTC)
DIGEST = re.compile(r"[0-9a-f]{16}")
MARKUP = re.compile(r"<(?:p|ul|div|h\d|br|b|strong)\b")


def mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """JSON with each of its leaves changed."""
    if isinstance(value, dict):
        return {key: mapped(part, change) for key, part in value.items()}
    return [mapped(part, change) for part in value] if isinstance(value, list) else change(value)


def without(value: Any, *blanks: Any) -> Any:
    """JSON whose objects lack the keys that say nothing."""
    if isinstance(value, dict):
        return {key: without(part, *blanks) for key, part in value.items() if part is None or part not in blanks}
    return [without(part, *blanks) for part in value] if isinstance(value, list) else value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_digits(value: Any) -> Any:
    return str(value) if is_number(value) else value


def as_float(value: Any) -> Any:
    return float(value) if is_number(value) and abs(value) < 2**53 else value


def spaced(value: Any) -> Any:
    return f" {value}\n" if isinstance(value, str) else value


def nulled(value: Any) -> Any:
    return None if value == "" else value


def blanked(value: Any) -> Any:
    return "" if value is None else value


def absent(value: Any) -> Any:
    """JSON whose objects lack the keys that are null."""
    if isinstance(value, dict):
        return {key: absent(part) for key, part in value.items() if part is not None}
    return [absent(part) for part in value] if isinstance(value, list) else value


def alone(value: Any) -> Any:
    """JSON whose lists of one text are that text."""
    if isinstance(value, dict):
        return {key: alone(part) for key, part in value.items()}
    if isinstance(value, list):
        is_one = len(value) == 1 and isinstance(value[0], str)
        return value[0] if is_one else [alone(part) for part in value]
    return value


def escaped(value: Any) -> Any:
    """A text in markup, with its markup escaped once more."""
    return html.escape(value) if isinstance(value, str) and MARKUP.search(value) else value


SAME: dict[str, Callable[[Any], Any]] = {
    "numbers as digits": lambda body: mapped(body, as_digits),
    "numbers as floats": lambda body: mapped(body, as_float),
    "blanks around texts": lambda body: mapped(body, spaced),
    "null for blank": lambda body: mapped(body, nulled),
    "blank for null": lambda body: mapped(body, blanked),
    "no key for null": absent,
    "no key for blank": lambda body: without(body, ""),
    "one text for a list of it": alone,
    "escaped once more": lambda body: mapped(body, escaped),
    "True": lambda body: mapped(body, lambda one: str(one) if isinstance(one, bool) else one),
    "true": lambda body: mapped(body, lambda one: str(one).lower() if isinstance(one, bool) else one),
    "1": lambda body: mapped(body, lambda one: int(one) if isinstance(one, bool) else one),
}


AS_IT_IS = {  # what a source writes so is meant so
    ("hackernews", "escaped once more"): "a comment's own words are entities: what is escaped in it is its text",
}


@pytest.mark.parametrize("shape", SAME)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_what_means_the_same_reads_alike(case: Path, shape: str) -> None:
    meta = json.loads((case / "meta.json").read_text()) if (case / "meta.json").exists() else {}
    body = json.loads((case / "response.json").read_bytes())

    def read(body: Any) -> tuple[list, list]:
        result = parse(case.parent.name, json.dumps(body).encode(), meta.get("board", ""), meta.get("url", ""))
        return [plainly(one) for one in result.postings], result.problems

    assert (read(SAME[shape](body)) == read(body)) is ((case.parent.name, shape) not in AS_IT_IS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_moment_in_seconds_or_milliseconds_is_that_moment(case: Path) -> None:
    meta = json.loads((case / "meta.json").read_text()) if (case / "meta.json").exists() else {}
    body = json.loads((case / "response.json").read_bytes())

    def dates(body: Any) -> list[tuple]:
        result = parse(case.parent.name, json.dumps(body).encode(), meta.get("board", ""), meta.get("url", ""))
        said = [(one.posted, one.updated, one.valid_through) for one in result.postings]
        return [tuple((found := parse_posted(date, NOW)) and found[0].date() for date in one) for one in said]

    assert dates(mapped(body, other_unit)) == dates(body)


def other_unit(value: Any) -> Any:
    """A moment of these years in milliseconds where it was in seconds, and the other way round."""
    if not is_number(value):
        return value
    return value * 1000 if 1.4e9 < value < 2.2e9 else value // 1000 if 1.4e12 < value < 2.2e12 else value


def plainly(posting: RawPosting) -> RawPosting:
    """A posting but for what may be written in two ways: entities of its text, amounts, a name made of all it says."""
    pay = [replace(one, low=amount(one.low), high=amount(one.high)) for one in posting.pay]
    name = "" if DIGEST.fullmatch(posting.native_id) else posting.native_id
    return replace(posting, native_id=name, description=html.unescape(posting.description), pay=pay)


def amount(said: str) -> str:
    return said.removesuffix(".0")


# --- one row otherwise -----------------------------------------------------------------------------------------------


def changed(source: str, name: str, **changes: Any) -> RawPosting:
    """The first posting of a saved answer, with changes to its row."""
    case = FIXTURES / source / name
    meta = json.loads((case / "meta.json").read_text()) if (case / "meta.json").exists() else {}
    body = json.loads((case / "response.json").read_bytes())
    row = body if isinstance(body, list) else body[ROWS[source]]
    row[0] = {key: value for key, value in (row[0] | changes).items() if value != ...}
    return parse(source, json.dumps(body).encode(), meta.get("board", ""), meta.get("url", "")).postings[0]


ROWS = {"greenhouse": "jobs", "ashby": "jobs", "workable": "jobs", "recruitee": "offers", "pinpoint": "data"}
RANGE = {"unit": "USD", "min_value": "120000.0", "max_value": "150000.0"}


def own(name: str, value: Any) -> dict[str, Any]:
    return {
        "metadata": [{"id": 1, "name": name, "value": value, "value_type": "any"}],
        "content": "",
        "pay_input_ranges": ...,
    }


@pytest.mark.parametrize(
    ("source", "name", "changes", "field", "expected"),
    [
        ("greenhouse", "whole", own("Workplace Type", ["Hybrid"]), "workplace", "Hybrid"),
        ("greenhouse", "whole", own("Time Type", "Part-time"), "employment_type", "Part-time"),
        ("greenhouse", "whole", own("Job Post Range (US)", RANGE), "pay",
         [RawPay("120000.0", "150000.0", "USD", label="Job Post Range (US)")]),
        ("greenhouse", "whole", own("Baseline Budgeted Salary Range", RANGE), "pay", []),
        ("greenhouse", "whole", own("Pay Range", RANGE | {"min_value": "0.0", "max_value": "0.0"}), "pay", []),
        ("greenhouse", "whole", {"location": "Oslo; Bergen"}, "places", [RawPlace("Oslo"), RawPlace("Bergen")]),
        ("ashby", "whole", {"compensation": {"compensationTiers": [], "summaryComponents": [
            {"compensationType": "Salary", "interval": "1 YEAR", "currencyCode": "EUR", "minValue": 1}]}},
         "pay", [RawPay("1", "", "EUR", "1 YEAR")]),
        ("workable", "whole", {"description": "<p>A.</p>", "requirements": "<p>B.</p>", "benefits": "<p>C.</p>"},
         "description", "<p>A.</p>\n<p>B.</p>\n<p>C.</p>"),
        ("workable", "whole", {"salary": {"salary_from": 50000, "salary_to": 60000, "salary_currency": "eur"}},
         "pay", [RawPay("50000", "60000", "EUR")]),
        ("recruitee", "whole", {"title": None, "translations": {"nl": {"title": "Lezer"}}}, "title", "Lezer"),
        ("recruitee", "whole", {"description": "", "requirements": "", "translations": {"nl": {"description": "L."}}},
         "description", "L."),
    ],
)  # fmt: skip
def test_a_row_that_says_it_otherwise(source: str, name: str, changes: dict, field: str, expected: Any) -> None:
    assert getattr(changed(source, name, **changes), field) == expected


@pytest.mark.parametrize("changes", [{"isInternal": True}, {"state": "closed"}, {"state": "draft"}])
def test_a_posting_that_is_not_meant_to_be_seen_is_not_shown(changes: dict) -> None:
    assert changed("workable", "whole", shortcode="AAAA0000BB").native_id == "AAAA0000BB"
    assert changed("workable", "whole", shortcode="AAAA0000BB", **changes).native_id != "AAAA0000BB"


def test_a_list_in_groups_is_all_of_them() -> None:
    body = json.loads((FIXTURES / "lever" / "whole" / "response.json").read_bytes())
    groups = [{"title": row["text"], "postings": [row]} for row in body]
    assert parse("lever", json.dumps(groups).encode(), "acme") == parse("lever", json.dumps(body).encode(), "acme")


def test_a_requisition_that_is_not_in_the_path_names_nothing() -> None:
    job = {"title": "AI Engineer", "jobReqId": "R_9", "externalUrl": "https://a.wd1.myworkdayjobs.com/J/job/Oslo/AI_R7"}
    (posting,) = parse("workday", json.dumps({"jobPostingInfo": job}).encode(), "a").postings
    assert (posting.native_id, posting.requisition_id) == ("R7", "R_9")
