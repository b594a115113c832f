"""Health of sources, queue and channels: for people on /health, for machines on /healthz and /readyz."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import Connection, Row, and_, case, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from alerts.channels import CHANNELS, ChannelFile, ChannelSetupError
from database import TooSlowError, table_of
from models import Board, Delivery, DeliveryState, Listing, PendingMatch, Posting
from settings import Settings
from web.site import OfSite, Site

router = APIRouter(include_in_schema=False)
BOARDS_SHOWN = 500
INTERVALS_LATE = 3
_BOARD, _LISTING, _DELIVERY = table_of(Board).c, table_of(Listing).c, table_of(Delivery).c
_POSTING = table_of(Posting).c


@router.api_route("/health", methods=["GET", "HEAD"])
def health_page(site: OfSite) -> Response:
    """Every board with its verdict, and what waits or failed in the queue."""
    now = site.clock()
    with site.read() as connection:
        boards, verdicts, queue = _boards(connection), _verdicts(connection), _queue(connection, now)
    late = _late(boards, site, now)
    return site.page("health.html", boards=boards, verdicts=verdicts, queue=queue, channels=site.channels, late=late)


@router.api_route("/healthz", methods=["GET", "HEAD"])
def is_up() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
def is_ready(site: OfSite) -> Response:
    """The database answers and crawls keep up; else 503 with the reason."""
    try:
        with site.read() as connection:
            due_at = _oldest_due(connection)
    except (DBAPIError, PoolTimeoutError, TooSlowError):
        return PlainTextResponse("the database does not answer\n", 503)
    if due_at is not None and due_at < _latest_bearable(site, site.clock()):
        return PlainTextResponse(f"crawls are late: the oldest board was due at {due_at:%Y-%m-%d %H:%M} UTC\n", 503)
    return PlainTextResponse("ready\n")


def channel_states(settings: Settings) -> dict[str, str]:
    """Each channel: `on`, `off` or `misconfigured` (what is wrong is for the operator alone: `rolewire doctor`)."""
    return {name: _channel_state(file, settings) for name, file in CHANNELS.items()}


def _channel_state(file: ChannelFile, settings: Settings) -> str:
    try:
        return "on" if file.build(settings) is not None else "off"
    except ChannelSetupError:
        return "misconfigured"


def _latest_bearable(site: Site, now: datetime) -> datetime:
    return now - INTERVALS_LATE * timedelta(minutes=site.settings.crawl.interval_minutes)


def _late(boards: list[Row[Any]], site: Site, now: datetime) -> set[int]:
    """Ids of the boards that should have been crawled long ago."""
    bound = _latest_bearable(site, now)
    return {board.id for board in boards if board.state == "active" and board.due_at and board.due_at < bound}


def _oldest_due(connection: Connection) -> datetime | None:
    return connection.execute(select(func.min(_BOARD.due_at)).where(_BOARD.state == "active")).scalar()


def _boards(connection: Connection) -> list[Row[Any]]:
    """Boards with the number of their open listings, those in trouble first."""
    open_listings = (
        select(func.count()).where(_LISTING.board_id == _BOARD.id, _LISTING.closed_at.is_(None)).scalar_subquery()
    )
    is_well = case((_BOARD.failures == 0, 1), else_=0)
    statement = (
        select(*_BOARD, open_listings.label("open"))
        .order_by(_BOARD.state, is_well, _BOARD.failures.desc(), _BOARD.source, _BOARD.board)
        .limit(BOARDS_SHOWN)
    )
    return list(connection.execute(statement))


def _verdicts(connection: Connection) -> dict[str, int]:
    """Verdict (or `paused`, or `new` before the first crawl) -> number of boards."""
    word = case((_BOARD.state != "active", "paused"), (_BOARD.last_verdict == "", "new"), else_=_BOARD.last_verdict)
    rows = connection.execute(select(word, func.count()).group_by(word).order_by(func.count().desc()))
    return {row[0]: row[1] for row in rows}


def _queue(connection: Connection, now: datetime) -> dict[str, int]:
    is_due = and_(_DELIVERY.state == DeliveryState.PENDING, _DELIVERY.due_at <= now)
    is_waiting = and_(_DELIVERY.state == DeliveryState.PENDING, _DELIVERY.due_at > now)
    count = func.count()
    numbers = {
        "open": select(count).where(_POSTING.closed_at.is_(None)),
        "pending": select(count).select_from(table_of(PendingMatch)),
        "due": select(count).where(is_due),
        "waiting": select(count).where(is_waiting),
        "failed": select(count).where(_DELIVERY.state == DeliveryState.FAILED),
        "uncertain": select(count).where(_DELIVERY.state == DeliveryState.UNCERTAIN),
    }
    return {name: connection.execute(statement).scalar_one() for name, statement in numbers.items()}
