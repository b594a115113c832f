"""The Telegram bot: how people subscribe and keep their searches. Polls within the daemon's own loop."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Engine
from telegram import LinkPreviewOptions, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackContext,
    CommandHandler,
    Defaults,
    filters,
)
from telegram.ext import MessageHandler as OtherHandler

from alerts import replies
from alerts.channels.base import ChannelSetupError, redact
from alerts.channels.botapi import cut_utf16, is_unreadable, quiet_http_logs
from alerts.channels.telegram import build as build_channel
from alerts.render import TELEGRAM_LIMIT, utf16_length
from database import read, transaction
from settings import Settings

Bot = Application[Any, Any, Any, Any, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Clock = Callable[[], datetime]
log = structlog.get_logger(__name__)

RETRY_SECONDS = 60.0
_RETRY = "retry"
CHANNEL = "telegram"
COMMANDS = (
    ("search", "save a search: /search role:ai-engineer remote:EU"),
    ("list", "your searches, and how many postings match now"),
    ("remove", "remove a search: /remove 1"),
    ("stop", "get no more messages"),
    ("start", "begin, or go on after /stop"),
    ("help", "what I can do"),
)


def build_bot(settings: Settings, engine: Engine, clock: Clock = lambda: datetime.now(UTC)) -> Bot:
    """The bot, not started: see `start`. Raises ChannelSetupError where telegram.token is missing or malformed.

    `clock` tells the time of each command. In a group only commands are answered.
    """
    if build_channel(settings) is None:
        raise ChannelSetupError("telegram.token is empty: set it to the one @BotFather shows")
    quiet_http_logs()
    builder = (
        ApplicationBuilder()
        .token(settings.telegram.token.get_secret_value())
        .base_url(settings.telegram.api_url.rstrip("/") + "/bot")
        .rate_limiter(AIORateLimiter(max_retries=3))
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
    )
    bot: Bot = builder.build()
    for name, _ in COMMANDS:
        bot.add_handler(CommandHandler(name, _handler(name, settings, engine, clock)))
    others = filters.TEXT & filters.ChatType.PRIVATE
    bot.add_handler(OtherHandler(others, _handler("other", settings, engine, clock)))
    bot.add_error_handler(_log_error)
    return bot


async def start(bot: Bot, on_conflict: Callable[[str], None] | None = None) -> None:
    """Begin to poll, beside whatever else the loop does. Where the Bot API does not answer, or refuses the token, try
    again every minute: the daemon's other work does not wait for Telegram.

    Another poller with the same token ends this one's polling, never its sending; `on_conflict` is told in words.
    """
    try:
        await _begin(bot, on_conflict)
    except TelegramError as error:
        log.error("bot.not_started", reason=_words(error), retry_in=RETRY_SECONDS)
        bot.bot_data[_RETRY] = asyncio.create_task(_keep_trying(bot, on_conflict))


async def _keep_trying(bot: Bot, on_conflict: Callable[[str], None] | None) -> None:
    while True:
        await asyncio.sleep(RETRY_SECONDS)
        try:
            return await _begin(bot, on_conflict)
        except TelegramError as error:
            log.warning("bot.not_started", reason=_words(error), retry_in=RETRY_SECONDS)


async def _begin(bot: Bot, on_conflict: Callable[[str], None] | None) -> None:
    await bot.initialize()
    await bot.bot.set_my_commands(COMMANDS)
    if not bot.running:
        await bot.start()
    assert bot.updater is not None
    await bot.updater.start_polling(timeout=30, error_callback=_polling_errors(bot, on_conflict))


def _words(error: TelegramError) -> str:
    if isinstance(error, InvalidToken):  # its own words hold the token
        return "Telegram refuses the token: set telegram.token to the one @BotFather shows"
    return redact(str(error))


async def stop(bot: Bot) -> None:
    """Stop polling and let go of connections."""
    if (retry := bot.bot_data.pop(_RETRY, None)) is not None:
        retry.cancel()
    if bot.updater is not None and bot.updater.running:
        await bot.updater.stop()
    if bot.running:
        await bot.stop()
    await bot.shutdown()


def _polling_errors(bot: Bot, on_conflict: Callable[[str], None] | None) -> Callable[[TelegramError], None]:
    stopping: set[asyncio.Task[None]] = set()

    def note(error: TelegramError) -> None:
        if not isinstance(error, Conflict):
            log.warning("bot.polling_failed", reason=redact(str(error)))
            return
        words = (
            "Another program polls Telegram with the same token, so this one stopped answering commands; alerts still"
            " go out. Stop the other one, or give each its own bot, and restart."
        )
        log.error("bot.conflict", reason=words)
        if on_conflict is not None:
            on_conflict(words)
        if bot.updater is not None and bot.updater.running and not stopping:
            stopping.add(asyncio.get_running_loop().create_task(bot.updater.stop()))

    return note


def _handler(
    name: str, settings: Settings, engine: Engine, clock: Clock
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    answer, begin = replies.REPLIES[name], read if name in replies.READING else transaction

    def work(asked: replies.Asked) -> replies.Reply:
        with begin(engine) as connection:
            return answer(connection, settings, asked)

    async def handle(update: Update, _context: Context) -> None:
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None or message.text is None:
            return
        asked = replies.Asked(
            channel=CHANNEL,
            chat=str(chat.id),
            user=update.effective_user.id if update.effective_user else chat.id,
            name=chat.full_name or chat.title or str(chat.id),
            argument=" ".join(message.text.split(maxsplit=1)[1:]).strip() if name != "other" else message.text.strip(),
            now=clock(),
        )
        await _send(message, await asyncio.to_thread(work, asked))

    return handle


async def _send(message: Message, reply: replies.Reply) -> None:
    """As HTML where the reply has it and it fits; as plain text where not, or where Telegram cannot read it."""
    if reply.html and utf16_length(reply.html) <= TELEGRAM_LIMIT:
        try:
            await message.reply_text(reply.html, parse_mode=ParseMode.HTML)
            return
        except BadRequest as error:
            if not is_unreadable(error):
                raise
    await message.reply_text(cut_utf16(reply.text, TELEGRAM_LIMIT))


async def _log_error(update: object, context: Context) -> None:
    log.error("bot.failed", reason=redact(repr(context.error)))
    if isinstance(update, Update) and update.effective_message is not None:
        await update.effective_message.reply_text("That did not work, through no fault of yours. Try again later.")
