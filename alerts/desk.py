"""Where the bot's replies are made: what was asked, what is answered, and who asks."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Any

from sqlalchemy import Connection, Engine, select

import search
from alerts import searches
from alerts.addresses import BY_WRITING
from alerts.cadence import zone
from alerts.outgoing import Keyboard
from alerts.searches import SubscriberError
from alerts.subscribers import SUBSCRIBER
from alerts.wording import clean
from database import bounded_read, transaction
from settings import Settings

COUNT_SECONDS = 1.0  # for all counts of an answer together
POINTED = 34  # characters of a query in one line of a phone


class How(StrEnum):
    """What becomes of an answer: a new message, the message whose button was pressed, its buttons only, or nothing."""

    SAY = "say"
    EDIT = "edit"
    BUTTONS = "buttons"
    TOAST = "toast"


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: who sent it from which chat of which channel, and what stands behind it; of other text, all of it.

    Of a button: what it says, in which message it stands, and what stands there set off as code, or behind a link.
    `heard`: what it is kept as in the inbox.
    """

    channel: str
    chat: str
    user: int
    name: str
    argument: str
    now: datetime
    message_id: int = 0
    set_off: tuple[str, ...] = ()
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as plain text, and as Bot API HTML where that shows it better; `toast` is shown for a moment, to
    whoever pressed a button. `file`: its name and content."""

    text: str
    html: str = ""
    buttons: Keyboard = ()
    how: How = How.SAY
    toast: str = ""
    file: tuple[str, bytes] | None = None


def toast(words: str) -> Reply:
    """An answer that only whoever pressed sees, for a moment."""
    return Reply("", how=How.TOAST, toast=words)


def with_code(lines: Sequence[str], code: Sequence[str], buttons: Keyboard = (), how: How = How.SAY) -> Reply:
    """Lines of text, of which those that are `code` are set off: there a button finds them again."""
    marked = [f"<code>{escape(line)}</code>" if line in code else escape(line) for line in lines]
    return Reply("\n".join(lines), "\n".join(marked), buttons, how)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where replies are made. What takes long is asked in reads, which end by themselves; writes are short."""

    engine: Engine
    settings: Settings

    def read(self, seconds: float = COUNT_SECONDS) -> AbstractContextManager[Connection]:
        """Raises TooSlowError."""
        return bounded_read(self.engine, max(seconds, 0.001))

    def write(self) -> AbstractContextManager[Connection]:
        """A short transaction."""
        return transaction(self.engine)


def refusal(error: search.QueryError) -> Reply:
    """The message, and below it the place in the query; carets line up in a fixed font only."""
    if not error.query.strip():
        return Reply(sentence(error.message))
    start = max(0, min(error.position - POINTED // 2, len(error.query) - POINTED))
    shown = "".join(char if char.isprintable() else " " for char in error.query[start : start + POINTED])
    at = error.position - start
    lines = f"{shown}\n{' ' * at}{'^' * max(1, min(error.length, len(shown) - at))}"
    words = clean(sentence(error.message), 600)
    return Reply(f"{words}\n{lines}", f"{escape(words)}\n<pre>{escape(lines)}</pre>")


def owner_of(connection: Connection, asked: Asked) -> int | None:
    """The person behind the chat."""
    return searches.find_by_address(connection, asked.channel, asked.chat)


def searches_of(connection: Connection, asked: Asked) -> list[dict[str, Any]]:
    """Their searches."""
    own = owner_of(connection, asked)
    return [] if own is None else searches.list_searches(connection, own)


def timezone_of(connection: Connection, subscriber_id: int) -> str:
    """A person's time zone."""
    return str(connection.execute(select(SUBSCRIBER.c.timezone).where(SUBSCRIBER.c.id == subscriber_id)).scalar_one())


def local(at: datetime, timezone: str) -> str:
    """A moment as a person of that zone says it."""
    return f"{at.astimezone(zone(timezone)):%A, %d %B, %H:%M} {timezone}"


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) or not words else ".")


def subscribe(connection: Connection, settings: Settings, asked: Asked) -> int:
    """A new person, where the access mode lets them in. Raises SubscriberError."""
    access = settings.access
    if access.mode == "invite":
        raise SubscriberError("This service is by invitation: open the link that its operator gives you.")
    if access.mode == "list" and asked.user not in access.allowed:
        raise SubscriberError(f"You are not on this service's list. Your Telegram id, for its operator: {asked.user}")
    own = searches.add_subscriber(connection, clean(asked.name, 60) or asked.chat, asked.now)
    searches.set_address(connection, own, asked.channel, asked.chat, asked.now, BY_WRITING)
    return own
