"""Commands about messages: what waits, what failed and why; tried again, or called off."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

import database as db
from alerts import handling
from alerts.messages import list_messages
from alerts.wording import plural
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
from models import DeliveryState

COLUMNS = ("id", "subscriber", "channel", "cadence", "state", "postings", "attempts", "next_at", "error")
NARROW = ("id", "subscriber", "channel", "state", "error")
SHOWN = (
    "id",
    "subscriber",
    "channel",
    "address",
    "cadence",
    "state",
    "attempts",
    "next_at",
    "sent_at",
    "error",
    "postings",
)
UNSENT = tuple(state for state in DeliveryState if state not in (DeliveryState.SENT, DeliveryState.CANCELLED))
outbox = typer.Typer(no_args_is_help=True, help="Messages: what waits, what failed and why.")
Answer = TypeVar("Answer")
Ids = Annotated[list[int], typer.Argument(help="Numbers of messages, as in `outbox list`.")]


@outbox.command("list")
def outbox_list(
    state: Annotated[
        list[DeliveryState] | None, typer.Option(help="Only these; more than one is possible. None: all but sent.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that were sent or called off too.")] = False,
    limit: Annotated[int, typer.Option(help="The newest so many.", min=1, max=100_000)] = 100,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """List messages that are not sent yet, or failed: whose, how many postings, the next try, why.

    Examples: rolewire outbox list · rolewire outbox list --state failed --format json
    """
    with db.read(open_database(load_settings(config, database))) as connection:
        rows = list_messages(connection, () if everything else state or UNSENT, limit)
    write_rows(rows, COLUMNS, form, narrow=NARROW)
    if not rows:
        note("no message waits, and none failed; --all shows those that were sent")


@outbox.command("show")
def outbox_show(
    message: Annotated[int, typer.Argument(help="Its number, as in `outbox list`.")],
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Show a message: for whom, what it tells of, what became of it and why.

    Example: rolewire outbox show 17
    """
    with db.transaction(open_database(load_settings(config, database))) as connection:
        row = _asked(lambda: handling.show(connection, message))
    write_rows([row], SHOWN, form)


@outbox.command("retry")
def outbox_retry(
    messages: Ids,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Have messages tried at once: those that wait, and those that were given up.

    Example: rolewire outbox retry 17 18
    """
    with db.transaction(open_database(load_settings(config, database))) as connection:
        count = _asked(lambda: handling.retry(connection, messages, datetime.now(UTC)))
    note(f"{plural(count, 'message')} will be tried next; a channel that rests is tried when its rest is over")


@outbox.command("cancel")
def outbox_cancel(messages: Ids, config: Config = None, database: DatabaseUrl = None) -> None:
    """Call messages off: they are not sent, and what they hold is not told.

    Example: rolewire outbox cancel 17
    """
    with db.transaction(open_database(load_settings(config, database))) as connection:
        count = _asked(lambda: handling.call_off(connection, messages))
    note(f"{plural(count, 'message')} called off")


def _asked(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except handling.DeskError as error:
        raise MisuseError(str(error)) from None
