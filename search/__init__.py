"""The query language: text to query, query to SQL, to a matcher and to an explanation. Pure; all who ask use this.

Each is imported once it is asked for: who matches in memory needs neither SQLAlchemy nor a table, who asks for no
postings no grammar.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.document import Document
    from search.errors import QueryError
    from search.explaining import Explanation, explain, reasons
    from search.grammar import parse, parse_saved, parse_stored
    from search.jsonform import from_json, to_json
    from search.matcher import compile_matcher, matches
    from search.nodes import Query
    from search.sql import to_sql
    from search.tokens import fold, token_string, token_strings, tokenize, tsvector

__all__ = [
    "Document", "Explanation", "Query", "QueryError", "compile_matcher", "explain", "fold", "from_json", "matches",
    "parse", "parse_saved", "parse_stored", "reasons", "to_json", "to_sql", "token_string", "token_strings", "tokenize",
    "tsvector",
]  # fmt: skip

_NAMES = {  # module -> what it gives
    "document": "Document", "errors": "QueryError", "explaining": "Explanation explain reasons",
    "grammar": "parse parse_saved parse_stored", "jsonform": "from_json to_json", "matcher": "compile_matcher matches",
    "nodes": "Query", "sql": "to_sql", "tokens": "fold token_string token_strings tokenize tsvector",
}  # fmt: skip
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"search.{_HOMES[name]}"), name)
    return found
