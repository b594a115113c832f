"""Work in lines: what has the same key is done one after another, the lines side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

Item = TypeVar("Item")
log = structlog.get_logger(__name__)


class Lines(Generic[Item]):
    """A line a key. Work that fails is logged, and its line goes on."""

    def __init__(self, work: Callable[[Item], Awaitable[None]]) -> None:
        self._work = work
        self._waiting: dict[str, deque[Item]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    def add(self, key: str, item: Item) -> None:
        """Put it at the end of its line."""
        self._waiting.setdefault(key, deque()).append(item)
        if key not in self._running:
            self._running[key] = asyncio.get_running_loop().create_task(self._run(key))

    def length(self, key: str) -> int:
        """How many wait in a line."""
        return len(self._waiting.get(key, ()))

    async def settle(self, seconds: float) -> bool:
        """Wait until the lines are empty; False if they were not in time."""
        if running := list(self._running.values()):
            _, busy = await asyncio.wait(running, timeout=seconds)
            return not busy
        return True

    async def stop(self, seconds: float) -> None:
        """Let what waits be done, within some seconds: nobody would do it later."""
        await self.settle(seconds)
        self._waiting.clear()
        for task in self._running.values():
            task.cancel()

    async def _run(self, key: str) -> None:
        try:
            while waiting := self._waiting.get(key):
                item = waiting.popleft()
                try:
                    await self._work(item)
                except Exception:
                    log.exception("lines.failed")
        finally:
            self._waiting.pop(key, None)
            del self._running[key]
