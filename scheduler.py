"""The daemon: APScheduler wakes it, the database says what is due. It holds no state worth losing.

One process: planner, dispatch, outbox, bot and web on one asyncio loop; beside it one crawl worker, so that parsing
never delays an answer and a crash of one leaves the other.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

import boards
import places
import pulse
from alerts import canary, channels
from alerts.asking import Asking
from alerts.dispatch import Dispatcher
from alerts.door import Door
from alerts.kept import ask_whether_wanted, take_care
from alerts.lane import Lane
from alerts.notices import (
    DEAF,
    clear_notice,
    end_what_happened_once,
    note_board_trouble,
    note_changed_pages,
    note_strange_sources,
)
from alerts.outbox import Outbox
from alerts.returned import has_mailbox, read_returned
from alerts.subscribers import is_anybody
from alerts.told import Edits
from alerts.wording import plural
from crawling import Crawling, Worker, WorkerDied
from database import back_up, first_line, is_due, open_engine, prune, read, shown_url, transaction
from locks import LEADER, Lock
from logs import plain_error
from models import Verdict
from pipeline.ingest import sources
from pulse import Pulse
from settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

log = structlog.get_logger()
STANDBY_SECONDS = 1.0
PLAN_SECONDS = 5
BACKUP_SECONDS = 600
PULSE_SECONDS = 1  # what has not changed costs nothing
ASK_SECONDS = 15  # how often is looked whether a channel is to be asked
DISPATCH_SECONDS = 2
OUTBOX_SECONDS = 2
EDIT_SECONDS = 5  # what stands in chats already is in no hurry
UPKEEP_SECONDS = 30
REVIEW_SECONDS = 3600
GRACE_SECONDS = 15.0
PORT_TRIES = 30  # a second each
WORKER_GRACE_SECONDS = 5.0  # together with the web page's and the bot's this stays below 30 s
MAX_DUE = 100_000  # boards that are handed over at once
TROUBLE_SECONDS = 30  # how often is looked what trouble the boards that ended are in
RETURNED_SECONDS = 60
CANARY_SECONDS = 60
PRUNE_SECONDS = 3600
PRUNE_PAUSE_SECONDS = 0.2  # between two small steps, so that others write meanwhile
SUMMARY_SECONDS = 60.0  # how often a busy crawl worker is worth a line in the log
WEB_CONNECTIONS = 8  # of its own, as the bot has, so that neither can take the daemon's
BUSY_SECONDS = 5.0  # that a page waits for a connection
WELL = (Verdict.OK, Verdict.PARTIAL)


@dataclass
class Daemon:
    """The running parts of `rolewire run`."""

    settings: Settings
    engine: Engine
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: str = ""  # why it ended by itself; empty after a signal
    is_set_up: bool = False  # it ended because the page /setup wrote other settings, to begin anew with them
    _is_signalled: bool = False
    _has_stood_by: bool = False
    crawling: Crawling = field(init=False)
    _ended: list[dict[str, Any]] = field(default_factory=list)  # crawls that no line in the log tells of yet
    _summed_at: float = 0.0
    _has_news: bool = True  # whether boards ended since their trouble was looked at; at first, perhaps
    dispatcher: Dispatcher = field(init=False)
    pulse: Pulse = field(init=False)
    _serving: asyncio.Task[None] | None = None  # the web page
    _door: Door = field(default_factory=Door)  # of the bot, in the web page
    _reading: asyncio.Task[None] | None = None  # the searches, beside the turns of dispatch
    _busy: list[asyncio.Lock] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.engine, self.settings)
        self.pulse = Pulse(self.engine)

    async def run(self) -> None:
        """Lead, or stand by until nobody does; returns after SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._on_signal)
        with Lock(self.engine, LEADER, "run") as lock:
            while not (
                self._is_signalled or self.trouble or self.is_set_up
            ):  # once more where a restart of the database took the lock
                self.stopping.clear()
                self._busy.clear()
                if await self._lead(lock):
                    await self._serve(lock)
                lock.release()

    def _on_signal(self) -> None:
        self._is_signalled = True
        self.stopping.set()

    async def _lead(self, lock: Lock) -> bool:
        told = False
        while not self.stopping.is_set():
            try:
                if await asyncio.to_thread(lock.acquire):
                    return True
            except DBAPIError as error:  # a database that restarts is no reason to stop standing by
                if not told:
                    log.warning("the database does not answer: standing by", error=first_line(error))
                told = self._has_stood_by = True
            if not told:
                log.warning("another rolewire leads on this database: standing by", database=self._database())
                told = self._has_stood_by = True
            await self._pause(STANDBY_SECONDS)
        return False

    def _database(self) -> str:
        return shown_url(self.settings.database.url)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    async def _serve(self, lock: Lock) -> None:
        """Start everything, wait for the end, stop everything in the reverse order."""
        out = channels.configured(self.settings)
        await asyncio.to_thread(self._prepare)
        async with contextlib.AsyncExitStack() as stack:
            site = await self._start_web(stack)
            if self.stopping.is_set():
                return
            self.pulse = Pulse(self.engine)
            lanes: dict[str, Lane] = {}
            self.pulse.sources += [
                pulse.of_lanes(lanes, sorted(out)),
                pulse.of("web page", lambda: (self._web_trouble(site), None)),
            ]
            await self._start_bot(stack, out)
            await self._start_crawling(stack)
            outbox = Outbox(self.engine, out, self.settings, self.stopping.is_set, lanes=lanes)
            scheduler = self._scheduled(lock, out, lanes, outbox)
            scheduler.start()
            where = {"channels": sorted(out), "web": site, "database": self._database()}
            log.info("rolewire runs", **where, pid=os.getpid())
            await self.stopping.wait()
            log.info("rolewire stops")
            scheduler.pause()
            await self._settle(outbox)  # first: the shutdown would cancel what is being sent
            scheduler.shutdown(wait=False)

    def _scheduled(
        self, lock: Lock, out: dict[str, channels.Channel], lanes: dict[str, Lane], outbox: Outbox
    ) -> AsyncIOScheduler:
        """What wakes the daemon, and how often."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        self._add(scheduler, "planner", PLAN_SECONDS, lambda: self._plan(lock))
        self._add(scheduler, "trouble", TROUBLE_SECONDS, self._note_trouble)
        self._add(scheduler, "dispatch", DISPATCH_SECONDS, self._dispatch)
        self._add(scheduler, "outbox", OUTBOX_SECONDS, outbox.turn)
        self._add(scheduler, "asking", ASK_SECONDS, Asking(self.engine, out, lanes).turn)
        self._add(scheduler, "pruning", PRUNE_SECONDS, self._prune)
        self._add(scheduler, "backups", BACKUP_SECONDS, lambda: asyncio.to_thread(self._back_up))
        canary_turn = partial(asyncio.to_thread, self._watch_canary, sorted(out), datetime.now(UTC))
        self._add(scheduler, "canary", CANARY_SECONDS, canary_turn)
        self._add(scheduler, "pulse", PULSE_SECONDS, lambda: asyncio.to_thread(self.pulse.beat))
        self._add(scheduler, "upkeep", UPKEEP_SECONDS, lambda: self._with_the_time(take_care))
        self._add(scheduler, "reviews", REVIEW_SECONDS, lambda: self._with_the_time(ask_whether_wanted))
        self._add(scheduler, "edits", EDIT_SECONDS, Edits(self.engine, out, self.settings).turn)
        if has_mailbox(self.settings):
            self._add(scheduler, "returned", RETURNED_SECONDS, self._take_back)
        return scheduler

    def _watch_canary(self, configured: list[str], began: datetime) -> None:
        now = datetime.now(UTC)
        with transaction(self.engine) as connection:
            canary.follow(connection, self.settings.operator, now)
            canary.note(connection, self.settings.operator, configured, now, began)

    def _prepare(self) -> None:
        with transaction(self.engine) as connection:
            boards.follow(connection, self.settings)

    def _add(self, scheduler: AsyncIOScheduler, name: str, seconds: int, work: Callable[[], Awaitable[Any]]) -> None:
        """A job that runs one at a time and whose failure is logged and met again at its next turn."""
        busy, noted = asyncio.Lock(), self.pulse.turn(name)
        self._busy.append(busy)

        async def turn() -> None:
            if busy.locked() or self.stopping.is_set():
                return
            async with busy:
                noted.begun_at, failed = datetime.now(UTC), ""
                try:
                    await work()
                except (
                    DBAPIError,
                    OSError,
                ) as error:  # disk full, server gone: the operator's matter, no fault of ours
                    refusing = "database" if isinstance(error, DBAPIError) else "machine"
                    failed = f"the {refusing} refuses: {first_line(error)}"
                    log.error(f"turn failed: the {refusing} refuses", job=name, error=first_line(error))
                except Exception as error:  # the daemon's loop outlives any one turn; what was due is due again
                    failed = f"a fault of ours, which the log has in full: {first_line(error)}"
                    log.exception("turn failed", job=name)
                noted.begun_at, noted.failed = None, failed

        scheduler.add_job(
            turn, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC), coalesce=True,
            max_instances=2, misfire_grace_time=3600,
        )  # fmt: skip

    async def _settle(self, outbox: Outbox) -> None:
        """Let turns and sends under way record what they did."""
        share = GRACE_SECONDS / (len(self._busy) + 2)
        for busy in self._busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(busy.acquire(), share)
        try:
            await outbox.settle(share * 2)
        except Exception:  # what it could not record is met again by the next leader
            log.exception("outbox not settled")

    async def _plan(self, lock: Lock) -> None:
        if not await asyncio.to_thread(lock.is_held):
            log.warning("the database lost our lock, by a restart perhaps: standing by, so that one rolewire leads")
            self.stopping.set()
            return
        await self.crawling.hand_over(await asyncio.to_thread(self._due))
        if self._ended and (self.crawling.is_idle() or monotonic() - self._summed_at >= SUMMARY_SECONDS):
            self._sum_up()

    def _due(self) -> list[int]:
        with read(self.engine) as connection:
            return boards.due(connection, datetime.now(UTC), MAX_DUE)

    async def _start_crawling(self, stack: contextlib.AsyncExitStack) -> None:
        self.crawling = Crawling(Worker(self.settings), self.engine)
        self.pulse.sources.append(pulse.of("crawl worker", self.crawling.trouble))
        hearing = asyncio.create_task(self._hear())

        async def stop() -> None:
            await self.crawling.stop(WORKER_GRACE_SECONDS)
            hearing.cancel()
            self._sum_up()

        stack.push_async_callback(stop)

    async def _hear(self) -> None:
        """Take in how boards end."""
        while True:
            news = await self.crawling.happened.get()
            if isinstance(news, WorkerDied) or news.crawl is None:
                continue  # the log has it already
            crawl = news.crawl
            told = {name: crawl[name] for name in ("reason", "found", "opened", "closed") if crawl[name]}
            is_well = crawl["verdict"] in WELL
            log.log(logging.DEBUG if is_well else logging.INFO, f"{crawl['name']}: {crawl['verdict']}", **told)
            self._ended.append(crawl)
            self._has_news = True

    def _sum_up(self) -> None:
        ended, self._ended, self._summed_at = self._ended, [], monotonic()
        if ended:
            counts = {kind: sum(crawl[kind] for crawl in ended) for kind in ("found", "opened", "changed", "closed")}
            bad = sum(crawl["verdict"] not in WELL for crawl in ended)
            log.info(f"crawled {plural(len(ended), 'board')}", not_well=bad, **counts)

    async def _note_trouble(self) -> None:
        if self._has_news:
            self._has_news = False
            try:
                await asyncio.to_thread(self._tell_operator)
            except BaseException:
                self._has_news = True
                raise

    def _tell_operator(self) -> None:
        """Raise the trouble that boards are in, and clear what is over."""
        now = datetime.now(UTC)
        with read(self.engine) as connection:  # it reads every board's health: not while others wait to write
            fallen, silent = sources.fallen(connection), sources.silent(connection)
        with transaction(self.engine) as connection:
            note_board_trouble(connection, now)
            note_strange_sources(connection, fallen, silent, now)
            note_changed_pages(connection, now)

    def _end_trouble(self) -> None:
        with transaction(self.engine) as connection:
            end_what_happened_once(connection, datetime.now(UTC))

    def _give_up(self, trouble: str) -> None:
        log.error(trouble)
        self.trouble = trouble
        self.stopping.set()

    async def _with_the_time(self, work: Callable[[Engine, datetime], Any]) -> None:
        await asyncio.to_thread(work, self.engine, datetime.now(UTC))

    async def _take_back(self) -> None:
        await asyncio.to_thread(read_returned, self.engine, self.settings, datetime.now(UTC))

    async def _prune(self) -> None:
        await asyncio.to_thread(self._end_trouble)
        while await asyncio.to_thread(prune, self.engine, self.settings, datetime.now(UTC)):
            await self._pause(PRUNE_PAUSE_SECONDS)
            if self.stopping.is_set():
                return

    def _back_up(self) -> None:
        """Copy the database where the configuration wants it and the last copy is old."""
        told, now = self.settings.backup, datetime.now(UTC)
        if not told.folder:
            return
        folder = self.settings.beside(told.folder)
        if is_due(folder, timedelta(hours=told.every_hours), now):
            log.info("backed up", file=str(back_up(self.engine, folder, now, told.keep)))

    async def _dispatch(self) -> None:
        """First looks at once; events once the searches are read, which a thread beside the turns does."""
        if self._reading is None or (self._reading.done() and self.dispatcher.registry.is_to_be_loaded):
            self._reading = asyncio.create_task(self._read_searches())
        await asyncio.to_thread(self.dispatcher.turn, datetime.now(UTC), self.stopping.is_set)

    async def _read_searches(self) -> None:
        try:
            await asyncio.to_thread(self.dispatcher.load, self.stopping.is_set)
        except DBAPIError as error:
            log.error("the searches cannot be read: events wait", error=first_line(error))

    async def _start_web(self, stack: contextlib.AsyncExitStack) -> str:
        """Serve the web page; returns its address."""
        if not self.settings.web.enabled:
            return "off"
        listening = await self._listen()
        if listening is None:
            return "off"
        engine = self._own_engine(stack, WEB_CONNECTIONS)
        from web.app import server as new_server  # only here: FastAPI takes its time, and a page may be off

        server = new_server(self.settings, await self._site(engine, listening.getsockname()[1]))
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = self._serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def stop() -> None:
            server.should_exit = True
            await serving
            listening.close()

        stack.push_async_callback(stop)
        host, port = listening.getsockname()[:2]
        return f"http://{host}:{port}/"

    async def _site(self, engine: Engine, port: int) -> "FastAPI | Engine":
        """What is served: with the page /setup, while nobody is told of anything."""
        path = await asyncio.to_thread(self._first_start)
        from web.app import create_app

        if path is None:
            return create_app(self.settings, engine, door=self._door)
        from web.setup import Setup  # only here: it brings the doctor, and is wanted once

        site, loop = create_app(self.settings, engine), asyncio.get_running_loop()

        def done() -> None:
            loop.call_soon_threadsafe(self._begin_anew)

        Setup(self.settings, engine, path, done, port).offer(site)
        return site

    def _first_start(self) -> Path | None:
        """Where /setup would write the configuration; None where rolewire is set up, or it cannot be written there."""
        if self.settings.operator.addresses:
            return None
        with read(self.engine) as connection:
            if is_anybody(connection):
                return None
        path = self.settings.path or places.default_config()
        if os.access(path.parent, os.W_OK):
            return path
        cure = (
            "name a file in a folder that can be written (ROLEWIRE_CONFIG; in a container /data/config.toml), or edit"
            " it, then `rolewire subscribers add`"
        )
        log.warning(f"rolewire is not set up, and {path} cannot be written to do so on the page: {cure}")
        return None

    def _begin_anew(self) -> None:
        self.is_set_up = True
        self.stopping.set()

    def _web_trouble(self, site: str) -> str:
        """Why the page is not served; empty where it is, or is not wanted."""
        if self._serving is None or not self._serving.done():
            return ""
        return f"it is not served at {site} any more"

    def _own_engine(self, stack: contextlib.AsyncExitStack, connections: int) -> Engine:
        """An engine for a part that others' questions may keep busy: it can wait, the daemon cannot."""
        engine = open_engine(self.settings.database.url, connections=connections, wait=BUSY_SECONDS)
        stack.callback(engine.dispose)
        return engine

    async def _listen(self) -> socket.socket | None:
        """The page's socket. A leader that is just ending may hold its port for a moment longer than its lock."""
        web = self.settings.web
        family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
        for left in range(PORT_TRIES if self._has_stood_by else 1, 0, -1):
            try:
                return socket.create_server((web.host, web.port), family=family, backlog=2048)
            except OSError as error:
                if left == 1:
                    where, told = f"{web.host}:{web.port}", plain_error(error)
                    cure = "Is the port taken? See [web] host and port"
                    self._give_up(f"the web page cannot start at {where}: {told}. {cure}")
            await self._pause(1.0)
            if self.stopping.is_set():
                break
        return None

    async def _start_bot(self, stack: contextlib.AsyncExitStack, out: dict[str, channels.Channel]) -> None:
        channel = out.get("telegram")
        if channel is None:
            await asyncio.to_thread(self._forget_the_bot)
            return
        from alerts import bot as telegram_bot  # only here: its library takes its time, and it may be off

        engine = self._own_engine(stack, telegram_bot.THREADS)
        bot = telegram_bot.build_bot(self.settings, engine, channel=channel, door=self._door)
        self.pulse.sources.append(pulse.of("bot", lambda: (bot.trouble, None), is_told_elsewhere=True))
        await telegram_bot.start(bot)
        stack.push_async_callback(telegram_bot.stop, bot)

    def _forget_the_bot(self) -> None:
        """There is none any more that could hear again."""
        with transaction(self.engine) as connection:
            clear_notice(connection, DEAF, datetime.now(UTC))
