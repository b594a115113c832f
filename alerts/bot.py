"""The Telegram bot: how people subscribe and keep their searches. It lives within the daemon's own loop.

Chats are answered side by side, each in the order of what it wrote, and at the pace that alerts keep too.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from telegram import LinkPreviewOptions, Message, MessageEntity, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from alerts import keeping, replies, watching
from alerts.channels.base import Channel, ChannelSetupError, redact
from alerts.channels.botapi import cut_utf16, is_unreadable, quiet_http_logs
from alerts.channels.chat import LIMIT, utf16_length
from alerts.channels.telegram import TelegramChannel, keys, new_bot
from alerts.channels.telegram import build as build_channel
from alerts.desk import Asked, Desk, Reply
from alerts.hearing import Hearing
from alerts.lines import Lines
from alerts.notices import DEAF, clear_notice, raise_notice
from database import TooSlowError, first_line, transaction
from settings import Settings

Clock = Callable[[], datetime]
log = structlog.get_logger(__name__)

CHANNEL = "telegram"
THREADS = 12  # commands under way; each needs a connection
MOST_WAITING = 30  # of one chat; what is more is not answered, but for /stop
ANSWER_TRIES = 3
STOP_SECONDS = 5.0
SORRY = Reply("That did not work, through no fault of yours. Try again later.")
TOO_SLOW = Reply("That took too long and was stopped. Try again later.")
COMMANDS = (
    ("search", "save a search: /search role:ai-engineer remote:EU"),
    ("test", "what a search would have sent: /test title:agent"),
    ("list", "your searches, and how many postings match now"),
    ("edit", "change a search: /edit 1 title:agent remote:EU"),
    ("remove", "remove a search: /remove 1"),
    *keeping.COMMANDS,
    ("why", "why a posting matches, or why not: /why LINK 1"),
    ("not", "leave such postings out: /not LINK level"),
    ("mute", "no more of a posting or employer: /mute LINK company"),
    ("unmute", "hear of it again: /unmute Acme"),
    ("stop", "get no more messages"),
    ("start", "begin, or go on after /stop"),
    ("help", "what I can do"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a chat is to be told."""

    chat: str
    reply: Reply


