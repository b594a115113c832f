"""The database: engine and transactions, and the queries and writes that several rooms share.

What a command asks for is imported at once; what copying, pruning, telling and the like take, once it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from database.employers import company_key, count_employers, employer, employers, of_employer
from database.engine import (
    DatabaseError,
    empty_log,
    exists,
    first_line,
    open_engine,
    optimize,
    read,
    shown_url,
    shredding,
    sqlite_warning,
    transaction,
    wipe,
)
from database.history import history
from database.merges import FOUNDED, SPOKEN, Named, links_of, merges, named, said_apart
from database.pages import SORTS, CursorError, Page, count_postings, find_page, find_postings
from database.postings import (
    documents,
    listings_of,
    posting_facts,
    posting_id,
    posting_json,
)
from database.terms import for_everyone, kept_private, terms, write_terms
from database.write import (
    insert_into,
    place_row,
    secret_key,
    table_of,
    token_strings,
    upsert,
    without_text_spans,
    write_texts,
)

if TYPE_CHECKING:
    from database.advisory import Advisory, wait_for, wait_for_urls
    from database.backup import back_up, backups, is_due, made_at, problems_of, restore, version_of
    from database.bulk import insert_new, numbered
    from database.changes import active_searches, changed_searches, horizon
    from database.exporting import count_exported, exported
    from database.facets import AGES, FACETS, PAY, facet_counts
    from database.guest import add_requests, keep_robots, requests_by_host, robots_file
    from database.looks import pack, unpack
    from database.memory import keep_columns, warm_columns
    from database.reading import READ_SECONDS, TooSlowError, bounded_read
    from database.retention import RETURN_SPAN, prune
    from database.schema import schema_revision, upgrade
    from database.told import move_told, move_told_back

__all__ = [
    "AGES",
    "FACETS",
    "FOUNDED",
    "PAY",
    "READ_SECONDS",
    "RETURN_SPAN",
    "SORTS",
    "SPOKEN",
    "Advisory",
    "CursorError",
    "DatabaseError",
    "Named",
    "Page",
    "TooSlowError",
    "active_searches",
    "add_requests",
    "back_up",
    "backups",
    "bounded_read",
    "changed_searches",
    "company_key",
    "count_employers",
    "count_exported",
    "count_postings",
    "documents",
    "employer",
    "employers",
    "empty_log",
    "exists",
    "exported",
    "facet_counts",
    "find_page",
    "find_postings",
    "first_line",
    "for_everyone",
    "history",
    "horizon",
    "insert_into",
    "insert_new",
    "is_due",
    "keep_columns",
    "keep_robots",
    "kept_private",
    "links_of",
    "listings_of",
    "made_at",
    "merges",
    "move_told",
    "move_told_back",
    "named",
    "numbered",
    "of_employer",
    "open_engine",
    "optimize",
    "pack",
    "place_row",
    "posting_facts",
    "posting_id",
    "posting_json",
    "problems_of",
    "prune",
    "read",
    "requests_by_host",
    "restore",
    "robots_file",
    "said_apart",
    "schema_revision",
    "secret_key",
    "shown_url",
    "shredding",
    "sqlite_warning",
    "table_of",
    "terms",
    "token_strings",
    "transaction",
    "unpack",
    "upgrade",
    "upsert",
    "version_of",
    "wait_for",
    "wait_for_urls",
    "warm_columns",
    "wipe",
    "without_text_spans",
    "write_terms",
    "write_texts",
]

_NAMES = {  # module -> what it gives, once it is asked for
    "advisory": "Advisory wait_for wait_for_urls",
    "backup": "back_up backups is_due made_at problems_of restore version_of",
    "bulk": "insert_new numbered",
    "changes": "active_searches changed_searches horizon",
    "exporting": "count_exported exported",
    "facets": "AGES FACETS PAY facet_counts",
    "guest": "add_requests keep_robots requests_by_host robots_file",
    "looks": "pack unpack",
    "memory": "keep_columns warm_columns",
    "reading": "READ_SECONDS TooSlowError bounded_read",
    "retention": "RETURN_SPAN prune",
    "schema": "schema_revision upgrade",
    "told": "move_told move_told_back",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"database.{_HOMES[name]}"), name)
    return found
