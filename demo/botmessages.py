"""What the local Bot API holds of chats: messages as they stand there, who is in them, which buttons were pressed."""

import asyncio
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.botrules import MAX_CAPTION, Answer, RefusalError, bad_request, check_buttons, readable, scripted

ANSWER_SECONDS = 15.0  # that a pressed button waits for its answer
MAX_TOAST = 200


@dataclass(slots=True)
class Faults:
    """What to do wrong. `statuses` are answered to the next sendMessage calls, which are not accepted (429: with
    `retry_after`), `chats` to those of one chat, `methods` to those of any method; `polling` is answered to getUpdates
    as long as it is set; `lose_replies` counts messages accepted while the connection is cut before the reply.
    """

    statuses: list[int] = field(default_factory=list)
    chats: dict[int, list[int]] = field(default_factory=dict)
    methods: dict[str, list[int]] = field(default_factory=dict)
    polling: int = 0
    retry_after: int = 1
    lose_replies: int = 0
    delay: float = 0.0  # seconds that a reply to an accepted message takes


@dataclass(slots=True)
class Chats:
    """Chat ids by what happens to a message to them; `known` are those who wrote to the bot, `admins` those of a
    group."""

    known: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)
    admins: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


class LostReplyError(Exception):
    """Accepted, and the connection goes before the answer."""


