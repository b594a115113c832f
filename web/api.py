"""The JSON at its first addresses, /api/postings: kept for those who read it there. `web.v1` is what goes on."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

import database
import search
from web.eligible import OfFacts
from web.postings import find
from web.site import OfSite
from web.v1.access import MayRead

router = APIRouter(prefix="/api", include_in_schema=False, dependencies=[MayRead])
DEPRECATED = "@1795824000"  # 28 Nov 2026, as RFC 9745 writes it
SUCCESSOR = '</api/v1/openapi.json>; rel="successor-version"'
MAX_LIMIT = 200
MAX_OFFSET = 100_000


class ListParameters(BaseModel):
    """Parameters of the list; without `q` all postings, closed ones included."""

    model_config = ConfigDict(extra="forbid")
    q: str = Field(default="", description="A query of the query language")
    sort: Literal["posted", "first-seen", "salary", "company"] = "posted"
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)


class NoParameters(BaseModel):
    """An address that takes no parameters."""

    model_config = ConfigDict(extra="forbid")


def once_each(request: Request) -> None:
    """Refuse a parameter that is given twice: one of the two would be dropped silently. Raises HTTPException 400."""
    names = [name for name, _value in request.query_params.multi_items()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise HTTPException(400, f"given more than once: {', '.join(twice)}")


@router.head("/postings", dependencies=[Depends(once_each)], include_in_schema=False)
@router.get("/postings", dependencies=[Depends(once_each)])
def list_postings(asked: Annotated[ListParameters, Query()], site: OfSite, facts: OfFacts) -> Response:
    """Postings that match, newest first unless sorted otherwise, with the number of all that match."""
    now = site.clock()
    query = search.parse(asked.q, facts) if asked.q.strip() else None
    with site.read() as connection:
        total = database.count_postings(connection, query, now, for_all=True)
        ids = database.find_postings(connection, query, now, asked.sort, asked.limit, asked.offset, for_all=True)
        postings = database.posting_json(connection, ids, is_passed_on=True)
    found = {"total": total, "limit": asked.limit, "offset": asked.offset, "query": str(query or "")}
    return as_json({**found, "next": _next(asked, total), "postings": postings})


@router.head("/postings/{public_id}", include_in_schema=False)
@router.get("/postings/{public_id}")
def one_posting(public_id: str, _asked: Annotated[NoParameters, Query()], site: OfSite) -> Response:
    """One posting with its history; an id that was merged away leads to the posting it became."""
    with site.read() as connection:
        posting, key = find(connection, public_id, is_passed_on=True)
        told = database.history(connection, key)
    if posting["id"] != public_id:
        return RedirectResponse(f"/api/postings/{posting['id']}", 301)
    return as_json({**posting, "history": told})


def _next(asked: ListParameters, total: int) -> str | None:
    offset = asked.offset + asked.limit
    if offset >= total or offset > MAX_OFFSET:
        return None
    wanted = {**asked.model_dump(exclude_defaults=True), "offset": offset}
    return "/api/postings?" + urlencode(wanted)


def as_json(value: Any, status: int = 200) -> Response:
    """A JSON response, which says that these addresses have a successor."""
    body = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    return Response(body, status, {"Deprecation": DEPRECATED, "Link": SUCCESSOR}, "application/json")
