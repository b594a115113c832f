"""What the bot answers. Each reply opens what it needs of the database: reads that end, and one short write."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import Connection, Engine, select

import search
from alerts import searches
from alerts.cadence import DIGESTS
from alerts.channels import CHANNELS
from alerts.searches import SubscriberError
from alerts.subscribers import SUBSCRIBER
from alerts.wording import clean, given_name, plural, shorten
from database import TooSlowError, bounded_read, count_postings, find_postings, posting_json, transaction
from models import Cadence
from settings import Settings

HELP = """I watch job boards and write to you when an AI-engineering job opens that your search matches.

/search QUERY saves a search. Examples:
/search role:ai-engineer remote:EU salary>=120k
/search title:"machine learning" country:FR -intern

/search weekly QUERY (or daily) saves one that comes as a digest, once a week (or day)
/list shows your searches
/remove 1 removes the first of them
/stop ends all messages, /start goes on"""
NO_SEARCHES = "You have no searches yet. Save one with /search QUERY, for example:\n/search role:ai-engineer remote:EU"
COUNT_SECONDS = 1.0  # for all counts of an answer together
POINTED = 34  # characters of a query in one line of a phone
DAYS = {"mon": "Mondays", "tue": "Tuesdays", "wed": "Wednesdays", "thu": "Thursdays", "fri": "Fridays",
        "sat": "Saturdays", "sun": "Sundays"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: who sent it from which chat of which channel, and what stands behind it; of other text, all of it."""

    channel: str
    chat: str
    user: int
    name: str
    argument: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as plain text, and as Bot API HTML where that shows it better."""

    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where replies are made. What takes long is asked in reads, which end by themselves; writes are short."""

    engine: Engine
    settings: Settings

    def read(self, seconds: float = COUNT_SECONDS) -> AbstractContextManager[Connection]:
        """Raises TooSlowError."""
        return bounded_read(self.engine, max(seconds, 0.001))

    def write(self) -> AbstractContextManager[Connection]:
        return transaction(self.engine)


def start(desk: Desk, asked: Asked) -> Reply:
    """Subscribe by invitation or as the access mode allows, or go on after /stop."""
    try:
        with desk.write() as connection:
            known = _owner(connection, asked)
            own = _join(connection, desk.settings, asked) if known is None else known
            searches.resume(connection, own)
            searches.reach_again(connection, asked.channel, asked.chat, asked.now)
            kept = len(searches.list_searches(connection, own))
    except SubscriberError as error:
        return Reply(_sentence(str(error)))
    hello = f"Welcome{'' if known is None else ' back'}, {clean(asked.name, 60)}."
    return Reply(f"{hello} You have {plural(kept, 'search', 'searches')}: see /list." if kept else f"{hello}\n\n{HELP}")


def _join(connection: Connection, settings: Settings, asked: Asked) -> int:
    if asked.argument:
        return searches.redeem(connection, asked.argument, asked.channel, asked.chat, asked.now)
    return _subscribe(connection, settings, asked)


def help_(_desk: Desk, _asked: Asked) -> Reply:
    return Reply(HELP)


def other(_desk: Desk, asked: Asked) -> Reply:
    """What is no command that we know."""
    words = clean(asked.argument, 100)
    if words.startswith("/"):
        return Reply(f"I do not know {words.split()[0]}. /help shows what I can do.")
    return Reply(f"I read commands only. To save this as a search, send:\n/search {words}\nAll I can do: /help")


def search_(desk: Desk, asked: Asked) -> Reply:
    """Save the search, and say what was understood, what is open now and what comes next."""
    cadence, text = _read_wish(asked.argument)
    if not text:
        return Reply("Write the search behind the command, for example:\n/search role:ai-engineer remote:EU")
    try:
        query = search.parse_saved(text)
        with desk.write() as connection:
            row = _save(connection, desk.settings, asked, text, cadence)
    except search.QueryError as error:
        return refusal(error)
    except SubscriberError as error:
        return Reply(_sentence(str(error)))
    return Reply("\n".join([f"Saved: {query}", *_prospects(desk, query, row, asked)]))


def _save(connection: Connection, settings: Settings, asked: Asked, text: str, cadence: str) -> dict[str, Any]:
    own = _owner(connection, asked)
    own = _subscribe(connection, settings, asked) if own is None else own
    searches.reach_again(connection, asked.channel, asked.chat, asked.now)
    row = searches.add_search(
        connection, own, text, asked.now, channels=[asked.channel], cadence=cadence, is_parsed=True
    )
    return row | {"timezone": _timezone(connection, own)}


def _read_wish(argument: str) -> tuple[str, str]:
    """(cadence, query) of what stands behind /search."""
    first, *rest = argument.split(maxsplit=1)[:2] or [""]
    return (Cadence(first.lower()), rest[0]) if first.lower() in DIGESTS and rest else (Cadence.INSTANT, argument)


