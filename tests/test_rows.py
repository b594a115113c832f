"""What a class says of its columns is the table's, and a row has the defaults of what is not said."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Column, MetaData, UniqueConstraint, create_engine, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable

from rows import Row, column

NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)


class Apart(Row, metadata=MetaData()):
    """Of no database of ours."""


class Basket(Apart):
    __tablename__ = "basket"
    __table_args__ = (UniqueConstraint("name"), {"sqlite_with_rowid": True})
    id: int | None = column(default=None, primary_key=True)
    name: str
    at: datetime
    day: date | None = None
    is_open: bool = False
    weight: float = 0.0
    size: int = column(default=0, sa_column=Column(BigInteger, nullable=False))
    fruit: list[str] = column(default_factory=list, sa_column=Column(JSON, nullable=False))


class Apple(Apart):
    __tablename__ = "apple"
    basket_id: int = column(foreign_key="basket.id", primary_key=True, index=True)


def test_the_table_is_what_the_class_says() -> None:
    words = " ".join(str(CreateTable(Basket.__table__)).split())
    assert words == (
        "CREATE TABLE basket ( id INTEGER NOT NULL, name VARCHAR NOT NULL, at DATETIME NOT NULL, day DATE,"
        " is_open BOOLEAN NOT NULL, weight FLOAT NOT NULL, size BIGINT NOT NULL, fruit JSON NOT NULL,"
        " PRIMARY KEY (id), UNIQUE (name) )"
    )
    assert "FOREIGN KEY(basket_id) REFERENCES basket (id)" in str(CreateTable(Apple.__table__))
    assert [index.name for index in Apple.__table__.indexes] == ["ix_apple_basket_id"]


def test_a_row_has_the_defaults_of_what_is_not_said() -> None:
    one, other = Basket(name="a", at=NOW), Basket(name="b", at=NOW)
    assert one.model_dump(exclude={"id"}) == {
        "name": "a", "at": NOW, "day": None, "is_open": False, "weight": 0.0, "size": 0, "fruit": [],
    }  # fmt: skip
    one.fruit.append("pear")
    assert other.fruit == []
    assert one.model_dump(include={"name", "fruit"}) == {"name": "a", "fruit": ["pear"]}


@pytest.mark.parametrize(
    ("values", "words"), [({"name": "a"}, "basket.at"), ({"name": "a", "at": NOW, "hue": 1}, "hue")]
)
def test_a_row_that_lacks_something_or_has_too_much_is_none(values: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        Basket(**values)


def test_times_are_kept_in_utc_and_need_their_zone() -> None:
    engine = create_engine("sqlite://")
    table = Basket.__table__
    with engine.begin() as connection:
        Apart.metadata.create_all(connection)
        there = NOW.astimezone(timezone(timedelta(hours=9)))
        connection.execute(insert(table).values(Basket(name="a", at=there).model_dump(exclude={"id"})))
        assert connection.execute(select(table.c.at)).scalar_one() == NOW
        assert connection.execute(
            select(table.c.at).where(table.c.at < there + timedelta(seconds=1))
        ).scalars().all() == [NOW]
        with pytest.raises(StatementError, match="timezone"):
            connection.execute(insert(table).values(name="b", at=NOW.replace(tzinfo=None)))


def test_defaults_hold_where_a_statement_leaves_columns_out() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        Apart.metadata.create_all(connection)
        connection.execute(insert(Basket.__table__), [{"name": "a", "at": NOW, "size": 1, "fruit": []}])
        row = connection.execute(select(Basket.__table__)).mappings().one()
    assert (row["weight"], row["is_open"], row["day"]) == (0.0, False, None)
