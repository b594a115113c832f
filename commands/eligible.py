"""Whose facts `eligible:` goes by on the command line: a subscriber's who is named, or of the only one there is."""

from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import MisuseError

if TYPE_CHECKING:
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


def facts_in(engine: "Engine", query: str, subscriber: str = "") -> str:
    """The same in a transaction of its own; none where the query does not ask."""
    if "eligible" not in query.lower():
        return ""
    from database import read

    with read(engine) as connection:
        return facts(connection, query, subscriber)
