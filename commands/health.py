"""The command that tells how the service is."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, func, select

import boards
import database as db
from commands.common import Config, DatabaseUrl, FormatOption, load_settings, open_database, write_rows
from condition import Condition, PartState, State
from models import Address, Delivery, DeliveryState, PendingMatch, Posting

COLUMNS = ("what", "state", "count", "since", "next_at", "detail")
NARROW_COLUMNS = ("what", "state", "count", "detail")
REQUEST_COLUMNS = ("host", "days", "requests", "unchanged", "refused", "failed", "robots", "size")
REQUEST_DAYS = 7


def status(
    requests: Annotated[bool, typer.Option("--requests", help="What was asked of each host in the last week.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Health of daemon, channels, boards and queue: what is well, what waits since when and why, what failed.

    Examples: rolewire status · rolewire status --requests --format csv
    """
    settings = load_settings(config, database, logs=False)
    engine = open_database(settings)
    if requests:
        since = datetime.now(UTC).date() - timedelta(days=REQUEST_DAYS - 1)
        with db.read(engine) as connection:
            write_rows(db.requests_by_host(connection, since), REQUEST_COLUMNS, form)
        return
    now = datetime.now(UTC)
    with db.read(engine) as connection:
        parts = Condition(settings, engine).look(connection, now)
        rows = [
            *(_part(one) for one in parts),
            *_trouble(connection, parts),
            *_board_health(connection),
            *_queue_health(connection),
            *_addresses(connection),
        ]
    write_rows(rows, COLUMNS, form, narrow=NARROW_COLUMNS)


def _row(what: str, state: str, count: int, detail: str = "") -> dict[str, Any]:
    return {"what": what, "state": state, "count": count, "since": None, "next_at": None, "detail": detail}


def _part(one: PartState) -> dict[str, Any]:
    """A part with its state; of one that waits, since when and the next try stand in the detail too."""
    told = one.why
    if one.state is State.WAITING and one.since is not None:
        again = f", tried again at {one.next_at:%H:%M:%S}" if one.next_at else ""
        told = f"since {_when(one.since)}{again}: {one.why}"
    return _row(one.name, one.state, one.count, told) | {"since": one.since, "next_at": one.next_at}


def _trouble(connection: Connection, parts: Sequence[PartState]) -> Iterator[dict[str, Any]]:
    """What the operator is told of while it lasts, and no part has said yet."""
    from alerts import notices

    said = {name for one in parts if one.state is State.WAITING for name in _keys_of(one.name)}
    for row in notices.lasting(connection):
        if row["key"] not in said:
            yield _row("trouble", "lasts", 1, row["text"]) | {"since": row["raised_at"]}


def _keys_of(part: str) -> tuple[str, ...]:
    """The keys of the notices that a part's trouble has."""
    return part, part.replace("channel ", "channel:"), f"part:{part}"


def _board_health(connection: Connection) -> Iterator[dict[str, Any]]:
    rows = boards.overview(connection)
    now = datetime.now(UTC)
    verdicts: dict[str, int] = {}
    for row in rows:
        name = row["last_verdict"] or "not crawled yet"
        verdicts[name] = verdicts.get(name, 0) + 1
    for name, count in sorted(verdicts.items()):
        yield _row("boards", name, count)
    due = [row for row in rows if row["state"] == "active" and (row["due_at"] is None or row["due_at"] < now)]
    yield _row("boards", "due", len(due))
    if crawled := [row["last_crawl_at"] for row in rows if row["last_crawl_at"]]:
        yield _row("boards", "crawled", len(crawled), f"the last one at {_when(max(crawled))}")
    for row in rows:
        if row["failures"]:
            detail = f"{row['last_reason']}; last good crawl: {_when(row['last_ok_at'])}"
            yield _row(f"{row['source']}/{row['board']}", row["last_verdict"], row["failures"], detail)


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def _queue_health(connection: Connection) -> Iterator[dict[str, Any]]:
    posting = db.table_of(Posting).c
    is_open = select(func.count()).where(posting.closed_at.is_(None))
    yield _row("postings", "open", connection.execute(is_open).scalar_one())
    yield _row("postings", "all", db.count_postings(connection, None, datetime.now(UTC)))
    pending = select(func.count()).select_from(db.table_of(PendingMatch))
    yield _row("matching", "pending", connection.execute(pending).scalar_one())
    delivery = db.table_of(Delivery).c
    for state, count in connection.execute(select(delivery.state, func.count()).group_by(delivery.state)):
        yield _row("deliveries", state, count)
    failed = select(delivery.error, func.count()).where(delivery.state == DeliveryState.FAILED).group_by(delivery.error)
    for error, count in connection.execute(failed.limit(20)):
        yield _row("deliveries", "failed", count, error)


def _addresses(connection: Connection) -> Iterator[dict[str, Any]]:
    address = db.table_of(Address).c
    wanted = select(address.channel, address.state, address.reason, func.count())
    for channel, state, reason, count in connection.execute(
        wanted.group_by(address.channel, address.state, address.reason)
    ):
        yield _row(f"addresses {channel}", state, count, reason)
