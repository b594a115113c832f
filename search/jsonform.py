"""A query as JSON and back: for the API, for forms, for buttons.

    {"and": [{"title": ["agent", "ai engin*"]}, {"role": ["ai-engineer"]}, {"not": {"word": "intern"}},
             {"salary": ">=150k", "currency": "EUR"}, {"posted": "<7d"}]}

A clause is an object of its field and its values; `word` is a word or a phrase anywhere. What comes back is written out
and parsed like any query, so that nothing is allowed here that the language refuses; its words are words.
"""

import re
from typing import Any

from search.currencies import is_currency
from search.errors import QueryError
from search.grammar import MAX_DEPTH, parse_stored
from search.lexing import typed
from search.nodes import Age, And, Eligible, Node, Not, Or, Pay, Phrase, Query, Tagged, Words
from search.values import FIELDS

_COMPARED = re.compile(r"[<>]=?\s?[\w.,€£₹]+")


def to_json(query: Query) -> dict[str, Any]:
    """The query as JSON; {"and": []} asks for everything."""
    return _json(query.root)


def from_json(form: Any, facts: str = "") -> Query:
    """The query of a JSON form. Raises QueryError, which says what is wrong and quotes the part."""
    return parse_stored("" if form == {"and": []} else _text(form, 0), facts)


def _json(node: Node) -> dict[str, Any]:
    if isinstance(node, And | Or):
        return {"and" if isinstance(node, And) else "or": [_json(part) for part in node.nodes]}
    if isinstance(node, Not):
        return {"not": _json(node.node)}
    if isinstance(node, Words):
        phrases = [_phrase(one) for one in node.phrases]
        return {node.field: phrases} if node.field else {"word": phrases[0]}
    if isinstance(node, Tagged):
        return {node.field: list(node.values)}
    if isinstance(node, Eligible):
        return {"eligible": list(node.values)}
    if isinstance(node, Age):
        return {"posted": str(node).removeprefix("posted:")}
    own = {"currency": node.currency} if node.currency else {}
    return {"salary": str(Pay(node.relation, node.amount)).removeprefix("salary"), **own}


def _phrase(phrase: Phrase) -> str:
    return " ".join(phrase.tokens) + ("*" if phrase.is_prefix else "")


def _text(form: Any, depth: int) -> str:
    """The form in the query language."""
    if not isinstance(form, dict) or not form:
        raise _refused(form, "each part is an object, such as {'title': ['agent']} or {'and': [...]}")
    if depth > 2 * MAX_DEPTH:
        raise QueryError(f"the query is nested more than {MAX_DEPTH} deep")
    if set(form) == {"salary", "currency"}:
        return f"salary{_compared(form, 'salary')}{_currency(form)}"
    if len(form) != 1:
        raise _refused(form, "each part says one thing; several go into {'and': [...]}")
    (name, value), *_ = form.items()
    if name in ("and", "or"):
        return _joined(form, name, value, depth)
    return "-" + _part(value, ("and", "or"), depth) if name == "not" else _clause(form, name, value)


def _part(form: Any, kinds: tuple[str, ...], depth: int) -> str:
    """A part of another, in parentheses where it is one of these kinds."""
    text = _text(form, depth + 1)
    return f"({text})" if set(form) & set(kinds) else text


def _joined(form: dict[str, Any], name: str, value: Any, depth: int) -> str:
    if not isinstance(value, list) or not value:
        raise _refused(form, f"{name!r} takes a list of parts")
    glue, kinds = (" OR ", ("or",)) if name == "or" else (" ", ("and", "or"))
    return glue.join(_part(part, kinds, depth) for part in value)


def _clause(form: dict[str, Any], name: str, value: Any) -> str:
    if name in ("salary", "posted"):
        return f"{name}{_compared(form, name)}"
    if name == "word":
        return _quoted(form, value)
    if name not in FIELDS:
        raise _refused(form, f"there is no field {name!r}; there are word, {', '.join(FIELDS)}")
    values = value if isinstance(value, list) else [value]
    if not values:
        raise _refused(form, f"{name}: needs a value")
    return f"{name}:" + ",".join(_quoted(form, one) for one in values)


def _compared(form: dict[str, Any], name: str) -> str:
    value = _words(form, form[name])
    if not _COMPARED.fullmatch(value):
        raise _refused(form, f"{name} compares: {'>=180k' if name == 'salary' else '<7d'}")
    return value


def _currency(form: dict[str, Any]) -> str:
    code = _words(form, form["currency"])
    if not is_currency(code.upper()):
        raise _refused(form, f"{code[:20]!r} is no currency: write an ISO 4217 code such as USD, EUR, GBP")
    return code


def _quoted(form: dict[str, Any], value: Any) -> str:
    text = _words(form, value)
    return f'"{text.removesuffix("*")}"' + ("*" if text.endswith("*") else "")


def _words(form: dict[str, Any], value: Any) -> str:
    if not isinstance(value, str):
        raise _refused(form, f"a value is a text, not {type(value).__name__}")
    if '"' in typed(value):
        raise _refused(form, "a value holds no quotes: it is one word or phrase by itself")
    return value


def _refused(form: Any, message: str) -> QueryError:
    shown = ", ".join(map(str, form))[:120] if isinstance(form, dict) else type(form).__name__
    return QueryError(message, shown, 0, len(shown))