def refusal(error: search.QueryError) -> Reply:
    """The message, and below it the place in the query; carets line up in a fixed font only."""
    if not error.query.strip():
        return Reply(_sentence(error.message))
    start = max(0, min(error.position - POINTED // 2, len(error.query) - POINTED))
    shown = "".join(char if char.isprintable() else " " for char in error.query[start : start + POINTED])
    at = error.position - start
    lines = f"{shown}\n{' ' * at}{'^' * max(1, min(error.length, len(shown) - at))}"
    words = clean(_sentence(error.message), 600)
    return Reply(f"{words}\n{lines}", f"{escape(words)}\n<pre>{escape(lines)}</pre>")


def _prospects(desk: Desk, query: search.Query, row: dict[str, Any], asked: Asked) -> list[str]:
    later = f"in a digest, {_when(row)}" if row["cadence"] in DIGESTS else "as they open"
    try:
        with desk.read() as connection:
            count, lines = _open_now(connection, query, asked.now)
    except TooSlowError:
        return [f"What matches now took too long to count. It comes in one message; after that, new ones {later}."]
    if not count:
        return [*lines, f"Nothing matches yet: fewer or wider conditions find more. New ones come {later}."]
    wait = plural(desk.settings.alerts.baseline_minutes, "minute")
    return [*lines, f"They come in one message in about {wait}; after that, new ones {later}."]


def _open_now(connection: Connection, query: search.Query, now: datetime) -> tuple[int, list[str]]:
    """(how many are open, that and the newest of them in words)."""
    open_now = query & search.parse("is:open")
    count = count_postings(connection, open_now, now)
    month = count_postings(connection, query & search.parse("posted:<30d"), now)
    newest = posting_json(connection, find_postings(connection, open_now, now, limit=3))
    lines = [f"{plural(count, 'posting')} open now, {month:,} posted in the last 30 days."]
    return count, lines + [f"· {clean(one['title'], 80)} – {clean(one['company'], 40)}" for one in newest]


def list_(desk: Desk, asked: Asked) -> Reply:
    """Each search with its number, cadence, and how many postings match now."""
    with desk.read() as connection:
        rows = _mine(connection, asked)
        timezone = _timezone(connection, rows[0]["subscriber_id"]) if rows else ""
    if not rows:
        return Reply(NO_SEARCHES)
    end = time.monotonic() + COUNT_SECONDS
    lines = [_line(desk, row | {"timezone": timezone}, asked, end) for row in rows]
    return Reply("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))


def remove(desk: Desk, asked: Asked) -> Reply:
    with desk.write() as connection:
        rows = _mine(connection, asked)
        number = int(asked.argument) if asked.argument.isascii() and asked.argument.isdigit() else 0
        is_known = 1 <= number <= len(rows)
        if is_known:
            searches.remove_search(connection, rows[number - 1]["id"], asked.now)
    if not rows:
        return Reply("You have no searches.")
    if not is_known:
        known = "1" if len(rows) == 1 else f"1 to {len(rows)}"
        return Reply(f"Give the number that the search has in /list, {known}: /remove 1")
    left = f" {plural(len(rows) - 1, 'search', 'searches')} left: see /list." if len(rows) > 1 else ""
    return Reply(f"Removed: {_title(rows[number - 1])}.{left}")


def stop(desk: Desk, asked: Asked) -> Reply:
    with desk.write() as connection:
        own = _owner(connection, asked)
        if own is not None:
            searches.stop(connection, own, None, asked.now)
    if own is None:
        return Reply("You get no messages from me. /start subscribes.")
    return Reply("Stopped: you get no more messages, on any channel. Your searches are kept; /start goes on.")


REPLIES: dict[str, Callable[[Desk, Asked], Reply]] = {
    "start": start, "help": help_, "search": search_, "list": list_, "remove": remove, "stop": stop, "other": other,
}  # fmt: skip


def _owner(connection: Connection, asked: Asked) -> int | None:
    return searches.find_by_address(connection, asked.channel, asked.chat)


def _mine(connection: Connection, asked: Asked) -> list[dict[str, Any]]:
    own = _owner(connection, asked)
    return [] if own is None else searches.list_searches(connection, own)


def _line(desk: Desk, row: dict[str, Any], asked: Asked, end: float) -> str:
    facts = [_when(row) if row["cadence"] in DIGESTS else "at once"]
    facts += [f"by {_how(row)}"] if row["channels"] != [asked.channel] else []
    facts += _count(desk, row["query"], asked.now, end)
    return f"{_title(row)}\n   {', '.join([*facts, *(['paused'] if row['paused_at'] else [])])}"


def _count(desk: Desk, text: str, now: datetime, end: float) -> list[str]:
    """How many postings are open, in words; nothing where the time is over."""
    if time.monotonic() >= end:
        return []
    try:
        query = search.parse(text) & search.parse("is:open")
        with desk.read(end - time.monotonic()) as connection:
            return [f"{count_postings(connection, query, now):,} open now"]
    except search.QueryError as error:  # of an older version's language
        return [f"cannot be read any more: {error.message}"]
    except TooSlowError:
        return []


def _how(row: dict[str, Any]) -> str:
    return " and ".join(CHANNELS[name].LABEL for name in row["channels"] if name in CHANNELS)


def _title(row: dict[str, Any]) -> str:
    name = clean(given_name(row["name"], row["query"]), 60)
    return f"{name}: {shorten(row['query'], 200)}" if name else shorten(row["query"], 200)


def _when(row: dict[str, Any]) -> str:
    day = DAYS[row["weekday"]] if row["cadence"] == Cadence.WEEKLY else "every day"
    return f"{day} at {row['time_of_day']} {row['zone'] or row['timezone']}"


def _timezone(connection: Connection, subscriber_id: int) -> str:
    return str(connection.execute(select(SUBSCRIBER.c.timezone).where(SUBSCRIBER.c.id == subscriber_id)).scalar_one())


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) or not words else ".")


def _subscribe(connection: Connection, settings: Settings, asked: Asked) -> int:
    access = settings.access
    if access.mode == "invite":
        raise SubscriberError("This service is by invitation: open the link that its operator gives you.")
    if access.mode == "list" and asked.user not in access.allowed:
        raise SubscriberError(f"You are not on this service's list. Your Telegram id, for its operator: {asked.user}")
    own = searches.add_subscriber(connection, clean(asked.name, 60) or asked.chat, asked.now)
    searches.set_address(connection, own, asked.channel, asked.chat, asked.now)
    return own
