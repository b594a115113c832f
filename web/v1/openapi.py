"""The OpenAPI of the API: what FastAPI makes, with what it cannot know."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.routing import compile_path

from web.v1.answers import answer
from web.v1.problems import DOCUMENTATION, MEDIA_TYPE, PREFIX

ADDRESS = f"{PREFIX}/openapi.json"
VERSION = "1.0.0"
ABOUT = (
    "Postings of AI-engineering jobs, each opening once, with tags that show what they rest on; and saved searches. "
    f"Told with examples in {DOCUMENTATION}. Unknown and repeated parameters are refused, errors are problem+json."
)
router = APIRouter(include_in_schema=False)
_LIMITS = {"RateLimit": "What is left", "RateLimit-Policy": "What one client may ask in a minute"}


@router.api_route(ADDRESS, methods=["GET", "HEAD"])
@router.api_route("/api/openapi.json", methods=["GET", "HEAD"])
def schema(request: Request) -> Response:
    """The OpenAPI."""
    return answer(request, request.app.openapi())


def describe(app: FastAPI, is_reading_open: bool) -> None:
    """Have the application tell this OpenAPI."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            told = made()
            for operation in _operations(told):
                _mend(operation, is_reading_open)
            _drop_unused(told)
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _operations(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in told["paths"].values():
        yield from path.values()


def _mend(operation: dict[str, Any], is_reading_open: bool) -> None:
    """Problems are problem+json, bad requests are 400, and answers tell of the limits."""
    responses = operation["responses"]
    responses.pop("422", None)
    for status, response in responses.items():
        if int(status) >= 400:
            form = response["content"].pop("application/json")
            response["content"] = {MEDIA_TYPE: form}
        response["headers"] = {
            name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in _LIMITS.items()
        }
    if not is_reading_open:
        operation.setdefault("security", [{"HTTPBearer": []}])


def _drop_unused(told: dict[str, Any]) -> None:
    for name in ("HTTPValidationError", "ValidationError"):
        told.get("components", {}).get("schemas", {}).pop(name, None)


def methods_of(app: FastAPI, path: str) -> str:
    """What may be asked of an address, as a header says it; empty where it is none of the API."""
    found = {
        method.upper()
        for template, operations in app.openapi()["paths"].items() if _pattern(template).match(path)
        for method in operations
    }  # fmt: skip
    return ", ".join(sorted(found | ({"HEAD"} if "GET" in found else set())))


@cache
def _pattern(template: str) -> Any:
    return compile_path(template)[0]
