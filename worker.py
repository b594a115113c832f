"""The crawl worker: a process of its own that runs spiders and stores what they saw. Boards go through a rolling queue.

The parent (`crawling`) writes lines of JSON to its standard input: first {"settings": …}, then {"boards": [ids],
"offset": seconds} as boards fall due, the offset being the clock's; {"drop": true} takes back what has not begun. The
worker answers on standard output: {"begun": id} as a board begins, {"ended": id, "crawl": …} as it ends (null: without
a verdict), {"idle": true} when nothing is left, and {"beat": true} now and then. When its input ends it leaves at
once: nothing half-stored stays, pages are transactions.
"""

import asyncio
import contextlib
import gc
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import structlog
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.reactor import install_reactor
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from twisted.internet.defer import Deferred
from twisted.internet.task import react

import boards
from database import (
    add_requests,
    first_line,
    keep_robots,
    open_engine,
    optimize,
    read,
    robots_file,
    transaction,
    write_terms,
)
from locks import WORKER, Lock
from logs import configure, of_worker
from models import BoardEnd, BoardPage, BoardTask, Verdict
from pipeline.ingest.shell import Ingest, utc_now
from rolling import Queue
from settings import Settings
from spiders import SPIDERS
from spiders.base.ledger import LEDGER
from spiders.base.memo import MEMO
from spiders.base.patience import HOSTS
from spiders.base.robots import KEPT, RobotsFile
from spiders.scrapy_settings import scrapy_settings

log = structlog.get_logger()
TICK_SECONDS = 0.2  # how often is looked for hosts whose pause is over
BEAT_SECONDS = 10.0
GRACE_SECONDS = 60.0  # beyond the deadline, which spiders keep by themselves
OPTIMIZE_SECONDS = 600.0
BROWSER_IDLE_SECONDS = 120.0  # then the browser is closed; the next rendered board opens one
LATE = "it was not done {:g} minutes after it began; [crawl] deadline_minutes can be raised"
GOES_ON = (Verdict.PARTIAL, Verdict.TRUNCATED)


def main() -> None:
    """Entry of `python -m worker`."""
    settings = Settings.model_validate(json.loads(sys.stdin.readline())["settings"])
    configure(settings.log, of_worker(Path(settings.log.file)) if settings.log.file else None)
    collect_rarely()
    engine = open_engine(settings.database.url)
    lock = Lock(engine, WORKER)
    while not lock.acquire():
        time.sleep(0.1)  # a killed parent's worker is about to leave
    KEPT.store = KeptRobots(engine)
    note_terms(engine)
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    loop = asyncio.get_event_loop_policy().get_event_loop()
    react(lambda _reactor: Deferred.fromFuture(loop.create_task(_serve(engine, settings))))


def note_terms(engine: Engine) -> None:
    """Write down what the sources ask of whoever shows their ads: web page, exports and messages know no spiders."""
    rows = [{"name": name, "attribution": one.attribution, "reuse": one.reuse.value} for name, one in SPIDERS.items()]
    try:
        with transaction(engine) as connection:
            write_terms(connection, rows)
    except DBAPIError as error:  # those of the last start hold
        log.warning("terms of sources not written down", error=first_line(error))


def collect_rarely() -> None:
    """Let Python look for old cycles less often: dictionaries stay, so looking costs a tenth.

    Others are looked for often: answers hang in cycles of their requests, those of slow boards outlive the first look,
    and 1,000 of such were 160 MB.
    """
    gc.freeze()
    gc.set_threshold(10_000, 15, 10)


async def _serve(engine: Engine, settings: Settings) -> None:
    crawls = Crawls(engine, settings)
    threading.Thread(target=_read_orders, args=(asyncio.get_running_loop(), crawls), daemon=True).start()
    await crawls.run()


def _read_orders(loop: asyncio.AbstractEventLoop, crawls: "Crawls") -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(crawls.order, json.loads(line))
    os._exit(0)  # the parent is gone or wants us to go: whatever is under way is a transaction, or worth nothing


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


