"""A strict local Bot API: the refusals of the real one, a log of what was accepted, and faults on demand."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from demo.telegram_html import EntityError, is_public, read_html, units

Answer = dict[str, Any]
TOKEN = "123456789:local-bot-api-token-for-tests-00000"  # noqa: S105 - opens nothing but this server
_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class RefusalError(Exception):
    """An answer that is not ok: code, description and parameters as the Bot API gives them."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters

    def as_json(self) -> Answer:
        parameters = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.code, "description": str(self), **parameters}


@dataclass(slots=True)
class Faults:
    """What to do wrong. `statuses` are answered to the next sendMessage calls, which are not accepted (429: with
    `retry_after`), `chats` to those of one chat; `polling` is answered to getUpdates as long as it is set;
    `lose_replies` counts messages accepted while the connection is cut before the reply.
    """

    statuses: list[int] = field(default_factory=list)
    chats: dict[int, list[int]] = field(default_factory=dict)
    polling: int = 0
    retry_after: int = 1
    lose_replies: int = 0
    delay: float = 0.0  # seconds that a reply to an accepted message takes


@dataclass(slots=True)
class Chats:
    """Chat ids by what happens to a message to them; `known` are those who wrote to the bot."""

    known: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)


class BotApi:
    """`with BotApi() as api:` serves `api.url`; `api.accepted` are the messages taken, `api.say` writes as a person.

    `per_second`: messages a chat may get in a second before a 429; 0: no limit. `log`: a file of JSON lines.
    """

    def __init__(self, token: str = TOKEN, port: int = 0, per_second: float = 0, log: Path | None = None) -> None:
        self.token, self.port, self.log, self.per_second = token, port, log, per_second
        self.accepted: list[Answer] = []
        self.commands: list[Answer] = []
        self.webhook = ""  # an address that is set keeps getUpdates from answering
        self.calls: list[str] = []
        self.faults, self.chats = Faults(), Chats()
        self._updates: list[Answer] = []
        self._next_update, self._last_sent = 1, dict[int, float]()
        self._poller: asyncio.Future[None] | None = None
        self._news = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="botapi", daemon=True)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """What `telegram.api_url` is set to."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "BotApi":
        """Serve; returns once the port is open."""
        self._thread.start()
        self._run(self._listen())
        return self

    def stop(self) -> None:
        """Stop serving."""
        self._run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> "BotApi":
        return self.start()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self.stop()

    def say(self, chat: int, text: str, name: str = "Ada") -> None:
        """A person writes to the bot: their chat becomes known and an update waits for getUpdates."""
        self._run(self._hear(chat, text, name))

    def sent_to(self, chat: int) -> list[str]:
        """The texts accepted for a chat, oldest first."""
        return [message["text"] for message in self.accepted if message["chat"]["id"] == chat]

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(15)

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_post("/say", self._say_over_http)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _leave(self) -> None:
        """Let go of whoever still waits for an answer, so that the loop leaves no task behind."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        if self._runner is not None:
            await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _say_over_http(self, request: web.Request) -> web.Response:
        said = await request.json()
        await self._hear(int(said["chat"]), str(said["text"]), str(said.get("name", "Ada")))
        return web.json_response({"ok": True})

    async def _hear(self, chat: int, text: str, name: str) -> None:
        self.chats.known.add(chat)
        message = {
            "message_id": self._next_update, "date": int(time.time()), "chat": _chat(chat, name), "text": text,
            "from": {"id": abs(chat), "is_bot": False, "first_name": name, "language_code": "en"},
        }  # fmt: skip
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": units(text.split()[0])}]
        self._updates.append({"update_id": self._next_update, "message": message})
        self._next_update += 1
        self._news.set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        try:
            if request.match_info["token"] != self.token:
                raise RefusalError(401, "Unauthorized")
            handler = self._methods().get(method.lower())
            if handler is None:
                raise RefusalError(404, "Not Found")
            result = await handler(await _parameters(request))
        except RefusalError as refusal:
            return web.json_response(refusal.as_json(), status=refusal.code)
        except _LostReplyError:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.json_response({"ok": True, "result": result})

    def _methods(self) -> dict[str, Callable[[Answer], Coroutine[Any, Any, Any]]]:
        return {
            "getme": self._get_me, "getupdates": self._get_updates, "sendmessage": self._send_message,
            "setmycommands": self._set_my_commands, "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
        }  # fmt: skip

    async def _get_me(self, _given: Answer) -> Answer:
        return {"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "rolewire",
                "username": "rolewire_bot", "can_join_groups": True, "can_read_all_group_messages": False,
                "supports_inline_queries": False}  # fmt: skip

    async def _delete_webhook(self, _given: Answer) -> bool:
        self.webhook = ""
        return True

    async def _get_webhook_info(self, _given: Answer) -> Answer:
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self._updates)}

    async def _set_my_commands(self, given: Answer) -> bool:
        for command in given.get("commands", []):
            name = command["command"]
            if not (1 <= len(name) <= 32 and name.replace("_", "a").isalnum() and name == name.lower()):
                raise RefusalError(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands = list(given.get("commands", []))
        return True

    async def _get_updates(self, given: Answer) -> list[Answer]:
        self._check_polling()
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)  # as the real one does: the newer request ends the older
        self._poller = mine = self._loop.create_future()
        offset = int(given.get("offset") or 0)
        if offset > 0:
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
        elif offset < 0:
            self._updates = self._updates[offset:]
        await self._wait_for_news(float(given.get("timeout") or 0), mine)
        self._check_polling()
        if mine.done():
            raise RefusalError(409, _CONFLICT)
        self._poller = None
        return self._updates[: int(given.get("limit") or 100)]

    def _check_polling(self) -> None:
        if self.webhook:
            raise RefusalError(409, _WEBHOOK)
        if self.faults.polling:
            words = {401: "Unauthorized", 409: _CONFLICT}.get(self.faults.polling, "Internal Server Error")
            raise RefusalError(self.faults.polling, words)

    async def _wait_for_news(self, seconds: float, mine: "asyncio.Future[None]") -> None:
        end = self._loop.time() + seconds
        while not self._updates and not mine.done() and (left := end - self._loop.time()) > 0:
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            waits: list[asyncio.Future[Any]] = [news, mine]
            await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()

    async def _send_message(self, given: Answer) -> Answer:
        if self.faults.statuses:
            raise _scripted(self.faults.statuses.pop(0), self.faults.retry_after)
        chat = self._reachable(given.get("chat_id"))
        if self.faults.chats.get(chat):
            raise _scripted(self.faults.chats[chat].pop(0), self.faults.retry_after)
        text, entities = _readable(given)
        _check_buttons(given.get("reply_markup"))
        self._check_pace(chat)
        message = {"message_id": len(self.accepted) + 1, "date": int(time.time()), "chat": _chat(chat, "Ada"),
                   "text": text}  # fmt: skip
        self._accept(message | {"source": given["text"], "entities": entities})
        await asyncio.sleep(self.faults.delay)
        if self.faults.lose_replies:
            self.faults.lose_replies -= 1
            raise _LostReplyError
        return message

    def _reachable(self, given: Any) -> int:
        try:
            chat = int(str(given))
        except ValueError:
            raise RefusalError(400, "Bad Request: chat not found") from None
        if chat in self.chats.migrated:
            raise RefusalError(400, "Bad Request: group chat was upgraded to a supergroup chat",
                          migrate_to_chat_id=self.chats.migrated[chat])  # fmt: skip
        if chat in self.chats.deactivated:
            raise RefusalError(403, "Forbidden: user is deactivated")
        if chat in self.chats.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats.known:
            raise RefusalError(400, "Bad Request: chat not found")
        return chat

    def _check_pace(self, chat: int) -> None:
        now = self._loop.time()
        if self.per_second and now - self._last_sent.get(chat, -1e9) < 1 / self.per_second:
            raise _scripted(429, self.faults.retry_after)
        self._last_sent[chat] = now

    def _accept(self, message: Answer) -> None:
        self.accepted.append(message)
        if self.log is not None:
            with self.log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(message, ensure_ascii=False) + "\n")


