"""Telegram, asked itself: the token, the bot's name, a webhook that keeps the bot from hearing."""

import asyncio
from collections.abc import Iterator

from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, NetworkError, TelegramError

from alerts.channels import ChannelSetupError
from alerts.channels import telegram as channel
from alerts.channels.botapi import quiet_http_logs
from alerts.links import webhook_url
from doctor.finding import Finding, ok, problem, warning
from logs import redact_value
from settings import Settings, SettingsError

SECONDS = 8.0
TOKEN, API, UPDATES = "telegram.token", "telegram.api_url", "telegram.updates"
FROM_BOTFATHER = (
    "copy the token anew from @BotFather (/mybots, API Token) into ROLEWIRE_TELEGRAM__TOKEN; /revoke makes another"
)


def check_telegram(settings: Settings) -> Iterator[Finding]:
    """Whether the bot is there and hears."""
    try:
        keys = channel.keys(settings)
        if channel.build(settings) is None:
            return
    except (ChannelSetupError, SettingsError):
        return  # the check of the channels names it
    quiet_http_logs()
    if not keys.api_url.startswith(("http://", "https://")):
        yield problem(f"telegram.api_url has no scheme: {keys.api_url!r}", API, 'write it as "https://…"')
        return
    yield from asyncio.run(ask(keys, settings.web.public_url))


async def ask(keys: channel.TelegramSettings, public_url: str = "") -> list[Finding]:
    """What the Bot API says of a token."""
    request = channel.new_request(read_timeout=SECONDS, connect_timeout=SECONDS)
    try:
        async with channel.new_bot(keys, request) as bot:
            return [ok(f"Telegram knows the bot @{bot.username}", TOKEN), *await _webhook(bot, keys, public_url)]
    except InvalidToken:
        return [problem("Telegram refuses the bot's token", TOKEN, FROM_BOTFATHER)]
    except NetworkError as error:
        told = redact_value(error.message)
        cure = f"look whether this machine reaches {keys.api_url} (proxy, firewall), and whether it is right"
        return [problem(f"Telegram does not answer at {keys.api_url}: {told}", API, cure)]
    except TelegramError as error:
        return [problem(f"Telegram refuses the bot: {redact_value(error.message)}", TOKEN, FROM_BOTFATHER)]


async def _webhook(bot: Bot, keys: channel.TelegramSettings, public_url: str) -> list[Finding]:
    found, ours = await bot.get_webhook_info(), webhook_url(public_url)
    if keys.updates == "webhook":
        return [_pushed(found, ours)]
    if found.url and found.url == ours:
        return [warning(f"our own webhook is still set at {ours}", UPDATES, "the daemon takes it away and polls")]
    if not found.url:
        return []
    cure = (
        "another program set it: if none needs it any more, `rolewire channels unhook` takes it away; else make a bot"
        " of its own for rolewire"
    )
    return [problem(f"a webhook is left over at {found.url}: the bot hears nothing while it is set", TOKEN, cure)]


def _pushed(found: WebhookInfo, ours: str) -> Finding:
    """Of a bot that is to hear by a webhook."""
    if found.url != ours:
        held = f"it is {found.url}" if found.url else "none is set"
        cure = "the daemon sets it when it starts; where Telegram refused it, its log says why and the bot polls"
        return warning(f"the webhook is not ours: {held}", UPDATES, cure)
    if found.pending_update_count and found.last_error_message:
        cure = 'see that web.public_url leads to the page of `rolewire run`, or set telegram.updates = "polling"'
        told = redact_value(found.last_error_message)
        return problem(f"Telegram does not reach {ours}: {told}", UPDATES, cure)
    return ok(f"Telegram pushes to {ours}", UPDATES)
