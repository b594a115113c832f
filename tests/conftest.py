"""Fixtures that every room shares: databases of both kinds, and the captures beside the repository."""

import contextlib
import io
import logging
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import structlog

import cli
import database
from search import rates
from tests.tools import compiled
from tests.tools.copies import Copies
from tests.tools.dealing import dealt

REQUIRE_ALL = os.environ.get("ROLEWIRE_TEST_REQUIRE_ALL") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes long where workers begin, dealt out to them: none is left alone with it in the end."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        long = [item for item in items if item.get_closest_marker("long")]
        items[:] = dealt(long, [item for item in items if not item.get_closest_marker("long")], workers)


def pytest_configure() -> None:
    """Statements are compiled once, and errors that are logged are written as lines, not drawn by Rich."""
    compiled.share()
    for renderer in structlog.get_config()["processors"]:
        if isinstance(renderer, structlog.dev.ConsoleRenderer):
            renderer.exception_formatter = structlog.dev.plain_traceback


def missing(what: str) -> None:
    """Skip the test for want of something; where everything is required, fail it."""
    if REQUIRE_ALL:
        pytest.fail(f"{what}, and ROLEWIRE_TEST_REQUIRE_ALL is set")
    pytest.skip(what)


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Run a command in this process, as its entry point would."""
    for name in [name for name in os.environ if name.startswith("ROLEWIRE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["rolewire", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = 0
        try:
            cli.main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield run
    root.handlers, root.level = handlers, level
    rates.use(None)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of captured boards and evaluation sets beside the repository."""
    path = Path(__file__).parent.parent.parent / "shared"
    if not path.is_dir():
        missing(f"no folder {path}")
    return path


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, the one that rendered boards would use."""
    from spiders.base.browser import installed_browser  # with all of Scrapy
    from spiders.base.errors import BoardFailure

    try:
        return installed_browser("")
    except BoardFailure as error:
        missing(str(error))
        raise


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a private PostgreSQL server's own database, where tests make theirs; see `fresh_postgres_url`."""
    programs = _postgres_programs()
    if programs is None:
        missing("no PostgreSQL server programs (initdb, pg_ctl)")
    folder = Path(tempfile.mkdtemp(prefix="rolewire-pg-"))
    try:
        yield from _serve_postgres(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh_postgres_url(postgres_url: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database of this test alone."""
    name = f"test_{uuid.uuid4().hex}"
    server = postgres_url.replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield postgres_url.rpartition("/")[0] + "/" + name
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of this test alone, once for each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    url: str = request.getfixturevalue("fresh_postgres_url")
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with our tables and nothing in them, for tests to copy: migrating anew takes far longer."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    """The name of such a database on the private server."""
    name = f"migrated_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    _migrate(postgres_url.rpartition("/")[0] + "/" + name)
    return name


@pytest.fixture(scope="session")
def copies(postgres_url: str) -> Copies:
    """Copies of such databases on the private server."""
    return Copies(postgres_url)


def _migrate(url: str) -> None:
    engine = database.open_engine(url)
    database.upgrade(engine)
    engine.dispose()


@pytest.fixture
def copied(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str, str], str]]:
    """Copies one of the session's databases for this test alone: from engine and name (`migrated`) to a URL."""
    with contextlib.ExitStack() as stack:

        def copy(engine: str, name: str) -> str:
            if engine == "sqlite":
                shutil.copy(request.getfixturevalue(f"{name}_sqlite"), tmp_path / "test.db")
                return f"sqlite:///{tmp_path / 'test.db'}"
            copies: Copies = request.getfixturevalue("copies")
            return stack.enter_context(copies.one(request.getfixturevalue(f"{name}_postgres")))

        yield copy


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, copied: Callable[[str, str], str]) -> str:
    """URL of a database of this test alone, with our tables, once for each engine."""
    return copied(request.param, "migrated")


def _postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, version 15 or newer."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    on_path = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    for folder in [*installed, *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            version = subprocess.run(
                [folder / "pg_ctl", "--version"], capture_output=True, text=True, check=True
            ).stdout
            if int(version.split()[2].split(".")[0]) >= 15:  # pg_ctl (PostgreSQL) 15.18 (Debian …)
                return folder
    return None


def _serve_postgres(programs: Path, folder: Path) -> Iterator[str]:
    as_user = []
    if os.geteuid() == 0:  # the server refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = str(folder / "data"), str(folder / "log")

    def run(*command: str) -> None:
        done = subprocess.run([*as_user, str(programs / command[0]), *command[1:]], capture_output=True, cwd=folder)
        if done.returncode:
            told = Path(log).read_text() if Path(log).exists() else ""
            pytest.fail(f"{command[0]} failed: {done.stderr.decode()}{told}")

    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        " -c synchronous_commit=off -c full_page_writes=off -c max_connections=50 -c shared_buffers=64MB"
    )
    run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
