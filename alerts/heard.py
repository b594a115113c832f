"""The bot's inbox within the daemon's loop: its work is done in threads, for a database may block."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from telegram import Update
from telegram.error import TelegramError

from alerts import inbox
from database import first_line, secret_key, transaction

Result = TypeVar("Result")


class Inbox:
    """Its methods raise TelegramError where the database does not answer: the bot is deaf then, and tries again."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], threads: Executor) -> None:
        self._engine, self._clock, self._threads = engine, clock, threads

    async def load(self) -> tuple[bytes, dict[str, str]]:
        """The installation's key, and what was heard and not answered before we ended."""
        return await self._write(lambda connection: (secret_key(connection), inbox.take_up(connection)))

    async def keep(self, updates: Sequence[Update]) -> list[tuple[str, Update]]:
        """Keep them; returns those that were not heard before, with what they are kept as."""
        if not updates:
            return []
        words = [one.to_json() for one in updates]
        ours = {inbox.key_of(one.update_id, said): one for one, said in zip(updates, words, strict=True)}
        chats = [str(one.effective_chat.id) if one.effective_chat else "" for one in updates]
        rows = dict(zip(ours, zip(chats, words, strict=True), strict=True))
        new = await self._write(lambda connection: inbox.keep(connection, rows, self._clock()))
        return [(key, one) for key, one in ours.items() if key in new]

    async def answered(self, key: str) -> None:
        """Nothing more is to be done for it."""
        if key:
            await self._write(lambda connection: inbox.answered(connection, key))

    async def _write(self, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with transaction(self._engine) as connection:
                return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except DBAPIError as error:
            raise TelegramError(f"the database does not answer: {first_line(error)}") from error
