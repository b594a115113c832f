"""Exports: whole files, in bounded memory, in three forms that other programs read; increments lack nothing."""

import csv
import json
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from sqlalchemy import Engine, insert, update

import database
import search
from commands.common import MisuseError
from commands.exporting import moment
from commands.parquet import SCHEMA
from database import exporting
from models import Listing, Posting, PostingEvent, Redirect
from tests.market.past import NOW

Run = Callable[..., Any]
DOCS = Path(__file__).parent.parent.parent / "docs" / "exports.md"
POLARS = {"VARCHAR": polars.String, "DOUBLE": polars.Float64, "BOOLEAN": polars.Boolean, "INTEGER": polars.Int32,
          "TIMESTAMPTZ": polars.Datetime("us", "UTC"), "VARCHAR[]": polars.List(polars.String)}  # fmt: skip


def test_parquet_opens_elsewhere_with_the_documented_schema(at_home: Run, tmp_path: Path) -> None:
    done = at_home("export", "all.parquet")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("all")] == ["all.parquet"]
    described = duckdb.sql("DESCRIBE SELECT * FROM 'all.parquet'").fetchall()
    spelled = {row[0]: row[1].replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace('"', "") for row in described}
    assert spelled == SCHEMA
    read = polars.read_parquet("all.parquet")
    assert {name: read.schema[name] for name, kind in SCHEMA.items() if kind in POLARS} == {
        name: POLARS[kind] for name, kind in SCHEMA.items() if kind in POLARS
    }
    at_home("export", "all.jsonl")
    lines = [json.loads(line) for line in Path("all.jsonl").read_text().splitlines()]
    assert read["id"].to_list() == [line["id"] for line in lines]
    for row, line in zip(read.iter_rows(named=True), lines, strict=True):
        assert row["salary_min"] == (line["salary"] or {}).get("min")
        assert (row["title"], row["skills"], len(row["listings"])) == (
            line["title"],
            line["skills"],
            len(line["listings"]),
        )
        assert row["first_seen_at"] == datetime.fromisoformat(line["first_seen_at"])


def test_the_page_tells_every_column() -> None:
    told = DOCS.read_text(encoding="utf-8")
    for name, kind in SCHEMA.items():
        row = next(line for line in told.splitlines() if line.startswith("|") and f"`{name}`" in line)
        assert re.sub(r" [A-Z]+(?=[,)])", "", kind) in row, name


def test_an_empty_export_is_a_whole_file(at_home: Run) -> None:
    for name in ("none.parquet", "none.jsonl", "none.csv"):
        done = at_home("export", name, "nosuchword")
        assert (done.returncode, "0 postings" in done.stderr) == (0, True)
    assert duckdb.sql("SELECT count(*) FROM 'none.parquet'").fetchall() == [(0,)]
    assert Path("none.csv").read_text().startswith("id,title")


def test_csv_has_a_row_a_posting_and_no_formula(at_home: Run) -> None:
    engine = database.open_engine("sqlite:///rolewire.db")
    with database.transaction(engine) as connection:
        connection.execute(update(database.table_of(Posting)).values(title='=HYPERLINK("http://x","a")\n,b'))
    engine.dispose()
    at_home("export", "all.csv", "role:ai-engineer")
    with Path("all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["role"] for row in rows} == {"ai-engineer"}
    assert {row["title"] for row in rows} == {'\'=HYPERLINK("http://x","a")\n,b'}


def test_without_duckdb_it_says_what_to_install(at_home: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = at_home("export", "all.parquet")
    assert (done.returncode, "rolewire[parquet]" in done.stderr) == (2, True)


def test_what_was_there_stays_until_the_new_file_is_whole(
    at_home: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("all.jsonl").write_text("before\n")

    def breaks(*arguments: Any, **named: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "posting_json", breaks)
    done = at_home("export", "all.jsonl")
    assert (done.returncode, "No space left" in done.stderr) == (2, True)
    assert Path("all.jsonl").read_text() == "before\n"
    assert [path.name for path in tmp_path.iterdir() if "part" in path.name] == []


def test_postings_are_read_in_chunks_as_they_are_written(stored: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    given = exporting.posting_json

    def noted(connection: Any, ids: Any, is_passed_on: bool = False) -> Any:
        sizes.append(len(ids))
        return given(connection, ids, is_passed_on)

    monkeypatch.setattr(exporting, "CHUNK", 7)
    monkeypatch.setattr(exporting, "posting_json", noted)
    with database.read(stored) as connection:
        rows = database.exported(connection, search.parse("role:ai-engineer,ml-engineer"), NOW)
        next(rows)
        assert sizes == [7]
        rest = list(rows)
        assert max(sizes) == 7
        assert (
            len(rest) + 1
            == sum(sizes)
            == database.count_exported(connection, search.parse("role:ai-engineer,ml-engineer"), NOW)
        )


# --- increments ----------------------------------------------------------------------------------------------------


def test_an_increment_holds_what_changed_and_nothing_else(fresh: Engine) -> None:
    """Put over what was there before, it gives what is there now."""
    then = NOW + timedelta(days=1)
    with database.read(fresh) as connection:
        before = {row["id"]: row for row in database.exported(connection, None, NOW)}
    posting, event = database.table_of(Posting), database.table_of(PostingEvent)
    with database.transaction(fresh) as connection:
        connection.execute(update(posting).where(posting.c.id == 3).values(title="Another title"))
        connection.execute(
            insert(event).values(PostingEvent(id=90_001, posting_id=3, kind="changed", at=then).model_dump())
        )
        connection.execute(update(posting).where(posting.c.id == 4).values(closed_at=then))
        held = database.table_of(Listing)
        connection.execute(update(held).where(held.c.id.between(40, 49)).values(closed_at=then))
        gone = Redirect(public_id="old", posting_id=5, merged_at=then, parent="p0005")
        connection.execute(insert(database.table_of(Redirect)).values(gone.model_dump()))
    with database.read(fresh) as connection:
        increment = {row["id"]: row for row in database.exported(connection, None, then, then)}
        after = {row["id"]: row for row in database.exported(connection, None, then)}
        assert database.count_exported(connection, None, then, then) == 3
    assert set(increment) == {"p0003", "p0004", "p0005"}
    assert increment["p0004"]["closed_at"] == then
    assert increment["p0005"]["merged_ids"] == ["old"]
    assert before | increment == after


def test_the_command_tells_where_the_next_increment_begins(at_home: Run) -> None:
    done = at_home("export", "all.jsonl", "--since", "2026-11-19")
    rows = [json.loads(line) for line in Path("all.jsonl").read_text().splitlines()]
    assert f"{len(rows)} postings" in done.stderr
    start = re.search(r"--since (\S+)", done.stderr)
    assert start
    assert timedelta(minutes=9) < datetime.now(UTC) - datetime.fromisoformat(start[1]) < timedelta(minutes=15)
    assert at_home("export", "all.jsonl", "--since", "soon").returncode == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("36h", NOW - timedelta(hours=36)), ("7d", NOW - timedelta(days=7)), ("2w", NOW - timedelta(weeks=2)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)), ("2026-11-01T08:00Z", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("2026-11-01T08:00+02:00", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_since_is_a_span_a_day_or_a_time(written: str, meant: datetime) -> None:
    assert moment(written, NOW) == meant


@pytest.mark.parametrize("written", ["", "7", "yesterday", "-3d", "2026-13-01"])
def test_since_is_nothing_else(written: str) -> None:
    with pytest.raises(MisuseError, match="2026-11-01"):
        moment(written, NOW)
