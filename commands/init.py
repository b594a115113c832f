"""The command that begins: a few questions, each answer tried at once, and what follows."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import Connection, Engine

import boards as board_rows
import database as db
import places
import search as search_room
import settings as settings_module
from alerts import searches as people
from alerts.backtest import backtest
from alerts.channels.smtp import EmailSettings
from alerts.channels.telegram import keys
from alerts.tuning import told
from alerts.wording import plural
from commands import answers
from commands.channels import try_out
from commands.common import Config, DatabaseUrl, MisuseError, load_settings, note, open_database
from commands.plan import Plan, write
from commands.questions import Asker, say
from commands.start import wait_for_start
from settings import Settings

PAST_SECONDS = 10.0
SECONDS_A_BOARD = 0.6  # of a round over many hosts


def init(
    query: Annotated[str | None, typer.Option(help="What you look for, in the query language.")] = None,
    where: Annotated[str | None, typer.Option(help="remote, a country, a city; empty: anywhere.")] = None,
    packs: Annotated[str | None, typer.Option(help="Packs of employers, with commas; or all, none.")] = None,
    board: Annotated[
        list[str] | None, typer.Option(help="A careers page, or source/board, to watch beside them.")
    ] = None,
    telegram_token: Annotated[
        str | None, typer.Option(help="The bot's token; better as ROLEWIRE_TELEGRAM__TOKEN.")
    ] = None,
    chat: Annotated[str, typer.Option(help="Your chat id, if you know it; else you press Start.")] = "",
    wait: Annotated[int, typer.Option(help="Seconds to wait until you press Start.", min=0, max=3600)] = 120,
    email: Annotated[str | None, typer.Option(help="The address that alerts go to.")] = None,
    email_host: Annotated[str | None, typer.Option(help="The mail server.")] = None,
    email_port: Annotated[int | None, typer.Option(help="Its port.")] = None,
    email_security: Annotated[str | None, typer.Option(help="starttls, tls or none.")] = None,
    email_username: Annotated[str | None, typer.Option(help="Its user.")] = None,
    email_password: Annotated[str | None, typer.Option(help="Better as ROLEWIRE_EMAIL__PASSWORD.")] = None,
    email_sender: Annotated[str | None, typer.Option(help="Whom alerts come from.")] = None,
    name: Annotated[str | None, typer.Option(help="How you are called.")] = None,
    timezone: Annotated[str | None, typer.Option(help="An IANA name, for when digests go out.")] = None,
    port: Annotated[str | None, typer.Option(help="The web page's port.")] = None,
    public_url: Annotated[str | None, typer.Option(help="The address under which others reach the web page.")] = None,
    no_input: Annotated[bool, typer.Option("--no-input", help="Ask nothing: options and defaults answer.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a configuration; it is kept as NAME.before.")] = False,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Begin: a few questions, each answer tried at once; writes config.toml, saves a first search, says what follows.

    The token is tried by asking for the bot, the mail server by a login and a mail to you, a board by a look at it.
    Secrets go into secrets.toml beside it (mode 600), unless the environment has them.

    Examples: rolewire init · rolewire init --no-input --packs robotics --email ada@example.org --email-host localhost
    """
    asker, path = Asker(no_input), config or _default_place()
    _check_place(asker, path, force)
    before = settings_module.load(path=Path("/dev/null"))  # what the environment says holds already
    plan = Plan(query=answers.ask_query(asker, query, where))
    plan.packs = answers.ask_packs(asker, packs, path.parent)
    plan.boards = answers.ask_boards(asker, board, before)
    held = keys(before)
    token = telegram_token if telegram_token is not None else held.token.get_secret_value() or None
    plan.token, plan.bot = answers.ask_telegram(asker, token, held.api_url)
    plan.address = answers.ask_address(asker, email)
    if plan.address:
        said = {"host": email_host, "port": email_port, "security": email_security, "username": email_username,
                "password": email_password, "sender": email_sender}  # fmt: skip
        plan.email = _ask_mail(
            asker, before, {key: value for key, value in said.items() if value is not None}, plan.address
        )
        plan.address = plan.address if plan.email.host else ""
    answers.ask_person(asker, name, timezone, plan)
    answers.ask_web(asker, port, public_url, plan)
    plan.chat = chat
    _finish(plan, path, database, wait)


def _default_place() -> Path:
    """In this folder; for an installed package, where the platform keeps configurations."""
    folder = places.config_folder() or Path()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / "config.toml"


