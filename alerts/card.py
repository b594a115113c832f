"""The settings card: one message that changes where it stands, for each search and for all of them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from alerts import kept, searches, unread
from alerts.cadence import WEEKDAYS, zone
from alerts.channels import CHANNELS, masked
from alerts.desk import Asked, Desk, How, Reply, owner_of, searches_of, timezone_of
from alerts.keeping import DAYS, NOBODY, how, stopped_note, when
from alerts.outgoing import Button, Keyboard
from alerts.searches import SubscriberError
from alerts.subscribers import ADDRESS, SUBSCRIBER
from alerts.wording import clean, given_name, shorten
from models import Cadence

SHOWN = 20  # searches
HOURS = ("07:00", "08:00", "09:00", "12:00", "18:00")
QUIET = (("22:00-07:00", "22–07"), ("20:00-08:00", "20–08"), ("18:00-09:00", "18–09"))
ZONES = ("Europe/London", "Europe/Paris", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles",
         "Asia/Kolkata", "Asia/Singapore", "UTC")  # fmt: skip
CADENCES = ((Cadence.INSTANT, "At once"), (Cadence.DAILY, "Daily"), (Cadence.WEEKLY, "Weekly"))


def settings(desk: Desk, asked: Asked) -> Reply:
    """The card, as a new message."""
    return _card(desk, asked, How.SAY)


def home(desk: Desk, asked: Asked) -> Reply:
    """The card in the place of what stood there."""
    return _card(desk, asked, How.EDIT)


def _card(desk: Desk, asked: Asked, how: How) -> Reply:
    with desk.read() as connection:
        own = owner_of(connection, asked)
        if own is None:
            return NOBODY
        rows, timezone = searches_of(connection, asked)[:SHOWN], timezone_of(connection, own)
        addresses, note = _addresses(connection, own), stopped_note(connection, asked)
    lines = [f"Settings{note}", f"Time zone: {timezone}", f"Reached at: {', '.join(addresses)}"]
    lines += [f"{number}. {_line(row, timezone)}" for number, row in enumerate(rows, 1)]
    lines += ["A number opens a search."] if rows else ["You have no searches yet: /search QUERY saves one."]
    return Reply("\n".join(lines), buttons=_home_buttons(rows), how=how)


def _home_buttons(rows: Sequence[dict[str, Any]]) -> Keyboard:
    numbers = [Button(str(number), f"S:{row['public_id']}") for number, row in enumerate(rows, 1)]
    is_paused = bool(rows) and all(row["paused_at"] is not None for row in rows)
    pause = Button("Go on with all", "R") if is_paused else Button("Pause all", "P")
    return (
        *(tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)),
        (Button("Quiet hours", "Q"), Button("Time zone", "T")),
        (pause, Button("I found a job", "f")),
    )


def _addresses(connection: Connection, subscriber_id: int) -> list[str]:
    held = select(ADDRESS.c.channel, ADDRESS.c.address, ADDRESS.c.state).where(ADDRESS.c.subscriber_id == subscriber_id)
    rows = connection.execute(held.order_by(ADDRESS.c.id)).all()
    return [_address(row.channel, row.address, row.state) for row in rows]


def _address(channel: str, address: str, state: str) -> str:
    label = CHANNELS[channel].LABEL if channel in CHANNELS else channel
    shown = label if channel == "telegram" else f"{label} {clean(masked(channel, address), 60)}"
    return shown if state == "active" else f"{shown} ({state})"


def _line(row: dict[str, Any], timezone: str) -> str:
    name = clean(given_name(row["name"], row["query"]), 40)
    facts = [when(row, timezone), how(row), *(["paused"] if row["paused_at"] else [])]
    facts += ["does not run: /list says why"] if unread.trouble(row) else []
    return f"{name + ': ' if name else ''}{shorten(row['query'], 100)} ({', '.join(facts)})"


# --- one search ----------------------------------------------------------------------------------------------------


def one_search(desk: Desk, asked: Asked, search_id: str, what: str = "", *words: str) -> Reply:
    """A search's own card, once what was pressed there is written."""
    value = ":".join(words)
    with desk.write() as connection:
        own = _own(connection, asked)
        row = searches.find_search(connection, search_id, own)
        if what:
            _set(connection, row, what, value, asked)
            row = searches.find_search(connection, search_id, own)
        timezone = timezone_of(connection, own)
    return Reply(_line(row, timezone), buttons=_search_buttons(row), how=How.EDIT)


