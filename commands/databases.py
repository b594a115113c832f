"""Commands about the database as a whole: brought up to date, copied, put back, looked over."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

import database as db_room
from commands.common import Config, DatabaseUrl, FailureError, MisuseError, load_settings, note, waiting
from locks import LEADER, holder
from settings import Settings

FOLDER = "backups"
databases = typer.Typer(no_args_is_help=True, help="The database: upgrade, backup, restore, check.")
Backup = Annotated[Path, typer.Argument(help="A copy that `rolewire db backup` made.")]


@databases.command("upgrade")
def db_upgrade(
    backup: Annotated[bool, typer.Option("--backup/--no-backup", help="Copy the database first.")] = True,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Bring the database to this version's form, a copy of it made first. Other commands do so too, without the copy.

    Example: rolewire db upgrade
    """
    settings = load_settings(config, database)
    engine = db_room.open_engine(settings.database.url, must_exist=True)
    if db_room.version_of(engine) == "up to date":
        note("the database is up to date")
        return
    if backup:
        note(f"copied to {_copied(engine, _folder(settings), 0)}")
    told = db_room.version_of(engine)
    with waiting("bringing the database up to date"):
        db_room.upgrade(engine)
    note(f"the database was of version {told}; it is up to date now")


def _folder(settings: Settings) -> Path:
    return settings.beside(settings.backup.folder or FOLDER)


@databases.command("backup")
def db_backup(
    folder: Annotated[Path | None, typer.Argument(help="Where to; none: [backup] folder, else backups.")] = None,
    keep: Annotated[int, typer.Option(help="Drop copies beyond the newest so many; 0: none.", min=0)] = 0,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Copy the database as it is at this moment, also while the daemon runs; prints the copy's path.

    PostgreSQL's own pg_dump makes that of a server. The daemon does so by itself where [backup] folder is set.

    Examples: rolewire db backup · rolewire db backup /srv/backups --keep 7
    """
    settings = load_settings(config, database)
    engine = db_room.open_engine(settings.database.url, must_exist=True)
    typer.echo(_copied(engine, folder or _folder(settings), keep))


def _copied(engine: Engine, folder: Path, keep: int) -> str:
    with waiting("copying the database"):
        return str(db_room.back_up(engine, folder, datetime.now(UTC), keep))


@databases.command("restore")
def db_restore(
    backup: Backup,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Put a copy in the database's place, after a look whether it is sound; the one before is kept beside it.

    Messages that went out since the copy was made may go out again. The daemon must not run.

    Example: rolewire db restore backups/rolewire-2026-11-28T030000Z.db
    """
    settings = load_settings(config, database)
    engine = _engine(settings)
    if not backup.is_file():
        raise MisuseError(f"{backup}: no such file")
    if (who := holder(engine, LEADER)) is not None:
        raise FailureError(f"a rolewire runs on this database ({who}): stop it first")
    if not yes and not _is_meant(f"put {backup} in the place of {db_room.shown_url(settings.database.url)}?"):
        raise MisuseError("nothing was changed; --yes does it without asking")
    with waiting("looking the copy over, and putting it in place"):
        before = db_room.restore(backup, engine, datetime.now(UTC))
    note(f"{engine.url.database} is {backup.name} now" + (f"; the one before is {before}" if before else ""))


def _engine(settings: Settings) -> Engine:
    """The engine; of a file that may not be there, or not be sound."""
    from sqlalchemy import create_engine, make_url

    if make_url(settings.database.url).get_backend_name() != "sqlite":
        return db_room.open_engine(settings.database.url)
    return create_engine(settings.database.url)


def _is_meant(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:  # nobody is there to answer
        return False


@databases.command("check")
def db_check(
    file: Annotated[Path | None, typer.Argument(help="A copy; none: the database itself.")] = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Look over the whole database, or a copy of it: damage, rows that refer to nothing, its version. Exits 1 on any.

    Examples: rolewire db check · rolewire db check backups/rolewire-2026-11-28T030000Z.db
    """
    if file is not None and file.suffix == ".dump":
        if told := _problems(file):
            raise FailureError(f"{file}: {'; '.join(told)}")
        note(f"{file} can be read to its end")
        return
    url = f"sqlite:///{file}" if file else load_settings(config, database).database.url
    engine = db_room.open_engine(url, must_exist=True)
    if engine.dialect.name == "sqlite" and (told := _problems(Path(engine.url.database or ""))):
        raise FailureError(
            f"{file or db_room.shown_url(url)}: {'; '.join(told)}; `rolewire db restore BACKUP` mends it"
        )
    note(f"{file or db_room.shown_url(url)} is sound; its version: {db_room.version_of(engine)}")


def _problems(file: Path) -> list[str]:
    with waiting("reading it to its end"):
        return list(db_room.problems_of(file))
