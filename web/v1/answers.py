"""Answers that may be kept: with a tag of what they hold, and without a body where the client has it already."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from web.v1 import forms

F = TypeVar("F", bound=Callable[..., Any])


def answer(request: Request, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON with its ETag; 304 to who has it."""
    return tagged(request, orjson.dumps(value), "application/json", status, headers)


def alike(request: Request, value: Any, told: Any) -> Response:
    """JSON whose ETag is of what is told in it: 304 to who has that, though it was counted at another moment."""
    return tagged(request, orjson.dumps(value), "application/json", tag=f"W/{_tag(orjson.dumps(told))}")


def tagged(
    request: Request,
    body: bytes,
    media_type: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    tag: str = "",
) -> Response:
    """A body with its ETag; 304 to who has it."""
    tag = tag or _tag(body)
    told = {**(headers or {}), "ETag": tag, "Vary": "Authorization"}
    if request.method in ("GET", "HEAD") and _holds(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=told)
    return Response(body, status, told, media_type)


def _tag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def _holds(given: str, tag: str) -> bool:
    """Whether one of the tags that a client names is this one; a proxy may have weakened it."""
    return any(one.strip().removeprefix("W/") in (tag.removeprefix("W/"), "*") for one in given[:2_000].split(","))


def reading(router: APIRouter, path: str, model: type[BaseModel], *may_be: int, **told: Any) -> Callable[[F], F]:
    """Registers what answers GET, and HEAD with it. `may_be`: statuses besides those that every reading has."""

    def register(function: F) -> F:
        router.head(path, include_in_schema=False)(function)
        router.get(path, responses=documented(model, 200, 304, 400, 503, *may_be), **told)(function)
        return function

    return register


def documented(model: type[BaseModel] | None, good: int, *others: int) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI says of an operation's responses: `model` for the good one, problems for the rest."""
    told: dict[int | str, dict[str, Any]] = {good: {"model": model} if model else {}}
    told |= {304: {"description": "As the client has it"}} if 304 in others else {}
    return told | {status: {"model": forms.Problem} for status in (*others, 429) if status != 304}
