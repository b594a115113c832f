"""Which rows are a person's: of each table that leads to them, whoever made it. Export and erasing go by it."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, Table, false, or_, select

from alerts.subscribers import SUBSCRIBER
from models import every_table


def owned(subscriber_id: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """(table, its rows that are theirs), who depends on another after it."""
    mine: dict[str, Select[tuple[int]]] = {}
    for table in every_table().sorted_tables:
        condition = table.c.id == subscriber_id if table is SUBSCRIBER else _leading_to(table, mine)
        if condition is not None:
            if "id" in table.c:
                mine[table.name] = select(table.c.id).where(condition)
            yield table, condition


def _leading_to(table: Table, mine: dict[str, Select[tuple[int]]]) -> ColumnElement[bool] | None:
    """By a column of its own that names the person, else by all that name something of theirs."""
    keys = [(key.parent, key.column.table.name) for key in table.foreign_keys if key.column.table.name in mine]
    direct = [column for column, name in keys if name == SUBSCRIBER.name]
    if direct:
        return or_(false(), *(column.in_(mine[SUBSCRIBER.name]) for column in direct))
    return or_(false(), *(column.in_(mine[name]) for column, name in keys)) if keys else None
