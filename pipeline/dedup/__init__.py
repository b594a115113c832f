"""Tell openings apart. On one board its own id is the identity; across boards the canonical URL of the ad.

Two live posts of one board are never merged: they are shown as several listings of the same employer.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Callable, Iterable
from typing import Any

from models import SourceKind
from pipeline.canonical import canonical_url

Recognise = Callable[[str], str | None]  # an address to its canonical URL, where a source knows the address

# The employer's own applicant-tracking system speaks first, then its web page, then whoever copied the ad.
RANKS = {kind.value: number for number, kind in enumerate(SourceKind)}
_WORDS = re.compile(r"\w+")


def rank(kind: str) -> int:
    """How close a kind of source is to the employer; the lowest rank gives a posting its text and tags."""
    return RANKS.get(kind, len(RANKS))


def is_same_title(one: str, other: str, is_same_role: bool = True) -> bool:
    """Whether two titles under one address or id can name one opening: at least half the words of the shorter one."""
    words, others = (set(_WORDS.findall(title.casefold())) for title in (one, other))
    if not (words and others):
        return True
    shared, fewest = len(words & others), min(len(words), len(others))
    return shared * 2 > fewest or (shared * 2 == fewest and is_same_role)


def public_id(source: str, board: str, native_id: str, salt: str = "") -> str:
    """The posting's public id, made from its first listing: 12 characters that stay the same on every machine."""
    digest = hashlib.blake2b("\0".join((source, board, native_id, salt)).encode(), digest_size=10).digest()
    return b32encode(digest).decode().lower()[:12]


def group(postings: Iterable[dict[str, Any]], recognise: Recognise) -> Iterable[dict[str, Any]]:
    """Each posting (public JSON) back as {id, group}: equal groups are held to be one opening."""
    keys: dict[tuple[str, ...], str] = {}
    for number, posting in enumerate(postings):
        names = identities(posting, recognise)
        known = next((keys[name] for name in names if name in keys), None) or f"g{number}"
        keys.update(dict.fromkeys(names, known))
        yield {"id": posting.get("id"), "group": known}


def identities(posting: dict[str, Any], recognise: Recognise) -> list[tuple[str, ...]]:
    """The names under which a posting can be recognised, surest first."""
    found: list[tuple[str, ...]] = []
    native = [str(posting.get(name) or "") for name in ("source", "board", "native_id")]
    if all(native):
        found.append(("listing", *native))
    url = str(posting.get("url") or "")
    if canonical := canonical_url(url, recognise(url)):
        found.append(("url", canonical))
    return found
