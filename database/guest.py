"""How we are a guest: what robots.txt said, kept between crawls, and the ledger of what was asked of hosts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select

from database.write import insert_into, table_of, upsert
from models import RequestDay, RobotsFile

KEPT_DAYS = 31
COUNTS = ("requests", "unchanged", "refused", "failed", "robots", "size")
DAY, ROBOTS = table_of(RequestDay), table_of(RobotsFile)


def robots_file(connection: Connection, origin: str) -> dict[str, Any] | None:
    """What an origin's robots.txt said when it was asked last."""
    found = connection.execute(select(ROBOTS).where(ROBOTS.c.origin == origin)).mappings().first()
    return dict(found) if found else None


def keep_robots(connection: Connection, row: dict[str, Any]) -> None:
    """Keep what an origin's robots.txt says."""
    upsert(connection, RobotsFile, [row], ["origin"], [name for name in row if name != "origin"])


def add_requests(connection: Connection, day: date, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Add what was asked of hosts on a day to the ledger, and forget what is older than a month."""
    insert = insert_into(connection, DAY)
    summed = {name: DAY.c[name] + insert.excluded[name] for name in COUNTS}
    rows = [{"host": host, "day": day, **counted} for host, counted in sorted(counts.items())]
    if rows:
        connection.execute(insert.on_conflict_do_update(index_elements=["host", "day"], set_=summed), rows)
        connection.execute(delete(DAY).where(DAY.c.day < day - timedelta(days=KEPT_DAYS)))


def requests_by_host(connection: Connection, since: date) -> list[dict[str, Any]]:
    """The ledger since a day, by host, those asked most first."""
    sums = [func.sum(DAY.c[name]).label(name) for name in COUNTS]
    wanted = select(DAY.c.host, func.count().label("days"), *sums).where(DAY.c.day >= since).group_by(DAY.c.host)
    rows = connection.execute(wanted.order_by(func.sum(DAY.c.requests).desc(), DAY.c.host)).mappings()
    return [{**row, **{name: int(row[name]) for name in COUNTS}} for row in rows]
