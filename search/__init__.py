"""The query language: text to query, query to SQL, to a matcher and to an explanation. Pure; all who ask use this.

`to_sql` is imported once it is asked for: who matches in memory needs neither SQLAlchemy nor a table.
"""

from typing import TYPE_CHECKING, Any

from search.document import Document
from search.errors import QueryError
from search.explain import Explanation, explain, reasons
from search.grammar import parse, parse_saved, parse_stored
from search.jsonform import from_json, to_json
from search.matcher import compile_matcher, matches
from search.nodes import Query
from search.tokens import fold, token_string, token_strings, tokenize, tsvector

if TYPE_CHECKING:
    from search.sql import to_sql as to_sql

__all__ = [
    "Document", "Explanation", "Query", "QueryError", "compile_matcher", "explain", "fold", "from_json", "matches",
    "parse", "parse_saved", "parse_stored", "reasons", "to_json", "to_sql", "token_string", "token_strings", "tokenize",
    "tsvector",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name != "to_sql":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from search.sql import to_sql

    return to_sql