def _check_place(asker: Asker, path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise MisuseError(f"{path.parent}: no such folder; make it first")
    if path.exists() and not force and not asker.confirm(f"{path} is there already: replace it?", default=False):
        raise MisuseError(f"{path} is there already; --force replaces it and keeps it as {path.name}.before")


def _ask_mail(asker: Asker, before: Settings, said: dict[str, object], address: str) -> EmailSettings:
    held = before.channel("email", EmailSettings)
    given = held.model_dump() | said
    if isinstance(given["password"], str):
        given["password"] = SecretStr(given["password"])
    in_force = set(before.channels.get("email", {})) | set(said)
    return answers.ask_mail(asker, given, in_force, address, _one_mail)


def _one_mail(email: EmailSettings, address: str) -> str:
    """Send a mail; returns what went wrong, in words."""
    settings = Settings(channels={"email": {**email.model_dump(), "password": email.password.get_secret_value()}})
    (row,) = asyncio.run(try_out(settings, [("email", address)]))
    if row["result"] == "taken":
        say(f"✓ a test mail is on its way to {address}: the server said {row['answer']}")
        return ""
    return str(row["answer"])


# --- what follows from the answers ---------------------------------------------------------------------------------


def _finish(plan: Plan, path: Path, database: str | None, wait: int) -> None:
    """Write the files, make the database, save the search, and say what happens next."""
    _leave_to_environment(plan)
    written = write(plan, path)
    settings = load_settings(path, database)
    note(f"\nWritten: {', '.join(str(one) for one in written)}")
    now = datetime.now(UTC)
    engine = open_database(settings, must_exist=False)
    with db.transaction(engine) as connection:
        board_rows.follow(connection, settings)
        person = _person(connection, plan, now)
        token = people.invite(connection, person, now) if plan.bot and not plan.chat else ""
    if token:
        link = people.invite_link(plan.bot, token)
        note(f"Telegram: open {link} and press Start" + (f"; I wait for {wait} s" if wait else ""))
        plan.chat = asyncio.run(wait_for_start(keys(settings), token, wait))
    with db.transaction(engine) as connection:
        if token and plan.chat:
            people.redeem(connection, token, "telegram", plan.chat, now)
        saved = _search(connection, plan, person, now)
    if token and plan.chat:
        say(f"✓ you are chat {plan.chat}")
        write(plan, path, is_kept=False)  # the operator is told of trouble there too
    _tell_next(plan, settings, path, saved, _past(engine, plan.query, now))


def _leave_to_environment(plan: Plan) -> None:
    """What the environment says already is written nowhere."""
    held = settings_module.load(path=Path("/dev/null"))
    if keys(held).token.get_secret_value() == plan.token:
        plan.token = ""
    if held.channel("email", EmailSettings).password.get_secret_value() == plan.email.password.get_secret_value():
        plan.email = plan.email.model_copy(update={"password": SecretStr("")})


def _person(connection: Connection, plan: Plan, now: datetime) -> int:
    for row in people.list_subscribers(connection):
        if row["name"] == plan.name:
            found = int(row["id"])
            break
    else:
        found = people.add_subscriber(connection, plan.name, now, plan.timezone)
    for written in plan.operators():
        channel, _, address = written.partition(":")
        people.add_address(connection, found, channel, address, now)
    return found


def _search(connection: Connection, plan: Plan, person: int, now: datetime) -> Sequence[str]:
    """Save the first search on every channel that reaches them; the channels, none where it waits for /start."""
    row = next(row for row in people.list_subscribers(connection) if row["id"] == person)
    reached = list(dict.fromkeys(one["channel"] for one in row["addresses"] if one["state"] == "active"))
    held = [one["query"] for one in people.list_searches(connection, person)]
    if reached and plan.query not in held:
        people.add_search(connection, person, plan.query, now, channels=reached)
    return reached


def _past(engine: Engine, query: str, now: datetime) -> list[str]:
    """What the search would have sent in the last weeks, in lines; of an empty database, how to see it later."""
    with db.read(engine) as connection:
        is_empty = not db.count_postings(connection, None, now)
    if is_empty:
        return [
            "nothing is stored yet; once boards were crawled, `rolewire searches test QUERY` shows what it would send"
        ]
    tested = backtest(lambda: db.bounded_read(engine, PAST_SECONDS), search_room.parse_saved(query), now)
    return told(tested, "rolewire searches test")


def _tell_next(plan: Plan, settings: Settings, path: Path, reached: Sequence[str], past: list[str]) -> None:
    minutes = max(1, round(len(settings.boards) * SECONDS_A_BOARD / 60))
    first = minutes + settings.alerts.baseline_minutes
    typed = "" if path == Path("config.toml") else f" --config {path}"
    note(f"\nYour search: {plan.query}")
    for line in past:
        note(f"  {line}")
    if reached:
        note(f"It is told on {' and '.join(reached)}, at once when something opens.")
    elif plan.bot:
        note(f"Nobody is reached yet: once rolewire runs, press Start in @{plan.bot} and send it: /search {plan.query}")
    else:
        note("No channel is set: you see what is found on the web page. `rolewire init --force` asks again.")
    around = datetime.now().astimezone() + timedelta(minutes=first)
    crawls = f"crawls {plural(len(settings.boards), 'board')}, which takes about {plural(minutes, 'minute')}"
    note(
        f"\nNext:\n  rolewire run{typed}\n      {crawls}; what is open is told in one message, about {around:%H:%M}\n"
        f"      the web page: http://127.0.0.1:{plan.port}/\n"
        f"  rolewire doctor{typed}\n      looks everything over, at any time"
    )
