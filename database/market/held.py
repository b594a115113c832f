"""Figures out of the columns in memory: the same as SQL counts, in a process that keeps them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import Connection, select

from database import memory
from database.market.figures import Asked, Row
from database.market.scope import POSTING

if TYPE_CHECKING:
    from database.answering import Asked as Put
    from search.columns import Columns, Numbers
    from search.lives import Lives

Told = TypeVar("Told")


@dataclass(frozen=True)
class Held:
    """The columns, and which postings are asked about, in the order of their ids."""

    columns: "Columns"
    lives: "Lives"
    ids: "Numbers"

    @property
    def open(self) -> "Numbers":
        """Those of them that are open."""
        found: Numbers = self.ids[self.columns.of["is_open"][self.ids]]
        return found


class Group(NamedTuple):
    """A value of a dimension, the id of one posting that has it, and what is told of all that do."""

    value: str
    example: int
    told: Any


@dataclass(frozen=True)
class Holder:
    """Who tells of the columns."""

    asked: "Put"

    def told(self, tell: Callable[[Held], Told]) -> Told:
        """What is told of them while they stay as they are."""
        return self.asked.told(lambda columns, ids: tell(Held(columns, self.asked.kept.lives, ids)))


def held(connection: Connection, asked: Asked, now: datetime) -> Holder | None:
    """Who tells of the columns; None where SQL has to count."""
    found = memory.asked(connection, asked.query, now, asked.for_all)
    return None if found is None else Holder(found)


def rows_of(connection: Connection, by: str, groups: Sequence[Group]) -> list[Row]:
    """A row a group, under its name."""
    return [{by: name, **one.told} for name, one in zip(names(connection, by, groups), groups, strict=True)]


def names(connection: Connection, by: str, groups: Sequence[Group]) -> list[str]:
    """What groups are called: a company as one of its postings writes it."""
    if by != "company":
        return [one.value for one in groups]
    wanted = select(POSTING.c.id, POSTING.c.company).where(POSTING.c.id.in_([one.example for one in groups]))
    found = {row.id: row.company for row in connection.execute(wanted)}
    return [found.get(one.example, one.value) for one in groups]
