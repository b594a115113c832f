"""The bot's replies for when and where searches speak: pauses, digests, quiet hours, time zone, addresses, leaving."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from alerts import entry, erase, optin, searches, spoken
from alerts.cadence import DIGESTS, next_digest, read_quiet, zone
from alerts.channels import CHANNELS
from alerts.desk import Asked, Desk, How, Reply, owner_of, searches_of, sentence, timezone_of
from alerts.links import entry_url
from alerts.outgoing import Button
from alerts.searches import SubscriberError
from alerts.subscribers import SUBSCRIBER
from alerts.wording import clean, plural, quoted, shorten
from alerts.zones import read_zone
from models import Cadence

HOW_QUIET = """Write the hours behind the command, from and to:
/quiet 22:00-07:00 for all searches, /quiet 1 22:00-07:00 for one, /quiet off for none."""
HOW_WHERE = "Write where: /where 1 email, or /where 1 email telegram."
NOBODY = Reply("I do not know you yet: /start subscribes.")
DAYS = {"mon": "Mondays", "tue": "Tuesdays", "wed": "Wednesdays", "thu": "Thursdays", "fri": "Fridays",
        "sat": "Saturdays", "sun": "Sundays"}  # fmt: skip
ALL = ("all", "everything")
SURE = "yes"
SHOWN = 20  # searches that are asked about

Row = Mapping[str, Any]


def when(row: Row, timezone: str) -> str:
    """When a search speaks, in words: `Mondays at 08:00 Europe/Berlin`, or `at once, not from 22:00 to 07:00 UTC`."""
    own = row["zone"] or timezone
    if row["cadence"] in DIGESTS:
        day = DAYS[row["weekday"]] if row["cadence"] == Cadence.WEEKLY else "every day"
        return f"{day} at {row['time_of_day']} {own}"
    ends = read_quiet(row["quiet"])
    return "at once" + (f", not from {ends[0]:%H:%M} to {ends[1]:%H:%M} {own}" if ends else "")


def comes(row: Row, timezone: str, now: datetime) -> str:
    """The same with the day of its next digest, if it has one."""
    if row["cadence"] not in DIGESTS or row["paused_at"] is not None:
        return when(row, timezone)
    own = row["zone"] or timezone
    at, _ = next_digest(now, own, row["weekday"], row["time_of_day"], row["cadence"])
    return f"{when(row, timezone)} (next on {at.astimezone(zone(own)):%d %b})"


def how(row: Row) -> str:
    """The channels of a search, in words."""
    return " and ".join(CHANNELS[name].LABEL for name in row["channels"] if name in CHANNELS)


def digest(desk: Desk, asked: Asked) -> Reply:
    """When a search is told: `1 weekly fri 17:00`, `1 daily 08:00`, `1 at once`."""
    which, words = split(asked.argument)
    with desk.write() as connection:
        rows = meant(connection, asked, which)
        if not rows:
            return no_search(searches_of(connection, asked), "digest", which, " weekly fri 17:00")
        try:
            read = [searches.checked_times(row, spoken.read_digest(words, row)) for row in rows]
            if len(rows) > 1:
                return _which(rows, read[0])
            changed = [_change(connection, rows[0], read[0], asked)]
        except SubscriberError as error:
            return Reply(f"{sentence(str(error))}\nFor example: /digest 1 weekly fri 17:00, /digest 1 daily 08:00, or "
                         "/digest 1 off for at once.")  # fmt: skip
        timezone = timezone_of(connection, changed[0]["subscriber_id"])
        note = stopped_note(connection, asked)
    return Reply(f"{named(changed)}: {speaks(changed, timezone, asked)}.{note}")


def _which(rows: Sequence[Row], read: Mapping[str, str]) -> Reply:
    """Asks back which of several searches is meant, by buttons."""
    said = ":".join(read[name] for name in ("cadence", "weekday", "time_of_day"))
    each = [
        Button(f"{at}. {shorten(row['query'], 30)}", f"W:{row['public_id']}:{said}") for at, row in enumerate(rows, 1)
    ]
    buttons = (Button(f"All {len(rows)} searches", f"W:*:{said}"), *each)[:SHOWN]
    return Reply("Which search shall come so? Nothing is changed yet.", buttons=tuple((one,) for one in buttons))


def set_digest(desk: Desk, asked: Asked, which: str, cadence: str, weekday: str, *at: str) -> Reply:
    """What `_which` asked, once it is answered."""
    times = {"cadence": cadence, "weekday": weekday, "time_of_day": ":".join(at)}
    with desk.write() as connection:
        rows = [row for row in searches_of(connection, asked) if which in ("*", row["public_id"])]
        if not rows:
            return Reply("There is no such search any more: /list shows yours.", how=How.EDIT)
        changed = [_change(connection, row, times, asked) for row in rows]
        timezone = timezone_of(connection, changed[0]["subscriber_id"])
        note = stopped_note(connection, asked)
    return Reply(f"{named(changed)}: {speaks(changed, timezone, asked)}.{note}", how=How.EDIT)


def quiet(desk: Desk, asked: Asked) -> Reply:
    """Hours in which nothing of a search, or of all, is sent at once."""
    which, words = split(asked.argument)
    if not words:
        return Reply(HOW_QUIET)
    hours = "" if " ".join(words) in spoken.OFF else spoken.read_hours(" ".join(words))
    with desk.write() as connection:
        rows = meant(connection, asked, which)
        if not rows:
            return no_search(searches_of(connection, asked), "quiet", which, " 22:00-07:00")
        try:
            changed = [_change(connection, row, {"quiet": hours}, asked) for row in rows]
        except SubscriberError as error:
            return Reply(f"{sentence(str(error))}\nFor example: /quiet 22:00-07:00")
        timezone = timezone_of(connection, changed[0]["subscriber_id"])
    ends = read_quiet(hours)
    what = f"quiet from {ends[0]:%H:%M} to {ends[1]:%H:%M} {timezone}" if ends else "no quiet hours"
    return Reply(f"{named(changed)}: {what}. What opens then comes in one message when they end.")


def timezone_(desk: Desk, asked: Asked) -> Reply:
    """Show or set the person's time zone."""
    with desk.write() as connection:
        own = owner_of(connection, asked)
        if own is None:
            return NOBODY
        if not asked.argument:
            return Reply(f"Your time zone is {timezone_of(connection, own)}. To change it: /timezone Europe/Berlin")
        try:
            name = read_zone(asked.argument)
        except ValueError as error:
            return Reply(sentence(str(error)))
        connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == own).values(timezone=name))
    local = asked.now.astimezone(zone(name))
    return Reply(f"Your time zone is {name}, where it is {local:%H:%M} now. Digests and quiet hours go by it.")


