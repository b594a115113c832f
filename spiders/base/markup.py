"""Structured data in web pages, as it is really written: JSON-LD, broken, nested, escaped; else microdata, or RDFa."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson
from parsel import Selector

from spiders.base.attributes import microdata, rdfa
from spiders.base.values import UNSAFE, is_object

SCRIPTS = '//script[contains(translate(@type, "LDJSON", "ldjson"), "ld+json")]/text()'
# a string (up to the end if it is never closed, so that no hostile page makes this quadratic), or a stray comma
STRAY_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?$))|,(?=\s*+[}\]])', re.DOTALL)
WRAPPINGS = ("<!--", "-->", "<![CDATA[", "]]>", "//", "/*", "*/", ";", "\ufeff")
KEY = re.compile(r"(?:https?://schema\.org/|schema:)(?=\w)")
MAX_NODES = 20_000
MAX_DEPTH = 60  # of a script that is repaired; what JSON-LD means is flatter by far
MAX_REPAIRED = 256 << 10  # characters
ASSIGNED = re.compile(r"^(?:(?:var|let|const)\s+)?[\w.$]{1,80}\s*=\s*(?=[{\[])")
LAST_COMMENT = re.compile(r"(?<=[}\]])[\s;,]*(?://[^\n]*|/\*[^*]*\*?/?)$")
ESCAPED = re.compile(r"&(?:amp;){0,4}lt;/?[a-zA-Z!]")
ESCAPED_END = re.compile(r"&(?:amp;){0,4}lt;/(?:p|div|ul|ol|li|h[1-6]|strong|b|em|i|span|a)&(?:amp;){0,4}gt;")
ESCAPES = 4


def job_postings(page: Selector) -> list[dict[str, Any]]:
    """Every schema.org JobPosting of a page: of its JSON-LD, where that has none of its attributes.

    The page's language is theirs where they state none.
    """
    found = linked(page, "JobPosting") or microdata(page, "JobPosting") or rdfa(page, "JobPosting")
    language = page.xpath("/html/@lang").get("") if found else ""
    return [{"inLanguage": language, **node} for node in found] if language else found


def linked(page: Selector, kind: str) -> list[dict[str, Any]]:
    """The objects of a type in the JSON-LD of a page, with what they only refer to."""
    data = [plain_keys(read_script(script)) for script in page.xpath(SCRIPTS).getall()]
    found = [node for one in data for node in nodes(one, kind)]
    references = named_objects(data) if found else {}
    return [{key: resolved(value, references) for key, value in node.items()} for node in found]


def listed_urls(page: Selector) -> list[str]:
    """The URLs that the page's JSON-LD lists as items (ItemList)."""
    urls = []
    for script in page.xpath(SCRIPTS).getall():
        for item in nodes(plain_keys(read_script(script)), "ListItem"):
            inner = item.get("item")
            urls.append(item.get("url") or (inner.get("url") or inner.get("@id") if is_object(inner) else inner))
    return [url for url in urls if isinstance(url, str)]


def read_script(script: str) -> Any:
    """The JSON of a script, repaired step by step where it is broken; None if nothing helps."""
    original, script = script, unwrap(script)
    for repair in (str, without_stray_commas, html.unescape, lambda text: without_stray_commas(html.unescape(text))):
        try:
            return read_inner(read_text(repair(script)))
        except (ValueError, RecursionError):
            continue
    return repaired(original)


def read_inner(data: Any) -> Any:
    """What was read, or what it holds where it is JSON in a string."""
    return read_text(data) if isinstance(data, str) and data.lstrip()[:1] in ("{", "[") else data


def repaired(script: str) -> Any:
    """A script with comments, several values, bare quotes or JavaScript's habits; None for one that is cut, or hostile.

    The library completes what is cut, which would be a guess.
    """
    script = script.strip().removeprefix("\ufeff").removeprefix("<!--").removesuffix("-->").strip()
    script = ASSIGNED.sub("", LAST_COMMENT.sub("", script), count=1).rstrip(" \n\r\t;,")
    if len(script) > MAX_REPAIRED or not script.endswith(("}", "]")) or depth(script) > MAX_DEPTH:
        return None
    from json_repair import loads

    told = html.unescape(script) if '"' not in script and "&quot;" in script else script
    try:
        return loads(f"[{told}]", skip_json_loads=True)  # of several values it keeps all in a list only
    except (ValueError, RecursionError):
        return None


def depth(script: str) -> int:
    """How deep its brackets stand in each other."""
    deepest = level = 0
    for bracket in re.findall(r"[{}\[\]]", script):
        level += 1 if bracket in "{[" else -1
        deepest = max(deepest, level)
    return deepest


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


def plain_keys(data: Any) -> Any:
    """The data with keys that do not name their vocabulary: `schema:title` is `title`; too deep data is None."""
    try:
        return _plain_keys(data)
    except RecursionError:
        return None


def _plain_keys(data: Any) -> Any:
    if is_object(data):
        found = {KEY.sub("", key, count=1): _plain_keys(value) for key, value in data.items()}
        if "@type" not in found and isinstance(found.get("type"), str):
            found["@type"] = found["type"]
        return found
    return [_plain_keys(value) for value in data] if isinstance(data, list) else data


def nodes(data: Any, kind: str) -> Iterator[dict[str, Any]]:
    """The objects of a type, in the order of the text; what stands inside one of them is its own matter."""
    for node in objects(data, kind):
        if is_kind(node, kind):
            yield node


def objects(data: Any, kind: str = "") -> Iterator[dict[str, Any]]:
    """All objects, in the order of the text, but for those within one of a type."""
    stack, seen = [data], 0
    while stack and seen < MAX_NODES:
        node, seen = stack.pop(), seen + 1
        if is_object(node):
            yield node
            if not kind or not is_kind(node, kind):
                stack.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            stack.extend(reversed(node))


def named_objects(data: Any) -> dict[str, dict[str, Any]]:
    """The objects that others may refer to, by their @id."""
    found: dict[str, dict[str, Any]] = {}
    for node in objects(data):
        name = node.get("@id")
        if isinstance(name, str) and len(node) > 1:
            found.setdefault(name, node)
    return found


def resolved(value: Any, references: dict[str, dict[str, Any]]) -> Any:
    """A value, or what it refers to."""
    if isinstance(value, list):
        return [resolved(one, references) for one in value]
    if is_object(value) and isinstance(value.get("@id"), str) and not set(value) - {"@id", "@type"}:
        return references.get(value["@id"], value)
    return value


def is_kind(node: dict[str, Any], kind: str) -> bool:
    """Whether the node's @type is, or holds, this one; with or without its vocabulary's address."""
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and re.split(r"[/#:]", name)[-1].strip().lower() == kind.lower() for name in names)


def unescaped(text: str) -> str:
    """A description, or a part of it, that was entity-escaped more often than it should be, without that."""
    for _ in range(ESCAPES):
        if not (ESCAPED_END if "<" in text else ESCAPED).search(text):
            break
        text = html.unescape(text)
    return text


def is_reserved(page: Selector, header: str) -> bool:
    """Whether the page reserves text and data mining (W3C TDMRep), by header or meta element."""
    meta = page.xpath('//meta[@name="tdm-reservation"]/@content').get(default="")
    return header.strip() == "1" or meta.strip() == "1"


def clean(page: str) -> str:
    """A page's text without what no parser likes."""
    return page.translate(UNSAFE)
