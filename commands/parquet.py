"""Postings as a Parquet file, by DuckDB, which comes with the extra `parquet`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from commands.common import MisuseError, as_json

_PLACE = "STRUCT(city VARCHAR, region VARCHAR, country VARCHAR)"
_LISTING = (
    "STRUCT(source VARCHAR, board VARCHAR, native_id VARCHAR, requisition_id VARCHAR, url VARCHAR, "
    "first_seen_at TIMESTAMPTZ, last_seen_at TIMESTAMPTZ, closed_at TIMESTAMPTZ)"
)
# column -> type of DuckDB; docs/exports.md tells what they hold
SCHEMA = {
    "id": "VARCHAR", "title": "VARCHAR", "company": "VARCHAR", "role": "VARCHAR", "seniority": "VARCHAR",
    "skills": "VARCHAR[]", "employment_type": "VARCHAR", "workplace": "VARCHAR", "locations": f"{_PLACE}[]",
    "remote_scope": "VARCHAR", "salary_min": "DOUBLE", "salary_max": "DOUBLE", "salary_currency": "VARCHAR",
    "salary_period": "VARCHAR", "salary_annual_min": "DOUBLE", "salary_annual_max": "DOUBLE",
    "salary_is_predicted": "BOOLEAN", "visa_sponsorship": "BOOLEAN", "years_asked": "INTEGER",
    "degree_asked": "VARCHAR", "language": "VARCHAR", "posted_at": "TIMESTAMPTZ", "posted_at_quality": "VARCHAR",
    "first_seen_at": "TIMESTAMPTZ", "last_seen_at": "TIMESTAMPTZ", "closed_at": "TIMESTAMPTZ", "url": "VARCHAR",
    "apply_url": "VARCHAR", "listings": f"{_LISTING}[]", "description": "VARCHAR", "attribution": "VARCHAR[]",
    "merged_ids": "VARCHAR[]", "evidence": "VARCHAR",
}  # fmt: skip
PAY = ("min", "max", "currency", "period", "annual_min", "annual_max")
MEMORY = "512MB"
LONGEST_ROW = 64 << 20


def check() -> None:
    """Raise MisuseError where DuckDB is not installed."""
    _duckdb()


def write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows. They go through a file of JSON lines beside it, so that memory is bounded."""
    lines = file.with_name(file.name + ".lines")
    try:
        with lines.open("w", encoding="utf-8") as out:
            out.writelines(as_json(flat(row)) + "\n" for row in rows)
        _convert(lines, file)
    finally:
        lines.unlink(missing_ok=True)


def _convert(lines: Path, file: Path) -> None:
    settings = {"memory_limit": MEMORY, "threads": 2, "autoinstall_known_extensions": "false"}
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in SCHEMA.items())
    taken = f"format='newline_delimited', maximum_object_size={LONGEST_ROW}, columns={{{columns}}}"
    target = str(file).replace("'", "''")
    with _duckdb().connect(":memory:", config=settings) as connection:
        connection.execute("SET TimeZone='UTC'")
        source = f"SELECT * FROM read_json($lines, {taken})"  # noqa: S608
        sql = f"COPY ({source}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        connection.execute(sql, {"lines": str(lines)})


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A posting in the columns of SCHEMA: pay in a column each, evidence as JSON."""
    salary = row["salary"] or {}
    pay = {
        f"salary_{name}": salary.get(name) for name in ("min", "max", "currency", "period", "annual_min", "annual_max")
    }
    predicted = {"salary_is_predicted": bool(salary.get("is_predicted")) if salary else None}
    found = {**row, **pay, **predicted, "evidence": orjson.dumps(row["evidence"], default=str).decode()}
    return {name: found.get(name) for name in SCHEMA}


def _duckdb() -> Any:
    try:
        import duckdb  # only here: an extra, and heavy
    except ImportError:
        raise MisuseError(
            "Parquet is written by DuckDB, which is not installed: pip install 'rolewire[parquet]', or write .jsonl,"
            " which DuckDB and Polars read too"
        ) from None
    return duckdb