class _LostReplyError(Exception):
    """Accepted, and the connection goes before the answer."""


def _chat(chat: int, name: str) -> Answer:
    if chat < 0:
        return {"id": chat, "type": "supergroup" if str(chat).startswith("-100") else "group", "title": name}
    return {"id": chat, "type": "private", "first_name": name}


async def _parameters(request: web.Request) -> Answer:
    if request.content_type == "application/json":
        return dict(await request.json())
    form = await request.post() if request.content_type == "multipart/form-data" else None
    pairs = form.items() if form is not None else parse_qsl(await request.text(), keep_blank_values=True)
    given: Answer = dict(request.query) | {key: str(value) for key, value in pairs}
    for key in ("commands", "reply_markup", "link_preview_options"):
        if key in given:
            given[key] = json.loads(given[key])
    return given


def _readable(given: Answer) -> tuple[str, list[tuple[str, str, str]]]:
    source = str(given.get("text", ""))
    try:
        read = read_html(source) if str(given.get("parse_mode", "")).upper() == "HTML" else None
    except EntityError as error:
        raise RefusalError(400, f"Bad Request: can't parse entities: {error}") from None
    text = (read.text if read else source).strip()
    if not text:
        raise RefusalError(400, "Bad Request: message text is empty")
    if units(text) > 4096:
        raise RefusalError(400, "Bad Request: message is too long")
    return text, read.entities if read else []


def _check_buttons(markup: Any) -> None:
    rows = (markup or {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if "url" in button and not is_public(button["url"]):
            raise RefusalError(
                400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            )


def _scripted(status: int, retry_after: int) -> RefusalError:
    if status == 429:
        return RefusalError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
    return RefusalError(status, {500: "Internal Server Error", 502: "Bad Gateway"}.get(status, "Bad Request: refused"))
