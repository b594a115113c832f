"""Commands for subscribers."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

import database as db
from alerts import mutes
from alerts import searches as people
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
    posting_key,
    write_rows,
)
from commands.places import change_address, confirm_address, reach, read_place, write
from logs import redact_value
from settings import Settings

subscribers = typer.Typer(no_args_is_help=True, help="People, and where they are reached.")

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
    bot = asyncio.run(bot_name(settings))
    with write(settings) as connection:
        known = _known(connection, name, email)
        subscriber_id = known if known else people.add_subscriber(connection, name, now, timezone)
        for one in [*([f"email:{email}"] if email else []), *(address or [])]:
            reach(connection, settings, subscriber_id, *read_place(one), now)
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


async def bot_name(settings: Settings) -> str:
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


subscribers.command("address")(change_address)
subscribers.command("confirm")(confirm_address)


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
    engine = open_database(load_settings(config, database, logs=False))
    with db.read(engine) as connection:
        rows = people.list_subscribers(connection)
    write_rows(rows, SUBSCRIBER_COLUMNS, form, narrow=NARROW_SUBSCRIBER_COLUMNS)


@subscribers.command("mute")
def mute(
    who: Annotated[str, typer.Argument(help="A subscriber's name, number or address.")],
    posting: Annotated[str, typer.Option(help="A posting's id, or the address of its page or ad.")] = "",
    company: Annotated[str, typer.Option(help="An employer, named as postings name it.")] = "",
    off: Annotated[str, typer.Option(help="What is muted, by its name: tell of it again.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Tell a person no more of a posting or an employer, or of it again; shows what is muted then.

    Examples: rolewire subscribers mute Ada --company Acme · rolewire subscribers mute Ada --off Acme
    """
    now = datetime.now(UTC)
    with write(load_settings(config, database)) as connection:
        owner = people.find_subscriber(connection, who)["id"]
        if posting:
            mutes.mute_posting(connection, owner, posting_key(connection, posting), now)
        if company:
            mutes.mute_company(connection, owner, company, now)
        if off:
            mutes.unmute(connection, owner, off)
        rows = mutes.list_mutes(connection, owner)
    write_rows(rows, ("what", "name", "muted_at"), form)
