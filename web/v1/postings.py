"""Postings: the list, one, why it matches a query; and the counts of facets."""

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import Connection

import database
import search
from alerts.why import why
from web.eligible import OfFacts
from web.postings import find
from web.site import OfSite
from web.v1 import forms
from web.v1.answers import answer, reading
from web.v1.parameters import ListParameters, QueryParameters, WhyParameters, meta, next_address, read_query
from web.v1.problems import PREFIX, ProblemError

router = APIRouter(tags=["postings"])
_FIELD = f"({'|'.join(database.FACETS)})"


class FacetParameters(QueryParameters):
    """Which postings are counted, by what."""

    fields: str = Field(
        default="role,seniority,workplace,country", pattern=f"^{_FIELD}(,{_FIELD}){{0,15}}$",
        description="Names with commas between them", max_length=200,
    )  # fmt: skip


@reading(router, "/postings", forms.PostingList, 404, summary="Postings that match")
def list_postings(
    asked: Annotated[ListParameters, Query()], request: Request, site: OfSite, facts: OfFacts
) -> Response:
    """A page of the postings that match, newest first unless sorted otherwise; `next` leads on, to the last of them.

    Pages are cut behind a posting, not at a number: what is added meanwhile moves nothing.
    """
    now, query = site.clock(), read_query(asked.q, facts)
    with site.read() as connection:
        page = _page(connection, query, now, asked)
        total = None if asked.after else database.count_postings(connection, query, now, for_all=True)
        postings = database.posting_json(connection, page.ids, is_passed_on=True)
    told = meta(query, sort=asked.sort, limit=asked.limit, total=total)
    address, link = next_address(request, asked, page.next)
    return answer(request, {"meta": told, "next": address, "postings": postings}, headers=link)


def _page(connection: Connection, query: search.Query | None, now: Any, asked: ListParameters) -> database.Page:
    try:
        return database.find_page(
            connection, query, now, sort=asked.sort, limit=asked.limit, after=asked.after, for_all=True
        )
    except database.CursorError as error:
        raise ProblemError("no-such-page", str(error)) from None


@reading(router, "/postings/{public_id}", forms.PostingWithHistory, 301, 404, summary="One posting")
def one_posting(
    public_id: str, _asked: Annotated[forms.NoParameters, Query()], request: Request, site: OfSite
) -> Response:
    """One posting with its history; an id that was merged away leads to the posting it became."""
    with site.read() as connection:
        posting, key = found(connection, public_id)
        told = database.history(connection, key)
    if posting["id"] != public_id:
        return RedirectResponse(f"{PREFIX}/postings/{quote(posting['id'], safe='')}", 301)
    return answer(request, {**posting, "history": told})


@reading(router, "/postings/{public_id}/why", forms.Why, 301, 404, summary="Why a posting matches")
def why_posting(
    public_id: str, asked: Annotated[WhyParameters, Query()], request: Request, site: OfSite, facts: OfFacts
) -> Response:
    """Which clauses of the query the posting meets, or the first that keeps it out; both with the evidence."""
    query = search.parse(asked.q, facts)
    with site.read() as connection:
        posting, key = found(connection, public_id)
        if posting["id"] != public_id:
            at = f"{PREFIX}/postings/{quote(posting['id'], safe='')}/why"
            return RedirectResponse(f"{at}?{urlencode({'q': asked.q})}", 301)
        return answer(request, why(connection, key, query, site.clock(), posting["evidence"]).as_json())


@reading(router, "/facets", forms.FacetCounts, summary="How many by role, level, place …")
def count_facets(
    asked: Annotated[FacetParameters, Query()], request: Request, site: OfSite, facts: OfFacts
) -> Response:
    """By field, the values of the postings that match, with how many have each, the most frequent first."""
    now, query = site.clock(), read_query(asked.q, facts)
    fields = list(dict.fromkeys(asked.fields.split(",")))
    with site.read() as connection:
        counted = database.facet_counts(connection, query, now, fields, for_all=True)
    facets = {name: [{"value": value, "count": count} for value, count in rows] for name, rows in counted.items()}
    return answer(request, {"meta": meta(query, fields=fields), "facets": facets})


def found(connection: Connection, public_id: str) -> tuple[dict[str, Any], int]:
    """The posting of a public id as others may have it, and its key. Raises ProblemError."""
    try:
        return find(connection, public_id, is_passed_on=True)
    except HTTPException as error:
        raise ProblemError("not-found", error.detail) from None
