"""Copies of a server's database by PostgreSQL's own programs; a password never stands in their arguments."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from sqlalchemy import Engine, inspect

from database.engine import DatabaseError
from models import every_table

PORTION = 1 << 20  # bytes
PROGRAMS = Path("/usr/lib/postgresql")
NEEDED = "install PostgreSQL's client programs (postgresql-client), as new as the server"


def dump(engine: Engine, target: Path) -> None:
    """Copy the database as it is at one moment; nobody else may read the copy. Raises DatabaseError."""
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-acl", f"--file={partial}", _url(engine)], engine)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)


def problems_of_dump(path: Path) -> list[str]:
    """What is wrong with a copy, as far as it shows without being put back; empty where nothing does."""
    try:
        listed = _run("pg_restore", ["--list", str(path)])
        _run("pg_restore", [f"--file={os.devnull}", str(path)])  # reads all of it
    except DatabaseError as error:
        return [str(error)]
    return [] if " alembic_version " in listed else ["it holds no tables of rolewire"]


def put_back(engine: Engine, path: Path) -> None:
    """Put a copy in the database's place: all of it, or nothing is changed. Raises DatabaseError."""
    ours = {*every_table().tables, "alembic_version"} & set(inspect(engine).get_table_names())
    drops = "".join(f'DROP TABLE IF EXISTS "{name}" CASCADE;\n' for name in sorted(ours))
    engine.dispose()
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file=-", _url(engine)]
    reading = [_path_of("pg_restore"), "--clean", "--if-exists", "--no-owner", "--no-acl", "--file=-", str(path)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=said) as source,  # noqa: S603  (our own words)
        subprocess.Popen(  # noqa: S603
            [_path_of("psql"), *options], env=_environment(engine), stdin=subprocess.PIPE, stdout=said, stderr=said
        ) as target,
    ):
        assert source.stdout is not None
        assert target.stdin is not None
        _hand_over(drops.encode(), source.stdout, target.stdin)
        if source.wait():
            target.kill()  # before its input ends, so that it commits nothing
        with contextlib.suppress(BrokenPipeError):
            target.stdin.close()
        if target.wait():
            said.seek(0)
            raise DatabaseError(f"{path} is not put back, and nothing was changed: {_first(said.read().decode())}")


def _hand_over(first: bytes, source: IO[bytes], target: IO[bytes]) -> None:
    """In portions: a copy may be larger than memory."""
    with contextlib.suppress(BrokenPipeError):  # it has said why
        target.write(first)
        shutil.copyfileobj(source, target, PORTION)
        target.flush()
    source.close()


def _first(said: str) -> str:
    return next((line for line in said.splitlines() if "ERROR" in line or "error" in line), said.strip()[:300])


def _url(engine: Engine) -> str:
    """As PostgreSQL's programs read it, the password left out."""
    return engine.url.set(drivername="postgresql", password=None).render_as_string()


def _environment(engine: Engine | None) -> dict[str, str]:
    password = engine.url.password if engine is not None else None
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}


def _run(program: str, arguments: Sequence[str], engine: Engine | None = None) -> str:
    """What the program says. Raises DatabaseError where it is not there, or fails."""
    command = [_path_of(program), *arguments]
    done = subprocess.run(command, env=_environment(engine), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise DatabaseError(f"{program} failed: {_first(done.stderr) or 'it said nothing'}")
    return done.stdout


def _path_of(program: str) -> str:
    """The newest there is: one that is older than the server refuses it."""
    installed = sorted(PROGRAMS.glob(f"*/bin/{program}"), key=lambda path: float(path.parent.parent.name))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise DatabaseError(f"{program} is not there: {NEEDED}")
    return found
