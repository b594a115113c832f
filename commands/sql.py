"""The command that asks the database in SQL, and can do nothing but read."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from commands.common import (
    Config,
    DatabaseUrl,
    FailureError,
    FormatOption,
    load_settings,
    note,
    open_database,
    write_rows,
)
from database.asking import AskingError, Limits, ask


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT; - reads it from standard input.")],
    limit: Annotated[int, typer.Option(help="How many rows at most.", min=1)] = 1_000,
    seconds: Annotated[float, typer.Option(help="How long it may take.", min=0.01, max=3_600)] = 10.0,
    memory: Annotated[int, typer.Option(help="How many megabytes it may need.", min=8)] = 256,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Ask the database in SQL, read-only; the views postings, listings, events, skills, places and pay are documented.

    Examples: rolewire sql 'SELECT role, count(*) FROM postings WHERE is_open GROUP BY role' · rolewire sql - <
    question.sql
    """
    settings = load_settings(config, database, logs=False)
    open_database(settings).dispose()
    limits = Limits(limit, seconds, memory)
    try:
        with ask(settings.database.url, sys.stdin.read() if query == "-" else query, limits) as answer:
            write_rows(_first(answer.rows, limit), answer.columns, form)
    except AskingError as error:
        raise FailureError(f"sql: {error}") from None


def _first(rows: Iterator[dict[str, Any]], limit: int) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(rows):
        if number == limit:
            note(f"the first {limit:,} rows; there are more: --limit")
            return
        yield row
