"""Commands about one person: show, edit, export, invite again."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import database as db
from alerts import searches as people
from alerts.holdings import as_file, holdings
from alerts.searches import SubscriberError
from alerts.subscribers import edit_subscriber
from commands.common import (
    Config,
    DatabaseUrl,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    write_rows,
)
from commands.people import bot_name, subscribers

Who = Annotated[str, typer.Argument(help="A subscriber's name, number or address.")]
COLUMNS = ("id", "name", "timezone", "addresses", "searches", "sent", "failed", "created_at", "stopped_at")
__all__ = ["subscribers"]


@subscribers.command("show")
def show_subscriber(who: Who, form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """Show a person: where they are reached, their searches, how many messages they were sent.

    Example: rolewire subscribers show Ada
    """
    with db.read(open_database(load_settings(config, database))) as connection:
        owner = people.find_subscriber(connection, who)
        row = next(row for row in people.list_subscribers(connection) if row["id"] == owner["id"])
        searches = people.list_searches(connection, owner["id"])
        messages = holdings(connection, owner["id"])["messages"]
    counts = {state: sum(one["state"] == state for one in messages) for state in ("sent", "failed")}
    write_rows([row | counts | {"searches": [_search(one) for one in searches]}], COLUMNS, form)


def _search(row: dict[str, Any]) -> str:
    paused = ", paused" if row["paused_at"] else ""
    return f"{row['name']} ({row['cadence']} on {' and '.join(row['channels'])}{paused}): {row['query']}"


@subscribers.command("edit")
def edit(
    who: Who,
    name: Annotated[str, typer.Option(help="Another name.")] = "",
    timezone: Annotated[str, typer.Option(help="An IANA name, for when digests go out.")] = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Change a person's name or time zone; `subscribers address` changes where they are reached.

    Example: rolewire subscribers edit Ada --timezone Europe/Paris
    """
    if not (name or timezone):
        raise MisuseError("nothing to change: give --name or --timezone")
    with db.transaction(open_database(load_settings(config, database))) as connection:
        owner = people.find_subscriber(connection, who)
        edit_subscriber(connection, owner["id"], name, timezone)
    note(
        f"{owner['name']} is " + " and ".join(filter(None, (name and f"called {name}", timezone and f"in {timezone}")))
    )


@subscribers.command("export")
def export_subscriber(
    who: Who,
    file: Annotated[Path | None, typer.Argument(help="Where to; none: standard output.")] = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Write all that is held of a person as JSON, for them to read: addresses, searches, messages, what was told.

    Example: rolewire subscribers export Ada ada.json
    """
    with db.read(open_database(load_settings(config, database))) as connection:
        found = as_file(holdings(connection, people.find_subscriber(connection, who)["id"])).decode()
    if file is None:
        typer.echo(found, nl=False)
        return
    file.touch(mode=0o600)
    file.write_text(found, encoding="utf-8")
    note(f"written to {file}")


@subscribers.command("invite")
def invite_subscriber(who: Who, config: Config = None, database: DatabaseUrl = None) -> None:
    """Print a new one-time link by which a person joins the Telegram bot; the one before is void.

    Example: rolewire subscribers invite Ada
    """
    settings = load_settings(config, database)
    bot = asyncio.run(bot_name(settings))
    if not bot:
        raise SubscriberError("telegram.token is empty: there is no bot to join")
    with db.transaction(open_database(settings)) as connection:
        owner = people.find_subscriber(connection, who)
        token = people.invite(connection, owner["id"], datetime.now(UTC))
    note(f"{owner['name']} opens this link once, within 7 days, and presses Start:")
    typer.echo(people.invite_link(bot, token))
