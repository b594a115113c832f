"""The shell between spiders and the database: one transaction a page of a board, one an end of a crawl."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from database import first_line
from models import BoardEnd, BoardPage, BoardTask, Verdict
from pipeline import fullness
from pipeline.ingest.details import store_details
from pipeline.ingest.ends import store_end
from pipeline.ingest.pages import store_page
from settings import Settings

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

log = structlog.get_logger()
Report = Callable[[BoardTask, dict[str, Any]], None]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock, where none is handed in."""
    return datetime.now(UTC)


class Ingest:
    """Stores pages and ends in the order in which they come, in one thread, so that no event loop waits for the disk.

    `report` is called with each board's task and `crawl` row, in that thread.
    """

    def __init__(
        self, engine: Engine, settings: Settings, clock: Clock = utc_now, report: Report | None = None
    ) -> None:
        self.engine, self.settings, self.clock, self.report = engine, settings, clock, report
        self.executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ingest")
        self._started: dict[int, datetime] = {}
        self._counts: dict[int, Counter[str]] = {}
        self._broken: dict[int, str] = {}

    def begin(self, task: BoardTask) -> None:
        """Note that a board's crawl begins now."""
        self._started[task.board_id] = self.clock()

    def take(self, item: BoardPage | BoardEnd) -> None:
        """Store one item. Raises only where even the end of a crawl cannot be written."""
        if isinstance(item, BoardPage):
            self._take_page(item)
        else:
            self._take_end(item)

    def _take_page(self, page: BoardPage) -> None:
        board_id = page.task.board_id
        try:
            counts = store_page(self.engine, self.settings.pipeline.keep, page, self.clock())
        except Exception as error:  # the board must not pass for crawled: its end becomes an error
            reason = first_line(error)
            log.error("page not stored", board=page.task.name, error=reason, exc_info=not isinstance(error, DBAPIError))
            self._broken[board_id] = f"a page could not be stored: {reason}"
            return
        counts += fullness.counted(page.postings, page.task.company)
        if 1 < len(page.postings) == counts["poison"]:  # then it is no posting's fault
            self._broken[board_id] = f"none of the {len(page.postings)} postings of a page could be stored; see the log"
        self._counts[board_id] = self._counts.get(board_id, Counter()) + counts

    def _take_end(self, end: BoardEnd) -> None:
        board_id = end.task.board_id
        if reason := self._broken.pop(board_id, ""):
            end = replace(end, verdict=Verdict.ERROR, reason=reason, is_not_modified=False)
            end = replace(end, checked={}, cursor=None)  # what was not stored is read again
        store_details(self.engine, end, self.clock())
        counts = self._counts.pop(board_id, Counter())
        now = self.clock()
        crawl = store_end(self.engine, self.settings, end, counts, self._started.pop(board_id, now), now)
        if self.report:
            self.report(end.task, crawl)


class IngestPipeline:
    """Scrapy's item pipeline; the Ingest to use stands on the crawler, set by whoever made it."""

    def __init__(self, ingest: Ingest) -> None:
        self.ingest = ingest

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Scrapy's constructor."""
        return cls(crawler.rolewire_ingest)  # type: ignore[attr-defined]

    async def process_item(self, item: BoardPage | BoardEnd) -> BoardPage | BoardEnd:
        """Hand the item to ingest's thread and wait for it, which holds the spider back when the disk is slow."""
        try:
            await asyncio.get_running_loop().run_in_executor(self.ingest.executor, self.ingest.take, item)
        except Exception as error:  # an end: the worker tries it once more after the round, else the board stays due
            log.error(
                "verdict not stored", board=item.task.name, error=first_line(error),
                exc_info=not isinstance(error, DBAPIError),
            )  # fmt: skip
        return item
