"""Commands that query the database of postings."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

import database as db
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    load_settings,
    open_database,
    write_rows,
)
from commands.eligible import ByWhom, read_query

CHUNK = 500
TABLE_COLUMNS = ("posted", "title", "company", "place", "role", "seniority", "pay", "url")
NARROW_COLUMNS = ("posted", "title", "company", "place", "pay")
Row = dict[str, Any]


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in the query language.")] = "",
    sort: Annotated[str, typer.Option(help=f"By {', '.join(db.SORTS)}.")] = "posted",
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=10_000)] = 50,
    subscriber: ByWhom = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Query the postings that are stored; closed ones too, unless the query says is:open.

    Examples: rolewire search 'role:ai-engineer country:DE is:open' · rolewire search '"vector database" -title:lead'
    """
    if sort not in db.SORTS:
        raise MisuseError(f"cannot sort by {sort!r}; there are {', '.join(db.SORTS)}")
    settings = load_settings(config, database, logs=False)
    parsed = read_query(settings, query, subscriber)
    engine = open_database(settings)
    now = datetime.now(UTC)
    with db.read(engine) as connection:
        ids = db.find_postings(connection, parsed, now, sort=sort, limit=limit)
        total = db.count_postings(connection, parsed, now)
        rows = [row for chunk in _postings(connection, ids) for row in chunk]
    title = f"{len(rows)} of {total} postings"
    write_rows([row | _short(row) for row in rows], TABLE_COLUMNS, form, title, NARROW_COLUMNS)


def _postings(connection: Connection, ids: list[int]) -> Iterator[list[Row]]:
    for start in range(0, len(ids), CHUNK):
        yield db.posting_json(connection, ids[start : start + CHUNK])


def _short(row: Row) -> Row:
    """The columns of a table on a terminal."""
    places = [", ".join(filter(None, (place["city"], place["country"]))) for place in row["locations"]]
    parts = [*dict.fromkeys(places[:3]), *([f"+{len(places) - 3}"] if len(places) > 3 else []), row["workplace"] or ""]
    posted = row["posted_at"].date().isoformat() + (" closed" if row["closed_at"] else "")
    return {"posted": posted, "place": " · ".join(filter(None, parts)), "pay": _pay(row["salary"])}


def _pay(salary: Row | None) -> str:
    if not salary:
        return ""
    ends = [f"{end:,.0f}" for end in (salary["min"], salary["max"]) if end is not None]
    period = "" if salary["period"] == "year" else f"/{salary['period']}"
    return f"{'–'.join(dict.fromkeys(ends))} {salary['currency']}{period}"
