"""The REST API, /api/v1: postings, facets, employers and saved searches as JSON, described by its OpenAPI."""

from fastapi import FastAPI, Request, Response

from settings import Settings
from web import endings
from web.v1 import employers, feeds, openapi, postings, searches
from web.v1.access import MayRead
from web.v1.limits import MAX_BODY, Limits
from web.v1.parameters import OnceEach
from web.v1.problems import PREFIX, ProblemError, is_ours
from web.v1.sharing import Sharing

READ = (postings, employers, feeds)  # what takes a key only where reading does


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
    openapi.describe(app, is_reading_open=settings.api.reading == "open")


def _is_for_programs(path: str) -> bool:
    return path.startswith(("/api/", "/mcp")) or is_ours(path)


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.response
