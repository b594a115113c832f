"""The market at a glance: counted from what is stored, each figure with the number of postings behind it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from database.market.closing import closing
from database.market.figures import DAYS, DIMENSIONS, PER_YEAR, Asked, Figures, MarketError, skills_named
from database.market.guides import guides
from database.market.openings import open_now, openings, remote
from database.market.pay import pay, pay_bands
from database.market.roles import of_role, profile
from database.market.scope import boards
from database.market.skills import changes, missing, wanted

STATS: dict[str, Callable[[Connection, Asked, datetime], Figures]] = {
    "now": open_now, "openings": openings, "remote": remote, "closing": closing, "pay": pay, "pay-bands": pay_bands,
    "skills": changes, "asked": wanted, "missing": missing,
}  # fmt: skip
ABOUT = {
    "now": "what is open, by a dimension", "openings": "what was open and what came new over time, by a dimension",
    "remote": "where the work is done, by a dimension", "closing": "how long openings live, by a dimension",
    "pay": "quartiles of pay, by one dimension or two", "pay-bands": "how many pay how much",
    "skills": "skills that rise and fall", "asked": "the skills that open postings ask for",
    "missing": "those of them that are not among your skills",
}  # fmt: skip


def figures(connection: Connection, name: str, asked: Asked, now: datetime) -> Figures:
    """The statistic of this name (a key of STATS). Raises MarketError."""
    if name not in STATS:
        raise MarketError(f"there is no statistic {name!r}; there are {', '.join(STATS)}")
    return STATS[name](connection, asked.checked(), now)


def watched(connection: Connection, days: int, now: datetime) -> dict[str, int]:
    """How many boards were watched through the last days, `boards`, of how many ever, `boards_all`."""
    return boards(connection, now - timedelta(days=days), now)


__all__ = [
    "ABOUT", "DAYS", "DIMENSIONS", "PER_YEAR", "STATS", "Asked", "Figures", "MarketError", "figures", "guides",
    "of_role", "profile", "skills_named", "watched",
]  # fmt: skip
