"""Every query in the users' page says what the page says."""

import json
import re
from pathlib import Path

import pytest

from models import EMPLOYMENT_TYPES, SENIORITIES, WORKPLACES
from search import QueryError, parse, to_json
from search.places import country_group
from search.values import FIELDS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "query-language.md").read_text(encoding="utf-8")
FIELD_TABLE = PAGE.partition("## Fields")[2].partition("**Remote.**")[0]
REFUSED = PAGE.partition("| refused | because |")[2].partition("A **saved search**")[0]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_field_is_documented() -> None:
    assert {name for name in FIELDS if f"`{name}:" not in PAGE and f"`{name}>=" not in PAGE} == set()


@pytest.mark.parametrize(
    "query",
    [one for row in FIELD_TABLE.splitlines() if row.startswith("| `") for one in quoted(row.split("|")[-2:][0])],
)
def test_examples_of_fields_are_queries(query: str) -> None:
    parse(query)


@pytest.mark.parametrize("query", [one for one in quoted(REFUSED) if one != "*"])
def test_what_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)


def test_every_group_is_documented_and_known() -> None:
    named = [name.strip('"') for one in quoted(PAGE.partition("**Groups.**")[2].partition("They are")[0]) for name in
             ([one] if one.startswith('"') else one.split()) if not one.endswith(":")]  # fmt: skip
    assert len(named) > 30
    assert [name for name in named if country_group(name) != name] == []


def test_the_json_form_shown_is_that_of_its_query() -> None:
    text, _, form = PAGE.partition("for programs: `")[2].partition("` is\n\n```json\n")
    assert to_json(parse(text)) == json.loads(form.partition("\n```")[0])


@pytest.mark.parametrize("values", [SENIORITIES, WORKPLACES, EMPLOYMENT_TYPES])
def test_vocabularies_are_complete(values: tuple[str, ...]) -> None:
    assert " ".join(values) in PAGE


def test_the_error_shown_is_the_error_told() -> None:
    shown = PAGE.partition("$ rolewire search '")[2].partition("\n```")[0]
    query, _, told = shown.partition("'\n")
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert str(caught.value) == told
