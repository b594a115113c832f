"""Whose facts `eligible:` goes by on the command line: a subscriber's who is named, or of the only one there is."""

from typing import TYPE_CHECKING, Annotated

import typer

import search
from commands.common import MisuseError, open_database
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

ByWhom = Annotated[
    str, typer.Option("--subscriber", help="Whose profile `eligible:` goes by, where there are several.")
]


def facts(connection: "Connection", query: str, subscriber: str = "") -> str:
    """The facts that a query goes by; empty where it does not ask, or nobody gave any. Raises MisuseError."""
    if "eligible" not in query.lower():
        return ""
    from alerts.profiles import facts_of, only_profile
    from alerts.subscribers import find_subscriber

    if subscriber:
        return facts_of(connection, find_subscriber(connection, subscriber)["id"])
    given = only_profile(connection)
    if given is None:
        raise MisuseError(
            "eligible: goes by a person's profile, and several have given one: say whose, --subscriber NAME"
        )
    return given.facts


def facts_in(opened: "Callable[[], Engine]", query: str, subscriber: str = "") -> str:
    """The same in a database that is opened for it; none where the query does not ask."""
    if "eligible" not in query.lower():
        return ""
    from database import read

    with read(opened()) as connection:
        return facts(connection, query, subscriber)


def read_query(settings: Settings, query: str, subscriber: str = "") -> search.Query | None:
    """The query of an argument, for whoever is meant; None where it is empty. Raises QueryError and MisuseError."""
    if not query.strip():
        return None
    return search.parse(query, facts_in(lambda: open_database(settings), query, subscriber))
