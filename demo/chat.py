"""The chat of a sample subscriber with the bot, over the local Bot API; kept as it would stand on a phone."""

import asyncio
import html
from pathlib import Path

from demo.artefacts import Bubble, typed, write_chat
from demo.botapi import BotApi

PATIENCE = 20.0  # seconds to wait for the bot's answer


class SilentBotError(Exception):
    """The bot did not answer. Raised by `Chat.ask`."""


class Chat:
    """One chat: what was typed and what was answered, in order."""

    def __init__(self, api: BotApi, chat: int, name: str) -> None:
        self.api, self.chat, self.name = api, chat, name
        self.bubbles: list[Bubble] = []
        self._taken = 0
        self._day = ""

    async def ask(self, text: str, day: str) -> str:
        """Type a message and wait for the answer; returns it as the bot sent it. Raises SilentBotError."""
        self.collect(day)
        self.bubbles.append(typed(text, self._heading(day)))
        await asyncio.to_thread(self.api.say, self.chat, text, self.name)
        for _ in range(int(PATIENCE / 0.05)):
            if self._answers():
                self.collect(day)
                return str(self.api.sent_to(self.chat)[-1])
            await asyncio.sleep(0.05)
        raise SilentBotError(f"the bot did not answer {text!r} within {PATIENCE:.0f} seconds")

    def collect(self, day: str) -> int:
        """Take over what the bot has sent since; returns how many messages."""
        new = self._answers()
        for message in new:
            self.bubbles.append(Bubble(False, _markup(message), self._heading(day)))
        self._taken += len(new)
        return len(new)

    def write(self, path: Path) -> None:
        """The chat as a page."""
        write_chat(path, f"{self.name} and the rolewire bot", self.bubbles)

    def _answers(self) -> list[dict[str, object]]:
        return [message for message in self.api.accepted if message["chat"]["id"] == self.chat][self._taken :]

    def _heading(self, day: str) -> str:
        heading, self._day = "" if day == self._day else day, day
        return heading


def _markup(message: dict[str, object]) -> str:
    """The message as HTML: one that reads as it was written was plain text."""
    text, source = str(message["text"]), str(message["source"])
    return html.escape(text) if text == source.strip() else source
