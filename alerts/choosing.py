"""Which postings a message shows, where it holds more than it can; and that one posted anew is no news twice. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alerts import wording
from models import EventKind

if TYPE_CHECKING:
    from alerts.digest import Letter, Row

SHARE = 3  # what is not new has a third of the room, at most, before new ones are left out for it
REPOSTED = "posted anew: the ad before it closed"
A_DAY = timedelta(days=1)


def chosen(rows: "Sequence[Row]", room: int) -> "list[Row]":
    """The first so many, in their order; many new ones keep no change out."""
    later = [row for row in rows if row.kind != EventKind.OPENED]
    new = [row for row in rows if row.kind == EventKind.OPENED][: room - min(len(later), room // SHARE)]
    kept = {id(row) for row in (*new, *later[: room - len(new)])}
    return [row for row in rows if id(row) in kept]


def without_reposts(letter: "Letter") -> "Letter":
    """An ad that closed, and that its employer posted anew in the same words, is told once: as new."""
    closed = [row for row in letter.rows if row.kind == EventKind.CLOSED]
    anew: dict[int, Row] = {}  # the new one's place -> the closed one
    for place, row in enumerate(letter.rows if closed else ()):
        before = next((one for one in closed if row.kind == EventKind.OPENED and _is_anew(row, one)), None)
        if before is not None:
            closed.remove(before)
            anew[place] = before
    if not anew:
        return letter
    gone = {id(row) for row in anew.values()}
    rows = [
        replace(row, note=REPOSTED) if place in anew else row
        for place, row in enumerate(letter.rows)
        if id(row) not in gone
    ]
    counts = dict(letter.counts)
    counts[EventKind.CLOSED] = counts.get(EventKind.CLOSED, 0) - len(gone)
    return replace(letter, rows=rows, counts={kind: count for kind, count in counts.items() if count > 0})


def _is_anew(new: "Row", old: "Row") -> bool:
    """The same words, employer and place, and later: copies of one day are openings of their own."""
    later, earlier = _moment(new), _moment(old)
    return _words(new) == _words(old) and later is not None and earlier is not None and later > earlier + A_DAY


def _moment(row: "Row") -> datetime | None:
    posted = row.posting.get("posted_at")
    return datetime.fromisoformat(posted) if isinstance(posted, str) else posted


def _words(row: "Row") -> tuple[str, ...]:
    said = str(row.posting["title"] or ""), str(row.posting.get("company") or ""), wording.place(row.posting)
    return tuple(" ".join(one.casefold().split()) for one in said)
