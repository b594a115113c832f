"""Hearing what people write to the bot. Where it cannot, it asks again, with growing pauses, until it can.

While it is deaf the gate is closed for a while, and again while it asks: what was written meanwhile, /stop above all,
is done before the next alert goes out.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from telegram import Bot as Api
from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from alerts.channels.base import redact
from alerts.channels.telegram import Gate
from alerts.links import webhook_url

UPDATES = ("message", "edited_message", "callback_query")
POLL_SECONDS = 30  # a request waits this long for news
BATCH = 100
AT_ONCE = 0.5  # an empty answer that came sooner was not waited for
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
SETTLE_SECONDS = 20.0  # what was written meanwhile is done within
HOLD_SECONDS = 900.0  # of deafness; then alerts go out all the same
FAILURES_TOLD = 2  # one failure is the past of another process, or a moment of the network
Take = Callable[[Sequence[Update]], Awaitable[None]]
log = structlog.get_logger(__name__)


class Hearing:
    """Polls for ever. `take` keeps and does what was written, `settle` waits until it is done, `tell` gets trouble in
    words, or empty words once it is over."""

    def __init__(
        self, api: Api, begin: Callable[[], Awaitable[None]], take: Take, settle: Callable[[float], Awaitable[bool]],
        tell: Callable[[str], Awaitable[None]], gate: Gate, public_url: str = "",
    ) -> None:  # fmt: skip
        self._api, self._begin, self._take, self._settle, self._tell = api, begin, take, settle, tell
        self._gate, self._public_url = gate, public_url
        self._offset, self._failures = 0, 0
        self._deaf_since: float | None = time.monotonic()  # nobody was heard yet
        self.trouble = "it has not heard anybody yet"  # why it is deaf, for people
        gate.is_closed = True

    @property
    def is_deaf(self) -> bool:
        """Whether what people write does not reach us."""
        return self._deaf_since is not None

    def _holds_alerts(self) -> bool:
        """Whether alerts wait for what people write: while it is deaf, but not for ever."""
        return self._deaf_since is not None and time.monotonic() - self._deaf_since < HOLD_SECONDS

    async def run(self) -> None:
        """Hear until cancelled."""
        while True:
            try:
                self._gate.is_closed = self._holds_alerts()
                await self._begin()
                asked_at, seconds = time.monotonic(), 0 if self.is_deaf else POLL_SECONDS
                updates = await self._api.get_updates(
                    self._offset, timeout=seconds, limit=BATCH,
                    allowed_updates=UPDATES,
                )  # fmt: skip
                await self._hear(updates)
            except TelegramError as error:
                await self._wait(error)
                continue
            if seconds and not updates and time.monotonic() - asked_at < AT_ONCE:
                await asyncio.sleep(AT_ONCE)  # it does not wait for news, as some proxy may not

    async def _hear(self, updates: Sequence[Update]) -> None:
        if updates:
            await self._take(updates)  # kept, before the Bot API is told so: it forgets them then
            self._offset = updates[-1].update_id + 1
        if self.is_deaf and len(updates) < BATCH:
            await self._settle(SETTLE_SECONDS)
            await self._tell("")
            log.info("bot.hears", after_failures=self._failures)
            self._hears_again()

    def _hears_again(self) -> None:
        self._deaf_since, self._failures, self._gate.is_closed, self.trouble = None, 0, False, ""

    def _is_deaf_now(self) -> None:
        self._deaf_since = time.monotonic() if self._deaf_since is None else self._deaf_since
        self._gate.is_closed = self._holds_alerts()
        self._failures += 1

    async def _wait(self, error: TelegramError) -> None:
        self._is_deaf_now()
        if isinstance(error, Conflict) and await self._is_unhooked():
            return
        self.trouble = words(error)
        pause = min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 20), LONGEST_PAUSE)
        if isinstance(error, RetryAfter):
            pause = max(pause, error._retry_after.total_seconds())
        log.warning("bot.deaf", reason=words(error), retry_in=pause)
        if self._failures >= FAILURES_TOLD:
            await self._tell(f"The bot does not hear what people write: {words(error)}")
        await asyncio.sleep(pause)

    async def _is_unhooked(self) -> bool:
        """Take the webhook away that we set ourselves, when we were told to hear so; nobody else's."""
        try:
            url = (await self._api.get_webhook_info()).url
            if not url or url != webhook_url(self._public_url):
                return False
            await self._api.delete_webhook()
        except TelegramError:
            return False
        log.info("bot.unhooked", url=url)
        return True


def words(error: TelegramError) -> str:
    """What went wrong and what to do, without the token."""
    match error:
        case InvalidToken():  # its own words hold the token
            return "Telegram refuses the token: set telegram.token to the one @BotFather shows"
        case Conflict() if "webhook" in error.message.lower():
            return "a webhook is set, and nothing is heard while it is: `rolewire channels unhook` takes it away"
        case Conflict():
            return "another program polls Telegram with the same token: stop it, or give each its own bot"
    return redact(str(error))
