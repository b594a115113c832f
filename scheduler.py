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
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

import boards
from alerts import bot as telegram_bot
from alerts import channels
from alerts.dispatch import dispatch
from alerts.notices import clear_notice, raise_notice
from alerts.outbox import deliver_due
from database import first_line, read, shown_url, transaction
from locks import LEADER, Lock
from models import Verdict
from settings import Settings
from web.app import server as web_server
from worker import Worker, WorkerDied, end_in_error

log = structlog.get_logger()
STANDBY_SECONDS = 1.0
PLAN_SECONDS = 5
DISPATCH_SECONDS = 2
OUTBOX_SECONDS = 2
GRACE_SECONDS = 15.0
PORT_TRIES = 30  # a second each
WORKER_GRACE_SECONDS = 5.0  # together with the web page's and the bot's this stays below 30 s
FAILURES_TOLD = 3  # crawls of a board in a row
LONGEST_REST_SECONDS = 900.0
UNFINISHED_BEFORE_SINGLE = 2  # rounds in a row; then boards are crawled one by one, to find the one that does it


@dataclass
class Daemon:
    """The running parts of `rolewire run`."""

    settings: Settings
    engine: Engine
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: str = ""  # why it ended by itself; empty after a signal
    _is_signalled: bool = False
    _has_stood_by: bool = False
    worker: Worker = field(init=False)
    _unfinished: int = 0  # rounds in a row after which boards had no verdict
    _rest_until: float = 0.0  # on the loop's clock
    _round: asyncio.Task[None] | None = None
    _busy: list[asyncio.Lock] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worker = Worker(self.settings)

    async def run(self) -> None:
        """Lead, or stand by until nobody does; returns after SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._on_signal)
        with Lock(self.engine, LEADER) as lock:
            while not (self._is_signalled or self.trouble):  # once more where a restart of the database took the lock
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
            await self._start_bot(stack)
            stack.push_async_callback(self._stop_worker)
            scheduler = AsyncIOScheduler(timezone=UTC)
            self._add(scheduler, "plan", PLAN_SECONDS, lambda: self._plan(lock))
            self._add(scheduler, "dispatch", DISPATCH_SECONDS, self._dispatch)
            self._add(scheduler, "outbox", OUTBOX_SECONDS, lambda: self._deliver(out))
            scheduler.start()
            where = {"database": self._database(), "channels": sorted(out), "web": site}
            log.info("rolewire runs", pid=os.getpid(), **where)
            await self.stopping.wait()
            log.info("rolewire stops")
            scheduler.pause()
            await self._settle()  # first: the shutdown would cancel what is being sent
            scheduler.shutdown(wait=False)

    def _prepare(self) -> None:
        with transaction(self.engine) as connection:
            boards.follow(connection, self.settings)

    def _add(self, scheduler: AsyncIOScheduler, name: str, seconds: int, work: Callable[[], Awaitable[Any]]) -> None:
        """A job that runs one at a time and whose failure is logged and met again at its next turn."""
        busy = asyncio.Lock()
        self._busy.append(busy)

        async def turn() -> None:
            if busy.locked() or self.stopping.is_set():
                return
            async with busy:
                try:
                    await work()
                except DBAPIError as error:  # disk full, server gone: the operator's matter, not a fault of ours
                    log.error("turn failed: the database refuses", job=name, error=first_line(error))
                except Exception:  # the daemon's loop outlives any one turn; what was due is due again
                    log.exception("turn failed", job=name)

        scheduler.add_job(
            turn, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC), coalesce=True,
            max_instances=2, misfire_grace_time=3600,
        )  # fmt: skip

    async def _settle(self) -> None:
        """Let turns under way record what they sent."""
        for busy in self._busy:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(busy.acquire(), GRACE_SECONDS / len(self._busy))

    async def _plan(self, lock: Lock) -> None:
        if not await asyncio.to_thread(lock.is_held):
            log.warning("the database lost our lock, by a restart perhaps: standing by, so that one rolewire leads")
            self.stopping.set()
            return
        if (self._round is None or self._round.done()) and asyncio.get_running_loop().time() >= self._rest_until:
            board_ids = await asyncio.to_thread(self._due)
            if board_ids:
                self._round = asyncio.create_task(self._crawl(board_ids))

    def _due(self) -> list[int]:
        size = 1 if self._unfinished >= UNFINISHED_BEFORE_SINGLE else self.settings.crawl.round_size
        with read(self.engine) as connection:
            return boards.due(connection, datetime.now(UTC), size)

    async def _crawl(self, board_ids: list[int]) -> None:
        ended: list[dict[str, Any]] = []
        try:
            async for crawl in self.worker.crawl(board_ids):
                ended.append(crawl)
                await self._note_crawl(crawl)
        except WorkerDied as error:
            if self.stopping.is_set():
                return
            log.error("crawl worker died", error=str(error))
            if len(board_ids) == 1 and error.has_begun and not ended:
                await self._blame(board_ids[0], str(error))
        except Exception:  # a round that fails must not take the daemon along, nor mix with the next one's answers
            log.exception("round failed")
            await self.worker.stop(WORKER_GRACE_SECONDS)
        self._rest(is_complete=len(ended) >= len(board_ids))
        counts = {kind: sum(crawl[kind] for crawl in ended) for kind in ("found", "opened", "changed", "closed")}
        bad = sum(crawl["verdict"] != Verdict.OK for crawl in ended)
        log.info("crawled", boards=len(ended), not_ok=bad, without_verdict=len(board_ids) - len(ended), **counts)

    def _rest(self, is_complete: bool) -> None:
        """After a round that left boards without a verdict, wait longer each time: they are asked again from anew."""
        self._unfinished = 0 if is_complete else self._unfinished + 1
        if self._unfinished:
            seconds = min(PLAN_SECONDS * 2 ** min(self._unfinished - 1, 20), LONGEST_REST_SECONDS)
            self._rest_until = asyncio.get_running_loop().time() + seconds

    async def _note_crawl(self, crawl: dict[str, Any]) -> None:
        told = {name: crawl[name] for name in ("name", "verdict", "reason", "found", "opened", "closed")}
        log.log(logging.DEBUG if crawl["verdict"] == Verdict.OK else logging.INFO, "board", **told)
        try:
            await asyncio.to_thread(self._tell_operator, crawl)
        except DBAPIError as error:
            log.error("operator not told", board=crawl["name"], error=first_line(error))

    async def _blame(self, board_id: int, death: str) -> None:
        """Give the only board of a round that killed its worker its verdict, so that it waits like any failed one."""
        try:
            crawl = await asyncio.to_thread(end_in_error, self.engine, self.settings, board_id, death)
            await self._note_crawl(crawl)
        except DBAPIError as error:
            log.error("verdict not stored", board_id=board_id, error=first_line(error))

    def _tell_operator(self, crawl: dict[str, Any]) -> None:
        """Note a board that is suspect, or has failed for a while; and that it is well again."""
        key, now = f"board {crawl['name']}", datetime.now(UTC)
        with transaction(self.engine) as connection:
            if crawl["verdict"] == Verdict.OK:
                clear_notice(connection, key, now)
            elif crawl["verdict"] == Verdict.SUSPECT or crawl["failures"] >= FAILURES_TOLD:
                raise_notice(connection, key, f"{crawl['name']} is {crawl['verdict']}: {crawl['reason']}", now)

    def _give_up(self, trouble: str) -> None:
        log.error(trouble)
        self.trouble = trouble
        self.stopping.set()

    async def _dispatch(self) -> None:
        now = datetime.now(UTC)
        while await asyncio.to_thread(dispatch, self.engine, self.settings, now):
            if self.stopping.is_set():
                return

    async def _deliver(self, out: dict[str, Any]) -> None:
        await deliver_due(self.engine, out, self.settings, datetime.now(UTC), self.stopping.is_set)

    async def _stop_worker(self) -> None:
        await self.worker.stop(WORKER_GRACE_SECONDS)
        if self._round:
            await self._round

    async def _start_web(self, stack: contextlib.AsyncExitStack) -> str:
        """Serve the web page; returns its address."""
        if not self.settings.web.enabled:
            return "off"
        listening = await self._listen()
        if listening is None:
            return "off"
        server = web_server(self.settings, self.engine)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def stop() -> None:
            server.should_exit = True
            await serving
            listening.close()

        stack.push_async_callback(stop)
        host, port = listening.getsockname()[:2]
        return f"http://{host}:{port}/"

    async def _listen(self) -> socket.socket | None:
        """The page's socket. A leader that is just ending may hold its port for a moment longer than its lock."""
        web = self.settings.web
        family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
        for left in range(PORT_TRIES if self._has_stood_by else 1, 0, -1):
            try:
                return socket.create_server((web.host, web.port), family=family, backlog=2048)
            except OSError as error:
                if left == 1:
                    self._give_up(
                        f"the web page cannot start at {web.host}:{web.port}: {error.strerror}. Is the port taken? See"
                        " [web] host and port"
                    )
            await self._pause(1.0)
            if self.stopping.is_set():
                break
        return None

    async def _start_bot(self, stack: contextlib.AsyncExitStack) -> None:
        if not self.settings.telegram.token.get_secret_value():
            return
        bot = telegram_bot.build_bot(self.settings, self.engine)
        await telegram_bot.start(bot)
        stack.push_async_callback(telegram_bot.stop, bot)
