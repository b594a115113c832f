"""Whether what a list does not show may be open all the same: a list in markup that breaks off, or still names it.

A row that a slip of the pen has spoilt is not made out, but the number of its posting mostly stands there yet.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

LEAST = 4  # letters and digits of a number that means a posting wherever it stands
PIECE = re.compile(r"[0-9A-Za-z]+")
WORD = re.compile(rb"[0-9A-Za-z]{4,}")
ENDS = {b"<html": b"</html", b"<urlset": b"</urlset", b"<sitemapindex": b"</sitemapindex", b"<rss": b"</rss"}
HEAD, TAIL = 2000, 1000  # bytes in which a document says what it is, and that it ends


@dataclass(slots=True)
class Remains:
    """What the answers of a list named of a board's known postings, whether or not rows of them were made out."""

    known: Collection[str]
    named: set[str] = field(default_factory=set)
    is_cut: bool = False
    is_markup: bool = False
    _marks: dict[bytes, str] | None = None

    def look_at(self, body: bytes) -> None:
        """Take in an answer; one that is no markup is read whole or not at all."""
        if body.lstrip()[:1] != b"<":
            return
        self.is_markup = True
        if not self.known:
            return
        self.is_cut = self.is_cut or breaks_off(body)
        if self._marks is None:
            self._marks = {mark: key for key in self.known if (mark := mark_of(key))}
        self.named |= {self._marks[word] for word in set(WORD.findall(body)) if word in self._marks}

    def doubt(self, seen: Collection[str], closed: Collection[str], nameless: int) -> str:
        """Why what was not seen may be open all the same; empty if nothing speaks for it. `closed`: it says so itself.

        `nameless`: rows without an id.
        """
        named = self.named.difference(seen, closed)
        told = [f"{nameless} of its rows have no id"] * bool(nameless) + ["it breaks off"] * self.is_cut
        return ", ".join([*told, *[f"it still names {len(named)} of them"] * bool(named)])


def breaks_off(body: bytes) -> bool:
    """Whether a document says how it begins, and not that it ends."""
    head, tail = body[:HEAD].lower(), body[-TAIL:].lower()
    return any(begin in head and end not in tail for begin, end in ENDS.items())


def mark_of(key: str) -> bytes:
    """The part of an id that means this posting wherever it stands; empty where it has none such."""
    return max(numbers(PIECE.findall(key.rstrip("/").rpartition("/")[2])), key=len, default="").encode()


def numbers(pieces: Iterable[str]) -> list[str]:
    """The pieces that are no words."""
    return [piece for piece in pieces if len(piece) >= LEAST and any(char.isdigit() for char in piece)]
