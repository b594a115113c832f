"""Lists that are web pages: a link with words for each posting, and what stands beside it. One walk of any page."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from parsel import Selector

LONGEST = 2_000  # characters of an address, or of what a card says
SILENT = ("script", "style", "i")  # symbols are written as words by some


def told(element: Any) -> str:
    """What an element says, its beginning if that is long."""
    words: list[str] = []
    size = 0
    for piece in pieces(element):
        words += piece.split()
        size += len(piece)
        if size > LONGEST:
            break
    return " ".join(words)[:LONGEST]


def first_told(element: Any) -> str:
    """The first words of an element, which an element of its own may hold."""
    return next((" ".join(piece.split())[:LONGEST] for piece in pieces(element) if piece.strip()), "")


def pieces(element: Any) -> Iterator[str]:
    """The texts of an element, in their order."""
    for event, one in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield one.text or "" if one.tag not in SILENT else ""
        elif one is not element:
            yield one.tail or ""


def nothing(element: Any) -> str:  # noqa: ARG001 - for lists of links alone
    """No part of a card."""
    return ""


def cards(
    page: Selector,
    path: re.Pattern[str],
    part: Callable[[Any], str] = nothing,
    title: Callable[[Any], str] = told,
) -> list[dict[str, str]]:
    """What a list page says of each posting, by the page's order: what follows its link, up to the next one's, is its.

    A row has the `id`, `title` and `path` of its link, and what the elements say that `part` knows by name.
    """
    found: dict[str, dict[str, str]] = {}
    row: dict[str, str] = {}
    for element in page.root.iter("*"):
        where = (element.get("href") or "")[:LONGEST] if element.tag == "a" else ""
        mark = path.search(where)
        if mark and (mark[1] in found or told(element)):
            row = found.setdefault(mark[1], {"id": mark[1], "title": title(element), "path": where})
        elif not mark and (name := part(element)):
            row.setdefault(name, told(element))
    return list(found.values())


def classes(element: Any) -> str:
    """The classes of an element."""
    return f" {element.get('class') or ''} "
