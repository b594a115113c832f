"""The name of the Telegram bot, for links that open it: asked of the Bot API once, beside the pages: none waits."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from settings import Settings

AGAIN_AFTER = 600.0  # seconds, where it did not tell
log = structlog.get_logger(__name__)


@dataclass
class BotName:
    """Call it for the name: empty where there is no bot, or it is not known yet."""

    settings: Settings
    ask: "Callable[[Settings], str]" = field(default_factory=lambda: ask)
    name: str = ""
    asked_at: float | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> str:
        has_bot = bool(self.settings.channels.get("telegram", {}).get("token"))
        if has_bot and not self.name and self._may_ask():
            threading.Thread(target=self._learn, name="bot-name", daemon=True).start()
        return self.name

    def _may_ask(self) -> bool:
        """One at a time, and not again at once."""
        with self.lock:
            now = time.monotonic()
            if self.asked_at is not None and now - self.asked_at < AGAIN_AFTER:
                return False
            self.asked_at = now
            return True

    def _learn(self) -> None:
        self.name = self.ask(self.settings)


def ask(settings: Settings) -> str:
    """The name as the Bot API tells it; empty where it does not."""
    from telegram.error import TelegramError  # only here: it takes a while to import

    from alerts.channels.base import redact
    from alerts.channels.botapi import quiet_http_logs
    from alerts.channels.telegram import keys, new_bot

    async def told() -> str:
        async with new_bot(keys(settings)) as bot:
            return str(bot.username)

    quiet_http_logs()
    try:
        return asyncio.run(told())
    except TelegramError as error:
        log.info("web.bot_unnamed", reason=redact(str(error)))
        return ""
