"""Feeds: of any query, in the API; and of a saved search, for whoever has its signed address."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

import database
import search
from alerts import feeds as kept
from alerts.links import search_url
from alerts.written import query_of
from web import feeds
from web.eligible import OfFacts
from web.site import OfSite, links_key, only
from web.v1.answers import documented, tagged
from web.v1.parameters import After, QueryParameters, read_query
from web.v1.problems import PREFIX, ProblemError
from web.view import speaks_of

router = APIRouter(tags=["feeds"])
signed = APIRouter(include_in_schema=False)
KINDS = {"atom": feeds.ATOM, "json": feeds.JSON_FEED}


class FeedParameters(QueryParameters):
    """What the feed tells of."""

    after: After = ""


def _documented() -> dict[int | str, dict[str, object]]:
    told = documented(None, 200, 304, 400, 404, 503)
    forms = {form: {"schema": {"type": "string"}} for form in (feeds.ATOM,)}
    return told | {200: {"content": forms | {feeds.JSON_FEED: {"schema": {"type": "object"}}}}}


@router.head("/feed.{kind}", include_in_schema=False)
@router.get("/feed.{kind}", responses=_documented(), summary="A query as a feed", response_class=Response)
def query_feed(
    kind: Annotated[Literal["atom", "json"], Path()], asked: Annotated[FeedParameters, Query()], request: Request,
    site: OfSite, facts: OfFacts,
) -> Response:  # fmt: skip
    """The postings that match, those first that were seen last, as Atom or JSON Feed; 50 in a page."""
    query = read_query(asked.q, facts)
    with site.read() as connection:
        try:
            page = database.find_page(
                connection, query, site.clock(), sort="first-seen", limit=feeds.ENTRIES, after=asked.after,
                for_all=True,
            )  # fmt: skip
        except database.CursorError as error:
            raise ProblemError("no-such-page", str(error)) from None
        postings = database.posting_json(connection, page.ids, is_passed_on=True)
    root, pairs = site.root(request), [("q", asked.q)] if asked.q else []
    address = f"{root}{PREFIX}/feed.{kind}"
    feed = feeds.Feed(
        f"rolewire: {query or 'all postings'}", root,
        _with(address, pairs + ([("after", asked.after)] if asked.after else [])),
        search_url(root, str(query or "")), _with(address, [*pairs, ("after", page.next)]) if page.next else "",
    )  # fmt: skip
    return tagged(request, feeds.write(kind, feed, postings), KINDS[kind])


@signed.api_route("/feeds/{token}", methods=["GET", "HEAD"], dependencies=[only()])
def search_feed(token: str, request: Request, site: OfSite) -> Response:
    """A saved search as a feed: what is open and matches, without what its owner muted."""
    token, _, kind = token.rpartition(".")
    with site.read() as connection:
        row = kept.search_of(connection, links_key(connection), token) if kind in KINDS else None
    if row is None:
        raise ProblemError("not-found", "There is no such feed: its address was cut or changed, or it was revoked.")
    query = _open(query_of(row))
    root = site.root(request)
    with site.read() as connection:
        page = database.find_page(connection, query, site.clock(), sort="first-seen", limit=feeds.ENTRIES, for_all=True)
        ids = kept.unmuted(connection, row["subscriber_id"], page.ids)
        postings = database.posting_json(connection, ids, is_passed_on=True)
    feed = feeds.Feed(f"rolewire: {row['name']}", root, f"{root}{request.url.path}", search_url(root, str(query)))
    answer = tagged(request, feeds.write(kind, feed, postings), KINDS[kind])
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _open(query: search.Query) -> search.Query:
    """The query for what is open, unless it speaks of that itself."""
    return query if speaks_of("is", query.root) else query & search.parse("is:open")


def _with(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address
