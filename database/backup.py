"""Copies of the database: made while others write, kept by number, checked before one is put back."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from database import serverbackup
from database.engine import DatabaseError
from database.schema import schema_revision

FORM = "rolewire-%Y-%m-%dT%H%M%SZ.db"
DUMP = ".dump"  # of a server's database, by PostgreSQL's own programs


def back_up(engine: Engine, folder: Path, now: datetime, keep: int = 0) -> Path:
    """Copy the database into the folder as it is at one moment, and drop copies beyond the newest `keep` (0: none).

    Raises DatabaseError.
    """
    target = folder / now.strftime(FORM)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if engine.dialect.name == "sqlite":
            copy_to(Path(engine.url.database or ""), target)
        else:
            target = target.with_suffix(DUMP)
            serverbackup.dump(engine, target)
    except (OSError, sqlite3.Error) as error:
        raise DatabaseError(f"{target}: no backup could be made: {error}") from None
    for old in backups(folder)[keep:] if keep else ():
        old.unlink()
    return target


def copy_to(source: Path, target: Path) -> None:
    """A copy under its name only once it is whole and on the disk; nobody else may read it."""
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(partial),))
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)


def backups(folder: Path) -> Sequence[Path]:
    """The copies in a folder, the newest first."""
    return sorted([*folder.glob("rolewire-*.db"), *folder.glob(f"rolewire-*{DUMP}")], reverse=True)


def made_at(backup: Path) -> datetime | None:
    """When a copy was made, by its name; None for a file of another name."""
    try:
        return datetime.strptime(backup.with_suffix(".db").name, FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def is_due(folder: Path, every: timedelta, now: datetime) -> bool:
    """Whether the newest copy is older than that, or there is none."""
    made = next((at for path in backups(folder) if (at := made_at(path)) is not None), None)
    return made is None or now - made >= every


def problems_of(path: Path) -> list[str]:
    """What is wrong with an SQLite file or a copy: damage, rows that refer to nothing; empty where it is sound."""
    if path.suffix == DUMP:
        return serverbackup.problems_of_dump(path)
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            told = [row[0] for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
            broken = {row[0] for row in connection.execute("PRAGMA foreign_key_check")}
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                told.append("it holds no tables of rolewire")
    except sqlite3.Error as error:
        return [str(error)]
    return told + [f"rows of {name} refer to nothing" for name in sorted(broken)]


def restore(backup: Path, engine: Engine, now: datetime) -> Path | None:
    """Put a copy in the database's place; returns where the one before lies now, if there was one.

    Nobody else may have it open. Raises DatabaseError on a copy that is not sound, or of the other kind of database.
    """
    is_file = engine.dialect.name == "sqlite"
    if is_file is (backup.suffix == DUMP):
        raise DatabaseError(f"{backup} is a copy of {'a server' if is_file else 'an SQLite file'}, and this is not one")
    if told := problems_of(backup):
        raise DatabaseError(f"{backup} is not put back: {'; '.join(told)}")
    if not is_file:
        before = backup.with_name(f"before-{now:%Y-%m-%dT%H%M%SZ}{DUMP}")
        serverbackup.dump(engine, before)
        serverbackup.put_back(engine, backup)
        return before
    return _swap(backup, engine, now)


def _swap(backup: Path, engine: Engine, now: datetime) -> Path | None:
    path = Path(engine.url.database or "")
    engine.dispose()
    fresh = path.with_name(path.name + ".restored")
    copy_to(backup, fresh)
    before = None
    if path.exists():
        before = path.with_name(f"{path.name}.before-{now:%Y-%m-%dT%H%M%SZ}")
        for suffix in ("", "-wal", "-shm"):
            if path.with_name(path.name + suffix).exists():
                path.with_name(path.name + suffix).replace(before.with_name(before.name + suffix))
    fresh.replace(path)
    return before


def version_of(engine: Engine) -> str:
    """The schema as people are told of it."""
    current, newest = schema_revision(engine)
    return "up to date" if current == newest else f"{current or 'empty'}, this rolewire has {newest}"
