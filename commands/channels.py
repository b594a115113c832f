"""Commands about channels: how each is, and whether a message gets through."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

import database as db
from alerts import channels as channels_room
from alerts.addresses import addresses_of
from alerts.searches import find_subscriber
from alerts.trying import Address, try_out
from commands.common import (
    Config,
    DatabaseUrl,
    FailureError,
    FormatOption,
    MisuseError,
    load_settings,
    note,
    open_database,
    waiting,
    write_rows,
)
from settings import Settings

COLUMNS = ("channel", "address", "result", "answer")
channels = typer.Typer(no_args_is_help=True, help="Channels: how each is, and whether a message gets through.")


@channels.command("test")
def channels_test(
    who: Annotated[
        str, typer.Argument(help="A subscriber's name or number, or CHANNEL:ADDRESS; none: [operator] addresses.")
    ] = "",
    channel: Annotated[str, typer.Option(help="Only this channel of theirs.")] = "",
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Send one message to each address and show what the provider answers. Exits 1 if one was not taken.

    Examples: rolewire channels test · rolewire channels test Ada · rolewire channels test email:ada@example.org
    """
    settings = load_settings(config, database)
    addresses = [one for one in _addresses(settings, who) if channel in ("", one[0])]
    if not addresses:
        raise MisuseError(f"{who or '[operator] addresses'}: no address" + f" on {channel}" * bool(channel))
    with waiting("sending"):
        rows = asyncio.run(try_out(settings, addresses))
    write_rows(rows, COLUMNS, form)
    if refused := sum(row["result"] != "taken" for row in rows):
        raise FailureError(f"{refused} of {len(rows)} not taken; `rolewire doctor` looks for the cause")


def _addresses(settings: Settings, who: str) -> Sequence[Address]:
    if ":" in who or not who:
        written = [who] if who else settings.operator.addresses
        if not written:
            raise MisuseError("[operator] addresses names nobody; say WHO, as in `rolewire channels test Ada`")
        return [_read(one) for one in written]
    with db.read(open_database(settings)) as connection:
        return addresses_of(connection, find_subscriber(connection, who)["id"])


def _read(written: str) -> Address:
    try:
        return channels_room.read_address(written)
    except ValueError as error:
        raise MisuseError(str(error)) from None


@channels.command("key")
def channels_key(
    address: Annotated[str, typer.Argument(help="As webhook:https://host/path.")],
    config: Config = None,
) -> None:
    """Print the key by which a webhook's receiver checks that a message is from here; give it to nobody else.

    Example: rolewire channels key webhook:https://hooks.example.org/jobs
    """
    from alerts.channels.webhook import shown_key

    channel, cleaned = _read(address)
    if channel != "webhook":
        raise MisuseError(f"{channel} signs nothing: only a webhook has a key")
    typer.echo(shown_key(load_settings(config, None), cleaned))


@channels.command("unhook")
def channels_unhook(config: Config = None) -> None:
    """Take a left-over webhook off the Telegram bot, so that it hears again.

    Example: rolewire channels unhook
    """
    from telegram.error import TelegramError

    from alerts.channels.telegram import keys, new_bot
    from logs import redact_value

    telegram = keys(load_settings(config, None))
    if not telegram.token.get_secret_value():
        raise MisuseError("telegram.token is empty: there is no bot")

    async def unhook() -> str:
        async with new_bot(telegram) as bot:
            url = (await bot.get_webhook_info()).url
            await bot.delete_webhook()
            return url

    try:
        url = asyncio.run(unhook())
    except TelegramError as error:
        raise FailureError(f"Telegram: {redact_value(str(error))}; nothing was changed") from None
    note(f"the webhook at {url} is taken away" if url else "there is no webhook")
