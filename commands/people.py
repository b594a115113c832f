"""Commands for subscribers and their saved searches."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

import database as db
import search
from alerts import searches as people
from alerts.channels import read_address
from alerts.erase import erase
from commands.common import (
    Config,
    DatabaseUrl,
    FailureError,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    write_rows,
)
from logs import redact_value
from models import Cadence
from settings import Settings

searches = typer.Typer(no_args_is_help=True, help="Saved searches.")
subscribers = typer.Typer(no_args_is_help=True, help="People, and where they are reached.")

Who = Annotated[str, typer.Option("--subscriber", help="A subscriber's name, number, e-mail address or chat id.")]
SEARCH_COLUMNS = (
    "public_id", "subscriber", "name", "query", "channels", "cadence", "events", "created_at", "paused_at",
)  # fmt: skip
NARROW_SEARCH_COLUMNS = ("public_id", "subscriber", "name", "channels", "cadence")
NARROW_SUBSCRIBER_COLUMNS = ("id", "name", "addresses", "searches")
SUBSCRIBER_COLUMNS = ("id", "name", "timezone", "addresses", "searches", "created_at", "stopped_at")


@subscribers.command("add")
def add_subscriber(
    name: Annotated[str, typer.Argument(help="How you call them.")],
    email: Annotated[str, typer.Option(help="Their e-mail address; they have agreed to be written to.")] = "",
    address: Annotated[list[str] | None, typer.Option(help="Where else they are reached, as CHANNEL:ADDRESS.")] = None,
    timezone: Annotated[str, typer.Option(help="An IANA name, for when digests go out.")] = "UTC",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Add a person and print the one-time link by which they join the Telegram bot.

    Examples: rolewire subscribers add Ada · rolewire subscribers add Ben --email ben@example.org --timezone Asia/Tokyo
    """
    settings = load_settings(config, database)
    now = datetime.now(UTC)
    bot = asyncio.run(_bot_name(settings))
    with _write(settings) as connection:
        known = _known(connection, name, email)
        subscriber_id = known if known else people.add_subscriber(connection, name, now, timezone)
        for one in [*([f"email:{email}"] if email else []), *(address or [])]:
            people.add_address(connection, subscriber_id, *_read(one), now)
        token = people.invite(connection, subscriber_id, now)
        is_reached = any(row["id"] == subscriber_id and row["addresses"] for row in people.list_subscribers(connection))
    note(f"{name} {'was added before' if known else 'is added'}" + (f" and reached at {email}" if email else ""))
    if bot:
        note("to be reached on Telegram they open this link once, within 7 days, and press Start:")
        typer.echo(people.invite_link(bot, token))
    elif not is_reached:
        note("no channel reaches them yet: set telegram.token and add them again, or give --email")


def _known(connection: Connection, name: str, email: str) -> int | None:
    """The person of that name who is to get a new link. Raises MisuseError where it must be somebody else."""
    for row in people.list_subscribers(connection):
        others = [one["address"] for one in row["addresses"] if one["channel"] == "email" and one["address"] != email]
        if row["name"] == name and email and others:
            raise MisuseError(f"there is a {name} already, reached at {others[0]}; give this one another name")
        if row["name"] == name:
            return int(row["id"])
    return None


async def _bot_name(settings: Settings) -> str:
    """The bot's name, empty where there is none."""
    from telegram.error import TelegramError  # only here: it takes a while to import

    from alerts.channels.telegram import keys, new_bot

    telegram = keys(settings)
    if not telegram.token.get_secret_value():
        return ""
    try:
        async with new_bot(telegram) as bot:
            return bot.username
    except TelegramError as error:
        told = redact_value(str(error))
        raise FailureError(
            f"Telegram at {telegram.api_url} does not tell the bot's name: {told}; nobody is added. Check"
            " telegram.token and the network, and try again"
        ) from None


