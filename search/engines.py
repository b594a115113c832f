"""How the text indexes of the two databases are asked."""

import json
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    String,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    select,
    table,
)

from models import Posting
from search.nodes import Phrase

Condition = ColumnElement[bool]
KEY_BITS = 2**31 - 1  # of a row's number in `posting_fts`: the posting's id


class TextIndex(Protocol):
    """How an engine's text index is asked. Expressions are strings made of our own tokens only."""

    def phrase(self, field: str, phrase: Phrase) -> str:
        """The phrase in the field, or in any field."""
        ...

    def any(self, parts: list[str]) -> str:
        """At least one of the parts."""
        ...

    def all(self, wanted: list[str], unwanted: list[str]) -> str:
        """All wanted parts, at least one, and no unwanted one."""
        ...

    def condition(self, expression: str) -> Condition:
        """The posting is found by the expression."""
        ...

    def lower(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """ASCII lower case."""
        ...

    def has_any(self, value: ColumnElement[Any], strings: Sequence[str]) -> Condition:
        """One of the strings stands in the value; they are one parameter, however many they are."""
        ...


class Fts5:
    """SQLite's FTS5 table `posting_fts`, whose rows are known by the hour and, in the lowest bits, the posting's id."""

    def phrase(self, field: str, phrase: Phrase) -> str:
        """As in `title : "ai agent" *`."""
        return (f"{field} : " if field else "") + f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.is_prefix else "")

    def any(self, parts: list[str]) -> str:
        """Joined by OR."""
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def all(self, wanted: list[str], unwanted: list[str]) -> str:
        """FTS5 has NOT between two expressions only."""
        joined = wanted[0] if len(wanted) == 1 else f"({' AND '.join(wanted)})"
        return f"({joined} NOT {self.any(unwanted)})" if unwanted else joined

    def condition(self, expression: str) -> Condition:
        """Uncorrelated, so that SQLite asks the index once."""
        matches = literal_column("posting_fts").op("MATCH", is_comparison=True)(expression)
        key = column("rowid").op("&")(literal(KEY_BITS))
        return _is_in(select(key).select_from(table("posting_fts")).where(matches))

    def lower(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """SQLite's own lower() is ASCII only."""
        return func.lower(value)

    def has_any(self, value: ColumnElement[Any], strings: Sequence[str]) -> Condition:
        """By a table made of them."""
        each = func.json_each(json.dumps(strings)).table_valued("value")
        return exists(select(each.c.value).where(func.instr(value, each.c.value) > 0))


class TsVector:
    """PostgreSQL's table `posting_tsv`; weights tell the fields apart."""

    def phrase(self, field: str, phrase: Phrase) -> str:
        """As in `('ai':A <-> 'agent':*A)`."""
        weight = {"title": "A", "company": "B", "text": "D", "": ""}[field]
        *first, last = phrase.tokens
        ending = ("*" if phrase.is_prefix else "") + weight
        lexemes = [_lexeme(token, weight) for token in first] + [_lexeme(last, ending)]
        return lexemes[0] if len(lexemes) == 1 else f"({' <-> '.join(lexemes)})"

    def any(self, parts: list[str]) -> str:
        """Joined by |."""
        return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"

    def all(self, wanted: list[str], unwanted: list[str]) -> str:
        """Joined by &, the unwanted with !."""
        return f"({' & '.join(wanted + ['!' + part for part in unwanted])})"

    def condition(self, expression: str) -> Condition:
        """By cast: PostgreSQL's parsers have no say."""
        from sqlalchemy.dialects.postgresql import TSQUERY  # only here: the dialect is a large room

        found = column("tsv").op("@@", is_comparison=True)(cast(literal(expression, String), TSQUERY))
        return _is_in(select(column("posting_id")).select_from(table("posting_tsv")).where(found))

    def lower(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """In the collation "C" lower() is ASCII only."""
        return func.lower(value.collate("C"))

    def has_any(self, value: ColumnElement[Any], strings: Sequence[str]) -> Condition:
        """By a table made of them."""
        each = func.json_array_elements_text(cast(literal(json.dumps(strings), String), JSON)).table_valued("value")
        return exists(select(each.c.value).where(func.strpos(value, each.c.value) > 0))


INDEXES: dict[str, type[TextIndex]] = {"sqlite": Fts5, "postgresql": TsVector}


def _is_in(ids: Select[Any]) -> Condition:
    condition: Condition = Posting.__table__.c.id.in_(ids)  # type: ignore[attr-defined]
    return condition


def _lexeme(token: str, suffix: str) -> str:
    return f"'{token}':{suffix}" if suffix else f"'{token}'"
