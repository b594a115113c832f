"""A saved search as it is written, and for whom: its query, and the facts that `eligible:` goes by."""

from collections.abc import Mapping
from typing import Any

import search

_APART = "\x01"  # no query holds it


def written(row: Mapping[Any, Any]) -> str:
    """What tells a search with this query and these facts from others, in one text."""
    return f"{row['query']}{_APART}{row['facts']}" if row["facts"] else str(row["query"])


def read_written(text: str) -> search.Query:
    """The query of such a text. Raises search.QueryError."""
    query, _, facts = text.partition(_APART)
    return search.parse_stored(query, facts)


def query_of(row: Mapping[Any, Any]) -> search.Query:
    """The query of a row of `saved_search`, as its owner means it. Raises search.QueryError."""
    return search.parse_stored(row["query"], row["facts"])