@subscribers.command("address")
def change_address(
    who: Annotated[str, typer.Argument(help="A subscriber's name, number or address.")],
    address: Annotated[str, typer.Argument(help="As CHANNEL:ADDRESS, for example email:ada@example.org.")],
    instead: Annotated[bool, typer.Option("--instead", help="In place of the one they have on this channel.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Reach them there no more.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Reach a person at one more address, or no more; one that was disabled is tried again, and hears what it missed.

    Examples: rolewire subscribers address Ada email:ada@example.org · … Ada telegram:42 --remove
    """
    now, (channel, cleaned) = datetime.now(UTC), _read(address)
    with _write(load_settings(config, database)) as connection:
        owner = people.find_subscriber(connection, who)
        if remove:
            people.remove_address(connection, owner["id"], channel, cleaned, now)
        else:
            change = people.set_address if instead else people.add_address
            change(connection, owner["id"], channel, cleaned, now)
    note(f"{owner['name']} is {'no more ' if remove else ''}reached at {channel}:{cleaned}")


def _read(address: str) -> tuple[str, str]:
    try:
        return read_address(address)
    except ValueError as error:
        raise MisuseError(str(error)) from None


@subscribers.command("erase")
def erase_subscriber(
    who: Annotated[str, typer.Argument(help="A subscriber's name, number or address.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Erase a person: addresses, searches, what was matched and sent, and every word about them. It cannot be undone.

    Backups made before still hold them. Example: rolewire subscribers erase Ada
    """
    engine = open_database(load_settings(config, database))
    with db.read(engine) as connection:
        owner = people.find_subscriber(connection, who)
        count = len(people.list_searches(connection, owner["id"]))
    told = f"{owner['name']} (number {owner['id']}), with {count} searches"
    if not yes and not _is_meant(f"erase {told}? It cannot be undone"):
        raise MisuseError("nothing is erased; --yes does it without asking")
    note(f"{erase(engine, owner['id'], datetime.now(UTC))} rows are erased")


def _is_meant(question: str) -> bool:
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:  # nobody is there to answer
        return False


@subscribers.command("list")
def list_subscribers(form: FormatOption = None, config: Config = None, database: DatabaseUrl = None) -> None:
    """List everybody, their channels (a disabled one with its reason) and how many searches they have.

    Example: rolewire subscribers list
    """
    engine = open_database(load_settings(config, database))
    with db.read(engine) as connection:
        rows = people.list_subscribers(connection)
    write_rows(rows, SUBSCRIBER_COLUMNS, form, narrow=NARROW_SUBSCRIBER_COLUMNS)


@searches.command("add")
def add_search(
    query: Annotated[str, typer.Argument(help="What to look for, in the query language.")],
    subscriber: Who,
    name: Annotated[str, typer.Option(help="A short name; none: the query itself.")] = "",
    channel: Annotated[
        list[str] | None, typer.Option(help="Where it goes; more than one is possible. None: where they are reached.")
    ] = None,
    cadence: Annotated[Cadence, typer.Option(help="instant, or one digest a day or week.")] = Cadence.INSTANT,
    weekday: Annotated[str, typer.Option(help="For weekly: mon … sun.")] = "mon",
    time: Annotated[str, typer.Option(help="For daily and weekly: HH:MM in their time zone.")] = "08:00",
    quiet: Annotated[str, typer.Option(help="Hours in which nothing is sent at once: 22:00-07:00.")] = "",
    timezone: Annotated[str, typer.Option(help="Its own time zone; none: their owner's.")] = "",
    events: Annotated[str, typer.Option(help="Later events to tell too: changed,closed,reopened.")] = "",
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Save a search for a subscriber and say how many postings match it now.

    Example: rolewire searches add 'role:ai-engineer remote:EU (agents OR rag)' --subscriber Ada
    """
    settings = load_settings(config, database)
    parsed = search.parse_saved(query)
    now = datetime.now(UTC)
    with _write(settings) as connection:
        owner = people.find_subscriber(connection, subscriber)
        row = people.add_search(
            connection, owner["id"], query, now, name=name, channels=channel or [], cadence=cadence,
            weekday=weekday, time_of_day=time, quiet=quiet, own_zone=timezone, is_parsed=True,
            events=[event.strip() for event in events.split(",") if event.strip()],
        )  # fmt: skip
    with db.read(open_database(settings)) as connection:
        count = db.count_postings(connection, parsed & search.parse("is:open"), now)
    where = " and ".join(row["channels"])
    note(f"saved as {row['public_id']}: {row['name']!r} for {owner['name']}, {row['cadence']} on {where}")
    note(f"{count} open postings match now; they are told once, in one message of at most 20")


@searches.command("list")
def list_searches(
    subscriber: Annotated[str, typer.Option("--subscriber", help="Only this person's.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """List saved searches.

    Example: rolewire searches list --subscriber Ada
    """
    engine = open_database(load_settings(config, database))
    with db.read(engine) as connection:
        owner = people.find_subscriber(connection, subscriber)["id"] if subscriber else None
        names = {row["id"]: row["name"] for row in people.list_subscribers(connection)}
        rows = [row | {"subscriber": names[row["subscriber_id"]]} for row in people.list_searches(connection, owner)]
    write_rows(rows, SEARCH_COLUMNS, form, narrow=NARROW_SEARCH_COLUMNS)


@searches.command("remove")
def remove_search(
    search_id: Annotated[str, typer.Argument(metavar="SEARCH", help="Its id or name, as in `searches list`.")],
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Remove a saved search; what it had waiting is not sent.

    Example: rolewire searches remove xKzBq3Fh
    """
    with _write(load_settings(config, database)) as connection:
        row = people.find_search(connection, search_id)
        people.remove_search(connection, row["id"], datetime.now(UTC))
    note(f"removed {row['name']!r}")


@contextmanager
def _write(settings: Settings) -> Iterator[Connection]:
    engine = open_database(settings, must_exist=False)
    with db.transaction(engine) as connection:
        yield connection
