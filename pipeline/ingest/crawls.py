"""The log of crawls. One that finds what the crawl before found is counted, not written."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from database import table_of
from models import BoardEnd, Crawl, Verdict
from pipeline.lifecycle import Judgement

HISTORY = 5
KINDS = ("opened", "changed", "closed", "reopened")
CRAWL = table_of(Crawl)


@dataclass(slots=True)
class Log:
    """The newest row of a board, how many crawls repeated it, and what the last five complete crawls found."""

    last: dict[str, Any] | None
    repeats: int
    counts: list[int]

    def is_repeated_by(self, row: dict[str, Any]) -> bool:
        """Whether a well crawl found just what the newest row says, and nothing moved."""
        same = ("verdict", "reason", "found", "skipped")
        return (
            self.last is not None
            and all(self.last[name] == row[name] for name in same)
            and not any(row[kind] for kind in KINDS)
        )


def read_log(connection: Connection, board: dict[str, Any]) -> Log:
    """What the log says of a board."""
    mine = select(CRAWL).where(CRAWL.c.board_id == board["id"]).order_by(CRAWL.c.id.desc())
    last = connection.execute(mine.limit(1)).mappings().first()
    complete = connection.execute(mine.where(CRAWL.c.verdict == Verdict.OK).limit(HISTORY)).mappings()
    counts: list[int] = []
    for row in complete:
        repeats = board["repeats"] if last and row["id"] == last["id"] else row["repeats"]
        counts += [row["found"]] * (1 + min(repeats, HISTORY))
    return Log(dict(last) if last else None, board["repeats"], counts[:HISTORY])


def crawl_row(
    end: BoardEnd, judgement: Judgement, found: int, counts: Counter[str], started_at: datetime, now: datetime
) -> dict[str, Any]:
    """The `crawl` row of a crawl that ends."""
    return {
        "board_id": end.task.board_id,
        "started_at": started_at,
        "ended_at": now,
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "is_complete": judgement.is_complete,
        "is_not_modified": end.is_not_modified,
        "found": found,
        "skipped": end.skipped + counts["poison"],
        "requests": end.requests,
        "repeats": 0,
        **{kind: counts[kind] for kind in KINDS},
    }


def write_crawl(connection: Connection, log: Log, row: dict[str, Any], days: int, now: datetime) -> None:
    """Add a row to the log, end the count of the one before, and forget what is older than `days` (0: nothing)."""
    before = log.last["id"] if log.last else 0
    if log.repeats:
        connection.execute(update(CRAWL).where(CRAWL.c.id == before).values(repeats=log.repeats))
    if days:
        old = (CRAWL.c.board_id == row["board_id"]) & (CRAWL.c.ended_at < now - timedelta(days=days))
        connection.execute(delete(CRAWL).where(old, CRAWL.c.id != before))
    connection.execute(insert(CRAWL), row)
