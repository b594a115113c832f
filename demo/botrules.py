"""What the Bot API refuses, as its answers word it. Used by the local Bot API."""

import re
from typing import Any

from demo.telegram_html import EntityError, is_public, read_html, units

Answer = dict[str, Any]
MAX_TEXT, MAX_CAPTION, MAX_DATA, MAX_BUTTONS, MAX_COMMANDS = 4096, 1024, 64, 100, 100
_COMMAND, _SECRET = re.compile(r"[a-z0-9_]{1,32}"), re.compile(r"[A-Za-z0-9_-]{1,256}")
_ACTIONS = ("url", "callback_data", "login_url", "switch_inline_query", "copy_text")


class RefusalError(Exception):
    """An answer that is not ok: code, description and parameters as the Bot API gives them."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters

    def as_json(self) -> Answer:
        parameters = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.code, "description": str(self), **parameters}


def bad_request(words: str) -> RefusalError:
    """An answer of 400."""
    return RefusalError(400, f"Bad Request: {words}")


def scripted(status: int, retry_after: int) -> RefusalError:
    """The refusal that a test asked for."""
    if status == 429:
        return RefusalError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
    words = {500: "Internal Server Error", 502: "Bad Gateway", 403: "Forbidden: bot was blocked by the user"}
    return RefusalError(status, words.get(status, "Bad Request: refused"))


def readable(given: Answer, name: str = "text", limit: int = MAX_TEXT) -> tuple[str, list[tuple[str, str, str]]]:
    """The text that is shown, and its entities. Raises RefusalError."""
    source = str(given.get(name, ""))
    try:
        read = read_html(source) if str(given.get("parse_mode", "")).upper() == "HTML" else None
    except EntityError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    text = (read.text if read else source).strip()
    if not text and name == "text":
        raise bad_request("message text is empty")
    if units(text) > limit:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    return text, read.entities if read else []


def check_buttons(markup: Any) -> None:
    """Raises RefusalError."""
    buttons = [button for row in (markup or {}).get("inline_keyboard", []) for button in row]
    if len(buttons) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)


def _check_button(button: Answer) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("inline keyboard button text is empty")
    if len([name for name in _ACTIONS if name in button]) != 1:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if "url" in button and not is_public(button["url"]):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def check_commands(commands: list[Answer]) -> None:
    """Raises RefusalError."""
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def check_webhook(url: str, secret: str) -> None:
    """Raises RefusalError."""
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
