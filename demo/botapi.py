"""A strict local Bot API: the refusals of the real one, a log of what was accepted, and faults on demand."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from demo.botmessages import Faults as Faults  # what tests ask it to do wrong
from demo.botmessages import LostReplyError, Messages, bare, chat_of
from demo.botrules import Answer, RefusalError, check_commands
from demo.botupdates import Updates
from demo.telegram_html import units

TOKEN = "123456789:local-bot-api-token-for-tests-00000"  # noqa: S105 - opens nothing but this server
_AS_JSON = ("commands", "reply_markup", "link_preview_options", "allowed_updates", "scope")
Method = Callable[[Answer], Coroutine[Any, Any, Any]]


class BotApi:
    """`with BotApi() as api:` serves `api.url`; `api.accepted` are the messages taken, `api.say` writes as a person,
    `api.press` presses a button.

    `per_second`: messages a chat may get in a second before a 429; 0: no limit. `log`: a file of JSON lines.
    """

    def __init__(self, token: str = TOKEN, port: int = 0, per_second: float = 0, log: Path | None = None) -> None:
        self.token, self.port, self.log = token, port, log
        self.messages = Messages(per_second, log)
        self.updates = Updates(lambda: self.messages.faults.polling)
        self.accepted, self.edits, self.answers = self.messages.accepted, self.messages.edits, self.messages.answers
        self.faults, self.chats = self.messages.faults, self.messages.chats
        self.commands: list[Answer] = []  # of everybody
        self.told: dict[str, Any] = {}  # commands by scope and language, and the bot's own texts
        self.calls: list[str] = []
        self._presses = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="botapi", daemon=True)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """What `telegram.api_url` is set to."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def per_second(self) -> float:
        """Messages a chat may get in a second before a 429."""
        return self.messages.per_second

    @per_second.setter
    def per_second(self, limit: float) -> None:
        self.messages.per_second = limit

    @property
    def webhook(self) -> str:
        """An address that is set keeps getUpdates from answering."""
        return self.updates.webhook

    @webhook.setter
    def webhook(self, url: str) -> None:
        self.updates.webhook = url

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

    def say(self, chat: int, text: str, name: str = "Ada", user: int = 0) -> None:
        """A person writes to the bot: their chat becomes known and an update waits. `user`: who, in a group."""
        self._run(self._hear(chat, text, name, user))

    def press(self, chat: int, label: str = "", data: str = "", user: int = 0, message_id: int = 0) -> None:
        """A person presses the newest button whose label begins so; with `data` one that never was there."""
        self._run(self._press(chat, label, data, user, message_id))

    def migrate(self, group: int, to: int) -> None:
        """A group becomes a supergroup: the bot is told, and its old id is of no use."""
        self.chats.migrated[group] = to
        self.chats.known.add(to)
        self._run(self._tell_of_migration(group, to))

    def sent_to(self, chat: int) -> list[str]:
        """The texts accepted for a chat, oldest first."""
        return [message["text"] for message in self.accepted if message["chat"]["id"] == chat]

    def shown_in(self, chat: int) -> list[Answer]:
        """The bot's messages in a chat as they stand there now, oldest first."""
        return [message for (of, _), message in sorted(self.messages.shown.items()) if of == chat]

    def buttons_in(self, chat: int) -> list[Answer]:
        """The buttons of the bot's newest message that has any, in their order."""
        for message in reversed(self.shown_in(chat)):
            if found := buttons_of(message):
                return found
        return []

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
        self.updates.let_go()
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

    async def _hear(self, chat: int, text: str, name: str, user: int = 0) -> None:
        self.chats.known.add(chat)
        message = {
            "message_id": self.updates.next_id, "date": int(time.time()), "chat": chat_of(chat, name), "text": text,
            "from": _person(user or abs(chat), name),
        }  # fmt: skip
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": units(text.split()[0])}]
        self.updates.add("message", message)

    async def _tell_of_migration(self, group: int, to: int) -> None:
        told = {"message_id": self.updates.next_id, "date": int(time.time()), "chat": chat_of(group, "Group")}
        self.updates.add("message", told | {"migrate_to_chat_id": to})

    async def _press(self, chat: int, label: str, data: str, user: int, message_id: int) -> None:
        message = self._with_button(chat, label, message_id)
        found = [one for one in buttons_of(message) if one["text"].startswith(label) and "callback_data" in one]
        self._presses += 1
        query_id = str(self._presses)
        self.messages.pressed(query_id)
        self.updates.add("callback_query", {
            "id": query_id, "from": _person(user or abs(chat), "Ada"), "message": bare(message),
            "chat_instance": str(chat), "data": data or found[0]["callback_data"],
        })  # fmt: skip

    def _with_button(self, chat: int, label: str, message_id: int) -> Answer:
        for message in reversed(self.shown_in(chat)):
            is_meant = message_id in (0, message["message_id"])
            if is_meant and any(one["text"].startswith(label) for one in buttons_of(message)):
                return message
        raise LookupError(f"no button {label!r} in {[buttons_of(one) for one in self.shown_in(chat)]}")

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
        except LostReplyError:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.json_response({"ok": True, "result": result})

    def _methods(self) -> dict[str, Method]:
        messages, updates = self.messages, self.updates
        return {
            "getme": self._get_me, "getupdates": updates.get, "sendmessage": messages.send_message,
            "senddocument": messages.send_document, "editmessagetext": messages.edit_text,
            "editmessagereplymarkup": messages.edit_markup, "answercallbackquery": messages.answer,
            "getchatmember": messages.member, "setmycommands": self._set_my_commands,
            "setmydescription": self._set_text("description", 512),
            "setmyshortdescription": self._set_text("short_description", 120),
            "setwebhook": self._set_webhook, "deletewebhook": updates.delete_webhook,
            "getwebhookinfo": updates.webhook_info,
        }  # fmt: skip

    async def _set_webhook(self, given: Answer) -> bool:
        self.messages.refuse_at_will("setwebhook")
        return await self.updates.set_webhook(given)

    async def _get_me(self, _given: Answer) -> Answer:
        return {"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "rolewire",
                "username": "rolewire_bot", "can_join_groups": True, "can_read_all_group_messages": False,
                "supports_inline_queries": False}  # fmt: skip

    async def _set_my_commands(self, given: Answer) -> bool:
        check_commands(given.get("commands", []))
        scope = given.get("scope") or {"type": "default"}
        if scope["type"] == "chat" and int(scope["chat_id"]) not in self.chats.known:
            raise RefusalError(400, "Bad Request: chat not found")
        self.told[f"{scope['type']}:{scope.get('chat_id', '')}:{given.get('language_code', '')}"] = given["commands"]
        if scope["type"] == "default":
            self.commands = list(given["commands"])
        return True

    def _set_text(self, name: str, limit: int) -> Method:
        async def set_text(given: Answer) -> bool:
            if len(str(given.get(name, ""))) > limit:
                raise RefusalError(400, f"Bad Request: {name.replace('_', ' ')} is too long")
            self.told[name] = given.get(name, "")
            return True

        return set_text


def buttons_of(message: Answer) -> list[Answer]:
    """The buttons below a message, in their order."""
    return [button for row in (message.get("reply_markup") or {}).get("inline_keyboard", []) for button in row]


def _person(user: int, name: str) -> Answer:
    return {"id": user, "is_bot": False, "first_name": name, "language_code": "en"}


async def _parameters(request: web.Request) -> Answer:
    if request.content_type == "application/json":
        return dict(await request.json())
    if request.content_type == "multipart/form-data":
        pairs = [(key, await _read(value)) for key, value in (await request.post()).items()]
    else:
        pairs = list(parse_qsl(await request.text(), keep_blank_values=True))
    given: Answer = dict(request.query) | dict(pairs)
    for key in _AS_JSON:
        if isinstance(given.get(key), str):
            given[key] = json.loads(given[key])
    named = given.get("document")
    if isinstance(named, str) and named.startswith("attach://"):
        given["document"] = given[named.removeprefix("attach://")]
    return given


async def _read(value: Any) -> Any:
    """A field of a form: its text, or name and content of its file."""
    return (value.filename, value.file.read()) if isinstance(value, web.FileField) else str(value)
