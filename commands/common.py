"""What the commands share: options, settings and database, output in four forms."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from web.tables import cell
from web.tables import write_csv as write_csv

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from settings import Settings

Config = Annotated[
    Path | None, typer.Option("--config", help="Configuration file (default: $ROLEWIRE_CONFIG, else ./config.toml).")
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--database", help="Database URL, sqlite:///FILE or postgresql://… (default: [database] url)."),
]


class Format(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="How to write it (default: a table on a terminal, JSON lines in a pipe)."),
]


class MisuseError(Exception):
    """The command cannot do what was asked; the message says why and what to do. Ends with exit code 2."""


class FailureError(Exception):
    """The command did not succeed; the message says why. Ends with exit code 1."""


def load_settings(config: Path | None, database_url: str | None, *, logs: bool = True) -> "Settings":
    """Settings of the file, the environment and the flags, with the log and the exchange rates they name in force.

    `logs`: whether what the command does may log, which a test holds the others to. Raises SettingsError.
    """
    from settings import load  # only here: the commands that stand between pipes have none

    settings = load(config, {"database.url": database_url} if database_url else {})
    if logs:
        from logs import configure

        configure(settings.log)
    if settings.search.rates:
        _use_rates((settings.path.parent if settings.path else Path()) / settings.search.rates)
    return settings


def _use_rates(path: Path) -> None:
    from search import rates  # only here: most installations keep the shipped table
    from settings import SettingsError

    try:
        rates.use(path)
    except rates.RatesError as error:
        raise SettingsError(f"search.rates: {error}") from None


def open_database(settings: "Settings", must_exist: bool = True) -> "Engine":
    """The engine, its schema brought up to date. Raises DatabaseError."""
    import database  # only here: the commands that stand between pipes do without

    engine = database.open_engine(settings.database.url, must_exist=must_exist)
    database.upgrade(engine)
    return engine


def posting_key(connection: "Connection", named: str) -> int:
    """The posting of an id, of the address of its page or ad, or of a listing. Raises MisuseError."""
    from alerts import naming

    name = naming.read_name(named)
    keys = naming.keys_of(connection, name) or (naming.look_through(connection, name) if name.link else [])
    try:
        return naming.only(connection, name, keys)
    except naming.NamingError as error:
        said = str(error)[:1].lower() + str(error)[1:].rstrip(".")
        raise MisuseError(f"{said}; `rolewire search --format jsonl` tells the ids") from None


def note(message: str) -> None:
    """A line for the person, on standard error: data alone goes to standard output."""
    sys.stderr.write(message + "\n")


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Show on a terminal that something goes on, for what takes a while and cannot be counted."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{words} …"):
        yield


def counted(rows: Iterable[Any], total: int, words: str) -> Iterator[Any]:
    """The rows; on a terminal with how many of them have been taken."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(rows, words, total=total, console=Console(stderr=True), transient=True)


def write_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Iterable[str],
    form: Format | None,
    title: str = "",
    narrow: Iterable[str] = (),
    whole: Iterable[str] = (),
) -> None:
    """Write rows to standard output: `columns` in a table or CSV, everything as JSON.

    `narrow`: the columns of a table for which the terminal is too narrow. `whole`: those that are never broken, as the
    next command needs what they name.
    """
    form = form or (Format.TABLE if sys.stdout.isatty() else Format.JSONL)
    if form is Format.TABLE:
        _write_table(list(rows), list(columns), list(narrow), title, set(whole))
    elif form is Format.CSV:
        write_csv(sys.stdout, rows, list(columns))
    elif form is Format.JSON:
        sys.stdout.write(json.dumps([json.loads(as_json(row)) for row in rows], ensure_ascii=False, indent=2) + "\n")
    else:
        for row in rows:
            sys.stdout.write(as_json(row) + "\n")


def as_json(row: Mapping[str, Any]) -> str:
    """One row as a line of JSON; times as ISO 8601."""
    return orjson.dumps(dict(row), default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _write_table(
    rows: list[Mapping[str, Any]], columns: list[str], narrow: list[str], title: str, whole: set[str]
) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(markup=False, highlight=False)
    shown = _telling(rows, columns)
    if narrow and _width(rows, shown) > console.width:
        shown = [column for column in shown if column in narrow]
    table = Table(title=title or None, title_justify="left", header_style="bold")
    least = _width(rows, [column for column in shown if column in whole])
    console.width = max(console.width, least + _NARROWEST * sum(column not in whole for column in shown))
    for column in shown:
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*[_seen(row.get(column)) for column in shown])
    console.print(table)


_NARROWEST = 13  # of a column that may be broken, beside whole ones


def _seen(value: Any) -> str:
    """A cell for a person: times by their clock (what another program reads stays UTC), yes or no, addresses."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return cell(value.astimezone())
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(_seen, value))
    if isinstance(value, dict) and {"channel", "address"} <= set(value):
        said = value.get("reason") or value.get("state", "")
        return f"{value['channel']}:{value['address']}" + (f" ({said})" if said not in ("", "active") else "")
    return cell(value)


def _telling(rows: list[Mapping[str, Any]], columns: list[str]) -> list[str]:
    """The columns in which anything stands; all of them where there are no rows."""
    return [column for column in columns if not rows or any(cell(row.get(column)) for row in rows)]


def _width(rows: list[Mapping[str, Any]], columns: list[str]) -> int:
    """What a table of these columns takes without a line break, its rules included."""
    return 1 + sum(3 + max([len(column), *(len(cell(row.get(column))) for row in rows)]) for column in columns)
