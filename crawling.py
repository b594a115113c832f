"""The parent's side of crawling: the handle to the crawl worker, and what becomes of boards when it dies.

The worker is told of boards as they fall due, and never of one that it still has. When it dies, the boards that had
begun are suspects: they are tried again by halves, then one after another, so that the one that kills it is found and
gets its verdict.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

import boards
from database import first_line, read
from environment import FRUGAL, harmless
from models import BoardEnd, Verdict
from settings import Settings

log = structlog.get_logger()
COMMAND: tuple[str, ...] = (sys.executable, "-m", "worker")
LINE_LIMIT = 16 * 1024 * 1024
STALLED_SECONDS = 300.0  # without a sign of life from a worker that has boards: a parser that never ends, say
HAND_OVER_SECONDS = 1.0  # how often `crawl` looks for boards that it must hand over again
TRIAL_SECONDS = 30.0  # a suspect that has lived so long may go on beside the next one
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 5.0, 900.0
SILENT_SECONDS = 45.0  # of a worker that has boards, which is to give a sign of life every ten: it is not well
DEATHS_BEFORE_ALONE = 3  # in a row; then a suspect must end before the next one begins


class WorkerDied(Exception):  # noqa: N818  (it is what happened)
    """The crawl worker ended before any board began: it cannot start. Raised by `Crawling.crawl`."""


@dataclass(slots=True)
class Worker:
    """The crawl worker as its parent sees it. `clock_offset` shifts its clock, for the demo's second week."""

    settings: Settings
    clock_offset: timedelta = timedelta(0)
    process: asyncio.subprocess.Process | None = None

    async def send(self, board_ids: Sequence[int]) -> bool:
        """Hand over boards; starts the worker where none runs, and then returns True."""
        is_new = await self._start()
        self._write({"boards": list(board_ids), "offset": self.clock_offset.total_seconds()})
        return is_new

    def drop(self) -> None:
        """Take back the boards that have not begun."""
        if self.process is not None:
            self._write({"drop": True})

    async def answers(self) -> AsyncIterator[dict[str, Any]]:
        """What the worker says, until it ends. One that gives no sign of life is killed."""
        process = self.process
        assert process is not None
        assert process.stdout is not None
        while True:
            try:
                async with asyncio.timeout(STALLED_SECONDS):  # wait_for may swallow a Ctrl-C (Python 3.11)
                    line = await process.stdout.readline()
            except TimeoutError:
                log.error("crawl worker killed: it gave no sign of life", seconds=STALLED_SECONDS)
                process.kill()
                continue
            if not line:
                return
            yield json.loads(line)

    def has_ended(self) -> bool:
        """Whether it ran and runs no more."""
        return self.process is None or self.process.returncode is not None

    async def wait(self) -> int | None:
        """Wait for its end; returns its exit code, if it ended by itself."""
        return await self.process.wait() if self.process else None

    async def stop(self, seconds: float = 10.0) -> None:
        """End it: politely, then not."""
        process, self.process = self.process, None
        if process is None or process.returncode is not None:
            return
        assert process.stdin
        process.stdin.close()
        try:
            async with asyncio.timeout(seconds):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _start(self) -> bool:
        if self.process is not None and self.process.returncode is None:
            return False
        pipe = asyncio.subprocess.PIPE
        self.process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=pipe, stdout=pipe, limit=LINE_LIMIT, cwd=Path(__file__).parent,
            env=harmless(os.environ) | FRUGAL, start_new_session=True,  # a Ctrl-C is the parent's to handle
        )  # fmt: skip
        self._write({"settings": self._settings()})
        return True

    def _settings(self) -> dict[str, Any]:
        """What the worker needs; the database's address made independent of folder and environment."""
        needed = {"database", "pipeline", "network", "crawl", "retention", "log"}
        kept = self.settings.model_dump(mode="json", include=needed)
        kept["keys"] = {name: key.get_secret_value() for name, key in self.settings.keys.items()}
        kept["database"]["url"] = whole_url(self.settings.database.url, os.environ)
        return kept

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")


def whole_url(url: str, environment: Mapping[str, str]) -> str:
    """A database URL that means the same from any folder, and without the environment's PGPASSWORD."""
    path = url.removeprefix("sqlite:///")
    if path != url:
        return f"sqlite:///{Path(path).absolute()}"
    parsed, password = make_url(url), environment.get("PGPASSWORD")
    if parsed.password is None and password:
        parsed = parsed.set(password=password)
    return parsed.render_as_string(hide_password=False)


