"""What the bot answers. Each reply opens what it needs of the database: reads that end, and one short write."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import Connection

import search
from alerts import (
    card,
    guide,
    inbox,
    keeping,
    kept,
    opened,
    parting,
    portrait,
    pressing,
    resting,
    saving,
    searches,
    tuning,
    watching,
    wishes,
)
from alerts.desk import (
    COUNT_SECONDS,
    Asked,
    Desk,
    Reply,
    local,
    owner_of,
    refusal,
    searches_of,
    sentence,
    subscribe,
    timezone_of,
    toast,
)
from alerts.profiles import facts_of
from alerts.searches import SubscriberError
from alerts.wording import clean, given_name, plural, shorten
from alerts.written import query_of
from database import TooSlowError, count_postings
from search.habits import CADENCES
from settings import Settings

HELP = """I watch job boards and write to you when an AI-engineering job opens that your search matches.

/search QUERY saves a search. Examples:
/search role:ai-engineer remote:EU salary>=120k
/search title:"machine learning" country:FR -intern

/search weekly QUERY (or daily) saves one that comes as a digest, once a week (or day)
/test QUERY shows what it would have sent, and saves nothing
/list shows your searches
/open 1 shows what the first of them finds open now
/edit 1 QUERY changes it, /remove 1 removes it
/pause 1 rests it, /resume 1 goes on; /pause 2w rests all for two weeks
/digest 1 weekly fri 17:00, /quiet 22:00-07:00 and /timezone say when you hear of them
/email ADDRESS joins an address, /where 1 email sends the first search there
/why LINK 1 says why a posting matches it, or why not
/not LINK level proposes how to leave such postings out
/mute LINK tells no more of a posting, /unmute NAME undoes it
/profile says what you look for and where you may work; /profile searches proposes searches
/saved lists the postings that you keep
/settings shows all of this on one card, with buttons; /web sends a link to your own page
/found rests everything once you have a job
/stop ends all messages, /start goes on
/export sends you all that is held of you, /forget erases it; /help is this"""
Answering = Callable[[Desk, Asked], Reply]
NONE_OF_GROUP = "This group has no searches yet. Its admins save one with /search and what to look for."
NO_SEARCHES = "You have no searches yet. Save one with /search QUERY, for example:\n/search role:ai-engineer remote:EU"


def start(desk: Desk, asked: Asked) -> Reply:
    """Subscribe by invitation or as the access mode allows, or go on after /stop."""
    try:
        with desk.write() as connection:
            known = owner_of(connection, asked)
            own = _join(connection, desk.settings, asked) if known is None else known
            searches.resume(connection, own)
            searches.reach_again(connection, asked.channel, asked.chat, asked.now)
            rows = searches.list_searches(connection, own)
    except SubscriberError as error:
        return Reply(sentence(str(error)))
    hello = f"Welcome{'' if known is None else ' back'}, {clean(asked.name, 60)}."
    if not rows:
        return guide.begin(hello)
    paused = sum(row["paused_at"] is not None for row in rows)
    note = f" Paused: {paused:,} of them; /resume goes on." if paused else ""
    count = plural(len(rows), "search", "searches")
    return Reply(f"{hello} You have {count}: see /list, or /settings for all of them.{note}")


def _join(connection: Connection, settings: Settings, asked: Asked) -> int:
    if asked.argument:
        return searches.redeem(connection, asked.argument, asked.channel, asked.chat, asked.now)
    return subscribe(connection, settings, asked)


def help_(_desk: Desk, _asked: Asked) -> Reply:
    return Reply(HELP)


def other(desk: Desk, asked: Asked) -> Reply:
    """What is no command that we know: a search in one line, which is shown before it is saved."""
    words = clean(asked.argument, 100)
    if words.startswith("/"):
        return Reply(f"I do not know {words.split()[0]}. /help shows what I can do.")
    with desk.read() as connection:
        is_known = owner_of(connection, asked) is not None
    if not is_known and desk.settings.access.mode != "open":
        return Reply(f"I read commands only. To save this as a search, send:\n/search {words}\nAll I can do: /help")
    if (readings := wishes.two_readings(asked.argument)) is not None:
        return guide.ask_back(readings)
    return guide.offer(desk, asked, " ".join(asked.argument.split()))


def search_(desk: Desk, asked: Asked) -> Reply:
    """Save the search, and say what was understood, what it would have sent, what is open and what comes next."""
    if not asked.argument:
        words = "Write the search behind the command, for example:\n/search role:ai-engineer remote:EU"
        return guide.begin_behind(words)
    if cadence := CADENCES.get(asked.argument.strip(" :,").casefold()):
        with desk.read() as connection:
            return guide.of_what(cadence, searches_of(connection, asked))
    if (readings := wishes.two_readings(asked.argument)) is not None:
        return guide.ask_back(readings)
    try:
        with desk.read() as connection:
            facts = facts_of(connection, owner_of(connection, asked))
        return wishes.save(desk, asked, saving.read_wish(asked.argument, facts))
    except search.QueryError as error:
        return refusal(error)
    except saving.SavedAlreadyError as error:
        return wishes.saved_already(desk, asked, error)
    except SubscriberError as error:
        return Reply(sentence(str(error)))


def list_(desk: Desk, asked: Asked) -> Reply:
    """Each search with its number, cadence, and how many postings match now."""
    with desk.read() as connection:
        rows = searches_of(connection, asked)
        timezone = timezone_of(connection, rows[0]["subscriber_id"]) if rows else ""
        rest = kept.rest_of(connection, rows[0]["subscriber_id"]) if rows else None
    if not rows:
        return Reply(NO_SEARCHES if asked.chat == str(asked.user) else NONE_OF_GROUP)
    end = time.monotonic() + COUNT_SECONDS
    lines = [_line(desk, row | {"timezone": timezone}, asked, end, rest) for row in rows]
    return Reply("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))


def remove(desk: Desk, asked: Asked) -> Reply:
    with desk.write() as connection:
        rows = searches_of(connection, asked)
        number = int(asked.argument) if asked.argument.isascii() and asked.argument.isdigit() else 0
        is_known = 1 <= number <= len(rows)
        if is_known:
            searches.remove_search(connection, rows[number - 1]["id"], asked.now)
            inbox.answered(connection, asked.heard)  # done once: the number would be another search's
    if not is_known:
        return keeping.no_search(rows, "remove", asked.argument)
    left = f" {plural(len(rows) - 1, 'search', 'searches')} left: see /list." if len(rows) > 1 else ""
    return Reply(f"Removed: {_title(rows[number - 1])}.{left}")


def moved(desk: Desk, asked: Asked) -> Reply:
    """The chat has another id; nobody waits for an answer."""
    with desk.write() as connection:
        searches.move_address(connection, asked.channel, asked.chat, asked.argument, asked.now)
    return toast("")


def stop(desk: Desk, asked: Asked) -> Reply:
    with desk.write() as connection:
        own = owner_of(connection, asked)
        if own is not None:
            searches.stop(connection, own, None, asked.now)
    if own is None:
        return Reply("You get no messages from me. /start subscribes.")
    return Reply("Stopped: you get no more messages, on any channel. Your searches are kept; /start goes on.")


def _noted(make: Answering) -> Answering:
    """The same, with what whoever stopped must know of any answer."""

    def noted(desk: Desk, asked: Asked) -> Reply:
        reply = make(desk, asked)
        with desk.read() as connection:
            note = keeping.stopped_note(connection, asked).strip()
        if not note or note in reply.text or not reply.text:
            return reply
        html = f"{reply.html}\n{escape(note)}" if reply.html else ""
        return replace(reply, text=f"{reply.text}\n{note}", html=html)

    return noted


OF_SEARCHES: dict[str, Answering] = {
    "search": search_, "list": list_, "remove": remove, "other": other, **tuning.REPLIES, **keeping.REPLIES,
    **resting.REPLIES, **card.REPLIES, "saved": parting.saved,
    opened.COMMAND: opened.open_,
}  # fmt: skip
REPLIES: dict[str, Answering] = {
    **{name: _noted(make) for name, make in OF_SEARCHES.items()}, "start": start, "help": help_, "stop": stop,
    "moved": moved, "found": parting.found, "export": parting.export, "forget": keeping.forget,
    "press": pressing.press,
    watching.COMMAND: watching.board, portrait.COMMAND: portrait.profile,
}  # fmt: skip


def _line(desk: Desk, row: dict[str, Any], asked: Asked, end: float, rest: Mapping[Any, Any] | None) -> str:
    facts = [keeping.comes(row, row["timezone"], asked.now), f"by {keeping.how(row)}"]
    facts += _count(desk, row, asked.now, end)
    return f"{_title(row)}\n   {', '.join([*facts, *_paused(row, rest)])}"


def _paused(row: dict[str, Any], rest: Mapping[Any, Any] | None) -> list[str]:
    if row["paused_at"] is None:
        return []
    is_resting = rest is not None and row["paused_at"] == rest["since"]
    return [f"rests until {local(rest['until'], row['timezone'])}" if rest and is_resting else "paused"]


def _count(desk: Desk, row: dict[str, Any], now: datetime, end: float) -> list[str]:
    """How many postings are open, in words; nothing where the time is over."""
    if time.monotonic() >= end:
        return []
    try:
        query = query_of(row) & search.parse("is:open")
        with desk.read(end - time.monotonic()) as connection:
            return [f"{count_postings(connection, query, now):,} open now"]
    except search.QueryError as error:  # of an older version's language
        return [f"does not run: {error.message}"]
    except TooSlowError:
        return []


def _title(row: dict[str, Any]) -> str:
    name = clean(given_name(row["name"], row["query"]), 60)
    return f"{name}: {shorten(row['query'], 200)}" if name else shorten(row["query"], 200)
