"""What a button says to the bot, signed for the chat that it stands in: nobody can make one, or use another chat's."""

import base64
import hashlib
import hmac
from dataclasses import replace

from alerts.outgoing import Button, Keyboard

LIMIT = 64  # bytes that Telegram takes
_VERSION, _MAC_BYTES = "1", 8


def signed(key: bytes, chat: str, keyboard: Keyboard) -> Keyboard:
    """The keyboard as it goes to a chat."""
    return tuple(tuple(_signed(key, chat, button) for button in row) for row in keyboard)


def _signed(key: bytes, chat: str, button: Button) -> Button:
    return replace(button, press=sign(key, chat, button.press)) if button.press else button


def sign(key: bytes, chat: str, said: str) -> str:
    """The callback data of a button. Raises ValueError where it is longer than Telegram takes."""
    data = f"{_VERSION}{_mac(key, chat, said)}{said}"
    if len(data.encode()) > LIMIT:
        raise ValueError(f"a button says too much: {said!r}")
    return data


def read(key: bytes, chat: str, data: str) -> list[str]:
    """What a pressed button says, verb first; nothing where it is not one of ours, or another chat's."""
    mac, said = data[1 : 1 + _length()], data[1 + _length() :]
    is_ours = data[:1] == _VERSION and hmac.compare_digest(mac.encode(), _mac(key, chat, said).encode())
    return said.split(":") if is_ours else []


def digest(words: str) -> str:
    """Names words that stand in the message themselves: by it a button finds them, and sees that they are the same."""
    return base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest())[:8].decode()


def _mac(key: bytes, chat: str, said: str) -> str:
    made = hmac.digest(key, f"button:{chat}:{said}".encode("utf-8", "replace"), hashlib.sha256)
    return base64.urlsafe_b64encode(made[:_MAC_BYTES]).rstrip(b"=").decode()


def _length() -> int:
    return -(-_MAC_BYTES * 4 // 3)