def _set(connection: Connection, row: dict[str, Any], what: str, value: str, asked: Asked) -> None:
    if what == "paused" and value == "yes":
        searches.pause_search(connection, row["id"], asked.now)
    elif what == "paused":
        searches.resume_search(connection, row["id"])
    else:
        name = {"c": "cadence", "d": "weekday", "t": "time_of_day", "q": "quiet"}[what]
        searches.edit_search(connection, row, {name: value}, None, asked.now)


def _search_buttons(row: dict[str, Any]) -> Keyboard:
    said = f"S:{row['public_id']}"
    rows: list[tuple[Button, ...]] = [
        tuple(_choice(label, f"{said}:c:{cadence}", row["cadence"] == cadence) for cadence, label in CADENCES)
    ]
    if row["cadence"] == Cadence.WEEKLY:
        rows.append(tuple(_choice(DAYS[day][:2], f"{said}:d:{day}", row["weekday"] == day) for day in WEEKDAYS))
    if row["cadence"] != Cadence.INSTANT:
        rows.append(tuple(_choice(hour, f"{said}:t:{hour}", row["time_of_day"] == hour) for hour in HOURS))
    paused = row["paused_at"] is not None
    pause = Button("Go on", f"{said}:paused:no") if paused else Button("Pause", f"{said}:paused:yes")
    return (*rows, (pause, Button("Remove…", f"D:{row['public_id']}")), (Button("« Settings", "H"),))


def _choice(label: str, said: str, is_chosen: bool) -> Button:
    return Button(f"✓ {label}" if is_chosen else label, said)


def remove(desk: Desk, asked: Asked, search_id: str, sure: str = "") -> Reply:
    """Only a second button removes a search."""
    with desk.write() as connection:
        row = searches.find_search(connection, search_id, _own(connection, asked))
        if sure:
            searches.remove_search(connection, row["id"], asked.now)
    if sure:
        return home(desk, asked)
    buttons = ((Button("Yes, remove it", f"D:{search_id}:yes"), Button("No", f"S:{search_id}")),)
    return Reply(f"Remove {shorten(row['query'], 200)}?", buttons=buttons, how=How.EDIT)


# --- all of them ---------------------------------------------------------------------------------------------------


def quiet(desk: Desk, asked: Asked, *hours: str) -> Reply:
    """Hours in which nothing of any search is sent at once."""
    if hours:
        with desk.write() as connection:
            for row in searches_of(connection, asked):
                searches.edit_search(connection, row, {"quiet": ":".join(hours).replace("off", "")}, None, asked.now)
        return home(desk, asked)
    buttons = (*((Button(label, f"Q:{value}"),) for value, label in QUIET), (Button("None", "Q:off"),))
    return Reply("When shall all be quiet? /quiet 23:00-06:30 sets other hours.", how=How.EDIT,
                 buttons=(*buttons, (Button("« Settings", "H"),)))  # fmt: skip


def timezone(desk: Desk, asked: Asked, name: str = "") -> Reply:
    """By which digests and quiet hours go."""
    if name:
        with desk.write() as connection:
            mine = SUBSCRIBER.c.id == _own(connection, asked)
            connection.execute(update(SUBSCRIBER).where(mine).values(timezone=zone(name).key))
        return home(desk, asked)
    buttons = [(Button(one, f"T:{one}"),) for one in ZONES]
    return Reply("Where are you? /timezone Africa/Nairobi sets any other.", how=How.EDIT,
                 buttons=(*buttons, (Button("« Settings", "H"),)))  # fmt: skip


def pause_all(desk: Desk, asked: Asked) -> Reply:
    return _all(desk, asked, is_paused=True)


def go_on_with_all(desk: Desk, asked: Asked) -> Reply:
    return _all(desk, asked, is_paused=False)


def _all(desk: Desk, asked: Asked, *, is_paused: bool) -> Reply:
    with desk.write() as connection:
        rows = searches_of(connection, asked)
        if is_paused and rows:
            kept.pause(connection, rows[0]["subscriber_id"], rows, asked.now)
        for row in () if is_paused else rows:
            if row["paused_at"] is not None:
                searches.resume_search(connection, row["id"])
    return home(desk, asked)


def _own(connection: Connection, asked: Asked) -> int:
    own = owner_of(connection, asked)
    if own is None:
        raise SubscriberError(NOBODY.text)
    return own


PRESSES: dict[str, Callable[..., Reply]] = {
    "H": home, "S": one_search, "D": remove, "Q": quiet, "T": timezone, "P": pause_all, "R": go_on_with_all,
}  # fmt: skip
REPLIES = {"settings": settings}
COMMANDS = (("settings", "all settings, by buttons"),)
