"""What is strange about a source, all its boards together: fields that fell empty, and boards that fell silent.

It reads every board's health, a kilobyte each: for a timer, or the end of a round.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from database import table_of
from models import Board
from pipeline import fullness
from pipeline.fullness import Fall

BOARD = table_of(Board).c
LEAST = 20  # postings that a source's boards usually list, for too few to be strange
NAMED = 5


def fallen(connection: Connection) -> dict[str, str]:
    """The sources whose postings lack what they had, in words."""
    wanted = select(BOARD.source, BOARD.board, BOARD.health).where(BOARD.state == "active")
    by_source: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in connection.execute(wanted.order_by(BOARD.source, BOARD.board)):
        if row.health.get("fill"):
            by_source.setdefault(row.source, []).append((row.board, row.health))
    told = {source: _words(boards) for source, boards in by_source.items()}
    return {source: f"{source}: {words}. `rolewire boards check` shows it" for source, words in told.items() if words}


def _words(boards: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """What fell on all boards of a source together, and on single ones."""
    fill, usual = Counter[str](), Counter[str]()
    for _, health in boards:
        fill.update(health["fill"])
        usual.update(fullness.before(health["usual"], health["fill"], health.get("falls", {})))
    together = {fall.field: fall for fall in fullness.falls(usual, fill)}
    names = [*together, *sorted({name for _, health in boards for name in health.get("falls", {})} - set(together))]
    return "; ".join(_field_words(name, boards, together.get(name)) for name in names)


def _field_words(name: str, boards: Sequence[tuple[str, dict[str, Any]]], whole: Fall | None) -> str:
    fell = [(board, Fall(name, *health["falls"][name])) for board, health in boards if name in health.get("falls", {})]
    named = ", ".join(board for board, _ in fell[:NAMED]) + ("…" if len(fell) > NAMED else "")
    return f"{whole or fell[0][1]}" + (f" ({named})" if named else "")


def silent(connection: Connection) -> dict[str, str]:
    """The sources whose boards list far fewer postings together than they usually do, in words."""
    sums = select(BOARD.source, func.sum(BOARD.found).label("found"), func.sum(BOARD.usual).label("usual"))
    wanted = sums.where(BOARD.state == "active", BOARD.usual > 0).group_by(BOARD.source).order_by(BOARD.source)
    return {
        row.source: f"the boards of {row.source} list {row.found} postings, usually {row.usual}; look at one of them"
        for row in connection.execute(wanted)
        if row.usual >= LEAST and fullness.is_few(row.found, row.usual)
    }
