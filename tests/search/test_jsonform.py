"""A query as JSON: what it looks like, that it comes back, and what is refused."""

import json
import re
from random import Random
from typing import Any

import pytest

from search import QueryError, from_json, parse, to_json
from search.grammar import MAX_DEPTH

FORMS = [
    ("", {"and": []}),
    ("agent*", {"word": "agent*"}),
    ('title:agent,"ai engin"*', {"title": ["agent", "ai engin*"]}),
    ("-role:other,ai-trainer", {"not": {"role": ["other", "ai-trainer"]}}),
    ("salary>=150kEUR posted:<7d", {"and": [{"salary": ">=150k", "currency": "EUR"}, {"posted": "<7d"}]}),
    ("salary<=99500 OR -(a b)", {"or": [{"salary": "<=99500"}, {"not": {"and": [{"word": "a"}, {"word": "b"}]}}]}),
    ("country:DACH is:open", {"and": [{"country": ["DACH"]}, {"is": ["open"]}]}),
    ('"or" "weekly"', {"and": [{"word": "or"}, {"word": "weekly"}]}),
]


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_form(text: str, form: dict[str, Any]) -> None:
    assert to_json(parse(text)) == form
    assert from_json(json.loads(json.dumps(form))) == parse(text)


@pytest.mark.parametrize("text", ["(" * MAX_DEPTH + "a b" + ")" * MAX_DEPTH, "a -(b OR " * 10 + "c" + ")" * 10])
def test_a_deep_query_comes_back(text: str) -> None:
    assert from_json(to_json(parse(text))) == parse(text)


def test_what_people_would_write_is_read() -> None:
    form = {
        "and": [{"title": "AI Engineer"}, {"or": [{"word": "RAG"}, {"skill": ["PyTorch"]}]}, {"country": "germany"}]
    }
    assert str(from_json(form)) == 'title:"ai engineer" (rag OR skill:pytorch) country:DE'


def nested(form: Any, depth: int) -> Any:
    for _ in range(depth):
        form = {"not": form}
    return form


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (None, "each part is an object"),
        ([], "each part is an object"),
        ({}, "each part is an object"),
        ({"and": [1]}, "each part is an object"),
        ({"not": None}, "each part is an object"),
        ({"and": "a"}, "takes a list"),
        ({"or": []}, "takes a list"),
        ({"word": "a", "title": "b"}, "says one thing"),
        ({"colour": "red"}, "no field 'colour'"),
        ({"role": []}, "needs a value"),
        ({"role": ["ml-enginer"]}, "did you mean role:ml-engineer"),
        ({"word": ""}, "no letters or digits"),
        ({"word": 5}, "a text, not int"),
        ({"word": 'a" OR "b'}, "no quotes"),
        ({"word": "a” OR “b"}, "no quotes"),
        ({"title": ["a", "b»,«c"]}, "no quotes"),
        ({"salary": "180k"}, "salary compares: >=180k"),
        ({"salary": ">=180k OR a"}, "salary compares"),
        ({"salary": ">=1k", "currency": 5}, "a text, not int"),
        ({"salary": ">=1k", "currency": "USD OR a"}, "no currency"),
        ({"posted": "7d"}, "posted compares: <7d"),
        (nested({"word": "a"}, 30), "nested more than"),
        (nested({"word": "a"}, 900), "nested more than"),
    ],
)
def test_what_is_refused(form: Any, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)):
        from_json(form)


def form_of(rng: Random, depth: int) -> Any:
    """Something like a form, right or wrong."""
    kinds = ["and", "or", "not", "word", "title", "role", "salary", "posted", "country", "colour", 5]
    values = [
        None,
        5,
        "a",
        "",
        "ml-engineer",
        ">=180k",
        "<7d",
        "DE",
        "*",
        '"',
        "a OR b",
        "\n",
        [],
        ["a", "b*"],
        {},
        [{}],
    ]
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(values)
    inner = [form_of(rng, depth - 1) for _ in range(rng.randrange(3))]
    value = rng.choice([inner, inner[:1], *inner, *values])
    return {rng.choice(kinds): value} | ({"currency": rng.choice(values)} if rng.random() < 0.1 else {})


def test_any_form_is_a_query_or_a_query_error() -> None:
    rng, read = Random(3), 0
    for _ in range(5_000):
        try:
            query = from_json(form_of(rng, 4))
        except QueryError:
            continue
        read += 1
        assert from_json(to_json(query)) == query
    assert read > 100
