"""The bot against an independent Bot API, npm's telegram-test-api: a smoke test by other hands than ours.

    npm install --prefix FOLDER telegram-test-api@4.2.1
    python -m tests.tools.emulator FOLDER

It has gaps, which are filled here: `getMe` says nothing of `is_bot`, dates are in milliseconds, callbacks lack
`chat_instance`, edits answer null, what was sent is echoed as it came. Others are met as they are: getUpdates neither
waits nor heeds `offset`, nothing is refused; commands, texts of the bot, documents and members are unknown.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from telegram.request import HTTPXRequest

import database
from alerts import bot
from alerts.channels import telegram as channel
from settings import AccessSettings, Settings

TOKEN = "123456789:a-token-for-the-emulator-000000000"
CHAT = 7
PATIENCE = 15.0
SERVER = """const T = require(process.argv[1] + '/node_modules/telegram-test-api');
new T({port: Number(process.argv[2]), host: '127.0.0.1', storeTimeout: 3600}).start().then(() => console.log('up'));"""
WALK: tuple[tuple[str, str, str], ...] = (  # what is done, and what is shown then
    ("say", "/start", "1 of 5"), ("press", "AI engineer", "So far: role:ai-engineer"), ("press", "Next", "2 of 5"),
    ("press", "Any", "3 of 5"), ("press", "Any »", "4 of 5"), ("press", "Any", "5 of 5"),
    ("press", "Any", "Your search would be"), ("press", "Save: tell me at once", "Saved: role:ai-engineer"),
    ("say", "/list", "1. role:ai-engineer"), ("say", "/search weekly reports", "Which is meant?"),
    ("press", "Weekly digest", "Saved: reports"), ("say", "/settings", "2. reports"), ("press", "2", "Mondays"),
    ("press", "Daily", "every day at 08:00"), ("forge", "P", ""), ("say", "/stop", "Stopped"),
    ("say", "/help", "/search QUERY"),
)  # fmt: skip


def fill_gaps(body: bytes) -> bytes:
    """What the emulator answers, as the Bot API would."""
    answer = json.loads(body)
    result = answer.get("result")
    if answer.get("ok") and result is None:
        answer["result"] = True
    for one in result if isinstance(result, list) else [result]:
        if isinstance(one, dict):
            _fill(one)
    return json.dumps(answer).encode()


def _fill(one: dict[str, Any]) -> None:
    if "username" in one:
        one.setdefault("is_bot", True)
    if "callback_query" in one:
        one["callback_query"].setdefault("chat_instance", "1")
        one = one["callback_query"]
    one.pop("link_preview_options", None)
    for message in (one, one.get("message")):
        if isinstance(message, dict) and message.get("date", 0) > 10**11:
            message["date"] //= 1000


class Patched(HTTPXRequest):
    """Requests whose answers are mended."""

    async def do_request(self, *arguments: Any, **named: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*arguments, **named)
        return status, fill_gaps(body)


class Emulator:
    """A person at the other end: writes, presses, and looks at what stands in the chat."""

    def __init__(self, url: str) -> None:
        self.http = httpx.AsyncClient(base_url=url)
        self._person = {"id": CHAT, "first_name": "Ada", "is_bot": False}
        self._chat = {"id": CHAT, "first_name": "Ada", "type": "private"}

    async def shown(self) -> list[dict[str, Any]]:
        history = (await self.http.post("/getUpdatesHistory", json={"token": TOKEN})).json()["result"]
        return [
            {"message_id": one["messageId"], **one["message"]} for one in history if "chat_id" in one.get("message", {})
        ]

    async def do(self, what: str, words: str) -> None:
        meta = {"botToken": TOKEN, "date": int(time.time()), "from": self._person, "chat": self._chat}
        if what == "say":
            entity = {"type": "bot_command", "offset": 0, "length": len(words.split()[0])}
            await self.http.post("/sendCommand", json={**meta, "text": words, "entities": [entity]})
            return
        message = next(one for one in reversed(await self.shown()) if one.get("reply_markup"))
        buttons = [one for row in message["reply_markup"]["inline_keyboard"] for one in row]
        data = (
            words if what == "forge" else next(one for one in buttons if one["text"].startswith(words))["callback_data"]
        )
        place = {
            "message_id": message["message_id"],
            "date": meta["date"],
            "chat": self._chat,
            **_as_read(message["text"]),
        }
        await self.http.post("/sendCallback", json={**meta, "message": place, "data": data})


def _as_read(source: str) -> dict[str, Any]:
    """Text and entities of HTML: the emulator reads none."""
    text, entities = source, []
    while (start := text.find("<code>")) >= 0:
        end = text.find("</code>")
        entities.append({"type": "code", "offset": start, "length": end - start - len("<code>")})
        text = text[:start] + text[start + len("<code>") : end] + text[end + len("</code>") :]
    return {"text": text, "entities": entities}


async def walk(url: str, folder: Path) -> int:
    """Walk through it all; returns how many steps failed."""
    settings = Settings(channels={"telegram": {"token": TOKEN, "api_url": url}})
    settings.access = AccessSettings(mode="open")
    engine = database.open_engine(f"sqlite:///{folder / 'emulator.db'}")
    database.upgrade(engine)
    running, person, failed = bot.build_bot(settings, engine), Emulator(url), 0
    await bot.start(running)
    try:
        for what, words, wanted in WALK:
            before = [one["text"] for one in await person.shown()]
            await person.do(what, words)
            seen = await _wait(person, wanted, before)
            failed += not seen
            print("ok  " if seen else "FAIL", what, words, sep="  ")
    finally:
        await bot.stop(running)
        await person.http.aclose()
        engine.dispose()
    return failed


async def _wait(person: Emulator, wanted: str, before: list[str]) -> bool:
    """Until it is shown where it was not; of what is to do nothing, that nothing changes for a second."""
    end = time.monotonic() + (PATIENCE if wanted else 1.0)
    while time.monotonic() < end:
        now = [one["text"] for one in await person.shown()]
        if wanted and any(wanted in one for one in now if one not in before):
            return True
        await asyncio.sleep(0.1)
    return not wanted and now == before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where npm installed it")
    at = parser.parse_args().folder.resolve()
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    channel.HTTPXRequest = Patched  # type: ignore[attr-defined]
    with subprocess.Popen(["node", "-e", SERVER, str(at), str(port)], stdout=subprocess.PIPE, text=True) as node:
        try:
            assert node.stdout is not None
            node.stdout.readline()
            with tempfile.TemporaryDirectory() as folder:
                failed = asyncio.run(walk(f"http://127.0.0.1:{port}", Path(folder)))
        finally:
            node.terminate()
    print(f"{len(WALK) - failed} of {len(WALK)} steps")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
