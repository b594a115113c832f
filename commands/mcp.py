"""The command that serves the tools for language models."""

from datetime import UTC, datetime
from typing import Annotated

import typer

import database as db
from alerts import searches as people
from commands.common import Config, DatabaseUrl, MisuseError, load_settings, open_database


def mcp(
    subscriber: Annotated[str, typer.Option("--subscriber", help="Whose searches it may save and list.")] = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Serve the tools for language models (MCP) on standard input and output, as a program that uses them starts it.

    Example: rolewire mcp --subscriber Ada
    """
    try:
        from web.mcp import serve
    except ModuleNotFoundError as error:
        raise MisuseError(f"this needs the MCP SDK ({error.name} is missing): pip install 'rolewire[mcp]'") from None
    from condition import Condition
    from web.site import Site

    settings = load_settings(config, database)
    engine = open_database(settings)
    person = None
    if subscriber:
        with db.read(engine) as connection:
            person = int(people.find_subscriber(connection, subscriber)["id"])
    site = Site(settings, engine, db.READ_SECONDS, lambda: datetime.now(UTC), Condition(settings, engine))
    serve(site, lambda _context: person).run("stdio")
