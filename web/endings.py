"""A page by another ending: the list as /postings.json, .ndjson, .csv and as feeds, one posting as
/postings/ID.json, one employer as /employers/KEY.json.

The address takes what the page takes, so that a page's state is a table and a feed too.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

import database
from database import CursorError, Page
from web import feeds, rows
from web.eligible import OfFacts
from web.site import OfSite, Site, only
from web.tables import POSTING_COLUMNS, write_csv
from web.v1.access import MayRead
from web.v1.answers import answer, tagged
from web.v1.employers import one_employer
from web.v1.forms import NoParameters
from web.v1.parameters import meta
from web.v1.postings import found
from web.v1.problems import ProblemError
from web.view import PAGE_SIZE, AddressError, View, parsed, read_view

router = APIRouter(include_in_schema=False, dependencies=[MayRead])
MOST = 10_000  # rows of a table; `rolewire export` writes any number
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8; header=present", "ndjson": "application/x-ndjson"}
Postings = list[dict[str, Any]]


@router.api_route("/postings.json", methods=["GET", "HEAD"])
def as_json(request: Request, site: OfSite, facts: OfFacts) -> Response:
    """A page of the list as JSON, in the form of the API."""
    view = _view(request, facts)
    page, postings = _page(site, view)
    with site.read() as connection:
        total = database.count_postings(connection, view.query, site.clock(), for_all=True)
    address = _following(request, view, page.next)
    told = meta(view.query, sort=view.sort, limit=PAGE_SIZE, total=total)
    return answer(request, {"meta": told, "next": address or None, "postings": postings}, headers=_link(address))


@router.api_route("/postings.{kind}", methods=["GET", "HEAD"])
def as_table(kind: str, request: Request, site: OfSite, facts: OfFacts) -> Response:
    """The list as a table, all of it within reason, or one of its pages as a feed."""
    view = _view(request, facts)
    if kind in ("atom", "feed"):
        return _feed(request, site, view, "atom" if kind == "atom" else "json")
    if kind not in MEDIA_TYPES:
        raise ProblemError("not-found", "A list ends with .json, .ndjson, .csv, .atom or .feed (a JSON Feed).")
    first = _page(site, view)
    pages = chain([first[1]], _others(site, view, first[0]))
    parts = _csv(pages) if kind == "csv" else _lines(pages)
    named = {"Content-Disposition": f'attachment; filename="postings.{kind}"'}
    return StreamingResponse(parts, media_type=MEDIA_TYPES[kind], headers=named)


@router.api_route("/postings/{public_id}.json", methods=["GET", "HEAD"], dependencies=[only()])
def posting_as_json(public_id: str, request: Request, site: OfSite) -> Response:
    """One posting as the API has it; an id that was merged away leads to the posting it became."""
    with site.read() as connection:
        posting, key = found(connection, public_id)
        told = database.history(connection, key)
    if posting["id"] != public_id:
        return RedirectResponse(f"/postings/{posting['id']}.json", 301)
    return answer(request, {**posting, "history": told})


@router.api_route("/employers/{key}.json", methods=["GET", "HEAD"], dependencies=[only()])
def employer_as_json(key: str, request: Request, site: OfSite) -> Response:
    """One employer as the API has it."""
    return one_employer(key, NoParameters(), request, site)


def _view(request: Request, facts: str) -> View:
    try:
        return parsed(read_view(request.query_params.multi_items()), facts)
    except AddressError as error:
        raise ProblemError("bad-parameter", str(error)) from None


def _page(site: Site, view: View) -> tuple[Page, Postings]:
    with site.read() as connection:
        try:
            page = rows.find(connection, view, site.clock())
        except CursorError as error:
            raise ProblemError("no-such-page", str(error)) from None
        return page, database.posting_json(connection, page.ids, is_passed_on=True)


def _others(site: Site, view: View, page: Page) -> Iterator[Postings]:
    """The pages behind one, until there are enough; each is read by itself, so that none holds the database long."""
    told = len(page.ids)
    while page.next and told < MOST:
        page, postings = _page(site, replace(view, after=page.next))
        told += len(page.ids)
        yield postings


def _csv(pages: Iterator[Postings]) -> Iterator[str]:
    for number, postings in enumerate(pages):
        out = io.StringIO(newline="")
        write_csv(out, postings, POSTING_COLUMNS, is_headed=number == 0)
        yield out.getvalue()


def _lines(pages: Iterator[Postings]) -> Iterator[bytes]:
    for postings in pages:
        yield b"".join(orjson.dumps(posting) + b"\n" for posting in postings)


def _feed(request: Request, site: Site, view: View, kind: str) -> Response:
    """The newest first, whatever the page is sorted by: a feed is read for what is new."""
    page, postings = _page(site, replace(view, sort="first-seen"))
    following = _following(request, replace(view, sort="first-seen"), page.next)
    root = site.root(request)
    feed = feeds.Feed(
        f"rolewire: {view.query or 'all postings'}", root, root + _here(request),
        root + view.changed(sort="posted").href, root + following if following else "",
    )  # fmt: skip
    return tagged(request, feeds.write(kind, feed, postings), feeds.media_type(kind))


def _here(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _following(request: Request, view: View, after: str) -> str:
    if not after:
        return ""
    pairs = ([("q", view.q)] if view.q else []) + view.pairs + [("after", after)]
    return f"{request.url.path}?{urlencode(pairs)}"


def _link(address: str) -> dict[str, str]:
    return {"Link": f'<{address}>; rel="next"'} if address else {}
