"""The query language: text to query, query to SQL, to a matcher and to an explanation. Pure; all who ask use this."""

from search.document import Document
from search.errors import QueryError
from search.nodes import Query
from search.tokens import fold, token_string, token_strings, tokenize, tsvector

__all__ = ["Document", "Query", "QueryError", "fold", "token_string", "token_strings", "tokenize", "tsvector"]
