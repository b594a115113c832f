"""My searches: what a person has saved, to edit, pause, resume and delete; where they are reached; the next digest."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, select

import search
from alerts import optin, saving, searches, unread
from alerts.backtest import Backtest, backtest
from alerts.cadence import DIGESTS, WEEKDAYS, next_digest
from alerts.keeping import DAYS, how, when
from alerts.preview import preview
from alerts.searches import SubscriberError
from alerts.subscribers import ADDRESS
from alerts.tuning import summary
from alerts.written import query_of
from database import TooSlowError, count_postings, transaction
from models import Cadence
from web.eligible import facts_for
from web.site import OfSite, Site, only
from web.visitor import Form, OfVisitor, Visitor, field

router = APIRouter(prefix="/searches", include_in_schema=False)
TOLD = {
    "in": "You are signed in.", "saved": "Saved. What is open now comes in one message; after that, what opens.",
    "known": "You are signed in. You had this search already.", "changed": "Changed.",
    "unsaved": "You are signed in, but the search could not be saved: save it again from its page.",
    "paused": "Paused: nothing comes of it until you resume it.",
    "resumed": "Goes on, and tells what opened meanwhile.",
    "deleted": "Deleted. What waited to be sent of it is not sent.", "on": "Messages come again.",
    "asked": "If this address can be joined, a message is on its way there: confirm by its link.",
}  # fmt: skip
CADENCES = {Cadence.INSTANT: "at once", Cadence.DAILY: "in a daily digest", Cadence.WEEKLY: "in a weekly digest"}
Row = dict[str, Any]


@router.api_route("", methods=["GET", "HEAD"], dependencies=[only("told")])
def page(site: OfSite, who: OfVisitor, told: str = "") -> Response:
    """All of them, with how many postings each finds now."""
    own = who.subscriber
    with site.read() as connection:
        rows, reached = searches.list_searches(connection, own), _reached(connection, own)
    timezone = who.person["timezone"] if who.person is not None else "UTC"
    shown = [{**row, "when": when(row, timezone), "trouble": unread.trouble(row)} for row in rows]
    words = TOLD.get(told, "")
    if told == "saved" and rows:
        words += f" “{rows[-1]['name']}” goes by {how(rows[-1])}; Edit changes that."
    return who.page("mine.html", rows=shown, found=_found(site, rows), reached=reached, told=words,
                    has_digest=any(row["cadence"] in DIGESTS for row in rows), problem="")  # fmt: skip


def _found(site: Site, rows: list[Row]) -> dict[int, int]:
    """How many open postings each finds, as far as they can be counted in time."""
    counts: dict[int, int] = {}
    try:
        with site.read() as connection:
            for row in rows:
                query = _readable(row)
                if query is not None:
                    asked = query & search.parse("is:open")
                    counts[row["id"]] = count_postings(connection, asked, site.clock(), for_all=True)
    except TooSlowError:
        return counts
    return counts


def _readable(row: Row) -> search.Query | None:
    try:
        return query_of(row)
    except search.QueryError:  # of an older version's language
        return None


def _reached(connection: Connection, own: int) -> list[Row]:
    """Where they are reached, addresses that wait for their owner's word among them."""
    mine = select(ADDRESS).where(ADDRESS.c.subscriber_id == own).order_by(ADDRESS.c.channel, ADDRESS.c.id)
    return [dict(row) for row in connection.execute(mine).mappings()]


# --- one search ----------------------------------------------------------------------------------------------------


@router.api_route("/{public_id}", methods=["GET", "HEAD"], dependencies=[only("q")])
def edit_page(public_id: str, site: OfSite, who: OfVisitor, q: str = "") -> Response:
    """The form that changes one; with another query, what that would change."""
    row = _mine(site, who, public_id)
    wanted = row | {"query": q} if q else row
    if q:
        return _compared(site, who, row, wanted)
    return _form(site, who, row, wanted)


@router.post("/{public_id}")
def edit(public_id: str, site: OfSite, who: OfVisitor, form: Form) -> Response:
    """Show what a change would do, or do it."""
    row = _mine(site, who, public_id)
    changes = _changes(form)
    if field(form, "do") != "save":
        return _compared(site, who, row, row | changes)
    try:
        saving.change(site.engine, row, site.clock(), **changes)
    except (search.QueryError, SubscriberError) as error:
        return _form(site, who, row, row | changes, error=error, status=400)
    return RedirectResponse("/searches?told=changed", 303)


def _changes(form: dict[str, list[str]]) -> Row:
    """What the form says; where a search goes stays, if no channel is checked."""
    named = ("query", "name", "cadence", "weekday", "time_of_day", "quiet")
    changes: Row = {name: field(form, name) for name in named if name in form}
    channels = form.get("channels", [])
    return changes | ({"channels": channels} if channels else {})


