"""What the bot answers. Each reply works within the caller's transaction and returns plain text."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

import search
from alerts import searches
from alerts.searches import SubscriberError
from alerts.subscribers import ADDRESS
from alerts.wording import clean, plural
from database import count_postings, find_postings, posting_json
from settings import Settings

HELP = """I tell you about AI-engineering jobs as they open.

/search QUERY – save a search, for example
  /search role:ai-engineer remote:EU salary>=120k
  /search title:"machine learning" country:FR -intern
/list – your searches
/remove N – remove one of them
/stop – send me nothing more; /start goes on"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A command: who sent it from which chat, and what stands behind it."""

    chat: str
    user: int
    name: str
    argument: str
    now: datetime


def start(connection: Connection, settings: Settings, asked: Asked) -> str:
    """Subscribe by invitation or as the access mode allows, or go on after /stop."""
    own = _owner(connection, asked)
    try:
        if asked.argument and own is None:
            own = searches.redeem(connection, asked.argument, "telegram", asked.chat, asked.now)
        elif own is None:
            own = _subscribe(connection, settings, asked)
    except SubscriberError as error:
        return str(error)
    searches.resume(connection, own)
    _reach_again(connection, asked)
    return f"Welcome, {clean(asked.name, 60)}.\n\n{HELP}"


def help_(_connection: Connection, _settings: Settings, _asked: Asked) -> str:
    return HELP


def search_(connection: Connection, settings: Settings, asked: Asked) -> str:
    """Save the search, and say what was understood, what is open now and what comes next."""
    if not asked.argument:
        return "Write the search behind the command, for example:\n/search role:ai-engineer remote:EU"
    own = _owner(connection, asked)
    try:
        own = _subscribe(connection, settings, asked) if own is None else own
        row = searches.add_search(connection, own, asked.argument, asked.now, channel="telegram")
    except (SubscriberError, search.QueryError) as error:
        return str(error)
    query = search.parse_saved(row["query"])
    return "\n".join([f"Saved: {query}", *_prospects(connection, query, settings, asked)])


def _prospects(connection: Connection, query: search.Query, settings: Settings, asked: Asked) -> list[str]:
    open_now = search.parse(f"({query}) is:open")
    count = count_postings(connection, open_now, asked.now)
    month = count_postings(connection, search.parse(f"({query}) posted:<30d"), asked.now)
    newest = posting_json(connection, find_postings(connection, open_now, asked.now, limit=3))
    lines = [f"{plural(count, 'posting')} open now, {month:,} posted in the last 30 days."]
    lines += [f"· {clean(one['title'], 80)} – {clean(one['company'], 40)}" for one in newest]
    if not count:
        return [*lines, "Nothing matches yet: fewer or wider conditions find more. You hear from me when one opens."]
    wait = settings.alerts.baseline_minutes
    return [*lines, f"They come in one message in about {wait} minutes; after that, new ones as they open."]


def list_(connection: Connection, _settings: Settings, asked: Asked) -> str:
    rows = _mine(connection, asked)
    if not rows:
        return "You have no searches yet. Save one with /search QUERY."
    return "\n".join(f"{number}. {_line(row)}" for number, row in enumerate(rows, 1))


def remove(connection: Connection, _settings: Settings, asked: Asked) -> str:
    rows = _mine(connection, asked)
    number = int(asked.argument) if asked.argument.isascii() and asked.argument.isdigit() else 0
    if not 1 <= number <= len(rows):
        return f"Give a number from /list, 1 to {len(rows)}." if rows else "You have no searches."
    searches.remove_search(connection, rows[number - 1]["id"], asked.now)
    return f"Removed: {clean(rows[number - 1]['query'], 300)}"


def stop(connection: Connection, _settings: Settings, asked: Asked) -> str:
    own = _owner(connection, asked)
    if own is None:
        return "You are not subscribed."
    searches.stop(connection, own, None, asked.now)
    return "You hear nothing more from me. Your searches are kept: /start goes on."


REPLIES: dict[str, Callable[[Connection, Settings, Asked], str]] = {
    "start": start, "help": help_, "search": search_, "list": list_, "remove": remove, "stop": stop,
}  # fmt: skip


def _owner(connection: Connection, asked: Asked) -> int | None:
    return searches.find_by_address(connection, "telegram", asked.chat)


def _mine(connection: Connection, asked: Asked) -> list[dict[str, Any]]:
    own = _owner(connection, asked)
    return [] if own is None else searches.list_searches(connection, own)


def _line(row: dict[str, Any]) -> str:
    when = f"weekly, {row['weekday']} {row['time_of_day']}" if row["cadence"] == "weekly" else "at once"
    state = ", paused" if row["paused_at"] else ""
    return f"{clean(row['query'], 300)} ({when}, {row['channel']}{state})"


def _subscribe(connection: Connection, settings: Settings, asked: Asked) -> int:
    access = settings.access
    if access.mode == "invite":
        raise SubscriberError("This service is by invitation: open the link that its operator gives you.")
    if access.mode == "list" and asked.user not in access.allowed:
        raise SubscriberError(f"You are not on this service's list. Your Telegram id, for its operator: {asked.user}")
    own = searches.add_subscriber(connection, clean(asked.name, 60) or asked.chat, asked.now)
    searches.set_address(connection, own, "telegram", asked.chat, asked.now)
    return own


def _reach_again(connection: Connection, asked: Asked) -> None:
    """Whoever writes to us can be reached: an address that was disabled is active again."""
    row = (ADDRESS.c.channel == "telegram") & (ADDRESS.c.address == asked.chat) & (ADDRESS.c.state != "active")
    found = connection.execute(select(ADDRESS.c.id).where(row)).scalar()
    if found is not None:
        values = {"state": "active", "reason": "", "changed_at": asked.now}
        connection.execute(ADDRESS.update().where(ADDRESS.c.id == found).values(values))
