"""Commands about where a person is reached: at one more address, no more, and whether they agree."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

import database as db
from alerts import optin, suppression
from alerts import searches as people
from alerts.addresses import AGAIN, BY_WORD
from alerts.channels import CHANNELS, asks_first, read_address, shown_address
from commands.common import Config, DatabaseUrl, MisuseError, load_settings, note, open_database
from settings import Settings

Place = tuple[str, str]  # channel, address


def change_address(
    who: Annotated[str, typer.Argument(help="A subscriber's name, number or address.")],
    address: Annotated[str, typer.Argument(help="As CHANNEL:ADDRESS, for example email:ada@example.org.")],
    instead: Annotated[bool, typer.Option("--instead", help="In place of the one they have on this channel.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Reach them there no more.")] = False,
    again: Annotated[bool, typer.Option("--again", help="They were erased, and ask to be written to again.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Reach a person at one more address, or no more; one that was disabled is tried again, and hears what it missed.

    An Apprise address or a webhook gets a message first that asks to confirm it.

    Examples: rolewire subscribers address Ada email:ada@example.org · … Ada telegram:42 --remove
    """
    now, settings = datetime.now(UTC), load_settings(config, database)
    channel, given = _as_shown(address) if remove else read_place(address)
    with write(settings) as connection:
        owner = people.find_subscriber(connection, who)
        if remove:
            people.remove_address(connection, owner["id"], channel, given, now)
        is_asked = not remove and reach(connection, settings, owner["id"], channel, given, now, instead, again)
    shown = shown_address(channel, given)
    if is_asked:
        note(f"{shown} is asked to confirm, by a link or a code: `rolewire subscribers confirm {who} CODE`")
    else:
        note(f"{owner['name']} is {'no more ' if remove else ''}reached at {shown}")


def confirm_address(
    who: Annotated[str, typer.Argument(help="A subscriber's name, number or address.")],
    code: Annotated[str, typer.Argument(help="The eight digits that the address got.")],
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Confirm an address by the code that was sent to it, where no page is public that its link could open.

    Example: rolewire subscribers confirm Ada 12345678
    """
    with write(load_settings(config, database)) as connection:
        owner = people.find_subscriber(connection, who)
        try:
            address = optin.confirm_code(connection, owner["id"], code, datetime.now(UTC))
        except optin.ConfirmationError:
            raise MisuseError("this code confirms no address of theirs") from None
    note(f"{owner['name']} is reached at {address}")


def reach(
    connection: Connection, settings: Settings, subscriber_id: int, channel: str, address: str, now: datetime,
    is_instead: bool = False, is_again: bool = False,
) -> bool:  # fmt: skip
    """Reach a person there; True where the address is asked first."""
    if is_again:
        suppression.lift(connection, channel, address)
    if asks_first(channel):
        optin.propose(connection, settings, subscriber_id, channel, address, now)
        return True
    change = people.set_address if is_instead else people.add_address
    change(connection, subscriber_id, channel, address, now, AGAIN if is_again else BY_WORD)
    return False


def read_place(address: str) -> Place:
    """Raises MisuseError."""
    try:
        return read_address(address)
    except ValueError as error:
        raise MisuseError(str(error)) from None


def _as_shown(address: str) -> Place:
    """Of one that may be written as it is shown."""
    try:
        return read_address(address)
    except ValueError:
        channel, colon, written = address.partition(":")
        if not colon or channel not in CHANNELS:
            raise MisuseError(f"{address!r} is no address; write CHANNEL:ADDRESS") from None
    return channel, written


@contextmanager
def write(settings: Settings) -> Iterator[Connection]:
    """A transaction on the database, which is made where there is none."""
    engine = open_database(settings, must_exist=False)
    with db.transaction(engine) as connection:
        yield connection