class Bot:
    """The bot, which does nothing before `start`."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock, channel: TelegramChannel) -> None:
        request = HTTPXRequest(connection_pool_size=32, read_timeout=20, pool_timeout=10)
        self.api = new_bot(keys(settings), request)
        self._engine, self._clock, self._pace = engine, clock, channel.pace
        self._desk = Desk(engine, settings)
        self._threads = ThreadPoolExecutor(THREADS, "bot")
        self._works = Lines(self._work)
        self._answers = Lines(self._send)
        self._has_begun = False
        self._hearing = Hearing(self.api, self._begin, self._take, self._works.settle, self._tell, channel.gate)
        self._polling: asyncio.Task[None] | None = None

    @property
    def is_hearing(self) -> bool:
        """Whether what people write reaches us."""
        return not self._hearing.is_deaf

    @property
    def trouble(self) -> str:
        """Why it does not hear; empty while it does."""
        return self._hearing.trouble

    def start(self) -> None:
        """Begin to hear, beside whatever else the loop does; it waits for nothing."""
        self._polling = asyncio.get_running_loop().create_task(self._hearing.run())

    async def stop(self) -> None:
        """Hear no more, answer what is under way, and let go of connections."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait([self._polling])
        await self._works.stop(STOP_SECONDS)
        await self._answers.stop(STOP_SECONDS)
        self._threads.shutdown(wait=False)
        await self.api.shutdown()

    async def _begin(self) -> None:
        if not self._has_begun:
            await self.api.initialize()
            await self.api.set_my_commands(COMMANDS)
            self._has_begun = True

    def _take(self, updates: Sequence[Update]) -> None:
        for update in updates:
            message = update.message or update.edited_message
            if message is not None and message.text is not None:
                self._queue(message)

    def _queue(self, message: Message) -> None:
        chat, command = str(message.chat.id), self._command(message)
        if command is None:
            return
        is_crowded = max(self._works.length(chat), self._answers.length(chat)) >= MOST_WAITING
        if is_crowded and command[0] != "stop":
            log.warning("bot.crowded", waiting=MOST_WAITING)
            return
        self._works.add(chat, (message, *command))

    def _command(self, message: Message) -> tuple[str, str] | None:
        """(name of the reply, what stands behind the command); None for what is not ours to answer."""
        text, is_private = message.text or "", message.chat.type == ChatType.PRIVATE
        is_command = any(one.type == MessageEntity.BOT_COMMAND and one.offset == 0 for one in message.entities)
        if is_command:
            name, _, addressee = text.split()[0][1:].lower().partition("@")
            if addressee and addressee != self.api.username.lower():
                return None
            if name in dict(COMMANDS) or (name == watching.COMMAND and self._is_operators(message)):
                return name, " ".join(text.split(maxsplit=1)[1:]).strip()
        return ("other", text.strip()) if is_private else None

    def _is_operators(self, message: Message) -> bool:
        return watching.is_operators(self._desk.settings, CHANNEL, str(message.chat.id))

    async def _work(self, queued: tuple[Message, str, str]) -> None:
        message, name, argument = queued
        user = message.from_user.id if message.from_user else message.chat.id
        chat = str(message.chat.id)
        shown = message.chat.full_name or message.chat.title or chat
        asked = Asked(CHANNEL, chat, user, shown, argument, self._clock())
        loop = asyncio.get_running_loop()
        try:
            reply = await loop.run_in_executor(self._threads, replies.REPLIES[name], self._desk, asked)
        except TooSlowError:
            reply = TOO_SLOW
        except Exception as error:  # noqa: BLE001 - whatever it is, the chat is told and the bot lives on
            log.error("bot.failed", command=name, reason=redact(first_line(error)))
            reply = SORRY
        self._answers.add(chat, Answer(chat, reply))

    async def _send(self, answer: Answer) -> None:
        """As HTML where the reply has it and it fits; as plain text where not, or where Telegram cannot read it."""
        has_html = bool(answer.reply.html) and utf16_length(answer.reply.html) <= LIMIT
        for _ in range(ANSWER_TRIES):
            try:
                async with self._pace.turn(answer.chat):
                    await self._send_once(answer, has_html)
                return
            except RetryAfter as error:
                self._pace.rest(answer.chat, error._retry_after.total_seconds())
            except BadRequest as error:
                if not (has_html and is_unreadable(error)):
                    raise
                has_html = False
            except TelegramError as error:
                log.warning("bot.not_answered", reason=redact(str(error)))
                return

    async def _send_once(self, answer: Answer, is_html: bool) -> None:
        await self.api.send_message(
            chat_id=answer.chat,
            text=answer.reply.html if is_html else cut_utf16(answer.reply.text, LIMIT),
            parse_mode=ParseMode.HTML if is_html else None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def _tell(self, words: str) -> None:
        """Note for the operator and for `rolewire status` that the bot is deaf, or hears again."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._note, words)
        except DBAPIError as error:  # it hears all the same; the next trouble is noted again
            log.error("bot.not_noted", reason=first_line(error))

    def _note(self, words: str) -> None:
        with transaction(self._engine) as connection:
            if words:
                raise_notice(connection, DEAF, words, self._clock(), repeats=True)
            else:
                clear_notice(connection, DEAF, self._clock())


def build_bot(
    settings: Settings,
    engine: Engine,
    clock: Clock = lambda: datetime.now(UTC),
    channel: Channel | None = None,
) -> Bot:
    """The bot, not started: see `start`. Raises ChannelSetupError where telegram.token is missing or malformed.

    `clock` tells the time of each command; `channel` sends the alerts, whose pace the answers share. In a group only
    commands are answered.
    """
    channel = channel if isinstance(channel, TelegramChannel) else build_channel(settings)
    if channel is None:
        raise ChannelSetupError("telegram.token is empty: set it to the one @BotFather shows")
    quiet_http_logs()
    return Bot(settings, engine, clock, channel)


async def start(bot: Bot) -> None:
    """Begin to poll. Where the Bot API does not answer, or refuses us, it tries again by itself."""
    bot.start()


async def stop(bot: Bot) -> None:
    """Stop polling and let go of connections."""
    await bot.stop()
