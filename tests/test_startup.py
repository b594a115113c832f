"""What a command imports before it does its work: the processor time of its start, told without a clock."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import database
import models
import search
from tables import HOMES

ROOT = Path(__file__).parent.parent
SHELL = {"typer", "annotated_doc", "shellingham"}
PYDANTIC = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}
PARAMETERS = SHELL | PYDANTIC | {"orjson"}
DATABASE = PARAMETERS | {"sqlalchemy", "sqlmodel", "greenlet"}
TAGGING = {"ahocorasick_rs", "cleanco", "pycountry", "resiliparse"}
POSTING = {
    "title": "ML Engineer", "location": "Berlin, Germany",
    "description": "You will be part of the team that is building our platform, and work with the people who use it.",
}  # fmt: skip
CODE = """
import json, sys
try:
    {}
except SystemExit as leaving:
    assert not leaving.code, leaving.code
ours = {{name for name, module in sys.modules.items() if "site-packages" in (getattr(module, "__file__", "") or "")}}
found = {{name.partition(".")[0] for name in ours}} | {{name for name in sys.modules if name.startswith({!r})}}
print(json.dumps(sorted(found)), file=sys.stderr)
"""
OF_DIALECTS_AND_TABLES = ("sqlalchemy.dialects.", "tables.", "database.", "search.")


def imported(
    what: str, *arguments: str, folder: Path, stdin: str = "", within: tuple[str, ...] = ("nothing else",)
) -> set[str]:
    """The packages of others that are imported once `what` is done, and the modules `within`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ROLEWIRE_", "COV_"))}
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(what, within), *arguments],
        input=stdin, capture_output=True, text=True, cwd=folder, env=clean | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name for name in json.loads(done.stderr.splitlines()[-1]) if not name.startswith("_")}


def imported_by(command: str, database: Path, stdin: str = "") -> set[str]:
    where = () if command in ("--help", "tag") else ("--database", f"sqlite:///{database}")
    return imported("import cli; cli.main()", *command.split(), *where, folder=database.parent, stdin=stdin)


@pytest.mark.parametrize(
    ("command", "may"),
    [
        ("--help", SHELL),
        ("search agents", DATABASE),
        ("searches list", DATABASE),
        ("boards list", DATABASE | {"tomlkit"}),
        ("status", DATABASE | {"filelock"}),
        ("tag", PARAMETERS | TAGGING),
    ],
)
def test_a_command_imports_no_more_than_it_needs(command: str, may: set[str], migrated_sqlite: Path) -> None:
    assert imported_by(command, migrated_sqlite, json.dumps(POSTING)) <= may


@pytest.mark.parametrize(
    ("command", "may_not"),
    [
        ("search agents", ("tables.people", "tables.outbox", "tables.wishes", "tables.matches", "tables.arrivals")),
        ("status", ("tables.wishes", "tables.matches", "tables.arrivals", "search.grammar", "search.matcher")),
    ],
)
def test_a_command_maps_the_tables_that_it_reads_and_speaks_one_dialect(
    command: str, may_not: tuple[str, ...], migrated_sqlite: Path
) -> None:
    where = ("--database", f"sqlite:///{migrated_sqlite}")
    found = imported(
        "import cli; cli.main()", *command.split(), *where, folder=migrated_sqlite.parent, within=OF_DIALECTS_AND_TABLES
    )
    assert {"tables.postings", "sqlalchemy.dialects.sqlite"} <= found
    others = {"sqlalchemy.dialects.postgresql", "database.backup", "database.told", "database.retention"}
    assert not found & {*others, *may_not}


def test_what_is_imported_on_demand_is_all_there() -> None:
    tables = models.every_table().tables
    assert {getattr(models, name).__tablename__ for name in HOMES} == set(tables)
    assert len(HOMES) == len(tables)
    assert [name for name in database.__all__ if not hasattr(database, name)] == []
    assert set(database._HOMES) <= set(database.__all__)
    assert set(search._HOMES) == {name for name in search.__all__ if hasattr(search, name)}


def test_openings_are_told_apart_without_a_spider_where_nothing_names_one(tmp_path: Path) -> None:
    assert not imported("import cli; cli.main()", "dedup", folder=tmp_path, stdin=json.dumps(POSTING)) & {"scrapy"}


def test_a_title_alone_takes_the_model_of_languages_and_no_more(migrated_sqlite: Path) -> None:
    stdin = '{"title": "Senior Machine Learning Engineer"}'
    assert imported_by("tag", migrated_sqlite, stdin) <= PARAMETERS | TAGGING | {"numpy", "py3langid"}


@pytest.mark.parametrize(
    ("module", "may_not"),
    [
        (
            "scheduler",
            TAGGING | {"scrapy", "telegram", "httpx", "fastapi", "uvicorn", "alembic", "playwright", "py3langid"},
        ),
        ("commands.service", {"scrapy", "telegram", "httpx", "fastapi", "uvicorn", "alembic", "playwright"}),
        ("worker", {"telegram", "httpx", "fastapi", "uvicorn", "alembic", "playwright", "jinja2", "typer"}),
    ],
)
def test_the_daemon_and_its_worker_leave_out_what_may_be_off(module: str, may_not: set[str], tmp_path: Path) -> None:
    assert not imported(f"import {module}", folder=tmp_path) & may_not
