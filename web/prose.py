"""Plain-text descriptions as paragraphs, headings and lists, the words that tags rest on marked; pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

_BULLET = re.compile(r"(?:[-*•·–▪◦‣●○■]|\d{1,2}[.)])[ \t]+")
_ORDINAL = re.compile(r"\d")
HEADING_LENGTH = 70


@dataclass(frozen=True)
class Span:
    """A stretch of the description that a tag rests on; `label` says which tag, `anchor` is its place in the page."""

    start: int
    end: int
    label: str
    anchor: str = ""


@dataclass(frozen=True)
class Piece:
    """Some text of a line; marked where `labels` is not empty."""

    text: str
    labels: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass
class Block:
    """`kind`: paragraph, heading or list. A list's lines are its points, a paragraph's are shown one under another."""

    kind: str
    lines: list[list[Piece]] = field(default_factory=list)


def blocks(description: str, spans: Sequence[Span] = ()) -> list[Block]:
    """The description's blocks in order; every character but blanks, line ends and bullets is in exactly one piece."""
    usable = sorted(
        (span for span in spans if 0 <= span.start < span.end <= len(description)), key=lambda span: span.start
    )
    found: list[Block] = []
    for is_blank, lines in groupby(_lines(description), key=lambda line: not line[1].strip()):
        if not is_blank:
            found += _paragraph_blocks(list(lines), usable)
    return found


def _lines(description: str) -> Iterator[tuple[int, str]]:
    position = 0
    for line in description.split("\n"):
        yield position, line
        position += len(line) + 1


def _paragraph_blocks(lines: list[tuple[int, str]], spans: Sequence[Span]) -> Iterator[Block]:
    for kind, group in groupby(lines, key=lambda line: _kind(line[1], is_alone=len(lines) == 1)):
        yield Block(kind, [_pieces(*_without_bullet(*line, kind), spans) for line in group])


def _kind(line: str, is_alone: bool) -> str:
    text = line.strip()
    if _BULLET.match(text) and len(text) > 2:
        return "list"
    is_short = len(text) <= HEADING_LENGTH
    if is_short and (text.endswith(":") or (is_alone and text[-1:] not in ".!?,;")):
        return "heading"
    return "paragraph"


def _without_bullet(position: int, line: str, kind: str) -> tuple[int, str]:
    text = line.lstrip()
    position += len(line) - len(text)
    bullet = _BULLET.match(text) if kind == "list" else None
    if bullet and not _ORDINAL.match(text):  # a number is part of what the employer wrote
        return position + bullet.end(), text[bullet.end() :].rstrip()
    return position, text.rstrip()


def _pieces(position: int, line: str, spans: Sequence[Span]) -> list[Piece]:
    end = position + len(line)
    here = [span for span in spans if span.start < end and span.end > position]
    edges = {position, end} | {min(max(edge, position), end) for span in here for edge in (span.start, span.end)}
    ordered = sorted(edges)
    return [_piece(line[start - position : stop - position], start, stop, here) for start, stop in pairwise(ordered)]


def _piece(text: str, start: int, stop: int, spans: Sequence[Span]) -> Piece:
    over = [span for span in spans if span.start <= start and span.end >= stop]
    anchors = tuple(span.anchor for span in over if span.start == start and span.anchor)
    return Piece(text, tuple(dict.fromkeys(span.label for span in over)), anchors)