def email(desk: Desk, asked: Asked) -> Reply:
    """Join an address, which is asked first; or the code that it was sent."""
    given = asked.argument.strip()
    if not given:
        return Reply("Write your address behind the command: /email ada@example.org")
    try:
        with desk.write() as connection:
            own = owner_of(connection, asked)
            if own is None:
                return NOBODY
            if given.isascii() and given.isdigit():
                address = optin.confirm_code(connection, own, given, asked.now)
                return Reply(f"Confirmed: {clean(address, 80)}. /where 1 email sends the first search there.")
            address = optin.propose(connection, desk.settings, own, "email", given, asked.now)
    except (SubscriberError, optin.ConfirmationError) as error:
        return Reply(sentence(str(error)))
    return Reply(f"If {clean(address, 80)} can be joined, a message is on its way there: confirm by what it says.")


def where(desk: Desk, asked: Asked) -> Reply:
    """Where a search is sent: `1 email`, `1 telegram email`."""
    which, words = split(asked.argument)
    channels = [word.strip(",").replace("here", asked.channel) for word in words if word not in ("and", "+")]
    with desk.write() as connection:
        rows = meant(connection, asked, which)
        if not rows:
            return no_search(searches_of(connection, asked), "where", which, " email")
        if not channels:
            return Reply(HOW_WHERE)
        try:
            changed = [_change(connection, row, {"channels": channels}, asked) for row in rows]
        except SubscriberError as error:
            return Reply(f"{sentence(str(error))}\n{HOW_WHERE}\n/email ADDRESS joins an e-mail address.")
    return Reply(f"{named(changed)}: sent by {how(changed[0])}.")


def forget(desk: Desk, asked: Asked) -> Reply:
    """Erase the person, once they say that they are sure."""
    with desk.read() as connection:
        own = owner_of(connection, asked)
        count = len(searches_of(connection, asked))
    if own is None:
        return Reply("Nothing is stored of you.")
    if asked.argument.strip().lower() != SURE:
        return Reply(f"This erases you here for good: your addresses, {plural(count, 'search', 'searches')} and all "
                     f"messages. To do it: /forget {SURE}\n/stop only ends the messages.")  # fmt: skip
    erase.erase(desk.engine, own, asked.now, is_thorough=False)
    return Reply("Erased: nothing is stored of you any more. Copies in the operator's backups last as long as these.")


