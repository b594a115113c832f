"""Trying a search and saving it, and why a posting matches or not: as pages and as JSON.

Saving is `alerts.saving.save`, from the words of `alerts.saving.read_wish`, as the bot and the command line do it.
"""

import shlex
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

import database
import search
from alerts import saving
from alerts.backtest import DAYS, Backtest, backtest
from alerts.profiles import facts_of
from alerts.saving import read_wish
from alerts.searches import SubscriberError, reached_by, usual_channels
from alerts.tuning import nothing, summary
from alerts.why import why
from models import Cadence
from web.api import as_json, once_each
from web.eligible import OfFacts
from web.mine import CADENCES
from web.postings import feed_url, find
from web.signin import ask_link, has_bot, has_mail
from web.site import OfSite, Site, only
from web.v1.access import MayRead
from web.visitor import Form, OfVisitor, Visitor, field

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
def test_page(request: Request) -> Response:
    """Where this page stood before one could save here too."""
    return RedirectResponse("/save" + (f"?{request.url.query}" if request.url.query else ""), 301)


@router.api_route("/save", methods=["GET", "HEAD"], dependencies=[only("q")], include_in_schema=False)
def save_page(site: OfSite, who: OfVisitor, q: str = "") -> Response:
    """What a search would have sent in the last 30 days, and how to save it."""
    return _save_page(site, who, q.strip())


@router.post("/save", include_in_schema=False)
def save(site: OfSite, who: OfVisitor, form: Form) -> Response:
    """Save it for whoever signed in; to others a link is mailed that does it."""
    text, cadence = field(form, "q"), field(form, "cadence") or Cadence.INSTANT
    if cadence not in CADENCES:
        raise HTTPException(400, f"Nothing was saved: {cadence[:20]!r} is no cadence.")
    try:
        wish = read_wish(text, _facts(site, who))
        if who.person is None:
            words = text if wish.cadence else f"{cadence} {text}"
            return ask_link(site, who, field(form, "email", 254), words)
        own = who.subscriber
        saving.save(site.engine, lambda _: own, wish, site.clock(), cadence=cadence, name=field(form, "name", 200),
                    channels=form.get("channels", []))  # fmt: skip
    except search.QueryError as error:
        return _save_page(site, who, text, error)
    except SubscriberError as error:
        return _save_page(site, who, text, problem=str(error))
    return RedirectResponse("/searches?told=saved", 303)


def _save_page(
    site: Site, who: Visitor, text: str, error: search.QueryError | None = None, problem: str = ""
) -> Response:
    shown: dict[str, Any] = {
        "q": text, "tested": None, "summary": "", "error": error, "problem": problem, "cadence": "", "command": "",
        "cadences": CADENCES, "open_now": None, **_channels(site, who), "has_mail": has_mail(site), "bot": "",
        "feed": "", "has_bot": has_bot(site),
    }  # fmt: skip
    if not text or error is not None:
        return who.page("save.html", 200 if error is None else 400, **shown)
    try:
        wish = read_wish(text, _facts(site, who))
    except search.QueryError as found:
        return who.page("save.html", 400, **shown | {"q": found.query or text, "error": found})
    tested = backtest(site.read, wish.query, site.clock())
    shown |= {
        "open_now": _open_now(site, wish.query),
        "tested": tested, "summary": summary(tested), "nothing": nothing(tested),
        "cadence": wish.cadence, "feed": feed_url(str(wish.query)),
        "command": shlex.join(["rolewire", "searches", "add", "--subscriber", "WHO", "--", text]),
        "bot": site.bot_name(),
    }  # fmt: skip
    return who.page("save.html", 400 if problem else 200, **shown)


def _open_now(site: Site, query: search.Query) -> int | None:
    """How many are open that everybody may see; None where they cannot be counted in time."""
    try:
        with site.read() as connection:
            return database.count_postings(connection, query & search.parse("is:open"), site.clock(), for_all=True)
    except database.TooSlowError:
        return None


def _facts(site: Site, who: Visitor) -> str:
    if who.person is None:
        return ""
    with site.read() as connection:
        return facts_of(connection, who.subscriber)


def _channels(site: Site, who: Visitor) -> dict[str, list[str]]:
    """Where whoever signed in is reached, and where a new search of theirs goes."""
    if who.person is None:
        return {"channels": [], "usual": []}
    with site.read() as connection:
        own = who.subscriber
        return {"channels": reached_by(connection, own), "usual": usual_channels(connection, own)}


@router.api_route(
    "/postings/{public_id}/why", methods=["GET", "HEAD"], dependencies=[only("q")], include_in_schema=False
)
def why_page(public_id: str, request: Request, site: OfSite, facts: OfFacts) -> Response:
    """Why a posting matches a query, or which clause keeps it out."""
    text = request.query_params.get("q", "").strip()
    with site.read() as connection:
        posting, key = find(connection, public_id)
        shown: dict[str, Any] = {"posting": posting, "q": text, "answer": None, "error": None}
        try:
            if text:
                shown["answer"] = why(connection, key, search.parse(text, facts), site.clock(), posting["evidence"])
        except search.QueryError as error:
            return site.page("why.html", 400, **shown | {"error": error})
    return site.page("why.html", **shown)


# --- JSON ----------------------------------------------------------------------------------------------------------


@router.get("/api/searches/test", dependencies=[Depends(once_each), MayRead], include_in_schema=False)
def test_json(asked: Annotated[TestParameters, Query()], site: OfSite, facts: OfFacts) -> Response:
    """What a search would have sent, by week, with the newest of it; what keeps all out, or what would be less."""
    wish = read_wish(asked.q, facts)
    tested = backtest(site.read, wish.query, site.clock(), asked.days)
    return as_json(_passed_on(site, tested) | {"cadence": wish.cadence, "parsed": search.to_json(wish.query)})


def _passed_on(site: Site, tested: Backtest) -> dict[str, Any]:
    """Without samples that their sources keep for whoever runs this."""
    with site.read() as connection:
        keys = [database.posting_id(connection, one["id"]) for one in tested.samples]
        allowed = database.posting_json(connection, [key for key in keys if key is not None], is_passed_on=True)
    ids = {one["id"] for one in allowed}
    return tested.as_json() | {"samples": [one for one in tested.samples if one["id"] in ids]}


@router.get("/api/postings/{public_id}/why", dependencies=[Depends(once_each), MayRead], include_in_schema=False)
def why_json(public_id: str, asked: Annotated[WhyParameters, Query()], site: OfSite, facts: OfFacts) -> Response:
    """Why the posting matches the query, or which clause keeps it out; both with the evidence."""
    query = search.parse(asked.q, facts)
    with site.read() as connection:
        posting, key = find(connection, public_id, is_passed_on=True)
        if posting["id"] != public_id:
            return RedirectResponse(f"/api/postings/{posting['id']}/why?{urlencode({'q': asked.q})}", 301)
        return as_json(why(connection, key, query, site.clock(), posting["evidence"]).as_json())
