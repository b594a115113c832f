"""The database: engine and transactions, and the queries and writes that several rooms share."""

from database.advisory import Advisory, wait_for, wait_for_urls
from database.backup import back_up, backups, is_due, made_at, problems_of, restore, version_of
from database.bulk import insert_new, numbered
from database.changes import active_searches, changed_searches, horizon
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
from database.exporting import count_exported, exported
from database.facets import AGES, FACETS, PAY, facet_counts
from database.guest import add_requests, keep_robots, requests_by_host, robots_file
from database.history import history
from database.looks import pack, unpack
from database.memory import keep_columns, warm_columns
from database.merges import FOUNDED, Named, links_of, merges, named, said_apart
from database.pages import SORTS, CursorError, Page, count_postings, find_page, find_postings
from database.postings import (
    documents,
    listings_of,
    posting_facts,
    posting_id,
    posting_json,
)
from database.reading import READ_SECONDS, TooSlowError, bounded_read
from database.retention import RETURN_SPAN, prune
from database.schema import schema_revision, upgrade
from database.terms import for_everyone, kept_private, terms, write_terms
from database.told import move_told, move_told_back
from database.write import (
    place_row,
    secret_key,
    table_of,
    token_strings,
    upsert,
    without_text_spans,
    write_texts,
)

__all__ = [
    "AGES",
    "FACETS",
    "FOUNDED",
    "PAY",
    "READ_SECONDS",
    "RETURN_SPAN",
    "SORTS",
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
