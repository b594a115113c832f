"""Hearing by webhook: Telegram pushes what people write to our web page, which hands it in at the door. Where Telegram
refuses the webhook, the bot polls."""

import asyncio
import hashlib
import hmac
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from telegram import Update, WebhookInfo
from telegram.error import BadRequest, TelegramError

from alerts.door import Door, NotKeptError
from alerts.hearing import FAILURES_TOLD, FIRST_PAUSE, LONGEST_PAUSE, SETTLE_SECONDS, UPDATES, Hearing, words
from alerts.links import webhook_url

LOOK_SECONDS = 60.0  # how often is asked whether Telegram reaches us
FRESH = timedelta(minutes=5)  # a failure of pushing that is older is over
REMEMBERED = 1000  # updates, so that one that is pushed twice is taken once
log = structlog.get_logger(__name__)


def secret_of(key: bytes, written: str) -> str:
    """The secret: as it is configured, else made of the installation's own key."""
    return written or hmac.digest(key, b"telegram webhook", hashlib.sha256).hex()


class Pushed(Hearing):
    """Hears what is pushed. `secret` is asked for once the bot has begun."""

    def __init__(self, *arguments: Any, door: Door, secret: Callable[[], str]) -> None:
        super().__init__(*arguments)
        self._door, self._secret, self._url = door, secret, webhook_url(self._public_url)
        self._known: deque[int] = deque(maxlen=REMEMBERED)

    async def run(self) -> None:
        """Hear until cancelled; where Telegram takes no such webhook, by polling."""
        try:
            while await self._watch():
                pass
        finally:
            self._door.close()
        await super().run()

    async def _watch(self) -> bool:
        """Set the webhook and look after it; False where it is refused."""
        try:
            self._gate.is_closed = self._holds_alerts()
            await self._begin()
            await self._set()
            await self._look_after()
        except BadRequest as error:
            log.error("bot.webhook_refused", url=self._url, reason=words(error))  # the doctor tells it too
            return False
        except TelegramError as error:
            await self._wait(error)
        return True

    async def _set(self) -> None:
        self._door.open(self._secret(), self._hand_in)
        await self._api.set_webhook(
            self._url, secret_token=self._door.secret, allowed_updates=list(UPDATES),
            max_connections=1,  # one after another: what a chat wrote keeps its order
        )  # fmt: skip

    async def _look_after(self) -> None:
        """Until somebody else takes the webhook, or the Bot API fails."""
        while (info := await self._api.get_webhook_info()).url == self._url:
            if why := _trouble(info, datetime.now(UTC)):
                await self._is_unreached(why)
            elif self.is_deaf and not info.pending_update_count:
                await self._is_reached()
            await asyncio.sleep(1.0 if self.is_deaf else LOOK_SECONDS)

    async def _is_reached(self) -> None:
        await self._settle(SETTLE_SECONDS)
        await self._tell("")
        log.info("bot.hears", by="webhook")
        self._hears_again()

    async def _is_unreached(self, why: str) -> None:
        self._is_deaf_now()
        self.trouble = why
        if self._failures == FAILURES_TOLD:
            await self._tell(f"The bot does not hear what people write: {why}")
        await asyncio.sleep(min(FIRST_PAUSE * 2.0 ** min(self._failures, 20), LONGEST_PAUSE))

    async def _hand_in(self, given: dict[str, Any]) -> None:
        try:
            update = Update.de_json(given, self._api)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # pushed again it would be no other
            log.warning("bot.update_unreadable", reason=repr(error))
            return
        if update.update_id in self._known:
            return
        try:
            await self._take([update])
        except TelegramError as error:
            raise NotKeptError(str(error)) from error
        self._known.append(update.update_id)


def _trouble(info: WebhookInfo, now: datetime) -> str:
    """Why Telegram does not reach us; empty where it does."""
    at = info.last_error_date
    if not info.pending_update_count or at is None or now - at > FRESH:
        return ""
    return f"Telegram does not reach {info.url}: {info.last_error_message}. See web.public_url and its proxy"
