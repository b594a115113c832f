"""Reads a message's HTML as the Bot API does, and refuses what it refuses. Used by the local Bot API."""

from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "code", "pre", "blockquote",
    "tg-emoji",
}  # fmt: skip
_ENTITIES = ("&lt;", "&gt;", "&amp;", "&quot;")


class EntityError(Exception):
    """The Bot API cannot parse the entities; the message is its words. Raised by `read_html`."""


@dataclass(slots=True)
class Read:
    """The text that is shown, and its entities as (tag, url, text)."""

    text: str
    entities: list[tuple[str, str, str]] = field(default_factory=list)


def units(text: str) -> int:
    """Length in UTF-16 code units, which the Bot API counts in."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_html(source: str) -> Read:
    """Text and entities of `source`. Raises EntityError."""
    shown: list[str] = []
    opened: list[tuple[str, str, int]] = []
    read, at = Read(""), 0
    while at < len(source):
        if source[at] == "<":
            end = source.find(">", at)
            if end < 0:
                raise EntityError(f"Unclosed start tag at byte offset {_offset(source, at)}")
            _tag(source, at, source[at + 1 : end], shown, opened, read)
            at = end + 1
        else:
            piece, at = _text_piece(source, at)
            shown.append(piece)
    if opened:
        raise EntityError(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    read.text = "".join(shown)
    return read


def _text_piece(source: str, at: int) -> tuple[str, int]:
    if source[at] != "&":
        return source[at], at + 1
    end = source.find(";", at, at + 12)
    entity = source[at : end + 1] if end > 0 else ""
    if entity in _ENTITIES or entity.startswith("&#"):
        return unescape(entity), end + 1
    return "&", at + 1


def _tag(source: str, at: int, inside: str, shown: list[str], opened: list[tuple[str, str, int]], read: Read) -> None:
    if inside.startswith("/"):
        _close(source, at, inside[1:].strip().lower(), shown, opened, read)
        return
    name, _, attributes = inside.partition(" ")
    if name.lower() not in TAGS:
        raise EntityError(f'Unsupported start tag "{name}" at byte offset {_offset(source, at)}')
    opened.append((name.lower(), _href(attributes), len("".join(shown))))


def _close(source: str, at: int, name: str, shown: list[str], opened: list[tuple[str, str, int]], read: Read) -> None:
    if not opened:
        raise EntityError(f"Unexpected end tag at byte offset {_offset(source, at)}")
    tag, url, start = opened.pop()
    if name not in ("", tag):
        where = _offset(source, at)
        raise EntityError(f'Unmatched end tag at byte offset {where}, expected "</{tag}>", found "</{name}>"')
    if tag != "a" or is_public(url):
        read.entities.append((tag, url, "".join(shown)[start:]))


def _href(attributes: str) -> str:
    key, _, value = attributes.strip().partition("=")
    return unescape(value.strip().strip("\"'")) if key.strip().lower() == "href" else ""


def is_public(url: str) -> bool:
    """Whether the Bot API keeps a link to this address: it drops those without a dot in the host, as localhost."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "tg") and "." in (parts.hostname or "")


def _offset(source: str, at: int) -> int:
    return len(source[:at].encode())
