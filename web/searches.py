"""Trying a search before it is saved, and why a posting matches or not: as pages and as JSON. Nothing is saved here.

Saving is `alerts.saving.save`, from the words of `alerts.saving.read_wish`, as the bot and the command line do it.
"""

import shlex
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

import database
import search
from alerts.backtest import DAYS, Backtest, backtest
from alerts.saving import read_wish
from alerts.tuning import summary
from alerts.why import why
from web.api import as_json, once_each
from web.postings import find
from web.site import OfSite, Site, only

router = APIRouter()


class TestParameters(BaseModel):
    """What is tried."""

    model_config = ConfigDict(extra="forbid")
    q: str = Field(description="A query of the query language, as it would be saved")
    days: int = Field(default=DAYS, ge=1, le=365)


class WhyParameters(BaseModel):
    """What a posting is held against."""

    model_config = ConfigDict(extra="forbid")
    q: str = Field(description="A query of the query language")


# --- pages ---------------------------------------------------------------------------------------------------------


@router.api_route("/test", methods=["GET", "HEAD"], dependencies=[only("q")], include_in_schema=False)
def test_page(request: Request, site: OfSite) -> Response:
    """What a search would have sent in the last 30 days."""
    text = request.query_params.get("q", "").strip()
    shown: dict[str, Any] = {"q": text, "tested": None, "summary": "", "command": "", "error": None}
    if not text:
        return site.page("test.html", **shown)
    try:
        wish = read_wish(text)
    except search.QueryError as error:
        return site.page("test.html", 400, **shown | {"q": error.query or text, "error": error})
    tested = backtest(site.read, wish.query, site.clock())
    command = shlex.join(["rolewire", "searches", "add", "--subscriber", "WHO", "--", text])
    return site.page("test.html", **shown | {"tested": tested, "summary": summary(tested), "command": command})


@router.api_route(
    "/postings/{public_id}/why", methods=["GET", "HEAD"], dependencies=[only("q")], include_in_schema=False
)
def why_page(public_id: str, request: Request, site: OfSite) -> Response:
    """Why a posting matches a query, or which clause keeps it out."""
    text = request.query_params.get("q", "").strip()
    with site.read() as connection:
        posting, key = find(connection, public_id)
        shown: dict[str, Any] = {"posting": posting, "q": text, "answer": None, "error": None}
        try:
            if text:
                shown["answer"] = why(connection, key, search.parse(text), site.clock(), posting["evidence"])
        except search.QueryError as error:
            return site.page("why.html", 400, **shown | {"error": error})
    return site.page("why.html", **shown)


# --- JSON ----------------------------------------------------------------------------------------------------------


@router.get("/api/searches/test", dependencies=[Depends(once_each)], include_in_schema=False)
def test_json(asked: Annotated[TestParameters, Query()], site: OfSite) -> Response:
    """What a search would have sent, by week, with the newest of it; what keeps all out, or what would be less."""
    wish = read_wish(asked.q)
    tested = backtest(site.read, wish.query, site.clock(), asked.days)
    return as_json(_passed_on(site, tested) | {"cadence": wish.cadence, "parsed": search.to_json(wish.query)})


def _passed_on(site: Site, tested: Backtest) -> dict[str, Any]:
    """Without samples that their sources keep for whoever runs this."""
    with site.read() as connection:
        keys = [database.posting_id(connection, one["id"]) for one in tested.samples]
        allowed = database.posting_json(connection, [key for key in keys if key is not None], is_passed_on=True)
    ids = {one["id"] for one in allowed}
    return tested.as_json() | {"samples": [one for one in tested.samples if one["id"] in ids]}


@router.get("/api/postings/{public_id}/why", dependencies=[Depends(once_each)], include_in_schema=False)
def why_json(public_id: str, asked: Annotated[WhyParameters, Query()], site: OfSite) -> Response:
    """Why the posting matches the query, or which clause keeps it out; both with the evidence."""
    query = search.parse(asked.q)
    with site.read() as connection:
        posting, key = find(connection, public_id, is_passed_on=True)
        if posting["id"] != public_id:
            return RedirectResponse(f"/api/postings/{posting['id']}/why?{urlencode({'q': asked.q})}", 301)
        return as_json(why(connection, key, query, site.clock(), posting["evidence"]).as_json())
