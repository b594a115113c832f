"""The demo: three visits to the sample boards, a week apart, with everything in between that makes an alert."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine

import boards as board_rows
from alerts import bot as alert_bot
from alerts.channels import configured
from alerts.dispatch import dispatch
from alerts.outbox import deliver_due
from crawling import Crawling, Worker
from database import open_engine, read, transaction, upgrade
from demo import boards, found, show
from demo.artefacts import write_emails
from demo.boardserver import BoardServer
from demo.botapi import BotApi
from demo.chat import Chat
from demo.folder import Folder, FolderError, prepare
from demo.mailserver import MailServer
from demo.people import ADA, BEN, CHAT, CHLOE, PEOPLE, TYPO, expect, join
from logs import configure
from settings import Settings
from web.app import create_app, server

FIRST_VISIT = timedelta(days=14, hours=6)  # ago; the last one is some hours ago, so that its digest is due by now
SOON = timedelta(minutes=15)  # what is told at once waits for company first
DIGESTS_AFTER = timedelta(hours=4)
INTERRUPTED = 130  # as shells have it
SENDER = "rolewire <alerts@rolewire.example>"
CONFIG = """# The demo's database, for `rolewire search` and the like. Its boards are made up: nothing is to be crawled.
[database]
url = "sqlite:///{database}"
"""
STAND_IN = "This is the demo, at the end of its third week: no daemon runs, so nothing is crawled or sent any more."
WORDS = {1: "a first look", 2: "a week later", 3: "another week later"}


@dataclass(slots=True)
class Stage:
    """All that the demo has running. `offset` is how far its clock is behind the real one."""

    folder: Folder
    settings: Settings
    engine: Engine
    boards: BoardServer
    mail: MailServer
    api: BotApi
    crawling: Crawling
    progress: Console
    offset: timedelta = -FIRST_VISIT
    starts: list[datetime] = field(default_factory=list)

    def now(self) -> datetime:
        """The demo's clock."""
        return datetime.now(UTC) + self.offset


def run_demo(path: Path = Path("rolewire-demo"), is_served: bool = False, port: int = 8000) -> int:
    """Run the demo and leave its artefacts in a folder; returns the exit code. `is_served` keeps the web page up."""
    try:
        folder = prepare(path)
    except FolderError as error:
        show.screen(is_result=False).print(show.refusal(error), soft_wrap=True)
        return 2
    is_shown = threading.Event()
    with closing(_listen(port)) as listening:
        try:
            asyncio.run(_run(folder, is_served, listening, is_shown))
        except KeyboardInterrupt:
            return 0 if is_shown.is_set() else INTERRUPTED
    return 0


async def _run(folder: Folder, is_served: bool, listening: socket.socket, is_shown: threading.Event) -> None:
    progress = show.screen(is_result=False)
    progress.print(show.opening())
    async with _stage(folder, listening.getsockname()[1], progress) as stage:
        chat = Chat(stage.api, CHAT, ADA.name)
        for week in boards.WEEKS:
            await _week(stage, week, chat)
        _leave_artefacts(stage, chat)
        if is_served:
            listening.listen()  # before the address is printed: who follows it at once waits a moment
        _show_results(stage, is_served)
        is_shown.set()
        if is_served:
            stopped = stage.now()  # the page stays at the demo's own time: no board becomes late while it is looked at
            site = create_app(stage.settings, stage.engine, clock=lambda: stopped, stand_in=STAND_IN)
            await server(stage.settings, site).serve([listening])


@asynccontextmanager
async def _stage(folder: Folder, port: int, progress: Console) -> AsyncIterator[Stage]:
    """Start the boards, the mail server, the Bot API and the database; stop them at the end."""
    first = (datetime.now(UTC) - FIRST_VISIT).replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(BoardServer(first))
        mail = stack.enter_context(MailServer(folder.emails))
        api = stack.enter_context(BotApi(log=folder.telegram_log))
        settings = _settings(folder, server, mail, api, port)
        configure(settings.log)
        engine = open_engine(settings.database.url)
        stack.callback(engine.dispose)
        crawling = Crawling(Worker(settings), engine)
        stack.push_async_callback(crawling.stop)
        _fill_boards(engine, settings)
        yield Stage(folder, settings, engine, server, mail, api, crawling, progress)


