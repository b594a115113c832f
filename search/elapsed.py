"""The time between two columns of a row, in SQL: whole milliseconds, the same on both databases."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, extract, func


def milliseconds(dialect: str, later: ColumnElement[Any], earlier: ColumnElement[Any]) -> ColumnElement[Any]:
    """From `earlier` to `later`."""
    if dialect == "sqlite":
        days = func.julianday(later) - func.julianday(earlier)
        return cast(func.round(days * 86_400_000), BigInteger)
    return cast(func.round(extract("epoch", later - earlier) * 1000), BigInteger)
