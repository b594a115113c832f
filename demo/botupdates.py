"""What waits for the bot at the local Bot API: polled for, one request at a time, or pushed to a webhook."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from demo.botrules import Answer, RefusalError, check_webhook

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HOOKED = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
DEFAULT_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
PUSH_AGAIN = 0.2  # seconds after which a webhook that did not answer is tried again


class Updates:
    """The queue. `hook_to`: where what is meant for the webhook's public address is pushed instead."""

    def __init__(self, trouble: Callable[[], int]) -> None:
        self.webhook, self.secret, self.hook_to = "", "", ""
        self._trouble = trouble  # the status that getUpdates is answered with, if any
        self.last_error = ""  # of pushing
        self.most = 0  # connections that the webhook was set for; updates are pushed one by one all the same
        self.next_id = 1
        self._waiting: list[Answer] = []
        self._kinds: tuple[str, ...] = DEFAULT_KINDS
        self._poller: asyncio.Future[None] | None = None
        self._news = asyncio.Event()
        self._pushing: asyncio.Task[None] | None = None

    def add(self, kind: str, what: Answer) -> None:
        """Something happened; what the bot did not ask for is dropped."""
        if kind in self._kinds:
            self._waiting.append({"update_id": self.next_id, kind: what})
        self.next_id += 1
        self._news.set()

    async def set_webhook(self, given: Answer) -> bool:
        check_webhook(str(given.get("url", "")), str(given.get("secret_token", "")))
        self.webhook, self.secret = str(given.get("url", "")), str(given.get("secret_token", ""))
        self.most = int(given.get("max_connections") or 40)
        self._ask_for(given)
        self._news.set()
        if self.webhook and self._pushing is None:
            self._pushing = asyncio.ensure_future(self._push())
        return True

    async def delete_webhook(self, given: Answer) -> bool:
        self.webhook = self.secret = ""
        if str(given.get("drop_pending_updates", "")).lower() == "true":
            self._waiting.clear()
        return True

    async def webhook_info(self, _given: Answer) -> Answer:
        failed = {"last_error_date": int(time.time()), "last_error_message": self.last_error} if self.last_error else {}
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self._waiting),
                **failed}  # fmt: skip

    async def get(self, given: Answer) -> list[Answer]:
        self._check()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)  # as the real one does: the newer request ends the older
        self._poller = mine = asyncio.get_running_loop().create_future()
        self._ask_for(given)
        offset = int(given.get("offset") or 0)
        if offset > 0:
            self._waiting = [update for update in self._waiting if update["update_id"] >= offset]
        elif offset < 0:
            self._waiting = self._waiting[offset:]
        await self._wait_for_news(float(given.get("timeout") or 0), mine)
        self._check()
        if mine.done():
            raise RefusalError(409, CONFLICT)
        self._poller = None
        return self._waiting[: int(given.get("limit") or 100)]

    def let_go(self) -> None:
        """Answer whoever still waits."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _ask_for(self, given: Answer) -> None:
        """As the real one: what was asked for last holds until something else is."""
        if given.get("allowed_updates") is not None:
            self._kinds = tuple(given["allowed_updates"]) or DEFAULT_KINDS

    def _check(self) -> None:
        if self.webhook:
            raise RefusalError(409, HOOKED)
        if trouble := self._trouble():
            words = {401: "Unauthorized", 409: CONFLICT}.get(trouble, "Internal Server Error")
            raise RefusalError(trouble, words)

    async def _wait_for_news(self, seconds: float, mine: "asyncio.Future[None]") -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self._waiting and not mine.done() and (left := end - loop.time()) > 0:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            waits: list[asyncio.Future[Any]] = [news, mine]
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()

    async def _push(self) -> None:
        """One update after the other, each until it is taken; an answer that is no 2xx is asked for again."""
        async with aiohttp.ClientSession() as session:
            while True:
                if not (self.webhook and self._waiting):
                    self._news.clear()
                    await self._news.wait()
                elif await self._is_taken(session, self._waiting[0]):
                    self._waiting.pop(0)
                else:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(asyncio.Event().wait(), PUSH_AGAIN)

    async def _is_taken(self, session: aiohttp.ClientSession, update: Answer) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            async with session.post(self.hook_to or self.webhook, json=update, headers=headers) as response:
                self.last_error = "" if response.ok else f"Wrong response from the webhook: {response.status}"
        except aiohttp.ClientError as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
        return not self.last_error
