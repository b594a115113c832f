"""Data that web pages carry in their scripts: assigned to a name, as Next.js's `__NEXT_DATA__`, or in its flight."""

import json
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from parsel import Selector

from spiders.base.markup import clean, read_script, short_integer
from spiders.base.values import is_object

PUSHED = re.compile(r'self\.__next_f\.push\(\[1,\s*(?=")')
TEXT_ROW = re.compile(rb"T([0-9a-f]{1,8}),")
MAX_NODES = 100_000  # of a page's data that are looked at
TRIES = 20  # places where a name stands without its value
DECODER = json.JSONDecoder(strict=False, parse_int=short_integer, parse_constant=lambda _: None)


def page_of(body: bytes) -> Selector:
    """A web page, whatever its bytes."""
    return Selector(text=clean(body.decode("utf-8", "replace")), type="html")


def next_data(page: Selector) -> Any:
    """What a page made by Next.js was made of; None if it is none."""
    return read_script(page.xpath('//script[@id="__NEXT_DATA__"]/text()').get(default="null"))


def first_node(data: Any, is_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    """The first object that is wanted, wherever it stands in data of any shape; None if there is none."""
    waiting = deque([data])
    for _ in range(MAX_NODES):
        if not waiting:
            return None
        node = waiting.popleft()
        if is_object(node) and is_wanted(node):
            return node
        waiting.extend(node.values() if is_object(node) else node if isinstance(node, list) else ())
    return None


def assigned(text: str, name: str) -> Any:
    """The JSON that is assigned to a name, or stands under it as a key; None if there is none."""
    marks = re.finditer(rf"(?<![\w$]){re.escape(name)}\"?\s*+[=:]\s*+(?=[\[{{\"])", text)
    for _, mark in zip(range(TRIES), marks, strict=False):
        try:
            return DECODER.raw_decode(text, mark.end())[0]
        except (ValueError, RecursionError):
            continue
    return None


def flight(text: str) -> str:
    """The stream that a page of Next.js pushes to itself, put together of its parts; empty if there is none."""
    parts = []
    for mark in PUSHED.finditer(text):
        try:
            parts.append(str(DECODER.raw_decode(text, mark.end())[0]))
        except ValueError:
            continue
    return "".join(parts)


def flight_texts(stream: str) -> dict[str, str]:
    """The long texts of a flight, by what its values call them: `$2a` is the text `2a`."""
    return {key: value.decode("utf-8", "replace") for key, value in text_rows(stream.encode("utf-8", "replace"))}


def text_rows(stream: bytes) -> Iterator[tuple[str, bytes]]:
    """A row is a name and either a text of so many bytes or the rest of the line."""
    at = 0
    while (colon := stream.find(b":", at, at + 20)) > 0:
        name = stream[at:colon].strip().decode("ascii", "replace")
        if long := TEXT_ROW.match(stream, colon + 1):
            at = long.end() + int(long[1], 16)
            yield name, stream[long.end() : at]
        else:
            at = (stream.find(b"\n", colon) + 1) or len(stream)


def resolved(value: Any, texts: dict[str, str]) -> str:
    """A text of a flight: itself, or what it refers to; empty where that is not there."""
    if not isinstance(value, str) or not value.startswith("$"):
        return value if isinstance(value, str) else ""
    return value[1:] if value.startswith("$$") else texts.get(value[1:].removeprefix("T"), "")
