"""What a class says of its columns, made into a table. The rooms write Core statements and need no ORM.

    class Word(Row):
        __tablename__ = "word"
        id: int | None = column(default=None, primary_key=True)
        text: str

`Word.__table__` is the table, and `Word(text="a").model_dump()` a row for it with the defaults of the others.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import NoneType
from typing import Any, ClassVar, dataclass_transform, get_args, get_type_hints

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Integer, Interval, LargeBinary, MetaData, String
from sqlalchemy import Table as CoreTable
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class UTCDateTime(TypeDecorator[datetime]):
    """Aware times only; they come back in UTC, from a database without time zones too."""

    from sqlalchemy import DateTime as impl  # noqa: N813

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:  # noqa: ARG002
        """Two times apart are a length of time."""
        return Interval() if isinstance(value, timedelta) else self

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Raises ValueError for a time without its zone."""
        if value is not None and value.utcoffset() is None:
            raise ValueError("times must have timezone information: use datetime.now(UTC)")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """As UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.utcoffset() is None else value.astimezone(UTC)


_UNSET: Any = object()
_TYPES: dict[Any, type[TypeEngine[Any]]] = {
    str: String, int: Integer, float: Float, bool: Boolean, bytes: LargeBinary, date: Date, datetime: UTCDateTime,
    dict: JSON, list: JSON,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """What a class says of one column. `sa_column`: it is said whole."""

    default: Any
    sa_column: Column[Any] | None
    foreign_key: str
    options: dict[str, Any]

    def default_value(self) -> Any:
        """What a new row has; `_UNSET` where it must be said."""
        return self.default() if callable(self.default) else self.default

    def made(self, name: str, hint: Any) -> Column[Any]:
        """The column."""
        if self.sa_column is not None:
            self.sa_column.name = self.sa_column.key = name
            return self.sa_column
        kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
        keys = [ForeignKey(self.foreign_key)] if self.foreign_key else []
        options = self.options if self.default is _UNSET else self.options | {"default": self.default}
        is_nullable = NoneType in get_args(hint) and not self.options["primary_key"]
        return Column(name, _TYPES[kinds[0]](), *keys, nullable=is_nullable, **options)


def column(
    *,
    default: Any = _UNSET,
    default_factory: Callable[[], Any] | None = None,
    primary_key: bool = False,
    foreign_key: str = "",
    index: bool = False,
    unique: bool = False,
    sa_column: Column[Any] | None = None,
) -> Any:
    """A column; its type is the annotation's, or that of `sa_column`."""
    options = {"primary_key": primary_key, "index": index, "unique": unique}
    return _Said(default_factory or default, sa_column, foreign_key, options)


@dataclass_transform(kw_only_default=True, field_specifiers=(column,))
class Row:
    """A class of rows, and its table."""

    metadata: ClassVar[MetaData] = MetaData()
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Any, ...]] = ()  # constraints and indexes, and a dictionary of options at the end
    __table__: ClassVar[CoreTable]
    _said: ClassVar[dict[str, _Said]]

    def __init_subclass__(cls, metadata: MetaData | None = None) -> None:
        if metadata is not None:  # a family of tables of its own
            cls.metadata = metadata
            return
        hints = {name: hint for name, hint in get_type_hints(cls).items() if not name.startswith("_")}
        del hints["metadata"]
        cls._said = {name: _read(vars(cls).get(name, _UNSET)) for name in hints}
        columns = [said.made(name, hints[name]) for name, said in cls._said.items()]
        args = [one for one in cls.__table_args__ if not isinstance(one, dict)]
        options: dict[str, Any] = next((one for one in cls.__table_args__ if isinstance(one, dict)), {})
        cls.__table__ = CoreTable(cls.__tablename__, cls.metadata, *columns, *args, **options)

    def __init__(self, **values: Any) -> None:
        """Raises TypeError for a column that the table has not, or that must be said and is not."""
        if unknown := values.keys() - self._said.keys():
            raise TypeError(f"{self.__tablename__} has no column {', '.join(sorted(unknown))}")
        for name, said in self._said.items():
            value = values[name] if name in values else said.default_value()
            if value is _UNSET:
                raise TypeError(f"{self.__tablename__}.{name} is needed")
            setattr(self, name, value)

    def model_dump(self, *, include: Collection[str] = (), exclude: Collection[str] = ()) -> dict[str, Any]:
        """The row as a dictionary; `include`: these columns only."""
        return {
            name: getattr(self, name) for name in self._said if (not include or name in include) and name not in exclude
        }


def _read(said: Any) -> _Said:
    return said if isinstance(said, _Said) else column(default=said)