class KeptRobots:
    """The robots.txt in the database; where it fails, they are asked for."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def load(self, origin: str) -> RobotsFile | None:
        """What is kept of an origin."""
        try:
            with read(self.engine) as connection:
                row = robots_file(connection, origin)
        except DBAPIError as error:
            log.warning("robots.txt not read from the database", origin=origin, error=first_line(error))
            return None
        return RobotsFile(**{name: value for name, value in row.items() if name != "origin"}) if row else None

    def save(self, origin: str, file: RobotsFile) -> None:
        """Keep what an origin says."""
        try:
            with transaction(self.engine) as connection:
                keep_robots(connection, {"origin": origin, **asdict(file)})
        except DBAPIError as error:
            log.warning("robots.txt not kept", origin=origin, error=first_line(error))


@dataclass(eq=False)
class Lane:
    """The crawler of one source, which lives on between boards: they are handed to its spider as they begin."""

    source: str
    is_rendered: bool
    waiting: asyncio.Queue[BoardTask | None] = field(default_factory=asyncio.Queue)
    under_way: dict[int, BoardTask] = field(default_factory=dict)
    used_at: float = 0.0

    async def tasks(self) -> AsyncIterator[BoardTask]:
        """What the spider is to crawl, one by one."""
        while (task := await self.waiting.get()) is not None:
            yield task

    async def run(self, settings: Settings, ingest: Ingest) -> None:
        """Crawl until there is nothing to come."""
        runner = AsyncCrawlerRunner(scrapy_settings(settings, self.is_rendered))
        crawler = runner.create_crawler(SPIDERS[self.source])
        crawler.rolewire_ingest = ingest  # type: ignore[attr-defined]
        await runner.crawl(crawler, tasks=self.tasks())


class Gate(Ingest):
    """Ingest for crawls that may be ended from outside: what still comes from one that has ended is dropped.

    `current` holds the task of every board under way; an end takes it out, in ingest's thread like everything here.
    """

    def __init__(self, crawls: "Crawls") -> None:
        super().__init__(crawls.engine, crawls.settings, lambda: utc_now() + crawls.offset, self.keep)
        self.crawls = crawls
        self.current: dict[int, BoardTask] = {}
        self.told: dict[str, Any] | None = None

    def keep(self, _task: BoardTask, crawl: dict[str, Any]) -> None:
        """Take the row of the crawl whose end is being stored."""
        self.told = crawl

    def take(self, item: BoardPage | BoardEnd) -> None:
        """Store what belongs to a crawl under way, and tell of its end whatever becomes of it."""
        task = item.task
        if self.current.get(task.board_id) is not task:
            return
        if isinstance(item, BoardPage):
            super().take(item)
            return
        self.told = None
        try:
            super().take(item)
        except DBAPIError as error:  # where the database refuses even the end, the board stays due
            log.error("verdict not stored", board=task.name, error=first_line(error))
        except Exception:
            log.exception("verdict not stored", board=task.name)
        del self.current[task.board_id]
        self.crawls.tell_end(item, self.told)


class Crawls:
    """All crawls of this process: which board begins when, and that each of them ends."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.offset = timedelta(0)
        is_paced = not settings.network.replay or settings.network.pace_replay
        self.queue = Queue(settings.crawl.concurrency, is_paced)
        self.gate = Gate(self)
        self.lanes: dict[tuple[str, bool], Lane] = {}
        self.changed = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.is_fresh = False  # whether boards have ended since the last pause
        self._optimized_at = -OPTIMIZE_SECONDS
        self._jobs: set[asyncio.Task[None]] = set()

    def order(self, order: dict[str, Any]) -> None:
        """Take up what the parent wrote."""
        if order.get("drop"):
            for board_id in self.queue.drop():
                _tell({"ended": board_id, "crawl": None})
        else:
            self.offset = timedelta(seconds=order["offset"])
            self._spawn(self._enqueue(order["boards"]))

    async def run(self) -> None:
        """Begin boards as they may, end those that do not, for ever."""
        beat_at = 0.0
        while True:
            while (board := self.queue.next(HOSTS.is_free, monotonic())) is not None:
                self._spawn(self._begin(board))
            self._end_overdue()
            self._close_idle_browsers()
            if self.is_fresh and self.queue.is_empty():
                await self._rest()
            if monotonic() >= beat_at:
                _tell({"beat": True})
                beat_at = monotonic() + BEAT_SECONDS
                await self._write_ledger()
            self.changed.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), TICK_SECONDS if self.queue.waits() else 1.0)

    def _spawn(self, job: Any) -> None:
        running = self.loop.create_task(job)
        self._jobs.add(running)
        running.add_done_callback(self._jobs.discard)

    async def _enqueue(self, board_ids: list[int]) -> None:
        try:
            tasks = await asyncio.to_thread(self._outlines, board_ids)
        except SQLAlchemyError as error:
            log.error("boards not read", error=first_line(error))
            tasks = []
        for task in tasks:
            self.queue.put(task, host_of(task))
        for board_id in set(board_ids) - {task.board_id for task in tasks}:
            _tell({"ended": board_id, "crawl": None})
        self.is_fresh = True
        self.changed.set()

    def _outlines(self, board_ids: list[int]) -> list[BoardTask]:
        with read(self.engine) as connection:
            return boards.outlines(connection, board_ids)

    async def _begin(self, outline: BoardTask) -> None:
        """Begin a board: only now is loaded what is known of it."""
        _tell({"begun": outline.board_id})
        try:
            task = await asyncio.to_thread(self._load, outline.board_id)
        except SQLAlchemyError as error:
            log.error("board not read", board=outline.name, error=first_line(error))
            self._ended(outline.board_id, None)
            return
        self.gate.begin(task)
        self.gate.current[task.board_id] = task
        if task.source in SPIDERS:
            lane = self._lane(task)
            lane.under_way[task.board_id] = task
            lane.waiting.put_nowait(task)
        else:
            self._end(task, f"no spider for source {task.source!r}")

    def _load(self, board_id: int) -> BoardTask:
        with read(self.engine) as connection:
            return boards.task(connection, board_id)

    def _lane(self, task: BoardTask) -> Lane:
        key = (task.source, task.is_rendered)
        if key not in self.lanes:
            self.lanes[key] = Lane(*key)
            self._spawn(self._run(self.lanes[key]))
        return self.lanes[key]

    async def _run(self, lane: Lane) -> None:
        """Run a lane; should it end by itself, its boards get their verdict and the next one gets a new lane."""
        try:
            await lane.run(self.settings, self.gate)
        except Exception:
            log.exception("spider failed", source=lane.source)
        if self.lanes.get((lane.source, lane.is_rendered)) is lane:
            del self.lanes[lane.source, lane.is_rendered]
        for task in list(lane.under_way.values()):
            self._end(task, "its spider failed; see the log")

    def _end_overdue(self) -> None:
        bound = monotonic() - self.settings.crawl.deadline_minutes * 60 - GRACE_SECONDS
        for board_id in self.queue.begun_before(bound):
            if task := self.gate.current.get(board_id):
                self._end(task, LATE.format(self.settings.crawl.deadline_minutes))
            else:  # it never came to begin
                self._ended(board_id, None)

    def _close_idle_browsers(self) -> None:
        for key, lane in list(self.lanes.items()):
            if lane.is_rendered and not lane.under_way and lane.used_at < monotonic() - BROWSER_IDLE_SECONDS:
                del self.lanes[key]
                lane.waiting.put_nowait(None)

    def _end(self, task: BoardTask, reason: str) -> None:
        """End a board in error, whatever its spider does; nothing if it has ended meanwhile."""
        self.loop.run_in_executor(self.gate.executor, self.gate.take, BoardEnd(task, Verdict.ERROR, reason))

    def tell_end(self, end: BoardEnd, crawl: dict[str, Any] | None) -> None:
        """A board has ended; called in ingest's thread."""
        row = None if crawl is None else {"name": end.task.name, **crawl}
        self.loop.call_soon_threadsafe(self._ended, end.task.board_id, row, end)

    def _ended(self, board_id: int, crawl: dict[str, Any] | None, end: BoardEnd | None = None) -> None:
        self.queue.end(board_id)
        if end is not None:
            lane = self.lanes.get((end.task.source, end.task.is_rendered))
            if lane and lane.under_way.get(board_id) is end.task:
                del lane.under_way[board_id]
                lane.used_at = monotonic()
            if end.verdict not in GOES_ON:
                MEMO.forget(end.task.name)
        _tell({"ended": board_id, "crawl": crawl})
        self.changed.set()

    async def _rest(self) -> None:
        """Nothing is left for now: let the database learn what its tables hold, and say so."""
        self.is_fresh = False
        await self._write_ledger()
        if monotonic() - self._optimized_at >= OPTIMIZE_SECONDS:
            self._optimized_at = monotonic()
            await self.loop.run_in_executor(self.gate.executor, self._optimize)
        if self.queue.is_empty():
            _tell({"idle": True})

    async def _write_ledger(self) -> None:
        counts = LEDGER.take()
        if counts:
            await self.loop.run_in_executor(self.gate.executor, self._add_requests, counts)

    def _add_requests(self, counts: dict[str, dict[str, int]]) -> None:
        try:
            with transaction(self.engine) as connection:
                add_requests(connection, utc_now().date(), counts)
        except DBAPIError as error:  # the ledger is no reason to end a crawl
            log.warning("requests not written down", error=first_line(error))

    def _optimize(self) -> None:
        try:
            optimize(self.engine)
        except DBAPIError as error:  # what was crawled is stored; its statistics can wait
            log.warning("database not optimized", error=first_line(error))


def host_of(task: BoardTask) -> str:
    """The host that a board is on, as far as can be said before it is asked."""
    try:
        return urlsplit(SPIDERS[task.source]().address(task)).hostname or ""
    except Exception:  # noqa: BLE001 - a board whose address makes no sense gets its verdict when it begins
        return f"{task.name}.invalid"


if __name__ == "__main__":
    main()
