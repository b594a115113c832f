"""The crawl worker: a process of its own that runs spiders and stores what they saw, and the handle to it.

The parent writes lines of JSON to its standard input: first {"settings": …}, then {"round": [board ids]} for each
round, each with the clock's offset in seconds. The worker answers on standard output: {"begun": n} when it takes a
round up, {"board": …} as each board ends and {"done": n} after the round. When its input ends it leaves at once:
nothing half-stored stays, pages are transactions.
"""

import asyncio
import gc
import json
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import structlog
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.reactor import install_reactor
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from twisted.internet.defer import Deferred
from twisted.internet.task import react

import boards
from database import first_line, open_engine, optimize, read
from locks import WORKER, Lock
from logs import configure
from models import BoardEnd, BoardTask, Verdict
from pipeline.ingest import Ingest, utc_now
from settings import Settings
from spiders import SPIDERS
from spiders.scrapy_settings import scrapy_settings

log = structlog.get_logger()
LINE_LIMIT = 16 * 1024 * 1024


# --- the parent's side ---------------------------------------------------------------------------------------------


class WorkerDied(Exception):  # noqa: N818  (it is what happened)
    """The crawl worker ended in the middle of a round; the message holds its exit code. Raised by `Worker.crawl`.

    `has_begun`: it had taken the round up; otherwise it could not even start, and no board is to blame.
    """

    def __init__(self, message: str, has_begun: bool) -> None:
        super().__init__(message)
        self.has_begun = has_begun


@dataclass(slots=True)
class Worker:
    """The crawl worker as its parent sees it. `clock_offset` shifts its clock, for the demo's second week."""

    settings: Settings
    clock_offset: timedelta = timedelta(0)
    process: asyncio.subprocess.Process | None = None

    async def crawl(self, board_ids: Sequence[int]) -> AsyncIterator[dict[str, Any]]:
        """Crawl these boards; yields each board's `crawl` row with its name as it ends. Raises WorkerDied."""
        process = await self._started()
        self._write({"round": list(board_ids), "offset": self.clock_offset.total_seconds()})
        assert process.stdout
        has_begun = False
        while line := await process.stdout.readline():
            answer = json.loads(line)
            if "done" in answer:
                return
            has_begun = True
            if "board" in answer:
                yield answer["board"]
        code = await process.wait()
        self.process = None
        told = f"the crawl worker ended with exit code {code}; boards without a verdict are crawled again"
        raise WorkerDied(told, has_begun)

    async def stop(self, seconds: float = 10.0) -> None:
        """End it: politely, then not."""
        process, self.process = self.process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _started(self) -> asyncio.subprocess.Process:
        if self.process is None or self.process.returncode is not None:
            pipe = asyncio.subprocess.PIPE
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "worker", stdin=pipe, stdout=pipe, limit=LINE_LIMIT, cwd=Path(__file__).parent,
                start_new_session=True,  # a Ctrl-C is the parent's to handle
            )  # fmt: skip
            self._write({"settings": self._settings()})
        return self.process

    def _settings(self) -> dict[str, Any]:
        """What the worker needs; no secret among it, and the database's address made independent of the folder."""
        kept = self.settings.model_dump(mode="json", include={"database", "pipeline", "network", "crawl", "log"})
        kept["database"]["url"] = absolute_url(self.settings.database.url)
        return kept

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")


def absolute_url(url: str) -> str:
    """A database URL that means the same from any folder."""
    path = url.removeprefix("sqlite:///")
    return url if path == url else f"sqlite:///{Path(path).absolute()}"


# --- the worker's side ---------------------------------------------------------------------------------------------


def main() -> None:
    """Entry of `python -m worker`."""
    settings = Settings.model_validate(json.loads(sys.stdin.readline())["settings"])
    configure(settings.log)
    collect_rarely()
    engine = open_engine(settings.database.url)
    lock = Lock(engine, WORKER)
    while not lock.acquire():
        time.sleep(0.1)  # a killed parent's worker is about to leave
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    loop = asyncio.get_event_loop_policy().get_event_loop()
    react(lambda _reactor: Deferred.fromFuture(loop.create_task(_serve(engine, settings))))