def _compared(site: Site, who: Visitor, row: Row, wanted: Row) -> Response:
    """The form, with how many it would have sent before the change and after."""
    try:
        query = saving.read_wish(wanted["query"], facts_for(site, who.subscriber, wanted["query"])).query
        found = {"after": _tested(site, query), "before": _tested(site, _readable(row))}
    except search.QueryError as error:
        return _form(site, who, row, wanted, error=error, status=400)
    except TooSlowError:
        found = {}
    return _form(site, who, row, wanted, found=found)


def _tested(site: Site, query: search.Query | None) -> Backtest | None:
    return backtest(site.read, query, site.clock()) if query is not None else None


def _form(
    site: Site,
    who: Visitor,
    row: Row,
    wanted: Row,
    *,
    found: dict[str, Backtest | None] | None = None,
    error: Exception | None = None,
    status: int = 200,
) -> Response:
    with site.read() as connection:
        reached = _reached(connection, who.subscriber)
    channels = list(dict.fromkeys(one["channel"] for one in reached if one["state"] == "active"))
    is_query = isinstance(error, search.QueryError)
    return who.page(
        "edit.html", status, row=row, wanted=wanted, found=found or {}, channels=channels, cadences=CADENCES,
        days=DAYS, weekdays=WEEKDAYS, error=error if is_query else None, problem="" if is_query else str(error or ""),
        summary=summary,
    )  # fmt: skip


@router.post("/{public_id}/pause")
def pause(public_id: str, site: OfSite, who: OfVisitor, _form: Form) -> Response:
    """Send nothing of it for now."""
    return _act(site, who, public_id, "paused", lambda connection, key: searches.pause_search(
        connection, key, site.clock()))  # fmt: skip


@router.post("/{public_id}/resume")
def resume(public_id: str, site: OfSite, who: OfVisitor, _form: Form) -> Response:
    """Go on with it."""
    return _act(site, who, public_id, "resumed", searches.resume_search)


@router.post("/{public_id}/delete")
def delete(public_id: str, site: OfSite, who: OfVisitor, _form: Form) -> Response:
    """Take it away for good."""
    return _act(site, who, public_id, "deleted", lambda connection, key: searches.remove_search(
        connection, key, site.clock()))  # fmt: skip


def _act(site: Site, who: Visitor, public_id: str, told: str, act: Callable[[Connection, int], None]) -> Response:
    row = _mine(site, who, public_id)
    with transaction(site.engine) as connection:
        act(connection, row["id"])
    return RedirectResponse(f"/searches?told={told}", 303)


def _mine(site: Site, who: Visitor, public_id: str) -> Row:
    """A search of theirs. Raises HTTPException 404: of others' it is not told whether they exist."""
    own = who.subscriber
    with site.read() as connection:
        rows = searches.list_searches(connection, own)
    found = next((row for row in rows if row["public_id"] == public_id), None)
    if found is None:
        raise HTTPException(404, "You have no such search.")
    return found


# --- the person ----------------------------------------------------------------------------------------------------

person = APIRouter(include_in_schema=False)


@person.post("/me/email")
def join_email(site: OfSite, who: OfVisitor, form: Form) -> Response:
    """Ask another address whether it wants to be joined."""
    own = who.subscriber
    try:
        with transaction(site.engine) as connection:
            optin.propose(connection, site.settings, own, "email", field(form, "email", 254), site.clock())
    except SubscriberError as error:
        raise HTTPException(400, f"{str(error).capitalize()}.") from None
    return RedirectResponse("/searches?told=asked", 303)


@person.post("/me/resume")
def go_on(site: OfSite, who: OfVisitor, _form: Form) -> Response:
    """Get messages again, after having stopped them all."""
    own = who.subscriber
    with transaction(site.engine) as connection:
        searches.resume(connection, own)
    return RedirectResponse("/searches?told=on", 303)


@person.api_route("/me/digest", methods=["GET", "HEAD"], dependencies=[only()])
def digest(site: OfSite, who: OfVisitor) -> Response:
    """The next digests, as they would go out with what is known now."""
    own = who.subscriber
    with site.read() as connection:
        rows = [row for row in searches.list_searches(connection, own) if row["paused_at"] is None]
    timezone = who.person["timezone"] if who.person is not None else "UTC"
    due = [
        next_digest(site.clock(), timezone, row["weekday"], row["time_of_day"], row["cadence"], row["zone"])[0]
        for row in rows
        if row["cadence"] in DIGESTS
    ]
    at = max(due, default=site.clock())
    return who.page("digest.html", letters=preview(site.engine, site.settings, own, at) if due else [], at=at)
