"""Commands that query the database of postings."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from sqlalchemy import Connection

import database as db
import search as search_room
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    as_json,
    load_settings,
    note,
    open_database,
    write_csv,
    write_rows,
)

CHUNK = 500
TABLE_COLUMNS = ("posted", "title", "company", "place", "role", "seniority", "pay", "url")
NARROW_COLUMNS = ("posted", "title", "company", "place", "pay")
CSV_COLUMNS = [
    "id", "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "locations",
    "remote_scope", "salary", "visa_sponsorship", "years_asked", "degree_asked", "language", "posted_at",
    "posted_at_quality", "first_seen_at", "last_seen_at", "closed_at", "url", "apply_url", "description",
]  # fmt: skip
Row = dict[str, Any]


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in the query language.")] = "",
    sort: Annotated[str, typer.Option(help=f"By {', '.join(db.SORTS)}.")] = "posted",
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=10_000)] = 50,
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
    parsed = search_room.parse(query) if query.strip() else None
    engine = open_database(settings)
    now = datetime.now(UTC)
    with db.read(engine) as connection:
        ids = db.find_postings(connection, parsed, now, sort=sort, limit=limit)
        total = db.count_postings(connection, parsed, now)
        rows = [row for chunk in _postings(connection, ids) for row in chunk]
    title = f"{len(rows)} of {total} postings"
    write_rows([row | _short(row) for row in rows], TABLE_COLUMNS, form, title, NARROW_COLUMNS)


def export(
    file: Annotated[Path, typer.Argument(help="Where to: .jsonl or .csv.")],
    query: Annotated[str, typer.Argument(help="Which postings; all of them without a query.")] = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Write postings to a file, its form told by its ending; a text that its source keeps for itself is left out.

    Examples: rolewire export all.jsonl · rolewire export open.csv 'is:open role:ml-engineer'
    """
    if file.suffix not in (".jsonl", ".ndjson", ".csv"):
        raise MisuseError(f"{file}: cannot tell the form; end it with .jsonl or .csv")
    settings = load_settings(config, database, logs=False)
    parsed = search_room.parse(query) if query.strip() else None
    engine = open_database(settings)
    partial = file.with_name(file.name + ".part")
    try:
        with db.read(engine) as connection, partial.open("w", encoding="utf-8", newline="") as out:
            ids = db.find_postings(connection, parsed, datetime.now(UTC), sort="first-seen", limit=None)
            _write(out, file.suffix, connection, ids)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except OSError as error:
        raise MisuseError(f"{file}: cannot be written: {error.strerror}") from None
    note(f"{len(ids)} postings written to {file}")


def _write(out: IO[str], suffix: str, connection: Connection, ids: list[int]) -> None:
    rows = (row for chunk in _postings(connection, ids, is_passed_on=True) for row in chunk)
    if suffix == ".csv":
        write_csv(out, rows, CSV_COLUMNS)
    else:
        out.writelines(as_json(row) + "\n" for row in rows)


def _postings(connection: Connection, ids: list[int], is_passed_on: bool = False) -> Iterator[list[Row]]:
    for start in range(0, len(ids), CHUNK):
        yield db.posting_json(connection, ids[start : start + CHUNK], is_passed_on)


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
