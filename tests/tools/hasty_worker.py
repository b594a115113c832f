"""The crawl worker with a faster clock and a few faults: what takes an hour elsewhere takes a second here.

ROLEWIRE… settings as for `worker`; a board whose name begins with `endless` never ends by itself.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import worker
from models import BoardTask
from spiders.base import memo, patience
from spiders.base.board import BoardSpider

LONG = 0.2  # seconds: a Crawl-delay that is longer ends the turn of its board


def never_end() -> None:
    """Have `endless` boards read for ever."""
    read = BoardSpider.read_board

    async def read_board(self: BoardSpider, response: Any, task: BoardTask) -> AsyncIterator[Any]:
        if task.board.startswith("endless"):
            await asyncio.Event().wait()
        async for item in read(self, response, task):
            yield item

    BoardSpider.read_board = read_board  # type: ignore[method-assign]


if __name__ == "__main__":
    patience.LONG = memo.LONG = LONG
    worker.GRACE_SECONDS = worker.BEAT_SECONDS = 0.5
    never_end()
    worker.main()
