"""Tell openings apart. On one board its own id is the identity; across boards the canonical URL of the ad, the
requisition, and what the gated comparison says. Two live posts of one board are never merged by likeness.
"""

import hashlib
import re
from base64 import b32encode

from models import SourceKind
from pipeline.dedup.compare import Answer, Judgement, are_two_owners, are_two_texts, compare, compare_contents
from pipeline.dedup.employers import employer_key
from pipeline.dedup.facts import Facts, facts_of, pack, unpack, unpack_any
from pipeline.dedup.groups import group, reasons
from pipeline.dedup.keys import BUCKET, blocking_keys
from pipeline.dedup.likeness import Crowd
from pipeline.dedup.reading import read_facts

__all__ = [
    "BUCKET", "Answer", "Crowd", "Facts", "Judgement", "are_two_boards", "are_two_owners", "are_two_texts",
    "blocking_keys", "compare", "compare_contents", "employer_key", "facts_of", "group", "is_same_title", "pack",
    "public_id", "rank", "read_facts", "reasons", "unpack", "unpack_any",
]  # fmt: skip

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


def are_two_boards(one: str, other: str) -> bool:
    """Whether two boards, as "source/board", are of one source and of two names: a board may have been renamed, or two
    employers' ads have one number. What follows a "|" is a part of one board."""
    (source, _, owner), (its_source, _, its_owner) = (name.casefold().partition("/") for name in (one, other))
    owner, its_owner = owner.partition("|")[0], its_owner.partition("|")[0]
    return bool(owner and its_owner) and source == its_source and owner != its_owner
