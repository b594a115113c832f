"""The list of postings and the page of one."""

import shlex
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

import database
import search
from alerts.searches import list_searches
from alerts.why import Why, why
from alerts.written import query_of
from database import CursorError, TooSlowError
from web import evidence, prose, rows
from web.eligible import OfFacts
from web.facets import constraints, facets, relaxed
from web.similar import similar
from web.site import OfSite, Site, only
from web.view import BEST, AddressError, View, joined, parsed, read_view
from web.visitor import OfVisitor, Visitor

router = APIRouter(include_in_schema=False)
SORT_NAMES = {"posted": "newest", BEST: "best fit", "salary": "pay", "company": "employer", "first-seen": "first seen"}
SHOWN_CHARACTERS = 60_000
SHOWN_EVENTS = 50
_ENDINGS = (("Feed", ".atom"), ("CSV", ".csv"))


@router.api_route("/", methods=["GET", "HEAD"])
def list_page(request: Request, site: OfSite, facts: OfFacts) -> Response:
    """The postings that match the address's query."""
    try:
        asked = read_view(request.query_params.multi_items())
    except AddressError as error:
        raise HTTPException(400, str(error)) from None
    try:
        view = parsed(asked, facts)
    except search.QueryError as error:
        return site.page("list.html", 400, **_page(asked), error=error)
    found = _found(site, view)
    narrowed = _narrowed(site, view, is_empty=not found["total"])
    return site.page("list.html", **{**_page(view), **found, **narrowed}, error=None)


def _page(view: View) -> dict[str, Any]:
    return {
        "view": view, "sorts": SORT_NAMES, "rows": [], "total": 0, "all": 0, "count": 0, "next": "",
        "ranked": rows.RANKED, "constraints": constraints(view), "facets": [], "relaxed": [], "copies": _copies(view),
        "save_url": save_url(view),
    }  # fmt: skip


def _found(site: Site, view: View) -> dict[str, Any]:
    now = site.clock()
    with site.read() as connection:
        try:
            page = rows.find(connection, view, now)
        except CursorError as error:
            raise HTTPException(400, f"after: {error}") from None
        facts = rows.shown(connection, page.ids)
        return {
            "total": database.count_postings(connection, view.query, now, for_all=True),
            "all": database.count_postings(connection, None, now, for_all=True),
            "count": len(page.ids),
            "next": page.next,
            "rows": rows.folded(view, [facts[key] for key in page.ids if key in facts]),
        }


def _narrowed(site: Site, view: View, is_empty: bool) -> dict[str, Any]:
    """Facets and relaxed searches, each on a time budget of its own: a list without counts is better than none."""
    now = site.clock()
    offered: list[Any] = _in_time(site, lambda connection: relaxed(connection, view, now)) or [] if is_empty else []
    return {"facets": _in_time(site, lambda connection: facets(connection, view, now)), "relaxed": offered}


def _in_time(site: Site, count: Callable[[Connection], list[Any]]) -> list[Any] | None:
    try:
        with site.read() as connection:
            return count(connection)
    except TooSlowError:
        return None


def _copies(view: View) -> list[tuple[str, str, str]]:
    """This search as (name, text, link or empty) for other tools."""
    query = str(view.query or "")
    sort = [] if view.sort in ("posted", BEST) else ["--sort", view.sort]
    pairs = ([("q", query)] if query else []) + ([("sort", view.sort)] if sort else [])
    api = "/api/v1/postings" + ("?" + urlencode(pairs) if pairs else "")
    page = view.changed().href.lstrip("/")
    command = shlex.join(["rolewire", "search", *sort, *(["--"] if query.startswith("-") else []), query])
    found = [("Address", view.href, view.href), ("Query", query or "(everything)", ""), ("Command line", command, "")]
    addresses = [("JSON", api), *((name, f"/postings{ending}{page}") for name, ending in _ENDINGS)]
    linked = [(name, address, address) for name, address in [*addresses, ("Saved search", save_url(view))]]
    return [*found, *linked]


def save_url(view: View) -> str:
    """Where this is saved: what was chosen, and that it is to be of an AI role; what opens is open."""
    if not view.nodes:  # nearly everything, which is no search
        return "/save"
    nodes = (*view.nodes, *(node for field, node in view.defaults.items() if field == "role"))
    return "/save?" + urlencode({"q": str(joined(nodes) or "")})


def feed_url(query: str) -> str:
    """The feed of all that match a query."""
    return "/postings.atom?" + urlencode({"q": query})


@router.api_route("/postings/{public_id}", methods=["GET", "HEAD"], dependencies=[only()])
def posting_page(public_id: str, site: OfSite, who: OfVisitor) -> Response:
    """One posting, its evidence and its history; an id that was merged away leads to the posting it became."""
    with site.read() as connection:
        posting, key = find(connection, public_id)
        if posting["id"] != public_id:
            return RedirectResponse(f"/postings/{posting['id']}", 301)
        events = database.history(connection, key)[::-1][:SHOWN_EVENTS]
        listings = database.listings_of(connection, [key]).get(key, [])
        employer = database.company_key(connection, key)
        alike, mine = similar(connection, posting), _mine(connection, who, key, posting, site.clock())
    found = evidence.reasons(posting["evidence"])
    text = posting["description"][:SHOWN_CHARACTERS]
    return site.page(
        "posting.html", posting=posting | {"company_key": employer}, alike=alike, mine=mine,
        listings=listings, events=events, reasons=found, bases=evidence.BASES,
        tiers=evidence.tiers(posting["evidence"]),
        blocks=prose.blocks(text, evidence.spans(found)), is_cut=len(posting["description"]) > SHOWN_CHARACTERS,
    )  # fmt: skip


def _mine(
    connection: Connection, who: Visitor, key: int, posting: dict[str, Any], now: datetime
) -> list[tuple[str, Why]] | None:
    """Which searches of whoever signed in find it, and why; None for strangers."""
    if who.person is None:
        return None
    found = []
    for row in list_searches(connection, who.subscriber):
        with suppress(search.QueryError):  # of an older version's language
            found.append((row["name"], why(connection, key, query_of(row), now, posting["evidence"])))
    return [(name, one) for name, one in found if one.is_match]


def find(connection: Connection, public_id: str, is_passed_on: bool = False) -> tuple[dict[str, Any], int]:
    """The posting behind a public id in its JSON form, and its key. Raises HTTPException 404.

    `is_passed_on`: as its sources allow others to have it.
    """
    is_id = len(public_id) <= 100 and public_id.isascii() and public_id.isprintable()
    key = database.posting_id(connection, public_id) if is_id else None
    found = database.posting_json(connection, [key], is_passed_on) if key is not None else []
    if key is None or not found or database.kept_private(connection, [key]):
        raise HTTPException(404, "There is no such posting.")
    return found[0], key
