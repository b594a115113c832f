"""Many rows written at once: on SQLite past what SQLAlchemy does for each row, which is most of what a row costs."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import IntegrityError


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> bool:
    """Insert rows that are all new, each with the same columns; False, and none is, where one of them is not."""
    if not rows:
        return True
    try:
        with connection.begin_nested():
            _insert(connection, table, rows)
    except IntegrityError:
        return False
    return True


def numbered(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Ids for new rows, which get them as their `id`. On SQLite only, where whoever writes writes alone."""
    last: int = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    for number, row in enumerate(rows, last + 1):
        row["id"] = number
    return list(range(last + 1, last + 1 + len(rows)))


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), list(rows))
        return
    names = tuple(rows[0])
    columns = [_bound(table, name, connection.dialect)([row[name] for row in rows]) for name in names]
    marks = ", ".join("?" * len(names))
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    connection.exec_driver_sql(sql, list(zip(*columns, strict=True)))


@lru_cache(maxsize=256)
def _bound(table: Table, name: str, dialect: Any) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """Values of a column as the driver takes them; one that is the same object again is made once."""
    made = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    if made is None:
        return iter

    def bound(values: Iterable[Any]) -> Iterable[Any]:
        known: dict[int, tuple[Any, Any]] = {}
        for value in values:
            held = known.get(id(value))
            if held is None:
                held = known[id(value)] = value, made(value)  # the value is kept, so that its id stays its own
            yield held[1]

    return bound
