"""Reading what boards answer: JSON that may be broken, values of any type. Nothing here raises but ParseError."""

import json
import math
import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, TypeGuard

import orjson

from models import RawPlace
from spiders.base.errors import ParseError

MAX_DIGITS = 19  # of an integer: what is longer is no number that a board means
UNSAFE = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
AMOUNT = re.compile(r"-?[0-9]{1,17}(?:\.[0-9]{1,9})?")
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_json(body: bytes) -> Any:
    """The JSON of a body; bad bytes, lone surrogates, NaN, endless digits cost only themselves. Raises ParseError."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _read_leniently(body, str(error))


def _read_leniently(body: bytes, complaint: str) -> Any:
    try:
        return json.loads(
            body.decode("utf-8-sig", "replace"), strict=False, parse_int=_integer, parse_constant=lambda _: None
        )
    except (ValueError, RecursionError):
        raise ParseError(f"{looks_like(body)} instead of JSON ({complaint})") from None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None


def looks_like(body: bytes) -> str:
    """What a body that could not be read seems to be, for a sentence."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return "an empty body"
    if start.startswith(b"<"):
        return "an HTML page" if b"html" in body[:2000].lower() else "markup"
    if start[:1] in b"[{":
        return "broken or cut JSON"
    return "plain text"


def text(value: object) -> str:
    """A string as seen, trimmed and without what no database stores; numbers as digits; anything else is empty."""
    if isinstance(value, str):
        return value.translate(UNSAFE).strip()
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value) if isinstance(value, int) else ""


def number(value: object) -> int | None:
    """A count as a board writes it, be it a number or its digits ("1,732"); None where it is no count."""
    digits = text(value).replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS else None


def dig(value: object, path: str) -> Any:
    """What stands in nested objects under a dotted path; the value itself for an empty one, None if it is not there."""
    for name in path.split(".") if path else ():
        value = fields(value).get(name)
    return value


def digest(*parts: object) -> str:
    """Sixteen hex digits that change when the parts do: a stamp where a list says no date."""
    try:
        told = json.dumps(parts, default=str, sort_keys=True)
    except RecursionError:
        told = "deeper than anything that a board means"
    return sha256(told.encode(), usedforsecurity=False).hexdigest()[:16]


def fields(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[dict[str, Any]]:
    """The objects of a list; whatever else stands in it, or no list at all, is passed over."""
    return [row for row in value if is_object(row)] if isinstance(value, list) else []


def many(value: Any) -> list[Any]:
    """A list as it is, anything else as a list of one; nothing as none."""
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def names(value: object) -> list[str]:
    """The texts of a list, or one text; what says nothing is passed over."""
    return [name for name in map(text, many(value)) if name]


def flag(value: object) -> bool | None:
    """True or False if the board says so, as itself, as a word ("false") or as 1 or 0; else None."""
    if isinstance(value, str):
        return FLAGS.get(value.strip().lower())
    return bool(value) if isinstance(value, bool | int | float) and value in (0, 1) else None


def hundredth(value: object) -> str:
    """An amount in cents as one in whole units; empty where it is no amount."""
    said = text(value)
    return text(float(said) / 100) if AMOUNT.fullmatch(said) else ""


def is_said(value: object) -> bool:
    """Whether a JSON value says anything."""
    return value not in (None, "", [], {})


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def distinct(places: Iterable[RawPlace]) -> list[RawPlace]:
    """Each place once, but those that say nothing."""
    found: dict[tuple[str, ...], RawPlace] = {}
    for place in places:
        found.setdefault((place.text, place.city, place.region, place.country), place)
    found.pop(("", "", "", ""), None)
    return list(found.values())


def last_part(url: str) -> str:
    """The last part of an address's path, which often names the posting."""
    return re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/").rpartition("/")[2]


def noted(items: object, more: dict[str, Any]) -> Any:
    """A list with more in each of its objects; what is no object stays, for it is counted as unreadable."""
    return [{**more, **row} if is_object(row) else row for row in items] if isinstance(items, list) else items


def joined(*parts: str) -> str:
    """The parts that say something, one below the other."""
    return "\n".join(part for part in parts if part)


def joined_by(mark: str, *parts: str) -> str:
    """The parts that say something, each once, with a mark between them."""
    return mark.join(dict.fromkeys(part for part in parts if part))
