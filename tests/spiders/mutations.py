"""Saved answers made worse: dropped, retyped, nested, huge and hostile fields, bad encodings, and changes of schema.

It knows no source: JSON is changed as a tree, anything else (and JSON too) as text. The same seed, the same change.
"""

import copy
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

HUGE = "x" * 100_000
HOSTILE = (
    "", " ", "\x00", "null", "undefined", "NaN", "-1", "1e400", "9" * 5000, "' OR 1=1 --", "<script>alert(1)</script>",
    "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd", "file:///etc/passwd", "http://169.254.169.254/", "javascript:x",
    "\ud800", "\u202eabc", "&lt;p&gt;" * 50, "<p>" * 2000, "a@b" * 1000, "((((" * 500, "%00", "https://", "//",
    "?" * 300,
    "2026-13-45T99:99:99Z", "0000-00-00", "\n" * 1000, "İ" * 50, "𝕬" * 50, HUGE,
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1e308, float("nan"), float("inf"), [], {}, [[]], [None], {"": None}, "", "x",
    ["a", 1, {"b": []}], {"a": {"b": {"c": 1}}},
)  # fmt: skip
KEY = re.compile(r'"([A-Za-z_@][\w@:.-]{0,40})"\s*:|</?([A-Za-z][\w:.-]{0,40})|\s([a-z][\w:-]{0,30})=["\']')
PRESERVED = {"html", "body", "head"}

Mutation = tuple[str, bytes]


def mutations(body: bytes, count: int, seed: str) -> Iterator[Mutation]:
    """So many changes of a body, each with what was done."""
    chance = random.Random(seed)
    tree = as_json(body)
    for number in range(count):
        kind = chance.choice(TREE if tree is not None and number % 4 else TEXT)
        yield kind.__name__, kind(tree if kind in TREE else body, chance)


def as_json(body: bytes) -> Any:
    """The body as JSON, None if it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def dumped(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=True).encode()


# --- a tree --------------------------------------------------------------------------------------------------------


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            found.append((node, key))
            waiting.append(node[key])
    return found


def changed(tree: Any, chance: random.Random, change: Callable[[Any, Any], None], times: int = 1) -> bytes:
    """The tree with something done to some of its places."""
    tree = copy.deepcopy(tree)
    for _ in range(times):
        if found := places(tree):
            change(*chance.choice(found))
    return dumped(tree)


def dropped(tree: Any, chance: random.Random) -> bytes:
    def drop(node: Any, key: Any) -> None:
        del node[key]

    return changed(tree, chance, drop, chance.randint(1, 3))


def retyped(tree: Any, chance: random.Random) -> bytes:
    def retype(node: Any, key: Any) -> None:
        node[key] = copy.deepcopy(chance.choice(ODD))

    return changed(tree, chance, retype, chance.randint(1, 3))


def nested(tree: Any, chance: random.Random) -> bytes:
    def nest(node: Any, key: Any) -> None:
        inner = node[key]
        for _ in range(chance.choice((1, 2, 50))):
            inner = {"value": inner} if chance.random() < 0.5 else [inner]
        node[key] = inner

    return changed(tree, chance, nest)


def hostile(tree: Any, chance: random.Random) -> bytes:
    def harm(node: Any, key: Any) -> None:
        node[key] = chance.choice(HOSTILE)

    return changed(tree, chance, harm, chance.randint(1, 3))


def repeated(tree: Any, chance: random.Random) -> bytes:
    def repeat(node: Any, key: Any) -> None:
        if isinstance(node, list):
            node.extend(copy.deepcopy([node[key]] * 20))

    return changed(tree, chance, repeat)


TREE = (dropped, retyped, nested, hostile, repeated)

# --- text ----------------------------------------------------------------------------------------------------------


def cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body) or 1)]


def torn(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) or 1)
    return body[:start] + body[start + chance.randint(1, 40) :]


def stuffed(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) or 1)
    return body[:start] + chance.choice(HOSTILE).encode("utf-8", "surrogatepass") + body[start:]


def doubled(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) or 1)
    return body[:start] + body[start : start + 2000] * 3 + body[start:]


def miscoded(body: bytes, chance: random.Random) -> bytes:
    text = body.decode("utf-8", "replace")
    return chance.choice(
        [
            text.encode("utf-16"),
            text.encode("latin-1", "replace"),
            b"\xef\xbb\xbf" + body,
            body.replace(b"e", b"\xff"),
            body.replace(b" ", b"\x00"),
            body.replace(b"a", "\ud800".encode("utf-8", "surrogatepass"), 3),
        ]
    )


def foreign(body: bytes, chance: random.Random) -> bytes:
    """Another body altogether."""
    return chance.choice(FOREIGN)


FOREIGN = (
    b"", b"null", b"[]", b"{}", b"0", b'"x"', b"[[[[", b"[" * 50_000, b'{"a":' * 5_000, b"<html></html>", b"<" * 9_000,
    b"<!doctype html><title>Just a moment...</title>", b"<?xml version='1.0'?><x/>", b"\x1f\x8b\x08\x00",
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>', b'{"jobs":[{}],"results":[{}]}',
)  # fmt: skip
TEXT = (cut, torn, stuffed, doubled, miscoded, foreign)

# --- the schema ----------------------------------------------------------------------------------------------------


def schema_changes(body: bytes, count: int) -> Iterator[Mutation]:
    """So many changes that a vendor could make overnight, to every row alike."""
    text, tree = body.decode("utf-8", "replace"), as_json(body)
    found = Counter(next(filter(None, match.groups())) for match in KEY.finditer(text))
    names = [name for name, _ in found.most_common() if name.lower() not in PRESERVED]
    whole: list[Mutation] = []
    if tree is not None:
        whole = [
            ("all keys in capitals", dumped(rekeyed(tree, str.upper))),
            ("all keys with a prefix", dumped(rekeyed(tree, lambda key: f"x_{key}"))),
            ("wrapped", dumped({"data": {"attributes": tree}})),
            ("texts in objects", dumped(revalued(tree, lambda value: {"text": value}))),
            ("texts in lists", dumped(revalued(tree, lambda value: [value]))),
        ]
    renamed = [(f"{name} renamed", renamed_all(text, name).encode()) for name in names]
    yield from [*whole, *renamed][:count]


def renamed_all(text: str, name: str) -> str:
    """A key, an element or an attribute under another name everywhere."""
    quoted = re.escape(name)
    text = re.sub(rf'"{quoted}"(\s*:)', rf'"{name}2"\1', text)
    text = re.sub(rf"(</?){quoted}(?=[\s>/])", rf"\g<1>{name}2", text)
    return re.sub(rf"(\s){quoted}(=[\"'])", rf"\g<1>{name}2\2", text)


def rekeyed(tree: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(tree, dict):
        return {rename(key): rekeyed(value, rename) for key, value in tree.items()}
    return [rekeyed(part, rename) for part in tree] if isinstance(tree, list) else tree


def revalued(tree: Any, change: Callable[[str], Any]) -> Any:
    if isinstance(tree, dict):
        return {key: revalued(value, change) for key, value in tree.items()}
    if isinstance(tree, list):
        return [revalued(part, change) for part in tree]
    return change(tree) if isinstance(tree, str) else tree