@dataclass(slots=True)
class Ended:
    """What became of a board: its `crawl` row with its name, or None where it has no verdict and stays due."""

    board_id: int
    crawl: dict[str, Any] | None


@dataclass
class Crawling:
    """Keeps the worker in boards. What happens comes out of `happened`, in order."""

    worker: Worker
    engine: Engine
    happened: asyncio.Queue[Ended | WorkerDied] = field(default_factory=asyncio.Queue)
    in_flight: dict[int, float | None] = field(default_factory=dict)  # board -> when it began
    suspects: list[int] = field(default_factory=list)
    rests: asyncio.Event = field(default_factory=asyncio.Event)  # set while the worker has nothing left to do
    is_ending: bool = False
    _deaths: Counter[int] = field(default_factory=Counter)  # of the worker, while a board was under way
    _deaths_in_row: int = 0
    _failures: int = 0  # in a row
    _rest_until: float = 0.0
    _why_it_rests: str = ""
    _goes_on_at: datetime | None = None
    _heard_at: float = 0.0  # when the worker gave its last sign of life, or was handed boards
    _listening: asyncio.Task[None] | None = None

    async def hand_over(self, board_ids: Sequence[int]) -> None:
        """Tell the worker of boards that are due, those apart that it has. Suspects go first, without any other."""
        if self.is_ending or monotonic() < self._rest_until or self._is_dying():
            return
        batch = [board_id for board_id in board_ids if board_id not in self.in_flight]
        if self.suspects:
            batch = self.suspects[: self._trial_size()]
        if not batch or self._is_trial_on():
            return
        self.suspects = self.suspects[self._trial_size() :]
        self._heard_at = monotonic() if self.is_idle() else self._heard_at
        self.in_flight |= dict.fromkeys(batch)
        self.rests.clear()
        try:
            is_new = await self.worker.send(batch)
        except OSError:  # no process to be had
            for board_id in batch:
                self.in_flight.pop(board_id, None)
            self._rest("no process can be started for it")
            raise
        if is_new:
            self._listening = asyncio.create_task(self._listen())

    async def crawl(self, board_ids: Sequence[int]) -> AsyncIterator[dict[str, Any]]:
        """Crawl these boards; yields each one's `crawl` row as it ends. Raises WorkerDied if none can be crawled."""
        left = dict.fromkeys(board_ids)
        self._rest_until = handed_at = 0.0
        while left:
            is_time = not self.in_flight or monotonic() - handed_at >= HAND_OVER_SECONDS
            if is_time and self.happened.empty():  # what ended is not to be crawled again
                await self.hand_over(list(left))
                handed_at = monotonic()
            try:
                async with asyncio.timeout(HAND_OVER_SECONDS):
                    news = await self.happened.get()
            except TimeoutError:
                continue
            if isinstance(news, WorkerDied):
                raise news
            left.pop(news.board_id, None)
            if news.crawl is not None:
                yield news.crawl
        if board_ids:
            await self.rests.wait()

    async def stop(self, seconds: float = 10.0) -> None:
        """End the worker; boards under way stay due."""
        self.is_ending = True
        await self.worker.stop(seconds)
        if self._listening:
            await self._listening

    def is_idle(self) -> bool:
        """Whether the worker has nothing to do."""
        return not self.in_flight

    def trouble(self) -> tuple[str, datetime | None]:
        """What keeps boards from being crawled now, and when it goes on; empty where nothing does."""
        if monotonic() < self._rest_until:
            return self._why_it_rests, self._goes_on_at
        if self.in_flight and monotonic() - self._heard_at > SILENT_SECONDS:
            return f"it gives no sign of life, with {len(self.in_flight)} boards under way", None
        return "", None

    async def _listen(self) -> None:
        """Take in what the worker says; a failure here must not leave a worker that nobody hears."""
        try:
            async for answer in self.worker.answers():
                await self._take(answer)
        except Exception:
            log.exception("the crawl worker's answers cannot be read")
            await self.worker.stop(0)
        await self._note_death(await self.worker.wait())

    async def _take(self, answer: dict[str, Any]) -> None:
        self._heard_at = monotonic()
        if "begun" in answer:
            self.in_flight[answer["begun"]] = monotonic()
        elif "ended" in answer:
            self.in_flight.pop(answer["ended"], None)
            self._note_end(Ended(answer["ended"], answer["crawl"]))
            if self.suspects:
                await self.hand_over(())
        elif "idle" in answer and not self.in_flight:
            self.rests.set()

    def _note_end(self, ended: Ended) -> None:
        if ended.crawl is None:
            self._rest("what a board showed could not be stored")
        else:
            self._failures = 0
            self._deaths.pop(ended.board_id, None)
            if not (self.suspects or self._tried()):  # the last of them has lived: the next death is another matter
                self._deaths_in_row = 0
        self.happened.put_nowait(ended)

    def _rest(self, why: str) -> None:
        """Wait before boards are handed over again, longer after each failure in a row; they are all due still."""
        if monotonic() < self._rest_until:
            return
        self.worker.drop()
        seconds = min(FIRST_REST_SECONDS * 2 ** min(self._failures, 20), LONGEST_REST_SECONDS)
        self._failures += 1
        self._rest_until, self._why_it_rests = monotonic() + seconds, why
        self._goes_on_at = datetime.now(UTC) + timedelta(seconds=seconds)

    def _is_dying(self) -> bool:
        """Whether the worker has ended, and what becomes of its boards is not settled yet."""
        return self._listening is not None and not self._listening.done() and self.worker.has_ended()

    def _is_trial_on(self) -> bool:
        """Whether a suspect is under way that must show first that it does not kill the worker."""
        bound, tried = monotonic() - TRIAL_SECONDS, self._tried()
        if self._deaths_in_row >= DEATHS_BEFORE_ALONE:
            return bool(tried)
        return any(since is None or since > bound for since in tried)

    def _trial_size(self) -> int:
        """How many suspects go together: half of them, for most deaths come from outside; one once that went wrong."""
        return 1 if self._deaths_in_row >= DEATHS_BEFORE_ALONE else max(len(self.suspects) // 2, 1)

    def _tried(self) -> list[float | None]:
        """When the boards under way began that were so at a death."""
        return [self.in_flight[board_id] for board_id in self._deaths if board_id in self.in_flight]

    async def _note_death(self, code: int | None) -> None:
        """The worker is gone: find out what to make of the boards it had."""
        begun = [board_id for board_id, since in self.in_flight.items() if since is not None]
        had, self.in_flight = len(self.in_flight), {}
        self.rests.set()
        if self.is_ending:
            return
        told = f"the crawl worker ended with exit code {code}; boards without a verdict are crawled again"
        log.error("crawl worker died", error=told, boards=had, begun=len(begun))
        self._rest(f"it ended with exit code {code}")
        self._deaths_in_row += 1
        if had and not begun:
            self.happened.put_nowait(WorkerDied(told))
        elif len(begun) == 1 and self._deaths[begun[0]]:
            await self._blame(begun[0], told)
        else:
            self._deaths.update(begun)
            self.suspects = begun + [board_id for board_id in self.suspects if board_id not in begun]

    async def _blame(self, board_id: int, death: str) -> None:
        """Give the board that killed its worker again, now alone, its verdict: it waits like any failed one."""
        self._deaths_in_row = 0
        try:
            crawl = await asyncio.to_thread(end_in_error, self.engine, self.worker.settings, board_id, death)
        except SQLAlchemyError as error:  # or the board is not there any more
            log.error("verdict not stored", board_id=board_id, error=first_line(error))
            return
        self._deaths.pop(board_id, None)
        self.happened.put_nowait(Ended(board_id, crawl))


def end_in_error(engine: Engine, settings: Settings, board_id: int, reason: str) -> dict[str, Any]:
    """End the crawl of a board whose worker died, in the parent; returns its `crawl` row with its name."""
    from pipeline.ingest.shell import Ingest  # with all tables of the tags, which the parent needs for nothing else

    with read(engine) as connection:
        task = boards.task(connection, board_id)
    told: list[dict[str, Any]] = []
    ingest = Ingest(engine, settings, report=lambda task, crawl: told.append({"name": task.name, **crawl}))
    ingest.take(BoardEnd(task, Verdict.ERROR, f"crawling it ended the crawl worker: {reason}"))
    return told[0]
