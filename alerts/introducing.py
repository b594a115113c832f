"""What the Bot API is told of the bot: its commands, a list for each kind of chat, and its own texts, in the language
that holds where no other is set.

Nobody waits for it: a bot whose texts are refused hears all the same, and the log says why.
"""

import structlog
from telegram import Bot as Api
from telegram import (
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from alerts import card, keeping, opened, parting, portrait
from alerts.channels import read_address
from alerts.channels.base import redact
from settings import Settings

BOARD = ("board", "for the operator: have a board watched")
COMMANDS = (
    ("search", "save a search: /search role:ai-engineer remote:EU"),
    ("test", "what a search would have sent: /test title:agent"),
    ("list", "your searches, and how many postings match now"),
    *card.COMMANDS,
    ("edit", "change a search: /edit 1 title:agent remote:EU"),
    ("remove", "remove a search: /remove 1"),
    *opened.COMMANDS,
    *keeping.COMMANDS,
    portrait.HELP_LINE,
    ("why", "why a posting matches, or why not: /why LINK 1"),
    ("not", "leave such postings out: /not LINK level"),
    ("mute", "no more of a posting or employer: /mute LINK company"),
    ("unmute", "hear of it again: /unmute Acme"),
    *parting.COMMANDS,
    ("stop", "get no more messages"),
    ("start", "begin, or go on after /stop"),
    ("help", "what I can do"),
)
ALONE = ("email", "export", "profile", "web")  # commands for a chat with one person
READING = ("test", "list", "open", "why", "not", "saved", "help", "board", "other")  # that change nothing
DESCRIPTION = (
    "I watch job boards and write to you when an AI-engineering job opens that your search matches: at once, or in a "
    "daily or weekly digest, and always with the reason. Press Start: five questions make your first search, and you "
    "see what it would have sent before it is saved."
)
SHORT = "AI-engineering jobs that match your search, told once and with the reason."
log = structlog.get_logger(__name__)


async def introduce(api: Api, settings: Settings) -> None:
    """Tell it all."""
    in_groups = [one for one in COMMANDS if one[0] not in ALONE]
    await _commands(api, COMMANDS, BotCommandScopeDefault())
    await _commands(api, COMMANDS, BotCommandScopeAllPrivateChats())
    await _commands(api, in_groups, BotCommandScopeAllGroupChats())
    for channel, chat in map(read_address, settings.operator.addresses):
        if channel == "telegram":
            await _commands(api, (*COMMANDS, BOARD), BotCommandScopeChat(chat))
    try:
        await api.set_my_description(DESCRIPTION)
        await api.set_my_short_description(SHORT)
    except TelegramError as error:
        log.info("bot.not_introduced", reason=redact(str(error)))


async def _commands(api: Api, commands: "tuple[tuple[str, str], ...] | list[tuple[str, str]]",
                    scope: BotCommandScope) -> None:  # fmt: skip
    try:
        await api.set_my_commands(commands, scope)
    except TelegramError as error:  # an operator's chat that never wrote to the bot, for one
        log.info("bot.commands_not_set", scope=scope.type, reason=redact(str(error)))
