"""Handing the bot's answers over, each chat's in their order and at the pace that alerts keep too.

What was done is done whatever happens to the answer, so an answer is tried again where it may not have arrived: to read
it twice does no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import Bot as Api
from telegram import InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from alerts.buttons import signed
from alerts.channels.base import Outcome, redact
from alerts.channels.botapi import cut_utf16, explain, is_of_buttons, is_unreadable, markup
from alerts.channels.chat import LIMIT, utf16_length
from alerts.channels.pace import Pace
from alerts.desk import How, Reply
from alerts.lines import Lines

TRIES = 4
FIRST_PAUSE = 1.0  # doubled before each further try
PATIENCE = 6.0  # seconds after which a pressed button is answered whether its work is done or not
_AGAIN = (Outcome.LATER, Outcome.UNCERTAIN, Outcome.CHANNEL)
_NO_LONGER = ("message to edit not found", "message can't be edited", "message_id_invalid")
_LIKE_BEFORE = "message is not modified"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chat is to be told; `message_id`: the message whose button was pressed; `heard`: what is answered."""

    chat: str
    reply: Reply
    message_id: int = 0
    heard: str = ""


class Answers:
    """The answers of one bot. `key` signs their buttons; `done` is told what was answered."""

    def __init__(self, api: Api, pace: Pace, done: Callable[[str], Awaitable[None]]) -> None:
        self._api, self._pace, self._done = api, pace, done
        self.key = b""
        self.lines = Lines(self._hand_over)
        self._waiting: dict[str, asyncio.TimerHandle] = {}  # pressed buttons that nobody answered yet
        self._toasts: set[asyncio.Task[None]] = set()

    def add(self, answer: Answer) -> None:
        """Hand it over in its turn."""
        self.lines.add(answer.chat, answer)

    async def _hand_over(self, answer: Answer) -> None:
        if answer.reply.how != How.TOAST:
            await self._send(answer)
        await self._done(answer.heard)

    # --- pressed buttons -------------------------------------------------------------------------------------------

    def await_press(self, query_id: str) -> None:
        """A button was pressed: it is answered in time, whatever its work takes."""
        self._waiting[query_id] = asyncio.get_running_loop().call_later(PATIENCE, self.toast, query_id, "")

    def toast(self, query_id: str, words: str) -> None:
        """Answer a pressed button, unless that was done already."""
        timer = self._waiting.pop(query_id, None)
        if timer is not None:
            timer.cancel()
            task = asyncio.get_running_loop().create_task(self._toast(query_id, words))
            self._toasts.add(task)
            task.add_done_callback(self._toasts.discard)

    async def _toast(self, query_id: str, words: str) -> None:
        try:
            await self._api.answer_callback_query(query_id, words[:200] or None, show_alert=len(words) > 60)
        except TelegramError as error:  # it is shown for a moment: later it is of no use
            log.info("bot.button_not_answered", reason=redact(str(error)))

    async def stop(self, seconds: float) -> None:
        """Let what waits be handed over."""
        await self.lines.stop(seconds)
        for query_id in list(self._waiting):
            self.toast(query_id, "")
        if self._toasts:
            await asyncio.wait(self._toasts, timeout=seconds)

    # --- messages --------------------------------------------------------------------------------------------------

    async def _send(self, answer: Answer) -> None:
        """As HTML where the reply has it and it fits; plainer, where Telegram cannot read it."""
        has_html = bool(answer.reply.html) and utf16_length(answer.reply.html) <= LIMIT
        has_buttons, is_edit = True, answer.reply.how in (How.EDIT, How.BUTTONS)
        for tried in range(TRIES):
            try:
                async with self._pace.turn(answer.chat):
                    await self._send_once(answer, has_html, has_buttons, is_edit)
                return
            except RetryAfter as error:
                self._pace.rest(answer.chat, error._retry_after.total_seconds())
            except BadRequest as error:
                if is_edit and _LIKE_BEFORE in error.message.lower():
                    return
                if is_edit and any(words in error.message.lower() for words in _NO_LONGER):
                    is_edit = False
                elif has_html and is_unreadable(error):
                    has_html = False
                elif has_buttons and is_of_buttons(error):
                    has_buttons = False
                elif not await self._may_try_again(error, tried):
                    return
            except TelegramError as error:
                if not await self._may_try_again(error, tried):
                    return
        log.warning("bot.not_answered", reason="many tries")

    async def _may_try_again(self, error: TelegramError, tried: int) -> bool:
        what = explain(error, self._api.token)
        if isinstance(error, BadRequest) or what.outcome not in _AGAIN or tried + 1 == TRIES:
            log.warning("bot.not_answered", reason=redact(str(what)))
            return False
        await asyncio.sleep(FIRST_PAUSE * 2**tried)
        return True

    async def _send_once(self, answer: Answer, is_html: bool, has_buttons: bool, is_edit: bool) -> None:
        reply, chat = answer.reply, answer.chat
        buttons = markup(signed(self.key, chat, reply.buttons)) if has_buttons else None
        text = reply.html if is_html else cut_utf16(reply.text, LIMIT)
        mode, preview = ParseMode.HTML if is_html else None, LinkPreviewOptions(is_disabled=True)
        if is_edit and (reply.how == How.BUTTONS or not text):
            await self._api.edit_message_reply_markup(chat, answer.message_id, reply_markup=buttons)
        elif is_edit:
            await self._api.edit_message_text(text, chat, answer.message_id, parse_mode=mode, reply_markup=buttons,
                                              link_preview_options=preview)  # fmt: skip
        elif reply.file is not None:
            name, content = reply.file
            await self._api.send_document(chat, InputFile(content, name), caption=text[:1000], reply_markup=buttons)
        elif text:
            await self._api.send_message(chat, text, parse_mode=mode, link_preview_options=preview,
                                         reply_markup=buttons)  # fmt: skip
