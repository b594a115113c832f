"""Rows as CSV that a spreadsheet cannot be tricked by; pure."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

POSTING_COLUMNS = (
    "id", "title", "company", "role", "seniority", "skills", "employment_type", "workplace", "locations",
    "remote_scope", "salary", "visa_sponsorship", "years_asked", "degree_asked", "language", "posted_at",
    "posted_at_quality", "first_seen_at", "last_seen_at", "closed_at", "url", "apply_url", "description",
)  # fmt: skip
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # wide ones are read alike


def write_csv(file: IO[str], rows: Iterable[Mapping[str, Any]], columns: Sequence[str], is_headed: bool = True) -> None:
    """Cells that would be formulas are quoted with an apostrophe."""
    writer = csv.writer(file)
    if is_headed:
        writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(row.get(column)) for column in columns])


def safe_cell(value: Any) -> str:
    """What a cell says, never a formula."""
    text = cell(value)
    if isinstance(value, int | float):  # a number below nothing is one
        return text
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULAS) else text


def cell(value: Any) -> str:
    """What a cell says."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dict):
        return ", ".join(f"{name}={cell(part)}" for name, part in value.items() if part is not None)
    if isinstance(value, list | tuple | set):
        return "; ".join(cell(part) for part in value)
    return str(value)
