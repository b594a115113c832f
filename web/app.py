"""The site: routes, headers, errors that say what happened and nothing of the inside."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

import search
from alerts.door import Door
from condition import Condition
from database import READ_SECONDS, TooSlowError, keep_columns, warm_columns
from database.market import MarketError
from settings import Settings
from web import (
    api,
    confirm,
    employers,
    health,
    mine,
    postings,
    profile,
    pushed,
    searches,
    signin,
    stats,
    unsubscribe,
    v1,
    watching,
)
from web.botname import BotName
from web.hosts import Hosts
from web.security import HEADERS, PAGES_KEPT, SecurityHeaders
from web.site import FOLDER, Site
from web.v1 import openapi, problems

log = logging.getLogger(__name__)
STOP_SECONDS = 3  # a client that reads slowly must not hold up the end
TITLES = {404: "Not found", 405: "Not possible here", 400: "That request cannot be understood"}


ROOMS = (
    postings, employers, searches, signin, mine, profile, stats, api, health, unsubscribe, confirm, pushed, watching,
)  # fmt: skip


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    engine: Engine,
    seconds: float = READ_SECONDS,
    clock: Callable[[], datetime] = utc_now,
    stand_in: str = "",
    door: Door | None = None,
) -> FastAPI:
    """The web site over a database; `seconds` is what the database may take for a page.

    `stand_in`: what the health page says where no daemon is meant to run. `door`: of the bot, for what Telegram pushes.
    """
    app = _bare()
    keep_columns(engine)
    app.state.site = Site(settings, engine, seconds, clock, Condition(settings, engine), stand_in, BotName(settings))
    app.state.door = door
    v1.install(app, settings)
    app.add_middleware(Hosts, web=settings.web)
    app.add_middleware(SecurityHeaders)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    for router in (*(room.router for room in ROOMS), mine.person):
        app.include_router(router)
    for error, handler in _handlers().items():
        app.add_exception_handler(error, handler)
    return app


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """From the start the columns are read beside, so that no page waits for them."""
    warming = warm_columns(app.state.site.engine)
    yield
    await asyncio.to_thread(warming.join, STOP_SECONDS)


def _bare() -> FastAPI:
    return FastAPI(
        title="rolewire",
        lifespan=_living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        version=openapi.VERSION,
        description=openapi.ABOUT,
        generate_unique_id_function=lambda route: route.name,
    )


def _handlers() -> dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]:
    return {
        HTTPException: _on_http_error,
        RequestValidationError: _on_bad_parameters,
        search.QueryError: _on_bad_query,
        MarketError: _on_bad_figures,
        TooSlowError: _on_slow,
        DBAPIError: _on_database_error,
        PoolTimeoutError: _on_database_error,  # every connection is busy
        Exception: _on_error,
    }


def server(settings: Settings, site: FastAPI | Engine) -> uvicorn.Server:
    """A server for the site, or for a new one over the engine, at `web.host` and `web.port`.

    It logs no requests: addresses may hold tokens.
    """
    config = uvicorn.Config(
        create_app(settings, site) if isinstance(site, Engine) else site,
        host=settings.web.host,
        port=settings.web.port,
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return uvicorn.Server(config)


def _refusal(request: Request, status: int, title: str, text: str) -> Response:
    if problems.is_ours(request.url.path):
        return problems.of_status(status, text)
    if request.url.path.startswith("/api/"):
        return api.as_json({"error": {"message": text}}, status)
    site: Site = request.app.state.site
    return site.page("error.html", status, title=title, text=text)


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    text = "There is no such page." if error.detail == "Not Found" else error.detail
    response = _refusal(request, error.status_code, TITLES.get(error.status_code, "Error"), text)
    response.headers.update(error.headers or {})
    if error.status_code == 405 and (methods := openapi.methods_of(request.app, request.url.path)):
        response.headers["Allow"] = methods  # Starlette knows those of the first route alone
    return response


async def _on_bad_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _refusal(request, 400, TITLES[400], "; ".join(_explained(problem) for problem in error.errors()))


def _explained(problem: dict[str, object]) -> str:
    where = problem["loc"]
    name = where[-1] if isinstance(where, tuple | list) and where else ""
    if problem["type"] == "extra_forbidden":
        return f"unknown parameter {name!r}"
    return f"{name}: {problem['msg']}"


async def _on_bad_query(request: Request, error: Exception) -> Response:
    assert isinstance(error, search.QueryError)
    if problems.is_ours(request.url.path):
        return problems.of_query(error)
    place = {"position": error.position, "length": error.length, "shown": str(error)}
    return api.as_json({"error": {"message": error.message, **place}}, 400)


async def _on_bad_figures(request: Request, error: Exception) -> Response:
    return _refusal(request, 400, TITLES[400], str(error))


async def _on_slow(request: Request, _error: Exception) -> Response:
    text = "This search took too long and was stopped. Narrow it: add a word or a field, or drop a prefix*."
    if problems.is_ours(request.url.path):
        return problems.problem("too-slow", text)
    return _refusal(request, 503, "That took too long", text)


async def _on_database_error(request: Request, error: Exception) -> Response:
    log.error("database error while serving %s: %s", _shown(request.url.path), type(error).__name__)
    return _refusal(
        request, 503, "The database does not answer", "The database does not answer. Try again in a moment."
    )


def _shown(path: str) -> str:
    """An address as it may be logged: what stands behind its first part may be a token."""
    parts = path.split("/")
    return path if len(parts) < 3 or parts[1] in ("api", "postings") else f"/{parts[1]}/…"


async def _on_error(request: Request, _error: Exception) -> Response:
    response = _refusal(request, 500, "Something went wrong", "The error was logged. Try again in a moment.")
    response.headers.update({**HEADERS, "Cache-Control": PAGES_KEPT})  # this one is made outside the middleware
    return response
