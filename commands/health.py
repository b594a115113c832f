"""The command that tells how the service is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine, func, select

import boards
import database as db
from commands.common import Config, DatabaseUrl, FormatOption, load_settings, open_database, write_rows
from locks import LEADER, holder
from models import Address, Delivery, DeliveryState, PendingMatch, Posting
from settings import Settings

NO_DAEMON = "no daemon runs on this database: nothing is crawled or sent by itself"
REQUEST_COLUMNS = ("host", "days", "requests", "unchanged", "refused", "failed", "robots", "size")
REQUEST_DAYS = 7


def status(
    requests: Annotated[bool, typer.Option("--requests", help="What was asked of each host in the last week.")] = False,
    form: FormatOption = None,
    config: Config = None,
    database: DatabaseUrl = None,
) -> None:
    """Health of sources, queue and channels: what is well, what is late, what failed and why.

    Examples: rolewire status · rolewire status --requests --format csv
    """
    settings = load_settings(config, database)
    engine = open_database(settings)
    if requests:
        since = datetime.now(UTC).date() - timedelta(days=REQUEST_DAYS - 1)
        with db.read(engine) as connection:
            write_rows(db.requests_by_host(connection, since), REQUEST_COLUMNS, form)
        return
    with db.read(engine) as connection:
        rows = [
            _daemon_health(engine),
            *_trouble(engine, connection, settings),
            *_board_health(connection),
            *_queue_health(connection),
            *_channel_health(connection),
        ]
    write_rows(rows, ("what", "state", "count", "detail"), form)


def _row(what: str, state: str, count: int, detail: str = "") -> dict[str, Any]:
    return {"what": what, "state": state, "count": count, "detail": detail}


def _daemon_health(engine: Engine) -> dict[str, Any]:
    who = holder(engine, LEADER)
    if who is None:
        return _row("daemon", "none", 0, NO_DAEMON)
    return _row("daemon", "leads" if who.startswith("run") else "crawl by hand", 1, who)


def _trouble(engine: Engine, connection: Connection, settings: Settings) -> Iterator[dict[str, Any]]:
    """Whether the bot hears, and what else the operator is told of while it lasts."""
    from alerts import bot, channels, notices

    lasting = {row["key"]: row for row in notices.lasting(connection)}
    deaf = lasting.pop(bot.NOTICE_KEY, None)
    if bot.CHANNEL in channels.switched_on(settings):
        leads = (holder(engine, LEADER) or "").startswith("run")
        state = "deaf" if deaf and leads else "hears" if leads else "does not run"
        yield _row("bot", state, 1, f"since {_when(deaf['raised_at'])}: {deaf['text']}" if deaf and leads else "")
    for row in lasting.values():
        yield _row("trouble", f"since {_when(row['raised_at'])}", 1, row["text"])


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


def _channel_health(connection: Connection) -> Iterator[dict[str, Any]]:
    address = db.table_of(Address).c
    wanted = select(address.channel, address.state, address.reason, func.count())
    for channel, state, reason, count in connection.execute(
        wanted.group_by(address.channel, address.state, address.reason)
    ):
        yield _row(f"channel {channel}", state, count, reason)
