"""A bot for `test_bot_buttons`: the settings come as a line of JSON on stdin; it hears, and all its work hangs."""

import asyncio
import sys
import time

from alerts import bot, replies
from alerts.channels import configured
from database import open_engine
from settings import Settings


async def main() -> None:
    settings = Settings.model_validate_json(sys.stdin.readline())
    for name in replies.REPLIES:
        replies.REPLIES[name] = lambda *_: time.sleep(600)
    channel = configured(settings)["telegram"]
    await bot.start(bot.build_bot(settings, open_engine(settings.database.url), channel=channel))
    await asyncio.sleep(600)


asyncio.run(main())
