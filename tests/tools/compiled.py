"""Statements are compiled once a process, though each test has a database and so an engine of its own.

SQLAlchemy's own caches are kept; they only outlive the engine. They know a statement by its dialect, which differs
between the engines of a kind in nothing here: one driver, one server, the arguments of `database.open_engine`.
"""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

KEPT = 4000  # more than the statements of all tests


def share() -> None:
    """Give every engine of this process the same cache, from its first connection on."""
    kept = LRUCache[object, object](KEPT)
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]

    def give(connection: Connection) -> None:
        connection.engine._compiled_cache = kept

    event.listen(Engine, "engine_connect", give)