def collect_rarely() -> None:
    """Let Python look for cycles less often: dictionaries stay and pages hold no cycles, so looking costs a tenth."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


async def _serve(engine: Engine, settings: Settings) -> None:
    orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    threading.Thread(target=_read_orders, args=(asyncio.get_running_loop(), orders), daemon=True).start()
    while True:
        order = await orders.get()
        _tell({"begun": len(order["round"])})
        await crawl_round(engine, settings, order["round"], timedelta(seconds=order["offset"]))
        _tell({"done": len(order["round"])})


def _read_orders(loop: asyncio.AbstractEventLoop, orders: asyncio.Queue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(orders.put_nowait, json.loads(line))
    os._exit(0)  # the parent is gone or wants us to go: whatever is under way is a transaction, or worth nothing


async def crawl_round(engine: Engine, settings: Settings, board_ids: Sequence[int], offset: timedelta) -> None:
    """Crawl boards by their sources' spiders, all at once; each gets its verdict in the database."""
    with read(engine) as connection:
        tasks = [boards.task(connection, board_id) for board_id in board_ids]
    waiting = {task.board_id: task for task in tasks}

    def report(task: BoardTask, crawl: dict[str, Any]) -> None:
        waiting.pop(task.board_id, None)
        _tell({"board": {"name": task.name, **crawl}})

    ingest = Ingest(engine, settings, lambda: utc_now() + offset, report)
    crawls = [
        _crawl_source(source, group, settings, ingest) for source, group in _by_source(tasks) if source in SPIDERS
    ]
    for result in await asyncio.gather(*crawls, return_exceptions=True):
        if isinstance(result, BaseException):
            log.error("spider failed", error=repr(result))
    for task in list(waiting.values()):
        reason = "its spider failed; see the log" if task.source in SPIDERS else f"no spider for source {task.source!r}"
        _end(ingest, BoardEnd(task, Verdict.ERROR, reason))
    try:
        optimize(engine)
    except DBAPIError as error:  # the round is stored; its statistics can wait for the next one
        log.warning("database not optimized", error=first_line(error))


def _end(ingest: Ingest, end: BoardEnd) -> None:
    """Store an end; where the database refuses even that, the board stays due."""
    try:
        ingest.take(end)
    except DBAPIError as error:
        log.error("verdict not stored", board=end.task.name, error=first_line(error))


def end_in_error(engine: Engine, settings: Settings, board_id: int, reason: str) -> dict[str, Any]:
    """End the crawl of a board whose worker died, in the parent; returns its `crawl` row with its name."""
    with read(engine) as connection:
        task = boards.task(connection, board_id)
    told: list[dict[str, Any]] = []
    ingest = Ingest(engine, settings, report=lambda task, crawl: told.append({"name": task.name, **crawl}))
    ingest.take(BoardEnd(task, Verdict.ERROR, f"crawling it ended the crawl worker: {reason}"))
    return told[0]


def _by_source(tasks: Sequence[BoardTask]) -> list[tuple[str, list[BoardTask]]]:
    ordered = sorted(tasks, key=lambda task: task.source)
    return [(source, list(group)) for source, group in groupby(ordered, key=lambda task: task.source)]


async def _crawl_source(source: str, tasks: list[BoardTask], settings: Settings, ingest: Ingest) -> None:
    runner = AsyncCrawlerRunner(scrapy_settings(settings, with_browser=any(task.is_rendered for task in tasks)))
    crawler = runner.create_crawler(SPIDERS[source])
    crawler.rolewire_ingest = ingest  # type: ignore[attr-defined]
    await runner.crawl(crawler, tasks=tasks)


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