def _settings(folder: Folder, server: BoardServer, mail: MailServer, api: BotApi, port: int) -> Settings:
    """The whole configuration; neither a file nor the environment of the user has a say."""
    return Settings.model_validate(
        {
            "database": {"url": f"sqlite:///{folder.database}"},
            "network": {"replay": server.url, "contact": "demo"},
            "telegram": {"token": api.token, "api_url": api.url},
            "email": {"host": mail.host, "port": mail.port, "security": "none", "sender": SENDER},
            "web": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
            "log": {"level": "error"},
            "boards": [board.config_row() for board in boards.load()],
        }
    )


def _fill_boards(engine: Engine, settings: Settings) -> None:
    upgrade(engine)
    with transaction(engine) as connection:
        board_rows.sync(connection, settings.boards)


async def _week(stage: Stage, week: int, chat: Chat) -> None:
    """One visit: crawl, say what happened, let people join in the first week, send what is due."""
    stage.boards.week = week
    stage.offset = stage.crawling.worker.clock_offset = timedelta(weeks=week - 1) - FIRST_VISIT
    stage.starts.append(stage.now())
    day = stage.starts[-1]
    stage.progress.print(show.heading(week, day, WORDS[week]))
    await _crawl(stage)
    _tell_happenings(stage, week)
    if week == 1:
        await _join(stage, chat)
    await _deliver(stage, chat)


async def _crawl(stage: Stage) -> None:
    with read(stage.engine) as connection:
        ids = board_rows.active(connection)
    with stage.progress.status("visiting the boards …"):
        async for row in stage.crawling.crawl(ids):
            stage.progress.print(show.crawl_line(row))


def _tell_happenings(stage: Stage, week: int) -> None:
    """What the crawl changed; of the first one, only how much there is."""
    with read(stage.engine) as connection:
        happened = found.happenings(connection, stage.starts[-1]) if week > 1 else []
        merged = found.merges(connection, stage.starts[-1])
        count = found.open_count(connection)
    if week == 1:
        stage.progress.print(show.note(f"{count} postings stored and tagged: role, level, skills, place, pay"))
    stage.progress.print(show.happening_lines(happened, merged))


async def _join(stage: Stage, chat: Chat) -> None:
    """Ada comes through the bot, by her invitation; the others are added as the command line does."""
    stage.progress.print(show.note("Three people subscribe:", ""))
    stage.progress.print(show.person_lines(PEOPLE))
    with transaction(stage.engine) as connection:
        token = expect(connection, ADA, stage.now())
        for person in (BEN, CHLOE):
            join(connection, person, stage.now())
    bot = alert_bot.build_bot(stage.settings, stage.engine, stage.now)
    await alert_bot.start(bot)
    try:
        for typed in (f"/start {token}", TYPO, f"/search {ADA.wishes[0].query}", "/list"):
            await chat.ask(typed, _day(stage))
    finally:
        await alert_bot.stop(bot)


async def _deliver(stage: Stage, chat: Chat) -> None:
    """Match what happened, then send what is due at once, and what is due some hours later: the digests."""
    channels = configured(stage.settings)
    mails = len(stage.mail.arrived)
    try:
        await asyncio.to_thread(dispatch, stage.engine, stage.settings, stage.now())
        for wait in (SOON, DIGESTS_AFTER):
            now = stage.now() + wait
            await deliver_due(stage.engine, channels, stage.settings, now)
    finally:
        for channel in channels.values():
            await channel.close()
    sent = chat.collect(_day(stage))
    stage.progress.print(show.sent_line(sent, len(stage.mail.arrived) - mails))


def _day(stage: Stage) -> str:
    return f"{stage.starts[-1].day} {stage.starts[-1]:%B}"


def _leave_artefacts(stage: Stage, chat: Chat) -> None:
    write_emails(stage.folder.emails, stage.mail.arrived)
    chat.write(stage.folder.chat)
    stage.folder.config.write_text(CONFIG.format(database=stage.folder.database), encoding="utf-8")


def _show_results(stage: Stage, is_served: bool) -> None:
    result = show.screen(is_result=True)
    with read(stage.engine) as connection:
        result.print(show.match_tables(found.matches(connection), PEOPLE, stage.starts))
    result.print(show.folder_line(stage.folder), soft_wrap=True)
    result.print(show.files(stage.folder, stage.mail.arrived, PEOPLE))
    result.print(show.commands(stage.folder, stage.settings.web.public_url if is_served else ""), soft_wrap=True)


def _listen(port: int) -> socket.socket:
    """A socket for the web page: the port asked for, or a free one where it is taken."""
    for wanted in (port, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", wanted))
        except OSError:
            listening.close()
            continue
        return listening
    raise OSError("no port of 127.0.0.1 is free")
