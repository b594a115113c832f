"""What follows from the answers: the files, the database, the person, the first search, and what happens next."""

import contextlib
import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, Engine

import boards as board_rows
import database as db
import search as search_room
from alerts import searches as people
from alerts.backtest import backtest
from alerts.cadence import zone
from alerts.channels.smtp import EmailSettings
from alerts.channels.telegram import keys
from alerts.saving import SavedAlreadyError, read_wish, save
from alerts.tuning import told
from alerts.wording import plural
from begin.plan import Plan, write
from settings import Settings, load

PAST_SECONDS = 10.0
SECONDS_A_BOARD = 0.6  # of a round over many hosts
NOTHING = Path("/dev/null")


def in_force() -> Settings:
    """What the environment says already. Raises SettingsError."""
    return load(path=NOTHING)


def write_files(plan: Plan, path: Path) -> list[Path]:
    """The configuration and the secrets, but for what the environment says; returns what was written."""
    held = in_force()
    if keys(held).token.get_secret_value() == plan.token:
        plan.token = ""
    if held.channel("email", EmailSettings).password.get_secret_value() == plan.email.password.get_secret_value():
        plan.email = plan.email.model_copy(update={"password": SecretStr("")})
    return write(plan, path)


def person(connection: Connection, plan: Plan, settings: Settings, now: datetime) -> int:
    """Whoever answered, with the addresses that are known; the boards are there from now on too."""
    board_rows.follow(connection, settings)
    found = next((int(row["id"]) for row in people.list_subscribers(connection) if row["name"] == plan.name), None)
    if found is None:
        found = people.add_subscriber(connection, plan.name, now, plan.timezone)
    for written in plan.operators():
        channel, _, address = written.partition(":")
        people.add_address(connection, found, channel, address, now)
    return found


def save_search(engine: Engine, plan: Plan, person: int, now: datetime) -> Sequence[str]:
    """Save the first search on every channel that reaches them; the channels, none where it waits for /start."""
    with db.read(engine) as connection:
        row = next(row for row in people.list_subscribers(connection) if row["id"] == person)
    reached = list(dict.fromkeys(one["channel"] for one in row["addresses"] if one["state"] == "active"))
    if reached:
        with contextlib.suppress(SavedAlreadyError):  # begun before: it is kept as it is
            save(engine, lambda _: person, read_wish(plan.query), now, channels=reached)
    return reached


def past(engine: Engine, query: str, now: datetime) -> list[str]:
    """What the search would have sent in the last weeks, in lines; of an empty database, how to see it later."""
    with db.read(engine) as connection:
        is_empty = not db.count_postings(connection, None, now)
    if is_empty:
        return [
            "nothing is stored yet; once boards were crawled, `rolewire searches test QUERY` shows what it would send"
        ]
    tested = backtest(lambda: db.bounded_read(engine, PAST_SECONDS), search_room.parse_saved(query), now)
    return told(tested, "rolewire searches test")


def is_told(plan: Plan, reached: Sequence[str], again: str) -> str:
    """How the search is told, in a sentence. `again`: how the questions are asked once more."""
    if reached:
        told = f"It is told on {' and '.join(reached)}, at once when something opens."
        if not plan.bot or "telegram" in reached:
            return told
        channels = " ".join(f"--channel {name}" for name in (*reached, "telegram"))
        return f"{told} Once you have pressed Start: rolewire searches edit {shlex.quote(plan.query)} {channels}"
    if plan.bot:
        pressed = f"press Start in @{plan.bot} and send it: /search {plan.query}"
        return f"Nobody is reached yet: once rolewire runs, {pressed}"
    return f"No channel is set: you see what is found on the web page. {again}"


def when(settings: Settings, now: datetime, timezone: str) -> str:
    """What the first round of crawls takes, and when its message is due by their clock."""
    count = len(settings.boards)
    if not count:
        return "no board is watched yet: `rolewire packs on NAME` and `rolewire boards add URL` add some"
    minutes = max(1, round(count * SECONDS_A_BOARD / 60))
    around = now.astimezone(zone(timezone)) + timedelta(minutes=minutes + settings.alerts.baseline_minutes)
    crawls = f"crawls {plural(count, 'board')}, which takes about {plural(minutes, 'minute')}"
    return f"{crawls}; what is open is told in one message, about {around:%H:%M}"