class Messages:
    """`accepted` are the messages as they were sent, `shown` as they stand in their chats now."""

    def __init__(self, per_second: float, log: Path | None) -> None:
        self.accepted: list[Answer] = []
        self.edits: list[Answer] = []
        self.answers: list[Answer] = []
        self.shown: dict[tuple[int, int], Answer] = {}
        self.faults, self.chats = Faults(), Chats()
        self.per_second, self._log = per_second, log
        self._last_sent: dict[int, float] = {}
        self._pressed: dict[str, float] = {}  # buttons that wait for an answer, and since when

    # --- sending ---------------------------------------------------------------------------------------------------

    async def send_message(self, given: Answer) -> Answer:
        self.refuse_at_will("sendmessage", self.faults.statuses)
        chat = self._reachable(given.get("chat_id"))
        self.refuse_at_will("", self.faults.chats.get(chat, []))
        text, entities = readable(given)
        return await self._take(chat, given, {"text": text}, {"source": given["text"], "entities": entities})

    async def send_document(self, given: Answer) -> Answer:
        self.refuse_at_will("senddocument")
        chat = self._reachable(given.get("chat_id"))
        caption, entities = readable(given, "caption", MAX_CAPTION)
        name, data = given["document"]
        shown = {"document": {"file_id": name, "file_unique_id": name, "file_name": name, "file_size": len(data)}}
        kept = {"text": caption, "source": caption, "entities": entities, "bytes": data.decode("utf-8", "replace")}
        return await self._take(chat, given, shown | {"caption": caption}, kept)

    async def _take(self, chat: int, given: Answer, shown: Answer, kept: Answer) -> Answer:
        check_buttons(given.get("reply_markup"))
        self._check_pace(chat)
        message = {"message_id": len(self.accepted) + 1, "date": int(time.time()), "chat": chat_of(chat, "Ada"),
                   **shown}  # fmt: skip
        if given.get("reply_markup"):
            message["reply_markup"] = given["reply_markup"]
        is_silent = str(given.get("disable_notification", "")).lower() == "true"
        self._accept(message | kept | ({"is_silent": True} if is_silent else {}))
        await asyncio.sleep(self.faults.delay)
        if self.faults.lose_replies:
            self.faults.lose_replies -= 1
            raise LostReplyError
        return message

    def refuse_at_will(self, method: str, also: list[int] | None = None) -> None:
        """Raises the RefusalError that a test asked for, if any."""
        for scripts in (also, self.faults.methods.get(method)):
            if scripts:
                raise scripted(scripts.pop(0), self.faults.retry_after)

    def _reachable(self, given: Any) -> int:
        try:
            chat = int(str(given))
        except ValueError:
            raise bad_request("chat not found") from None
        if chat in self.chats.migrated:
            raise RefusalError(400, "Bad Request: group chat was upgraded to a supergroup chat",
                          migrate_to_chat_id=self.chats.migrated[chat])  # fmt: skip
        if chat in self.chats.deactivated:
            raise RefusalError(403, "Forbidden: user is deactivated")
        if chat in self.chats.blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats.known:
            raise bad_request("chat not found")
        return chat

    def _check_pace(self, chat: int) -> None:
        now = asyncio.get_running_loop().time()
        if self.per_second and now - self._last_sent.get(chat, -1e9) < 1 / self.per_second:
            raise scripted(429, self.faults.retry_after)
        self._last_sent[chat] = now

    def _accept(self, message: Answer) -> None:
        self.accepted.append(message)
        self.shown[message["chat"]["id"], message["message_id"]] = dict(message)
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(message, ensure_ascii=False) + "\n")

    # --- editing ---------------------------------------------------------------------------------------------------

    async def edit_text(self, given: Answer) -> Answer:
        self.refuse_at_will("editmessagetext")
        message = self._editable(given)
        text, entities = readable(given)
        return self._edit(message, given, {"text": text, "source": given["text"], "entities": entities})

    async def edit_markup(self, given: Answer) -> Answer:
        self.refuse_at_will("editmessagereplymarkup")
        return self._edit(self._editable(given), given, {})

    def _editable(self, given: Answer) -> Answer:
        chat = self._reachable(given.get("chat_id"))
        message = self.shown.get((chat, int(given.get("message_id") or 0)))
        if message is None:
            raise bad_request("message to edit not found")
        return message

    def _edit(self, message: Answer, given: Answer, changes: Answer) -> Answer:
        check_buttons(given.get("reply_markup"))
        changed = message | changes | {"reply_markup": given.get("reply_markup") or {}}
        if changed == message | {"reply_markup": message.get("reply_markup") or {}}:
            raise bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a"
                " current content and reply markup of the message"
            )
        self._check_pace(message["chat"]["id"])
        self.shown[message["chat"]["id"], message["message_id"]] = changed
        self.edits.append(changed)
        return bare(changed)

    # --- buttons ---------------------------------------------------------------------------------------------------

    def pressed(self, query_id: str) -> None:
        """Somebody pressed a button, and waits."""
        self._pressed[query_id] = asyncio.get_running_loop().time()

    def grow_old(self) -> None:
        """No pressed button can be answered any more."""
        self._pressed.clear()

    async def answer(self, given: Answer) -> bool:
        self.refuse_at_will("answercallbackquery")
        since = self._pressed.pop(str(given.get("callback_query_id")), None)
        if since is None or asyncio.get_running_loop().time() - since > ANSWER_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if len(str(given.get("text", ""))) > MAX_TOAST:
            raise bad_request("MESSAGE_TOO_LONG")
        self.answers.append(given)
        return True

    async def member(self, given: Answer) -> Answer:
        self.refuse_at_will("getchatmember")
        chat, user = self._reachable(given.get("chat_id")), int(given["user_id"])
        who = {"user": {"id": user, "is_bot": False, "first_name": "Ada"}}
        if user in self.chats.admins[chat]:
            return {"status": "creator", "is_anonymous": False, **who}
        return {"status": "member", **who}


def chat_of(chat: int, name: str) -> Answer:
    """A chat as updates and messages name it."""
    if chat < 0:
        return {"id": chat, "type": "supergroup" if str(chat).startswith("-100") else "group", "title": name}
    return {"id": chat, "type": "private", "first_name": name}


def bare(message: Answer) -> Answer:
    """A message as the Bot API gives it, its entities with their places."""
    kept = {name: value for name, value in message.items() if name not in ("source", "entities", "bytes", "is_silent")}
    found, text, at = [], str(message.get("text", "")), 0
    for tag, _, inside in message.get("entities", []):
        at = text.find(inside, at)
        if tag in ("code", "pre") and at >= 0:
            before, length = text[:at].encode("utf-16-le"), inside.encode("utf-16-le")
            found.append({"type": tag, "offset": len(before) // 2, "length": len(length) // 2})
        at = max(at, 0)
    if not kept.get("reply_markup"):
        kept.pop("reply_markup", None)
    return kept | ({"entities": found} if found else {})
