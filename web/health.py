"""Health of parts, sources and queue: for people on /health, for machines on /healthz, /readyz and /metrics."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import Connection, Row, and_, case, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from alerts.channels.smtp import is_loopback
from condition import PartState, State, is_ready
from database import TooSlowError, table_of
from models import Board, Delivery, DeliveryState, Listing, PendingMatch, Posting
from web.metrics import exposition
from web.site import OfSite, Site, only

router = APIRouter(include_in_schema=False)
BOARDS_SHOWN = 500
KEPT = "the operator is told why: `rolewire status`"
_BOARD, _LISTING, _DELIVERY = table_of(Board).c, table_of(Listing).c, table_of(Delivery).c
_POSTING = table_of(Posting).c


@router.api_route("/health", methods=["GET", "HEAD"], dependencies=[only()])
def health_page(site: OfSite, request: Request) -> Response:
    """Every part with its state, every board with its verdict, and what waits or failed in the queue."""
    now = site.clock()
    with site.read() as connection:
        parts = _shown(site.condition.look(connection, now), site, request)
        boards, verdicts, queue = _boards(connection), _verdicts(connection), _queue(connection, now)
    late = _late(boards, site, now)
    return site.page("health.html", parts=parts, boards=boards, verdicts=verdicts, queue=queue, late=late,
                     stand_in=site.stand_in)  # fmt: skip


@router.api_route("/healthz", methods=["GET", "HEAD"])
def is_up() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


@router.api_route("/readyz", methods=["GET", "HEAD"])
def readiness(site: OfSite, request: Request) -> Response:
    """Every part that the main job needs is well; else 503 with a line for each that is not."""
    now = site.clock()
    try:
        with site.read() as connection:
            amiss = _shown(is_ready(site.condition.look(connection, now)), site, request)
    except (DBAPIError, PoolTimeoutError, TooSlowError):
        return PlainTextResponse("the database does not answer\n", 503)
    if amiss:
        return PlainTextResponse("".join(f"{one.name}: {one.state}: {one.why}\n" for one in amiss), 503)
    return PlainTextResponse("ready\n")


@router.get("/metrics")
def metrics(site: OfSite) -> Response:
    """The same for machines that count, as Prometheus reads it."""
    now = site.clock()
    with site.read() as connection:
        parts, verdicts = site.condition.look(connection, now), _verdicts(connection)
        queue = _queue(connection, now)
    return Response(exposition(parts, verdicts, queue), media_type="text/plain; version=0.0.4; charset=utf-8")


def _shown(parts: list[PartState], site: Site, request: Request) -> list[PartState]:
    """Why a channel or the database does not work names hosts of ours: to strangers only that it does not."""
    if not is_public(site, request):
        return parts
    return [replace(one, why=KEPT) if one.why and one.state is State.WAITING else one for one in parts]


def is_public(site: Site, request: Request) -> bool:
    """Whether a stranger may be asking: the page has a public address, and this is not asked on the machine itself."""
    url = site.settings.web.public_url
    if not url or is_loopback(urlsplit(url).hostname or ""):
        return False
    is_passed_on = any(name in request.headers for name in ("x-forwarded-for", "forwarded", "via", "x-real-ip"))
    return is_passed_on or request.client is None or not is_loopback(request.client.host)


def _late(boards: list[Row[Any]], site: Site, now: datetime) -> set[int]:
    """Ids of the boards that should have been crawled long ago."""
    bound = site.condition.late_before(now)
    return {board.id for board in boards if board.state == "active" and board.due_at and board.due_at < bound}


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