def web(desk: Desk, asked: Asked) -> Reply:
    """A link that signs the person in on the page, once."""
    url = desk.settings.web.public_url
    if not url or asked.chat != str(asked.user):
        return Reply("This works in a chat between you and me, where the service has a public page.")
    with desk.write() as connection:
        if owner_of(connection, asked) is None:
            return NOBODY
        token = entry.link(connection, asked.channel, asked.chat, asked.now)
    return Reply(f"Your searches on the page, once and within half an hour. Give this link to nobody:\n"
                 f"{entry_url(url, token)}")  # fmt: skip


def stopped_note(connection: Connection, asked: Asked) -> str:
    """What whoever stopped must know of any answer that speaks of messages to come."""
    own = owner_of(connection, asked)
    stopped = SUBSCRIBER.select().where(SUBSCRIBER.c.id == own, SUBSCRIBER.c.stopped_at.is_not(None))
    is_stopped = own is not None and connection.execute(stopped).first() is not None
    return " But you have stopped all messages: nothing comes before /start." if is_stopped else ""


def _change(connection: Connection, row: Row, changes: Row, asked: Asked) -> dict[str, Any]:
    """Of a search whose query stays. Raises SubscriberError."""
    return searches.edit_search(connection, row, changes, None, asked.now)


def split(argument: str) -> tuple[str, list[str]]:
    """(the number of a search or nothing, the words behind it)."""
    first, *rest = argument.lower().split() or [""]
    is_number = first.isascii() and first.isdigit() and len(first) < 4
    return (first, rest) if is_number or first in ALL else ("", [first, *rest] if first else [])


def meant(connection: Connection, asked: Asked, which: str) -> list[dict[str, Any]]:
    """The search of that number in /list; all of them without one."""
    rows, which = searches_of(connection, asked), which.strip()
    if not which or which.lower() in ALL:
        return rows
    number = int(which) if which.isascii() and which.isdigit() and len(which) < 4 else 0
    return rows[number - 1 : number] if number else []


def no_search(rows: Sequence[Row], command: str, which: str, more: str = "") -> Reply:
    """Which number was meant by a command is not known: what to write instead. `more`: what stands behind it."""
    if not rows:
        return Reply("You have no searches yet. /search QUERY saves one, as /search role:ai-engineer remote:EU")
    known = "1" if len(rows) == 1 else f"1 to {len(rows)}"
    shown = f"{quoted(which)} is no number of a search. " if which.strip() else ""
    every = f", or without a number for all: /{command}{more}" if command != "remove" else ""
    return Reply(f"{shown}Give the number that the search has in /list, {known}: /{command} 1{more}{every}")


def speaks(rows: Sequence[Row], timezone: str, asked: Asked) -> str:
    """When they come and by which channels, as far as that is the same of all."""
    times, ways = {comes(row, timezone, asked.now) for row in rows}, {how(row) for row in rows}
    said = times.pop() if len(times) == 1 else "each at its time, see /list"
    return said + (f", by {ways.pop()}" if len(ways) == 1 else "")


def named(rows: Sequence[Row]) -> str:
    """The query of one, or how many they are."""
    return shorten(rows[0]["query"], 100) if len(rows) == 1 else f"all {len(rows)} searches"


REPLIES = {
    "digest": digest, "quiet": quiet, "timezone": timezone_, "email": email,
    "where": where, "web": web,
}  # fmt: skip
PRESSES: dict[str, Callable[..., Reply]] = {"W": set_digest}
COMMANDS = (
    ("pause", "send nothing of a search, or of all, or for a time: /pause 1, /pause 2w"),
    ("resume", "go on with it: /resume 1"),
    ("digest", "one message a week or day: /digest 1 weekly fri 17:00"),
    ("quiet", "hours without messages: /quiet 22:00-07:00"),
    ("timezone", "yours: /timezone Europe/Berlin"),
    ("email", "join an address: /email ada@example.org"),
    ("where", "where a search is sent: /where 1 email telegram"),
    ("web", "your searches on the page, by a link"),
    ("forget", "erase all that is stored of you"),
)
