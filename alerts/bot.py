"""The Telegram bot: how people subscribe and keep their searches. It lives within the daemon's own loop.

Chats are answered side by side, each in the order of what it wrote and pressed, and at the pace that alerts keep too.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from telegram import CallbackQuery, ChatMember, Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from alerts import buttons, replies, watching
from alerts.answering import Answer, Answers
from alerts.channels.base import Channel, ChannelSetupError, redact
from alerts.channels.botapi import quiet_http_logs
from alerts.channels.telegram import TelegramChannel, keys, new_bot, new_request
from alerts.channels.telegram import build as build_channel
from alerts.desk import Asked, Desk, Reply, toast
from alerts.door import Door
from alerts.heard import Inbox
from alerts.hearing import Hearing
from alerts.introducing import COMMANDS, READING, introduce
from alerts.lines import Lines
from alerts.notices import DEAF, clear_notice, raise_notice
from alerts.pressing import ADMINS_ONLY, NOT_YOURS, OLD, changes
from alerts.pushed import Pushed, secret_of
from database import TooSlowError, first_line, transaction
from settings import Settings

Clock = Callable[[], datetime]
log = structlog.get_logger(__name__)

CHANNEL = "telegram"
THREADS = 12  # commands under way; each needs a connection
MOST_WAITING = 30  # of one chat; what is more is not answered, but for /stop
STOP_SECONDS = 5.0
SORRY = Reply("That did not work, through no fault of yours. Try again later.")
TOO_SLOW = Reply("That took too long and was stopped. Try again later.")
ADMINS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
NAMES = {name for name, _ in COMMANDS}


@dataclass(frozen=True, slots=True)
class Task:
    """What a chat wants done. `press`: of the button that was pressed, if one was; `is_group`: others are there too."""

    name: str
    asked: Asked
    press: str = ""
    is_group: bool = False
    is_anonymous_admin: bool = False

    @property
    def is_change(self) -> bool:
        """Whether, in a group, only its admins may have it done."""
        return changes(self.asked.argument) if self.press else self.name not in READING


class Bot:
    """The bot, which does nothing before `start`."""

    def __init__(
        self, settings: Settings, engine: Engine, clock: Clock, channel: TelegramChannel, door: Door | None = None
    ) -> None:
        request = new_request(connection_pool_size=32, read_timeout=20, pool_timeout=10)
        self.api = new_bot(keys(settings), request)
        self._engine, self._clock = engine, clock
        self._desk = Desk(engine, settings)
        self._threads = ThreadPoolExecutor(THREADS, "bot")
        self._works = Lines(self._work)
        self._inbox = Inbox(engine, clock, self._threads)
        self._answers = Answers(self.api, channel.pace, self._inbox.answered)
        self._has_begun = False
        self._hearing = self._ears(channel, door)
        self._polling: asyncio.Task[None] | None = None

    def _ears(self, channel: TelegramChannel, door: Door | None) -> Hearing:
        public_url, telegram = self._desk.settings.web.public_url, keys(self._desk.settings)
        common = self.api, self._begin, self._take, self._works.settle, self._tell, channel.gate, public_url
        if telegram.updates == "polling" or door is None:
            return Hearing(*common)
        written = telegram.webhook_secret.get_secret_value()
        return Pushed(*common, door=door, secret=lambda: secret_of(self._answers.key, written))

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
            self._answers.key, left = await self._inbox.load()
            await introduce(self.api, self._desk.settings)
            self._has_begun = True
            for key, said in left.items():
                self._do(Update.de_json(json.loads(said), self.api), key)

    # --- what people write and press -------------------------------------------------------------------------------

    async def _take(self, updates: Sequence[Update]) -> None:
        """Keep what is ours, and begin to do what was not heard before. Raises TelegramError where it is not kept."""
        for key, update in await self._inbox.keep([one for one in updates if self._is_ours(one)]):
            self._do(update, key)

    def _is_ours(self, update: Update) -> bool:
        message = update.message or update.edited_message
        if update.callback_query is not None:
            return True
        if message is None or message.migrate_to_chat_id is not None:
            return message is not None
        return message.text is not None and self._command(message) is not None

    def _do(self, update: Update, key: str) -> None:
        try:
            is_begun = self._do_one(update, key)
        except Exception:  # one that we cannot make out must not keep us from hearing the rest
            log.exception("bot.update_failed", update_id=update.update_id)
            is_begun = False
        if not is_begun:
            self._answers.add(Answer("", toast(""), heard=key))

    def _do_one(self, update: Update, key: str) -> bool:
        """Put it in its chat's line; False where nothing is to be done any more."""
        message = update.message or update.edited_message
        if update.callback_query is not None:
            return self._take_press(update.callback_query, key)
        if message is not None and message.migrate_to_chat_id is not None:
            self._take_move(str(message.chat.id), str(message.migrate_to_chat_id), key)
            return True
        return message is not None and self._take_message(message, key)

    def _take_message(self, message: Message, key: str) -> bool:
        command = self._command(message)
        if command is None:
            return False
        name, argument = command
        chat = message.chat
        user = message.from_user.id if message.from_user else chat.id
        shown = chat.full_name or chat.title or str(chat.id)
        asked = Asked(CHANNEL, str(chat.id), user, shown, argument, self._clock(), heard=key)
        is_anonymous = message.sender_chat is not None and message.sender_chat.id == chat.id
        task = Task(name, asked, is_group=chat.type != ChatType.PRIVATE, is_anonymous_admin=is_anonymous)
        if self._is_crowded(asked.chat) and name != "stop":
            log.warning("bot.crowded", waiting=MOST_WAITING)
            return False
        self._works.add(asked.chat, task)
        return True

    def _take_move(self, old: str, new: str, key: str) -> None:
        """A group became a supergroup: what is written there next comes from its new id."""
        asked = Asked(CHANNEL, old, 0, old, new, self._clock(), heard=key)
        self._works.add(new, Task("moved", asked))

    def _is_crowded(self, chat: str) -> bool:
        return max(self._works.length(chat), self._answers.lines.length(chat)) >= MOST_WAITING

    def _command(self, message: Message) -> tuple[str, str] | None:
        """(name of the reply, what stands behind the command); None for what is not ours to answer."""
        text, is_private = message.text or "", message.chat.type == ChatType.PRIVATE
        is_command = any(one.type == MessageEntity.BOT_COMMAND and one.offset == 0 for one in message.entities)
        if is_command:
            name, _, addressee = text.split()[0][1:].lower().partition("@")
            if addressee and addressee != self.api.username.lower():
                return None
            if name in NAMES or (name == watching.COMMAND and self._is_operators(message)):
                return name, " ".join(text.split(maxsplit=1)[1:]).strip()
        return ("other", text.strip()) if is_private else None

    def _is_operators(self, message: Message) -> bool:
        return watching.is_operators(self._desk.settings, CHANNEL, str(message.chat.id))

    def _take_press(self, query: CallbackQuery, key: str) -> bool:
        """One of ours is done in its chat's turn; any other is answered, and does nothing."""
        self._answers.await_press(query.id)
        said, message = "", query.message
        if message is not None:
            said = ":".join(buttons.read(self._answers.key, str(message.chat.id), query.data or ""))
        if message is None or not said:
            self._answers.toast(query.id, OLD)
            return False
        chat, is_group = message.chat, message.chat.type != ChatType.PRIVATE
        if (not is_group and query.from_user.id != chat.id) or self._is_crowded(str(chat.id)):
            self._answers.toast(query.id, "Too much at once: press it again later." if is_group else NOT_YOURS)
            return False
        shown = chat.full_name or chat.title or str(chat.id)
        asked = Asked(CHANNEL, str(chat.id), query.from_user.id, shown, said, self._clock(), message.message_id,
                      _set_off(message if isinstance(message, Message) else None), key)  # fmt: skip
        self._works.add(asked.chat, Task("press", asked, query.id, is_group))
        return True

    async def _work(self, task: Task) -> None:
        reply = await self._reply(task)
        if task.press:
            self._answers.toast(task.press, reply.toast)
        self._answers.add(Answer(task.asked.chat, reply, task.asked.message_id, task.asked.heard))

    async def _reply(self, task: Task) -> Reply:
        """What came of it; an admin's word is asked for where others are there too."""
        if task.is_group and task.is_change and not await self._is_admin(task):
            return toast(ADMINS_ONLY) if task.press else Reply(ADMINS_ONLY)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, replies.REPLIES[task.name], self._desk, task.asked)
        except TooSlowError:
            return TOO_SLOW
        except Exception as error:  # noqa: BLE001 - whatever it is, the chat is told and the bot lives on
            log.error("bot.failed", command=task.name, reason=redact(first_line(error)))
            return SORRY

    async def _is_admin(self, task: Task) -> bool:
        """An admin who writes as the group itself is known by that."""
        if task.is_anonymous_admin:
            return True
        try:
            member = await self.api.get_chat_member(task.asked.chat, task.asked.user)
        except TelegramError as error:
            log.warning("bot.admin_unknown", reason=redact(str(error)))
            return False
        return member.status in ADMINS

    # --- for the operator ------------------------------------------------------------------------------------------

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


def _set_off(message: Message | None) -> tuple[str, ...]:
    """What stands as code in a message: there a button finds what is too long for it."""
    if message is None or message.text is None:
        return ()
    return tuple(message.parse_entities([MessageEntity.CODE]).values())


def build_bot(
    settings: Settings,
    engine: Engine,
    clock: Clock = lambda: datetime.now(UTC),
    channel: Channel | None = None,
    door: Door | None = None,
) -> Bot:
    """The bot, not started: see `start`. Raises ChannelSetupError where telegram.token is missing or malformed.

    `clock` tells the time of each command; `channel` sends the alerts, whose pace the answers share. `door`: where the
    web page hands in what is pushed, if the bot is to hear by a webhook. In a group only commands are answered.
    """
    channel = channel if isinstance(channel, TelegramChannel) else build_channel(settings)
    if channel is None:
        raise ChannelSetupError("telegram.token is empty: set it to the one @BotFather shows")
    quiet_http_logs()
    return Bot(settings, engine, clock, channel, door)


async def start(bot: Bot) -> None:
    """Begin to poll. Where the Bot API does not answer, or refuses us, it tries again by itself."""
    bot.start()


async def stop(bot: Bot) -> None:
    """Stop polling and let go of connections."""
    await bot.stop()
