"""JSON-LD in web pages, as it is really written: broken, nested, escaped, and in several scripts."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
from parsel import Selector

from spiders.base.values import UNSAFE, is_object

SCRIPTS = '//script[contains(translate(@type, "LDJSON", "ldjson"), "ld+json")]/text()'
# a string (up to the end if it is never closed, so that no hostile page makes this quadratic), or a stray comma
STRAY_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?$))|,(?=\s*+[}\]])', re.DOTALL)
WRAPPINGS = ("<!--", "-->", "<![CDATA[", "]]>", "//", "/*", "*/", ";")
MAX_NODES = 20_000


def job_postings(page: Selector) -> list[dict[str, Any]]:
    """Every schema.org JobPosting of a page, wherever it stands in its JSON-LD."""
    found: list[dict[str, Any]] = []
    for script in page.xpath(SCRIPTS).getall():
        found += nodes(read_script(script), "JobPosting")
    return found


def listed_urls(page: Selector) -> list[str]:
    """The URLs that the page's JSON-LD lists as items (ItemList)."""
    urls = []
    for script in page.xpath(SCRIPTS).getall():
        for item in nodes(read_script(script), "ListItem"):
            inner = item.get("item")
            urls.append(item.get("url") or (inner.get("url") or inner.get("@id") if is_object(inner) else inner))
    return [url for url in urls if isinstance(url, str)]


def read_script(script: str) -> Any:
    """The JSON of a script, repaired step by step where it is broken; None if nothing helps."""
    script = unwrap(script)
    for repair in (str, without_stray_commas, html.unescape, lambda text: without_stray_commas(html.unescape(text))):
        try:
            return read_text(repair(script))
        except (ValueError, RecursionError):
            continue
    return None


def read_text(script: str) -> Any:
    try:
        return orjson.loads(script)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return json.loads(script, strict=False, parse_int=short_integer, parse_constant=lambda _: None)


def short_integer(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


def unwrap(script: str) -> str:
    """The script without the comment or CDATA marks around its JSON."""
    script = script.strip()
    while True:
        for mark in WRAPPINGS:
            stripped = script.removeprefix(mark).removesuffix(mark).strip()
            if stripped != script:
                script = stripped
                break
        else:
            return script


def without_stray_commas(script: str) -> str:
    """The script without commas before a closing bracket."""
    return STRAY_COMMA.sub(lambda match: match[1] or "", script)


def nodes(data: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The objects of a type, in the order of the text; what stands inside one of them is its own matter."""
    stack, seen = [data], 0
    while stack and seen < MAX_NODES:
        node, seen = stack.pop(), seen + 1
        if is_object(node):
            if is_kind(node, kind):
                yield node
            else:
                stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))


def is_kind(node: dict[str, Any], kind: str) -> bool:
    """Whether the node's @type is, or holds, this one; with or without its vocabulary's address."""
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and re.split(r"[/#:]", name)[-1] == kind for name in names)


def unescaped(text: str) -> str:
    """A description that was entity-escaped once more than it should be, without that."""
    return html.unescape(text) if "<" not in text and "&lt;" in text else text


def is_reserved(page: Selector, header: str) -> bool:
    """Whether the page reserves text and data mining (W3C TDMRep), by header or meta element."""
    meta = page.xpath('//meta[@name="tdm-reservation"]/@content').get(default="")
    return header.strip() == "1" or meta.strip() == "1"


def clean(page: str) -> str:
    """A page's text without what no parser likes."""
    return page.translate(UNSAFE)
