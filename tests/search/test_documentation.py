"""Every query in the users' page says what the page says."""

import json
import re
import shlex
from pathlib import Path

import pytest

from alerts.saving import read_wish
from models import EMPLOYMENT_TYPES, SENIORITIES, WORKPLACES
from search import QueryError, parse, parse_saved, to_json
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
    parse(query, '{"lives":"DE"}')


@pytest.mark.parametrize(
    "query",
    [
        one
        for heading in ("## Words", "## Joining")
        for row in PAGE.partition(heading)[2].partition("\n## ")[0].splitlines()
        if row.startswith("| `")
        for one in quoted(row.split("|")[1])
    ],
)
def test_examples_of_words_and_operators_are_queries(query: str) -> None:
    assert not parse(query).is_empty


def test_the_query_that_the_page_begins_with_can_be_saved() -> None:
    parse_saved(PAGE.partition("```\n")[2].partition("\n```")[0])


def test_the_searches_of_the_commands_shown_can_be_saved() -> None:
    block = PAGE.partition("## Trying a search")[2].partition("```\n")[2].partition("\n```")[0]
    shown = [shlex.split(line, comments=True) for line in block.splitlines()]
    queries = [words[3] for words in shown if words[2] in ("test", "add") or words[1] == "why"]
    assert [str(read_wish(query).query) for query in queries] == [
        "role:ai-engineer country:DACH", "role:ai-engineer country:DACH", "role:ai-engineer seniority:senior",
    ]  # fmt: skip


@pytest.mark.parametrize("query", [one for one in quoted(REFUSED) if one != "*"])
def test_what_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query, '{"lives":"DE"}')


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
        parse(query, '{"lives":"DE"}')
    assert str(caught.value) == told
