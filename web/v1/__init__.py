"""The REST API, /api/v1: postings, facets, employers and saved searches as JSON, described by its OpenAPI."""

from fastapi import FastAPI, Request, Response

from settings import Settings, SettingsError
from web import endings
from web.v1 import employers, feeds, openapi, postings, searches, stats
from web.v1.access import MayRead
from web.v1.limits import MAX_BODY, Limits
from web.v1.parameters import OnceEach
from web.v1.problems import PREFIX, ProblemError, is_ours
from web.v1.sharing import Sharing

READ = (postings, employers, feeds, stats)  # what takes a key only where reading does


def install(app: FastAPI, settings: Settings) -> None:
    """Have the site answer at /api/v1 too, within the limits of the configuration."""
    for room in READ:
        app.include_router(room.router, prefix=PREFIX, dependencies=[OnceEach, MayRead])
    app.include_router(searches.router, prefix=PREFIX, dependencies=[OnceEach], max_body_size=MAX_BODY)
    for router in (openapi.router, feeds.signed, endings.router):
        app.include_router(router)
    app.add_middleware(Sharing, settings.api.origins, _is_for_programs)
    app.add_middleware(Limits, settings.api.reads_per_minute, settings.api.writes_per_minute, _is_for_programs)
    app.add_exception_handler(ProblemError, _on_problem)
    if settings.api.mcp:
        _mount_tools(app)
    openapi.describe(app, is_reading_open=settings.api.reading == "open")


def _mount_tools(app: FastAPI) -> None:
    try:
        from web.mcp import mount  # an optional extra
    except ModuleNotFoundError as error:
        told = f"api.mcp: the MCP SDK is needed ({error.name} is missing): pip install 'rolewire[mcp]'"
        raise SettingsError(told) from None
    mount(app, app.state.site)


def _is_for_programs(path: str) -> bool:
    return path.startswith(("/api/", "/mcp")) or is_ours(path)


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.response
