"""The command that begins: a few questions, each answer tried at once, and what follows."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import database as db
import places
from alerts import searches as people
from alerts.channels.telegram import keys
from begin import ending
from begin.plan import Plan, is_begun, write
from begin.start import wait_for_start
from begin.taking import NotGoodError
from commands import answers
from commands.common import Config, DatabaseUrl, MisuseError, load_settings, note, open_database, waiting
from commands.questions import Asker, say
from settings import Settings, find_config

QueryOption = Annotated[str | None, typer.Option(help="What you look for, in the query language.")]
WhereOption = Annotated[str | None, typer.Option(help="remote, a country, a city; empty: anywhere.")]
PacksOption = Annotated[str | None, typer.Option(help="Packs of employers, with commas; or all, none.")]
BoardOption = Annotated[list[str] | None, typer.Option(help="A careers page, or source/board, to watch beside them.")]
TelegramTokenOption = Annotated[str | None, typer.Option(help="The bot's token; better as ROLEWIRE_TELEGRAM__TOKEN.")]
ChatOption = Annotated[str, typer.Option(help="Your chat id, if you know it; else you press Start.")]
WaitOption = Annotated[int, typer.Option(help="Seconds to wait until you press Start.", min=0, max=3600)]
EmailOption = Annotated[str | None, typer.Option(help="The address that alerts go to.")]
EmailHostOption = Annotated[str | None, typer.Option(help="The mail server.")]
EmailPortOption = Annotated[int | None, typer.Option(help="Its port.")]
EmailSecurityOption = Annotated[str | None, typer.Option(help="starttls, tls or none.")]
EmailUsernameOption = Annotated[str | None, typer.Option(help="Its user.")]
EmailPasswordOption = Annotated[str | None, typer.Option(help="Better as ROLEWIRE_EMAIL__PASSWORD.")]
EmailSenderOption = Annotated[str | None, typer.Option(help="Whom alerts come from.")]
NameOption = Annotated[str | None, typer.Option(help="How you are called.")]
TimezoneOption = Annotated[str | None, typer.Option(help="An IANA name, for when digests go out.")]
PortOption = Annotated[str | None, typer.Option(help="The web page's port.")]
PublicUrlOption = Annotated[str | None, typer.Option(help="The address under which others reach the web page.")]
NoInputOption = Annotated[bool, typer.Option("--no-input", help="Ask nothing: options and defaults answer.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a configuration; it is kept as NAME.before.")]


def init(
    query: QueryOption = None, where: WhereOption = None, packs: PacksOption = None, board: BoardOption = None,
    telegram_token: TelegramTokenOption = None, chat: ChatOption = "", wait: WaitOption = 120,
    email: EmailOption = None, email_host: EmailHostOption = None, email_port: EmailPortOption = None,
    email_security: EmailSecurityOption = None, email_username: EmailUsernameOption = None,
    email_password: EmailPasswordOption = None, email_sender: EmailSenderOption = None, name: NameOption = None,
    timezone: TimezoneOption = None, port: PortOption = None, public_url: PublicUrlOption = None,
    no_input: NoInputOption = False, force: ForceOption = False, config: Config = None,
    database: DatabaseUrl = None,
) -> None:  # fmt: skip
    """Begin: a few questions, each answer tried at once; writes config.toml, saves a first search, says what follows.

    The token is tried by asking for the bot, the mail server by a login and a mail to you, a board by a look at it.
    Secrets go into secrets.toml beside it (mode 600), unless the environment has them.

    Examples: rolewire init · rolewire init --no-input --packs robotics --email ada@example.org --email-host localhost
    """
    asker, path = Asker(no_input), config or places.default_config()
    _check_place(asker, path, force)
    before = ending.in_force()
    plan = Plan(query=answers.ask_query(asker, query, where), chat=chat)
    plan.packs = answers.ask_packs(asker, packs, path.parent)
    plan.boards = answers.ask_boards(asker, board, before)
    plan.token, plan.bot = answers.ask_telegram(asker, telegram_token, before)
    plan.address = answers.ask_address(asker, email)
    said = {"host": email_host, "port": email_port, "security": email_security, "username": email_username,
            "password": email_password, "sender": email_sender}  # fmt: skip
    _ask_mail(asker, before, said, plan)
    answers.ask_person(asker, name, timezone, plan)
    answers.ask_web(asker, port, public_url, plan)
    _finish(plan, path, database, wait)


def _check_place(asker: Asker, path: Path, force: bool) -> None:
    if not path.parent.is_dir():
        raise MisuseError(f"{path.parent}: no such folder; make it first")
    if not path.exists() or force:
        return
    if not is_begun(path):
        note(f"{path} is as it came, and stays as {path.name}.before")
    elif not asker.confirm(f"{path} is there already: replace it?", default=False):
        raise MisuseError(f"{path} is there already; --force replaces it and keeps it as {path.name}.before")


def _ask_mail(asker: Asker, before: Settings, said: dict[str, str | int | None], plan: Plan) -> None:
    if plan.address:
        given: dict[str, object] = {key: value for key, value in said.items() if value is not None}
        plan.email = answers.ask_mail(asker, before, given, plan.address)
        plan.address = plan.address if plan.email.host else ""


# --- what follows from the answers ---------------------------------------------------------------------------------


def _finish(plan: Plan, path: Path, database: str | None, wait: int) -> None:
    """Write the files, make the database, save the search, and say what happens next."""
    written = ending.write_files(plan, path)
    settings = load_settings(path, database)
    note(f"\nWritten: {', '.join(str(one) for one in written)}")
    now = datetime.now(UTC)
    engine = open_database(settings, must_exist=False)
    with db.transaction(engine) as connection:
        person = ending.person(connection, plan, settings, now)
        token = people.invite(connection, person, now) if plan.bot and not plan.chat else ""
    if token and (chat := _wait(settings, plan, token, wait)):
        plan.chat = chat
        with db.transaction(engine) as connection:
            people.redeem(connection, token, "telegram", chat, now)
        write(plan, path, is_kept=False)  # the operator is told of trouble there too
    reached = ending.save_search(engine, plan, person, now)
    _tell_next(plan, settings, path, reached, ending.past(engine, plan.query, now))


def _wait(settings: Settings, plan: Plan, token: str, seconds: int) -> str:
    """The chat of whoever presses Start; empty where nobody does in time."""
    patience = f"; I wait for {seconds} s" if seconds else ""
    note(f"Telegram: open {people.invite_link(plan.bot, token)} and press Start{patience}")
    try:
        with waiting("waiting for Start"):
            chat = asyncio.run(wait_for_start(keys(settings), token, seconds))
    except NotGoodError as error:
        note(f"  {error}; press Start once rolewire runs")
        return ""
    if chat:
        say(f"✓ you are chat {chat}")
    elif seconds:
        note("  nobody pressed Start; the link holds for 7 days, once rolewire runs")
    return chat


def _tell_next(plan: Plan, settings: Settings, path: Path, reached: Sequence[str], past: list[str]) -> None:
    typed = "" if path == find_config() else f" --config {path}"
    note(f"\nYour search: {plan.query}")
    for line in past:
        say(line)
    say(ending.is_told(plan, reached, "`rolewire init --force` asks again."), indent=0, hanging=0)
    note(f"\nNext:\n  rolewire run{typed}")
    say(ending.when(settings, datetime.now(UTC), plan.timezone), indent=6, hanging=0)
    note(f"      the web page: http://127.0.0.1:{plan.port}/")
    note(f"  rolewire doctor{typed}\n      looks everything over, at any time")
