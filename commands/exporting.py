"""The command that writes postings to a file."""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

import database as db
from commands.common import (
    Config,
    DatabaseUrl,
    MisuseError,
    as_json,
    counted,
    load_settings,
    note,
    open_database,
    write_csv,
)
from commands.eligible import ByWhom, read_query

CSV_COLUMNS = [
    "id", "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "locations",
    "remote_scope", "salary", "visa_sponsorship", "years_asked", "degree_asked", "language", "posted_at",
    "posted_at_quality", "first_seen_at", "last_seen_at", "closed_at", "url", "apply_url", "attribution", "merged_ids",
    "description",
]  # fmt: skip
FORMS = (".jsonl", ".ndjson", ".csv", ".parquet")
OVERLAP = timedelta(minutes=10)  # what is written while an export begins is in this one or the next, or in both
_AGO = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
Row = dict[str, Any]


def export(
    file: Annotated[Path, typer.Argument(help="Where to: .jsonl, .csv or .parquet.")],
    query: Annotated[str, typer.Argument(help="Which postings; all of them without a query.")] = "",
    since: Annotated[
        str, typer.Option(help="Only what changed since then, closed ones too: 7d, 2026-11-01, or a time.")
    ] = "",
    subscriber: ByWhom = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Write postings to a file, its form told by its ending; a text that its source keeps for itself is left out.

    The file is there once all of it is written. What an export ends with is what the next one gives --since.

    Examples: rolewire export all.parquet · rolewire export open.csv 'is:open role:ml-engineer' · rolewire export
    new.jsonl --since 7d
    """
    if file.suffix not in FORMS:
        raise MisuseError(f"{file}: cannot tell the form; end it with {', '.join(FORMS)}")
    if file.suffix == ".parquet":
        from commands import parquet

        parquet.check()
    now = datetime.now(UTC)
    start = moment(since, now) if since else None
    settings = load_settings(config, database, logs=False)
    parsed = read_query(settings, query, subscriber)
    engine = open_database(settings)
    with db.read(engine) as connection:
        total = db.count_exported(connection, parsed, now, start)
        rows = counted(db.exported(connection, parsed, now, start), total, "postings")
        count = _write_whole(file, rows)
    note(f"{count:,} postings written to {file}; what changes from now on: --since {now - OVERLAP:%Y-%m-%dT%H:%MZ}")


def moment(written: str, now: datetime) -> datetime:
    """`7d` ago, a day, or a time; without a zone it is UTC. Raises MisuseError."""
    if match := _AGO.fullmatch(written.strip()):
        return now - timedelta(hours=int(match[1]) * _HOURS[match[2]])
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        raise MisuseError(f"--since {written!r}: write 36h, 7d, 2w, 2026-11-01 or 2026-11-01T08:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _write_whole(file: Path, rows: Iterable[Row]) -> int:
    """The file as a whole or not at all."""
    partial, written = file.with_name(f"{file.name}.{os.getpid()}.part"), Numbered(rows)
    try:
        _write(partial, file.suffix, written)
        with partial.open("rb+") as done:
            os.fsync(done.fileno())
        partial.replace(file)
    except OSError as error:
        raise MisuseError(f"{file}: cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)
    return written.count


def _write(partial: Path, suffix: str, rows: Iterable[Row]) -> None:
    if suffix == ".parquet":
        from commands import parquet

        parquet.write(partial, rows)
        return
    with partial.open("w", encoding="utf-8", newline="") as out:
        if suffix == ".csv":
            write_csv(out, rows, CSV_COLUMNS)
        else:
            out.writelines(as_json(row) + "\n" for row in rows)


class Numbered:
    """Rows, and how many have been taken."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row
